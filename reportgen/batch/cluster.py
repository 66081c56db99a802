"""Workers of a Dask cluster, on machines that need not share a disk.

Dask schedules, repeats and sends the tasks (``Client.get_executor``). This module refuses workers
that would make other bytes than this machine, and notices when all workers are gone.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
import warnings
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future, InvalidStateError
from functools import cache, partial
from typing import Any

from reportgen import __version__
from reportgen.batch.dask_address import require_scheduler
from reportgen.batch.workers import Workers, WorkersGoneError
from reportgen.errors import ConfigError, ReportgenError
from reportgen.formatting import few
from reportgen.pipeline.closures import code_digest
from reportgen.pipeline.keys import all_versions
from reportgen.pipeline.versions import cpu_features
from reportgen.storage.home import stand_in_for_home

CONNECT_SECONDS = 5
FIRST_WORKER_SECONDS = 60
# How long a batch goes on without a worker or an answer. Dask starts a dead worker again within
# some three seconds.
ABSENT_SECONDS = 8.0
ALIKE_SECONDS = 8.0
_ASK_SECONDS = 0.5
_MAX_NAMED = 3
_ENVIRONMENT = f"__import__('importlib').import_module({__name__!r}).environment()"

Environment = dict[str, str]


class DaskWorkers:
    """The workers of a running cluster; they need the same versions as this machine."""

    train = True

    def __init__(self, client: Any, address: str) -> None:
        from distributed.scheduler import KilledWorker

        self.lost: tuple[type[BaseException], ...] = (KilledWorker,)
        self._client = client
        self._address = address
        # Without pure=False, two tasks with the same arguments would run once.
        self._executor: Executor = client.get_executor(pure=False)
        self._running: weakref.WeakSet[Future[Any]] = weakref.WeakSet()
        self._shared: dict[int, tuple[Any, Any]] = {}
        self._environment = environment()
        self._outer: set[Future[Any]] = set()
        self._guard = _Guard(client, address, self._give_up)

    @property
    def n(self) -> int:
        """How many tasks all present workers run at a time."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(self, task: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Begin a task on any worker.

        Raises:
            WorkersGoneError: the connection to the scheduler is lost, or all workers are.
        """
        if self._guard.fault is not None:
            raise self._guard.fault
        try:
            inner = self._executor.submit(_run_alike, self._environment, task, *arguments)
        except (RuntimeError, OSError) as error:
            raise _gone(error) from None
        self._running.add(inner)
        outer: Future[Any] = Future()
        self._outer.add(outer)
        outer.add_done_callback(self._outer.discard)
        inner.add_done_callback(partial(_pass_on, outer))
        return outer

    def _give_up(self, error: WorkersGoneError) -> None:
        """End every unfinished task with an error."""
        for outer in list(self._outer):
            with contextlib.suppress(InvalidStateError):  # its result has just come
                outer.set_exception(error)

    def require_alike(self) -> None:
        """Compare the versions of all present workers with those of this machine.

        Raises:
            ReportgenError: a worker has no reportgen, or does not answer.
            WorkersGoneError: a worker has other versions or another processor.
        """
        for worker, found in _ask_all(self._client, self._address, _ENVIRONMENT).items():
            if isinstance(found, BaseException):
                raise ReportgenError(
                    f"the worker at {worker} cannot use reportgen ({found}).\n"
                    f"Install it there: pip install 'reportgen[dask]=={__version__}'"
                )
            _require_same(self._environment, found)

    def share(self, value: Any) -> Any:
        """Send a value to the cluster once, and return a reference to pass to tasks.

        Raises:
            WorkersGoneError: the connection to the scheduler is lost, or all workers are.
        """
        if id(value) not in self._shared:
            try:
                self._shared[id(value)] = value, self._client.scatter(value, hash=False)
            except (RuntimeError, OSError) as error:
                raise self._guard.fault or _gone(error) from None
        return self._shared[id(value)][1]

    def begin(self) -> None:
        """Begin to watch whether there are workers."""
        self._guard.begin()

    def renew(self) -> None:
        """Cancel all tasks; Dask itself restarts its workers."""
        for future in list(self._running):
            future.cancel()

    def close(self, *, at_once: bool = False) -> None:
        """Disconnect; the cluster goes on."""
        self._guard.end()
        at_once = at_once or self._guard.fault is not None  # no result will come
        if at_once:
            self.renew()
        self._shared.clear()
        with contextlib.suppress(Exception):  # the scheduler may be gone
            self._executor.shutdown(wait=not at_once)
        self._client.close(timeout=2)


@contextlib.contextmanager
def open_cluster(address: str, notify: Callable[[str], None]) -> Iterator[Workers]:
    """The workers of a Dask scheduler.

    Args:
        address: such as ``tcp://127.0.0.1:8786``.
        notify: called with a message if there are no workers yet.

    Raises:
        ConfigError: the extra ``dask`` is not installed, or the address is wrong.
        ReportgenError: no scheduler answers, or no worker comes.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"--scheduler needs the package {error.name}. Install it: pip install 'reportgen[dask]'"
        ) from None
    require_scheduler(address)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # errors are raised here
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about other versions, which require_alike checks
            client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except ValueError as error:
        raise ConfigError(f"--scheduler {address!r}: {error}") from None
    except OSError as error:
        raise ReportgenError(f"the Dask scheduler at {address} does not answer: {error}") from None
    workers = DaskWorkers(client, address)
    try:
        _wait_for_a_worker(client, address, notify)
        workers.require_alike()
        workers.begin()
        yield workers
    except BaseException:
        workers.close(at_once=True)
        raise
    workers.close()


def _wait_for_a_worker(client: Any, address: str, notify: Callable[[str], None]) -> None:
    if client.nthreads():
        return
    notify(f"the scheduler at {address} has no workers yet; waiting for one.")
    try:
        client.wait_for_workers(1, timeout=FIRST_WORKER_SECONDS)
    except TimeoutError:
        raise ReportgenError(
            f"no worker joined the scheduler at {address} within {FIRST_WORKER_SECONDS} s.\n"
            f"Start one: dask worker {address} --nthreads 1"
        ) from None


class _Guard:
    """Watches a scheduler and its workers from two threads; ``fault`` is what went wrong, or None.

    When no worker is left, Dask would keep a task waiting for ever.
    """

    def __init__(
        self, client: Any, address: str, give_up: Callable[[WorkersGoneError], None]
    ) -> None:
        self.fault: WorkersGoneError | None = None
        self._client = client
        self._address = address
        self._give_up = give_up
        self._seen = self._answered = time.monotonic()
        self._is_over = threading.Event()

    def begin(self) -> None:
        self._seen = self._answered = time.monotonic()
        for watch in (self._ask, self._watch):
            threading.Thread(target=watch, daemon=True).start()

    def end(self) -> None:
        self._is_over.set()

    def _ask(self) -> None:
        """Ask for the workers repeatedly; an answer may never come."""
        while not self._is_over.wait(_ASK_SECONDS):
            with contextlib.suppress(Exception):  # _watch notices that no answer came
                n_workers = len(self._client.nthreads())
                self._answered = time.monotonic()
                if n_workers:
                    self._seen = self._answered

    def _watch(self) -> None:
        while not self._is_over.wait(_ASK_SECONDS):
            now = time.monotonic()
            if now - self._seen < ABSENT_SECONDS:
                continue
            what = "all workers of the Dask scheduler at {} are gone."
            if now - self._answered >= ABSENT_SECONDS:
                what = "the Dask scheduler at {} does not answer any more."
            self.fault = WorkersGoneError(
                f"{what.format(self._address)}\n"
                "What was finished is kept: run the command again for the rest."
            )
            self._give_up(self.fault)
            return


def _ask_all(client: Any, address: str, expression: str) -> dict[str, Any]:
    """The value of an expression, or the error that it raises, on each worker.

    A worker without reportgen could not unpickle a function, but can evaluate text.
    """
    answers: Future[dict[str, Any]] = Future()

    def ask() -> None:
        try:
            answers.set_result(client.run(eval, expression, on_error="return"))
        except Exception as error:
            answers.set_exception(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answers.result(ALIKE_SECONDS)
    except TimeoutError:
        raise ReportgenError(
            f"workers of the Dask scheduler at {address} do not answer within "
            f"{ALIKE_SECONDS:.0f} s.\nEnd the hanging ones, or wait until they have time."
        ) from None
    except Exception as error:
        raise _gone(error) from None


@cache
def environment() -> Environment:
    """The versions, by name, that all machines must share to make the same bytes."""
    return {
        "reportgen": __version__,
        "reportgen's code": code_digest()[:12],
        **all_versions(),
        "processor": " ".join(cpu_features()),
    }


def _run_alike(wanted: Environment, task: Callable[..., Any], *arguments: Any) -> Any:
    """Run a task if this worker has the versions of the client: others give other results."""
    stand_in_for_home()
    _require_same(wanted, environment())
    return task(*arguments)


def _require_same(wanted: Environment, here: Environment) -> None:
    differ = [
        f"{name} {here.get(name)}, not {value}"
        for name, value in wanted.items()
        if here.get(name) != value
    ]
    if differ:
        raise WorkersGoneError(
            f"a worker differs from this machine: {few(differ, _MAX_NAMED, '; ')}.\n"
            "Its reports would not have the same bytes. Install the same versions there."
        )


def _pass_on(outer: Future[Any], inner: Future[Any]) -> None:
    if outer.done():
        return
    try:
        outer.set_result(inner.result())
    except CancelledError as error:
        outer.set_exception(_gone(error))
    except BaseException as error:
        outer.set_exception(error)


def _gone(error: BaseException) -> WorkersGoneError:
    return WorkersGoneError(
        f"the connection to the Dask scheduler is lost ({type(error).__name__}).\n"
        "What was finished is kept: run the command again for the rest."
    )
