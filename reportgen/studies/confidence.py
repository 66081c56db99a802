"""How sure a model is, and whether it is right as often as that.

A prediction's confidence is its top probability, in float32 as the model reports it.
``studies.confidence.models.<model>`` holds

    n_total, n_correct, n_wrong, accuracy      on the test images
    bins: [{lower, upper, n, n_correct, confidence, accuracy}]
        n_bins equal bins of confidence, closed on the right; confidence is the mean in the
        bin; both means are None where the bin is empty; n_filled_bins are not
    ece            expected calibration error: mean |accuracy - confidence| over the bins,
                   weighted by n (Naeini, Cooper and Hauskrecht, AAAI 2015)
    ece_floor, ece_floor_high
                   mean and 95 % quantile of what n_simulations models would show that are
                   as sure as this one and right exactly as often: the error is never 0;
                   where an error is rarer than 5 %, the mean can be the larger of the two
    ece_verdict    "beyond chance" (above ece_floor_high) or "within chance"
    mean_confidence, gap, gap_size, gap_bound
                   gap is mean_confidence - accuracy; within +-gap_bound it may be chance:
                   1.96 standard errors, or, where so few errors are to be expected that the
                   normal approximation fails, the 95 % quantile of the simulations
    verdict        "over" (sure more often than right), "under" or "none"
    sure_99, sure_90: {threshold, n, share, n_correct, n_wrong, accuracy}
                   predictions at least that confident; accuracy is None where there are none
    mistakes: [{index, label, label_name, argmax, argmax_name, probability, true_probability}]
                   the n_mistakes (at most 9) most confident errors, the most confident first;
                   of equally confident ones, that with the smaller true_probability
    mistakes_selection
                   "confident_mistakes_<model>", their images' selection; None without errors
    sample: {selection, n, n_right, n_wrong, error_added}
                   "sample_<model>": test images drawn at random, evenly over the classes;
                   error_added says that none was an error, so that one was put in
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.evaluation.intervals import NORMAL_FROM, Z95
from reportgen.evaluation.numerics import softmax
from reportgen.studies.context import Study, StudyContext

N_BINS = 15
N_SIMULATIONS = 20_000
N_MISTAKES = 9
N_SAMPLE = 15
THRESHOLDS = {"sure_99": 0.99, "sure_90": 0.9}

Measured = dict[str, Any]
Reals = NDArray[np.float64]


def measure_confidence(
    logits: NDArray[np.float32], labels: NDArray[np.int64], class_names: tuple[str, ...]
) -> Measured:
    """Reliability of one model, and its most confident mistakes.

    Args:
        logits: float32 (n, n_classes).
        labels: int64 (n,).
        class_names: in label order.

    Returns:
        As above, without ``mistakes_selection`` and ``sample``.
    """
    probabilities = softmax(logits)
    predicted = probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = predicted == labels
    n_total, accuracy = len(labels), float(right.mean())
    bins = _bins(confidence, right)
    gap = float(confidence.mean()) - accuracy
    simulated = _simulate(confidence)
    bound = _gap_bound(confidence, simulated)
    mistakes = _mistakes(probabilities, labels, class_names)
    return {
        "n_total": n_total,
        "n_correct": int(right.sum()),
        "n_wrong": int((~right).sum()),
        "accuracy": accuracy,
        "bins": bins,
        "n_bins": N_BINS,
        "n_filled_bins": sum(1 for found in bins if found["n"]),
        **_calibration_error(confidence, right, simulated),
        "mean_confidence": float(confidence.mean()),
        "gap": gap,
        "gap_size": abs(gap),
        "gap_bound": bound,
        "verdict": "over" if gap > bound else "under" if gap < -bound else "none",
        **{name: _sure(confidence, right, least) for name, least in THRESHOLDS.items()},
        "n_mistakes": len(mistakes),
        "mistakes": mistakes,
    }


def bin_of(confidence: Reals) -> NDArray[np.int64]:
    """The number of the bin, from 0, that each confidence falls into."""
    edges = np.arange(1, N_BINS) / N_BINS
    return np.digitize(confidence, edges, right=True).astype(np.int64)


def _bins(confidence: Reals, right: NDArray[np.bool_]) -> list[Measured]:
    place = bin_of(confidence)
    bins = []
    for k in range(N_BINS):
        inside = place == k
        n, n_correct = int(inside.sum()), int(right[inside].sum())
        bins.append(
            {
                "lower": k / N_BINS,
                "upper": (k + 1) / N_BINS,
                "n": n,
                "n_correct": n_correct,
                "confidence": float(confidence[inside].mean()) if n else None,
                "accuracy": n_correct / n if n else None,
            }
        )
    return bins


def _simulate(confidence: Reals) -> NDArray[np.int64]:
    """How many images of each bin models that are right exactly as often get right.

    Returns:
        int64 (n_simulations, n_bins).
    """
    place = bin_of(confidence)
    rng = np.random.default_rng(0)
    counts = np.zeros((N_SIMULATIONS, N_BINS), dtype=np.int64)
    for k in np.unique(place):
        chances = np.cumsum(distribution_of_count(confidence[place == k]))
        drawn = np.searchsorted(chances, rng.random(N_SIMULATIONS) * chances[-1], side="right")
        counts[:, k] = drawn
    return counts


def _gap_bound(confidence: Reals, simulated: NDArray[np.int64]) -> float:
    n, variance = len(confidence), float((confidence * (1 - confidence)).sum())
    if variance >= NORMAL_FROM:
        return Z95 * math.sqrt(variance) / n
    gaps = float(confidence.mean()) - simulated.sum(axis=1) / n
    return float(np.quantile(np.abs(gaps), 0.95))


def _calibration_error(
    confidence: Reals, right: NDArray[np.bool_], simulated: NDArray[np.int64]
) -> Measured:
    place = bin_of(confidence)
    expected = np.bincount(place, weights=confidence, minlength=N_BINS)
    n_correct = np.bincount(place[right], minlength=N_BINS)
    counts = np.vstack([n_correct, simulated])
    found, *errors = (np.abs(counts - expected).sum(axis=1) / len(confidence)).tolist()
    high = float(np.quantile(errors, 0.95))
    return {
        "ece": found,
        "ece_floor": float(np.mean(errors)),
        "ece_floor_high": high,
        "n_simulations": N_SIMULATIONS,
        "ece_verdict": "beyond chance" if found > high else "within chance",
    }


def distribution_of_count(chances: Reals) -> Reals:
    """How probable each number of hits is in independent draws (Poisson binomial).

    Drawing from it is as good as drawing for every image, and quick however many there are.
    The generating function, the product of all (1 - p) + p x, is multiplied out pair by pair.

    Args:
        chances: float64 (n,), of a hit in each draw.

    Returns:
        float64 (n + 1,): probabilities of 0 to n hits, to about 1e-15.
    """
    parts = np.stack([1 - chances, chances], axis=1)
    while len(parts) > 1:
        if len(parts) % 2:
            parts = np.vstack([parts, np.eye(1, parts.shape[1])])
        size = 2 * parts.shape[1] - 1
        spectra = np.fft.rfft(parts, size)
        parts = np.fft.irfft(spectra[::2] * spectra[1::2], size)
    found: Reals = np.clip(parts[0, : len(chances) + 1], 0.0, None)
    return found


def _sure(confidence: Reals, right: NDArray[np.bool_], threshold: float) -> Measured:
    sure = confidence >= threshold
    n, n_correct = int(sure.sum()), int(right[sure].sum())
    return {
        "threshold": threshold,
        "n": n,
        "share": n / len(confidence),
        "n_correct": n_correct,
        "n_wrong": n - n_correct,
        "accuracy": n_correct / n if n else None,
    }


def _mistakes(
    probabilities: NDArray[np.float32], labels: NDArray[np.int64], names: tuple[str, ...]
) -> list[Measured]:
    """The most confident errors; of equally confident ones, that with the less probable label."""
    predicted = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    order = np.lexsort((probabilities[wrong, labels[wrong]], -probabilities[wrong].max(axis=1)))
    return [
        {
            "index": int(k),
            "label": int(labels[k]),
            "label_name": names[labels[k]],
            "argmax": int(predicted[k]),
            "argmax_name": names[predicted[k]],
            "probability": float(probabilities[k, predicted[k]]),
            "true_probability": float(probabilities[k, labels[k]]),
        }
        for k in wrong[order[:N_MISTAKES]]
    ]


def draw_sample(
    labels: NDArray[np.int64], right: NDArray[np.bool_], seed: int
) -> tuple[list[int], bool]:
    """Draw images evenly over the classes, with an error among them if there is any.

    Args:
        labels: int64 (n,).
        right: bool (n,): whether the prediction is right.
        seed: at least 0; the sample follows from it.

    Returns:
        At most 15 image numbers in ascending order, and whether an error had to be put in
        the place of the image that was drawn last.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    turn = np.zeros(len(labels), dtype=np.int64)  # how many of its class come before an image
    for label in np.unique(labels):
        turn[labels[order] == label] = np.arange(int((labels == label).sum()))
    sample = order[np.argsort(turn, kind="stable")][:N_SAMPLE]
    wrong = order[~right[order]]
    add_error = len(wrong) > 0 and bool(right[sample].all())
    if add_error:
        sample[-1] = wrong[0]
    return sorted(sample.tolist()), add_error


def _measure(context: StudyContext) -> Measured:
    models: Measured = {}
    images: list[Measured] = []
    for name, trained in context.trained.items():
        dataset = context.dataset(name)
        found = measure_confidence(trained.logits_test, dataset.y_test, dataset.class_names)
        right = softmax(trained.logits_test).argmax(axis=1) == dataset.y_test
        sample, error_added = draw_sample(dataset.y_test, right, context.jobs[name].seed)
        shown = {
            f"confident_mistakes_{name}": [mistake["index"] for mistake in found["mistakes"]],
            f"sample_{name}": sample,
        }
        mistakes_selection, sample_selection = shown
        n_wrong = int((~right[sample]).sum())
        models[name] = found | {
            "mistakes_selection": mistakes_selection if found["mistakes"] else None,
            "sample": {
                "selection": sample_selection,
                "n": len(sample),
                "n_right": len(sample) - n_wrong,
                "n_wrong": n_wrong,
                "error_added": error_added,
            },
        }
        images += [
            {"selection": selection, "model": name, "split": "test", "index": index}
            for selection, indices in shown.items()
            for index in indices
        ]
    return {"models": models, "images": images}


STUDY = Study(_measure, expected=_measure)
