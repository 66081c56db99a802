"""A class on a real Dask scheduler on loopback: reports a minute, and what each one costs.

One scheduler, then one and two worker processes, started with Dask's own commands. Every
student has images of their own; all share two models, which are trained before. The bytes
are compared with those of a local batch.

    python benchmarks/bench_cluster.py               # 60 reports with 2 workers, 30 with 1

Prints each figure, beside its target where it has one, and ends with 1 where one is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench_batch import School

from reportgen.batch.cluster import open_cluster
from reportgen.batch.workers import LocalWorkers, Workers

DASK = (sys.executable, "-m", "dask")
LEAST_SCALING = 0.9
TICK = os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, int]]:
    """A Dask scheduler on loopback: its address and process."""
    file = folder / "scheduler.json"
    command = [*DASK, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    with _running([*command, "--scheduler-file", str(file)], folder) as pid:
        while not file.exists():
            time.sleep(0.05)
        yield json.loads(file.read_text(encoding="utf-8"))["address"], pid


@contextlib.contextmanager
def dask_workers(n: int, address: str, folder: Path) -> Iterator[Workers]:
    """A client of so many worker processes of one thread."""
    command = [*DASK, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    command += ["--local-directory", str(folder)]
    with contextlib.ExitStack() as stack:
        for _ in range(n):
            stack.enter_context(_running(command, folder))
        workers = stack.enter_context(open_cluster(address, lambda _: None))
        while workers.n != n:
            time.sleep(0.05)
        for future in [workers.submit(_import_renderers) for _ in range(4 * n)]:
            future.result()
        yield workers


@contextlib.contextmanager
def _running(command: list[str], folder: Path) -> Iterator[int]:
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def _import_renderers() -> None:
    import reportgen.render.html
    import reportgen.render.paper  # noqa: F401

    time.sleep(0.2)  # so that every worker gets one


def cpu_of(pid: int) -> float:
    """CPU seconds of a process, in user and system mode."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def content(folder: Path) -> dict[str, bytes]:
    """Every file of the students' folders by its name."""
    files = (path for path in folder.glob("class-*/**/*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=60)
    n_rows = parser.parse_args().rows
    rates = {}
    with tempfile.TemporaryDirectory() as name, scheduler(Path(name)) as (address, pid):
        folder = Path(name)
        school = School(folder)
        school.run("first", 1, LocalWorkers(1))
        local, _, _ = school.run("class", n_rows, LocalWorkers(2))
        expected = content(local.folder)
        for n in (1, 2):
            with dask_workers(n, address, folder) as workers:
                rows = n_rows * n // 2
                before = cpu_of(os.getpid()), cpu_of(pid)
                output = folder / f"remote-{n}"
                result, _, _ = school.run("class", rows, workers, output=output, close=False)
                client, scheduling = cpu_of(os.getpid()) - before[0], cpu_of(pid) - before[1]
            rates[n] = 60 * rows / result.seconds
            print(f"Dask, {n} worker(s): {rates[n]:.0f} reports a minute", flush=True)
            print(f"  client    {client / rows:.3f} CPU s a report")
            print(f"  scheduler {scheduling / rows:.3f} CPU s a report", flush=True)
        found = content(output)
    same = bool(found) and found == expected
    scaling = rates[2] / rates[1] / 2
    print(f"2 workers against 1: {scaling:.2f} of twice as much (at least {LEAST_SCALING} wanted)")
    print(f"bytes of a local batch: {'the same' if same else 'OTHERS'}")
    return 0 if same and scaling >= LEAST_SCALING else 1


if __name__ == "__main__":
    sys.exit(main())
