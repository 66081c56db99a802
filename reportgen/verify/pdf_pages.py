"""Compare the pages of two PDFs as a reader sees them: their text and their drawn pixels.

PDFium reads and draws both files. Pixels may differ by as much as another program's rounding
of coordinates and colours explains: a third of a point, and at edges a fifth of the range
from black to white.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import eq
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from reportgen.errors import RenderError

SCALE = 3  # pixels per point
TONES = 48  # of 255, at edges
PLAIN_TONES = 4  # where all pixels around have one colour
MIN_PIXELS = 4
_GAP = 12  # pixels; areas closer than about twice this are joined
_MAX_AREAS = 3
_SIZE = 0.5  # points
_FAR = 1e6  # points

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Unlike:
    """A page that looks different from the expected one.

    Attributes:
        page: its number in the submitted file, from 0.
        texts: the expected words in each area that differs, the largest area first; an
            empty text for an area without words.
        size: whether its size differs, so that nothing else was compared.
    """

    page: int
    texts: tuple[str, ...] = ()
    size: bool = False


@contextmanager
def opened_pages(content: bytes) -> Iterator[Any]:
    """Open a PDF with PDFium.

    Raises:
        RenderError: PDFium cannot read it.
    """
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise RenderError(f"its pages cannot be read ({error}).") from None
    try:
        yield document
    finally:
        document.close()


def page_texts(document: Any) -> list[str]:
    """The text of each page, with everything that a reader can select."""
    texts = []
    for page in document:
        reader = page.get_textpage()
        # Also beyond the page's edges, where other programs find text.
        texts.append(reader.get_text_bounded(-_FAR, -_FAR, _FAR, _FAR, errors="replace"))
        reader.close()
        page.close()
    return texts


def letters(text: str) -> str:
    """A text without its spaces: programs that read PDFs only guess where words end."""
    return re.sub(r"\s+", "", text)


def aligned(texts: Sequence[str], right: Sequence[str]) -> int:
    """How many pages, such as a cover, stand before the expected ones; 0 if none."""
    spare = range(max(0, len(texts) - len(right)) + 1)
    wanted = [letters(each) for each in right]
    there = [letters(each) for each in texts]
    return max(spare, key=lambda k: (sum(map(eq, there[k:], wanted)), -k))


def unlike_pages(found: Any, expected: Any, first: int) -> Iterator[Unlike]:
    """Pages that look different from the expected ones.

    Args:
        found, expected: open documents.
        first: the page of ``found`` that stands in place of the first of ``expected``.
    """
    for k in range(min(len(found) - first, len(expected))):
        page, right = found[first + k], expected[k]
        unlike = _unlike(page, right, first + k)
        page.close()
        right.close()
        if unlike is not None:
            yield unlike


def _unlike(page: Any, right: Any, number: int) -> Unlike | None:
    if any(abs(a - b) > _SIZE for a, b in zip(page.get_size(), right.get_size(), strict=True)):
        return Unlike(number, size=True)
    one, two = (_drawn(each) for each in (page, right))
    height, width = (min(sides) for sides in zip(one.shape[:2], two.shape[:2], strict=True))
    wrong = unexplained(one[:height, :width], two[:height, :width])
    if int(wrong.sum()) < MIN_PIXELS:
        return None
    reader = right.get_textpage()
    texts = []
    for low_y, high_y, low_x, high_x in _areas(wrong):
        sides = (low_x, height - high_y, high_x, height - low_y)
        left, bottom, right_side, top = (each / SCALE for each in sides)
        texts.append(reader.get_text_bounded(left, bottom, right_side, top, errors="replace"))
    reader.close()
    return Unlike(number, tuple(" ".join(text.split()) for text in texts))


def _drawn(page: Any) -> Pixels:
    """A page on white, with its annotations and fields: uint8 (height, width, 3)."""
    bitmap = page.render(scale=SCALE, rev_byteorder=True, may_draw_forms=True)
    pixels: Pixels = bitmap.to_numpy()[..., :3].copy()
    bitmap.close()
    return pixels


def unexplained(one: Pixels, two: Pixels) -> NDArray[np.bool_]:
    """Where two drawings differ by more than rounding explains, in either direction.

    Args:
        one, two: uint8 (height, width, 3).

    Returns:
        bool (height, width).
    """
    if np.array_equal(one, two):
        return np.zeros(one.shape[:2], dtype=np.bool_)
    return np.asarray((_beyond(one, two) | _beyond(two, one)).any(axis=2))


def _beyond(values: Pixels, around: Pixels) -> NDArray[np.bool_]:
    """Where values are outside the range of the pixels around the same place."""
    from scipy.ndimage import maximum_filter, minimum_filter

    low = minimum_filter(around, size=(3, 3, 1)).astype(np.int16)
    high = maximum_filter(around, size=(3, 3, 1)).astype(np.int16)
    # Rounding changes tones at edges; on a plain area, a change is another colour.
    tones = np.minimum(TONES, PLAIN_TONES + high - low)
    outside: NDArray[np.bool_] = (values < low - tones) | (values > high + tones)
    return outside


def _areas(wrong: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """Connected areas as (top, bottom, left, right) in pixels, the one with most first."""
    from scipy.ndimage import binary_dilation, find_objects, label

    labels, n = label(binary_dilation(wrong, iterations=_GAP))
    sizes = np.bincount(labels[wrong], minlength=n + 1)[1:]
    boxes = find_objects(labels)
    return [
        (boxes[k][0].start, boxes[k][0].stop, boxes[k][1].start, boxes[k][1].stop)
        for k in np.argsort(-sizes, kind="stable")[:_MAX_AREAS]
    ]
