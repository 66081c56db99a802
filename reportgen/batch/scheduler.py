"""Many reports made at a time: drafted, drawn and rendered by workers, a few rows in flight.

A row is drafted first, which tells its figures. Those that neither this batch nor the
store has are drawn, each once however many rows want it; then the row is rendered. Only
a window of rows is under way, so memory does not depend on how many there are.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from reportgen.batch.roster import RosterRow
from reportgen.batch.tasks import AssignmentTexts, draft_report, draw_figures, render_report
from reportgen.batch.workers import Workers, WorkersGoneError
from reportgen.errors import RenderError
from reportgen.evidence.record import Evidence
from reportgen.pipeline.keys import figure_inputs
from reportgen.pipeline.rendering import FIGURE_KIND, ComposedReport, Files, FolderSpec
from reportgen.storage.store import Store, key_of

if TYPE_CHECKING:
    from reportgen.figures.spec import FigureSpec, Picture

MAX_PICTURE_BYTES = 64 * 1024**2
MAX_ATTEMPTS = 3


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


def make_reports(
    orders: Iterable[Order], workers: Workers, store: Store, *, allow_contradictions: bool
) -> Iterator[Made]:
    """Make reports, and give each as soon as it is ready.

    Args:
        orders: taken one by one, whenever there is room for one more.
        workers: run the tasks.
        store: looked into for figures that were drawn before.
        allow_contradictions: whether the authors' own words may contradict the evidence.
    """
    desk = _Desk(workers, _Pictures(store), allow_contradictions)
    source = iter(orders)
    window = 2 * workers.n + 1
    while True:
        while desk.has_room(window) and (order := next(source, None)) is not None:
            desk.begin(_Flight(order))
        if desk.is_idle:
            return
        yield from desk.proceed()


@dataclass(eq=False)
class _Flight:
    """A row under way."""

    order: Order
    attempts: int = 1
    draft: ComposedReport | None = None
    notices: tuple[str, ...] = ()
    digests: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, tuple[Picture, ...]] = field(default_factory=dict)


@dataclass(eq=False)
class _Task:
    """A task under way, for which rows, and what is done with its result."""

    flights: list[_Flight]
    then: Callable[[Any], None]


class _Pictures:
    """Pictures by the digest of what they show: those used last, and those of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._recent: OrderedDict[str, tuple[Picture, ...]] = OrderedDict()
        self._size = 0

    def get(self, digest: str) -> tuple[Picture, ...] | None:
        """The pictures, if they are at hand."""
        found = self._recent.get(digest)
        if found is not None:
            self._recent.move_to_end(digest)
            return found
        entry = self._store.get(FIGURE_KIND, key_of(figure_inputs(digest)))
        if entry is None:
            return None
        from reportgen.figures.spec import unpack_pictures

        return self.keep(digest, unpack_pictures(entry.files))

    def keep(self, digest: str, pictures: tuple[Picture, ...]) -> tuple[Picture, ...]:
        """Remember pictures, and forget those that were not used for the longest time."""
        self._recent[digest] = pictures
        self._size += _size(pictures)
        while self._size > MAX_PICTURE_BYTES and len(self._recent) > 1:
            self._size -= _size(self._recent.popitem(last=False)[1])
        return pictures


def _size(pictures: tuple[Picture, ...]) -> int:
    return sum(len(picture.content) for picture in pictures)


class _Desk:
    """Knows which tasks run for which rows, and what comes after each."""

    def __init__(self, workers: Workers, pictures: _Pictures, allow: bool) -> None:
        self._workers = workers
        self._pictures = pictures
        self._allow = allow
        self._flights: list[_Flight] = []
        self._suspects: list[_Flight] = []
        self._tasks: dict[Future[Any], _Task] = {}
        self._drawing: dict[str, _Task] = {}
        self._made: list[Made] = []

    @property
    def is_idle(self) -> bool:
        """Whether no row is under way."""
        return not self._flights and not self._suspects

    def has_room(self, window: int) -> bool:
        """Whether another row can be taken on, given how many may be under way."""
        return len(self._flights) < window and not self._suspects

    def begin(self, flight: _Flight) -> None:
        """Take a row on."""
        self._flights.append(flight)
        order = flight.order
        self._run(
            _Task([flight], partial(self._drafted, flight)),
            draft_report,
            order.evidence,
            AssignmentTexts.of(order.row.assignment),
            order.wanted.formats,
            self._allow,
        )

    def proceed(self) -> list[Made]:
        """Wait until a task ends, go on with its rows, and give those that ended."""
        if not self._flights:
            self.begin(self._suspects.pop())
        done, _ = wait(self._tasks, return_when=FIRST_COMPLETED)
        for future in done:
            task = self._tasks.pop(future, None)
            if task is None:  # lost together with a worker
                continue
            try:
                result = future.result()
            except self._workers.lost:
                self._begin_again()
                break
            except WorkersGoneError:
                raise
            except Exception as error:  # whatever is wrong with one row stays with it
                self._fail(task, error)
            else:
                task.then(result)
        made, self._made = self._made, []
        return made

    def _run(self, task: _Task, function: Callable[..., Any], *arguments: Any) -> None:
        try:
            self._tasks[self._workers.submit(function, *arguments)] = task
        except self._workers.lost as error:
            lost: Future[Any] = Future()
            lost.set_exception(error)
            self._tasks[lost] = task

    def _drafted(self, flight: _Flight, result: tuple[ComposedReport, list[str]]) -> None:
        flight.draft, flight.notices = result[0], tuple(result[1])
        missing: dict[str, FigureSpec] = {}
        for name, spec in flight.draft.figures.items():
            digest = flight.digests[name] = spec.digest()
            found = self._pictures.get(digest)
            if found is not None:
                flight.pictures[digest] = found
            elif digest in self._drawing:
                self._drawing[digest].flights.append(flight)
            else:
                missing[digest] = spec
        if missing:
            task = _Task([flight], partial(self._drawn, list(missing)))
            self._drawing |= dict.fromkeys(missing, task)
            # The task's rows can grow in number while it runs, so it is looked up afterwards.
            self._run(task, draw_figures, list(missing.values()))
        self._render_if_drawn(flight)

    def _drawn(self, digests: list[str], result: list[tuple[Picture, ...]]) -> None:
        flights: dict[int, _Flight] = {}
        for digest, pictures in zip(digests, result, strict=True):
            self._pictures.keep(digest, pictures)
            flights |= {id(flight): flight for flight in self._drawing.pop(digest).flights}
            for flight in flights.values():
                flight.pictures[digest] = pictures
        for flight in flights.values():
            self._render_if_drawn(flight)

    def _render_if_drawn(self, flight: _Flight) -> None:
        is_drawn = all(digest in flight.pictures for digest in flight.digests.values())
        if flight not in self._flights or not is_drawn:
            return
        pictures = {name: flight.pictures[digest] for name, digest in flight.digests.items()}
        task = _Task([flight], partial(self._rendered, flight))
        self._run(task, render_report, flight.draft, pictures, flight.order.wanted)

    def _rendered(self, flight: _Flight, files: Files) -> None:
        self._end(flight, Made(flight.order, files, flight.notices))

    def _end(self, flight: _Flight, made: Made) -> None:
        if flight in self._flights:
            self._flights.remove(flight)
            self._made.append(made)

    def _fail(self, task: _Task, error: Exception) -> None:
        """The row that a task was begun for has failed; others that wait for it begin anew."""
        first, *others = task.flights
        self._end(first, Made(first.order, {}, error=error))
        self._drawing = {key: each for key, each in self._drawing.items() if each is not task}
        for flight in others:
            if flight in self._flights:
                self._flights.remove(flight)
                self.begin(_Flight(flight.order, flight.attempts))

    def _begin_again(self) -> None:
        """A worker died, and with it perhaps other tasks: every row under way begins anew.

        When it happens a second time, each begins alone, so that the one that does it is known.
        """
        flights, self._flights, self._tasks, self._drawing = self._flights, [], {}, {}
        self._workers.renew()
        for flight in flights:
            again = _Flight(flight.order, flight.attempts + 1)
            if again.attempts < MAX_ATTEMPTS:
                self.begin(again)
            elif again.attempts == MAX_ATTEMPTS:
                self._suspects.append(again)
            else:
                error = RenderError(
                    f"its worker died {MAX_ATTEMPTS} times, of too little memory or from outside."
                )
                self._made.append(Made(flight.order, {}, error=error))
