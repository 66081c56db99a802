"""What follows from other values in the studies of the evidence, computed again."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np

from reportgen.evaluation.intervals import paired_difference
from reportgen.evaluation.scores import paired_record
from reportgen.evidence.record import SPLITS, EvidenceRecord, ModelRecord
from reportgen.studies.dense_network import FIRST_UPDATES
from reportgen.studies.reasons import errors_in_pairs
from reportgen.studies.repeats import compare_runs, measure_runs
from reportgen.verify.expected import must_be
from reportgen.verify.findings import Difference

Record = dict[str, Any]
# (numerator, denominator, ratio): wherever a record has all three.
_RATIOS = (
    ("n_correct", "n_total", "accuracy"),
    ("n_correct", "n", "accuracy"),
    ("n_negative", "n_values", "negative_share"),
    ("n_dead", "units", "dead_share"),
    ("n_still", "n_weights", "still_share"),
    ("n_still", "n", "still_share"),
    ("n_gained", "n_total", "gain"),
    ("n_blank_pixels", "n_pixels", "blank_share"),
)
_MEAN = 1e-6  # means of float32 probabilities, added in another order


def look_at_studies(record: EvidenceRecord) -> Iterator[Difference]:
    """Differences in the studies."""
    for name, study in record["studies"].items():
        yield from _ratios(f"studies.{name}", study)
        look = _STUDIES.get(name)
        if look is not None:
            yield from look(f"studies.{name}", study, record)
        for model, found in (study.get("models") or {}).items():
            path = f"studies.{name}.models.{model}"
            yield from _model_scores(path, found, record["models"].get(model))
            yield from _paired(path, found)


def _ratios(path: str, value: Any) -> Iterator[Difference]:
    """Ratios beside the counts that they come from, at any depth."""
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _ratios(f"{path}.{place}", inner)
    if not isinstance(value, dict):
        return
    for part, whole, ratio in _RATIOS:
        n = value.get(whole)
        if ratio in value and isinstance(n, int) and value.get(part) is not None:
            right = value[part] / n if n else None
            yield from must_be(f"{path}.{ratio}", value[ratio], right)
    for key, inner in value.items():
        yield from _ratios(f"{path}.{key}", inner)


def _model_scores(path: str, found: Any, model: ModelRecord | None) -> Iterator[Difference]:
    """The model's own scores, where a study repeats them."""
    for part in SPLITS[::-1]:
        if model is not None and isinstance(found, dict) and f"model_{part}" in found:
            keys = ("n_correct", "n_total", "accuracy", "loss")
            right = {key: value for key, value in model[part].items() if key in keys}
            yield from must_be(f"{path}.model_{part}", found[f"model_{part}"], right)


def _paired(path: str, value: Any) -> Iterator[Difference]:
    """Comparisons on the same images, wherever they stand, beside their counts."""
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key == "paired":
            yield from _pair(f"{path}.paired", inner)
        else:
            yield from _paired(f"{path}.{key}", inner)


def _pair(path: str, found: Record) -> Iterator[Difference]:
    b, c, n = found["n_first_only"], found["n_second_only"], found["n_total"]
    if not 0 <= b + c <= n <= 10**7:
        yield Difference(path, "has counts that cannot be")
        return
    both = n - b - c
    right = paired_difference(
        [True] * b + [False] * c + [True] * both, [False] * b + [True] * c + [True] * both
    )
    yield from must_be(path, found, paired_record(right, n))


def _double_softmax(path: str, study: Record, record: EvidenceRecord) -> Iterator[Difference]:
    for name, found in study["models"].items():
        model = record["models"][name]
        test, n_classes = model["test"], model["dataset"]["n_classes"]
        once, twice = found["loss_once"], found["loss_twice"]
        expected = {
            "n_total": test["n_total"],
            "n_changed_class": test["n_total"] - found["n_same_class"],
            "n_outputs": test["n_total"] * n_classes,
            "loss_once": test["loss"],
            "loss_verdict": "higher" if twice > once else "not higher",
        }
        yield from must_be(f"{path}.models.{name}", found, expected, _MEAN)
        # A softmax in float32 can bring two logits together and move argmax.
        if abs(found["n_wrong"] - (test["n_total"] - test["n_correct"])) > 0.001 * test["n_total"]:
            text = f"is {found['n_wrong']}; {test['n_total'] - test['n_correct']} follow"
            yield Difference(f"{path}.models.{name}.n_wrong", text)


def _confidence(path: str, study: Record, record: EvidenceRecord) -> Iterator[Difference]:
    for name, found in study["models"].items():
        total, bins = found["n_total"], found["bins"]
        test = record["models"][name]["test"]
        confidences = [each["n"] * (each["confidence"] or 0.0) for each in bins]
        off = [abs(b["n_correct"] - c) for b, c in zip(bins, confidences, strict=True)]
        gap, bound = found["gap"], found["gap_bound"]
        expected = {
            "n_total": test["n_total"],
            "n_correct": sum(each["n_correct"] for each in bins),
            "n_wrong": total - found["n_correct"],
            "n_bins": len(bins),
            "n_filled_bins": sum(1 for each in bins if each["n"]),
            "ece": sum(off) / total,
            "ece_verdict": (
                "beyond chance" if found["ece"] > found["ece_floor_high"] else "within chance"
            ),
            "mean_confidence": sum(confidences) / total,
            "gap": found["mean_confidence"] - found["accuracy"],
            "gap_size": abs(gap),
            "verdict": "over" if gap > bound else "under" if gap < -bound else "none",
            "n_mistakes": len(found["mistakes"]),
        }
        place = f"{path}.models.{name}"
        yield from must_be(place, found, expected, _MEAN)
        yield from must_be(f"{place}.bins (their sizes)", sum(each["n"] for each in bins), total)
        yield from _mistakes(place, found, record)


def _mistakes(path: str, found: Record, record: EvidenceRecord) -> Iterator[Difference]:
    """The most confident mistakes beside the predictions of the same images."""
    selection = found.get("mistakes_selection")
    predictions = {
        p["index"]: p
        for model in record["models"].values()
        for p in model["predictions"]
        if p["selection"] == selection
    }
    for place, mistake in enumerate(found["mistakes"] if selection else []):
        prediction = predictions.get(mistake["index"])
        where = f"{path}.mistakes.{place}"
        if prediction is None:
            yield Difference(where, "has no prediction in the evidence")
            continue
        probabilities = prediction["probabilities"]
        expected = {
            "label": prediction["label"],
            "argmax": prediction["argmax"],
            "probability": probabilities[prediction["argmax"]],
            "true_probability": probabilities[prediction["label"]],
        }
        yield from must_be(where, mistake, expected, _MEAN)


def _reasons(path: str, study: Record, record: EvidenceRecord) -> Iterator[Difference]:
    for name, found in study["models"].items():
        model, place = record["models"][name], f"{path}.models.{name}"
        matrix = np.asarray(model["test"]["confusion_matrix"], dtype=np.int64)
        names = tuple(model["dataset"]["class_names"])
        yield from must_be(f"{place}.errors", found["errors"], errors_in_pairs(matrix, names))
        both = found["between_class"] + found["within_class"]
        yield from must_be(
            f"{place}.between_share", found["between_share"], found["between_class"] / both
        )
        merged = found["merged"]
        if model["train"]["n_correct"] == model["train"]["n_total"]:
            yield from must_be(f"{place}.merged", merged, None)
        elif merged is not None:
            group = [names.index(each) for each in merged["class_names"]]
            block = matrix[np.ix_(group, group)]
            gained = int(block.sum() - np.trace(block))
            expected = {
                "n_classes": len(group),
                "n_gained": gained,
                "n_correct": int(np.trace(matrix)) + gained,
                "n_total": int(matrix.sum()),
            }
            yield from must_be(f"{place}.merged", merged, expected)


def _repeats(path: str, study: Record, record: EvidenceRecord) -> Iterator[Difference]:
    for name, found in study["models"].items():
        model = record["models"][name]
        runs: list[Any] = [
            SimpleNamespace(
                test_n_correct=run["n_correct"],
                test_n_total=run["n_total"],
                train_n_correct=run["train_accuracy"],
                train_n_total=1,
            )
            for run in found["runs"]
        ]
        place, seeds = f"{path}.models.{name}", [run["seed"] for run in found["runs"]]
        yield from must_be(place, found, measure_runs(seeds, runs))
        first = model["training"]["seed"]
        right = list(range(first, first + len(seeds)))
        yield from must_be(f"{place}.seeds", seeds, right)
        own = {
            "n_correct": model["test"]["n_correct"],
            "n_total": model["test"]["n_total"],
            "train_accuracy": model["train"]["accuracy"],
        }
        yield from must_be(f"{place}.runs.0", found["runs"][0], own)
    comparison = study["comparison"]
    if comparison is not None:
        first, second = comparison["models"]
        one, two = study["models"][first], study["models"][second]
        yield from must_be(
            f"{path}.comparison", comparison, compare_runs((first, second), one, two)
        )


def _one_step(path: str, study: Record, record: EvidenceRecord) -> Iterator[Difference]:
    for name, found in study["models"].items():
        if not found["supported"]:
            continue
        chosen = found["chosen"]
        expected = {
            "loss_difference": abs(found["loss"] - found["loss_keras"]),
            "loss_uniform": float(np.log(found["n_classes"])),
            "n_weights": sum(layer["n"] for layer in found["layers"]),
            "n_still": sum(layer["n_still"] for layer in found["layers"]),
            "n_moved": found["n_weights"] - found["n_still"],
            "max_difference": max(layer["max_difference"] for layer in found["layers"]),
            "agrees": found["max_difference"] <= found["tolerance"],
            "n_classes": record["models"][name]["dataset"]["n_classes"],
        }
        place = f"{path}.models.{name}"
        yield from must_be(place, found, expected)
        right = {
            "after_by_hand": chosen["before"] - chosen["step"],
            "difference": abs(chosen["after_by_hand"] - chosen["after_by_keras"]),
        }
        gradient = np.array([chosen["gradient"]])
        update = FIRST_UPDATES[found["optimizer"]](gradient, found["learning_rate"])
        right |= {
            "m": None if update.m is None else float(update.m[0]),
            "v": None if update.v is None else float(update.v[0]),
            "correction": update.correction,
            "step": float(update.step[0]),
        }
        yield from must_be(f"{place}.chosen", chosen, right)
        first = found["first_layer"]
        expected = {
            "n": found["layers"][0]["n"],
            "n_still": found["layers"][0]["n_still"],
            "n_still_other": first["n_still"] - first["n_still_blank"],
        }
        yield from must_be(f"{place}.first_layer", first, expected)


def _linear_twin(path: str, study: Record, record: EvidenceRecord) -> Iterator[Difference]:  # noqa: ARG001
    for name, found in study["models"].items():
        layers, affine = found["layers"], found["affine"]
        if layers:
            dead = [layer["n_dead"] for layer in layers]
            expected = {
                "n_values": sum(layer["n_values"] for layer in layers),
                "n_negative": sum(layer["n_negative"] for layer in layers),
                "n_dead": None if None in dead else sum(dead),
                "n_hidden_units": sum(layer["units"] for layer in layers),
            }
            yield from must_be(f"{path}.models.{name}", found, expected)
        if affine is not None:
            agrees = affine["max_difference"] <= affine["tolerance"]
            yield from must_be(f"{path}.models.{name}.affine.agrees", affine["agrees"], agrees)


_STUDIES = {
    "double_softmax": _double_softmax,
    "confidence": _confidence,
    "reasons": _reasons,
    "repeats": _repeats,
    "one_step": _one_step,
    "linear_twin": _linear_twin,
}
