"""Find the numbers of a sentence, with the words that make them bounds or approximations.

Percent (97.7 %, 97,7 %, ninety-seven point seven percent), fractions (0.977, 3.7e-04), shares
(9,771 of 10,000; nine out of ten), percentage points, ranges (97 to 98 %; between 0.97 and
0.98; the lower 90s), and bare numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import cast

from reportgen.answers.prose import words
from reportgen.answers.prose.quantities import Bound, Quantity, Unit

_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:[.,]\d+)?|(?<!\d)\.\d+)(?:e[-+]?\d{1,2})?"
_PERCENT = r"\s?(?:%|percent\b|per\s?cent\b|pct\b)(?!\s?-?\s?points?\b)"
_POINTS = (
    r"\s?(?:%|percent(?:age)?|per\s?cent)?[\s-]?(?:points?|pts?)\b|\s?(?:pp|p\.p\.|%p)(?![a-z])"
)
_SUPERSCRIPTS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
_FROM_SUPERSCRIPT = str.maketrans(_SUPERSCRIPTS, "-0123456789")
_TIMES_POWER = rf"\s?[×x*]\s?10\^?(?P<power>-?\d+|[{_SUPERSCRIPTS}]+)"
_PERCENT_SIGN = "%"
_TO = r"\s?(?:-|–|—|to|and|or)\s?"
_OF = r"\s(?:[a-z]+\s){0,3}?(?:out\sof|of)\s(?:[a-z]+\s){0,2}?|\s?/\s?|\sin\s(?:every\s)?"
_WORDS = {
    word: value
    for value, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
         "eighteen", "nineteen")
    )
}  # fmt: skip
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_SMALL_WORD = "|".join(_WORDS)
_SPELLED = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[\s-](?:{_SMALL_WORD}))?|(?:a|one)\shundred|{_SMALL_WORD})"
    rf"(?:\spoint(?:\s(?:{_SMALL_WORD}))+)?"
)

_PATTERN = re.compile(
    rf"""(?<![\w.,])(?:
      (?P<decade>(?:(?P<part>low(?:er)?|mid(?:dle)?|high(?:er)?|upper)[\s-])?
         (?P<tens>[1-9])0(?:\s?%)?'?s\b)
    | (?P<centre>{_NUMBER})(?P<cunit>{_PERCENT})?\s?(?:±|\+/?-)\s?{_NUMBER}
         (?P<spread>{_POINTS}|{_PERCENT})?
    | (?P<low>[-+−]?{_NUMBER})(?:{_PERCENT})?{_TO}(?P<high>[-+−]?{_NUMBER})
         (?P<runit>{_PERCENT}|{_POINTS})
    | (?P<less>[01]?\.\d+){_TO}(?P<more>[01]?\.\d+)(?!\d)
    | \[\s?(?P<left>{_NUMBER})\s?[,;]\s?(?P<right>{_NUMBER})\s?\]
    | (?P<n>\d[\d,]*|{_SMALL_WORD})(?:{_OF})(?P<m>\d[\d,]*|ten|hundred|a\shundred)
         (?![\w%]|[.,]\d|\s?%)
    | (?P<spelled>{_SPELLED})(?P<sunit>{_PERCENT}|{_POINTS})
    | (?P<value>[-+]?{_NUMBER})(?:{_TIMES_POWER}|(?P<unit>{_POINTS}|{_PERCENT})?)
    )(?![\w])""",
    re.VERBOSE | re.IGNORECASE,
)


def find_quantities(text: str) -> list[Quantity]:
    """Every number in a sentence, in order, with the words around it taken in."""
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
    decades = text[one.start : one.end].endswith("s") and text[two.start : two.end].endswith("s")
    joined = re.fullmatch(r"\s?(?:and|to|or|-|–)\s?(?:the\s)?", text[one.end : two.start])
    return bool(one.bound == two.bound == "range" and decades and joined)


def _find(text: str) -> Iterator[Quantity]:
    for found in _PATTERN.finditer(text):
        quantity = _quantity(found, text)
        if quantity is not None:
            yield quantity
        else:
            yield from _single(found)


def _quantity(found: re.Match[str], text: str) -> Quantity | None:
    span = found.span()
    if found["decade"]:
        return _decade(found)
    if found["low"] or found["less"]:
        first, second = ("low", "high") if found["low"] else ("less", "more")
        signed = (found[name].replace("−", "-") for name in (first, second))
        ends = [_decimal(end, percent=bool(found["low"])) for end in signed]
        joint = text[found.end(first) : found.start(second)]
        if not _is_range(ends, joint, text[: found.start()]):
            return None
        return _ranged(span, _unit(found["runit"]) if found["low"] else "fraction", ends)
    if found["centre"]:
        unit = _PERCENT_SIGN if found["cunit"] or found["spread"] else None
        return _number_at(span, found["centre"], unit)
    if found["left"]:
        ends = [_decimal(found[name]) for name in ("left", "right")]
        return _ranged(span, "fraction" if max(ends) <= 1 else "number", ends)
    if found["n"]:
        return _share(found)
    if found["spelled"]:
        value = _spelled(found["spelled"])
        return _made(span, _unit(found["sunit"]), value)
    if found["power"]:
        power = int(found["power"].translate(_FROM_SUPERSCRIPT))
        return _made(span, "fraction", _decimal(found["value"]).scaleb(power))
    return _number_at(span, found["value"], found["unit"])


def _single(found: re.Match[str]) -> Iterator[Quantity]:
    """The two numbers of what looked like a range or a share and was none."""
    for part in re.finditer(rf"(?P<value>{_NUMBER})(?P<unit>{_POINTS}|{_PERCENT})?", found[0]):
        unit = part["unit"] or (found["runit"] if found["low"] else None)
        start = found.start() + part.start()
        yield _number_at((start, found.start() + part.end()), part["value"], unit)


def _number_at(span: tuple[int, int], text: str, unit_text: str | None) -> Quantity:
    if unit_text:
        return _made(span, _unit(unit_text), _decimal(text, percent=True))
    value = _decimal(text)
    unit: Unit = "fraction" if re.search(r"[.,]\d|e-", text) and 0 <= value <= 1 else "number"
    return _made(span, unit, value)


def _is_range(ends: list[Decimal], joint: str, before: str) -> bool:
    """Whether two numbers are the ends of one range rather than two findings."""
    if ends[0] >= ends[1] or re.search(r"\bor\b", joint):
        return False
    word = before.rstrip().lower()
    if re.search(r"\band\b", joint):
        return word.endswith("between")
    return not word.endswith("from") or bool(re.search(r"\b(?:interval|rang)", word))


def _unit(text: str) -> Unit:
    points = re.search(r"point|pts?\b|pp|p\.p|%p", text, re.IGNORECASE)
    return "points" if points else "percent"


def _ranged(span: tuple[int, int], unit: Unit, ends: list[Decimal]) -> Quantity:
    made = [_made(span, unit, end) for end in ends]
    low, high = sorted(made, key=lambda quantity: quantity.low)
    return replace(low, high=high.low, step=max(low.step, high.step), bound="range")


def _share(found: re.Match[str]) -> Quantity | None:
    n, m = (_whole(found[name]) for name in ("n", "m"))
    joint = found[0][found.end("n") - found.start() : found.start("m") - found.start()]
    if not 0 <= n <= m or m < 10 or ("/" in joint and m not in (10, 100) and m < 1000):
        return None
    return Quantity(
        *found.span(),
        unit="share",
        low=Fraction(n, m),
        high=Fraction(n, m),
        step=Fraction(1, m),
        count=(n, m),
    )


def _decade(found: re.Match[str]) -> Quantity:
    tens = int(found["tens"]) * 10
    part = (found["part"] or "").lower()[:3]
    first, last = {"low": (0, 4), "mid": (3, 7), "hig": (6, 10), "upp": (6, 10)}.get(part, (0, 10))
    return Quantity(
        *found.span(),
        unit="percent",
        low=Fraction(tens + first, 100),
        high=Fraction(tens + last, 100),
        step=Fraction(1, 100),
        bound="range",
    )


def _made(span: tuple[int, int], unit: Unit, value: Decimal) -> Quantity:
    exponent = value.as_tuple().exponent
    step = Fraction(Decimal(1).scaleb(min(0, int(exponent))))
    scale = 100 if unit in ("percent", "points") else 1
    exact = Fraction(value) / scale
    whole = unit == "number" and value == value.to_integral_value()
    count = (int(value), None) if whole else None
    return Quantity(*span, unit, exact, exact, step / scale, count=count)


def _decimal(text: str, *, percent: bool = False) -> Decimal:
    """A number as written; a comma is a decimal one where thousands make no sense."""
    if "," in text and "." not in text:
        head, _, tail = text.partition(",")
        decimal_comma = len(tail) != 3 or head in ("0", "") or percent
        return Decimal(text.replace(",", "." if decimal_comma else ""))
    return Decimal(text.replace(",", ""))


def _whole(text: str) -> int:
    word = text.lower().removeprefix("a ")
    if word == "hundred":
        return 100
    return _WORDS[word] if word in _WORDS else int(text.replace(",", ""))


def _spelled(text: str) -> Decimal:
    whole, _, digits = text.lower().partition(" point ")
    if whole.endswith("hundred"):
        return Decimal(100)
    value = sum(_TENS.get(word, _WORDS.get(word, 0)) for word in re.split(r"[\s-]", whole))
    tail = "".join(str(_WORDS[word]) for word in digits.split())
    return Decimal(f"{value}.{tail}" if tail else value)


def _with_bound(quantity: Quantity, text: str) -> Quantity:
    if quantity.bound != "exact":
        return quantity
    before, after = text[: quantity.start], text[quantity.end :]
    found = [
        (match.start(), bound)
        for bound, pattern in words.table("bounds_before").items()
        if (match := pattern.search(before))
    ]
    found = found or [
        (0, bound) for bound, pattern in words.table("bounds_after").items() if pattern.match(after)
    ]
    if found:
        return replace(quantity, bound=cast("Bound", min(found)[1]))
    return quantity
