"""The pictures inside two PDFs, by their decoded pixels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pikepdf

from reportgen.verify.pdf_contents import stream_content
from reportgen.verify.pdf_values import written

TOLERANCE = 2  # grey values: a colour table rounded otherwise
_MAX_PIXELS = 64_000_000
_MAX_PICTURES = 5_000
_SHOWN = ("/Width", "/Height", "/Decode", "/ImageMask", "/Interpolate")

Pixels = np.ndarray[Any, np.dtype[np.int16]]


def n_other_pictures(found: pikepdf.Pdf, expected: pikepdf.Pdf) -> tuple[int, int]:
    """How many pictures of one file are not in the other: those too many, and those missing.

    Raises:
        ValueError: there are more, or larger ones than in any report.
    """
    there, right = (_by_content(pdf) for pdf in (found, expected))
    only = [there[key] for key in there.keys() - right.keys()]
    missing = [right[key] for key in right.keys() - there.keys()]
    for one in list(only):
        twin = next((two for two in missing if _same(one, two)), None)
        if twin is not None:
            only.remove(one)
            missing.remove(twin)
    return len(only), len(missing)


def _by_content(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """Every picture by a digest of what it holds; one that is there twice counts once."""
    found: dict[str, Any] = {}
    for number, picture in enumerate(_pictures(pdf)):
        size = int(picture.get("/Width", 0)) * int(picture.get("/Height", 0))
        if number >= _MAX_PICTURES or size > _MAX_PIXELS:
            raise ValueError("more or larger pictures than any report")
        about = (*_SHOWN, "/ColorSpace", "/Mask", "/SMask")
        digest = hashlib.sha256(stream_content(picture))
        for key in about:
            digest.update(written(picture.get(key)).encode())
        found[digest.hexdigest()] = picture
    return found


def _pictures(pdf: pikepdf.Pdf) -> Iterator[Any]:
    for each in pdf.objects:
        if isinstance(each, pikepdf.Stream) and str(each.get("/Subtype", "")) == "/Image":
            yield each


def _same(one: Any, two: Any) -> bool:
    """Whether two pictures have the same pixels within the tolerance."""
    if any(written(one.get(key)) != written(two.get(key)) for key in _SHOWN):
        return False
    if any(("/SMask" in each) or ("/Mask" in each) for each in (one, two)):
        return False
    try:
        pixels, right = (_pixels(each) for each in (one, two))
    except (pikepdf.PdfError, NotImplementedError, OSError, ValueError, KeyError, TypeError):
        return False
    return int(np.abs(pixels - right).max(initial=0)) <= TOLERANCE


def _pixels(picture: Any) -> Pixels:
    return np.asarray(pikepdf.PdfImage(picture).as_pil_image().convert("RGB"), dtype=np.int16)
