"""Compare an HTML page, a Markdown file, a table or a picture with the expected one.

A difference quotes the words that are there and the words that are expected.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from reportgen.answers.document import Figure, Report
from reportgen.verify.embedded import faults_of_policy, same_embedded, same_picture, set_apart
from reportgen.verify.findings import Difference
from reportgen.verify.html_passages import PageContent, Passage, read_page

MAX_DIFFERENCES = 40
_FIGURE_FILE = re.compile(r"figures/figure-0*([0-9]+)[.-]")
MAX_SHOWN = 300
ONLY_MARKUP = "the same words in other markup"


@dataclass
class Compared:
    """The result of comparing two files.

    Attributes:
        words: differences in words and numbers.
        layout: all other differences.
        inexact: the file's name, if its bytes differ but its words and pictures do not.
        remarks: what may explain the differences.
    """

    words: list[Difference] = field(default_factory=list)
    layout: list[Difference] = field(default_factory=list)
    inexact: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def compare_pages(name: str, found: bytes, expected: bytes, report: Report) -> Compared:
    """Compare an HTML page with the expected one."""
    texts = [each.decode("utf-8", "backslashreplace") for each in (found, expected)]
    page, right = map(read_page, texts)
    compared = Compared(_passages(name, page.passages, right.passages))
    compared.layout += check_policy(name, found)
    compared.layout += _active(name, page, right)
    compared.layout += _pictures(name, page, right, report)
    apart, belongs = map(set_apart, texts)
    if apart.text == belongs.text:
        pairs = zip(apart.embedded, belongs.embedded, strict=True)
        if not compared.layout and not all(same_embedded(*a, b[1]) for a, b in pairs):
            text = "a font or picture in it is not what belongs there"
            compared.layout.append(Difference(name, text))
    elif not compared.words:
        line = _first_line(apart.text, belongs.text)
        text = "the same words, but other markup, styles or scripts than belong there"
        compared.layout.append(Difference(f"{name}, line {line}", text))
    if not compared.words and not compared.layout:
        compared.inexact.append(name)
    return compared


def check_policy(name: str, page: bytes) -> list[Difference]:
    """The faults of a page's content security policy, which must be sound in any report."""
    text = page.decode("utf-8", "backslashreplace")
    place = f"{name}, its content security policy"
    return [Difference(place, fault) for fault in faults_of_policy(text)]


def compare_lines(name: str, found: bytes, expected: bytes) -> Compared:
    """Compare Markdown, code or a table with the expected file, line by line.

    Pictures in it are compared as pictures.
    """
    apart, belongs = (set_apart(each.decode("utf-8", "replace")) for each in (found, expected))
    lines, right = apart.text.split("\n"), belongs.text.split("\n")
    words = []
    for there, here in replaced(lines, right):
        for k, line, other in _paired(lines, right, there, here):
            words.append(Difference(f"{name}, line {k + 1}", describe_words(line, other)))
    if words:
        return Compared(words[:MAX_DIFFERENCES])
    pairs = list(zip(apart.embedded, belongs.embedded, strict=True))
    if pairs and all(same_embedded(*one, two[1]) for one, two in pairs):
        return Compared(inexact=[name])
    if pairs:
        return Compared([], [Difference(name, "a picture in it is not what belongs there")])
    # The bytes differ where they are not text.
    return Compared([Difference(name, "is not what belongs there")])


def compare_pictures(name: str, found: bytes, expected: bytes, report: Report) -> Compared:
    """Compare a picture's file with the expected one; their bytes differ."""
    if same_picture(found, expected):
        return Compared(inexact=[name])
    number = _FIGURE_FILE.match(name)
    place = f"{name} ({_figure(report, int(number[1]))})" if number else name
    return Compared([], [Difference(place, "is not the picture that the evidence gives")])


def _figure(report: Report, number: int) -> str:
    for block in report.blocks:
        if isinstance(block, Figure) and block.number == number:
            return f"figure {number}, {block.id}"
    return f"figure {number}"


def _passages(name: str, found: Sequence[Passage], expected: Sequence[Passage]) -> list[Difference]:
    texts, right = ([each.text for each in page] for page in (found, expected))
    differences = []
    for there, here in replaced(texts, right):
        for k, text, belongs in _paired(texts, right, there, here):
            place = _place(found, expected, k, text, here)
            facts = _facts(expected, here, k - there.start)
            differences.append(Difference(f"{name}{place}", describe_words(text, belongs) + facts))
    if not differences:
        differences += _raw_values(name, found, expected)
    return differences[:MAX_DIFFERENCES]


def _paired(
    found: Sequence[str], expected: Sequence[str], there: range, here: range
) -> Iterator[tuple[int, str, str]]:
    """Pairs of differing lines: (number, the line found, the line expected)."""
    for k in range(max(len(there), len(here))):
        text = found[there[k]] if k < len(there) else ""
        belongs = expected[here[k]] if k < len(here) else ""
        if text != belongs and (text.strip() or belongs.strip()):
            yield there.start + k, text, belongs


def _place(
    found: Sequence[Passage], expected: Sequence[Passage], k: int, text: str, here: range
) -> str:
    passage = found[k] if text else expected[here.start] if here else None
    return f", question {passage.place}" if passage and passage.place else ""


def _facts(expected: Sequence[Passage], here: range, k: int) -> str:
    """The facts of a passage that was changed, if they are at most four."""
    paths = [path for path, _ in expected[here[k]].facts] if k < len(here) else []
    return f" [{', '.join(paths)}]" if 0 < len(paths) <= 4 else ""


def _raw_values(
    name: str, found: Sequence[Passage], expected: Sequence[Passage]
) -> list[Difference]:
    """Differences in the values of ``<data value>`` behind the same words."""
    return [
        Difference(f"{name}, fact {path}", f"the value {value} stands where {right} belongs")
        for one, two in zip(found, expected, strict=False)
        for (path, value), (_, right) in zip(one.facts, two.facts, strict=False)
        if (path, value) != (path, right)
    ]


def _pictures(
    name: str, found: PageContent, expected: PageContent, report: Report
) -> list[Difference]:
    numbers = {
        f"figure-{block.id}": block.number for block in report.blocks if isinstance(block, Figure)
    }
    differences = []
    for place in dict.fromkeys(id for id, _ in (*expected.pictures, *found.pictures)):
        one, two = ([src for id, src in page.pictures if id == place] for page in (found, expected))
        if len(one) != len(two) or not all(map(_same_address, one, two)):
            number, id = numbers.get(place), place.removeprefix("figure-")
            where = "outside of figures" if number is None else f"figure {number}, {id}"
            text = "its picture is not the one that the evidence gives"
            differences.append(Difference(f"{name}, {where}", text))
    return differences


def _same_address(found: str, expected: str) -> bool:
    """Whether two addresses of pictures are the same, or embed the same picture."""
    one, two = set_apart(found), set_apart(expected)
    if one.text != two.text or len(one.embedded) != len(two.embedded):
        return False
    return all(same_embedded(*a, b[1]) for a, b in zip(one.embedded, two.embedded, strict=True))


def _active(name: str, found: PageContent, expected: PageContent) -> list[Difference]:
    """Scripts, handlers and other active parts that only one of the pages has."""
    there, belongs = Counter(found.active), Counter(expected.active)
    text = "can change what is shown, and does not belong there"
    return [
        *(Difference(f"{name}, {part}", text) for part in sorted(there - belongs)),
        *(Difference(f"{name}, {part}", "is missing") for part in sorted(belongs - there)),
    ][:MAX_DIFFERENCES]


def _first_line(found: str, expected: str) -> int:
    lines, right = found.split("\n"), expected.split("\n")
    pairs = enumerate(zip(lines, right, strict=False), start=1)
    return next((k for k, (a, b) in pairs if a != b), min(len(lines), len(right)) + 1)


def replaced(found: Sequence[str], expected: Sequence[str]) -> Iterator[tuple[range, range]]:
    """Where two sequences differ: a range of ``found``, and one of ``expected``."""
    matcher = difflib.SequenceMatcher(a=found, b=expected, autojunk=False)
    for kind, low, high, start, stop in matcher.get_opcodes():
        if kind != "equal":
            yield range(low, high), range(start, stop)


def describe_words(found: str, expected: str) -> str:
    """How a text differs from the expected one, for a message."""
    words, right = found.split(), expected.split()
    changes = list(replaced(words, right))
    if not changes:
        return ONLY_MARKUP
    if len(changes) > 3 or not words or not right:
        return _instead(found, expected)
    return "; ".join(
        _instead(" ".join(words[a.start : a.stop]), " ".join(right[b.start : b.stop]))
        + _around(right, b)
        for a, b in changes
    )


def _instead(found: str, expected: str) -> str:
    if not found:
        return f"“{_shown(expected)}” is missing"
    if not expected:
        return f"“{_shown(found)}” does not belong there"
    return f"“{_shown(found)}” stands where “{_shown(expected)}” belongs"


def _around(words: Sequence[str], place: range) -> str:
    """The words around a place, so that a reader can find it."""
    before = words[max(0, place.start - 5) : place.start]
    after = words[place.stop : place.stop + 5]
    if not before and not after:
        return ""
    return f" (in “{_shown(' '.join([*before, '…', *after]))}”)"


def _shown(text: str) -> str:
    clean = "".join(char if char.isprintable() else " " for char in text)
    return clean if len(clean) <= MAX_SHOWN else clean[: MAX_SHOWN - 1] + "…"
