"""The training without hidden layers."""

from __future__ import annotations

import pytest
from study_of_one import measured
from training_jobs import make_job

from reportgen.config.model_settings import DenseLayer, FlattenLayer
from reportgen.studies import linear_baseline
from reportgen.studies.context import StudyContext

NEEDS_DATA = ("*.n_parameters",)
NEEDS_TRAINING = ("*.test.loss", "*.train.loss")


def test_baseline_is_the_output_layer_alone() -> None:
    found = measured(linear_baseline.STUDY)
    assert found["n_parameters"] == 650
    assert found["paired"]["difference"] == pytest.approx(
        found["model_test"]["accuracy"] - found["test"]["accuracy"]
    )


def test_a_model_without_hidden_layers_is_its_own_baseline() -> None:
    study = linear_baseline.STUDY
    context = StudyContext({"digits": make_job("digits", layers=(FlattenLayer(flatten=True),))})
    assert study.why_not(context)
    both = StudyContext({**context.jobs, "b": make_job("b", layers=(DenseLayer(dense=4),))})
    assert study.why_not(both) is None
    assert [job.name for job in study.plan_jobs(both)] == ["b (linear baseline)"]
