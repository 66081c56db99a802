"""Workers of a Dask cluster: the same tasks, on machines that share no disk.

Scheduling, retries and transport are Dask's (``Client.get_executor``); here a task is only
kept from running where it would give other bytes than on this machine.
"""

from __future__ import annotations

import contextlib
import logging
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from functools import cache, partial
from typing import Any

from reportgen import __version__
from reportgen.batch.workers import Workers, WorkersGoneError
from reportgen.closures import code_digest
from reportgen.errors import ConfigError, ReportgenError
from reportgen.keys import all_versions
from reportgen.versions import cpu_features

CONNECT_SECONDS = 10
FIRST_WORKER_SECONDS = 60
_MAX_NAMED = 3


class DaskWorkers:
    """A cluster that exists already; its workers need reportgen in the same versions."""

    train = True

    def __init__(self, client: Any) -> None:
        from distributed.scheduler import KilledWorker

        self.lost: tuple[type[BaseException], ...] = (KilledWorker,)
        self._client = client
        # Every task is a task of its own, also where two have the same arguments.
        self._executor: Executor = client.get_executor(pure=False)
        self._running: weakref.WeakSet[Future[Any]] = weakref.WeakSet()
        self._shared: dict[int, tuple[Any, Any]] = {}
        self._environment = environment()

    @property
    def n(self) -> int:
        """How many tasks run at a time, of all workers that are there now."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(self, task: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        """Begin a task on any worker.

        Raises:
            WorkersGoneError: the connection to the scheduler is lost.
        """
        try:
            inner = self._executor.submit(_run_alike, self._environment, task, *arguments)
        except (RuntimeError, OSError) as error:
            raise _gone(error) from None
        self._running.add(inner)
        outer: Future[Any] = Future()
        inner.add_done_callback(partial(_pass_on, outer))
        return outer

    def share(self, value: Any) -> Any:
        """Send a value to the cluster once; what stands for it can be a task's argument."""
        if id(value) not in self._shared:
            self._shared[id(value)] = value, self._client.scatter(value, hash=False)
        return self._shared[id(value)][1]

    def renew(self) -> None:
        """Give up what was submitted; Dask itself starts workers again."""
        for future in list(self._running):
            future.cancel()

    def close(self, *, at_once: bool = False) -> None:
        """Leave the cluster as it is."""
        if at_once:
            self.renew()
        self._shared.clear()
        with contextlib.suppress(Exception):  # a scheduler that has gone cannot be told
            self._executor.shutdown(wait=not at_once)
        self._client.close(timeout=2)


@contextlib.contextmanager
def open_cluster(address: str, notify: Callable[[str], None]) -> Iterator[Workers]:
    """The workers of a Dask scheduler.

    Args:
        address: such as ``tcp://127.0.0.1:8786``.
        notify: told, in words for a person, when there are no workers yet.

    Raises:
        ConfigError: the extra ``dask`` is not installed, or the address is none.
        ReportgenError: nobody answers there, or no worker comes.
    """
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"--scheduler needs the package {error.name}. Install it: pip install 'reportgen[dask]'"
        ) from None
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we tell what goes wrong
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except ValueError as error:
        raise ConfigError(f"--scheduler {address!r}: {error}") from None
    except OSError:
        raise ReportgenError(
            f"no Dask scheduler answers at {address}.\n"
            "Start one: dask scheduler --host 127.0.0.1, and workers: dask worker ADDRESS\n"
            "Or leave --scheduler out to use this machine alone."
        ) from None
    workers = DaskWorkers(client)
    try:
        _wait_for_a_worker(client, address, notify)
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


@cache
def environment() -> tuple[tuple[str, str], ...]:
    """What must be the same on all machines for the same bytes: (name, version) pairs."""
    versions = {
        "reportgen": __version__,
        "reportgen's code": code_digest()[:12],
        **all_versions(),
        "processor": " ".join(cpu_features()),
    }
    return tuple(versions.items())


def _run_alike(
    wanted: tuple[tuple[str, str], ...], task: Callable[..., Any], *arguments: Any
) -> Any:
    """Run a task on a worker that has what the client has.

    Raises:
        WorkersGoneError: it has something else, so that its results would differ.
    """
    here = dict(environment())
    differ = [
        f"{name} {here.get(name)}, not {value}" for name, value in wanted if here.get(name) != value
    ]
    if differ:
        more = f" and {len(differ) - _MAX_NAMED} more" if len(differ) > _MAX_NAMED else ""
        raise WorkersGoneError(
            f"a worker differs from this machine: {'; '.join(differ[:_MAX_NAMED])}{more}.\n"
            "Its reports would not have the same bytes. Install the same versions there."
        )
    return task(*arguments)


def _pass_on(outer: Future[Any], inner: Future[Any]) -> None:
    """Give a future's end to another; a connection that was lost by its name."""
    if outer.cancelled():
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
