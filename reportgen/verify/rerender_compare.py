"""Every file of a report beside what its evidence gives: words and numbers, pictures and layout.

What is compared, and how strictly, never depends on what the report says of its own making:
whoever forges a report writes that, too. It only helps to explain what was found.
"""

from __future__ import annotations

import dataclasses

from reportgen.errors import RenderError
from reportgen.report_folder import MANIFEST_FILE, content_of
from reportgen.verify.findings import Difference, Level, judged, not_proved, not_reached
from reportgen.verify.pdf_compare import compare_pdfs
from reportgen.verify.rerender import Rendering, other_versions, render_again
from reportgen.verify.submission import HandedIn
from reportgen.verify.texts import (
    Compared,
    compare_lines,
    compare_pages,
    compare_pictures,
    look_at_policy,
)
from reportgen.verify.wording import ONLY_MARKUP

WORDS, LAYOUT = "words", "layout"
_MAX_NAMED = 4


def look_at_appearance(handed: HandedIn) -> tuple[Level, Level]:
    """The levels of words and numbers, and of pictures and layout."""
    try:
        rendering = render_again(handed)
    except RenderError as error:
        why = str(error).splitlines()[0]
        note = f"rendered again from the evidence{_made_with(other_versions(handed, {}))}"
        found = judged(WORDS, note, [Difference("evidence.json", why)])
        return found, not_reached(LAYOUT, "it cannot be rendered again")
    return _judge(handed, rendering)


def _judge(handed: HandedIn, rendering: Rendering) -> tuple[Level, Level]:
    compared = Compared()
    n_same = 0
    names = [name for name in rendering.files if name in handed.files and name != MANIFEST_FILE]
    for name in names:
        if handed.files[name] == rendering.files[name]:
            n_same += 1
            if content_of(name) == "html":
                compared.layout += look_at_policy(name, handed.files[name])
            continue
        found = _compare(name, handed, rendering)
        for field in dataclasses.fields(Compared):
            getattr(compared, field.name).extend(getattr(found, field.name))
    for name, why in rendering.failed.items():
        compared.words.append(Difference(name, f"was not compared: {why}"))
    claim = _made_with(rendering.other_versions)
    said = f"{', '.join(_shown(names))}: every word, number and table follows from the evidence"
    may = "".join(f"; {each}" for each in compared.remarks) + (claim if n_same < len(names) else "")
    compared.words.sort(key=lambda each: each.text == ONLY_MARKUP)
    words = judged(WORDS, said + (may if compared.words else ""), compared.words)
    same = f"{n_same} of {len(names)} files have the same bytes"
    if compared.layout:
        return words, judged(LAYOUT, f"{same}{may}", compared.layout)
    if compared.inexact:
        note = (
            f"{same}; text, pictures, links and scripts of the others are the same, not every "
            f"byte: {', '.join(compared.inexact)}{claim}"
        )
        return words, not_proved(LAYOUT, note)
    return words, judged(LAYOUT, f"figures, fonts and structure; {same}", [])


def _made_with(others: tuple[str, ...]) -> str:
    if not others:
        return ""
    named = ", ".join(others[:_MAX_NAMED]) + (", ..." if len(others) > _MAX_NAMED else "")
    return f"; it says that it was made with {named}: if so, verify it with those"


def _shown(names: list[str]) -> list[str]:
    outer = [name for name in names if "/" not in name and not name.startswith("evidence")]
    return [*outer, "figures/"] if any("/" in name for name in names) else outer


def _compare(name: str, handed: HandedIn, rendering: Rendering) -> Compared:
    found, expected = handed.files[name], rendering.files[name]
    kind = content_of(name)
    if kind == "html":
        return compare_pages(name, found, expected, rendering.report)
    if kind == "pdf":
        shown = name if handed.is_folder else handed.place.name
        return compare_pdfs(shown, found, expected)
    if kind == "text" or name.endswith(".csv"):
        return compare_lines(name, found, expected)
    return compare_pictures(name, found, expected, rendering.report)
