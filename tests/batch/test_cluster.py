"""A batch on a real Dask scheduler with two workers on loopback, started with Dask's commands."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from batch_project import run_batch, students, write_class
from places import ROOT
from processes import children, running, wait_until
from small_project import content

from reportgen.batch import cluster
from reportgen.batch.cluster import DaskWorkers, open_cluster
from reportgen.batch.workers import WorkersGoneError
from reportgen.errors import ConfigError, ReportgenError

DASK = (sys.executable, "-m", "dask")
LOOPBACK = ("--host", "127.0.0.1", "--no-dashboard", "--dashboard-address", "127.0.0.1:0")
NOWHERE = "tcp://127.0.0.1:9"


@dataclass
class Cluster:
    """A scheduler and the processes of its workers."""

    address: str
    folder: Path
    processes: contextlib.ExitStack
    workers: list[subprocess.Popen[bytes]] = dataclasses.field(default_factory=list)

    def scheduler(self) -> psutil.Process:
        file = str(self.folder / "scheduler.json")
        return next(each for each in children() if file in each.cmdline())

    def add_worker(self, program: Sequence[str] = DASK) -> None:
        command = [*program, "worker", self.address, "--nthreads", "1", "--no-nanny"]
        command += [*LOOPBACK, "--local-directory", str(self.folder)]
        worker = running(command, cwd=self.folder, **SILENT)
        self.workers.append(self.processes.enter_context(worker))


SILENT: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@pytest.fixture(scope="module")
def a_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    folder = tmp_path_factory.mktemp("dask")
    with open_scheduler(folder) as found:
        found.add_worker()
        found.add_worker()
        yield found


@contextlib.contextmanager
def open_scheduler(folder: Path) -> Iterator[Cluster]:
    file = folder / "scheduler.json"
    command = [*DASK, "scheduler", *LOOPBACK, "--port", "0"]
    with contextlib.ExitStack() as processes:
        scheduler = [*command, "--scheduler-file", str(file)]
        processes.enter_context(running(scheduler, cwd=folder, **SILENT))
        wait_until(file.exists)
        yield Cluster(json.loads(file.read_text())["address"], folder, processes)


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
    roster = write_class(tmp_path, students(6), all_formats=True)
    here = run_batch(roster, output=tmp_path / "here", cache_dir=tmp_path / "cache of here")
    assert {outcome.state for outcome in here.outcomes} == {"made"}
    command = batch_command(roster, "there", "--scheduler", a_cluster.address)
    with running(command, cwd=tmp_path, **SILENT) as remote:
        wait_until(lambda: any((tmp_path / "there").glob("s*/index.html")), 120)
        a_cluster.workers[0].send_signal(signal.SIGKILL)
        assert remote.wait(300) == 0
    assert content(tmp_path / "there") == content(tmp_path / "here")
    a_cluster.workers[0].wait(30)
    again = run(batch_command(roster, "there", "--scheduler", a_cluster.address))
    assert again["up_to_date"] == 6


@pytest.mark.slow
def test_a_worker_with_other_versions_is_refused_by_name(
    a_cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = {**cluster.environment(), "weasyprint": "0.1"}
    with open_cluster(a_cluster.address, print) as workers:
        assert isinstance(workers, DaskWorkers)
        workers._environment = others  # as if a worker of other versions came later
        with pytest.raises(WorkersGoneError, match=r"weasyprint 7\S*, not 0\.1"):
            workers.submit(os.getpid).result(60)
    monkeypatch.setattr(cluster, "environment", lambda: others)
    with pytest.raises(WorkersGoneError, match=r"weasyprint 7\S*, not 0\.1") as caught:
        open_cluster(a_cluster.address, print).__enter__()
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


WITHOUT_REPORTGEN = """
import sys
sys.modules["reportgen"] = None
from dask.__main__ import main
main()
"""


@pytest.mark.slow
def test_a_worker_without_reportgen_is_refused_at_once(tmp_path: Path) -> None:
    with open_scheduler(tmp_path) as alone:
        alone.add_worker([sys.executable, "-c", WITHOUT_REPORTGEN])
        with pytest.raises(ReportgenError, match="cannot use reportgen") as caught:
            open_cluster(alone.address, print).__enter__()
    assert "pip install 'reportgen[dask]==" in str(caught.value)


@pytest.mark.slow
def test_workers_that_are_all_lost_end_the_batch(tmp_path: Path) -> None:
    with open_scheduler(tmp_path) as alone:
        alone.add_worker()
        with open_cluster(alone.address, print) as workers:
            waiting = workers.submit(time.sleep, 600)
            alone.workers[0].kill()
            began = time.monotonic()
            with pytest.raises(WorkersGoneError, match=r"all workers of .* are gone") as caught:
                waiting.result(60)
            assert time.monotonic() - began < 10 + 5  # of a busy machine
            with pytest.raises(WorkersGoneError, match="are gone"):
                workers.submit(os.getpid)
    assert "What was finished is kept" in str(caught.value)


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_any_more_ends_the_batch(tmp_path: Path) -> None:
    with open_scheduler(tmp_path) as alone:
        alone.add_worker()
        with open_cluster(alone.address, print) as workers:
            waiting = workers.submit(time.sleep, 600)
            scheduler = alone.scheduler()
            scheduler.suspend()
            with pytest.raises(WorkersGoneError, match="does not answer any more"):
                waiting.result(60)
            scheduler.resume()


def greeting(content: bytes) -> Callable[[socket.socket], None]:
    return lambda connection: connection.sendall(content)


def web_server(connection: socket.socket) -> None:
    while not connection.recv(4096).endswith(b"\r\n\r\n"):
        pass
    connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nhello")


STRANGERS = {
    "silent": (lambda connection: time.sleep(20), "somebody is silent"),
    "a web server": (web_server, "a web server"),
    "SSH": (greeting(b"SSH-2.0-OpenSSH_9.2\r\n"), "something else is"),
    "hanging up": (socket.socket.close, "somebody hangs up"),
}


@pytest.mark.parametrize("case", STRANGERS)
def test_who_is_no_scheduler_is_told_within_ten_seconds(case: str) -> None:
    behave, told = STRANGERS[case]
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def take() -> None:
            with contextlib.suppress(OSError):
                taken.append(server.accept()[0])
                behave(taken[0])

        threading.Thread(target=take, daemon=True).start()
        began = time.monotonic()
        with pytest.raises(ReportgenError, match=told) as caught:
            open_cluster(f"tcp://127.0.0.1:{server.getsockname()[1]}", print).__enter__()
        assert time.monotonic() - began < 10
        for connection in taken:
            connection.close()
    assert len(str(caught.value).splitlines()) <= 5
    assert caught.value.exit_code == 1


def test_dasks_own_dashboard_is_told_from_its_scheduler(a_cluster: Cluster) -> None:
    listening = [p for p in a_cluster.scheduler().net_connections() if p.status == "LISTEN"]
    assert {each.laddr.ip for each in listening} == {"127.0.0.1"}
    ports = {each.laddr.port for each in listening}
    ports.remove(int(a_cluster.address.rpartition(":")[2]))
    with pytest.raises(ReportgenError, match="a web server"):
        open_cluster(f"tcp://127.0.0.1:{ports.pop()}", print).__enter__()


@pytest.mark.parametrize("address", ["tcp://127.0.0.1", "127.0.0.1", "tcp://:8786", "tcp://a:b"])
def test_an_address_without_host_or_port_is_wrong_usage(address: str) -> None:
    with pytest.raises(ConfigError, match=re.escape("such as tcp://127.0.0.1:8786")):
        open_cluster(address, print).__enter__()


def test_no_documented_command_listens_to_the_world() -> None:
    guide = ROOT / "docs/cluster.md"
    told = re.sub(r"\\\n|,\n", "", guide.read_text(encoding="utf-8")).splitlines()
    commands = [line for line in told if re.search(r"^ .*\bdask,? (scheduler|worker)\b", line)]
    assert len(commands) == 6
    for line in commands:
        assert re.search(r"--dashboard-address,? \"?127\.0\.0\.1:", line), line


def test_nobody_at_the_address_is_told_with_the_way_out() -> None:
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
