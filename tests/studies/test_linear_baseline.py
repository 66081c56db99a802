"""The training without hidden layers."""

from __future__ import annotations

import pytest
from study_of_one import measured

from reportgen.studies import linear_baseline

NEEDS_TRAINING = ("*.test.loss", "*.train.loss")


def test_baseline_is_the_output_layer_alone() -> None:
    found = measured(linear_baseline.STUDY)
    assert found["n_parameters"] == 650
    assert found["paired"]["difference"] == pytest.approx(
        found["model_test"]["accuracy"] - found["test"]["accuracy"]
    )
