import numpy as np
import pytest

from reportgen.evaluation.numerics import cross_entropy, softmax

LOGITS = np.array([[2.0, 1.0, 0.0], [-3.0, 5.0, 5.0]], np.float32)


def test_softmax_of_known_logits() -> None:
    e = np.e
    total = e**2 + e + 1
    expected = np.array([e**2, e, 1]) / total
    np.testing.assert_allclose(softmax(LOGITS)[0], expected, rtol=1e-6)
    assert softmax(LOGITS).dtype == np.float32


def test_softmax_is_unmoved_by_a_constant_and_by_huge_logits() -> None:
    np.testing.assert_array_equal(softmax(LOGITS + 64), softmax(LOGITS))
    np.testing.assert_array_equal(
        softmax(np.array([[1e30, 0, -1e30]], np.float32)), [[1.0, 0.0, 0.0]]
    )


@pytest.mark.parametrize("n_classes", [2, 10, 100], ids="{}-classes".format)
def test_second_softmax_stays_within_its_bounds(n_classes: int) -> None:
    one_hot = np.full((1, n_classes), -1000.0, np.float32)
    one_hot[0, 0] = 1000.0
    twice = softmax(softmax(one_hot))
    assert twice.max() == pytest.approx(np.e / (np.e + n_classes - 1), rel=1e-6)
    assert twice.min() == pytest.approx(1 / (np.e + n_classes - 1), rel=1e-6)


def test_cross_entropy_is_minus_the_log_probability() -> None:
    labels = np.array([1, 2])
    expected = -np.log(softmax(LOGITS).astype(np.float64)[[0, 1], labels])
    np.testing.assert_allclose(cross_entropy(LOGITS, labels), expected, rtol=1e-6)


def test_cross_entropy_counts_what_float32_probabilities_lose() -> None:
    logits = np.array([[0.0, 500.0]], np.float32)
    assert softmax(logits)[0, 0] == 0
    np.testing.assert_allclose(cross_entropy(logits, np.array([0])), [500.0])
    np.testing.assert_array_equal(cross_entropy(logits, np.array([1])), [0.0])
