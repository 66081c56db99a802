"""Train with a loss that misreads the output, and measure what that costs.

There are two mistakes: the loss takes probabilities (softmax output) for logits and applies a
second softmax, or it takes logits for probabilities. Keras would correct the first mistake;
the training prevents that.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Annotated, Any

from reportgen.evaluation.comparison import PairedComparison, compare_on_same_images
from reportgen.evaluation.record_types import EXACT, Record
from reportgen.evaluation.scores import Score
from reportgen.studies.context import ByModel, Study, StudyContext, each_model, each_record
from reportgen.training.jobs import Pairing, TrainingJob

_OUTPUTS: dict[Pairing, str] = {"softmax_as_logits": "softmax", "logits_as_probabilities": "logits"}
_WORDS = {
    "softmax_as_logits": "softmax read as logits",
    "logits_as_probabilities": "logits read as probabilities",
}


class MistakenPairing(Record):
    """A model trained with one of the mistakes."""

    test: Score
    """Its loss is that of the probabilities with one softmax, as for any other model."""
    train: Score
    """The same on training images."""
    paired: PairedComparison
    """The model with the right pairing (first) against this mistake (second)."""
    first_loss: float
    """Of its first epoch, as training saw it."""
    last_loss: float
    """Of its last."""
    lowest_loss: float
    """The lowest of all."""
    loss_floor: float | None
    """ln(1 + (n - 1)/e) for n classes, which a second softmax cannot go below; empty for the other
    mistake."""
    above_floor: bool | None
    """Whether the lowest loss stayed above it; empty for the other mistake."""


class WrongPairing(Record):
    """A model, and what either mistake makes of it."""

    model_test: Annotated[Score, EXACT]
    """Of the model itself."""
    softmax_as_logits: MistakenPairing
    """Trained with probabilities taken for logits."""
    logits_as_probabilities: MistakenPairing
    """Trained with logits taken for probabilities."""


def with_pairing(job: TrainingJob, pairing: Pairing) -> TrainingJob:
    """The same training job, with a mistake in how the loss reads the output."""
    settings = job.settings.model_copy(update={"output": _OUTPUTS[pairing]})
    name = f"{job.name} ({_WORDS[pairing]})"
    return dataclasses.replace(job, name=name, settings=settings, pairing=pairing)


def loss_floor(n_classes: int) -> float:
    """The lowest cross-entropy, in nats, that a second softmax of n classes can reach.

    Its largest output is e / (e + n - 1), where the first softmax is exactly 1 and 0.
    """
    return math.log(1 + (n_classes - 1) / math.e)


def _measure(context: StudyContext, name: str) -> WrongPairing:
    return {
        "model_test": context.trained[name].test_score,
        "softmax_as_logits": _measure_mistake(context, name, "softmax_as_logits"),
        "logits_as_probabilities": _measure_mistake(context, name, "logits_as_probabilities"),
    }


def _measure_mistake(context: StudyContext, name: str, pairing: Pairing) -> MistakenPairing:
    job = context.jobs[name]
    mistaken = context.extra[with_pairing(job, pairing).name]
    losses = mistaken.history["loss"]
    floor = loss_floor(job.dataset.n_classes) if pairing == "softmax_as_logits" else None
    return {
        "test": mistaken.test_score,
        "train": mistaken.train_score,
        "paired": compare_on_same_images(
            context.trained[name].logits_test, mistaken.logits_test, job.dataset.y_test
        ),
        "first_loss": losses[0],
        "last_loss": losses[-1],
        "lowest_loss": min(losses),
        "loss_floor": floor,
        "above_floor": None if floor is None else min(losses) >= floor,
    }


def _expected(context: StudyContext, name: str) -> dict[str, Any]:
    return {
        "model_test": context.trained[name].test_score,
        "softmax_as_logits": {"loss_floor": loss_floor(context.dataset(name).n_classes)},
        "logits_as_probabilities": {"loss_floor": None, "above_floor": None},
    }


def _follows(found: WrongPairing, _: Mapping[str, Any]) -> dict[str, Any]:
    mistake = found["softmax_as_logits"]
    above = mistake["lowest_loss"] >= (mistake["loss_floor"] or 0.0)
    return {"softmax_as_logits": {"above_floor": above}}


STUDY = Study(
    shows="a loss that takes probabilities for logits, and the other way round",
    costs="2 trainings a model",
    record=ByModel[WrongPairing],
    measure=each_model(_measure),
    plan_jobs=lambda context: [
        with_pairing(job, pairing) for job in context.jobs.values() for pairing in _OUTPUTS
    ],
    expected=each_model(_expected),
    follows=each_record(_follows),
    needs_training="the scores and losses with either mistake, and which images they have right",
)
