"""Formulas of a PDF against those of the page of the same report."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pikepdf
from documents.pdf_checkers import squeezed, text_of

_AROUND = 8  # characters beside a variable that belong to its sentence
_EDGE = "\x00"
_IN_A_LINE = {"a", "code", "data", "em", "i", "span", "strong", "sub", "sup", "var", "mark"}
_OTHER_TEXT = {"math", "script", "style", "svg", "title"}


def formula_faults(file: Path, page: FormulasOfPage) -> list[str]:
    """Drawn formulas that are not tagged as formulas, or lack words to hear or to copy."""
    faults = []
    with pikepdf.open(file) as pdf:
        formulas = [item for item in _structure(pdf) if item.S == "/Formula"]
        said = Counter(str(item.get("/Alt", "")) for item in formulas)
        for alternative in (Counter(page.drawn) - said).keys() | (
            said - Counter(page.drawn)
        ).keys():
            faults.append(f"tagged as a formula on one side only: {alternative!r}")
        faults += [
            f"without its text: {item.Alt}" for item in formulas if not item.get("/ActualText")
        ]
        text = text_of(file)
        faults += [
            f"not in the text: {item.ActualText}"
            for item in formulas
            if squeezed(str(item.get("/ActualText", ""))) not in text
        ]
    return faults


def gap_faults(file: Path, page: FormulasOfPage) -> list[str]:
    """Variables of the page that the PDF's text lacks, each with the words around it."""
    text = text_of(file)
    return [f"not in the text: {words}" for words in page.variables if words not in text]


def _structure(pdf: pikepdf.Pdf) -> list[Any]:
    return [
        item
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and "/S" in item and "/P" in item
    ]


class FormulasOfPage(HTMLParser):
    """The formulas of a page.

    Attributes:
        drawn: the spoken form of each formula that needs more than a line of text.
        variables: each variable in the text with the characters around it, without spaces.
    """

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.drawn: list[str] = []
        self._text = ""
        self._starts: list[int] = []
        self._skipped = 0
        self.feed(file.read_text(encoding="utf-8"))
        self.variables = [self._around(start) for start in self._starts]

    def _around(self, start: int) -> str:
        before = self._text[max(0, start - _AROUND) : start].rpartition(_EDGE)[2]
        return before + self._text[start : start + _AROUND].partition(_EDGE)[0]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "math":
            self.drawn.append(dict(attributes)["alttext"] or "")
        if tag == "var" and not self._skipped:
            self._starts.append(len(self._text))
        self._skipped += tag in _OTHER_TEXT
        self._end_line(tag)

    def handle_endtag(self, tag: str) -> None:
        self._skipped -= tag in _OTHER_TEXT
        self._end_line(tag)

    def _end_line(self, tag: str) -> None:
        if tag not in _IN_A_LINE and not self._text.endswith(_EDGE):
            self._text += _EDGE

    def handle_data(self, text: str) -> None:
        if not self._skipped:
            self._text += squeezed(text)
