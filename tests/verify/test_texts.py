"""Two pages of a report are compared with all that is folded in them."""

from __future__ import annotations

import pytest
from made_up_report import made_up_pictures, made_up_report

from reportgen.render.html import render_html
from reportgen.verify.texts import Compared, compare_pages


def compared(old: str, new: str) -> Compared:
    report = made_up_report(code="appendix")
    page = render_html(report, made_up_pictures())
    assert old in page
    return compare_pages("index.html", page.replace(old, new, 1).encode(), page.encode(), report)


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        (">66.0 %<", ">96.0 %<", "compare", "“96.0” stands where “66.0” belongs"),
        (">Every class, &amp; what", ">No class, &amp; what", "compare", "“No” stands where"),
        ("<p>Ten probabilities", "<p>Nine probabilities", "array", "“Nine” stands where “Ten”"),
        ("two&#34;&#34;&#34;", "three&#34;&#34;&#34;", "", "three"),
        ('value="17" data-fact', 'value="18" data-fact', "", "the value 18 stands where 17"),
    ],
)
def test_a_forged_word_in_a_part_is_found(old: str, new: str, place: str, says: str) -> None:
    (difference,) = compared(old, new).words
    assert place in difference.place
    assert says in difference.text


def test_a_part_that_was_taken_for_another_is_other_markup() -> None:
    found = compared('data-part="more"', 'data-part="short-answer"')
    assert not found.words
    assert found.layout
