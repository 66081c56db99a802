"""How well logits fit their labels: counts and loss."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.evaluation.numerics import cross_entropy


@dataclass(frozen=True)
class Score:
    """Correct answers among all, and the mean cross-entropy in nats."""

    n_correct: int
    n_total: int
    loss: float

    @property
    def accuracy(self) -> float:
        """Correct answers as a fraction of all."""
        return self.n_correct / self.n_total


def score(logits: NDArray[np.float32], labels: NDArray[np.integer]) -> Score:
    """Compare logits, shape (n, n_classes), with labels, shape (n,).

    The answer is the first of the largest logits. The loss is computed in float64 from
    the logits, as ``cross_entropy`` says.
    """
    n_correct = int(np.count_nonzero(logits.argmax(axis=-1) == labels))
    return Score(n_correct, len(labels), float(cross_entropy(logits, labels).mean()))
