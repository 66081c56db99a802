"""Numbers as people write them: their value, their precision, and words such as "about".

A quantity is right about a measured value (``Fit.YES``) if the value rounds to it at the
precision written, or lies where "over", "at most" or "between" say; it is wrong
(``Fit.NO``) if it clearly does not. What is left, such as "about 90 %" of 86.1 %, is
neither (``Fit.UNCLEAR``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from typing import Literal

Unit = Literal["percent", "fraction", "share", "points", "number"]
Bound = Literal["exact", "about", "nearly", "barely", "over", "under", "range"]


class Fit(Enum):
    """How a quantity fits a measured value."""

    YES = 1
    UNCLEAR = 0
    NO = -1


@dataclass(frozen=True)
class Quantity:
    """A number in a sentence.

    Attributes:
        start, end: of the number with its unit, in the sentence.
        unit: how it was written; percent and points are already divided by 100.
        low, high: the value, or both ends of a range.
        step: one unit in the last place written.
        bound: what the words around it say; ``nearly`` is "almost", ``barely`` "just over".
        count: (n, of how many or None) where it was written as a share or a whole number.
    """

    start: int
    end: int
    unit: Unit
    low: Fraction
    high: Fraction
    step: Fraction
    bound: Bound = "exact"
    count: tuple[int, int | None] | None = None

    def fit(self, measured: Fraction) -> Fit:
        """Whether the measured value is what was written."""
        if self.bound == "range":
            slack = _slack(self)
            if self.low <= measured <= self.high:
                return Fit.YES
            near = self.low - slack <= measured <= self.high + slack
            return Fit.UNCLEAR if near else Fit.NO
        return _FITS[self.bound](self, measured)

    @property
    def decimals(self) -> int:
        """How many decimals were written (of the percent, where it is one)."""
        in_percent = self.unit in ("percent", "points")
        return self.percent_decimals if in_percent else _decimals_of(self.step)

    @property
    def percent_decimals(self) -> int:
        """How many decimals the same precision has in percent."""
        return _decimals_of(self.step * 100)


def _decimals_of(step: Fraction) -> int:
    return max(0, len(str(step.denominator)) - 1) if step < 1 else 0


def _fit_exact(quantity: Quantity, measured: Fraction) -> Fit:
    if measured == quantity.low:
        return Fit.YES
    if abs(measured - quantity.low) > quantity.step / 2:
        return Fit.NO
    # 0 and 100 % stand for exactly that.
    extreme = quantity.low in (0, 1) and quantity.unit in ("percent", "fraction")
    return Fit.UNCLEAR if extreme else Fit.YES


def _slack(quantity: Quantity) -> Fraction:
    """How far beyond a bound a measured value is still no clear contradiction.

    Who writes "at least 97.9 %" may have 97.85 % before them, rounded; whole percents
    are meant as they are.
    """
    return quantity.step / 2 if quantity.step < Fraction(1, 100) else Fraction(0)


def _zones(quantity: Quantity) -> tuple[Fraction, Fraction]:
    """How far off "about" is surely right, and from where on it is surely wrong."""
    percent = quantity.low * 100
    if quantity.unit == "share" or quantity.step >= Fraction(1, 100):
        if percent % 10 == 0:
            return Fraction(2, 100), Fraction(5, 100)
        if percent % 5 == 0:
            return Fraction(3, 200), Fraction(5, 200)
    return quantity.step, quantity.step * 3


def _fit_about(quantity: Quantity, measured: Fraction) -> Fit:
    right, wrong = _zones(quantity)
    off = abs(measured - quantity.low)
    return Fit.YES if off <= right else Fit.NO if off > wrong else Fit.UNCLEAR


def _fit_nearly(quantity: Quantity, measured: Fraction) -> Fit:
    right, wrong = _zones(quantity)
    below = quantity.low - measured
    if 0 < below <= right:
        return Fit.YES
    return Fit.NO if below > wrong or below < -quantity.step / 2 else Fit.UNCLEAR


def _fit_barely(quantity: Quantity, measured: Fraction) -> Fit:
    mirrored = replace(quantity, low=-quantity.low)
    right, wrong = _zones(quantity)
    below = mirrored.low + measured
    if 0 < below <= right:
        return Fit.YES
    return Fit.NO if below > wrong or below < -quantity.step / 2 else Fit.UNCLEAR


def _fit_over(quantity: Quantity, measured: Fraction) -> Fit:
    if measured > quantity.low:
        return Fit.YES
    return Fit.NO if measured < quantity.low - _slack(quantity) else Fit.UNCLEAR


def _fit_under(quantity: Quantity, measured: Fraction) -> Fit:
    if measured < quantity.low:
        return Fit.YES
    return Fit.NO if measured > quantity.low + _slack(quantity) else Fit.UNCLEAR


_FITS = {
    "exact": _fit_exact,
    "about": _fit_about,
    "nearly": _fit_nearly,
    "barely": _fit_barely,
    "over": _fit_over,
    "under": _fit_under,
}
