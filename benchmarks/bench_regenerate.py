"""Building a report again: nothing changed, a title changed, one model's epochs changed.

The first build fills a store of its own; what follows is measured as the wall time of the
whole command, the best of some runs, because other work on the machine only adds to it.

    python benchmarks/bench_regenerate.py                # the full data if they are here
    python benchmarks/bench_regenerate.py --data sample

Prints each figure beside its target and ends with 1 where one is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reportgen.report_folder import FORMATS

HEAVY = ("tensorflow", "keras", "matplotlib", "weasyprint")
NOTHING_CHANGED = 0.5
TITLE_CHANGED = 3.0


class Project:
    """A report in a folder of its own, with a store of its own."""

    def __init__(self, folder: Path, data: str) -> None:
        self.folder = folder
        self.data = data
        self.write('title = "0"')

    def write(self, text: str) -> None:
        """Put another configuration in place."""
        (self.folder / "report.toml").write_text(f"{text}\n", encoding="utf-8")

    def build(self, *interpreter_options: str) -> tuple[float, subprocess.CompletedProcess[str]]:
        """Build once; returns the wall time in seconds, and what was said."""
        build = ["-m", "reportgen", "build", "--json", "--data", self.data]
        started = time.perf_counter()
        done = subprocess.run(
            [sys.executable, *interpreter_options, *build],
            cwd=self.folder,
            env={**os.environ, "REPORTGEN_CACHE_DIR": str(self.folder / "cache")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            sys.exit(done.stderr)
        return time.perf_counter() - started, done

    def imports(self) -> set[str]:
        """The heavy packages that a build imports."""
        said = self.build("-X", "importtime")[1].stderr.splitlines()
        names = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in said if "|" in line}
        return names & set(HEAVY)


def rerun(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The stages that a build ran again."""
    summary: dict[str, Any] = json.loads(done.stdout)
    return [stage["name"] for stage in summary["stages"] if not stage["reused"]]


def measure(project: Project, runs: int) -> Iterator[tuple[str, str, str, bool]]:
    """(what, found, target, whether it is met) of each measurement."""
    seconds, _ = project.build()
    yield "first build", f"{seconds:.1f} s", "", True
    project.build()
    best = min(project.build()[0] for _ in range(runs))
    yield "nothing changed", f"{best:.2f} s", f"{NOTHING_CHANGED} s", best <= NOTHING_CHANGED
    imported = project.imports()
    yield "  heavy imports", ", ".join(sorted(imported)) or "none", "none", not imported
    times = []
    for number in range(1, runs + 1):
        project.write(f'title = "{number}"')
        seconds, done = project.build()
        times.append(seconds)
    best = min(times)
    yield "title changed", f"{best:.2f} s", f"{TITLE_CHANGED} s", best <= TITLE_CHANGED
    again = rerun(done)
    yield "  stages", ", ".join(again), ", ".join(FORMATS), set(again) == set(FORMATS)
    project.write('title = "-1"')
    imported = project.imports() & {"tensorflow", "keras"}
    yield "  TensorFlow", ", ".join(sorted(imported)) or "not imported", "none", not imported
    project.write(f'title = "{runs}"\n[models.digits]\nepochs = 2')
    seconds, done = project.build()
    trained = [name for name in rerun(done) if name.startswith("train:")]
    yield "one model's epochs changed", f"{seconds:.1f} s", "", True
    yield "  trained", ", ".join(trained), "train:digits", trained == ["train:digits"]


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", choices=["auto", "full", "sample"], default="auto")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    all_met = True
    with tempfile.TemporaryDirectory() as folder:
        for what, found, target, met in measure(Project(Path(folder), options.data), options.runs):
            beside = f"(target: {target}{'' if met else ', MISSED'})" if target else ""
            print(f"{what:28} {found:>16}  {beside}", flush=True)
            all_met = all_met and met
    return 0 if all_met else 1


if __name__ == "__main__":
    sys.exit(main())
