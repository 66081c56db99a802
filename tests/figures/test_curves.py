"""Accuracy and loss by epoch."""

from __future__ import annotations

import made_up
import pytest

from reportgen.figures.catalogue import draw, plan

ARGUMENTS = {"model": "digits", "metric": "loss"}


HISTORY = "models.digits.training.history"


@pytest.mark.parametrize(
    ("metric", "validation", "best"),
    [
        ("loss", [0.3, 0.1, 0.1, 0.2], 2),
        ("loss", [0.4, 0.3, 0.2, 0.1], 4),
        ("accuracy", [0.9, 0.95, 0.97, 0.97], 3),
    ],
)
def test_curves_mark_the_first_best_validation_epoch(
    metric: str, validation: list[float], best: int
) -> None:
    history = {metric: [0.5, 0.4, 0.35, 0.3], f"val_{metric}": validation}
    spec = plan(
        "curves", made_up.make_evidence(**{HISTORY: history}), model="digits", metric=metric
    )
    assert spec.data["best"] == best
    assert f"at epoch {best}" in spec.alt["curves"]
    assert draw(spec)


@pytest.mark.parametrize("n_epochs", [1, 2, 1000])
def test_curves_without_validation(n_epochs: int) -> None:
    history = {"accuracy": [0.9] * n_epochs, "loss": [0.1] * n_epochs}
    evidence = made_up.make_evidence(**{HISTORY: history})
    for metric in ("accuracy", "loss"):
        spec = plan("curves", evidence, model="digits", metric=metric)
        assert spec.data["best"] is None
        assert "validation" not in spec.alt["curves"]
        (picture,) = draw(spec)
        assert len(picture.content) < 40_000
