import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import formatting
from reportgen.errors import RenderError

FRACTIONS = st.floats(0.0, 1.0) | st.floats(0.0, 1.0, width=32)
NUMBERS = st.floats(-1e12, 1e12)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def parse(text: str) -> tuple[str, float, float]:
    """(``<``, ``>`` or ``=``; the number; half of its last digit)."""
    text = plain(text).replace("\u2212", "-").replace(",", "").replace("+", "")
    for ending in (" %", " points"):
        text = text.removesuffix(ending)
    relation = text[0] if text[0] in "<>" else "="
    number = text.lstrip("<> ")
    mantissa, _, exponent = number.partition(" × 10")
    exponent = exponent.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    decimals = len(mantissa.partition(".")[2])
    return (
        relation,
        float(f"{mantissa}e{exponent or 0}"),
        0.5 * 10.0 ** (int(exponent or 0) - decimals),
    )


def assert_tells(text: str, value: float) -> None:
    relation, number, half = parse(text)
    slack = 1e-9 * max(1.0, abs(value)) if abs(value) > 1e-6 else 1e-9 * abs(value)
    if relation == "<":
        assert value <= number
    elif relation == ">":
        assert value >= number
    else:
        assert abs(value - number) <= half + slack


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.979, "97.9 %"),
        (0.97855, "97.9 %"),
        (0.5, "50.0 %"),
        (0.9995, "> 99.9 %"),
        (0.9996, "> 99.9 %"),
        (0.99949, "99.9 %"),
        (1.0, "100 %"),
        (0.0, "0 %"),
        (0.00049, "< 0.1 %"),
        (0.0005, "0.1 %"),
        (1e-45, "< 0.1 %"),
        (np.float32(0.25), "25.0 %"),
    ],
)
def test_percent_of_known_values(value: float, text: str) -> None:
    assert plain(formatting.percent(value)) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(0.9771, 2, "97.71 %"), (0.125, 0, "13 %"), (0.996, 0, "> 99 %"), (0.001, 0, "< 1 %")],
)
def test_percent_with_other_digits(value: float, digits: int, text: str) -> None:
    assert plain(formatting.percent(value, digits)) == text


@given(FRACTIONS, st.integers(0, 4))
def test_percent_never_rounds_to_an_end_and_parses_back(value: float, digits: int) -> None:
    text = formatting.percent(value, digits)
    relation, number, _ = parse(text)
    assert (relation == "=" and number == 100) == (value == 1.0)
    assert (relation == "=" and number == 0) == (value == 0.0)
    assert_tells(text, value * 100)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.998061, "0.9981"),
        (0.0021, "0.0021"),
        (0.00095, "0.0010"),
        (0.0009, "9.0 × 10⁻⁴"),
        (3.4e-7, "3.4 × 10⁻⁷"),
        (9.97e-9, "1.0 × 10⁻⁸"),
        (1.401298464324817e-45, "1.4 × 10⁻⁴⁵"),
        (0.99995, "> 0.9999"),
        (1 - 1e-12, "> 0.9999"),
        (1.0, "1"),
        (0.0, "0"),
    ],
)
def test_probability_of_known_values(value: float, text: str) -> None:
    assert plain(formatting.probability(value)) == text


@given(FRACTIONS)
def test_probability_never_rounds_to_an_end_and_parses_back(value: float) -> None:
    text = formatting.probability(value)
    relation, number, _ = parse(text)
    assert (relation == "=" and number == 1) == (value == 1.0)
    assert (relation == "=" and number == 0) == (value == 0.0)
    assert_tells(text, value)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (2.302585, 3, "2.303"),
        (-0.03125, 2, "−0.03"),
        (0.00004, 3, "< 0.001"),
        (-0.00004, 3, "> −0.001"),
        (0.0, 3, "0"),
        (-0.0, 3, "0"),
        (1234.5, 1, "1,234.5"),
        (12.5, 0, "13"),
        (1e300, 0, f"{10**300:,}"),
        (1e-9, 10, "0.0000000010"),
        (1e-9, 8, "< 0.00000001"),
    ],
)
def test_decimal_of_known_values(value: float, digits: int, text: str) -> None:
    assert plain(formatting.decimal(value, digits)) == text


@given(NUMBERS, st.integers(0, 6))
def test_decimal_shows_zero_only_for_zero_and_parses_back(value: float, digits: int) -> None:
    text = formatting.decimal(value, digits)
    assert (text == "0") == (value == 0.0)
    assert_tells(text, value)


@pytest.mark.parametrize(
    ("value", "plain_text", "signed_text"),
    [
        (0.0171, "1.71 points", "+1.71 points"),
        (0.9949 - 0.9778, "1.71 points", "+1.71 points"),
        (-0.0171, "−1.71 points", "−1.71 points"),
        (0.00001, "< 0.01 points", "< +0.01 points"),
        (-0.00001, "> −0.01 points", "> −0.01 points"),
        (0.0, "0 points", "0 points"),
    ],
)
def test_points(value: float, plain_text: str, signed_text: str) -> None:
    assert plain(formatting.points(value)) == plain_text
    assert plain(formatting.signed_points(value)) == signed_text
    assert plain(formatting.points(value, 2, "percentage points")) == plain_text.replace(
        "points", "percentage points"
    )
    assert plain(formatting.points(value, 2, "")) == plain_text.removesuffix(" points")


@given(st.floats(-1.0, 1.0))
def test_points_parse_back(value: float) -> None:
    for text in (formatting.points(value), formatting.signed_points(value)):
        relation, number, half = parse(text)
        if relation == "=":
            assert abs(value * 100 - number) <= half + 1e-9
        else:
            assert (value * 100 <= number) if relation == "<" else (value * 100 >= number)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.97398, 0.97985, "97.4 % to 98.0 %"),
        (0.99962, 1.0, "99.96 % to 100 %"),
        (0.97401, 0.97403, "97.401 % to 97.403 %"),
        (0.5, 0.5, "50.0 % to 50.0 %"),
        (0.0, 0.00038, "0 % to 0.04 %"),
        (0.5, 1 - 1e-12, "50.0 % to > 99.9 %"),
    ],
)
def test_interval_percent(low: float, high: float, text: str) -> None:
    assert plain(formatting.interval_percent(low, high)) == text


def test_the_number_of_signed_points_stands_without_its_unit() -> None:
    assert [formatting.signed_points_number(x) for x in (-0.0012, 0, 0.0034)] == [
        *("−0.12", "0", "+0.34")
    ]


def test_counts_shares_shapes_and_ordinals() -> None:
    assert formatting.count(60000) == "60,000"
    assert formatting.count(np.int64(-1234)) == "−1,234"
    assert formatting.share(9771, 10000) == "9,771 of 10,000"
    assert plain(formatting.shape((60000, 28, 28))) == "(60000, 28, 28)"
    assert formatting.shape([60000]) == "(60000,)"
    ordinals = {1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 13: "13th", 22: "22nd"}
    for n, text in {**ordinals, 111: "111th", 101: "101st", 1003: "1,003rd"}.items():
        assert formatting.ordinal(n) == text


@pytest.mark.parametrize("value", [1.0000001, -0.1, math.nan, math.inf], ids=str)
def test_what_is_no_fraction_is_refused(value: float) -> None:
    for write in (formatting.percent, formatting.probability):
        with pytest.raises(RenderError):
            write(value)


def test_what_is_not_finite_is_refused() -> None:
    for write in (formatting.decimal, formatting.points, formatting.signed_points):
        with pytest.raises(RenderError, match="not finite"):
            write(math.nan)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0, 2, "0"),
        (0.0421, 2, "0.042"),
        (-1.5, 2, "−1.5"),
        (2.4e-8, 2, "2.4 × 10⁻⁸"),
        (-4.12e-4, 3, "−4.12 × 10⁻⁴"),
        (9.99e-4, 2, "1.0 × 10⁻³"),
        (99_999, 2, "99,999"),
        (123_456, 3, "1.23 × 10⁵"),
        (1e-98, 1, "1 × 10⁻⁹⁸"),
    ],
)
def test_significant(value: float, digits: int, text: str) -> None:
    assert plain(formatting.significant(value, digits)) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0079, "= 0.008"),
        (0.00099, "< 0.001"),
        (0.0, "< 0.001"),
        (0.9997, "> 0.999"),
        (1.0, "= 1.000"),
    ],
)
def test_p_value(value: float, text: str) -> None:
    assert plain(formatting.p_value(value)) == text


def test_small_counts_in_words() -> None:
    counted = {0: "no", 1: "one", 5: "five", 12: "twelve", 13: "13", 60_000: "60,000"}
    assert {n: formatting.in_words(n) for n in counted} == counted
