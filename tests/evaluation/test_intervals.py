import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from reportgen.evaluation.intervals import (
    INDISTINGUISHABLE,
    PairedDifference,
    newcombe_interval,
    paired_difference,
    paired_from_counts,
    paired_verdict,
    repeated_difference,
    sample_sd,
    sd_factors,
    t_quantile,
    verdict,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("n_correct", "n_total", "interval"),
    [
        (9771, 10_000, (0.97398, 0.97985)),
        (10_000, 10_000, (0.99962, 1.0)),
        (0, 10_000, (0.0, 0.00038)),
        (1, 2, (0.09453, 0.90547)),
    ],
    ids=["digits", "all", "none", "one-of-two"],
)
def test_wilson(n_correct: int, n_total: int, interval: tuple[float, float]) -> None:
    assert wilson_interval(n_correct, n_total) == pytest.approx(interval, abs=5e-6)


@given(st.integers(1, 20_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_accuracy_and_stays_in_range(counts: tuple[int, int]) -> None:
    n_correct, n_total = counts
    low, high = wilson_interval(n_correct, n_total)
    assert 0 <= low <= n_correct / n_total <= high <= 1
    assert low < high
    mirrored = wilson_interval(n_total - n_correct, n_total)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-12)


def test_newcombe_tells_apart_what_overlapping_intervals_do_not() -> None:
    one, two = wilson_interval(9771, 10_000), wilson_interval(9720, 10_000)
    assert one[0] < two[1]
    interval = newcombe_interval(9771, 10_000, 9720, 10_000)
    assert interval == pytest.approx((0.0007, 0.0095), abs=5e-5)
    assert verdict(interval, "a", "b") == "a"


def test_newcombe_of_the_published_example() -> None:
    # Newcombe (1998), table II, example (a), method 10: 56/70 against 48/80.
    assert newcombe_interval(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@given(st.integers(0, 500), st.integers(0, 300))
def test_newcombe_is_the_other_way_round_for_swapped_models(one: int, two: int) -> None:
    low, high = newcombe_interval(one, 500, two, 300)
    assert newcombe_interval(two, 300, one, 500) == pytest.approx((-high, -low), abs=1e-12)
    assert low <= one / 500 - two / 300 <= high


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ((0.001, 0.01), "a"),
        ((-0.01, -0.001), "b"),
        ((-0.01, 0.01), INDISTINGUISHABLE),
        ((0.0, 0.01), INDISTINGUISHABLE),
        ((-0.01, 0.0), INDISTINGUISHABLE),
    ],
    ids=["above", "below", "around", "from-zero", "to-zero"],
)
def test_verdict(interval: tuple[float, float], expected: str) -> None:
    assert verdict(interval, "a", "b") == expected


def test_paired_difference_by_hand() -> None:
    first = [True] * 80 + [True] * 9 + [False] * 1 + [False] * 10
    second = [True] * 80 + [False] * 9 + [True] * 1 + [False] * 10
    found = paired_difference(first, second)
    assert (found.n_first_only, found.n_second_only) == (9, 1)
    assert found.difference == pytest.approx(0.08)
    error = math.sqrt(10 - 64 / 100) / 100
    assert found.ci95 == pytest.approx((0.08 - 1.959964 * error, 0.08 + 1.959964 * error))
    assert found.p_value == pytest.approx(2 * (1 + 10) / 2**10)


def test_paired_difference_of_equal_models() -> None:
    found = paired_difference([True, False], [True, False])
    assert (found.difference, found.ci95, found.p_value) == (0.0, None, 1.0)
    assert paired_verdict(found, "a", "b") == INDISTINGUISHABLE


def discordant(b: int, c: int, n: int = 1000) -> PairedDifference:
    """Two models of which one alone is right on b and the other alone on c of n images."""
    both = n - b - c
    first = [True] * b + [False] * c + [True] * both
    return paired_difference(first, [False] * b + [True] * c + [True] * both)


@pytest.mark.parametrize(
    ("b", "c", "expected"),
    [
        (4, 0, INDISTINGUISHABLE),  # the interval leaves out 0, p = 0.125
        (5, 0, INDISTINGUISHABLE),  # p = 0.0625
        (6, 0, "a"),  # p = 0.031
        (0, 6, "b"),
        (40, 30, INDISTINGUISHABLE),
        (60, 30, "a"),
    ],
)
def test_a_paired_verdict_takes_both_interval_and_test(b: int, c: int, expected: str) -> None:
    found = discordant(b, c)
    assert found.ci95 is not None
    assert paired_verdict(found, "a", "b") == expected
    if b + c < 10:
        assert verdict(found.ci95, "a", "b") != INDISTINGUISHABLE


@given(st.integers(0, 900), st.integers(0, 900))
def test_the_p_value_is_that_of_the_binomial_test(b: int, c: int) -> None:
    expected = binomtest(b, b + c).pvalue if b + c else 1.0
    assert paired_from_counts(b, c, 10_000).p_value == pytest.approx(expected, rel=1e-12)


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_paired_verdict_is_that_of_the_exact_test_and_the_interval(b: int, c: int) -> None:
    found = discordant(b, c)
    better = paired_verdict(found, "a", "b")
    assert (found.ci95 is None) == (b + c == 0)
    if better != INDISTINGUISHABLE:
        assert found.p_value < 0.05
        assert found.ci95 is not None
        assert better == verdict(found.ci95, "a", "b") == ("a" if b > c else "b")


def test_paired_difference_refuses_other_images() -> None:
    with pytest.raises(ValueError, match="shorter"):
        paired_difference([True, False], [True])


@pytest.mark.parametrize(
    ("degrees", "quantile"), [(1, 12.7062), (4, 2.7764), (math.inf, 1.959964)], ids=str
)
def test_t_quantile(degrees: float, quantile: float) -> None:
    assert t_quantile(degrees) == pytest.approx(quantile, abs=5e-5)


def test_spread_of_few_values() -> None:
    values = [0.97, 0.98, 0.99, 0.98, 0.98]
    assert sample_sd(values) == pytest.approx(math.sqrt(0.0002 / 4))
    assert sample_sd([0.97]) is None
    assert sd_factors(5) == pytest.approx((0.60, 2.87), abs=0.005)
    with pytest.raises(ValueError, match="fewer than two"):
        sd_factors(1)


def test_repeated_difference_by_hand() -> None:
    one, two = [0.97, 0.98, 0.99], [0.87, 0.88, 0.86, 0.87]
    found = repeated_difference(one, 10_000, two, 5_000)
    seeds = 0.0001 / 3, (0.0002 / 3) / 4
    images = 0.98 * 0.02 / 10_000, 0.87 * 0.13 / 5_000
    variance = sum(seeds) + sum(images)
    degrees = variance**2 / (seeds[0] ** 2 / 2 + seeds[1] ** 2 / 3)
    half = t_quantile(degrees) * math.sqrt(variance)
    assert found.difference == pytest.approx(0.11)
    assert found.degrees_of_freedom == pytest.approx(degrees)
    assert found.ci95 == pytest.approx((0.11 - half, 0.11 + half))


def test_repeated_difference_without_seed_variance_has_that_of_images() -> None:
    found = repeated_difference([0.98, 0.98], 1000, [0.9, 0.9], 1000)
    half = 1.959964 * math.sqrt((0.98 * 0.02 + 0.9 * 0.1) / 1000)
    assert found.degrees_of_freedom is None
    assert found.ci95 == pytest.approx((0.08 - half, 0.08 + half))


def test_repeated_difference_of_perfect_runs_still_has_the_variance_of_images() -> None:
    found = repeated_difference([1.0, 1.0], 1000, [1.0, 1.0], 1000)
    p = 1002 / 1004  # Agresti and Coull
    half = 1.959964 * math.sqrt(2 * p * (1 - p) / 1000)
    assert found.ci95 == pytest.approx((-half, half))
    wrong = repeated_difference([0.0, 0.0], 1000, [0.0, 0.0], 1000)
    assert wrong.ci95 == pytest.approx((-half, half))


def test_repeated_difference_keeps_the_formula_where_there_are_errors_enough() -> None:
    # N p (1 - p): 5.96 of the first model, 4.98 of the second.
    found = repeated_difference([0.994, 0.994], 1000, [0.995, 0.995], 1000)
    p = (995 + 2) / 1004
    half = 1.959964 * math.sqrt((0.994 * 0.006 + p * (1 - p)) / 1000)
    assert found.ci95 == pytest.approx((-0.001 - half, -0.001 + half))


extremes = st.integers(10, 20_000).flatmap(
    lambda n: st.tuples(st.sampled_from([0, 1, 2, 3, 4, n - 3, n - 2, n - 1, n]), st.just(n))
)


@given(extremes, extremes)
def test_near_the_ends_an_interval_for_seeds_and_images_is_not_narrower_than_for_images(
    one: tuple[int, int], two: tuple[int, int]
) -> None:
    (x, n), (y, m) = one, two
    low, high = newcombe_interval(x, n, y, m)
    both = repeated_difference([x / n] * 2, n, [y / m] * 2, m).ci95
    assert both[1] - both[0] >= high - low


def test_repeated_difference_needs_two_runs() -> None:
    with pytest.raises(ValueError, match="at least two runs"):
        repeated_difference([0.98], 1000, [0.9, 0.91], 1000)


def test_wilson_covers_the_true_value_as_often_as_it_says() -> None:
    rng = random.Random(0)
    drawn = [sum(rng.random() < 0.97 for _ in range(200)) for _ in range(400)]
    covered = [low <= 0.97 <= high for low, high in (wilson_interval(n, 200) for n in drawn)]
    assert 0.91 <= sum(covered) / len(covered) <= 0.99
