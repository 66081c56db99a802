"""Workers on this machine: long-lived processes, each of which imports what it needs once."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import Any

from reportgen.batch.workers import Workers

# Arrays are small; threads of numerical libraries would only get into each other's way.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


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
def open_local(jobs: int | None) -> Iterator[Workers]:
    """Processes of this machine, as many as were asked for or as there are cores."""
    workers = LocalWorkers(jobs or available_cores())
    try:
        yield workers
    except BaseException:
        workers.close(at_once=True)
        raise
    workers.close()
