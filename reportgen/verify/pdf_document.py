"""Compare two PDFs in all but the drawn pages.

That is actions, annotations, links, the structure for screen readers, metadata, bookmarks and
fonts. None of these depends on the versions of the programs that made the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pikepdf

from reportgen.verify.findings import Difference
from reportgen.verify.pdf_contents import page_finder, written

# Keys that make a viewer act, or show something else than the page's content.
_ACTIVE_KEYS = frozenset(
    (
        *("/JS", "/JavaScript", "/AA", "/OpenAction", "/XFA", "/AcroForm", "/AP", "/Alternates"),
        *("/OC", "/OCProperties", "/RichMediaContent", "/RichMediaSettings", "/PieceInfo"),
        # Only some viewers and printers use these: colours, and other contents.
        *("/TR", "/TR2", "/BG", "/BG2", "/UCR", "/UCR2", "/HT", "/OP", "/op", "/OPI"),
        *("/DefaultGray", "/DefaultRGB", "/DefaultCMYK", "/Ref", "/FFilter"),
    )
)
_ACTIONS = frozenset(
    (
        *("/JavaScript", "/Launch", "/SubmitForm", "/ResetForm", "/ImportData", "/GoToR"),
        *("/GoToE", "/GoTo3DView", "/Rendition", "/Movie", "/Sound", "/Thread", "/Hide"),
        *("/SetOCGState", "/Named", "/Trans", "/RichMediaExecute"),
    )
)
# Keys of the catalogue that are compared elsewhere, or that a saving program may set.
_ELSEWHERE = frozenset(
    (
        *("/Type", "/Pages", "/Extensions", "/Version", "/Metadata", "/Outlines", "/Names"),
        *("/Dests", "/AF", "/StructTreeRoot"),
    )
)
_PAGE_KEYS = frozenset(
    (
        *("/Type", "/Parent", "/Resources", "/Contents", "/Annots", "/MediaBox", "/CropBox"),
        *("/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/Tabs", "/StructParents"),
    )
)
# Keys of an annotation that are compared elsewhere, or that depend on its place in the file.
_NOTE_KEYS = frozenset(
    (
        *("/Type", "/Subtype", "/A", "/Dest", "/Contents", "/Rect", "/P", "/StructParent"),
        *("/M", "/NM"),
    )
)
_BOXES = ("mediabox", "cropbox", "bleedbox", "trimbox", "artbox")
_FONT_KINDS = frozenset(
    ("/Type1", "/MMType1", "/TrueType", "/Type3", "/CIDFontType0", "/CIDFontType2")
)
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_SAVERS = ("/Producer", "/ModDate", "}Producer", "}ModifyDate", "}MetadataDate", "}PDFVersion")
# Metadata that a program may not remove.
_TOLD = (
    *("/Title", "/Author", "/Subject", "/Keywords"),
    *("{http://purl.org/dc/elements/1.1/}title", "{http://purl.org/dc/elements/1.1/}creator"),
    *("{http://purl.org/dc/elements/1.1/}description", "{http://purl.org/dc/elements/1.1/}subject"),
)
_SPOKEN = ("/Alt", "/ActualText", "/E", "/Lang")
_NEAR = 3.0  # points
_SIZE = 0.5  # points
_MAX_STEPS = 2_000_000

NOT_BELONGING = "is not what belongs there"


def compare_documents(
    name: str, found: pikepdf.Pdf, expected: pikepdf.Pdf, first: int
) -> Iterator[Difference]:
    """Differences of two files in all but their text and drawing.

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
    told, right = _told(found), _told(expected)
    if told.items() - right.items() or any(right.get(key) for key in _TOLD if key not in told):
        yield Difference(f"{name}, the metadata", NOT_BELONGING)
    if list(_bookmarks(found, first)) != list(_bookmarks(expected, 0)):
        yield Difference(f"{name}, the bookmarks", NOT_BELONGING)
    spoken = list(_spoken(found, first)) == list(_spoken(expected, 0))
    if not spoken or list(_marked(found, first)) != list(_marked(expected, 0)):
        yield Difference(f"{name}, the structure that screen readers read", NOT_BELONGING)


def saved_by(found: pikepdf.Pdf, expected: pikepdf.Pdf) -> str | None:
    """The program that a file says it was saved with; None if it names the expected one."""
    there, right = (
        str(pdf.docinfo.get("/Producer", "")) if "/Info" in pdf.trailer else ""
        for pdf in (found, expected)
    )
    return (there or "a program that it does not name") if there != right else None


def _catalogue(name: str, found: pikepdf.Pdf, expected: pikepdf.Pdf) -> Iterator[Difference]:
    there, right = ({*pdf.Root.keys()} - _ELSEWHERE for pdf in (found, expected))
    for key in sorted(there | right):
        part = f"{name}, its catalogue's {key}"
        if key not in right:
            yield Difference(part, "does not belong there")
        elif key not in there:
            yield Difference(part, "is missing")
        elif written(found.Root[key]) != written(expected.Root[key]):
            yield Difference(part, NOT_BELONGING)
    names = pikepdf.Dictionary()
    there, right = ({*pdf.Root.get("/Names", names).keys()} for pdf in (found, expected))
    for key in sorted(there - right):
        yield Difference(f"{name}, its catalogue's /Names.{key}", "does not belong there")


def _active(name: str, found: pikepdf.Pdf, expected: pikepdf.Pdf) -> Iterator[Difference]:
    there, right = (Counter(_active_parts(pdf)) for pdf in (found, expected))
    for part in sorted(there - right):
        yield Difference(f"{name}, {part}", "can change what is shown, and does not belong there")


def _active_parts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for each in dictionaries(pdf):
        yield from _ACTIVE_KEYS.intersection(each.keys())
        kind = each.get("/S")
        if isinstance(kind, pikepdf.Name) and str(kind) in _ACTIONS:
            yield f"an action ({kind})"
        if "/URI" in each:
            yield f"a link to {each['/URI']}"
        if isinstance(each, pikepdf.Stream) and "/F" in each:
            yield "contents that are in another file"


def dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of a file, also those of streams.

    Raises:
        ValueError: there are more objects than in any report.
    """
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
    finders = page_finder(found, first), page_finder(expected, 0)
    pairs = list(zip([*found.pages][first:], expected.pages, strict=False))
    for number, (page, right) in enumerate(pairs, start=first + 1):
        place = f"{name}, page {number}"
        for key in sorted({*page.obj.keys()} - {*right.obj.keys()} - _PAGE_KEYS):
            yield Difference(f"{place}, its {key}", "does not belong there")
        if not all(_same_box(getattr(page, box), getattr(right, box)) for box in _BOXES):
            yield Difference(f"{place}, its size", NOT_BELONGING)
        both = zip((page, right), finders, strict=True)
        there, belong = (sorted(_notes(each, leads_to)) for each, leads_to in both)
        if len(there) != len(belong) or not all(map(_same_note, there, belong)):
            yield Difference(f"{place}, a link or note", NOT_BELONGING)


def _same_box(one: Any, two: Any) -> bool:
    return all(abs(float(a) - float(b)) <= _SIZE for a, b in zip(one, two, strict=True))


def _notes(page: pikepdf.Page, leads_to: Callable[[Any], str]) -> Iterator[tuple[str, ...]]:
    """Of each annotation: kind, target, text, other entries, and rectangle."""
    notes = page.obj.get("/Annots")
    for note in notes if isinstance(notes, pikepdf.Array) else []:
        if not isinstance(note, pikepdf.Dictionary):
            continue
        rectangle = [float(each) for each in note.get("/Rect", pikepdf.Array())]
        kind, said = str(note.get("/Subtype", "")), str(note.get("/Contents", ""))
        rest = written(note, _NOTE_KEYS)
        yield (kind, leads_to(note), said, rest, *(f"{x:09.1f}" for x in rectangle))


def _same_note(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    if one[:4] != two[:4] or len(one) != len(two):
        return False
    return all(abs(float(a) - float(b)) <= _NEAR for a, b in zip(one[4:], two[4:], strict=True))


def _fonts(name: str, found: pikepdf.Pdf, expected: pikepdf.Pdf) -> Iterator[Difference]:
    """Fonts that viewers may replace, or that draw by commands."""
    there, right = (Counter(_foreign_fonts(pdf)) for pdf in (found, expected))
    for font in sorted(there - right):
        yield Difference(f"{name}, a font", f"is {font}, which does not belong there")


def _foreign_fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for each in dictionaries(pdf):
        kind, base = str(each.get("/Subtype", "")), str(each.get("/BaseFont", "without a name"))
        if kind not in _FONT_KINDS:
            continue
        about = each.get("/FontDescriptor")
        files = [
            key for key in _FONT_FILES if isinstance(about, pikepdf.Dictionary) if key in about
        ]
        if not files:
            yield f"{base} ({kind}, not embedded)"
        elif len(files) > 1:  # viewers differ in which they draw
            yield f"{base} ({kind}, embedded twice)"


def _told(pdf: pikepdf.Pdf) -> dict[str, str]:
    """All metadata but the name and time that a program may write when it saves a file."""
    info = pdf.docinfo if "/Info" in pdf.trailer else pikepdf.Dictionary()
    told = [*info.items(), *pdf.open_metadata().items()]
    return {key: str(value) for key, value in told if not key.endswith(_SAVERS)}


def _bookmarks(pdf: pikepdf.Pdf, first: int) -> Iterator[tuple[int, str, str]]:
    """Depth, title and target of each bookmark, in order."""
    leads_to = page_finder(pdf, first)
    outlines = pdf.Root.get("/Outlines")
    waiting = [(0, outlines.get("/First"))] if isinstance(outlines, pikepdf.Dictionary) else []
    n_steps = 0
    while waiting:
        depth, each = waiting.pop()
        n_steps += 1
        if n_steps > _MAX_STEPS or not isinstance(each, pikepdf.Dictionary):
            continue
        yield depth, str(each.get("/Title", "")), leads_to(each)
        waiting += [(depth, each.get("/Next")), (depth + 1, each.get("/First"))]


def _spoken(pdf: pikepdf.Pdf, first: int) -> Iterator[tuple[str, ...]]:
    """What a screen reader reads, in order: marked parts of pages, or words in their place."""
    root = pdf.Root.get("/StructTreeRoot")
    pages = {page.obj.objgen: str(number - first) for number, page in enumerate(pdf.pages)}
    waiting: list[tuple[Any, str]] = [(root, "")] if root is not None else []
    n_steps = 0
    while waiting:
        each, page = waiting.pop()
        n_steps += 1
        if n_steps > _MAX_STEPS:
            raise ValueError("a structure without end")
        if isinstance(each, pikepdf.Array):
            waiting += [(inner, page) for inner in reversed(list(each))]
        elif isinstance(each, pikepdf.Dictionary):
            if isinstance(own := each.get("/Pg"), pikepdf.Dictionary):
                page = pages.get(own.objgen, "?")
            yield (str(each.get("/S", "")), *(str(each.get(key, "")) for key in _SPOKEN))
            waiting += [(each[key], page) for key in ("/K", "/MCID") if key in each]
        else:
            yield page, str(each)


def _marked(pdf: pikepdf.Pdf, first: int) -> Iterator[tuple[str, ...]]:
    """The parts of pages that are marked for the structure, and their replacement words."""
    for number, page in enumerate(pdf.pages):
        yield from ((str(number - first), *mark) for mark in _marks(page))
    streams = (each for each in pdf.objects if isinstance(each, pikepdf.Stream))
    forms = (each for each in streams if str(each.get("/Subtype", "")) == "/Form")
    yield from sorted(mark for form in forms for mark in _marks(form))
    told = (each["/ActualText"] for each in dictionaries(pdf) if "/ActualText" in each)
    yield from sorted(("/ActualText", str(text)) for text in told)


def _marks(drawn: Any) -> Iterator[tuple[str, str]]:
    for command in pikepdf.parse_content_stream(drawn, "BDC DP"):
        given: Any = command.operands
        inline = given[1] if len(given) > 1 else None
        if isinstance(inline, pikepdf.Dictionary):
            yield from ((key, str(inline[key])) for key in ("/MCID", *_SPOKEN) if key in inline)
