"""The main part of a built-in report is short: a marker reads it in a few minutes."""

from __future__ import annotations

import io
import runpy

import pytest
from measured import composed
from places import ROOT

from reportgen.answers.document import Figure
from reportgen.figures.catalogue import draw
from reportgen.render.pdf import render_pdf

TOOL = runpy.run_path(str(ROOT / "tools" / "count_words.py"))

MOST_WORDS = {
    "fashion-and-digits": 900,
    "fashion-and-digits-notes": 600,
    "formal-response": 900,
    "digits-walkthrough": 700,
    "fashion-overview": 500,
}
MOST_PAGES = {
    "fashion-and-digits": 7,
    "fashion-and-digits-notes": 5,
    "formal-response": 6,
    "digits-walkthrough": 7,
    "fashion-overview": 4,
}
MOST_IN_A_BULLET = {"fashion-and-digits-notes": 25}


@pytest.mark.parametrize("name", MOST_WORDS)
def test_an_assignments_answers_stay_below_their_bound(name: str) -> None:
    texts = list(TOOL["main_part"](composed(name).report))
    assert sum(map(TOOL["n_words"], texts)) <= MOST_WORDS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", MOST_PAGES)
def test_the_main_part_fits_on_a_few_pages(name: str) -> None:
    report = composed(name).report
    figures = [block for block in report.blocks if isinstance(block, Figure)]
    pictures = {figure.id: draw(figure.spec) for figure in figures}
    pdf = render_pdf(report, pictures, attachments={}, epoch=None)
    assert TOOL["n_pages"](io.BytesIO(pdf)) <= MOST_PAGES[name]


@pytest.mark.parametrize("name", MOST_IN_A_BULLET)
def test_bullets_are_short(name: str) -> None:
    assert TOOL["longest_bullet"](composed(name).report) <= MOST_IN_A_BULLET[name]


def test_a_number_with_its_unit_a_formula_and_code_are_a_word_each() -> None:
    report = composed("fashion-and-digits-notes").report
    texts = list(TOOL["main_part"](report))
    assert TOOL["n_words"]("97.7% of x, x and 28 × 28 - pixels") == 8
    answer = next(text for text in texts if "exponential" in text)
    assert "`" not in answer
    assert "$" not in answer
    assert "97.70%" in texts[-2]


def test_what_goes_further_code_tables_and_captions_do_not_count() -> None:
    report = composed("fashion-and-digits-notes").report
    text = "\n".join(TOOL["main_part"](report))
    for left_out in ("overconfident", "np.expand_dims", "| Model |", "and the mean of each model"):
        assert left_out not in text
    assert "if at all" not in text
    assert "it classifies" in text
