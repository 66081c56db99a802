"""Numbers as people write them: their value, their precision, and words such as "about".

A quantity is right about a measured value (``Fit.YES``) if the value rounds to it at the
precision written, or lies where "over", "at most" or "between" say; it is wrong
(``Fit.NO``) if it clearly does not. What is left, such as "about 90 %" of 86.1 %, is
neither (``Fit.UNCLEAR``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Literal

from reportgen.answers.prose.sentences import Span

Unit = Literal["percent", "fraction", "share", "points", "number"]
Bound = Literal["exact", "denied", "about", "nearly", "barely", "over", "under", "range"]

_ONE_PERCENT = Fraction(1, 100)


class Fit(Enum):
    """How a quantity fits a measured value."""

    YES = 1
    UNCLEAR = 0
    NO = -1

    @classmethod
    def of(cls, right: bool, possible: bool = False) -> Fit:
        """Right, or else unclear where it is possible."""
        return cls.YES if right else cls.UNCLEAR if possible else cls.NO


@dataclass(frozen=True)
class Quantity(Span):
    """A number in a sentence, with its unit.

    Attributes:
        unit: how it was written; percent and points are already divided by 100.
        low, high: the value, or both ends of a range.
        step: one unit in the last place written.
        bound: what the words around it say; ``nearly`` is "almost", ``barely`` "just over".
        count: (n, of how many or None) where it was written as a share or a whole number.
    """

    unit: Unit
    low: Fraction
    high: Fraction
    step: Fraction
    bound: Bound = "exact"
    count: tuple[int, int | None] | None = None

    def framed(self, text: str) -> str:
        """The sentence with a mark in the place of this number."""
        return f"{text[: self.start]}№{text[self.end :]}"

    def fit(self, measured: Fraction) -> Fit:
        """Whether the measured value is what was written."""
        off, half = measured - self.low, self.step / 2
        (near, far), width = self._zones(), self.high - self.low
        # Who writes "at least 97.9 %" may have 97.85 % before them, rounded; whole percents
        # are meant as they are.
        slack = half if self.step < _ONE_PERCENT else Fraction(0)
        # 0 and 100 % stand for exactly that.
        extreme = self.low in (0, 1) and self.unit in ("percent", "fraction")
        right, possible = {
            "exact": (off == 0 or (abs(off) <= half and not extreme), abs(off) <= half),
            "denied": (False, abs(off) > half),
            "about": (abs(off) <= near, abs(off) <= far),
            "nearly": (-near <= off < 0, -far <= off <= half),
            "barely": (0 < off <= near, -half <= off <= far),
            "over": (off > 0, off >= -slack),
            "under": (off < 0, off <= slack),
            "range": (0 <= off <= width, -slack <= off <= width + slack),
        }[self.bound]
        return Fit.of(right, possible)

    def _zones(self) -> tuple[Fraction, Fraction]:
        """How far off "about" is surely right, and from where on it is surely wrong."""
        n, total = self.count or (0, None)
        if total is not None and total >= 1000:  # "about 9,800 of 10,000" is rounded to hundreds
            unit = max(unit for unit in (1, 5, 10, 50, 100, 500, 1000) if n % unit == 0)
            near, far = Fraction(unit, 2 * total), Fraction(3 * unit, 2 * total)
            return min(near, Fraction(3, 200)), min(far, Fraction(5, 200))
        if self.unit == "share" or self.step >= _ONE_PERCENT:
            if self.low % Fraction(1, 10) == 0:
                return 2 * _ONE_PERCENT, 5 * _ONE_PERCENT
            if self.low % Fraction(1, 20) == 0:
                return Fraction(3, 200), Fraction(5, 200)
        return self.step, 3 * self.step

    @property
    def percent_decimals(self) -> int:
        """How many decimals the precision written has in percent."""
        step = self.step * 100
        return max(0, len(str(step.denominator)) - 1) if step < 1 else 0
