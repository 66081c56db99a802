"""What a study may look at, and what a study is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.datasets.dataset import Dataset
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


@dataclass(frozen=True)
class Study:
    """An extra measurement.

    Attributes:
        measure: from the context to plain JSON data, kept under ``studies.<name>``. A list
            ``images`` of ``{"selection", "model", "split", "index"}`` in it is taken out:
            it asks for images to be kept in the evidence, as if an assignment selected them.
        plan_jobs: the further trainings that it needs; a job's name is the model's with a
            word about what differs in brackets, unique among all studies.
        plan_first_steps: the models whose first training step it needs from Keras.
        expected: the part of ``measure`` that follows from the report's models and data alone,
            in the same shape; the context has no ``extra`` and no ``first_steps``.
        needs_training: what else is in it, as a phrase; empty if nothing is.
        record: the type of what the evidence keeps of it, a TypedDict; None describes nothing.
    """

    measure: Callable[[StudyContext], dict[str, Any]]
    plan_jobs: Callable[[StudyContext], list[TrainingJob]] = lambda _: []
    plan_first_steps: Callable[[StudyContext], list[str]] = lambda _: []
    expected: Callable[[StudyContext], dict[str, Any]] = lambda _: {}
    needs_training: str = ""
    record: Any = None
