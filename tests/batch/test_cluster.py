"""A batch on a real Dask scheduler with two workers on loopback, started with Dask's commands."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from batch_project import students, write_class
from processes import running
from small_project import content

from reportgen.batch import cluster
from reportgen.batch.cluster import DaskWorkers, open_cluster
from reportgen.batch.workers import WorkersGoneError
from reportgen.errors import ConfigError, ReportgenError

DASK = (sys.executable, "-m", "dask")
NOWHERE = "tcp://127.0.0.1:9"


@dataclass
class Cluster:
    """A scheduler and the processes of its workers."""

    address: str
    folder: Path
    processes: contextlib.ExitStack
    workers: list[subprocess.Popen[bytes]] = dataclasses.field(default_factory=list)

    def add_worker(self) -> None:
        command = [*DASK, "worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        command += ["--local-directory", str(self.folder)]
        worker = running(command, cwd=self.folder, **SILENT)
        self.workers.append(self.processes.enter_context(worker))


SILENT = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@pytest.fixture(scope="module")
def a_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    command = [*DASK, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    with contextlib.ExitStack() as processes:
        scheduler = [*command, "--scheduler-file", str(file)]
        processes.enter_context(running(scheduler, cwd=folder, **SILENT))
        wait_until(file.exists)
        found = Cluster(json.loads(file.read_text())["address"], folder, processes)
        found.add_worker()
        found.add_worker()
        yield found


def wait_until(condition: Any, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def batch_command(roster: Path, output: str, *options: str) -> list[str]:
    return [
        *(
            sys.executable,
            "-m",
            "reportgen",
            "batch",
            str(roster),
            "-o",
            str(roster.parent / output),
        ),
        *("--cache-dir", str(roster.parent / f"cache of {output}"), "--json", *options),
    ]


def run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


@pytest.mark.slow
def test_a_cluster_trains_and_renders_the_bytes_of_this_machine_though_a_worker_is_killed(
    a_cluster: Cluster, tmp_path: Path
) -> None:
    roster = write_class(tmp_path, students(12), pdf=True)
    here = run(batch_command(roster, "here"))
    assert here["made"] == 12
    command = batch_command(roster, "there", "--scheduler", a_cluster.address)
    with running(command, cwd=tmp_path, **SILENT) as remote:
        wait_until(lambda: any((tmp_path / "there").glob("s*/index.html")), 120)
        a_cluster.workers[0].send_signal(signal.SIGKILL)
        assert remote.wait(300) == 0
    assert content(tmp_path / "there") == content(tmp_path / "here")
    a_cluster.workers[0].wait(30)
    again = run(batch_command(roster, "there", "--scheduler", a_cluster.address))
    assert again["up_to_date"] == 12


@pytest.mark.slow
def test_a_worker_with_other_versions_is_refused_by_name(
    a_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = tuple(
        (name, "0.1" if name == "weasyprint" else version)
        for name, version in cluster.environment()
    )
    monkeypatch.setattr(cluster, "environment", lambda: others)
    with open_cluster(a_cluster.address, print) as workers:
        with pytest.raises(WorkersGoneError, match=r"weasyprint 7\S*, not 0\.1") as caught:
            workers.submit(os.getpid).result(60)
        assert len(str(caught.value).splitlines()) <= 4


@pytest.mark.slow
def test_tasks_run_elsewhere_and_a_shared_value_is_sent_once(a_cluster: Cluster) -> None:
    with open_cluster(a_cluster.address, print) as workers:
        assert isinstance(workers, DaskWorkers)
        assert workers.n == sum(process.poll() is None for process in a_cluster.workers)
        assert workers.submit(os.getpid).result(60) != os.getpid()
        value = list(range(1000))
        assert workers.share(value) is workers.share(value)
        assert workers.submit(sum, workers.share(value)).result(60) == 499_500
        with pytest.raises(ZeroDivisionError):
            workers.submit(divmod, 1, 0).result(60)


def test_nobody_at_the_address_is_told_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(ReportgenError, match="no Dask scheduler answers") as caught:
        open_cluster(NOWHERE, print).__enter__()
    assert "dask scheduler --host" in str(caught.value)
    assert caught.value.exit_code == 1


def test_an_address_that_is_none_is_wrong_usage() -> None:
    with pytest.raises(ConfigError, match="--scheduler"):
        open_cluster("nonsense://nowhere", print).__enter__()


def test_jobs_and_a_cluster_exclude_each_other(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(1))
    command = [sys.executable, "-m", "reportgen", "batch", str(roster), "-j", "2"]
    done = subprocess.run(
        [*command, "--scheduler", NOWHERE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: --jobs")


def test_without_the_extra_the_command_that_installs_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ConfigError, match=r"pip install 'reportgen\[dask\]'"):
        open_cluster(NOWHERE, print).__enter__()
