"""The processes of this machine: tasks, errors, deaths, ends; and no need of /dev/shm."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
import operator
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path

import psutil
import pytest
from processes import children, wait_until

from reportgen.batch.workers import LocalWorkers, open_local


@pytest.fixture
def workers() -> Iterator[LocalWorkers]:
    with open_local(2) as opened:
        assert isinstance(opened, LocalWorkers)
        yield opened


def test_tasks_are_done_by_as_many_processes_as_were_asked_for(workers: LocalWorkers) -> None:
    slow = [workers.submit(time.sleep, 0.3) for _ in range(2)]
    pids = {workers.submit(os.getpid).result(60) for _ in range(5)}
    assert all(each.result(60) is None for each in slow)
    assert os.getpid() not in pids
    assert 1 <= len(pids) <= 2
    assert len(children()) <= 2


def test_an_error_is_raised_here_and_harms_no_other_task(workers: LocalWorkers) -> None:
    for error, task in (
        (ZeroDivisionError, workers.submit(divmod, 1, 0)),
        (EOFError, workers.submit(exec, "raise EOFError")),
        (ConnectionResetError, workers.submit(exec, "raise ConnectionResetError")),
        (TypeError, workers.submit(eval, "lambda: 1")),  # an answer that cannot be sent
        (Exception, workers.submit(lambda: 1)),  # a task that cannot be sent
    ):
        with pytest.raises(error):
            task.result(60)
    assert workers.submit(operator.add, 1, 2).result(60) == 3


def test_a_death_is_told_and_renewed_workers_go_on(workers: LocalWorkers) -> None:
    with pytest.raises(workers.lost):
        workers.submit(os._exit, 9).result(60)
    other = workers.submit(time.sleep, 600)
    wait_until(other.running)
    workers.renew()
    with pytest.raises(BrokenExecutor):
        other.result(60)
    assert workers.submit(operator.add, 1, 2).result(60) == 3


def test_what_is_closed_at_once_does_not_wait_for_its_tasks() -> None:
    workers = LocalWorkers(1)
    pid = workers.submit(os.getpid).result(60)
    busy, waiting = workers.submit(time.sleep, 600), workers.submit(time.sleep, 600)
    wait_until(busy.running)
    began = time.monotonic()
    workers.close(at_once=True)
    assert time.monotonic() - began < 30
    assert not psutil.pid_exists(pid)
    assert waiting.cancelled()
    with pytest.raises(BrokenExecutor):
        busy.result(60)


def test_a_process_that_ignores_being_told_is_ended_all_the_same() -> None:
    workers = LocalWorkers(1)
    pid = workers.submit(os.getpid).result(60)
    workers.submit(signal.signal, signal.SIGTERM, signal.SIG_IGN)
    workers.submit(time.sleep, 600)
    time.sleep(0.5)
    workers.close(at_once=True)
    wait_until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie")


def test_no_semaphore_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Semaphores are files in /dev/shm, which many containers lack."""

    def refused(*arguments: object, **options: object) -> None:
        raise FileNotFoundError("[Errno 2] No such file or directory: /dev/shm")

    monkeypatch.setattr(multiprocessing.synchronize.SemLock, "__init__", refused)
    with pytest.raises(FileNotFoundError):
        multiprocessing.get_context("spawn").Lock()
    with open_local(1) as workers:
        assert workers.submit(operator.add, 1, 2).result(60) == 3


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that lets a worker add 1 and 2, and closes nothing."""
    path = tmp_path / "program.py"
    path.write_text(
        "import operator; from reportgen.batch.workers import LocalWorkers\n"
        "if __name__ == '__main__':\n"
        "    workers = LocalWorkers(2); print(workers.submit(operator.add, 1, 2).result(60))\n"
    )
    return path


def test_workers_that_nobody_closes_end_with_the_program(program: Path) -> None:
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode, done.stderr) == ("3\n", 0, "")


MOUNTS = """
mkdir -p {0}
mount -t tmpfs tmpfs {0}
for name in null zero random urandom; do touch {0}/$name; mount --bind /dev/$name {0}/$name; done
mount --rbind {0} /dev
[ ! -e /dev/shm ] || exit 9
exec {1}
"""


def test_a_batch_is_made_where_there_is_no_dev_shm(tmp_path: Path, program: Path) -> None:
    script = MOUNTS.format(tmp_path / "dev", f"{sys.executable} {program}")
    unshare = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    try:
        subprocess.run([*unshare, "mount", "-t", "tmpfs", "x", tmp_path], check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        pytest.skip("this machine lets nobody hide /dev/shm (unshare, mount)")
    done = subprocess.run([*unshare, "sh", "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("3\n", 0), done.stderr
