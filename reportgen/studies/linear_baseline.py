"""The accuracy of a model without hidden layers: softmax regression, trained the same way."""

from __future__ import annotations

import dataclasses
import math
from typing import Annotated, Any

from reportgen.config.model_settings import FlattenLayer
from reportgen.evaluation.comparison import PairedComparison, compare_on_same_images
from reportgen.evaluation.record_types import EXACT, Count, Record
from reportgen.evaluation.scores import Score
from reportgen.studies.context import ByModel, Study, StudyContext, each_model
from reportgen.training.jobs import TrainingJob


class LinearBaseline(Record):
    """A model, and its baseline without hidden layers. A model without any is not there."""

    n_parameters: Count
    """Of the baseline: one output layer on the pixels."""
    test: Score
    """Of the baseline."""
    train: Score
    """Of the baseline."""
    model_test: Annotated[Score, EXACT]
    """Of the model itself."""
    paired: PairedComparison
    """The model (first) against the baseline (second)."""


def without_hidden_layers(job: TrainingJob) -> TrainingJob:
    """The same training job with the output layer alone."""
    settings = job.settings.model_copy(update={"layers": ()})
    return dataclasses.replace(job, name=f"{job.name} (linear baseline)", settings=settings)


def _with_hidden_layers(context: StudyContext) -> dict[str, TrainingJob]:
    return {
        name: job
        for name, job in context.jobs.items()
        if any(not isinstance(layer, FlattenLayer) for layer in job.settings.layers)
    }


def _why_not(context: StudyContext) -> str | None:
    if _with_hidden_layers(context):
        return None
    return "no model has hidden layers, so the linear baseline is the same model"


def _measure(context: StudyContext, name: str) -> LinearBaseline:
    job, trained = context.jobs[name], context.trained[name]
    baseline = context.extra[without_hidden_layers(job).name]
    return {
        "n_parameters": baseline.n_parameters,
        "test": baseline.test_score,
        "train": baseline.train_score,
        "model_test": trained.test_score,
        "paired": compare_on_same_images(
            trained.logits_test, baseline.logits_test, job.dataset.y_test
        ),
    }


def _expected(context: StudyContext, name: str) -> dict[str, Any]:
    """What follows without training: the layer has a weight per pixel and class, and biases."""
    job = context.jobs[name]
    return {
        "n_parameters": (math.prod(job.image_shape) + 1) * job.dataset.n_classes,
        "model_test": context.trained[name].test_score,
    }


STUDY = Study(
    shows="the accuracy without hidden layers, against the model's own on the same images",
    costs="1 training a model",
    record=ByModel[LinearBaseline],
    measure=each_model(_measure, _with_hidden_layers),
    why_not=_why_not,
    plan_jobs=lambda context: [*map(without_hidden_layers, _with_hidden_layers(context).values())],
    expected=each_model(_expected, _with_hidden_layers),
    needs_training="the scores of the baseline, and which images it has right",
)
