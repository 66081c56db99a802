"""One change of measured evidence, and the sentences that go, come and stay with it.

Cases name a sentence that was there before and is gone, the one that stands there instead,
and one that must not change; ``check`` composes both reports and looks. The changes that
only some cases need are here, the others in ``variants``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from measured import composed, measured_evidence
from reading import read_answer
from variants import Change, changed, of_study

from reportgen.evaluation.comparison import paired_record
from reportgen.evaluation.intervals import paired_difference
from reportgen.studies.reasons import errors_in_pairs


@dataclass(frozen=True)
class Case:
    """A change of the evidence, and what it does to one answer; empty: nothing goes, or comes.

    ``first`` is made to the measured evidence before the answer is read for the first time.
    """

    assignment: str
    question: str
    change: Change
    gone: str
    there: str
    stays: str
    first: Change = lambda record: None


def check(case: Case) -> None:
    """Compose the answer before and after the change, and look for the sentences."""
    evidence = changed(measured_evidence(case.assignment), case.first)
    other = changed(evidence, case.change)
    before = read_answer(composed(case.assignment, evidence).report, case.question)
    after = read_answer(composed(case.assignment, other).report, case.question)
    assert case.gone or case.there
    if case.gone:
        assert case.gone in before
        assert case.gone not in after
    if case.there:
        assert case.there in after
        assert case.there not in before
    assert case.stays in before
    assert case.stays in after


def top_stored(top: float, zeros: int = 0) -> Change:
    """Probabilities as float32 may store them: a top of exactly 1, others of exactly 0."""

    def change(record: dict[str, Any]) -> None:
        for model in record["models"].values():
            for p in model["predictions"]:
                others = [k for k in range(len(p["probabilities"])) if k != p["argmax"]]
                p["probabilities"][p["argmax"]] = top
                for k in others[:zeros]:
                    p["probabilities"][k] = 0.0

    return change


def near_uniform(record: dict[str, Any]) -> None:
    """Probabilities that a second softmax cannot flatten any more."""
    for model in record["models"].values():
        for p in model["predictions"]:
            n = len(p["probabilities"])
            p["probabilities"] = p["softmax_twice"] = [1 / n] * n
            p["argmax"] = 0


def lost_leader(record: dict[str, Any]) -> None:
    """A second softmax after which another class is first."""
    for model in record["models"].values():
        for p in model["predictions"]:
            twice = p["softmax_twice"]
            twice[(p["argmax"] + 1) % len(twice)] = max(twice) + 0.001


def equally_sure_mistakes(record: dict[str, Any]) -> None:
    """The two most confident mistakes, both with a probability stored as exactly 1."""
    for found in record["studies"]["confidence"]["models"].values():
        for mistake in found["mistakes"][:2]:
            mistake["probability"] = 1.0


def level_pairs(n_pairs: int, n: int = 7) -> Change:
    """So many pairs of classes, 0 and 1 first, that are confused equally often, and no others."""

    def change(record: dict[str, Any]) -> None:
        for name, model in record["models"].items():
            old = model["test"]["confusion_matrix"]
            matrix = np.diag(np.sum(old, axis=1))
            for a, b in list(combinations(range(len(old)), 2))[:n_pairs]:
                matrix[a, b] += n
                matrix[a, a] -= n
            model["test"] |= {
                "confusion_matrix": matrix.tolist(),
                "n_correct": int(np.trace(matrix)),
                "accuracy": float(np.trace(matrix) / matrix.sum()),
            }
            if "reasons" in record["studies"]:
                errors = errors_in_pairs(matrix, tuple(model["dataset"]["class_names"]))
                record["studies"]["reasons"]["models"][name]["errors"] = errors

    return change


def fewer_images(record: dict[str, Any]) -> None:
    train = record["models"]["fashion"]["train"]
    train |= {"n_total": 2500, "n_correct": min(train["n_correct"], 2500)}


def still_weights(blank: int, other: int) -> Change:
    """Weights on the pixels that the first step left where they were."""
    values = {"n_still": blank + other, "n_still_blank": blank, "n_still_other": other}
    return of_study("one_step", **{f"first_layer__{key}": n for key, n in values.items()})


def equal_logits(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        for p in model["predictions"]:
            p["logits"] = [0.0] * len(p["logits"])


def running_accuracy(value: float) -> Change:
    def change(record: dict[str, Any]) -> None:
        for model in record["models"].values():
            model["training"]["history"]["accuracy"][-1] = value

    return change


def runs(model: str, accuracies: list[float], **comparison: Any) -> Change:
    """Other test accuracies of the repeated runs of a model."""

    def change(record: dict[str, Any]) -> None:
        study = record["studies"]["repeats"]
        found = study["models"][model]
        mean = sum(accuracies) / len(accuracies)
        spread = sum((value - mean) ** 2 for value in accuracies) / (len(accuracies) - 1)
        found |= {
            "test_accuracies": accuracies,
            "mean": mean,
            "sd": spread**0.5,
            "lowest": min(accuracies),
            "highest": max(accuracies),
        }
        for run, accuracy in zip(found["runs"], accuracies, strict=True):
            run["accuracy"] = accuracy
        for path, value in comparison.items():
            node = study["comparison"]
            *parents, last = path.split("__")
            for part in parents:
                node = node[part]
            node[last] = value

    return change


def reasons(model: str, **values: Any) -> Change:
    def change(record: dict[str, Any]) -> None:
        found = record["studies"]["reasons"]["models"][model]
        for path, value in values.items():
            node = found
            *parents, last = path.split("__")
            for part in parents:
                node = node[part]
            node[last] = value

    return change


def other_training(record: dict[str, Any]) -> None:
    record["models"]["fashion"]["training"]["epochs"] += 5


def other_layers(record: dict[str, Any]) -> None:
    record["models"]["fashion"]["architecture"]["layers"][1]["units"] = 64


def softmax_inside(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        model["architecture"]["output"] = "softmax"
        model["architecture"]["layers"][-1]["activation"] = "softmax"


def logits_outside(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        model["architecture"]["output"] = "logits"
        model["architecture"]["layers"][-1]["activation"] = "linear"


def sgd(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        model["training"] |= {"optimizer": "sgd", "learning_rate": 0.01}
    for found in record["studies"]["one_step"]["models"].values():
        found["optimizer"] = "sgd"
        found["chosen"] |= {"m": None, "v": None, "correction": None}


def tanh(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        for layer in model["architecture"]["layers"][:-1]:
            if layer.get("activation"):
                layer["activation"] = "tanh"
    for found in record["studies"]["linear_twin"]["models"].values():
        found["n_dead"] = None


def no_validation(record: dict[str, Any]) -> None:
    model = record["models"]["digits"]
    model["training"]["validation_split"] = 0.0
    model["train"] |= {"n_total": 3000, "n_correct": 2985}
    for name in ("val_loss", "val_accuracy"):
        del model["training"]["history"][name]


def one_of_each_class_more(record: dict[str, Any]) -> None:
    record["models"]["fashion"]["dataset"]["test_class_counts"][3] += 7


def paired(first_only: int, second_only: int) -> Change:
    """Other counts of images that tell a model and its linear twin apart, of 1,000."""

    def change(record: dict[str, Any]) -> None:
        both = 1000 - first_only - second_only
        found = paired_difference(
            [True] * first_only + [False] * second_only + [True] * both,
            [False] * first_only + [True] * second_only + [True] * both,
        )
        for twin in record["studies"]["linear_twin"]["models"].values():
            twin["paired"] = paired_record(found, 1000)

    return change


def same_as_twin(record: dict[str, Any]) -> None:
    """Linear twins that are right on the images on which the models are right."""
    paired(0, 0)(record)
    for twin in record["studies"]["linear_twin"]["models"].values():
        twin["test"] = dict(twin["model_test"])


def named(record: dict[str, Any]) -> None:
    record["report"]["settings"]["selections"] = {"chosen": [300]}


def set_aside(record: dict[str, Any]) -> None:
    """A fifth of the training images kept for validation."""
    model = record["models"]["digits"]
    model["train"] |= {"n_total": 2400, "n_correct": 2388}


def training_reversed(record: dict[str, Any]) -> None:
    record["models"]["fashion"]["train"]["accuracy"] = 0.999


def of_sample(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        model["dataset"]["tier"] = "sample"
