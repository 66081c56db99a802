"""Compare the study ``confidence`` with what weights and data give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from reportgen.evaluation.numerics import softmax
from reportgen.studies.confidence import N_BINS, N_MISTAKES, Bin, Confidence, Mistake, bin_of
from reportgen.studies.context import StudyContext
from reportgen.verify.expected import must_be, shown
from reportgen.verify.findings import Difference
from reportgen.verify.rounding import Loose, compare

_LEAST = 1e-6


def compare_confidence(
    path: str, found: Confidence, model: str, contexts: Sequence[StudyContext]
) -> Iterator[Difference]:
    """Differences in the bins of confidence and in the most confident mistakes.

    Args:
        path: of the model's record in the study.
        found: that record.
        model: its name.
        contexts: three, with the logits as computed, and moved up and down by the bound of
            rounding.
    """
    labels = contexts[0].dataset(model).y_test
    probabilities = [softmax(context.trained[model].logits_test) for context in contexts]
    tops = np.stack([each.max(axis=1) for each in probabilities]).astype(np.float64)
    right = np.stack([each.argmax(axis=1) == labels for each in probabilities])
    yield from _bins(f"{path}.bins", found["bins"], tops, right)
    yield from _mistakes(f"{path}.mistakes", found["mistakes"], probabilities, labels)


def _bins(
    path: str, found: Sequence[Bin], tops: NDArray[np.float64], right: NDArray[np.bool_]
) -> Iterator[Difference]:
    """Differences in bins that rounding cannot explain: in counts or mean confidence.

    Args:
        path: of the bins.
        found: one record per bin.
        tops: float64 (3, n), confidences; the first row is from the logits as computed.
        right: bool (3, n), whether the prediction is right.
    """
    if len(found) != N_BINS:
        yield Difference(path, f"are {len(found)}; {N_BINS} belong there")
        return
    places = np.stack([bin_of(each) for each in tops])
    moved = float(np.abs(tops - tops[0]).max(initial=0.0))
    for k, record in enumerate(found):
        yield from must_be(f"{path}.{k}", record, {"lower": k / N_BINS, "upper": (k + 1) / N_BINS})
        certain, possible = (places == k).all(axis=0), (places == k).any(axis=0)
        low, high = int(certain.sum()), int(possible.sum())
        counts = {
            "n": (record["n"], low, high),
            "n_correct": (
                record["n_correct"],
                int((certain & right.all(axis=0)).sum()),
                int((possible & right.any(axis=0)).sum()),
            ),
        }
        for key, (n, least, most) in counts.items():
            if not least <= n <= most:
                follows = f"{least}" if least == most else f"{least} to {most}"
                text = f"is {shown(n)}; weights and data give {follows}"
                yield Difference(f"{path}.{k}.{key}", text)
        if record["n"] and possible.any() and record["confidence"] is not None:
            mean = float(tops[0][possible].mean())
            allowed = moved + (high - low) / max(1, low) / N_BINS + _LEAST
            if abs(record["confidence"] - mean) > allowed:
                text = f"is {shown(record['confidence'])}; weights and data give {shown(mean)}"
                yield Difference(f"{path}.{k}.confidence", text)


def _mistakes(
    path: str,
    found: Sequence[Mistake],
    probabilities: Sequence[NDArray[np.float32]],
    labels: NDArray[np.int64],
) -> Iterator[Difference]:
    """Differences unless the mistakes are the most confident ones; ties may be in any order."""
    tops = np.stack([each.max(axis=1) for each in probabilities])
    wrong = np.stack([each.argmax(axis=1) != labels for each in probabilities])
    certain = tops.min(axis=0)[wrong.all(axis=0)]
    least = min((mistake["probability"] for mistake in found), default=0.0)
    n_more = int((certain > least + _LEAST).sum())
    if n_more > len(found) or len(found) < min(N_MISTAKES, len(certain)):
        yield Difference(path, "leaves out mistakes that are more confident")
    for k, mistake in enumerate(found):
        index = mistake["index"]
        if not (0 <= index < len(labels) and wrong[:, index].any()):
            yield Difference(f"{path}.{k}", "is no mistake of these weights")
            continue
        label = int(labels[index])
        expected = [
            {
                "label": label,
                "probability": float(each[index].max()),
                "true_probability": float(each[index, label]),
            }
            for each in probabilities
        ]
        yield from compare(f"{path}.{k}", mistake, expected, Loose())
