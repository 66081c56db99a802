"""Softmax and cross-entropy in NumPy: what a model's logits mean, without TensorFlow.

Formulas: Goodfellow, Bengio and Courville, Deep Learning (2016), sections 4.1 and 6.2.2.3.
Notation: z are the logits of one image, m = max z, y is its label.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Probabilities p_k = exp(z_k - m) / sum_j exp(z_j - m), in float32 as a model reports them.

    Args:
        logits: shape (..., n_classes).

    Returns:
        The same shape. In float32 small probabilities can be 0 and large ones 1.
    """
    scores = np.asarray(logits, dtype=np.float32)
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float32] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities


def cross_entropy(logits: NDArray[np.floating], labels: NDArray[np.integer]) -> NDArray[np.float64]:
    """The loss of each image, in nats: ln sum_j exp(z_j - m) + m - z_y, in float64.

    Computed from the logits, because a probability that float32 rounds to 0 has no logarithm.

    Args:
        logits: shape (n, n_classes).
        labels: shape (n,), each in ``range(n_classes)``.

    Returns:
        Shape (n,).
    """
    scores = np.asarray(logits, dtype=np.float64)
    largest = scores.max(axis=-1)
    log_sum = np.log(np.exp(scores - largest[:, np.newaxis]).sum(axis=-1))
    of_label = np.take_along_axis(scores, np.asarray(labels)[:, np.newaxis], axis=-1)[:, 0]
    losses: NDArray[np.float64] = log_sum + (largest - of_label)
    return losses
