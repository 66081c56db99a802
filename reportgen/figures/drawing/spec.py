"""Figure specs: what a figure shows, as plain data, before it is drawn.

A figure's module has two functions, which its ``FIGURE`` names. ``plan(evidence, ...)``
selects numbers and words from the evidence and returns a ``FigureSpec``; it is fast and
does not import Matplotlib. ``draw(spec)`` makes pictures from that spec alone, so the
spec's digest can be their key in the store.
"""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Media = Literal["image/png", "image/svg+xml"]


class Line(NamedTuple):
    """A line of text at a cell's image, and how it looks; ``end`` stands at its right end."""

    text: str
    look: Literal["plain", "strong", "muted"] = "plain"
    end: str = ""


class Cell(NamedTuple):
    """A small image as it is stored, with text, for a page that lays images out itself.

    Attributes:
        png: the file in base64, one pixel of it a pixel of the image.
        width, height: the size on a screen, in pixels: the image's by a whole number.
        alt: what the image shows, in a few words.
        above, below: lines of text.
    """

    png: str
    width: int
    height: int
    alt: str
    above: tuple[Line, ...] = ()
    below: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Picture:
    """One drawn picture: a file that stands alone, and what a page shows in its own fonts.

    Attributes:
        name: unique within its figure, such as ``image`` or ``bars``.
        media: the kind of the content.
        content: the file's bytes, light, text as outlines; the same for the same spec and
            versions.
        width, height: its natural size on paper, in points (1/72 inch).
        alt: what the picture shows: kind, variables, finding (at most 150 characters).
        wide, narrow: SVG elements with text, for a page and for a telephone; empty if there
            are none.
        cells: the images that the picture is made of, if a page can lay them out itself.
    """

    name: str
    media: Media
    content: bytes
    width: float
    height: float
    alt: str
    wide: str = ""
    narrow: str = ""
    cells: tuple[Cell, ...] = ()


def pack_pictures(pictures: Sequence[Picture]) -> dict[str, bytes]:
    """A figure's pictures as files of the store."""
    about = [{**dataclasses.asdict(picture), "content": None} for picture in pictures]
    files = {f"{number}.bin": picture.content for number, picture in enumerate(pictures)}
    return {**files, "pictures.json": json.dumps(about).encode()}


def unpack_pictures(files: Mapping[str, bytes]) -> tuple[Picture, ...]:
    """The pictures that ``pack_pictures`` wrote."""
    return tuple(
        Picture(
            **{
                **about,
                "content": files[f"{number}.bin"],
                "cells": tuple(map(_cell, about["cells"])),
            }
        )
        for number, about in enumerate(json.loads(files["pictures.json"]))
    )


def _cell(plain: Any) -> Cell:
    *start, above, below = plain
    return Cell(*start, *(tuple(Line(*line) for line in lines) for lines in (above, below)))


@dataclass(frozen=True)
class DataTable:
    """The numbers behind a figure: a header row and rows of plain text cells.

    ``row_header`` is the column that names the rows.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_header: int = 0


@dataclass(frozen=True, eq=False)
class FigureSpec:
    """Everything that a drawing needs.

    Attributes:
        kind: the figure's name in ``figures.catalogue.FIGURES``.
        data: JSON-like values: what is plotted, and the words on it.
        images: uint8 arrays (height, width), by name.
        alt: the alternative text of each picture: ``{picture name: text}``.
        table: the plotted numbers, for readers who cannot see the picture.
    """

    kind: str
    data: dict[str, Any]
    images: dict[str, NDArray[np.uint8]] = field(default_factory=dict)
    alt: dict[str, str] = field(default_factory=dict)
    table: DataTable | None = None

    def digest(self) -> str:
        """SHA-256 of the spec's content, hexadecimal; equal specs have equal digests."""
        state = hashlib.sha256()
        plain = [
            self.kind,
            self.data,
            self.alt,
            self.table and [self.table.header, self.table.rows],
        ]
        state.update(json.dumps(plain, sort_keys=True, allow_nan=False).encode())
        for name in sorted(self.images):
            image = np.ascontiguousarray(self.images[name])
            state.update(f"{name}:{image.dtype}:{image.shape}".encode() + image.tobytes())
        return state.hexdigest()


@dataclass(frozen=True)
class Drawing:
    """A kind of figure: the constant ``FIGURE`` of a figure's module.

    Attributes:
        plan: ``(evidence, ...) -> FigureSpec``; its parameters after the first are the
            arguments that a template may give: a ``selection`` or a ``model`` by its name, the
            ``position`` of an image in its selection, from 0. It raises RenderError if the
            evidence lacks what they name.
        draw: draws the pictures of a spec that ``plan`` made.
    """

    plan: Callable[..., FigureSpec]
    draw: Callable[[FigureSpec], tuple[Picture, ...]]

    @property
    def arguments(self) -> dict[str, bool]:
        """The arguments' names; True for those that must be given."""
        _, *parameters = inspect.signature(self.plan).parameters.values()
        return {p.name: p.default is inspect.Parameter.empty for p in parameters}
