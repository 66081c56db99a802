"""Every mistake of the hand-ins that the assignments come from: not made, and put right.

A wrong statement is looked for, as a pattern, in the answers of all built-in assignments
under evidence of every kind; prompts may quote it. What is right must stand in the answer
to its question.
"""

from __future__ import annotations

import re

import pytest
from measured import NAMES, composed, measured_evidence
from mistakes import MISTAKES
from reading import program, read, read_answer
from variants import VARIANTS, changed


@pytest.fixture(scope="module")
def answers() -> dict[tuple[str, str, str], str]:
    """Every answer, introduction and conclusion under evidence of every kind."""
    found = {}
    for name in NAMES:
        for variant, changes in VARIANTS.items():
            report = composed(name, changed(measured_evidence(name), *changes)).report
            for question in report.questions:
                found[name, variant, question.id] = read(report, question.answer)
            found[name, variant, "around"] = read(report, f"{report.intro}\n{report.closing}")
    return found


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_statement_stands_in_no_answer_whatever_the_evidence(
    mistake: str, answers: dict[tuple[str, str, str], str]
) -> None:
    for pattern in MISTAKES[mistake].wrong:
        for place, text in answers.items():
            found = re.search(pattern, text, re.IGNORECASE)
            assert found is None, f"{place}: {found and found[0]!r}"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_is_right_stands_where_its_question_is(
    mistake: str, answers: dict[tuple[str, str, str], str]
) -> None:
    for name, question, pattern in MISTAKES[mistake].right:
        text = answers[name, "as measured", question]
        assert re.search(pattern, text), f"{name}, {question}: no {pattern!r}"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_mistake_as_it_was_made_is_found_by_every_pattern(mistake: str) -> None:
    row = MISTAKES[mistake]
    for sentence in row.as_made if row.wrong else ():
        assert any(re.search(pattern, sentence, re.IGNORECASE) for pattern in row.wrong), sentence
    for pattern in row.wrong:
        assert any(re.search(pattern, made, re.IGNORECASE) for made in row.as_made), pattern


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_mistake_as_it_was_made_does_not_pass_for_what_is_right(mistake: str) -> None:
    assert MISTAKES[mistake].right
    for _, question, pattern in MISTAKES[mistake].right:
        for sentence in MISTAKES[mistake].as_made:
            assert not re.search(pattern, sentence), f"{question}: {pattern}"


def test_curves_are_drawn_one_metric_a_figure_with_labels_and_legend() -> None:
    report = composed("digits-walkthrough").report
    assert read_answer(report, "curves").count("Figure ") == 2
    code = program(report)
    plotting = code[code.index("for metric in") :]
    for call in ("plt.figure()", "plt.xlabel(", "plt.ylabel(", "plt.legend()"):
        assert plotting.index(call) < plotting.index("plt.show()")
