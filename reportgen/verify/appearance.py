"""Every file of a report beside what its evidence gives: words and numbers, pictures and layout."""

from __future__ import annotations

from reportgen.errors import RenderError
from reportgen.report_folder import HTML_FILE, MANIFEST_FILE, PDF_FILE
from reportgen.verify.findings import Difference, Level, judged, not_reached
from reportgen.verify.handed_in import HandedIn
from reportgen.verify.pdf_compare import compare_pdfs
from reportgen.verify.rendered import Rendering, other_versions, render_again
from reportgen.verify.texts import Compared, compare_lines, compare_other, compare_pages

WORDS, LAYOUT = "words", "layout"
_MAX_NAMED = 4


def look_at_appearance(handed: HandedIn) -> tuple[Level, Level]:
    """The levels of words and numbers, and of pictures and layout."""
    try:
        rendering = render_again(handed)
    except RenderError as error:
        others = other_versions(handed, {})
        why = str(error).splitlines()[0]
        if others or "no font here" in why:
            return not_reached(WORDS, why), not_reached(LAYOUT, why)
        found = judged(
            WORDS, "rendered again from the evidence", [Difference("evidence.json", why)]
        )
        return found, not_reached(LAYOUT, "it cannot be rendered again")
    return _judge(handed, rendering)


def _judge(handed: HandedIn, rendering: Rendering) -> tuple[Level, Level]:
    others = rendering.other_versions
    words: list[Difference] = []
    layout: list[Difference] = []
    n_same = 0
    names = [name for name in rendering.files if name in handed.files and name != MANIFEST_FILE]
    for name in names:
        if handed.files[name] == rendering.files[name]:
            n_same += 1
            continue
        compared = _compare(name, handed, rendering)
        words += compared.words
        layout += compared.layout
    note = f"{', '.join(_shown(names))}: every word, number and table follows from the evidence"
    if not others or n_same == len(names):
        same = f"{n_same} of {len(names)} files have the same bytes"
        return judged(WORDS, note, words), judged(
            LAYOUT, f"figures, fonts and structure; {same}", layout
        )
    made_with = ", ".join(others[:_MAX_NAMED]) + (", ..." if len(others) > _MAX_NAMED else "")
    why = f"it was made with other versions: {made_with}"
    if words:
        note = f"{why}; what differs may come from them: verify it with those versions"
    return judged(WORDS, note, words), not_reached(LAYOUT, why)


def _shown(names: list[str]) -> list[str]:
    outer = [name for name in names if "/" not in name and not name.startswith("evidence")]
    return [*outer, "figures/"] if any("/" in name for name in names) else outer


def _compare(name: str, handed: HandedIn, rendering: Rendering) -> Compared:
    found, expected = handed.files[name], rendering.files[name]
    if name == HTML_FILE:
        return compare_pages(name, found, expected, rendering.report)
    if name == PDF_FILE:
        shown = name if handed.is_folder else handed.place.name
        same = not rendering.other_versions
        return compare_pdfs(shown, found, expected, same_makers=same)
    if name.endswith((".md", ".csv")):
        return compare_lines(name, found, expected)
    return compare_other(name, rendering.report)
