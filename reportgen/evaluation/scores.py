"""Scores of trained models as plain records, and two models compared on the same images.

A score is ``{"n_correct", "n_total", "accuracy", "loss"}``. A paired comparison is

    {"difference", "size",      first minus second, and its absolute value
     "ci95", "size_ci95",       of first minus second; mirrored where the second is higher;
                                both None where n_discordant is 0
     "n_first_only", "n_second_only", "n_discordant", "n_total",   images
     "p_value",                 McNemar's exact test
     "verdict"}                 "first", "second" or "indistinguishable", see
                                intervals.paired_verdict
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.evaluation.intervals import PairedDifference, paired_difference, paired_verdict
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
    return paired_record(paired_difference(*right), len(labels))


def paired_record(found: PairedDifference, n_total: int) -> Measured:
    """A paired comparison on ``n_total`` images as a plain record."""
    ci95 = None if found.ci95 is None else list(found.ci95)
    mirrored = None if found.ci95 is None else [-end for end in reversed(found.ci95)]
    return {
        "difference": found.difference,
        "size": abs(found.difference),
        "ci95": ci95,
        "size_ci95": ci95 if found.difference >= 0 else mirrored,
        "n_first_only": found.n_first_only,
        "n_second_only": found.n_second_only,
        "n_discordant": found.n_first_only + found.n_second_only,
        "n_total": n_total,
        "p_value": found.p_value,
        "verdict": paired_verdict(found, "first", "second"),
    }
