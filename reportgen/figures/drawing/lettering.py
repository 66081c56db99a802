"""Text as outlines of the page's sans, so that the reader's fonts do not matter.

Outlines of frequent strings (class names, words) are cached. A character that the
sans lacks comes from the DejaVu Sans that comes with Matplotlib, or else from a font
of the system. If no font has it, U+FFFD is drawn; the text and the tables of the
report still have the whole name.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path as FilePath
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from reportgen.errors import RenderError
from reportgen.figures.drawing.matplotlib_import import import_matplotlib
from reportgen.resources import fonts_of_this_machine, package_dir

import_matplotlib()

import matplotlib as mpl  # noqa: E402
from matplotlib.font_manager import get_font  # noqa: E402
from matplotlib.ft2font import FT2Font, LoadFlags  # noqa: E402
from matplotlib.path import Path  # noqa: E402
from matplotlib.textpath import text_to_path  # noqa: E402

Weight = Literal["Regular", "Semibold"]

_ELLIPSIS = "…"
_NO_GLYPH = "\ufffd"
_INVISIBLE = ("Cc", "Cf", "Mn", "Zl", "Zp")
_FORMATS = (".ttf", ".otf", ".ttc")
_UNITS = 100.0  # outlines are taken at this size, then scaled


@dataclass(frozen=True, eq=False)
class Outline:
    """A string's outline at the size of one point, from its origin on the baseline.

    Attributes:
        vertices: float, shape (n, 2), y upwards.
        codes: Matplotlib's path codes, shape (n,).
        width: the advance width of the string.
    """

    vertices: NDArray[np.float64]
    codes: NDArray[np.uint8]
    width: float


@lru_cache(maxsize=2048)
def outline(text: str, weight: Weight = "Regular") -> Outline:
    """The outline of one line of text."""
    text = _drawable(text)
    placed, glyphs, _ = text_to_path.get_glyphs_with_font(_font(text, weight), text)
    vertices, codes = [np.empty((0, 2))], [np.empty(0, np.uint8)]
    for glyph, x, y, _ in placed:
        points, kinds = _simpler(*glyphs[glyph])
        vertices.append(points + np.array([x, y]))
        codes.append(kinds)
    width = text_width(text, 1.0, weight)
    return Outline(np.concatenate(vertices) / _UNITS, np.concatenate(codes), width)


@lru_cache(maxsize=2048)
def text_width(text: str, size: float, weight: Weight = "Regular") -> float:
    """How wide a line of text is, in points."""
    text = _drawable(text)
    font = _font(text, weight)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64 / _UNITS * size


def shortened(text: str, width: float, size: float, weight: Weight = "Regular") -> str:
    """The text, cut with an ellipsis where it is wider than ``width`` points."""
    if text_width(text, size, weight) <= width:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if text_width(text[:middle].rstrip() + _ELLIPSIS, size, weight) <= width:
            fits = middle
        else:
            too_long = middle
    return text[:fits].rstrip() + _ELLIPSIS


def wrapped(text: str, width: float, size: float, max_lines: int) -> list[str]:
    """The text in at most ``max_lines`` lines, broken between words, the last one shortened."""
    lines: list[str] = []
    words = text.split(" ")
    while words and len(lines) < max_lines - 1:
        n = 1
        while n < len(words) and text_width(" ".join(words[: n + 1]), size) <= width:
            n += 1
        lines.append(shortened(" ".join(words[:n]), width, size))
        words = words[n:]
    return [*lines, shortened(" ".join(words), width, size)] if words else lines


def _font(text: str, weight: Weight) -> FT2Font:
    fonts: list[FilePath | None] = [sans_file(weight), _further_font()]
    fonts += map(_system_font, _lacking(text, weight))
    font = get_font([path for path in dict.fromkeys(fonts) if path is not None])
    font.set_size(_UNITS, 72)
    return font


def _drawable(text: str) -> str:
    """The text with U+FFFD in the place of each character that no font has.

    Invisible ones among these, such as the joiner in an emoji, are left out.
    """
    missing = {c for c in _lacking(text, "Regular") if _system_font(c) is None}
    marks = {c: "" if unicodedata.category(c) in _INVISIBLE else _NO_GLYPH for c in missing}
    return "".join(marks.get(character, character) for character in text)


def _simpler(
    points: NDArray[np.float64], kinds: NDArray[Any]
) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Replace each cubic curve of a glyph by the quadratic one through its ends and middle.

    At the size of a caption the two are 0.02 points apart; the file gets smaller
    and the PDF is written in a fifth less time.
    """
    points, kinds = np.asarray(points).reshape(-1, 2).copy(), np.asarray(kinds, np.uint8).copy()
    first = np.flatnonzero(kinds == Path.CURVE4)[::3]
    start, one, two, end = (points[first + k] for k in (-1, 0, 1, 2))
    points[first] = (3 * (one + two) - start - end) / 4
    kinds[first] = kinds[first + 2] = Path.CURVE3
    return np.delete(points, first + 1, axis=0), np.delete(kinds, first + 1)


@cache
def sans_file(weight: Weight) -> FilePath:
    """The file of the page's sans.

    Raises:
        RenderError: its package is damaged.
    """
    path = package_dir("font_source_sans_pro") / "files" / f"SourceSansPro-{weight}.otf"
    if not path.is_file():
        raise RenderError(
            f"the figures' font is missing: {path}\n"
            "Install it again: pip install --force-reinstall font-source-sans-pro"
        )
    return path


def _further_font() -> FilePath:
    return FilePath(mpl.get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")


@cache
def _characters(path: FilePath) -> frozenset[int]:
    charmap: dict[int, Any] = get_font(path).get_charmap()
    return frozenset(charmap)


def _lacking(text: str, weight: Weight) -> list[str]:
    fonts = (sans_file(weight), _further_font())
    return [c for c in dict.fromkeys(text) if not any(ord(c) in _characters(f) for f in fonts)]


def _system_font(character: str) -> FilePath | None:
    fonts = fonts_of_this_machine(f":charset={ord(character):x}:scalable=true:color=false")
    return next((path for path in fonts if path.suffix.lower() in _FORMATS), None)
