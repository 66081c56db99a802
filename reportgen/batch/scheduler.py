"""Make many reports by workers: each row of the roster is one task.

Only a few tasks run or wait at a time, so memory does not depend on the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any

from reportgen.batch.roster import RosterRow
from reportgen.batch.tasks import make_report
from reportgen.batch.workers import Workers, WorkersGoneError
from reportgen.errors import RenderError
from reportgen.evidence.record import Evidence
from reportgen.pipeline.rendering import Files, FolderSpec

MAX_ATTEMPTS = 3
_DIED = f"its worker died {MAX_ATTEMPTS} times, of too little memory or from outside."


@dataclass(frozen=True, eq=False)
class Order:
    """A report to make.

    Attributes:
        row: of the roster.
        evidence: of the report.
        wanted: what the report's folder holds beside the report.
        weights: of each model, as NPZ bytes.
    """

    row: RosterRow
    evidence: Evidence
    wanted: FolderSpec
    weights: Mapping[str, bytes]


@dataclass(frozen=True, eq=False)
class Made:
    """A report that was made, or could not be made.

    Attributes:
        order: of the report.
        files: of the report's folder except the weights.
        notices: about contradictions that were allowed.
        error: why the report could not be made.
    """

    order: Order
    files: Files
    notices: tuple[str, ...] = ()
    error: Exception | None = None


@dataclass(eq=False)
class _Attempt:
    """An order, and how often its task was begun."""

    order: Order
    n: int = 0


def make_reports(
    orders: Iterable[Order], workers: Workers, *, allow_contradictions: bool
) -> Iterator[Made]:
    """Make reports, and yield each as soon as it is ready.

    If a worker dies, all running tasks begin again. A task to which this happens twice is
    tried once more, alone, so that only the task that kills its worker fails.

    Args:
        orders: taken one by one, when a task can begin.
        workers: run the tasks.
        allow_contradictions: whether the authors' own words may contradict the evidence.
    """
    source = iter(orders)
    running: dict[Future[Any], _Attempt] = {}
    suspects: list[_Attempt] = []

    def begin(attempt: _Attempt) -> None:
        attempt.n += 1
        order = attempt.order
        arguments = (order.evidence, order.row.assignment, order.wanted, allow_contradictions)
        running[workers.submit(make_report, *arguments)] = attempt

    while True:
        while not suspects and len(running) <= 2 * workers.n and (order := next(source, None)):
            begin(_Attempt(order))
        if suspects and not running:
            begin(suspects.pop())
        if not running:
            return
        lost = []
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            attempt = running.pop(future)
            try:
                yield _ended(attempt.order, future, workers.lost)
            except workers.lost:
                lost.append(attempt)
        if lost:
            lost += running.values()
            running.clear()
            workers.renew()
        for attempt in lost:
            if attempt.n == MAX_ATTEMPTS:
                yield Made(attempt.order, {}, error=RenderError(_DIED))
            elif attempt.n == MAX_ATTEMPTS - 1:
                suspects.append(attempt)
            else:
                begin(attempt)


def _ended(order: Order, future: Future[Any], lost: tuple[type[BaseException], ...]) -> Made:
    """What became of a task; an error of one row stays with that row."""
    try:
        return Made(order, *future.result())
    except Exception as error:
        if isinstance(error, (*lost, WorkersGoneError)):
            raise
        return Made(order, {}, error=error)
