"""Probabilities after one softmax and after two."""

from __future__ import annotations

import math

import made_up
import pytest

from reportgen.evidence.record import Evidence
from reportgen.figures.catalogue import plan

ARGUMENTS = {"selection": "verify"}


def test_a_second_softmax_is_bounded(evidence: Evidence) -> None:
    spec = plan("softmax_twice", evidence, selection="verify")
    assert spec.data["bound"] == pytest.approx(0.2319693)
    assert all(row["twice"] <= spec.data["bound"] for row in spec.data["rows"])
    assert "the bound is 23.2" in spec.alt["dots"]
    two = made_up.make_evidence(fashion=made_up.other_dataset(2))
    spec = plan("softmax_twice", two, selection="verify")
    assert spec.data["bound"] == pytest.approx(math.e / (math.e + 1))
