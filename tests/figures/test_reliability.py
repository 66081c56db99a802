"""Accuracy by top probability."""

from __future__ import annotations

import made_up
import pytest

from reportgen.errors import RenderError
from reportgen.evidence.record import Evidence
from reportgen.figures.catalogue import draw, plan

ARGUMENTS = {"model": "fashion"}


FULL = {"lower": 0.5, "upper": 1.0, "n": 8, "n_correct": 6, "confidence": 0.9, "accuracy": 0.75}


def with_bins(bins: list[dict[str, float | None]], verdict: str = "none") -> Evidence:
    place = "studies.confidence.models.digits"
    return made_up.make_evidence(**{f"{place}.bins": bins, f"{place}.verdict": verdict})


def test_reliability_leaves_out_empty_bins() -> None:
    empty = {
        "lower": 0.0,
        "upper": 0.5,
        "n": 0,
        "n_correct": 0,
        "confidence": None,
        "accuracy": None,
    }
    spec = plan("reliability", with_bins([empty, FULL]), model="digits")
    assert [found["n"] for found in spec.data["bins"]] == [8]
    assert draw(spec)
    with pytest.raises(RenderError, match="no images"):
        plan("reliability", with_bins([empty]), model="digits")


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        ("over", "by top probability: more sure than right; mean probability 90.0\u00a0%, right"),
        ("under", "by top probability: less sure than right; mean probability 90.0\u00a0%, right"),
        ("none", "by top probability: mean probability 90.0\u00a0%, right 75.0\u00a0%."),
    ],
)
def test_reliability_is_told_as_the_study_judges_it(verdict: str, says: str) -> None:
    spec = plan("reliability", with_bins([FULL], verdict), model="digits")
    assert says in spec.alt["diagram"]
    assert ("sure than right" in spec.alt["diagram"]) == (verdict in ("over", "under"))
