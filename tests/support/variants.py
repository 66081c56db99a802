"""Changes to measured evidence that lead into the other branches of answers."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from reportgen.evidence.check import check_record
from reportgen.evidence.record import Evidence

Record = dict[str, Any]
Change = Callable[[Record], None]


def changed(evidence: Evidence, *changes: Change) -> Evidence:
    """A copy of the evidence with its record changed; it must still be valid."""
    record = copy.deepcopy(evidence.record)
    for change in changes:
        change(record)
    return Evidence(check_record(record, "changed evidence"), evidence.arrays)


def every_prediction(right: bool) -> Change:
    """All shown predictions right, or all wrong."""

    def change(record: Record) -> None:
        for model in record["models"].values():
            for p in model["predictions"]:
                n = len(p["logits"])
                p["label"] = p["argmax"] if right else (p["argmax"] + 1) % n
                p["match"] = right
                for image in record["images"]:
                    if (image["selection"], image["index"]) == (p["selection"], p["index"]):
                        image["label"] = p["label"]

    return change


def verdict(which: str) -> Change:
    """The comparison of the two models the other way round, or undecided."""

    def change(record: Record) -> None:
        comparison = record["comparison"]
        if comparison is None:
            return
        first, second = comparison["models"]
        ends = {first: [0.05, 0.09], second: [-0.09, -0.05], "indistinguishable": [-0.02, 0.03]}
        middle = {first: 0.07, second: -0.07, "indistinguishable": 0.005}
        comparison["verdict"] = which
        comparison["difference_ci95"] = ends[which]
        comparison["test_accuracy_difference"] = middle[which]
        repeats = record["studies"].get("repeats")
        if repeats:
            found = repeats["comparison"]
            found["verdict"] = which
            found["difference"], found["ci95"] = middle[which], ends[which]
            found["size"], low, high = abs(middle[which]), *ends[which]
            found["size_ci95"] = [low, high] if middle[which] >= 0 else [-high, -low]
            if which == second:
                found["higher"], found["lower"] = second, first

    return change


def swapped(record: Record) -> None:
    """The accuracies of the two models exchanged, with the comparison that follows."""
    if record["comparison"] is None:
        return
    first, second = record["comparison"]["models"]
    one, two = record["models"][first], record["models"][second]
    for part in ("train", "test"):
        one[part], two[part] = two[part], one[part]
    verdict(second)(record)


def gap(train: float) -> Change:
    """Another training accuracy of every model, as a difference to its test accuracy."""

    def change(record: Record) -> None:
        for model in record["models"].values():
            model["train"]["accuracy"] = min(1.0, model["test"]["accuracy"] + train)

    return change


def losses(*values: float, accuracy: float = 0.001) -> Change:
    """Another validation loss, epoch by epoch; the accuracy moves by a step an epoch."""

    def change(record: Record) -> None:
        for model in record["models"].values():
            history = model["training"]["history"]
            if "val_loss" in history:
                n = len(values)
                history["val_loss"] = list(values)
                history["val_accuracy"] = [0.95 + accuracy * k for k in range(n)]
                history["loss"] = [0.5 / k for k in range(1, n + 1)]
                history["accuracy"] = [0.9 + 0.09 * k / n for k in range(n)]

    return change


def of_study(study: str, **values: Any) -> Change:
    """Values at paths below every model's record of a study; ``__`` parts the path."""

    def change(record: Record) -> None:
        for model in record["studies"].get(study, {}).get("models", {}).values():
            for path, value in values.items():
                node = model
                *parents, last = path.split("__")
                for part in parents:
                    node = node[part]
                node[last] = value

    return change


def certain(top: float) -> Change:
    """Another top probability of every shown prediction."""

    def change(record: Record) -> None:
        for model in record["models"].values():
            for p in model["predictions"]:
                n = len(p["probabilities"])
                p["probabilities"] = [(1 - top) / (n - 1)] * n
                p["probabilities"][p["argmax"]] = top

    return change


def no_errors(record: Record) -> None:
    """Every test image right, and no mistake to show."""
    for name, model in record["models"].items():
        test = model["test"]
        test["n_correct"], test["accuracy"] = test["n_total"], 1.0
        matrix = test["confusion_matrix"]
        size = range(len(matrix))
        test["confusion_matrix"] = [[sum(matrix[a]) if a == b else 0 for b in size] for a in size]
        twice = record["studies"].get("double_softmax", {}).get("models", {}).get(name)
        if twice:
            twice |= {"n_wrong": 0, "loss_once_wrong": None, "loss_twice_wrong": None}
        found = record["studies"].get("confidence", {}).get("models", {}).get(name)
        if found:
            found |= {"n_wrong": 0, "n_mistakes": 0, "mistakes": [], "mistakes_selection": None}
            found["sample"] |= {"n_wrong": 0, "n_right": 15, "error_added": False}


TWIN = {"difference": -0.01, "size": 0.01, "ci95": [-0.02, -0.001], "size_ci95": [0.001, 0.02]}

VARIANTS: dict[str, tuple[Change, ...]] = {
    "as measured": (),
    "all shown predictions right": (every_prediction(True), certain(0.9995)),
    "all shown predictions wrong": (every_prediction(False), certain(0.5)),
    "the other model better": (swapped, certain(0.95)),
    "not distinguishable": (verdict("indistinguishable"),),
    "training equals test": (gap(0.0), losses(0.3, 0.2, 0.1)),
    "training below test": (gap(-0.2), losses(0.1, 0.1, 0.101)),
    "loss rises, accuracy falls": (losses(0.3, 0.1, 0.2, accuracy=-0.01),),
    "no error at all": (no_errors,),
    "studies turn out the other way": (
        of_study("linear_twin", paired__verdict="second", n_dead=0),
        of_study("shuffled_labels", train_verdict="not", test_verdict="above"),
        of_study("one_step", agrees=False),
        of_study("confidence", verdict="under", ece_verdict="within chance"),
        of_study("double_softmax", loss_verdict="not higher", n_changed_class=3),
    ),
    "studies find nothing": (
        of_study("linear_twin", paired__verdict="indistinguishable", n_negative=None, n_dead=None),
        of_study("shuffled_labels", train_verdict="partly", test_verdict="below"),
        of_study("one_step", supported=False, reason="it has a dropout layer"),
        of_study("confidence", verdict="none", ece_verdict="within chance", sure_99__n=0),
    ),
}
