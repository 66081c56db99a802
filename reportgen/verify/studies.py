"""Compute the studies again from weights and data, as far as they follow from these.

Logits in NumPy differ from TensorFlow's by rounding, within a bound for each image. To see the
effect on a study, it is computed three times: from the logits as they are, and with the top
logit of each image moved up, and down, by the whole bound. A value of the evidence may differ
from the first by 1.5 times as much as the others do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.datasets.dataset import Dataset
from reportgen.evaluation.record_types import Rounding, rounding_of
from reportgen.evaluation.scores import Score, score_of_counts
from reportgen.evidence.record import EvidenceRecord, ModelRecord
from reportgen.pipeline.plan import RunPlan
from reportgen.studies.catalogue import load_study
from reportgen.studies.context import StudyContext
from reportgen.training.jobs import Trained, TrainingJob
from reportgen.verify.confidence import compare_confidence
from reportgen.verify.findings import Difference
from reportgen.verify.network import Values, weight_steps
from reportgen.verify.rounding import Loose, compare


@dataclass(frozen=True, eq=False)
class Evaluated:
    """A model's outputs, computed again.

    Attributes:
        name: of the model.
        dataset: its data.
        weights: float32 of its file, or float16 or float32 as rounded in the evidence.
        test, train: (logits, bounds), float64 (n, n_classes) each, of the test images and
            of the images that the model was fitted to.
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
        contexts: with the logits as they are, with the top ones moved up, and moved down.
        studies: for each study's name, its record from each context, in the same order.
    """

    contexts: Sequence[StudyContext]
    studies: Mapping[str, Sequence[Mapping[str, Any]]]


def expected_studies(
    record: EvidenceRecord, plan: RunPlan, models: Mapping[str, Evaluated]
) -> Expected:
    """Compute the studies of a report from weights and data.

    Args:
        record: the evidence.
        plan: of the report.
        models: those whose weights and data this machine has.
    """
    contexts = [_context(record, plan, models, direction) for direction in (0, 1, -1)]
    return Expected(
        contexts,
        {
            name: [load_study(name).expected(each) for each in contexts]
            for name in plan.studies
            if name in record["studies"]
        },
    )


def compare_studies(record: EvidenceRecord, expected: Expected) -> Iterator[Difference]:
    """Differences of the studies of the evidence from what weights and data give."""
    names = expected.contexts[0].trained
    for study, values in expected.studies.items():
        marks = rounding_of(load_study(study).record)
        loose = {name: _loose(name, expected.contexts, marks) for name in names}
        found = record["studies"][study]
        for name in values[0]["models"]:
            if name not in found["models"]:
                yield Difference(f"studies.{study}.models.{name}", "is missing")
        for name, model in found["models"].items():
            path = f"studies.{study}.models.{name}"
            inner = [value["models"][name] for value in values if name in value["models"]]
            if inner:
                yield from compare(path, model, inner, loose[name])
            if study == "confidence" and name in loose:
                yield from compare_confidence(path, model, name, expected.contexts)


def _loose(name: str, contexts: Sequence[StudyContext], marks: Mapping[str, Rounding]) -> Loose:
    tops = [context.trained[name].logits_test.argmax(axis=1) for context in contexts]
    n_flips = int(np.any([top != tops[0] for top in tops], axis=0).sum())
    n_wrong = int((tops[0] != contexts[0].dataset(name).y_test).sum())
    return Loose(n_flips, 2 * n_flips / max(1, n_wrong), marks)


def left_to_training(record: EvidenceRecord, plan: RunPlan) -> list[str]:
    """What weights cannot show: a phrase for each study with values that need training."""
    needs = {
        name: "whether it can be made"
        if name in record.get("left_out", {})
        else load_study(name).needs_training
        for name in plan.studies
    }
    return [f"{name}: {what}" for name, what in needs.items() if what]


def _context(
    record: EvidenceRecord, plan: RunPlan, models: Mapping[str, Evaluated], direction: int
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


def _trained(record: ModelRecord, model: Evaluated, direction: int) -> Trained:
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
        train_score=_score(record["train"]),
        test_score=_score(record["test"]),
        seconds=0.0,
        n_parameters=record["architecture"]["n_parameters"],
        layers=[dict(layer) for layer in record["architecture"]["layers"]],
    )


def _score(found: Score) -> Score:
    """A score of the evidence with its accuracy computed again, and nothing else."""
    return score_of_counts(found["n_correct"], found["n_total"], found["loss"])


def _moved(logits: Values, bounds: Values, direction: int) -> NDArray[np.float32]:
    """Move the top logit of each image up or down by the bound, and the others oppositely."""
    size = bounds.max(axis=1, keepdims=True) * direction
    rows, top = np.arange(len(logits)), logits.argmax(axis=1)
    moved = logits - size
    moved[rows, top] += 2 * size[:, 0]
    return np.asarray(moved, dtype=np.float32)
