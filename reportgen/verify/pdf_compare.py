"""A PDF beside the one that belongs there: attachments, words of each page, and all the rest."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from reportgen.verify.findings import Difference
from reportgen.verify.pdf_contents import attachments_of, opened
from reportgen.verify.pdf_graph import Place, find_differences
from reportgen.verify.texts import MAX_DIFFERENCES, Compared, compare_lines
from reportgen.verify.wording import describe_words, replaced

_FIGURE_LABEL = re.compile(r"\b(?:Figure|Table) [0-9]+")
_PARTS = {
    "/StructTreeRoot": "the structure that screen readers read",
    "/Metadata": "the metadata",
    "Info": "the metadata",
    "/Outlines": "the bookmarks",
    "/OutputIntents": "the colour profile",
    "/ViewerPreferences": "how a viewer shows it",
}
_ATTACHED = ("/AF", "/Names")


def compare_pdfs(name: str, found: bytes, expected: bytes, *, same_makers: bool) -> Compared:
    """A PDF beside the one that belongs there, and that is not the same bytes.

    Args:
        name: of the file.
        found, expected: the two files.
        same_makers: whether the same programs made both; if not, only words are compared.

    Raises:
        RenderError: the file cannot be read within the limits.
    """
    compared = Compared()
    place = Path(name)
    with opened(found, place) as pdf, opened(expected, place) as right:
        attached, belong = attachments_of(pdf, place), attachments_of(right, place)
        compared.words += _attachments(name, attached, belong, same_makers=same_makers)
        if not same_makers:
            compared.words += _all_words(name, found, expected)
            return compared
        places = find_differences(pdf, right)
    if len({each.page for each in places} - {None}) or _pages_differ(places):
        compared.words += _words_of_pages(name, found, expected)
    compared.layout += _parts(name, places, expected, compared.words)
    return compared


def _attachments(
    name: str, found: Mapping[str, bytes], expected: Mapping[str, bytes], *, same_makers: bool
) -> Iterator[Difference]:
    for file in sorted({*found, *expected}):
        place = f"{name}, attachment {file}"
        if file not in expected:
            yield Difference(place, "does not belong there")
        elif file not in found:
            yield Difference(place, "is missing")
        elif found[file] != expected[file] and (same_makers or file != "manifest.json"):
            if file.endswith((".csv", ".json", ".md", ".toml")):
                yield from compare_lines(place, found[file], expected[file]).words[:5]
            else:
                yield Difference(place, "is not what belongs there")


def page_texts(content: bytes) -> list[str]:
    """The text of each page, as pypdf finds it; pikepdf reads no text."""
    from pypdf import PdfReader

    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def _words_of_pages(name: str, found: bytes, expected: bytes) -> list[Difference]:
    texts, right = page_texts(found), page_texts(expected)
    differences = []
    if len(texts) != len(right):
        differences.append(Difference(name, f"has {len(texts)} pages; {len(right)} belong there"))
    for number, (text, belongs) in enumerate(zip(texts, right, strict=False), start=1):
        if text.split() != belongs.split():
            differences.append(Difference(f"{name}, page {number}", describe_words(text, belongs)))
    return differences[:MAX_DIFFERENCES]


def _all_words(name: str, found: bytes, expected: bytes) -> list[Difference]:
    """Words in their order, wherever other versions of a library break lines and pages."""
    words, right = (list(_running_words(page_texts(each))) for each in (found, expected))
    return [
        Difference(
            name,
            describe_words(" ".join(words[a.start : a.stop]), " ".join(right[b.start : b.stop])),
        )
        for a, b in replaced(words, right)
    ][:MAX_DIFFERENCES]


def _running_words(pages: Iterable[str]) -> Iterator[str]:
    """The words of all pages, with words that a line broke put together again."""
    text = "\n".join(re.sub(r"^Page [0-9]+ of [0-9]+$", "", page, flags=re.M) for page in pages)
    yield from re.sub(r"[-\u2010\u00ad]\n", "", text).split()


def _pages_differ(places: Iterable[Place]) -> bool:
    return any(place.path[:1] == ("Pages",) for place in places)


def _parts(
    name: str, places: Iterable[Place], expected: bytes, told: Iterable[Difference]
) -> list[Difference]:
    """What differs beside words, named by page or part, each once."""
    known = {difference.place for difference in told}
    texts: list[str] = []
    found: dict[str, str] = {}
    for each in places:
        if each.page is None:
            part = _part(each.path)
            if part is not None:
                found.setdefault(f"{name}, {part}", "is not what belongs there")
            continue
        page = f"{name}, page {each.page + 1}"
        if page in known and each.path[:1] == ("/Contents",):
            continue  # its words were told
        texts = texts or page_texts(expected)
        labels = ", ".join(dict.fromkeys(_FIGURE_LABEL.findall(texts[each.page])))
        beside = f" (the page has {labels})" if labels else ""
        found.setdefault(f"{page}, {_element(each.path)}", f"is not what belongs there{beside}")
    return [Difference(*pair) for pair in found.items()][:MAX_DIFFERENCES]


def _part(path: tuple[str | int, ...]) -> str | None:
    """A part of the file that is on no page; None where it is told elsewhere."""
    first = str(path[0]) if path else "the catalogue"
    if first == "Pages":
        return None
    if first in _ATTACHED and (first == "/AF" or "/EmbeddedFiles" in path):
        return "how its attachments are listed"
    return _PARTS.get(first, f"its catalogue's {'.'.join(map(str, path[:2]))}")


def _element(path: tuple[str | int, ...]) -> str:
    keys = [str(key) for key in path]
    if "/XObject" in keys:
        return "a picture"
    if "/Font" in keys:
        return "a font"
    if "/Annots" in keys:
        return "a link or note"
    return "drawing" if keys[:1] == ["/Contents"] else f"its {'.'.join(keys[:2])}"
