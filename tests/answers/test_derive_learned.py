"""A model that learned nothing is told from one that did, also where classes are lopsided."""

from __future__ import annotations

import pytest

from reportgen.answers.derive_learned import derive_learned
from reportgen.evaluation.intervals import wilson_interval

NAMES = ["disc", "cross", "ring"]


def score(*matrix: list[int]) -> dict[str, object]:
    n_correct, n_total = sum(row[k] for k, row in enumerate(matrix)), sum(map(sum, matrix))
    return {
        "n_correct": n_correct,
        "n_total": n_total,
        "accuracy": n_correct / n_total,
        "loss": 1.0,
        "accuracy_ci95": list(wilson_interval(n_correct, n_total)),
        "confusion_matrix": list(matrix),
    }


@pytest.mark.parametrize(
    ("matrix", "learned"),
    [
        (([90, 5, 5], [5, 90, 5], [5, 5, 90]), "yes"),
        (([0, 100, 0], [0, 100, 0], [0, 100, 0]), "one class"),
        (([10, 90, 0], [1, 99, 0], [1, 99, 0]), "one class"),
        (([30, 30, 40], [40, 30, 30], [30, 40, 30]), "no"),
        (([50, 50, 0], [50, 50, 0], [50, 50, 0]), "no"),  # right for a third
        (([37, 30, 33], [33, 37, 30], [30, 33, 37]), "unclear"),
        (([960, 2, 0], [5, 20, 0], [4, 0, 9]), "yes"),  # nearly all get one class, rightly
        (([970, 0, 0], [20, 0, 0], [10, 0, 0]), "one class"),
        (([5, 15, 0], [0, 0, 0], [0, 0, 0]), "yes"),  # nothing can be said
    ],
)
def test_whether_a_model_learned(matrix: tuple[list[int], ...], learned: str) -> None:
    assert derive_learned(score(*matrix), NAMES)["learned"] == learned  # type: ignore[arg-type]


def test_the_best_single_answer_and_the_favourite_are_named() -> None:
    found = derive_learned(score([0, 30, 0], [0, 20, 0], [0, 49, 1]), NAMES)  # type: ignore[arg-type]
    assert found["one_answer"] == {
        "class_name": "ring", "n_correct": 50, "n_total": 100, "accuracy": 0.5,
    }  # fmt: skip
    assert found["named_most"] == {"class_name": "cross", "n": 99, "share": 0.99}
