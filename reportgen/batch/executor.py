"""Who runs a batch's tasks: anything that takes tasks as an executor does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

from reportgen.errors import ReportgenError


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
