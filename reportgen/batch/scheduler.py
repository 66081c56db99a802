"""Many reports made by workers: each row is one task, and a few rows are under way at a time.

Only a window of rows is under way, so memory does not depend on how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any

from reportgen.batch.roster import RosterRow
from reportgen.batch.tasks import AssignmentTexts, make_report
from reportgen.batch.workers import Workers, WorkersGoneError
from reportgen.errors import RenderError
from reportgen.evidence.record import Evidence
from reportgen.pipeline.rendering import Files, FolderSpec

MAX_ATTEMPTS = 3
_DIED = f"its worker died {MAX_ATTEMPTS} times, of too little memory or from outside."


@dataclass(frozen=True, eq=False)
class Order:
    """A report to make: whose it is, what was measured, and what the folder shall hold."""

    row: RosterRow
    evidence: Evidence
    wanted: FolderSpec
    weights: Mapping[str, bytes]


@dataclass(frozen=True, eq=False)
class Made:
    """An order that ended: its files, or what was in the way.

    ``files`` lacks the weights, which the order has.
    """

    order: Order
    files: Files
    notices: tuple[str, ...] = ()
    error: Exception | None = None


@dataclass(eq=False)
class _Attempt:
    """An order that is under way or waits, and how often it was begun."""

    order: Order
    n: int = 0


def make_reports(
    orders: Iterable[Order], workers: Workers, *, allow_contradictions: bool
) -> Iterator[Made]:
    """Make reports, and give each as soon as it is ready.

    When a worker dies, all rows under way begin again. A row to which this happens twice is
    tried once more alone, so that the one that kills its worker is known, and fails.

    Args:
        orders: taken one by one, whenever there is room for one more.
        workers: run the tasks.
        allow_contradictions: whether the authors' own words may contradict the evidence.
    """
    source = iter(orders)
    running: dict[Future[Any], _Attempt] = {}
    suspects: list[_Attempt] = []

    def begin(attempt: _Attempt) -> None:
        attempt.n += 1
        order = attempt.order
        texts = AssignmentTexts.of(order.row.assignment)
        arguments = (order.evidence, texts, order.wanted, allow_contradictions)
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
