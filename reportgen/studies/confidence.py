"""How sure a model is of its predictions, and how often they are right.

A prediction's confidence is its top probability, in float32 as the model reports it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from reportgen.evaluation.intervals import NORMAL_FROM, Z95
from reportgen.evaluation.numerics import softmax
from reportgen.evaluation.record_types import BY_CLASS, EXACT, Count, Fraction, Items, Record
from reportgen.studies.context import ByModel, Contradiction, Study, StudyContext, each_record, near

N_BINS = 15
N_SIMULATIONS = 20_000
N_MISTAKES = 9
N_SAMPLE = 15

Reals = NDArray[np.float64]


class Bin(Record):
    """Predictions whose confidence lies between two bounds."""

    lower: Fraction
    """Lower bound, which is not part of the bin."""
    upper: Fraction
    """Upper bound, which is."""
    n: Count
    """Predictions in the bin."""
    n_correct: Annotated[Count, BY_CLASS]
    """Right ones among them."""
    confidence: Fraction | None
    """Mean confidence; empty where the bin is."""
    accuracy: Fraction | None
    """Share of right ones; empty where the bin is."""


class Calibration(Record):
    """The expected calibration error, and what it would be by chance."""

    ece: Fraction
    """Expected calibration error: mean |accuracy - confidence| over the bins, weighted by their
    sizes (Naeini, Cooper and Hauskrecht, AAAI 2015)."""
    ece_floor: Fraction
    """Its mean for models as sure as this one and right exactly as often as they say, by
    simulation: it is never 0."""
    ece_floor_high: Fraction
    """95 % quantile of the same; where an error is rarer than 5 %, the mean can be larger."""
    n_simulations: Count
    """How many models were simulated."""
    ece_verdict: Literal["beyond chance", "within chance"]
    """`beyond chance` above `ece_floor_high`, else `within chance`."""


class Sure(Record):
    """Predictions with at least some confidence."""

    threshold: Fraction
    """The least confidence."""
    n: Count
    """How many there are."""
    share: Fraction
    """Their share of all predictions."""
    n_correct: Annotated[Count, BY_CLASS]
    """Right ones among them."""
    n_wrong: Annotated[Count, BY_CLASS]
    """Wrong ones among them."""
    accuracy: Fraction | None
    """Share of right ones; empty where there is none."""


class Mistake(Record):
    """A wrong prediction."""

    index: Count
    """Number of the test image."""
    label: Count
    """Its class, as a number."""
    label_name: str
    """Its class by name."""
    argmax: Count
    """The predicted class, as a number."""
    argmax_name: str
    """The predicted class by name."""
    probability: Fraction
    """Of the predicted class."""
    true_probability: Fraction
    """Of the label."""


class Sample(Record):
    """Test images drawn at random, evenly from the classes."""

    selection: str
    """Their selection, `sample_<model>`."""
    n: Count
    """How many there are."""
    n_right: Annotated[Count, BY_CLASS]
    """Right predictions among them."""
    n_wrong: Annotated[Count, BY_CLASS]
    """Wrong ones."""
    error_added: bool
    """Whether no prediction was wrong, so that a wrong one was put in."""


class Reliability(Calibration):
    """Confidence and accuracy of one model on the test images."""

    n_total: Count
    """Test images."""
    n_correct: Annotated[Count, BY_CLASS]
    """Right predictions."""
    n_wrong: Annotated[Count, BY_CLASS]
    """Wrong predictions."""
    accuracy: Fraction
    """Share of right ones."""
    bins: Annotated[Items[Bin], EXACT]
    """Predictions by confidence, in bins of equal width."""
    n_bins: Count
    """How many bins there are."""
    n_filled_bins: Count
    """Bins that hold a prediction."""
    mean_confidence: Fraction
    """Mean confidence."""
    gap: float
    """Mean confidence minus accuracy."""
    gap_size: Fraction
    """The same without its sign."""
    gap_bound: float
    """How large chance makes it: 1.96 standard errors, or where few errors are to be expected
    the 95 % quantile of the simulations."""
    verdict: Literal["over", "under", "none"]
    """`over` where it is sure more often than right, `under` the other way round, or `none`."""
    sure_99: Sure
    """Predictions with a confidence of 99 % or more."""
    sure_90: Sure
    """Predictions with a confidence of 90 % or more."""
    n_mistakes: Annotated[Count, BY_CLASS]
    """How many mistakes are listed, at most 9."""
    mistakes: Annotated[Items[Mistake], EXACT]
    """The most confident mistakes, the most confident first; of equally confident ones, that with
    the smaller `true_probability`."""


class Confidence(Reliability):
    """The same with the images that figures can show."""

    mistakes_selection: str | None
    """The selection of the mistakes' images, `confident_mistakes_<model>`; empty without errors."""
    sample: Sample
    """A random sample of test images."""


def measure_confidence(
    logits: NDArray[np.float32], labels: NDArray[np.int64], class_names: tuple[str, ...]
) -> Reliability:
    """Measure the reliability of one model, and list its most confident mistakes.

    Args:
        logits: float32 (n, n_classes).
        labels: int64 (n,).
        class_names: in label order.
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
        "sure_99": _sure(confidence, right, 0.99),
        "sure_90": _sure(confidence, right, 0.9),
        "n_mistakes": len(mistakes),
        "mistakes": mistakes,
    }


def bin_of(confidence: Reals) -> NDArray[np.int64]:
    """The bin of each confidence, from 0: int64, in the shape of ``confidence``."""
    edges = np.arange(1, N_BINS) / N_BINS
    return np.digitize(confidence, edges, right=True).astype(np.int64)


def _bins(confidence: Reals, right: NDArray[np.bool_]) -> list[Bin]:
    place = bin_of(confidence)
    bins: list[Bin] = []
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
    """Simulate models that are right as often as they are confident.

    Returns:
        int64 (n_simulations, n_bins): correct predictions in each bin.
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
) -> Calibration:
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

    Sampling from it equals drawing for every image, but is fast for any number of images.
    The generating function, the product of all (1 - p) + p x, is multiplied out in pairs.

    Args:
        chances: float64 (n,), the probability of a hit in each draw.

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


def _sure(confidence: Reals, right: NDArray[np.bool_], threshold: float) -> Sure:
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
) -> list[Mistake]:
    """The most confident errors; at equal confidence, the one with the less probable label."""
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
    """Draw images evenly over the classes; include an error if the model made one.

    Args:
        labels: int64 (n,).
        right: bool (n,): whether the prediction is right.
        seed: at least 0.

    Returns:
        At most 15 image numbers in ascending order, and whether an error replaces the image
        that was drawn last.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    turn = np.zeros(len(labels), dtype=np.int64)  # how many of its class precede an image
    for label in np.unique(labels):
        turn[labels[order] == label] = np.arange(int((labels == label).sum()))
    sample = order[np.argsort(turn, kind="stable")][:N_SAMPLE]
    wrong = order[~right[order]]
    add_error = len(wrong) > 0 and bool(right[sample].all())
    if add_error:
        sample[-1] = wrong[0]
    return sorted(sample.tolist()), add_error


def _measure(context: StudyContext) -> dict[str, Any]:
    models: dict[str, Confidence] = {}
    images: list[dict[str, Any]] = []
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
        models[name] = {
            **found,
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


def _follows(found: Confidence, model: Mapping[str, Any]) -> dict[str, Any]:
    bins, total, gap, bound = found["bins"], found["n_total"], found["gap"], found["gap_bound"]
    confidences = [each["n"] * (each["confidence"] or 0.0) for each in bins]
    off = [abs(b["n_correct"] - c) for b, c in zip(bins, confidences, strict=True)]
    sizes: Any = [_accuracy(each) for each in bins]
    if sum(each["n"] for each in bins) != total:
        n = sum(each["n"] for each in bins)
        sizes = Contradiction(f"(their sizes) is {n}; {total} follows")
    return {
        "n_total": model["test"]["n_total"],
        "n_correct": sum(each["n_correct"] for each in bins),
        "n_wrong": total - found["n_correct"],
        "n_bins": len(bins),
        "n_filled_bins": sum(1 for each in bins if each["n"]),
        "ece": near(sum(off) / total),
        "ece_verdict": (
            "beyond chance" if found["ece"] > found["ece_floor_high"] else "within chance"
        ),
        "mean_confidence": near(sum(confidences) / total),
        "gap": near(found["mean_confidence"] - found["accuracy"]),
        "gap_size": near(abs(gap)),
        "verdict": "over" if gap > bound else "under" if gap < -bound else "none",
        "n_mistakes": len(found["mistakes"]),
        "bins": sizes,
        "sure_99": _accuracy(found["sure_99"]),
        "sure_90": _accuracy(found["sure_90"]),
        **({"mistakes": _follows_of_mistakes(found, model)} if found["mistakes_selection"] else {}),
    }


def _accuracy(found: Bin | Sure) -> dict[str, float | None]:
    return {"accuracy": found["n_correct"] / found["n"] if found["n"] else None}


def _follows_of_mistakes(found: Confidence, model: Mapping[str, Any]) -> list[Any]:
    """The most confident mistakes, from the predictions of the same images."""
    predictions = {
        each["index"]: each
        for each in model["predictions"]
        if each["selection"] == found["mistakes_selection"]
    }
    follows: list[Any] = []
    for mistake in found["mistakes"]:
        prediction = predictions.get(mistake["index"])
        if prediction is None:
            follows.append(Contradiction("has no prediction in the evidence"))
            continue
        probabilities = prediction["probabilities"]
        follows.append(
            {
                "label": prediction["label"],
                "argmax": prediction["argmax"],
                "probability": near(probabilities[prediction["argmax"]]),
                "true_probability": near(probabilities[prediction["label"]]),
            }
        )
    return follows


STUDY = Study(
    shows="whether probabilities can be trusted (reliability), the most confident mistakes, "
    "a random sample",
    costs="less than a second",
    record=ByModel[Confidence],
    measure=_measure,
    expected=_measure,
    follows=each_record(_follows),
)
