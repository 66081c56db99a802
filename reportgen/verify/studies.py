"""The studies computed again from weights and data, as far as they follow from these.

Logits in NumPy differ from TensorFlow's by rounding, within a bound for each image. What a
study makes of that is seen by computing it three times: from the logits as they came out, and
with the top one of each image moved up, and down, by the whole bound. A value of the evidence
may lie as far from the first as the others do, and half as far again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.datasets.dataset import Dataset
from reportgen.plan import RunPlan
from reportgen.studies.catalogue import load_study
from reportgen.studies.context import StudyContext
from reportgen.training.jobs import Trained, TrainingJob
from reportgen.verify.findings import Difference
from reportgen.verify.following import shown
from reportgen.verify.network import Values, weight_steps

Record = dict[str, Any]

_MARGIN = 1.5
_LEAST = 1e-6  # means of float32 values, added in another order
# Counts that hang on the last bits of float32: a share of the count, and a number.
_LAST_BITS = {
    "n_with_ties_twice": (0.02, 3),
    "n_same_class": (0.001, 1),
    "n_changed_class": (0.001, 1),
    "n_negative": (1e-5, 2),
}
# Held beside the predictions and counts of the same evidence, where no rounding is left.
_ELSEWHERE = frozenset(("errors", "mistakes", "model_test", "model_train", "images"))


@dataclass(frozen=True, eq=False)
class Evaluated:
    """A model's outputs, computed again.

    Attributes:
        name: of the model.
        dataset: its data.
        weights: as they are at hand, rounded.
        test, train: (logits, bounds) of the test images and of those fitted to.
    """

    name: str
    dataset: Dataset
    weights: Mapping[str, NDArray[Any]]
    test: tuple[Values, Values]
    train: tuple[Values, Values]


@dataclass(frozen=True, eq=False)
class Expected:
    """What follows from weights and data.

    Attributes:
        contexts: with the logits as they came out, and with the top ones moved up, and down.
        studies: the studies of each context, in the same order, by their names.
    """

    contexts: Sequence[StudyContext]
    studies: Mapping[str, Sequence[Record]]


def expected_studies(record: Record, plan: RunPlan, models: Mapping[str, Evaluated]) -> Expected:
    """What weights and data give of the studies of a report.

    Args:
        record: the evidence.
        plan: of the report.
        models: those whose weights and data are at hand.
    """
    contexts = [_context(record, plan, models, direction) for direction in (0, 1, -1)]
    return Expected(
        contexts,
        {name: [load_study(name).expected(each) for each in contexts] for name in plan.studies},
    )


def compare_studies(record: Record, expected: Expected) -> Iterator[Difference]:
    """Differences of the studies of the evidence from what weights and data give."""
    for name, values in expected.studies.items():
        found = record["studies"].get(name)
        yield from _compare(f"studies.{name}", found, values)
        if name == "confidence" and isinstance(found, dict):
            yield from _mistakes(f"studies.{name}", found, expected.contexts)


def left_to_training(plan: RunPlan) -> list[str]:
    """What of the studies no weights show, a phrase for each study that has such values."""
    needs = {name: load_study(name).needs_training for name in plan.studies}
    return [f"{name}: {what}" for name, what in needs.items() if what]


def _context(
    record: Record, plan: RunPlan, models: Mapping[str, Evaluated], direction: int
) -> StudyContext:
    compared = plan.comparison if set(plan.comparison or ()) <= set(models) else None
    return StudyContext(
        {
            name: TrainingJob(name, plan.models[name], model.dataset, plan.seed)
            for name, model in models.items()
        },
        trained={
            name: _trained(record["models"][name], model, direction)
            for name, model in models.items()
        },
        comparison=compared,
    )


def _trained(record: Record, model: Evaluated, direction: int) -> Trained:
    test, train = (_moved(*pair, direction) for pair in (model.test, model.train))
    weights = {
        name: values + np.float32(direction) * step
        for name, (values, step) in weight_steps(model.weights).items()
    }
    return Trained(
        name=model.name,
        weights=weights,
        history=record["training"]["history"],
        logits_test=test,
        logits_train=train,
        train_n_correct=record["train"]["n_correct"],
        train_n_total=record["train"]["n_total"],
        train_loss=record["train"]["loss"],
        test_n_correct=record["test"]["n_correct"],
        test_n_total=record["test"]["n_total"],
        test_loss=record["test"]["loss"],
        seconds=0.0,
        n_parameters=record["architecture"]["n_parameters"],
        layers=record["architecture"]["layers"],
    )


def _moved(logits: Values, bounds: Values, direction: int) -> NDArray[np.float32]:
    """Logits with the top one of each image up, or down, and the others the other way."""
    size = bounds.max(axis=1, keepdims=True) * direction
    rows, top = np.arange(len(logits)), logits.argmax(axis=1)
    moved = logits - size
    moved[rows, top] += 2 * size[:, 0]
    return np.asarray(moved, dtype=np.float32)


def _compare(path: str, found: Any, values: Sequence[Any]) -> Iterator[Difference]:
    """A value of the evidence beside those that follow; the first is the one in the middle."""
    middle = values[0]
    if isinstance(middle, dict) and all(isinstance(value, dict) for value in values):
        if not isinstance(found, dict):
            yield Difference(path, f"is {shown(found)}; a record belongs there")
            return
        for key in middle:
            if key not in _ELSEWHERE:
                inner = [value.get(key) for value in values]
                yield from _compare(f"{path}.{key}", found.get(key), inner)
    elif isinstance(middle, list) and all(isinstance(each, dict | float | int) for each in middle):
        if {len(value) for value in values if isinstance(value, list)} != {len(middle)}:
            return
        if not isinstance(found, list) or len(found) != len(middle):
            yield Difference(path, f"does not have {len(middle)} values")
            return
        for place, each in enumerate(zip(*values, strict=True)):
            yield from _compare(f"{path}.{place}", found[place], each)
    elif not _follows(path.rpartition(".")[2], found, values):
        yield Difference(path, f"is {shown(found)}; weights and data give {shown(middle)}")


def _follows(key: str, found: Any, values: Sequence[Any]) -> bool:
    numbers = [value for value in values if _is_number(value)]
    if not _is_number(found) or not numbers:
        return any(type(found) is type(value) and found == value for value in values)
    middle = numbers[0]
    spread = max(abs(value - middle) for value in numbers)
    share, number = _LAST_BITS.get(key, (0.0, 0))
    allowed = _MARGIN * spread + share * max(map(abs, numbers)) + number
    if isinstance(middle, float):
        allowed += _LEAST * max(1.0, abs(middle))
    return bool(abs(found - middle) <= allowed)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _mistakes(path: str, study: Record, contexts: Sequence[StudyContext]) -> Iterator[Difference]:
    """That the mistakes shown are the most confident ones, whatever the order of equal ones."""
    from reportgen.numerics import softmax
    from reportgen.studies.confidence import N_MISTAKES

    for name in contexts[0].trained:
        labels = contexts[0].dataset(name).y_test
        all_of = [softmax(context.trained[name].logits_test) for context in contexts]
        tops = np.stack([each.max(axis=1) for each in all_of])
        wrong = np.stack([each.argmax(axis=1) != labels for each in all_of])
        found, place = study["models"][name]["mistakes"], f"{path}.models.{name}.mistakes"
        certain = tops.min(axis=0)[wrong.all(axis=0)]
        least = min((mistake["probability"] for mistake in found), default=0.0)
        n_more = int((certain > least + _LEAST).sum())
        if n_more > len(found) or len(found) < min(N_MISTAKES, len(certain)):
            yield Difference(place, "leaves out mistakes that are more confident")
        for k, mistake in enumerate(found):
            index = mistake["index"]
            if not (0 <= index < len(labels) and wrong[:, index].any()):
                yield Difference(f"{place}.{k}", "is no mistake of these weights")
                continue
            label = int(labels[index])
            expected = [
                {
                    "label": label,
                    "probability": float(each[index].max()),
                    "true_probability": float(each[index, label]),
                }
                for each in all_of
            ]
            yield from _compare(f"{place}.{k}", mistake, expected)
