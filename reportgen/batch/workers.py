"""Workers run a batch's tasks: the protocol, and the processes of this machine.

A process runs many tasks, so it imports its libraries once; a thread sends it one task at a time
through a pipe. The standard library's pool needs semaphores, which many containers do not allow
(they have no ``/dev/shm``), and which it reports as leaked after an interruption.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from multiprocessing.connection import Connection, wait
from typing import Any, NoReturn, Protocol

from reportgen.errors import ReportgenError
from reportgen.training.tensorflow_setup import available_cores

# Arrays are small: more threads of numerical libraries would only slow each other down.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# How long a process may take to remove its temporary files when it is told to end.
_END_SECONDS = 2.0

# A fork would copy TensorFlow's threads.
_context = multiprocessing.get_context("spawn")


class WorkersGoneError(ReportgenError):
    """Tasks cannot run any more, or not with the right versions; the batch ends."""


class Workers(Protocol):
    """Takes tasks as ``concurrent.futures.Executor`` does.

    Attributes:
        train: whether workers train models; otherwise the client does.
        lost: the errors of a future whose worker died.
    """

    train: bool
    lost: tuple[type[BaseException], ...]

    @property
    def n(self) -> int:
        """How many tasks run at a time."""

    def submit(self, task: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Begin a task; function, arguments and result are pickled."""

    def share(self, value: Any) -> Any:
        """A reference to a large value, as an argument of many tasks."""

    def renew(self) -> None:
        """Replace the workers after one died, and drop all tasks."""

    def close(self, *, at_once: bool = False) -> None:
        """End the workers, after their tasks or at once."""


class LocalWorkers:
    """Processes of this machine, each started when it is first needed."""

    train = False
    lost: tuple[type[BaseException], ...] = (BrokenExecutor,)

    def __init__(self, n: int) -> None:
        self.n = n
        self._crew = _Crew(n)

    def submit(self, task: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Begin a task in the next free process."""
        return self._crew.submit(task, arguments)

    def share(self, value: Any) -> Any:
        """The value itself."""
        return value

    def renew(self) -> None:
        """End all processes; new ones start when they are needed."""
        self._crew.end_at_once()
        self._crew = _Crew(self.n)

    def close(self, *, at_once: bool = False) -> None:
        """End the processes."""
        if at_once:
            self._crew.end_at_once()
        else:
            self._crew.end()


class _Crew:
    """Processes that are started and ended together, and a thread for each."""

    def __init__(self, n: int) -> None:
        self._threads = ThreadPoolExecutor(n)
        self._lock = threading.Lock()
        self._all: list[_Process] = []
        self._idle: deque[_Process] = deque()
        self._ends = False

    def submit(self, task: Callable[..., Any], arguments: tuple[Any, ...]) -> Future[Any]:
        return self._threads.submit(self._run, task, arguments)

    def end(self) -> None:
        self._threads.shutdown()
        for process in self._all:
            process.dismiss()

    def end_at_once(self) -> None:
        with self._lock:
            self._ends = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for process in self._all:
            process.terminate()
        deadline = time.monotonic() + _END_SECONDS
        for process in self._all:
            process.see_end(deadline)

    def _run(self, task: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        process = self._free_process()
        is_done, value = process.run(task, arguments)
        self._idle.append(process)
        if is_done:
            return value
        raise value

    def _free_process(self) -> _Process:
        with self._lock:
            if self._ends:
                raise BrokenExecutor("the processes are ended")
            if not self._idle:
                self._all.append(_Process())
                return self._all[-1]
            return self._idle.pop()


class _Process:
    """One process, and this end of the pipe to it."""

    def __init__(self) -> None:
        self._pipe, theirs = _context.Pipe()
        self._process = _context.Process(target=_serve, args=(theirs,))
        self._process.start()
        theirs.close()
        # Python waits for its processes when it exits, and they wait until the pipe is closed.
        weakref.finalize(self, self._pipe.close)

    def run(self, task: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[bool, Any]:
        """Whether a task was done, and its result or error."""
        try:
            self._pipe.send((task, arguments))
            answer: tuple[bool, Any] = self._pipe.recv()
        except (EOFError, OSError):
            raise BrokenExecutor("a worker process died") from None
        return answer

    def dismiss(self) -> None:
        """Let the process end, and wait for it."""
        self._pipe.close()
        self._process.join()

    def terminate(self) -> None:
        self._process.terminate()

    def see_end(self, deadline: float) -> None:
        """Wait for the process until a time of the monotonic clock, and then kill it."""
        self._process.join(max(0.0, deadline - time.monotonic()))
        self._process.kill()
        self._process.join(_END_SECONDS)


def _serve(pipe: Connection) -> None:
    """Do tasks until the other end of the pipe is closed."""
    _prepare()
    with contextlib.suppress(ConnectionError):
        while (answer := _next_answer(pipe)) is not None:
            try:
                pipe.send(answer)
            except (AttributeError, TypeError, pickle.PicklingError) as error:
                pipe.send((False, TypeError(f"an answer cannot be sent: {error}")))


def _next_answer(pipe: Connection) -> tuple[bool, Any] | None:
    """Whether the next task was done, and its result or error; None where there is no other."""
    try:
        content = pipe.recv_bytes()
    except (EOFError, ConnectionError):
        return None
    try:
        task, arguments = pickle.loads(content)  # noqa: S301  from the process that started this
        return True, task(*arguments)
    except Exception as error:
        return False, error


def _prepare() -> None:
    """Prepare a process: it ignores Ctrl-C, which the client handles, and ends with the client."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _leave(number: int, _: object) -> NoReturn:
    """End by ``sys.exit``, which removes temporary files; a second signal is ignored."""
    signal.signal(number, signal.SIG_IGN)
    sys.exit(1)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_END_SECONDS)
        os._exit(1)


@contextlib.contextmanager
def open_local(jobs: int | None) -> Iterator[Workers]:
    """Processes of this machine: ``jobs``, or one for each core."""
    workers = LocalWorkers(jobs or available_cores())
    try:
        yield workers
    except BaseException:
        workers.close(at_once=True)
        raise
    workers.close()
