"""A whole class: CPU seconds a report, memory, and reports a minute, beside the targets.

Every student has images of their own; all share two trained models. What is measured
begins when the models are trained, and counts the client's and the workers' CPU time.

    python benchmarks/bench_batch.py                 # 200 reports with 2 workers, 40 with 1
    python benchmarks/bench_batch.py --rows 1000

Prints each figure beside its target and ends with 1 where one is missed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reportgen.batch.progress import Progress
from reportgen.batch.roster import read_roster
from reportgen.batch.run import BatchOptions, BatchResult, make_batch
from reportgen.batch.workers import LocalWorkers, Workers

MOST_CPU_SECONDS = 1.5
SETTLED_AFTER = 20
MOST_GROWTH = 1.05


class Recorder:
    """An observer that notes the memory of all processes whenever a report is ready."""

    def __init__(self) -> None:
        self.megabytes: dict[int, float] = {}

    def reports(self, progress: Progress) -> None:
        """Note the memory in use, by the number of reports."""
        processes = [os.getpid(), *(child.pid for child in multiprocessing.active_children())]
        self.megabytes[progress.done] = sum(resident_megabytes(pid) for pid in processes)

    def notice(self, text: str) -> None:
        """Print it: something is wrong with the benchmark."""
        print(f"note: {text}", file=sys.stderr)

    def stage(self, stage: Any) -> None:
        """Nothing to note."""

    def trainings(self, epochs: Any) -> None:
        """Nothing to note."""

    def epoch(self, end: Any) -> None:
        """Nothing to note."""

    def download(self, title: str, received: int, total: int) -> None:
        """Nothing to note."""


def resident_megabytes(pid: int | None) -> float:
    """The memory that a process has in use; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)


class School:
    """Classes of any size, with one store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        text = 'selections = "personal"\nsalt = "bench"\n[data]\ntier = "sample"\n'
        (folder / "report.toml").write_text(text, encoding="utf-8")

    def run(
        self,
        name: str,
        n_rows: int,
        workers: Workers,
        *,
        output: Path | None = None,
        close: bool = True,
    ) -> tuple[BatchResult, Recorder, float]:
        """Make the reports of a class; the result, the memory, and all CPU seconds."""
        roster = self.folder / f"{name}.csv"
        rows = [f"{name}-{number},Student {number}" for number in range(n_rows)]
        roster.write_text("\n".join(["id,name", *rows]) + "\n", encoding="utf-8")
        folder = output or self.folder / name
        options = BatchOptions(self.folder / "cache", folder, allow_download=False)
        recorder, before = Recorder(), cpu_seconds()
        result = make_batch(roster, read_roster(roster), workers, options, recorder)
        if close:
            workers.close()
        return result, recorder, cpu_seconds() - before


def cpu_seconds() -> float:
    """CPU seconds of this process and of its children that have ended."""
    return sum(os.times()[:4])


def measure(school: School, n_rows: int) -> Iterator[tuple[str, str, str, bool]]:
    """(what, found, target, whether it is met) of each measurement."""
    start = time.perf_counter()
    school.run("first", 1, LocalWorkers(1))
    yield "two models and a report", f"{time.perf_counter() - start:.1f} s", "", True
    result, recorder, cpu = school.run("class", n_rows, LocalWorkers(2))
    each, target = cpu / n_rows, f"{MOST_CPU_SECONDS} s"
    yield f"CPU a report, {n_rows} reports", f"{each:.2f} s", target, each <= MOST_CPU_SECONDS
    yield "  failed", str(len(result.failed)), "0", not result.failed
    rate = f"{60 * result.as_json()['made'] / result.seconds:.0f} a minute"
    yield "  with 2 workers", rate, "", True
    settled = recorder.megabytes.get(SETTLED_AFTER, 0.0)
    last = max(list(recorder.megabytes.values())[-5:])
    yield f"  memory after {SETTLED_AFTER}", f"{settled:.0f} MB", "", True
    most = MOST_GROWTH * settled
    yield f"  memory after {n_rows}", f"{last:.0f} MB", f"{most:.0f} MB", last <= most
    size = sum(p.stat().st_size for p in result.folder.rglob("*") if p.is_file()) / n_rows
    yield "  bytes a report", f"{size / 1e6:.2f} MB", "", True
    start = time.perf_counter()
    again, _, cpu = school.run("class", n_rows, LocalWorkers(2))
    made = len(again.outcomes) - again.as_json()["up_to_date"]
    yield "  again", f"{time.perf_counter() - start:.1f} s, {made} made", "0 made", made == 0
    alone, _, _ = school.run("alone", n_rows // 5, LocalWorkers(1))
    made = alone.as_json()["made"]
    rate = f"{60 * made / alone.seconds:.0f} a minute"
    yield "  with 1 worker", rate, "", True
    yield "  failed", str(len(alone.failed)), "0", not alone.failed


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200)
    options = parser.parse_args()
    all_met = True
    with tempfile.TemporaryDirectory() as folder:
        for what, found, target, met in measure(School(Path(folder)), options.rows):
            beside = f"(target: {target}{'' if met else ', MISSED'})" if target else ""
            print(f"{what:28} {found:>16}  {beside}", flush=True)
            all_met = all_met and met
    return 0 if all_met else 1


if __name__ == "__main__":
    sys.exit(main())
