"""Scores of trained models as plain records, and two models compared on the same images.

A score is ``{"n_correct", "n_total", "accuracy", "loss"}``. A paired comparison is

    {"difference", "size",      first minus second, and its absolute value
     "ci95", "size_ci95",       of first minus second; mirrored where the second is higher
     "n_first_only", "n_second_only", "n_discordant", "n_total",   images
     "p_value",                 McNemar's exact test
     "verdict"}                 "first", "second" or "indistinguishable", from the interval
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.statistics import paired_difference, verdict
from reportgen.training.jobs import Trained

Measured = dict[str, Any]


def score_on_test(trained: Trained) -> Measured:
    """Counts, accuracy and loss (in nats) on the test images."""
    return _score(trained.test_n_correct, trained.test_n_total, trained.test_loss)


def score_on_train(trained: Trained) -> Measured:
    """The same on the images that the model was fitted to, after training."""
    return _score(trained.train_n_correct, trained.train_n_total, trained.train_loss)


def _score(n_correct: int, n_total: int, loss: float) -> Measured:
    return {
        "n_correct": n_correct,
        "n_total": n_total,
        "accuracy": n_correct / n_total,
        "loss": loss,
    }


def compare_on_same_images(first: Trained, second: Trained, labels: NDArray[np.int64]) -> Measured:
    """Compare two models that were tested on the same images.

    Args:
        first, second: the models; their test logits are in the order of ``labels``.
        labels: int64 (n_test,).
    """
    right = [(model.logits_test.argmax(axis=1) == labels).tolist() for model in (first, second)]
    found = paired_difference(*right)
    low, high = found.ci95
    return {
        "difference": found.difference,
        "size": abs(found.difference),
        "ci95": [low, high],
        "size_ci95": [low, high] if found.difference >= 0 else [-high, -low],
        "n_first_only": found.n_first_only,
        "n_second_only": found.n_second_only,
        "n_discordant": found.n_first_only + found.n_second_only,
        "n_total": len(labels),
        "p_value": found.p_value,
        "verdict": verdict(found.ci95, "first", "second"),
    }
