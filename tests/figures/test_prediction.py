"""An image beside its probabilities."""

from __future__ import annotations

from pictures import assert_is_enlarged, named

from reportgen.evidence.record import Evidence
from reportgen.figures.catalogue import draw, plan

ARGUMENTS = {"selection": "verify", "position": 1}


def test_an_images_pixels_are_enlarged_exactly(evidence: Evidence) -> None:
    spec = plan("prediction", evidence, **ARGUMENTS)
    assert_is_enlarged(named(draw(spec), "image"), spec.images["image"])
