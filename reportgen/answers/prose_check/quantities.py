"""Numbers as people write them: their value, their precision, and words such as "about".

Percent (97.7 %, 97,7 %, ninety-seven point seven percent), fractions (0.977, 3.7e-04), shares
(9,771 of 10,000; nine out of ten), percentage points, ranges (97 to 98 %; between 0.97 and
0.98; the lower 90s), and bare numbers.

A quantity is right about a measured value (``Fit.YES``) if the value rounds to it at the
precision written, or lies where "over", "at most" or "between" say; it is wrong
(``Fit.NO``) if it clearly does not. Anything else is ``Fit.UNCLEAR``, such as "about
90 %" for 86.1 %.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Literal, cast

from reportgen.answers.prose_check import words
from reportgen.answers.prose_check.sentences import Span

Unit = Literal["percent", "fraction", "share", "points", "number"]
Bound = Literal["exact", "denied", "about", "nearly", "barely", "over", "under", "range"]

_ONE_PERCENT = Fraction(1, 100)
_FINEST = Fraction(1, 10**6)  # a number with more decimals is precise to this
_SMALL = {word: value for value, word in enumerate(words.alternatives("small_number"))}
_TENS = {word: 10 * value for value, word in enumerate(words.alternatives("tens"), start=2)}
_FROM_SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_DECADE_PARTS = {"low": (0, 4), "mid": (3, 7), "hig": (6, 10), "upp": (6, 10), "": (0, 10)}


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
        # "At least 97.9 %" may be written for 97.85 %, rounded; whole percents are taken
        # as they are.
        slack = half if self.step < _ONE_PERCENT else Fraction(0)
        # 0 and 100 % stand for exactly that.
        extreme = self.low in (0, 1) and self.unit in ("percent", "fraction")
        match self.bound:
            case "exact":
                return Fit.of(off == 0 or (abs(off) <= half and not extreme), abs(off) <= half)
            case "denied":
                return Fit.of(False, abs(off) > half)
            case "about":
                return Fit.of(abs(off) <= near, abs(off) <= far)
            case "nearly":
                return Fit.of(-near <= off < 0, -far <= off <= half)
            case "barely":
                return Fit.of(0 < off <= near, -half <= off <= far)
            case "over":
                return Fit.of(off > 0, off >= -slack)
            case "under":
                return Fit.of(off < 0, off <= slack)
        return Fit.of(0 <= off <= width, -slack <= off <= width + slack)

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


def find_quantities(text: str) -> list[Quantity]:
    """Every number in a sentence, in order; words such as "about" set its bound."""
    found: list[Quantity] = []
    for quantity in _find(text):
        before = found[-1] if found else None
        if before and _both_decades(before, quantity, text):
            low, high = min(before.low, quantity.low), max(before.high, quantity.high)
            found[-1] = replace(before, end=quantity.end, low=low, high=high)
        else:
            found.append(quantity)
    return [_with_bound(quantity, text) for quantity in found]


def _both_decades(one: Quantity, two: Quantity, text: str) -> bool:
    """Whether two ranges are one: "lower 90s and upper 80s"."""
    decades = text[one.end - 1] == text[two.end - 1] == "s"
    joined = words.same_decades.fullmatch(text, one.end, two.start)
    return bool(one.bound == two.bound == "range" and decades and joined)


def _find(text: str) -> Iterator[Quantity]:
    for found in words.quantity.finditer(text):
        quantity = _quantity(found, text)
        if quantity is not None:
            yield quantity
            continue
        # it only looked like a range or a share: take its two numbers one by one
        for part in words.single_quantity.finditer(text, *found.span()):
            is_fraction = words.decimal_fraction.fullmatch(part["value"]) and "or" in found[0]
            apart = is_fraction or words.numbered.search(text[: part.start()])
            unit = part["unit"] or (None if apart else found["runit"])
            yield _number_at(part.span(), part["value"], unit)


def _quantity(found: re.Match[str], text: str) -> Quantity | None:
    span = found.span()
    if found["decade"]:
        first, last = _DECADE_PARTS[(found["part"] or "").lower()[:3]]
        ten = int(found["tens"]) * 10
        return _ranged(span, "percent", [Decimal(ten + first), Decimal(ten + last)])
    if found["low"] or found["less"]:
        one, two = ("low", "high") if found["low"] else ("less", "more")
        ends = [_decimal(found[name], percent=bool(found["low"])) for name in (one, two)]
        if not _is_range(ends, text[found.end(one) : found.start(two)], text[: span[0]]):
            return None
        return _ranged(span, _unit(found["runit"]) if found["low"] else "fraction", ends)
    if found["left"]:
        ends = [_decimal(found[name]) for name in ("left", "right")]
        return _ranged(span, "fraction" if max(ends) <= 1 else "number", ends)
    if found["n"]:
        return _share(found, text)
    if found["spelled"]:
        return _made(span, _unit(found["sunit"]), _spelled(found["spelled"]))
    if found["power"]:
        power = int(found["power"].translate(_FROM_SUPERSCRIPT))
        return _made(span, "fraction", _decimal(found["value"]).scaleb(power))
    return _number_at(span, found["value"], found["unit"])


def _number_at(span: tuple[int, int], text: str, unit_text: str | None) -> Quantity:
    if unit_text:
        return _made(span, _unit(unit_text), _decimal(text, percent=True))
    value = _decimal(text)
    unit: Unit = "fraction" if re.search(r"[.,]\d|e-", text) and 0 <= value <= 1 else "number"
    return _made(span, unit, value)


def _is_range(ends: list[Decimal], joint: str, before: str) -> bool:
    """Whether two numbers are the ends of one range rather than two findings."""
    if ends[0] >= ends[1] or words.joined_by_or.search(joint):
        return False
    word = before.rstrip().lower()
    if words.joined_by_and.search(joint):
        return word.endswith("between")
    return not word.endswith("from") or bool(words.measured_range.search(word))


def _unit(text: str) -> Unit:
    return "points" if words.points_unit.search(text) else "percent"


def _ranged(span: tuple[int, int], unit: Unit, ends: list[Decimal]) -> Quantity:
    low, high = (_made(span, unit, end) for end in sorted(ends))
    step = max(low.step, high.step)
    return replace(low, high=high.low, step=step, bound="range")


def _share(found: re.Match[str], text: str) -> Quantity | None:
    n, m = (_whole(found[name]) for name in ("n", "m"))
    slash = "/" in text[found.end("n") : found.start("m")]
    if not 0 <= n <= m or m < 10 or (slash and m not in (10, 100) and m < 1000):
        return None
    value = Fraction(n, m)
    return Quantity(*found.span(), "share", value, value, Fraction(1, m), count=(n, m))


def _made(span: tuple[int, int], unit: Unit, value: Decimal) -> Quantity:
    exponent = value.as_tuple().exponent
    scale = 100 if unit in ("percent", "points") else 1
    # Keras prints 0.9715 as 0.9714999794960022
    step = max(Fraction(Decimal(1).scaleb(min(0, int(exponent)))) / scale, _FINEST)
    exact = Fraction(value) / scale
    whole = unit == "number" and value == value.to_integral_value()
    count = (int(value), None) if whole else None
    return Quantity(*span, unit, exact, exact, step, count=count)


def _decimal(text: str, *, percent: bool = False) -> Decimal:
    """A number as written; a comma is a decimal comma where thousands make no sense."""
    text = re.sub(r"\s", "", text.replace("−", "-"))
    if "," in text and "." not in text:
        head, _, tail = text.partition(",")
        decimal_comma = len(tail) != 3 or head in ("0", "") or percent
        return Decimal(text.replace(",", "." if decimal_comma else ""))
    return Decimal(text.replace(",", ""))


def _whole(text: str) -> int:
    word = text.lower()
    if word.endswith("hundred"):
        return 100
    return _SMALL[word] if word in _SMALL else int(re.sub(r"[,\s]", "", text))


def _spelled(text: str) -> Decimal:
    whole, _, digits = text.lower().partition(" point ")
    if whole.endswith("hundred"):
        return Decimal(100)
    value = sum(_TENS.get(word, _SMALL.get(word, 0)) for word in re.split(r"[\s-]", whole))
    tail = "".join(str(_SMALL[word]) for word in digits.split())
    return Decimal(f"{value}.{tail}" if tail else value)


def _with_bound(quantity: Quantity, text: str) -> Quantity:
    """A number with the bound that the words beside it give; the earliest words win."""
    if quantity.bound != "exact":
        return quantity
    bounds, frame = words.table("bounds").items(), quantity.framed(text)
    found = [(match.start(), bound) for bound, p in bounds if (match := p.search(frame))]
    return replace(quantity, bound=cast("Bound", min(found)[1])) if found else quantity
