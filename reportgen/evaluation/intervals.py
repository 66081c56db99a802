"""Intervals and verdicts for accuracies. Formulas without NumPy, so that rendering stays light."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

Z95 = 1.959963984540054  # 97.5 % quantile of the standard normal distribution
SIGNIFICANT = 0.05
INDISTINGUISHABLE = "indistinguishable"
NORMAL_FROM = 5.0  # the normal approximation is used from this variance of a count on

Interval = tuple[float, float]


def wilson_interval(n_correct: int, n_total: int, z: float = Z95) -> Interval:
    """Wilson's score interval for a proportion, clipped to [0, 1].

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", JASA 22 (1927).
    """
    p = n_correct / n_total
    centre = p + z * z / (2 * n_total)
    half = z * math.sqrt(p * (1 - p) / n_total + z * z / (4 * n_total * n_total))
    scale = 1 + z * z / n_total
    low = 0.0 if n_correct == 0 else max(0.0, (centre - half) / scale)
    high = 1.0 if n_correct == n_total else min(1.0, (centre + half) / scale)
    return low, high


def newcombe_interval(correct_1: int, n_1: int, correct_2: int, n_2: int) -> Interval:
    """Hybrid score interval for p1 - p2 of independent samples.

    Source: R. G. Newcombe, "Interval estimation for the difference between independent
    proportions", Statistics in Medicine 17 (1998), method 10.
    """
    p_1, p_2 = correct_1 / n_1, correct_2 / n_2
    low_1, high_1 = wilson_interval(correct_1, n_1)
    low_2, high_2 = wilson_interval(correct_2, n_2)
    difference = p_1 - p_2
    low = difference - math.hypot(p_1 - low_1, high_2 - p_2)
    high = difference + math.hypot(high_1 - p_1, p_2 - low_2)
    return low, high


def verdict(interval: Interval, first: str, second: str) -> str:
    """``first`` or ``second``, whichever is higher, or ``indistinguishable``.

    The interval is that of first - second. The two are indistinguishable if it contains 0.
    """
    if interval[0] > 0:
        return first
    if interval[1] < 0:
        return second
    return INDISTINGUISHABLE


@dataclass(frozen=True)
class PairedDifference:
    """Two models on the same images: counts of discordant images and what follows from them.

    Attributes:
        n_first_only: images that only the first model got right.
        n_second_only: images that only the second model got right.
        difference: accuracy of the first minus that of the second.
        ci95: Wald interval of the difference for paired proportions; None where no image
            is discordant: it would be 0 to 0 for any number of images.
        p_value: McNemar's exact test, two-sided.
    """

    n_first_only: int
    n_second_only: int
    difference: float
    ci95: Interval | None
    p_value: float


def paired_difference(first: Sequence[bool], second: Sequence[bool]) -> PairedDifference:
    """Compare two models on the same images, in the same order.

    Source: A. Agresti, "Categorical Data Analysis", section on matched pairs.
    """
    b = sum(1 for one, two in zip(first, second, strict=True) if one and not two)
    c = sum(1 for one, two in zip(first, second, strict=True) if two and not one)
    return paired_from_counts(b, c, len(first))


def paired_from_counts(b: int, c: int, n: int) -> PairedDifference:
    """Compare models: of ``n`` images only the first gets ``b`` right, only the second ``c``."""
    difference = (b - c) / n
    error = math.sqrt(max(0.0, b + c - (b - c) ** 2 / n)) / n
    ci95 = (difference - Z95 * error, difference + Z95 * error) if b + c else None
    return PairedDifference(b, c, difference, ci95, _sign_test(b, c))


def paired_verdict(found: PairedDifference, first: str, second: str) -> str:
    """``first`` or ``second``, whichever is better, or ``indistinguishable``.

    A model is better if the interval excludes 0 and McNemar's exact test rejects at 5 %:
    with few discordant images the interval's normal approximation is not enough.
    """
    if found.ci95 is None or found.p_value >= SIGNIFICANT:
        return INDISTINGUISHABLE
    return verdict(found.ci95, first, second)


def _sign_test(b: int, c: int) -> float:
    from scipy.special import betainc  # scipy.stats would take most of a second to import

    if abs(b - c) <= 1:  # the two tails of the binomial distribution are all of it
        return 1.0
    return 2 * float(betainc(max(b, c), min(b, c) + 1, 0.5))


def sample_sd(values: Sequence[float]) -> float | None:
    """The standard deviation with n - 1, or None for fewer than two values."""
    if len(values) < 2:
        return None
    centre = fmean(values)
    return math.sqrt(math.fsum((value - centre) ** 2 for value in values) / (len(values) - 1))


def t_quantile(degrees_of_freedom: float, probability: float = 0.975) -> float:
    """Quantile of Student's t; infinite degrees of freedom give the normal quantile."""
    from scipy.special import ndtri, stdtrit

    if math.isinf(degrees_of_freedom):
        return float(ndtri(probability))
    return float(stdtrit(degrees_of_freedom, probability))


def sd_factors(n_values: int) -> Interval:
    """The true standard deviation lies between these multiples of the sample's (95 %).

    For normal values: the square root of (n - 1) over the chi-squared quantiles.

    Raises:
        ValueError: there are fewer than two values.
    """
    from scipy.special import chdtri

    if n_values < 2:
        raise ValueError("the spread of fewer than two values is not known")
    degrees = n_values - 1
    low, high = (math.sqrt(degrees / float(chdtri(degrees, tail))) for tail in (0.025, 0.975))
    return low, high


@dataclass(frozen=True)
class RepeatedDifference:
    """The difference of two mean accuracies over repeated seeds, for new seeds and new images.

    Attributes:
        difference: mean of the first minus mean of the second.
        ci95: interval that allows for the variance of seeds and images.
        degrees_of_freedom: Satterthwaite's; None where accuracies do not vary between seeds.
    """

    difference: float
    ci95: Interval
    degrees_of_freedom: float | None


def repeated_difference(
    first: Sequence[float], n_first: int, second: Sequence[float], n_second: int
) -> RepeatedDifference:
    """Compare accuracies of repeated runs; ``n_first`` and ``n_second`` are test-set sizes.

    The variance is that of the means over seeds plus that of one test set each, see
    ``_image_variance``. Degrees of freedom follow Satterthwaite (1946); those of the image
    terms are infinite.

    Raises:
        ValueError: a model has fewer than two runs.
    """
    variance, seed_terms = 0.0, 0.0
    for values, n_images in ((first, n_first), (second, n_second)):
        sd = sample_sd(values)
        if sd is None:
            raise ValueError("repeated_difference needs at least two runs of each model")
        centre = fmean(values)
        seed_variance = sd * sd / len(values)
        variance += seed_variance + _image_variance(centre, n_images)
        seed_terms += seed_variance**2 / (len(values) - 1)
    difference = fmean(first) - fmean(second)
    degrees = variance**2 / seed_terms if seed_terms else math.inf
    half = t_quantile(degrees) * math.sqrt(variance)
    finite = None if math.isinf(degrees) else degrees
    return RepeatedDifference(difference, (difference - half, difference + half), finite)


def _image_variance(accuracy: float, n_images: int) -> float:
    """Variance of an accuracy over test sets: p (1 - p) / N, which vanishes at 0 and 1.

    Where N p (1 - p) is below 5, p is replaced by (x + 2) / (N + 4) for x right images.

    Source: A. Agresti and B. A. Coull, "Approximate is better than 'exact' for interval
    estimation of binomial proportions", The American Statistician 52 (1998).
    """
    p = accuracy
    if n_images * p * (1 - p) < NORMAL_FROM:
        p = (accuracy * n_images + 2) / (n_images + 4)
    return p * (1 - p) / n_images
