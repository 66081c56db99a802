"""The accuracies of all models."""

from __future__ import annotations

from typing import Any

import made_up
import pytest

from reportgen.evidence.record import Evidence
from reportgen.figures.catalogue import draw, plan

ARGUMENTS = {}


def test_the_comparison_has_every_accuracy(evidence: Evidence) -> None:
    spec = plan("accuracy_comparison", evidence)
    test = evidence.model("fashion")["test"]
    assert spec.table is not None
    row = spec.table.rows[3]
    assert row[:2] == ("fashion", "test")
    assert row[3] == f"{test['n_correct']:,} of 10,000"
    colours = [row["colour"] for row in spec.data["rows"]]
    markers = [row["marker"] for row in spec.data["rows"]]
    assert len(set(colours)) == len(set(markers)) == 2


@pytest.mark.parametrize("order", [("digits", "fashion"), ("fashion", "digits")])
def test_figures_have_the_more_accurate_model_first_as_tables_do(order: tuple[str, str]) -> None:
    evidence = made_up.make_evidence(
        derived={"comparison": {"higher": order[0], "lower": order[1]}}
    )
    for kind in ("accuracy_comparison", "spread"):
        table = plan(kind, evidence).table
        assert table is not None
        assert tuple(dict.fromkeys(row[0] for row in table.rows)) == order


def test_perfect_models_can_be_compared() -> None:
    perfect: dict[str, Any] = {}
    for model in ("digits", "fashion"):
        perfect[f"models.{model}.train.accuracy"] = 1.0
        perfect[f"models.{model}.test.accuracy"] = 1.0
        perfect[f"models.{model}.test.accuracy_ci95"] = [0.99962, 1.0]
    spec = plan("accuracy_comparison", made_up.make_evidence(**perfect))
    assert "digits 100" in spec.alt["accuracies"]
    assert draw(spec)
