"""The files that a PDF shows, and those attached to it."""

from __future__ import annotations

from dataclasses import dataclass

SCHEME = "report:"  # of addresses that only the document can read
# Before a formula's plain and its spoken form, which together are its picture's alternative text.
FORMULA = "\x1f"


@dataclass(frozen=True)
class Resource:
    """A file that only the document can read; ``media`` is its MIME type."""

    content: bytes
    media: str


@dataclass(frozen=True)
class Enclosure(Resource):
    """A file attached to the PDF.

    Attributes:
        name: the file's name.
        description: what it is, in words.
        relationship: ``Source`` of the document, or ``Data`` behind a figure.
    """

    name: str
    description: str
    relationship: str
