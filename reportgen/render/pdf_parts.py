"""What a PDF is made from beside its text: the files that it shows, and those attached to it."""

from __future__ import annotations

from dataclasses import dataclass

SCHEME = "report:"  # of the addresses that a document, and only it, can read


@dataclass(frozen=True)
class Resource:
    """A file that the document, and only it, may ask for."""

    content: bytes
    media: str


@dataclass(frozen=True)
class Enclosure:
    """A file attached to the PDF.

    Attributes:
        name: the file's name.
        content: its bytes.
        media: its MIME type.
        description: what it is, in words.
        relationship: ``Source`` of the document, or ``Data`` behind a figure.
    """

    name: str
    content: bytes
    media: str
    description: str
    relationship: str
