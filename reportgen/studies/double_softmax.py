"""What a second softmax does to every prediction of a whole test set."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.evaluation.numerics import cross_entropy, softmax
from reportgen.studies.context import Study, StudyContext


def measure_double_softmax(
    logits: NDArray[np.float32], labels: NDArray[np.int64]
) -> dict[str, Any]:
    """Compare one softmax with two on all test images.

    Args:
        logits: float32 (n, n_classes).
        labels: int64 (n,).

    Returns:
        Counts of images whose class is kept or changed, mean top probabilities, mean
        entropies (Shannon's) in nats, losses in nats over all images and over the
        misclassified ones, and what float32 does at the ends of the scale.
    """
    once = softmax(logits)
    twice = softmax(once)
    predicted, again = once.argmax(axis=1), twice.argmax(axis=1)
    loss_once, loss_twice = cross_entropy(logits, labels), cross_entropy(once, labels)
    wrong = predicted != labels
    n_total, n_classes = once.shape
    return {
        "n_total": int(n_total),
        "n_same_class": int((predicted == again).sum()),
        "n_changed_class": int((predicted != again).sum()),
        "mean_top_once": float(once.max(axis=1).mean(dtype=np.float64)),
        "mean_top_twice": float(twice.max(axis=1).mean(dtype=np.float64)),
        "mean_entropy_once": _mean_entropy(once),
        "mean_entropy_twice": _mean_entropy(twice),
        "largest_twice": float(twice.max()),
        "loss_once": float(loss_once.mean()),
        "loss_twice": float(loss_twice.mean()),
        "loss_verdict": "higher" if loss_twice.mean() > loss_once.mean() else "not higher",
        "n_wrong": int(wrong.sum()),
        "loss_once_wrong": float(loss_once[wrong].mean()) if wrong.any() else None,
        "loss_twice_wrong": float(loss_twice[wrong].mean()) if wrong.any() else None,
        "n_top_exactly_one": int((once.max(axis=1) == 1).sum()),
        "n_outputs": int(n_total * n_classes),
        "n_outputs_exactly_zero": int((once == 0).sum()),
        "largest_sum_error": float(np.abs(once.sum(axis=1, dtype=np.float64) - 1).max()),
        "n_with_ties_twice": int((np.diff(np.sort(twice, axis=1), axis=1) == 0).any(axis=1).sum()),
    }


def _mean_entropy(probabilities: NDArray[np.float32]) -> float:
    """Mean over images of -sum p ln p, in nats; a probability of 0 adds nothing."""
    p = probabilities.astype(np.float64)
    logarithms = np.log(p, out=np.zeros_like(p), where=p > 0)
    return float(-(p * logarithms).sum(axis=1).mean())


def _measure(context: StudyContext) -> dict[str, Any]:
    return {
        "models": {
            name: measure_double_softmax(trained.logits_test, context.dataset(name).y_test)
            for name, trained in context.trained.items()
        }
    }


STUDY = Study(_measure, expected=_measure)
