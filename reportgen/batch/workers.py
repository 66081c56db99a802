"""Who runs a batch's tasks: processes of this machine, or anything else that takes tasks."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import Any, Protocol

from reportgen.errors import ConfigError, ReportgenError

# Arrays are small; threads of numerical libraries would only get into each other's way.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class WorkersGoneError(ReportgenError):
    """No task can run any more, or none as it should; the batch ends."""


class Workers(Protocol):
    """Takes tasks as ``concurrent.futures.Executor`` does.

    Attributes:
        train: whether trainings are tasks too; otherwise the client trains.
        lost: what a future raises whose worker died, beyond what the workers repeat themselves.
    """

    train: bool
    lost: tuple[type[BaseException], ...]

    @property
    def n(self) -> int:
        """How many tasks run at a time."""

    def submit(self, task: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Begin a task; function, arguments and result are pickled."""

    def share(self, value: Any) -> Any:
        """What stands for a large value among the arguments of many tasks."""

    def renew(self) -> None:
        """Begin afresh after a worker died; what was submitted is lost."""

    def close(self, *, at_once: bool = False) -> None:
        """End the workers, after their tasks or without waiting for them."""


class LocalWorkers:
    """Long-lived processes of this machine, each started once."""

    train = False
    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)

    def __init__(self, n: int) -> None:
        self.n = n
        self._pool = self._start()

    def _start(self) -> ProcessPoolExecutor:
        # A copy of this process (fork) would take along threads of TensorFlow's.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.n, context, initializer=_begin)

    def submit(self, task: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Begin a task in the next free process."""
        return self._pool.submit(task, *arguments)

    def share(self, value: Any) -> Any:
        """The value itself."""
        return value

    def renew(self) -> None:
        """Start new processes in place of all."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._start()

    def close(self, *, at_once: bool = False) -> None:
        """End the processes."""
        self._pool.shutdown(wait=not at_once, cancel_futures=at_once)


def available_cores() -> int:
    """How many processes of this machine can run at a time."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin() -> None:
    """Prepare a worker: Ctrl-C is the client's, and without the client there is no work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


@contextlib.contextmanager
def open_workers(
    jobs: int | None, scheduler: str | None, notify: Callable[[str], None]
) -> Iterator[Workers]:
    """Processes of this machine, as many as were asked for or as there are cores; or a cluster.

    Raises:
        ConfigError: both were asked for.
        ReportgenError: the cluster cannot be reached.
    """
    if scheduler is not None:
        if jobs is not None:
            raise ConfigError("--jobs is about this machine; a cluster has its own workers.")
        from reportgen.batch.cluster import open_cluster

        with open_cluster(scheduler, notify) as cluster:
            yield cluster
        return
    workers = LocalWorkers(jobs or available_cores())
    try:
        yield workers
    except BaseException:
        workers.close(at_once=True)
        raise
    workers.close()
