"""Where a report has its code: in the answers, as one program at its end, or nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up import make_evidence

from reportgen.answers.compose import Composition, compose
from reportgen.answers.document import BLOCK_MARK, Listing, ProgramLines
from reportgen.config.assignments import make_assignment
from reportgen.evidence.record import Evidence

SETTINGS = """
title = "T"
summary = "S"
[models.digits]
dataset = "mnist"
[models.fashion]
dataset = "fashion_mnist"
[[questions]]
id = "first"
heading = "The first"
prompt = "Show the code."
kind = "step"
requires = [
    { says = "code", element = "listing", n = 2 },
    { says = "epochs", fact = "models.digits.training.epochs" },
]
[[questions]]
id = "second"
heading = "The second"
prompt = "Again."
kind = "step"
"""
STEPS = """
# --- step: imports
import keras

# --- step: preamble
RETRAIN = False

# --- step: load
import json
data = "{{ m.title }}"

# --- step: fit
epochs = {{ m.training.epochs | literal }}
print(epochs)

# --- output: fit
{{ m.training.epochs | literal }}
"""
FIRST = 'Loaded.\n\n{{ code("load", "digits") }}\n\n{{ code("fit", "digits") }}'
SECOND = 'Again.\n\n{{ code("load", "fashion") }}\n\n{{ code("load", "digits") }}'


def composed(
    mode: str | None,
    assignment: str = "",
    first: str = FIRST,
    evidence: Evidence | None = None,
) -> Composition:
    files = {
        "assignment.toml": assignment + SETTINGS,
        "first.md": first,
        "second.md": SECOND,
        "steps.py.j2": STEPS,
    }
    evidence = evidence or make_evidence()
    if mode:
        evidence.record["report"]["settings"]["output"] = {"code": mode}
    return compose(evidence, make_assignment("test", files, Path("assignment.toml")))


@pytest.mark.parametrize("mode", ["inline", "appendix", "none", None])
def test_the_program_is_the_same_wherever_it_stands(mode: str | None) -> None:
    report = composed(mode).report
    steps = [block for block in report.blocks if isinstance(block, Listing)]
    assert [report.program.steps[step.step or 0].name for step in steps] == [
        *("load", "fit", "load", "load"),
    ]
    assert report.code == (mode or "inline")
    assert [report.shows(step) for step in steps] == [report.code == "inline"] * 4
    assert report.shown_program == (report.program.text if mode == "appendix" else "")
    assert report.program == composed("inline").report.program


def test_in_an_appendix_answers_end_with_the_lines_of_their_code() -> None:
    made = composed("appendix")
    report = made.report
    lines = report.program.text.split("\n")
    last = [
        report.blocks[int(BLOCK_MARK.findall(question.answer)[-1])] for question in report.questions
    ]
    first, other = (n for n, line in enumerate(lines, start=1) if line.startswith("data ="))
    assert lines[first : first + 3] == ["", "epochs = 10", "print(epochs)"]
    assert last == [
        ProgramLines("first", 2, ((first, first + 3),)),
        ProgramLines("second", 2, ((first, first), (other, other))),
    ]
    assert made.evidence.record["derived"]["numbering"]["program"] == {
        "first": [[first, first + 3]],
        "second": [[first, first], [other, other]],
    }
    assert (ProgramLines("q", 1, ((3, 3),)).word, ProgramLines("q", 1, ((3, 4),)).word) == (
        *("line", "lines"),
    )
    assert {each.item: each.is_covered for each in report.coverage} == {
        "code": True,
        "epochs": False,
    }


def test_the_program_has_the_code_of_an_answer_that_an_author_replaced() -> None:
    evidence = make_evidence(**{"report.prose": {"first": "Mine."}})
    report = composed("appendix", evidence=evidence).report
    assert report.questions[0].answer.startswith("Mine.")
    assert [b.question for b in report.blocks if isinstance(b, ProgramLines)] == ["first", "second"]
    assert report.coverage[0].is_covered


def test_the_assignment_says_where_code_stands_unless_the_configuration_does() -> None:
    assert composed(None, 'code = "appendix"\n').report.code == "appendix"
    assert composed("inline", 'code = "appendix"\n').report.code == "inline"


def test_a_report_without_code_is_not_asked_for_it() -> None:
    report = composed("none").report
    assert [each.item for each in report.coverage] == ["epochs"]
    assert not report.coverage[0].is_covered  # it stood in the code only
    assert not any(isinstance(block, ProgramLines) for block in report.blocks)


def test_a_fact_that_code_prints_is_covered_where_the_code_is_shown() -> None:
    coverage = composed("inline").report.coverage
    assert {each.item: each.is_covered for each in coverage} == {"code": True, "epochs": True}


def test_a_template_can_ask_where_code_stands() -> None:
    asked = "{{ 'here' if code_is_inline() else 'elsewhere' }}"
    assert composed("inline", first=asked).report.questions[0].answer == "here\n"
    assert composed("none", first=asked).report.questions[0].answer == "elsewhere\n"


def test_a_listing_shows_an_array_and_counts_as_no_code() -> None:
    first = '{{ listing(fact("models.fashion.predictions.0.probabilities") | array, "text") }}'
    report = composed("inline", first=first).report
    shown = report.blocks[0]
    assert isinstance(shown, Listing)
    assert report.inlines[0].text.startswith("[")
    assert "\ue000" in shown.code
    assert shown.step is None
    assert not report.coverage[0].is_covered
