"""Bars of the probabilities of one image."""

from __future__ import annotations

import made_up
import numpy as np
import pytest
from pictures import named

from reportgen.evidence.record import Evidence
from reportgen.figures.catalogue import draw, plan

ARGUMENTS = {"selection": "predict"}


def with_prediction(probabilities: list[float], label: int) -> Evidence:
    """Evidence whose single fashion prediction has these probabilities."""
    evidence = made_up.make_evidence()
    predictions = evidence.model("fashion")["predictions"]
    place = next(n for n, p in enumerate(predictions) if p["selection"] == "single")
    argmax = int(np.argmax(probabilities))
    image = next(n for n, i in enumerate(evidence.record["images"]) if i["selection"] == "single")
    path = f"models.fashion.predictions.{place}"
    changes = {
        f"{path}.probabilities": probabilities,
        f"{path}.argmax": argmax,
        f"{path}.label": label,
        f"{path}.match": argmax == label,
        f"images.{image}.label": label,
    }
    return made_up.with_changes(evidence, **changes)


NINE = [0.01] * 9


def test_bars_mark_one_class_as_predicted_and_true_when_right() -> None:
    spec = plan("probability_bars", with_prediction([*NINE, 0.91], 9), selection="single")
    marked = [row for row in spec.data["rows"] if row["predicted"] or row["true"]]
    assert [row["name"] for row in marked] == ["Ankle boot"]
    assert "Ankle boot, the true class, is highest with 91.0" in spec.alt["bars"]
    assert spec.table is not None
    assert spec.table.rows[9] == ("9", "Ankle boot", "0.9100", "predicted, true")


def test_bars_tell_the_true_class_when_wrong() -> None:
    spec = plan("probability_bars", with_prediction([0.9, 0.1, *NINE[:8]], 1), selection="single")
    assert spec.data["match"] is False
    assert "T-shirt/top is highest with 90.0" in spec.alt["bars"]
    assert "the true class is Trouser, 10.0" in spec.alt["bars"]


def test_a_wrong_bar_is_hatched() -> None:
    right, wrong = (
        named(
            draw(plan("probability_bars", with_prediction([0.91, *NINE], k), selection="single")),
            "bars",
        )
        for k in (0, 1)
    )
    assert b'stroke="#1a1a1a"' in wrong.content
    assert b'stroke="#1a1a1a"' not in right.content


def test_bars_do_not_round_to_certainty() -> None:
    values = [0.9996, 0.0003, 0.0001, *[0.0] * 7]
    spec = plan("probability_bars", with_prediction(values, 0), selection="single")
    texts = [row["text"].replace("\u00a0", " ") for row in spec.data["rows"]]
    assert texts[:4] == ["> 99.9 %", "< 0.1 %", "< 0.1 %", "0 %"]


def test_of_many_classes_the_probable_and_the_true_are_shown() -> None:
    own = made_up.other_dataset(60)
    evidence = made_up.make_evidence(fashion=own)
    spec = plan("probability_bars", evidence, selection="verify", position=1)
    _, prediction = evidence.predictions("verify")[1]
    rows = spec.data["rows"]
    assert sum(row["true"] for row in rows) == sum(row["predicted"] for row in rows) == 1
    n_others, together = spec.data["rest"]
    assert n_others + len(rows) == 60
    assert together + sum(row["probability"] for row in rows) == pytest.approx(1, abs=1e-6)
    assert max(row["probability"] for row in rows) == max(prediction["probabilities"])
    assert spec.table is not None
    assert len(spec.table.rows) == 60
