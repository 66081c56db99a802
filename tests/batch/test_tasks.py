"""What a worker keeps from one report to the next."""

from __future__ import annotations

import pytest

from reportgen.batch import tasks
from reportgen.figures.drawing.spec import FigureSpec, Picture


def test_the_picture_cache_keeps_what_was_used_last_within_its_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[str] = []

    def draw(spec: FigureSpec) -> tuple[Picture, ...]:
        drawn.append(spec.kind)
        return (Picture("image", "image/png", b"x" * 40, 1, 1, ""),)

    monkeypatch.setattr(tasks.catalogue, "draw", draw)
    cache = tasks.PictureCache(max_bytes=100)
    for kinds, new in (("ab", "ab"), ("ac", "c"), ("b", "b"), ("c", ""), ("a", "a")):
        drawn.clear()
        found = cache.draw({kind: FigureSpec(kind, {}) for kind in kinds})
        assert list(found) == list(kinds)
        assert drawn == list(new)
