"""Predicted classes by true class."""

from __future__ import annotations

import made_up

from reportgen.figures.catalogue import draw, plan
from reportgen.figures.confusion_matrix import confused_pairs

ARGUMENTS = {"model": "fashion"}


def test_the_confusion_matrix_names_the_most_frequent_mistake() -> None:
    matrix = [[0] * 10 for _ in range(10)]
    for k in range(10):
        matrix[k][k] = 1000
    matrix[6][0] = 113
    changed = made_up.make_evidence(**{"models.fashion.test.confusion_matrix": matrix})
    spec = plan("confusion_matrix", changed, model="fashion")
    assert "Shirt is taken for T-shirt/top, 113 times" in spec.alt["matrix"]
    assert confused_pairs(spec.data["names"], matrix) == [(113, 6, 0)]
    matrix[7][1] = 113
    spec = plan("confusion_matrix", changed, model="fashion")
    assert spec.alt["matrix"].endswith("113 times, level with 1 more pair.")
    matrix[7][1] = matrix[6][0] = 0
    spec = plan("confusion_matrix", changed, model="fashion")
    assert spec.alt["matrix"].endswith("no mistakes.")
    assert draw(spec)


def test_a_model_that_names_one_class_is_not_described_by_one_of_its_mistakes() -> None:
    matrix = [[0] * 10 for _ in range(10)]
    for k in range(10):
        matrix[k][4] = 1000
    for n, words in ((0, "every one is taken for Coat."), (1, "9,999 are taken for Coat.")):
        matrix[5][4], matrix[5][5] = 1000 - n, n
        evidence = made_up.make_evidence(**{"models.fashion.test.confusion_matrix": matrix})
        assert plan("confusion_matrix", evidence, model="fashion").alt["matrix"].endswith(words)


def test_a_class_without_test_images_can_be_drawn() -> None:
    matrix = [[0] * 10 for _ in range(10)]
    matrix[3][3] = 5
    evidence = made_up.make_evidence(**{"models.digits.test.confusion_matrix": matrix})
    assert draw(plan("confusion_matrix", evidence, model="digits"))
