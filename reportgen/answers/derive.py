"""What follows from the measured facts by arithmetic: ``derived`` in the evidence.

``derive`` is computed again whenever a report is composed, so that a derived number
always agrees with the facts that it comes from. Verdicts with wording of their own
(a gap, a spread-out probability) are settled here, not in templates.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

from reportgen.answers.reasons import SIMILAR, judge_baseline, judge_reasons
from reportgen.formatting import in_words
from reportgen.statistics import Z95

NEAR_CERTAIN = 0.99
CLEAR = 0.9
CURVE_RISE = 1.05  # validation loss at least this many times its minimum: visible overfitting

Record = dict[str, Any]


def derive(record: Record) -> Record:
    """Everything derived from an evidence record, under the record's own names.

    Returns:
        ``{"method", "n_models", "models": {name: ...}, "predictions": {selection: [...]},
        "comparison": ... or None}``; the numbering is added when the report is composed.
    """
    models = record["models"]
    predictions: dict[str, list[Record]] = {}
    for name, model in models.items():
        for place, prediction in enumerate(model["predictions"]):
            names = model["dataset"]["class_names"]
            about = derive_prediction(prediction, names)
            about |= {"model": name, "place": place}
            predictions.setdefault(prediction["selection"], []).append(about)
    return {
        "method": {
            "confidence_level": 0.95,
            "z": Z95,
            "pixel_max": 255,
            "near_certain": NEAR_CERTAIN,
            "clear": CLEAR,
            "curve_rise": CURVE_RISE,
            "similar": SIMILAR,
        },
        "n_models": len(models),
        "models": {name: derive_model(model) for name, model in models.items()},
        "predictions": predictions,
        "images": _derive_images(record),
        "selections": _derive_selections(record),
        "comparison": _derive_comparison(record),
        "reasons": _derive_reasons(record),
    }


def derive_model(model: Record) -> Record:
    """Sizes, gap, curves and confusions of one model."""
    dataset, training = model["dataset"], model["training"]
    shape = dataset["train_shape"]
    n_fitted = model["train"]["n_total"]
    n_classes = dataset["n_classes"]
    n_hidden = sum(1 for layer in model["architecture"]["layers"] if layer["n_parameters"]) - 1
    return {
        "title": dataset.get("title") or dataset["name"],
        "height": shape[1],
        "width": shape[2],
        "n_pixels": shape[1] * shape[2],
        "image_shape": shape[1:],
        "batch_of_one_shape": [1, *shape[1:]],
        "output_shape": [1, n_classes],
        "label_shape": [dataset["n_train_labels"]],
        "n_train_images": shape[0],
        "n_test_images": dataset["test_shape"][0],
        "n_images": shape[0] + dataset["test_shape"][0],
        "n_validation_images": shape[0] - n_fitted,
        "last_class": n_classes - 1,
        "n_hidden_layers": n_hidden,
        "n_train_wrong": n_fitted - model["train"]["n_correct"],
        "n_test_wrong": model["test"]["n_total"] - model["test"]["n_correct"],
        "steps_per_epoch": math.ceil(n_fitted / training["batch_size"]),
        "n_steps": math.ceil(n_fitted / training["batch_size"]) * training["epochs"],
        "chance": 1 / n_classes,
        "log_n_classes": math.log(n_classes),
        "twice_min": 1 / (math.e + n_classes - 1),
        "twice_max": math.e / (math.e + n_classes - 1),
        "gap": _gap(model),
        "history": _history(training["history"]),
        "curves": _curves(training["history"]),
        "confusions": _confusions(model["test"]["confusion_matrix"], dataset["class_names"]),
    }


def _gap(model: Record) -> Record:
    """Training minus test accuracy; its interval is that of the test accuracy, mirrored."""
    train = model["train"]["accuracy"]
    low, high = model["test"]["accuracy_ci95"]
    interval = [train - high, train - low]
    verdict = "gap" if interval[0] > 0 else "reversed" if interval[1] < 0 else "none"
    difference = train - model["test"]["accuracy"]
    return {
        "difference": difference,
        "size": abs(difference),
        "ci95": interval,
        "verdict": verdict,
    }


def _history(history: dict[str, list[float]]) -> Record:
    return {
        f"{when}_{name}": values[place]
        for name, values in history.items()
        for when, place in (("first", 0), ("last", -1))
        if values
    }


def _curves(history: dict[str, list[float]]) -> Record | None:
    """What the curves show of overfitting; None without validation images.

    Epochs count from 1. The best epoch is that of the lowest validation loss, the first if
    several are equal. Training values of an epoch are running means while the weights
    change, validation values are taken at its end.
    """
    losses = history.get("val_loss")
    if not losses:
        return None
    accuracies = history["val_accuracy"]
    best = losses.index(min(losses))
    best_accuracy = accuracies.index(max(accuracies))
    rise = losses[-1] / losses[best] if losses[best] > 0 else math.inf
    train_losses, train_accuracies = history["loss"], history["accuracy"]
    fell = train_losses[-1] < train_losses[best]
    visible = best < len(losses) - 1 and rise >= CURVE_RISE and fell
    change = accuracies[-1] - accuracies[best]
    return {
        "best_epoch": best + 1,
        "best_loss": losses[best],
        "last_loss": losses[-1],
        "rise": rise if math.isfinite(rise) else None,
        "best_loss_accuracy": accuracies[best],
        "last_accuracy": accuracies[-1],
        "accuracy_change": change,
        "accuracy_verdict": "rose" if change > 0 else "fell" if change < 0 else "same",
        "best_accuracy_epoch": best_accuracy + 1,
        "best_accuracy": accuracies[best_accuracy],
        "verdict": "overfitting" if visible else "none",
        "best_is_last": best == len(losses) - 1,
        "n_epochs": len(losses),
        "n_after_best": len(losses) - 1 - best,
        "train_loss_fell": fell,
        "best_train_loss": train_losses[best],
        "best_train_accuracy": train_accuracies[best],
        "last_train_loss": train_losses[-1],
        "last_train_accuracy": train_accuracies[-1],
        "first_accuracy_above_epoch": _first_above(train_accuracies, accuracies),
        "first_loss_below_epoch": _first_above(losses, train_losses),
    }


def _first_above(values: list[float], others: list[float]) -> int | None:
    """The first epoch in which a value is above the other; None if that never happens."""
    pairs = enumerate(zip(values, others, strict=True), start=1)
    return next((epoch for epoch, (value, other) in pairs if value > other), None)


def _confusions(matrix: list[list[int]], names: list[str]) -> Record:
    """Errors by unordered pair of classes, most frequent first."""
    n_wrong = sum(map(sum, matrix)) - sum(matrix[k][k] for k in range(len(matrix)))
    pairs = [(matrix[a][b] + matrix[b][a], a, b) for a, b in combinations(range(len(matrix)), 2)]
    ranked = sorted(pairs, key=lambda pair: (-pair[0], pair[1:]))[:5]
    recall = [row[k] / sum(row) if sum(row) else None for k, row in enumerate(matrix)]
    known = [(value, k) for k, value in enumerate(recall) if value is not None]
    return {
        "n_wrong": n_wrong,
        "n_pairs": len(pairs),
        "pairs": [
            {"first": names[a], "second": names[b], "n": n, "share": n / n_wrong}
            for n, a, b in ranked
            if n
        ],
        "recall": recall,
        "hardest": names[min(known)[1]] if known else None,
        "hardest_recall": min(known)[0] if known else None,
        "easiest": names[max(known, key=lambda pair: (pair[0], -pair[1]))[1]] if known else None,
        "easiest_recall": max(known)[0] if known else None,
    }


def derive_prediction(prediction: Record, names: list[str]) -> Record:
    """The worked softmax of one prediction, its ranking and what a second softmax does."""
    logits = prediction["logits"]
    once, twice = prediction["probabilities"], prediction["softmax_twice"]
    order = sorted(range(len(once)), key=lambda k: (-once[k], -logits[k], k))
    argmax, label = prediction["argmax"], prediction["label"]
    others = [k for k in order if k != argmax]
    top, second = once[argmax], others[0]
    largest = max(logits)
    exponentials = [math.exp(value - largest) for value in logits]
    certainty = "near-certain" if top >= NEAR_CERTAIN else "clear" if top >= CLEAR else "spread"
    return {
        "argmax_name": names[argmax],
        "argmax_position": argmax + 1,
        "label_name": names[label],
        "top": top,
        "certainty": certainty,
        "runner_up": {"index": second, "name": names[second], "probability": once[second]},
        "true_probability": once[label],
        "true_rank": order.index(label) + 1,
        "sum": math.fsum(once),
        "n_zero": sum(1 for value in once if value == 0),
        "largest_logit": largest,
        "logits_argmax": logits.index(largest),
        "sum_of_exponentials": math.fsum(exponentials),
        "ratio_to_runner_up": _ratio(logits[argmax] - logits[second]),
        "margin": logits[argmax] - logits[second],
        "steps": [
            {
                "index": k,
                "name": names[k],
                "logit": logits[k],
                "shifted": logits[k] - largest,
                "exponential": exponentials[k],
                "probability": once[k],
                "twice": twice[k],
            }
            for k in range(len(logits))
        ],
        "twice_top": twice[argmax],
        "twice_argmax": twice.index(max(twice)),
        "twice_same": twice.index(max(twice)) == argmax,
        "twice_drop": top - twice[argmax],
        "entropy": _entropy(once),
        "twice_entropy": _entropy(twice),
    }


def _ratio(margin: float) -> float | None:
    """Exp of a logit difference; None where it would not be a printable number."""
    return math.exp(margin) if margin < 40 else None


def _entropy(probabilities: list[float]) -> float:
    """Shannon entropy in nats."""
    return -math.fsum(p * math.log(p) for p in probabilities if p > 0)


def _derive_images(record: Record) -> dict[str, list[Record]]:
    """The class name of every selected image, by selection."""
    names = {
        model["dataset"]["name"]: model["dataset"]["class_names"]
        for model in record["models"].values()
    }
    images: dict[str, list[Record]] = {}
    for place, image in enumerate(record["images"]):
        about = {"label_name": names[image["dataset"]][image["label"]], "place": place}
        images.setdefault(image["selection"], []).append(about)
    return images


def _derive_comparison(record: Record) -> Record | None:
    comparison = record["comparison"]
    if comparison is None:
        return None
    first, second = comparison["models"]
    verdict = comparison["verdict"]
    difference = comparison["test_accuracy_difference"]
    higher, lower = (first, second) if difference >= 0 else (second, first)
    if verdict in (first, second):
        higher = verdict
        lower = second if verdict == first else first
    train = {name: record["models"][name]["train"]["accuracy"] for name in (first, second)}
    same_training = all(
        record["models"][first]["training"].get(key)
        == record["models"][second]["training"].get(key)
        for key in ("epochs", "batch_size", "optimizer", "learning_rate", "validation_split")
    )
    layers = [record["models"][name]["architecture"]["layers"] for name in (first, second)]
    return {
        "distinguishable": verdict in (first, second),
        "higher": higher,
        "lower": lower,
        "size": abs(difference),
        "size_ci95": _mirrored(comparison["difference_ci95"], higher == first),
        "train_difference": train[higher] - train[lower],
        "train_verdict": (
            "same"
            if train[higher] == train[lower]
            else "agrees"
            if train[higher] > train[lower]
            else "disagrees"
        ),
        "same_training": same_training,
        "same_layers": _without_shapes(layers[0]) == _without_shapes(layers[1]),
    }


def _derive_reasons(record: Record) -> Record | None:
    """Each measured reason held against the comparison; None where not both exist."""
    comparison, study = _derive_comparison(record), record["studies"].get("reasons")
    if comparison is None or study is None:
        return None
    higher, lower = (study["models"][comparison[which]] for which in ("higher", "lower"))
    judged = judge_reasons(higher, lower, comparison["size"])
    baselines = record["studies"].get("linear_baseline")
    if baselines is not None:
        scores = [baselines["models"][comparison[which]]["test"] for which in ("higher", "lower")]
        judged["linear_baseline"] = judge_baseline(*scores)
    if not comparison["distinguishable"]:
        return dict.fromkeys(judged, "no difference")
    return judged


def _derive_selections(record: Record) -> Record:
    """How many images each selection has, also as a word."""
    names = [image["selection"] for image in record["images"]]
    return {
        name: {"n": names.count(name), "n_words": in_words(names.count(name))}
        for name in dict.fromkeys(names)
    }


def _mirrored(interval: list[float], as_it_is: bool) -> list[float]:
    low, high = interval
    return [low, high] if as_it_is else [-high, -low]


def _without_shapes(layers: list[Record]) -> list[Record]:
    ignored = ("output_shape", "n_parameters", "name")
    return [{k: v for k, v in layer.items() if k not in ignored} for layer in layers]
