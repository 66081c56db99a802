"""Trainings with a mistake made on purpose."""

from __future__ import annotations

import math

import pytest
from study_of_one import measured
from training_jobs import make_job

from reportgen.studies import wrong_pairing
from reportgen.studies.context import StudyContext
from reportgen.studies.wrong_pairing import loss_floor

NEEDS_DATA = ("*.loss_floor",)
NEEDS_TRAINING = ("*.*_loss", "*.test.loss", "*.train.loss")


def test_each_mistake_pairs_the_loss_with_the_other_output() -> None:
    for output in ("logits", "softmax"):
        context = StudyContext({"digits": make_job("digits", output=output)})
        planned = wrong_pairing.STUDY.plan_jobs(context)
        assert [(job.settings.output, job.pairing) for job in planned] == [
            ("softmax", "softmax_as_logits"),
            ("logits", "logits_as_probabilities"),
        ]


def test_loss_of_a_second_softmax_has_a_floor() -> None:
    assert loss_floor(10) == pytest.approx(1.461, abs=5e-4)
    most_certain = math.e / (math.e + 99)
    assert loss_floor(100) == pytest.approx(-math.log(most_certain))


def test_record_of_the_wrong_pairing() -> None:
    found = measured(wrong_pairing.STUDY)
    mistaken = found["softmax_as_logits"]
    assert (mistaken["first_loss"], mistaken["last_loss"], mistaken["lowest_loss"]) == (2, 1.5, 1.5)
    assert mistaken["above_floor"]
    assert found["logits_as_probabilities"]["loss_floor"] is None
    assert mistaken["paired"]["difference"] == pytest.approx(
        found["model_test"]["accuracy"] - mistaken["test"]["accuracy"]
    )
