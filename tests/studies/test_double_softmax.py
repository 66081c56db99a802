"""What a second softmax does to a test set."""

import math

import numpy as np
import pytest

from reportgen.studies.double_softmax import measure_double_softmax

NEEDS_DATA = (
    "*.mean_*",
    "*.largest_*",
    "*.loss_twice*",
    "*.loss_once_wrong",
    "*_exactly_*",
    "*.n_with_ties_twice",
)
NEEDS_TRAINING: tuple[str, ...] = ()


def test_entropy_goes_from_that_of_the_first_softmax_to_that_of_the_second() -> None:
    logits = np.array([[0.0, 0.0], [200.0, 0.0]], dtype=np.float32)
    found = measure_double_softmax(logits, np.array([0, 0]))
    p = math.e / (math.e + 1)
    of_certain = -p * math.log(p) - (1 - p) * math.log(1 - p)
    assert found["mean_entropy_once"] == pytest.approx(math.log(2) / 2)
    assert found["mean_entropy_twice"] == pytest.approx((math.log(2) + of_certain) / 2)


def test_a_second_softmax_never_lowers_the_mean_entropy() -> None:
    logits = np.random.default_rng(0).normal(0, 5, (500, 10)).astype(np.float32)
    found = measure_double_softmax(logits, np.zeros(500, dtype=np.int64))
    assert found["mean_entropy_once"] < found["mean_entropy_twice"] <= math.log(10)
    assert found["mean_top_twice"] < found["mean_top_once"]
