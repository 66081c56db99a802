"""Accuracy by top probability."""

from __future__ import annotations

import made_up
import pytest

from reportgen.errors import RenderError
from reportgen.figures.catalogue import draw, plan

ARGUMENTS = {"model": "fashion"}


def test_reliability_leaves_out_empty_bins() -> None:
    empty = {"lower": 0.0, "upper": 0.5, "n": 0, "confidence": None, "accuracy": None}
    full = {"lower": 0.5, "upper": 1.0, "n": 8, "confidence": 0.9, "accuracy": 0.75}
    studies = {"confidence": {"models": {"digits": {"bins": [empty, full]}}}}
    spec = plan("reliability", made_up.make_evidence(studies=studies), model="digits")
    assert [found["n"] for found in spec.data["bins"]] == [8]
    assert draw(spec)
    studies["confidence"]["models"]["digits"]["bins"] = [empty]
    with pytest.raises(RenderError, match="no images"):
        plan("reliability", made_up.make_evidence(studies=studies), model="digits")


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        ("over", "by top probability: more sure than right; mean probability 90.0\u00a0%, right"),
        ("under", "by top probability: less sure than right; mean probability 90.0\u00a0%, right"),
        ("none", "by top probability: mean probability 90.0\u00a0%, right 75.0\u00a0%."),
        (None, "by top probability: mean probability 90.0\u00a0%, right 75.0\u00a0%."),
    ],
)
def test_reliability_is_told_as_the_study_judges_it(verdict: str | None, says: str) -> None:
    found = {"lower": 0.5, "upper": 1.0, "n": 8, "confidence": 0.9, "accuracy": 0.75}
    study = {"bins": [found]} if verdict is None else {"bins": [found], "verdict": verdict}
    studies = {"confidence": {"models": {"digits": study}}}
    spec = plan("reliability", made_up.make_evidence(studies=studies), model="digits")
    assert says in spec.alt["diagram"]
    assert ("sure than right" in spec.alt["diagram"]) == (verdict in ("over", "under"))
