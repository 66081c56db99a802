"""The class of studies, and the context that a study measures in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from reportgen.config.field_types import Name
from reportgen.datasets.dataset import Dataset
from reportgen.evaluation.record_types import Named, Record
from reportgen.training.jobs import FirstStep, Trained, TrainingJob


@dataclass(frozen=True, eq=False)
class StudyContext:
    """The report's models: their training jobs and the results.

    Attributes:
        jobs: the training of each model, by the model's name.
        trained: the results, by the model's name; empty while a study plans its trainings.
        extra: results of the trainings that the study planned, by the job's name.
        first_steps: Keras's first step of the models for which the study planned it.
        comparison: the two models that the report compares, or None.
    """

    jobs: Mapping[str, TrainingJob]
    trained: Mapping[str, Trained] = field(default_factory=dict)
    extra: Mapping[str, Trained] = field(default_factory=dict)
    first_steps: Mapping[str, FirstStep] = field(default_factory=dict)
    comparison: tuple[str, str] | None = None

    def dataset(self, model: str) -> Dataset:
        """The dataset of a model."""
        return self.jobs[model].dataset

    def fitted_labels(self, model: str) -> NDArray[np.int64]:
        """The labels of the images that a model was fitted to."""
        return self.dataset(model).y_train[: self.jobs[model].n_fitted]


Found = TypeVar("Found")


class ByModel(Record, Generic[Found]):
    """``studies.<name>`` of the evidence: what a study found of each model."""

    models: Named[Name, Found]


def each_model(
    measure: Callable[[StudyContext, str], Found],
    models: Callable[[StudyContext], Iterable[str]] = lambda context: context.jobs,
) -> Callable[[StudyContext], ByModel[Found]]:
    """A study's ``measure`` or ``expected``, from a function of the context and a model's name.

    Args:
        measure: that function.
        models: the names of the models that the study is made of.
    """
    return lambda context: {"models": {name: measure(context, name) for name in models(context)}}


def each_record(
    follows: Callable[[Any, Mapping[str, Any]], Any],
) -> Callable[[Any, Mapping[str, Any]], Any]:
    """A study's ``follows``, from a function of what it found of a model and the model's record."""
    return lambda study, evidence: {
        "models": {
            name: follows(found, evidence["models"][name])
            for name, found in study["models"].items()
        }
    }


@dataclass(frozen=True)
class Study:
    """An extra measurement.

    Attributes:
        shows: what it measures, for docs/facts.md.
        costs: its cost in trainings or time, for docs/facts.md.
        record: the type of its record in the evidence: ``ByModel`` of a record, or another
            record. The check of evidence, its JSON Schema and docs/facts.md follow from it.
        measure: makes that record from the context. It may add a list ``images`` of
            ``{"selection", "model", "split", "index"}``, which is not stored in the record:
            the evidence gets these images as if an assignment selected them.
        why_not: why the study cannot be made of the report's models, as a clause that ends a
            sentence; None if it can. The context has no ``trained``.
        plan_jobs: the further trainings that it needs; a job's name is the model's name, then
            in brackets what differs, and is unique among all studies.
        plan_first_steps: the models whose first training step it needs from Keras.
        expected: the part of the record that follows from the report's models and data alone,
            in the same shape; the context has no ``extra`` and no ``first_steps``.
        follows: given the record and the whole evidence, the part of the record that follows
            from other values of the evidence, in the same shape. A value may be a ``Near`` or a
            ``Contradiction``. Verification checks the accuracy of a ``Ratio``, a
            ``PairedComparison``, ``model_test`` and ``model_train`` by itself.
        needs_training: what neither ``expected`` nor ``follows`` gives, as a phrase; may be empty.
    """

    shows: str
    costs: str
    record: Any
    measure: Callable[[StudyContext], Any]
    why_not: Callable[[StudyContext], str | None] = lambda _: None
    plan_jobs: Callable[[StudyContext], list[TrainingJob]] = lambda _: []
    plan_first_steps: Callable[[StudyContext], list[str]] = lambda _: []
    expected: Callable[[StudyContext], Any] = lambda _: {"models": {}}
    follows: Callable[[Any, Mapping[str, Any]], Any] = lambda *_: {}
    needs_training: str = ""


@dataclass(frozen=True)
class Near:
    """A number that follows but for rounding: the evidence may differ by at most ``off``."""

    value: float
    off: float


@dataclass(frozen=True)
class Contradiction:
    """What is wrong with a value that contradicts others, as the end of a sentence."""

    text: str


def near(value: float) -> Near:
    """A mean of float32 values; another order of addition rounds it differently."""
    return Near(value, 1e-6 * max(1.0, abs(value)))
