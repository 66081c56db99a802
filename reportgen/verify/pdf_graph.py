"""Compare two PDFs as graphs of objects; order, numbering and compression do not matter.

Nothing that qpdf changes when it saves a file again counts as a difference (object numbers,
object streams, compression, linearization, the identifier). Everything that a viewer or a
screen reader can reach from the catalogue is compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pikepdf

from reportgen.verify.pdf_contents import stream_content

MAX_STEPS = 5_000_000
MAX_FOUND = 1_000

Path = tuple[str | int, ...]
# Keys that say how a stream is stored, not what its content is.
_STORAGE = frozenset(("/Length", "/Filter", "/DecodeParms", "/DL"))

# Keys of the catalogue that are compared elsewhere; /Extensions only names the format's version.
_ELSEWHERE = ("/Pages", "/Metadata", "/Extensions")
_WRITTEN_ON_SAVING = ("}PDFVersion", "}MetadataDate", "}ModifyDate")


@dataclass(frozen=True)
class ObjectPlace:
    """Where two files differ: the page from 0, or None outside pages, and the keys to it."""

    page: int | None
    path: Path


def find_differences(found: pikepdf.Pdf, expected: pikepdf.Pdf) -> list[ObjectPlace]:
    """The places where two files differ, at most 1,000 of them.

    Raises:
        pikepdf.PdfError: a stream is damaged or beyond the limits.
        ValueError: the files hold more than can be compared.
    """
    return list(_Walk(found, expected).places())


class _Walk:
    def __init__(self, found: pikepdf.Pdf, expected: pikepdf.Pdf) -> None:
        self._pdfs = found, expected
        self._seen: set[tuple[Any, Any]] = set()
        self._n_steps = 0

    def places(self) -> Iterator[ObjectPlace]:
        yield from islice(self._all(), MAX_FOUND)

    def _all(self) -> Iterator[ObjectPlace]:
        one, two = self._pdfs
        pages = list(zip(one.pages, two.pages, strict=False))
        # So that a link from one page to another does not count that page's content twice.
        self._seen |= {(a.obj.objgen, b.obj.objgen) for a, b in pages}
        if len(one.pages) != len(two.pages):
            yield ObjectPlace(None, ("Pages", "/Count"))
        for number, (a, b) in enumerate(pages):
            for path in self._walk((), a.obj, b.obj, skip=("/Parent",)):
                yield ObjectPlace(number, path)
        for path in self._walk((), one.Root, two.Root, skip=_ELSEWHERE):
            yield ObjectPlace(None, path)
        if _metadata(one) != _metadata(two):
            yield ObjectPlace(None, ("/Metadata",))
        info, right = (pdf.trailer.get("/Info", pikepdf.Dictionary()) for pdf in self._pdfs)
        for path in self._walk(("Info",), info, right):
            yield ObjectPlace(None, path)

    def _walk(self, path: Path, a: Any, b: Any, skip: tuple[str, ...] = ()) -> Iterator[Path]:
        """Paths below two objects at which they differ; not recursive, so any depth is possible."""
        waiting = [(path, a, b)]
        first = True
        while waiting:
            path, a, b = waiting.pop()
            self._n_steps += 1
            if self._n_steps > MAX_STEPS:
                raise ValueError("more objects than can be compared")
            if not first and self._known(a, b):
                continue
            below = _below(a, b, skip if first else ())
            first = False
            if below is None:
                yield path
                continue
            for key, inner, other in below:
                if inner is None or other is None:
                    yield (*path, key)
                else:
                    waiting.append(((*path, key), inner, other))

    def _known(self, a: Any, b: Any) -> bool:
        if not (isinstance(a, pikepdf.Object) and isinstance(b, pikepdf.Object)):
            return False
        if not (a.is_indirect and b.is_indirect):
            return False
        pair = a.objgen, b.objgen
        if pair in self._seen:
            return True
        self._seen.add(pair)
        return False


def _below(a: Any, b: Any, skip: tuple[str, ...]) -> list[tuple[str | int, Any, Any]] | None:
    """The pairs to compare below two objects; None if the objects differ themselves."""
    if isinstance(a, pikepdf.Array) and isinstance(b, pikepdf.Array):
        if len(a) != len(b):
            return None
        return [
            (k, x, y) for k, (x, y) in enumerate(zip(a, b, strict=True)) if not _both_null(x, y)
        ]
    if isinstance(a, pikepdf.Stream) and isinstance(b, pikepdf.Stream):
        if stream_content(a) != stream_content(b):
            return None
        return _entries(a, b, _STORAGE)
    if isinstance(a, pikepdf.Dictionary) and isinstance(b, pikepdf.Dictionary):
        return _entries(a, b, frozenset(skip))
    if isinstance(a, pikepdf.String) and isinstance(b, pikepdf.String):
        return [] if bytes(a) == bytes(b) else None
    return [] if type(a) is type(b) and a == b else None


def _metadata(pdf: pikepdf.Pdf) -> dict[str, str]:
    """The XMP metadata, without the entries that every program rewrites when it saves."""
    return {
        name: str(value)
        for name, value in pdf.open_metadata().items()
        if not name.endswith(_WRITTEN_ON_SAVING)
    }


def _both_null(a: Any, b: Any) -> bool:
    return a is None and b is None


def _entries(a: Any, b: Any, skip: frozenset[str]) -> list[tuple[str | int, Any, Any]]:
    one, two = (
        {key: value for key, value in each.items() if key not in skip and value is not None}
        for each in (a, b)
    )
    return [(key, one.get(key), two.get(key)) for key in sorted({*one, *two}, reverse=True)]
