"""Pages look as they did when somebody last looked; ``make golden`` keeps new pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from documents.golden_pictures import GOLDEN, MOST_DIFFERENT, difference, take_pictures
from PIL import Image

pytestmark = [pytest.mark.documents, pytest.mark.slow]

NAMES = sorted(file.stem for file in GOLDEN.glob("*.png"))


@pytest.fixture(scope="session")
def taken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return take_pictures(tmp_path_factory.mktemp("pictures"))


def test_there_are_as_many_pages_as_before(taken: dict[str, Path]) -> None:
    assert sorted(taken) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_page_looks_as_before(name: str, taken: dict[str, Path]) -> None:
    share = difference(taken[name], GOLDEN / f"{name}.png")
    assert share <= MOST_DIFFERENT, f"look at {taken[name]}; if it is right, run: make golden"


def test_a_page_that_moved_by_two_pixels_is_another(tmp_path: Path) -> None:
    kept = GOLDEN / "paper-1.png"
    moved = Image.fromarray(np.roll(np.asarray(Image.open(kept).convert("L")), 2, axis=0))
    moved.save(tmp_path / "moved.png")
    assert difference(kept, kept) == 0
    assert difference(kept, tmp_path / "moved.png") > MOST_DIFFERENT
