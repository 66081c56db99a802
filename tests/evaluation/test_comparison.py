"""Two models held against each other: on images of their own, and on the same images."""

from __future__ import annotations

import numpy as np
import pytest

from reportgen.evaluation.comparison import compare_accuracies, compare_on_same_images
from reportgen.evaluation.scores import Ratio, ratio


def score(n_correct: int, n_total: int = 1000) -> Ratio:
    return ratio(n_correct, n_total)


def test_different_images_are_compared_by_newcombes_interval() -> None:
    found = compare_accuracies("a", "b", score(9771, 10_000), score(9720, 10_000), None)
    assert found["verdict"] == "a"
    assert found["difference_ci95"] == pytest.approx([0.0007, 0.0095], abs=5e-5)


def test_the_same_images_tell_more_than_as_many_different_ones() -> None:
    one, two = score(880), score(868)
    assert compare_accuracies("a", "b", one, two, None)["verdict"] == "indistinguishable"
    paired = compare_accuracies("a", "b", one, two, (20, 8))
    assert paired["verdict"] == "a"
    # (b - c)/n -+ z sqrt(b + c - (b - c)^2/n)/n, worked out by hand
    assert paired["difference_ci95"] == pytest.approx([0.00165, 0.02235], abs=5e-5)
    assert compare_accuracies("a", "b", two, one, (8, 20))["verdict"] == "b"


def test_few_discordant_images_do_not_decide() -> None:
    found = compare_accuracies("a", "b", score(504), score(500), (4, 0))
    assert found["difference_ci95"][0] > 0
    assert found["verdict"] == "indistinguishable"


def test_models_that_no_image_tells_apart_are_not_distinguishable() -> None:
    found = compare_accuracies("a", "b", score(500), score(500), (0, 0))
    assert found["difference_ci95"] == [0.0, 0.0]
    assert found["verdict"] == "indistinguishable"


@pytest.mark.parametrize(
    ("n_first", "n_second", "verdict"),
    [(90, 45, "first"), (45, 90, "second"), (60, 60, "indistinguishable")],
    ids=["first", "second", "same"],
)
def test_two_models_on_the_same_images(n_first: int, n_second: int, verdict: str) -> None:
    labels = np.arange(90) % 10
    right = 5 * np.eye(10, dtype=np.float32)[labels]
    first, second = (
        np.concatenate([right[:n], np.roll(right[n:], 1, axis=1)]) for n in (n_first, n_second)
    )
    found = compare_on_same_images(first, second, labels)
    assert found["verdict"] == verdict
    assert found["difference"] == pytest.approx((n_first - n_second) / 90)
    assert found["size"] == abs(found["difference"])
    assert found["n_discordant"] == abs(n_first - n_second)
    if found["n_discordant"]:
        low, high = found["size_ci95"]
        assert low <= found["size"] <= high
    else:
        assert found["ci95"] is found["size_ci95"] is None
