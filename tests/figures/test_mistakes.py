"""Predicted images, right and wrong."""

from __future__ import annotations

from pictures import assert_shows_every_image

from reportgen.evidence.record import Evidence
from reportgen.figures.catalogue import draw, plan

ARGUMENTS = {"selection": "verify"}


def test_every_image_is_in_the_grid(evidence: Evidence) -> None:
    spec = plan("mistakes", evidence, **ARGUMENTS)
    (picture,) = draw(spec)
    assert_shows_every_image(picture, spec, factor=4)


def test_mistakes_are_told_by_word(evidence: Evidence) -> None:
    spec = plan("mistakes", evidence, selection="verify")
    assert spec.table is not None
    assert [row[-1] for row in spec.table.rows] == ["right", "wrong"]
    assert "1 wrong, such as" in spec.alt["grid"]
    spec = plan("mistakes", evidence, selection="verify_digits")
    assert "all right" in spec.alt["grid"]
