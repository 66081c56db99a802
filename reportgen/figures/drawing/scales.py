"""Scales: from a value to a place on the sheet, and the ticks that label it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportgen.figures.drawing.style import MUTED, TRACK
from reportgen.formatting import decimal, percent

if TYPE_CHECKING:
    from reportgen.figures.drawing.sheet import Sheet

_TICK_ROOM = 36.0  # points for the value of a tick


@dataclass(frozen=True)
class Scale:
    """A linear scale: ``low`` is drawn at ``start``, ``high`` at ``end`` (in points)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value is drawn."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def ticks_between(low: float, high: float, at_most: int = 7) -> list[float]:
    """Round values in ``low`` to ``high``, evenly spaced."""
    from matplotlib.ticker import MaxNLocator

    locator = MaxNLocator(nbins=at_most, steps=[1, 2, 2.5, 5, 10])
    slack = (high - low) * 1e-9
    found = (round(float(tick), 10) for tick in locator.tick_values(low, high))
    return [tick for tick in found if low - slack <= tick <= high + slack]


def percent_range(values: Sequence[float], pad: float = 0.08) -> tuple[float, float]:
    """A range of fractions around values, within 0 to 1; its ends always differ."""
    low, high = min(values), max(values)
    margin = max((high - low) * pad, 0.002)
    return max(0.0, low - margin), min(1.0, high + margin)


def tick_texts(ticks: Sequence[float], as_percent: bool) -> list[str]:
    """Texts for ticks, with as many decimals as the most precise tick needs."""
    scaled = [tick * 100 if as_percent else tick for tick in ticks]
    digits = next(d for d in range(11) if all(abs(round(t, d) - t) < 1e-7 for t in scaled))
    if as_percent:
        return [percent(tick, digits) for tick in ticks]
    return [decimal(tick, digits) for tick in ticks]


def draw_x_axis(
    sheet: Sheet,
    scale: Scale,
    top: float,
    bottom: float,
    *,
    as_percent: bool,
    title: str,
    ticks: Sequence[float] | None = None,
) -> None:
    """Draw faint lines from ``top`` to ``bottom``, their values below, and a title."""
    if ticks is None:
        at_most = max(2, min(7, int((scale.end - scale.start) / _TICK_ROOM)))
        ticks = ticks_between(scale.low, scale.high, at_most)
    for tick, text in zip(ticks, tick_texts(ticks, as_percent), strict=True):
        x = scale(tick)
        sheet.line([(x, top), (x, bottom + 3)], TRACK, width=0.8)
        sheet.text(x, bottom + 12, text, align="center", colour=MUTED)
    middle = (scale.start + scale.end) / 2
    sheet.text(middle, bottom + 24, title, align="center", colour=MUTED)


def draw_y_axis(
    sheet: Sheet, scale: Scale, left: float, right: float, *, as_percent: bool, title: str
) -> None:
    """Draw faint lines from ``left`` to ``right``, their values at the left, and a title."""
    ticks = ticks_between(scale.low, scale.high)
    for tick, text in zip(ticks, tick_texts(ticks, as_percent), strict=True):
        y = scale(tick)
        sheet.line([(left - 3, y), (right, y)], TRACK, width=0.8)
        sheet.text(left - 6, y + 3.2, text, align="right", colour=MUTED)
    sheet.text(2, scale.end - 9, title, colour=MUTED)
