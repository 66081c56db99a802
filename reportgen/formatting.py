"""Numbers as text, for prose, tables and figures alike.

Rounding never claims more than was measured: a text that shows 0, 1 or 100 %
stands for exactly that. Where rounding would reach them, a bound is printed
(``> 99.9 %``) or, for tiny probabilities, a power of ten (``3.4 × 10⁻⁷``). Halves
are rounded away from zero. A space inside a number's text is a no-break space, and
a negative number begins with a minus sign, not a hyphen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext

from reportgen.errors import RenderError

NBSP = "\u00a0"
MINUS = "\u2212"

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_SMALLEST_PLAIN_PROBABILITY = Decimal("0.001")
_WORDS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def percent(value: float, digits: int = 1) -> str:
    """A fraction from 0 to 1 as percent, such as ``97.7 %``.

    ``100 %`` is printed for exactly 1 and ``0 %`` for exactly 0; what would round
    to them is printed as a bound, such as ``> 99.9 %`` or ``< 0.1 %``.

    Raises:
        RenderError: the value is not in 0 to 1.
    """
    return f"{_percent_number(value, digits)}{NBSP}%"


def probability(value: float) -> str:
    """A probability with four decimals, such as ``0.0021``; below 0.001 as ``3.4 × 10⁻⁷``.

    ``0`` and ``1`` are printed for exactly these; what would round to 1 is ``> 0.9999``.

    Raises:
        RenderError: the value is not in 0 to 1.
    """
    exact = _fraction(value)
    if exact in (0, 1):
        return str(int(exact))
    rounded = _rounded(exact, 4)
    if rounded == 1:
        return f">{NBSP}0.9999"
    if rounded >= _SMALLEST_PLAIN_PROBABILITY:
        return str(rounded)
    return _scientific(exact)


def decimal(value: float, digits: int = 3) -> str:
    """A number with a fixed count of decimals, such as ``1,234.500`` or ``−0.031``.

    ``0`` is printed for exactly 0; what would round to it is a bound (``< 0.001``).

    Raises:
        RenderError: the value is not finite.
    """
    exact = _finite(value)
    if exact == 0:
        return "0"
    rounded = _rounded(exact, digits)
    if rounded != 0:
        return _with_minus(f"{rounded:,f}")
    step = f"{_step(digits):f}"
    return f"<{NBSP}{step}" if exact > 0 else f">{NBSP}{MINUS}{step}"


def significant(value: float, digits: int = 2) -> str:
    """A number with a count of significant digits: ``0.042``, ``−1.5``, ``2.4 × 10⁻⁸``.

    Powers of ten are used below 0.001 and from 100,000 on.

    Raises:
        RenderError: the value is not finite.
    """
    exact = _finite(value)
    if exact == 0:
        return "0"
    size = abs(exact)
    sign = MINUS if exact < 0 else ""
    if Decimal("0.001") <= size < 100_000:
        return sign + f"{_rounded(size, max(0, digits - 1 - size.adjusted())):,f}"
    return sign + _scientific(size, digits - 1)


def p_value(value: float) -> str:
    """A test's p-value with a relation sign, such as ``= 0.008`` or ``< 0.001``.

    Raises:
        RenderError: the value is not in 0 to 1.
    """
    exact = _fraction(value)
    if exact < Decimal("0.001"):
        return f"<{NBSP}0.001"
    rounded = _rounded(exact, 3)
    return f">{NBSP}0.999" if exact < rounded == 1 else f"={NBSP}{rounded}"


def in_words(n: int) -> str:
    """A whole number from 0 to 12 in words (0 is ``no``), others in digits."""
    return _WORDS[n] if 0 <= n < len(_WORDS) else count(n)


def few(texts: Sequence[str], most: int = 5, between: str = ", ") -> str:
    """The first of some texts, and how many more there are: ``a, b and 3 more``."""
    more = len(texts) - most
    return between.join(texts[:most]) + (f" and {more:,} more" if more > 0 else "")


def points(value: float, digits: int = 2, unit: str = "points") -> str:
    """A difference of two fractions in percentage points, such as ``1.71 points``.

    Without a unit (``""``) the number stands alone, as in ``7.3 of the 9.7 points``.

    Raises:
        RenderError: the value is not finite.
    """
    number = _points_number(value, digits)
    return f"{number}{NBSP}{unit.replace(' ', NBSP)}" if unit else number


def signed_points(value: float, digits: int = 2) -> str:
    """As ``points``, with the sign always written: ``+1.71 points``.

    Raises:
        RenderError: the value is not finite.
    """
    return f"{signed_points_number(value, digits)}{NBSP}points"


def signed_points_number(value: float, digits: int = 2) -> str:
    """As ``signed_points``, without the unit, for an interval such as ``+1.71 to +2.12 points``.

    Raises:
        RenderError: the value is not finite.
    """
    number = _points_number(value, digits)
    if value <= 0 or number == "0":
        return number
    return f"<{NBSP}+{number[2:]}" if number[0] == "<" else f"+{number}"


def count(value: int) -> str:
    """A whole number with commas between thousands, such as ``60,000``."""
    return _with_minus(f"{int(value):,}")


def share(n: int, total: int) -> str:
    """How many of how many, such as ``9,771 of 10,000``."""
    return f"{count(n)} of {count(total)}"


def interval_percent(low: float, high: float, digits: int = 1) -> str:
    """An interval of fractions, such as ``97.4 % to 98.0 %``.

    More decimals are used where the ends would otherwise look equal or be bounds.

    Raises:
        RenderError: an end is not in 0 to 1.
    """
    for finer in range(digits, 7):
        ends = [percent(end, finer) for end in (low, high)]
        if (low == high or ends[0] != ends[1]) and not any(end[0] in "<>" for end in ends):
            return " to ".join(ends)
    return f"{percent(low, digits)} to {percent(high, digits)}"


def shape(sizes: Sequence[int]) -> str:
    """An array's shape as NumPy prints it, such as ``(60000, 28, 28)`` or ``(60000,)``."""
    return str(tuple(int(size) for size in sizes)).replace(" ", NBSP)


def ordinal(n: int) -> str:
    """A position from 1 in words, such as ``4th``."""
    teens = n % 100 in (11, 12, 13)
    ending = "th" if teens else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{count(n)}{ending}"


def _percent_number(value: float, digits: int) -> str:
    exact = _fraction(value)
    if exact in (0, 1):
        return str(int(exact) * 100)
    rounded = _rounded(exact * 100, digits)
    if rounded == 0:
        return f"<{NBSP}{_step(digits):f}"
    if rounded == 100:
        return f">{NBSP}{100 - _step(digits):f}"
    return f"{rounded:f}"


def _points_number(value: float, digits: int) -> str:
    # Differences of floats such as 0.9949 - 0.9778 carry noise in the 17th digit.
    return decimal(float(_rounded(_finite(value) * 100, 12)), digits)


def _finite(value: float) -> Decimal:
    if not math.isfinite(value):
        raise RenderError(f"a number to print is not finite: {value!r}.")
    # repr: the decimal that a reader sees in evidence.json, not its binary neighbour.
    return Decimal(repr(float(value)))


def _fraction(value: float) -> Decimal:
    exact = _finite(value)
    if not 0 <= exact <= 1:
        raise RenderError(
            f"a fraction from 0 to 1 was expected, to print as percent or probability,"
            f" and the value is {value!r}."
        )
    return exact


def _step(digits: int) -> Decimal:
    return Decimal(1).scaleb(-digits)


def _rounded(exact: Decimal, digits: int) -> Decimal:
    with localcontext(prec=400):  # the largest float has 309 digits before the point
        return exact.quantize(_step(digits), rounding=ROUND_HALF_UP)


def _scientific(exact: Decimal, digits: int = 1) -> str:
    exponent = exact.adjusted()
    mantissa = _rounded(exact.scaleb(-exponent), digits)
    if mantissa == 10:
        mantissa, exponent = _rounded(Decimal(1), digits), exponent + 1
    return f"{mantissa}{NBSP}×{NBSP}10{str(exponent).translate(_SUPERSCRIPT)}"


def _with_minus(text: str) -> str:
    return text.replace("-", MINUS)
