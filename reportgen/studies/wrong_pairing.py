"""What it costs to train with a loss that misreads the output.

Two mistakes: probabilities (softmax output) taken for logits, so that the loss applies a
second softmax, and logits taken for probabilities. Keras would undo the first by itself;
the training keeps it from doing so. ``studies.wrong_pairing.models.<model>`` holds
``model_test``, the score of the right pairing, and under ``softmax_as_logits`` and
``logits_as_probabilities``

    test, train    scores of the model trained with the mistake; their loss is that of its
                   probabilities with one softmax, as for any other model
    paired         the right pairing (first) against the mistake (second), see ``scores``
    first_loss, last_loss, lowest_loss    of its epochs, as training saw it
    loss_floor     ln(1 + (n - 1)/e) for n classes: a second softmax cannot go below it;
                   None for the other mistake
    above_floor    whether the lowest loss stayed above it; None likewise
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from reportgen.evaluation.scores import compare_on_same_images
from reportgen.studies.context import Study, StudyContext
from reportgen.training.jobs import Pairing, TrainingJob

Measured = dict[str, Any]

_OUTPUTS: dict[Pairing, str] = {
    "softmax_as_logits": "softmax",
    "logits_as_probabilities": "logits",
}
_WORDS = {
    "softmax_as_logits": "softmax read as logits",
    "logits_as_probabilities": "logits read as probabilities",
}


def with_pairing(job: TrainingJob, pairing: Pairing) -> TrainingJob:
    """The same training, with a mistake in how the loss reads the output."""
    settings = job.settings.model_copy(update={"output": _OUTPUTS[pairing]})
    name = f"{job.name} ({_WORDS[pairing]})"
    return dataclasses.replace(job, name=name, settings=settings, pairing=pairing)


def loss_floor(n_classes: int) -> float:
    """The least cross-entropy, in nats, that a second softmax of n classes allows.

    Its largest output is e / (e + n - 1), for a first softmax of exactly 1 and 0.
    """
    return math.log(1 + (n_classes - 1) / math.e)


def _plan_jobs(context: StudyContext) -> list[TrainingJob]:
    return [with_pairing(job, pairing) for job in context.jobs.values() for pairing in _OUTPUTS]


def _measure(context: StudyContext) -> Measured:
    return {
        "models": {
            name: {
                "model_test": context.trained[name].test_score,
                **{pairing: _measure_mistake(context, name, pairing) for pairing in _OUTPUTS},
            }
            for name in context.jobs
        }
    }


def _measure_mistake(context: StudyContext, name: str, pairing: Pairing) -> Measured:
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


def _expected(context: StudyContext) -> Measured:
    return {
        "models": {
            name: {
                "model_test": context.trained[name].test_score,
                "softmax_as_logits": {"loss_floor": loss_floor(job.dataset.n_classes)},
                "logits_as_probabilities": {"loss_floor": None, "above_floor": None},
            }
            for name, job in context.jobs.items()
        }
    }


STUDY = Study(
    _measure,
    plan_jobs=_plan_jobs,
    expected=_expected,
    needs_training="the scores and losses with either mistake, and which images they have right",
)
