"""What a PDF does and says beside its drawn pages, held against the one that belongs there.

Actions, notes, links, what screen readers and search engines are told, bookmarks, fonts: none
of it depends on the versions of the programs that made the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pikepdf

from reportgen.verify.findings import Difference

# What makes a viewer do something, or show something else than the page says.
_ACTIVE_KEYS = frozenset(
    (
        *("/JS", "/JavaScript", "/AA", "/OpenAction", "/XFA", "/AcroForm", "/AP", "/Alternates"),
        *("/OC", "/OCProperties", "/RichMediaContent", "/RichMediaSettings", "/PieceInfo"),
    )
)
_HARMLESS_ACTIONS = frozenset(("/URI", "/GoTo"))
_ACTIONS = frozenset(
    (
        *("/JavaScript", "/Launch", "/SubmitForm", "/ResetForm", "/ImportData", "/GoToR"),
        *("/GoToE", "/GoTo3DView", "/Rendition", "/Movie", "/Sound", "/Thread", "/Hide"),
        *("/SetOCGState", "/Named", "/Trans", "/RichMediaExecute"),
    )
)
# Of the catalogue: compared by themselves, or what a program that saves a file may set.
_ELSEWHERE = frozenset(
    (
        *("/Type", "/Pages", "/Extensions", "/Version", "/Metadata", "/Outlines", "/Names"),
        *("/Dests", "/AF", "/OutputIntents", "/PageLayout", "/PageMode", "/ViewerPreferences"),
    )
)
_PAGE_KEYS = frozenset(
    (
        *("/Type", "/Parent", "/Resources", "/Contents", "/Annots", "/MediaBox", "/CropBox"),
        *("/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/Group", "/Tabs", "/StructParents"),
    )
)
_TOLD = ("/Title", "/Author", "/Subject", "/Keywords")
_TOLD_XMP = (
    *("{http://purl.org/dc/elements/1.1/}title", "{http://purl.org/dc/elements/1.1/}creator"),
    *("{http://purl.org/dc/elements/1.1/}description", "{http://purl.org/dc/elements/1.1/}subject"),
)
_SPOKEN = ("/Alt", "/ActualText", "/E", "/Lang")
_NEAR = 3.0  # points
_MAX_STEPS = 2_000_000

NOT_BELONGING = "is not what belongs there"


def compare_documents(
    name: str, found: pikepdf.Pdf, expected: pikepdf.Pdf, first: int
) -> Iterator[Difference]:
    """Differences of two files in all but text and drawing.

    Args:
        name: of the file.
        found, expected: the two files.
        first: the page of ``found`` that stands in place of the first of ``expected``.

    Raises:
        ValueError: a file holds more than any report.
    """
    yield from _catalogue(name, found, expected)
    yield from _active(name, found, expected)
    yield from _pages(name, found, expected, first)
    yield from _fonts(name, found, expected)
    if _told(found) != _told(expected):
        yield Difference(f"{name}, the metadata", NOT_BELONGING)
    if list(_bookmarks(found)) != list(_bookmarks(expected)):
        yield Difference(f"{name}, the bookmarks", NOT_BELONGING)
    if list(_spoken(found)) != list(_spoken(expected)):
        yield Difference(f"{name}, the structure that screen readers read", NOT_BELONGING)


def saved_by(found: pikepdf.Pdf, expected: pikepdf.Pdf) -> str | None:
    """The program that a file says it was saved again with; None where it names the maker's."""
    there, right = (
        str(pdf.docinfo.get("/Producer", "")) if "/Info" in pdf.trailer else ""
        for pdf in (found, expected)
    )
    return (there or "a program that it does not name") if there != right else None


def _catalogue(name: str, found: pikepdf.Pdf, expected: pikepdf.Pdf) -> Iterator[Difference]:
    there, right = ({*pdf.Root.keys()} - _ELSEWHERE for pdf in (found, expected))
    for key in sorted(there ^ right):
        part = f"{name}, its catalogue's {key}"
        yield Difference(part, "does not belong there" if key in there else "is missing")
    if str(found.Root.get("/Lang", "")) != str(expected.Root.get("/Lang", "")):
        yield Difference(f"{name}, its language", NOT_BELONGING)
    names = pikepdf.Dictionary()
    there, right = ({*pdf.Root.get("/Names", names).keys()} for pdf in (found, expected))
    for key in sorted(there - right):
        yield Difference(f"{name}, its catalogue's /Names.{key}", "does not belong there")


def _active(name: str, found: pikepdf.Pdf, expected: pikepdf.Pdf) -> Iterator[Difference]:
    there, right = (Counter(_active_parts(pdf)) for pdf in (found, expected))
    for part in sorted(there - right):
        yield Difference(f"{name}, {part}", "can change what is shown, and does not belong there")


def _active_parts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for each in _dictionaries(pdf):
        yield from _ACTIVE_KEYS.intersection(each.keys())
        kind = each.get("/S")
        if isinstance(kind, pikepdf.Name) and str(kind) in _ACTIONS - _HARMLESS_ACTIONS:
            yield f"an action ({kind})"


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of a file, those of streams too."""
    n_steps = 0
    for top in pdf.objects:
        waiting = [top]
        while waiting:
            each = waiting.pop()
            n_steps += 1
            if n_steps > _MAX_STEPS:
                raise ValueError("more objects than any report")
            if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
                yield each
                inner = [value for _, value in each.items()]
            elif isinstance(each, pikepdf.Array):
                inner = list(each)
            else:
                continue
            waiting += [
                value
                for value in inner
                if isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect
            ]


def _pages(
    name: str, found: pikepdf.Pdf, expected: pikepdf.Pdf, first: int
) -> Iterator[Difference]:
    pairs = list(zip([*found.pages][first:], expected.pages, strict=False))
    for number, (page, right) in enumerate(pairs, start=first + 1):
        place = f"{name}, page {number}"
        for key in sorted({*page.obj.keys()} - {*right.obj.keys()} - _PAGE_KEYS):
            yield Difference(f"{place}, its {key}", "does not belong there")
        there, belong = (sorted(_notes(each)) for each in (page, right))
        if len(there) != len(belong) or not all(map(_same_note, there, belong)):
            yield Difference(f"{place}, a link or note", NOT_BELONGING)


def _notes(page: pikepdf.Page) -> Iterator[tuple[str, ...]]:
    """What each annotation is, where it leads, and where it stands, as texts."""
    notes = page.obj.get("/Annots")
    for note in notes if isinstance(notes, pikepdf.Array) else []:
        if not isinstance(note, pikepdf.Dictionary):
            continue
        action = note.get("/A", pikepdf.Dictionary())
        target = str(action.get("/URI", "")) if isinstance(action, pikepdf.Dictionary) else "?"
        rectangle = [float(each) for each in note.get("/Rect", pikepdf.Array())]
        kind = str(note.get("/Subtype", ""))
        yield (kind, target, str(note.get("/Contents", "")), *(f"{x:09.1f}" for x in rectangle))


def _same_note(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    if one[:3] != two[:3] or len(one) != len(two):
        return False
    return all(abs(float(a) - float(b)) <= _NEAR for a, b in zip(one[3:], two[3:], strict=True))


def _fonts(name: str, found: pikepdf.Pdf, expected: pikepdf.Pdf) -> Iterator[Difference]:
    """Fonts that each viewer replaces as it likes, or that draw by commands."""
    there, right = (Counter(_foreign_fonts(pdf)) for pdf in (found, expected))
    for font in sorted(there - right):
        yield Difference(f"{name}, a font", f"is {font}, which does not belong there")


def _foreign_fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for each in _dictionaries(pdf):
        if str(each.get("/Type", "")) != "/Font":
            continue
        kind, base = str(each.get("/Subtype", "")), str(each.get("/BaseFont", "without a name"))
        about = each.get("/FontDescriptor")
        embedded = isinstance(about, pikepdf.Dictionary) and any(
            key in about for key in ("/FontFile", "/FontFile2", "/FontFile3")
        )
        if kind != "/Type0" and not embedded:
            yield f"{base} ({kind or 'of no kind'}, not embedded)"


def _told(pdf: pikepdf.Pdf) -> list[str]:
    info = pdf.docinfo if "/Info" in pdf.trailer else pikepdf.Dictionary()
    metadata = dict(pdf.open_metadata().items())
    told = [str(info.get(key, "")) for key in _TOLD]
    if metadata:  # a program may leave them out, but not put others in
        told += [str(metadata.get(key, "")) for key in _TOLD_XMP]
    return told


def _bookmarks(pdf: pikepdf.Pdf) -> Iterator[tuple[int, str]]:
    """Depth and title of each bookmark, in order."""
    outlines = pdf.Root.get("/Outlines")
    waiting = [(0, outlines.get("/First"))] if isinstance(outlines, pikepdf.Dictionary) else []
    n_steps = 0
    while waiting:
        depth, each = waiting.pop()
        n_steps += 1
        if n_steps > _MAX_STEPS or not isinstance(each, pikepdf.Dictionary):
            continue
        yield depth, str(each.get("/Title", ""))
        waiting += [(depth, each.get("/Next")), (depth + 1, each.get("/First"))]


def _spoken(pdf: pikepdf.Pdf) -> Iterator[tuple[str, ...]]:
    """What the structure says in place of what is drawn, in the order of reading."""
    root = pdf.Root.get("/StructTreeRoot")
    waiting = [root] if root is not None else []
    n_steps = 0
    while waiting:
        each = waiting.pop()
        n_steps += 1
        if n_steps > _MAX_STEPS:
            raise ValueError("a structure without end")
        if isinstance(each, pikepdf.Array):
            waiting += reversed(list(each))
        elif isinstance(each, pikepdf.Dictionary):
            spoken = tuple(str(each.get(key, "")) for key in _SPOKEN)
            if any(spoken):
                yield (str(each.get("/S", "")), *spoken)
            if "/K" in each:
                waiting.append(each.K)
