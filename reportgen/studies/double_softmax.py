"""What a second softmax does to every prediction of a whole test set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from reportgen.evaluation.numerics import cross_entropy, softmax
from reportgen.evaluation.record_types import BY_CLASS, Count, Fraction, Record, Rounding
from reportgen.studies.context import (
    ByModel,
    Near,
    Study,
    StudyContext,
    each_model,
    each_record,
    near,
)

# A second softmax in float32 can make two probabilities equal, which changes the class.
_CLASS = Rounding(by_class=True, share=0.001, number=1)


class DoubleSoftmax(Record):
    """One softmax and two on all test images of a model."""

    n_total: Count
    """Test images."""
    n_same_class: Annotated[Count, _CLASS]
    """Those whose class a second softmax keeps."""
    n_changed_class: Annotated[Count, _CLASS]
    """Those whose class it changes."""
    mean_top_once: Fraction
    """Mean top probability after one softmax."""
    mean_top_twice: Fraction
    """The same after two."""
    mean_entropy_once: float
    """Mean of Shannon's entropy after one softmax, in nats."""
    mean_entropy_twice: float
    """The same after two."""
    largest_twice: Fraction
    """The largest probability of all after two."""
    loss_once: float
    """Mean loss after one softmax, in nats."""
    loss_twice: float
    """The same after two."""
    loss_verdict: Literal["higher", "not higher"]
    """Whether the second is `higher`, or `not higher`."""
    n_wrong: Annotated[Count, BY_CLASS]
    """Wrong predictions, by the probabilities after one softmax."""
    loss_once_wrong: Annotated[float | None, Rounding(mean_of_wrong=True)]
    """`loss_once` of the wrong predictions alone; empty without any."""
    loss_twice_wrong: Annotated[float | None, Rounding(mean_of_wrong=True)]
    """`loss_twice` of the same."""
    n_top_exactly_one: Count
    """Images whose top probability is stored as 1, in 32-bit arithmetic as all that follows."""
    n_outputs: Count
    """All outputs: one a class and image."""
    n_outputs_exactly_zero: Count
    """Outputs that are stored as 0."""
    largest_sum_error: float
    """How far the sum of an image's probabilities is from 1 at most."""
    n_with_ties_twice: Annotated[Count, Rounding(share=0.02, number=3)]
    """Images with equal probabilities after two."""


def measure_double_softmax(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> DoubleSoftmax:
    """Compare one softmax with two on all test images.

    Args:
        logits: float32 (n, n_classes).
        labels: int64 (n,).
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
    """Mean over images of -sum p ln p, in nats; 0 ln 0 counts as 0."""
    p = probabilities.astype(np.float64)
    logarithms = np.log(p, out=np.zeros_like(p), where=p > 0)
    return float(-(p * logarithms).sum(axis=1).mean())


def _measure(context: StudyContext, name: str) -> DoubleSoftmax:
    return measure_double_softmax(context.trained[name].logits_test, context.dataset(name).y_test)


def _follows(found: DoubleSoftmax, model: Mapping[str, Any]) -> dict[str, Any]:
    test = model["test"]
    is_higher = found["loss_twice"] > found["loss_once"]
    return {
        "n_total": test["n_total"],
        "n_changed_class": test["n_total"] - found["n_same_class"],
        "n_outputs": test["n_total"] * model["dataset"]["n_classes"],
        "loss_once": near(test["loss"]),
        "loss_verdict": "higher" if is_higher else "not higher",
        # A softmax in float32 can make two probabilities equal and so change argmax.
        "n_wrong": Near(test["n_total"] - test["n_correct"], 0.001 * test["n_total"]),
    }


STUDY = Study(
    shows="what a second softmax does to every test image",
    costs="nothing to speak of",
    record=ByModel[DoubleSoftmax],
    measure=each_model(_measure),
    expected=each_model(_measure),
    follows=each_record(_follows),
)
