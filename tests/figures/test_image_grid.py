"""Many images with their labels."""

from __future__ import annotations

from pictures import assert_shows_every_image

from reportgen.evidence.record import Evidence
from reportgen.figures.catalogue import draw, plan

ARGUMENTS = {"selection": "grid"}


def test_every_image_is_in_the_grid(evidence: Evidence) -> None:
    spec = plan("image_grid", evidence, **ARGUMENTS)
    (picture,) = draw(spec)
    assert_shows_every_image(picture, spec, factor=3)
