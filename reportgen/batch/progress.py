"""The progress of a batch, and how it is reported."""

from __future__ import annotations

import time
from dataclasses import dataclass

from reportgen.pipeline.ledger import Observer


@dataclass(frozen=True)
class Progress:
    """How far a batch is.

    Attributes:
        total: rows in the roster.
        done: reports that exist, made now or before.
        failed: rows that failed.
        rate: reports a minute, since the first was begun.
        seconds_left: an estimate; None before the first report is made.
    """

    total: int
    done: int
    failed: int
    rate: float
    seconds_left: float | None

    @property
    def left(self) -> int:
        """Rows that are neither done nor failed."""
        return self.total - self.done - self.failed

    def __str__(self) -> str:
        text = f"{self.done} done, {self.failed} failed, {self.left} left"
        if self.seconds_left is None:
            return text
        minutes, seconds = divmod(round(self.seconds_left), 60)
        time_left = f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
        return f"{text}, {self.rate:.0f} a minute, about {time_left}"


class BatchObserver(Observer):
    """An ``Observer`` that is also told of a batch's progress."""

    def reports(self, progress: Progress) -> None:
        """A row has ended."""


class Meter:
    """Counts rows as they end and tells the observer."""

    def __init__(self, total: int, done: int, failed: int, observer: BatchObserver) -> None:
        self._total, self._done, self._failed_before = total, done, failed
        self._observer = observer
        self._made = self._failed = 0
        self._start = time.perf_counter()
        self._tell()

    def made(self) -> None:
        """A report was made."""
        self._made += 1
        self._tell()

    def failed(self) -> None:
        """A row has failed."""
        self._failed += 1
        self._tell()

    def _tell(self) -> None:
        ended = self._made + self._failed
        seconds = time.perf_counter() - self._start
        left = self._total - self._done - self._failed_before - ended
        self._observer.reports(
            Progress(
                self._total,
                self._done + self._made,
                self._failed_before + self._failed,
                60 * self._made / seconds if seconds else 0.0,
                left * seconds / ended if ended else None,
            )
        )
