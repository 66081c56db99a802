"""Scores of a model: how many predictions are right, and which classes it confuses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from reportgen.evaluation.numerics import cross_entropy
from reportgen.evaluation.record_types import BY_CLASS, Count, Fraction, Record


class Ratio(Record):
    """Right predictions of a number of images."""

    n_correct: Annotated[Count, BY_CLASS]
    """Right predictions."""
    n_total: Count
    """Images that were looked at."""
    accuracy: Fraction
    """Their ratio."""


class Score(Ratio):
    """How well a model's outputs fit the labels of a number of images."""

    loss: float
    """Mean cross-entropy, in nats."""


def ratio(n_correct: int, n_total: int) -> Ratio:
    """Two counts and their ratio as a record."""
    return {"n_correct": n_correct, "n_total": n_total, "accuracy": n_correct / n_total}


def score_of_counts(n_correct: int, n_total: int, loss: float) -> Score:
    """Two counts, their ratio, and a mean loss in nats as a record."""
    return {**ratio(n_correct, n_total), "loss": loss}


def score_of_logits(logits: NDArray[np.float32], labels: NDArray[np.integer]) -> Score:
    """Compare logits, shape (n, n_classes), with labels, shape (n,).

    The prediction is the first of the largest logits. The loss is computed in float64 from
    the logits, as ``cross_entropy`` says.
    """
    n_correct = int(np.count_nonzero(logits.argmax(axis=-1) == labels))
    loss = float(cross_entropy(logits, labels).mean())
    return score_of_counts(n_correct, len(labels), loss)


def confusion_matrix(
    logits: NDArray[np.float32], labels: NDArray[np.int64], n_classes: int
) -> NDArray[np.int64]:
    """How often each true class (rows) was given each predicted class (columns).

    Args:
        logits: float32 (n, n_classes); the prediction is the index of the largest.
        labels: int64 (n,).
        n_classes: how many rows and columns.

    Returns:
        int64 (n_classes, n_classes), its sum is n.
    """
    pairs = labels * n_classes + logits.argmax(axis=1)
    counts = np.bincount(pairs, minlength=n_classes * n_classes)
    return counts.reshape(n_classes, n_classes).astype(np.int64)


def errors_by_pair(confusion: Sequence[Sequence[int]]) -> list[tuple[int, int, int]]:
    """Errors between each unordered pair of classes: (how many, class, class), most first.

    Args:
        confusion: the rows of ``confusion_matrix`` as lists.
    """
    pairs = combinations(range(len(confusion)), 2)
    errors = [(confusion[a][b] + confusion[b][a], a, b) for a, b in pairs]
    return sorted(errors, key=lambda pair: (-pair[0], pair[1:]))
