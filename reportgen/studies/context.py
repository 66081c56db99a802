"""What a study may look at, and what a study is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from reportgen.datasets.dataset import Dataset
from reportgen.evaluation.record_types import Named, Record
from reportgen.names import Name
from reportgen.training.jobs import FirstStep, Trained, TrainingJob


@dataclass(frozen=True, eq=False)
class StudyContext:
    """The report's models, as they were asked for and as they came out.

    Attributes:
        jobs: the training of each model, by the model's name.
        trained: its result; empty while a study still says which trainings it needs.
        extra: results of the trainings that the study asked for, by the job's name.
        first_steps: the first training step of the models that the study asked for.
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


@dataclass(frozen=True)
class Study:
    """An extra measurement.

    Attributes:
        shows: what it measures, for docs/facts.md.
        costs: in trainings or time, likewise.
        record: the type of what the evidence keeps of it: ``ByModel`` of a record, or a record of
            its own. The check of evidence, its JSON Schema and docs/facts.md follow from it.
        measure: from the context to that record. A list ``images`` of ``{"selection", "model",
            "split", "index"}`` in it is taken out: it asks for images to be kept in the
            evidence, as if an assignment selected them.
        plan_jobs: the further trainings that it needs; a job's name is the model's with a
            word about what differs in brackets, unique among all studies.
        plan_first_steps: the models whose first training step it needs from Keras.
        expected: the part of the record that follows from the report's models and data alone,
            in the same shape; the context has no ``extra`` and no ``first_steps``.
        follows: from the record and the whole evidence to the part of the record that follows
            from other values of the evidence, in the same shape. A value may be a ``Near`` or a
            ``Contradiction``. Ratios of a ``Ratio``, a ``PairedComparison``, ``model_test`` and
            ``model_train`` need no mention.
        needs_training: what neither of these two gives, as a phrase; empty if nothing is left.
    """

    shows: str
    costs: str
    record: Any
    measure: Callable[[StudyContext], Any]
    plan_jobs: Callable[[StudyContext], list[TrainingJob]] = lambda _: []
    plan_first_steps: Callable[[StudyContext], list[str]] = lambda _: []
    expected: Callable[[StudyContext], Any] = lambda _: {}
    follows: Callable[[Any, Mapping[str, Any]], Any] = lambda *_: {}
    needs_training: str = ""


@dataclass(frozen=True)
class Near:
    """A number that follows but for rounding: the evidence may be ``off`` by so much."""

    value: float
    off: float


@dataclass(frozen=True)
class Contradiction:
    """What is wrong with a value that no other value allows, as the end of a sentence."""

    text: str


def near(value: float) -> Near:
    """A mean of float32 values, which may have been added in another order."""
    return Near(value, 1e-6 * max(1.0, abs(value)))
