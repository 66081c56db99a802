"""Training images as they are stored, with their scale."""

from __future__ import annotations

import base64
import io

import numpy as np
from pictures import assert_shows_every_image, pixels
from PIL import Image

from reportgen.evidence.record import Evidence
from reportgen.figures.catalogue import draw, plan

ARGUMENTS = {"selection": "inspect"}


def test_every_image_is_in_the_grid(evidence: Evidence) -> None:
    spec = plan("raw_images", evidence, **ARGUMENTS)
    (picture,) = draw(spec)
    assert_shows_every_image(picture, spec, factor=6)


def test_the_raw_images_scale_runs_from_white_to_black(evidence: Evidence) -> None:
    (picture,) = draw(plan("raw_images", evidence, selection="inspect"))
    canvas = pixels(picture)
    scale = canvas[:, -96:-76]
    column = scale[:, np.argmin(scale.sum(axis=0))]
    assert {0, 255} <= set(column.tolist())
    assert len(set(column.tolist())) > 150
    on_page = Image.open(io.BytesIO(base64.b64decode(picture.cells[-1].png)))
    assert np.asarray(on_page).tolist() == [list(range(255, -1, -1))]


def test_raw_images_table_has_the_values_found(evidence: Evidence) -> None:
    spec = plan("raw_images", evidence, selection="inspect")
    assert spec.table is not None
    first = spec.images["000"]
    row = spec.table.rows[0]
    assert row[0] == "training 300"
    assert row[3:] == (
        "28 × 28",
        str(first.min()),
        str(first.max()),
        f"{first.mean():.1f}",
    )
