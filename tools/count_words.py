"""Count the words and pages that a marker reads: the main part of a report.

    python tools/count_words.py reports/fashion-and-digits reports/formal-response
    python tools/count_words.py

Without a folder, the built-in assignments with the made-up results of the tests. Words are those
of answers, introduction and conclusion, without what stands under "More", code, tables, captions
and prompts; a number with its unit, a formula and a piece of code are a word each. Pages are those
of the PDF up to its first appendix.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pypdf

from reportgen.answers.compose import compose
from reportgen.answers.document import BLOCK_MARK, INLINE_MARK, Passage, Report, inline_text
from reportgen.config.assignments import assignment_of
from reportgen.evidence.files import load_evidence
from reportgen.formatting import NBSP
from reportgen.report_folder import FORMATS

APPENDICES = ("More", "The program", "What is missing", "How this report was made")
_ONE_WORD = re.compile(r"`[^`]*`|\$[^$]*\$")
_BULLET = re.compile(r"^[ ]*[-*][ ]+(.*(?:\n(?![ ]*[-*][ ]|\n).*)*)", re.MULTILINE)


def main_part(report: Report) -> Iterator[str]:
    """The prose of introduction, answers and conclusion, one text each."""
    for text in (report.intro, *(question.answer for question in report.questions), report.closing):
        yield _prose(report, text)


def n_words(text: str) -> int:
    """The words of a text."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def longest_bullet(report: Report) -> int:
    """The words of the longest bullet of the main part; 0 without bullets."""
    bullets = (bullet for text in main_part(report) for bullet in _BULLET.findall(text))
    return max(map(n_words, bullets), default=0)


def n_pages(pdf: Path | BinaryIO) -> int:
    """The pages of a report before its first appendix; a page that both share counts."""
    reader = pypdf.PdfReader(pdf)
    for entry in _entries(reader.outline):
        if entry.title in APPENDICES:
            page = reader.get_destination_page_number(entry)
            assert page is not None
            at_top = float(entry.top or 0) > 0.9 * float(reader.pages[page].mediabox.height)
            return page if at_top else page + 1
    return len(reader.pages)


def _entries(outline: list[Any]) -> Iterator[Any]:
    """The bookmarks of a PDF, with those below others, in order."""
    for entry in outline:
        if isinstance(entry, list):
            yield from _entries(entry)
        else:
            yield entry


def _prose(report: Report, text: str) -> str:
    def block(mark: re.Match[str]) -> str:
        found = report.blocks[int(mark[1])]
        if isinstance(found, Passage) and found.kind == "short-answer":
            return f"\n\n{found.text}\n\n"
        return "\n\n"

    def inline(mark: re.Match[str]) -> str:
        return inline_text(report.inlines[int(mark[1])]).replace(NBSP, "")

    shown = INLINE_MARK.sub(inline, BLOCK_MARK.sub(block, text)).replace(NBSP, "")
    return _ONE_WORD.sub("x", shown)


def _made_up() -> Iterator[tuple[str, Report]]:
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))
    from measured import NAMES, composed  # type: ignore[import-not-found]

    for name in NAMES:
        yield name, composed(name).report


def _of_folder(folder: Path) -> Report:
    evidence = load_evidence(folder)
    return compose(evidence, assignment_of(evidence.record)).report


def main() -> None:
    """Print a line for each report."""
    folders = [Path(argument) for argument in sys.argv[1:]]
    reports = ((str(folder), _of_folder(folder)) for folder in folders) if folders else _made_up()
    for name, report in reports:
        pdf = Path(name) / FORMATS["pdf"].file
        pages = f", {n_pages(pdf)} pages" if pdf.exists() else ""
        words = sum(map(n_words, main_part(report)))
        print(f"{name}: {words} words, at most {longest_bullet(report)} in a bullet{pages}")


if __name__ == "__main__":
    main()
