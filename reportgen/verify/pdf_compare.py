"""Compare a PDF with the expected one: attachments, words, drawn pages and everything else.

What the file says of how it was made does not change the comparison.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pikepdf

from reportgen.verify.findings import Difference
from reportgen.verify.pdf_contents import attachments_of, digest_of, opened, other_pictures, written
from reportgen.verify.pdf_document import compare_documents, dictionaries, saved_by
from reportgen.verify.pdf_pages import (
    Unlike,
    aligned,
    letters,
    opened_pages,
    page_texts,
    unlike_pages,
)
from reportgen.verify.texts import (
    MAX_DIFFERENCES,
    Compared,
    compare_lines,
    describe_words,
    replaced,
)

_FIGURE_LABEL = re.compile(r"\b(?:Figure|Table) [0-9]+")
_MANIFEST = "manifest.json"
_MAX_QUOTED = 80
_MAX_PAGES = 3  # at most so many pages with other words are described one by one


def compare_pdfs(name: str, found: bytes, expected: bytes) -> Compared:
    """Compare a PDF with the expected one; their bytes differ.

    Args:
        name: of the file.
        found, expected: the two files.

    Raises:
        RenderError: the file cannot be read within the limits.
    """
    compared = Compared()
    place = Path(name)
    with opened(found, place) as pdf, opened(expected, place) as right:
        attached, belong = attachments_of(pdf, place), attachments_of(right, place)
        compared.words += _attachments(name, attached, belong)
        if not found.startswith(b"%PDF-"):
            compared.layout.append(Difference(name, "has something else before the PDF begins"))
        if digest_of(found, place) == digest_of(expected, place):
            return compared
        with opened_pages(found) as pages, opened_pages(expected) as right_pages:
            texts, wanted = page_texts(pages), page_texts(right_pages)
            first = aligned(texts, wanted)
            unlike = list(unlike_pages(pages, right_pages, first))
        compared.words += _words(name, texts, wanted, first, compared)
        compared.layout += [_drawing(name, each, wanted[each.page - first]) for each in unlike]
        if not unlike:
            compared.layout += _pictures(name, pdf, right)
        compared.layout += _listed(name, pdf, right)
        compared.layout += compare_documents(name, pdf, right, first)
        if not compared.words and not compared.layout:
            saver = saved_by(pdf, right)
            compared.inexact.append(f"{name} was saved again by {saver}" if saver else name)
        elif saver := saved_by(pdf, right):
            compared.remarks.append(f"{name} was saved again by {saver}, which may explain this")
    compared.words = compared.words[:MAX_DIFFERENCES]
    compared.layout = list(dict.fromkeys(compared.layout))
    return compared


def _attachments(
    name: str, found: Mapping[str, bytes], expected: Mapping[str, bytes]
) -> Iterator[Difference]:
    for file in sorted({*found, *expected}):
        place = f"{name}, attachment {file}"
        if file not in expected:
            yield Difference(place, "does not belong there")
        elif file not in found:
            yield Difference(place, "is missing")
        elif found[file] != expected[file] and file != _MANIFEST:  # ``files`` checks it
            if file.endswith((".csv", ".json", ".md", ".toml")):
                yield from compare_lines(place, found[file], expected[file]).words[:5]
            else:
                yield Difference(place, "is not what belongs there")


def _pictures(name: str, found: pikepdf.Pdf, expected: pikepdf.Pdf) -> Iterator[Difference]:
    """Pictures with other pixels, even if the pages look the same."""
    only, missing = other_pictures(found, expected)
    if only or missing:
        places = {each.objgen for each in only}
        shown = (page.resources.get("/XObject", pikepdf.Dictionary()) for page in found.pages)
        pages = [n for n, each in enumerate(shown, 1) if places & {x.objgen for x in each.values()}]
        where = f"{name}, page {pages[0]}" if pages else name
        yield Difference(f"{where}, a picture", "is not what belongs there")


def _listed(name: str, found: pikepdf.Pdf, expected: pikepdf.Pdf) -> Iterator[Difference]:
    """Files that a viewer may list as attached, by names, description and contents."""
    there, right = (Counter(_attached_anywhere(pdf)) for pdf in (found, expected))
    if there - right:
        yield Difference(f"{name}, how its attachments are listed", "is not what belongs there")


def _attached_anywhere(pdf: pikepdf.Pdf) -> Iterator[tuple[str, ...]]:
    for each in dictionaries(pdf):
        files = each.get("/EF")
        if isinstance(files, pikepdf.Dictionary):
            names = [str(each.get(key, "")) for key in ("/F", "/UF", "/Desc")]
            contents = sorted({written(stream) for stream in files.values()})
            # ``files`` checks the manifest's content.
            yield *names, *(contents if names[0] != _MANIFEST else [str(len(contents))])


def _words(
    name: str, texts: Sequence[str], right: Sequence[str], first: int, compared: Compared
) -> list[Difference]:
    compared.layout += [
        Difference(f"{name}, page {number + 1}", "was put in; the report does not have it")
        for number in (*range(first), *range(first + len(right), len(texts)))
    ]
    differences = []
    if len(texts) < len(right):
        differences.append(Difference(name, f"has {len(texts)} pages; {len(right)} belong there"))
    pairs = list(enumerate(zip(texts[first:], right, strict=False), start=first + 1))
    other = [
        (n, text, belongs) for n, (text, belongs) in pairs if letters(text) != letters(belongs)
    ]
    if len(other) <= _MAX_PAGES:
        return differences + [
            Difference(f"{name}, page {number}", describe_words(text, belongs))
            for number, text, belongs in other
        ]
    # Lines and pages may break elsewhere: compare the words in their order.
    words, wanted = (list(_running_words(each)) for each in (texts[first:], right))
    if words == wanted:
        compared.layout.append(
            Difference(name, "has the same words in the same order, on other lines and pages")
        )
    for a, b in replaced(words, wanted):
        there, belongs = " ".join(words[a.start : a.stop]), " ".join(wanted[b.start : b.stop])
        differences.append(Difference(name, describe_words(there, belongs)))
    return differences


def _running_words(pages: Iterable[str]) -> Iterator[str]:
    """The words of all pages; words that were hyphenated at a line's end are joined."""
    text = "\n".join(re.sub(r"^Page [0-9]+ of [0-9]+\s*$", "", page, flags=re.M) for page in pages)
    yield from re.sub(r"[-\u2010\u00ad\u0002\ufffe]\s*\n", "", text).split()


def _drawing(name: str, unlike: Unlike, text: str) -> Difference:
    place = f"{name}, page {unlike.page + 1}"
    if unlike.size:
        return Difference(f"{place}, its size", "is not what belongs there")
    quoted = [f"“{each[:_MAX_QUOTED]}”" for each in unlike.texts if each]
    if quoted:
        return Difference(
            f"{place}, drawing", f"something else is drawn where {', '.join(quoted)} belongs"
        )
    labels = ", ".join(dict.fromkeys(_FIGURE_LABEL.findall(text)))
    beside = f" (the page has {labels})" if labels else ""
    return Difference(f"{place}, drawing or picture", f"is not what belongs there{beside}")
