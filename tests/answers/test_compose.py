"""Templates, their errors, and what an author can and cannot do in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up import make_evidence
from one_question import ONE_QUESTION

from reportgen.answers.compose import Composition, compose
from reportgen.answers.document import BLOCK_MARK, INLINE_MARK, Fact, Figure, Match, Table
from reportgen.answers.prose_check.own_words import split_front_matter
from reportgen.config.assignments import Assignment, make_assignment
from reportgen.errors import ConfigError, RenderError
from reportgen.formatting import percent

SETTINGS = f"""{ONE_QUESTION}requires = [
    {{ says = "the accuracy", fact = "models.*.test.accuracy" }},
    {{ says = "a table", element = "table" }},
    {{ says = "a picture", figure = "prediction" }},
    {{ says = "a match", element = "match" }},
]
"""


def assignment(template: str, settings: str = SETTINGS) -> Assignment:
    files = {"assignment.toml": settings, "first.md": template}
    return make_assignment("test", files, Path("assignment.toml"))


def composed(template: str, **changes: object) -> Composition:
    return compose(make_evidence(**changes), assignment(template))


def answer(template: str, **changes: object) -> str:
    """The first answer with every mark replaced by its text."""
    report = composed(template, **changes).report
    return INLINE_MARK.sub(
        lambda mark: report.inlines[int(mark[1])].text, report.questions[0].answer
    )


def test_facts_come_out_as_marks_with_path_value_and_text() -> None:
    made = composed('{{ fact("models.digits.test.accuracy") | percent(2) }} of images')
    report, record = made.report, made.evidence.record
    facts = [inline for inline in report.inlines if isinstance(inline, Fact)]
    accuracy = record["models"]["digits"]["test"]["accuracy"]
    assert Fact("models.digits.test.accuracy", accuracy, percent(accuracy, 2)) in facts


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ('line\n{{ fact("models.digits.test.acuracy") }}', "first.md, line 2: unknown fact"),
        ('{{ fact("models.digits.test.accuracy") }}', "line 1"),
        ("{% set x = 0.97 %}{{ x }}", "0.97 is not a fact"),
        ('{{ fact("models.digits.test.accuracy") * 2 }}', "line 1"),
        ("\n\n{{ nothing }}", "line 3: 'nothing' is undefined"),
        ("{% if %}", "line 1"),
        ('{{ equation("sofmax") }}', "unknown equation sofmax"),
        ('{{ ref("nowhere") }}', "nowhere"),
        ('{% call figure("drawing", id="a") %}x{% endcall %}', "unknown figure"),
        ('{% call figure("prediction", id="A b", selection="predict", position=0) %}x{% endcall %}',
         "the id"),
        ('{% call table(id="a", caption="c") %}| a |\n| b |{% endcall %}', "the table a"),
        ('{% include "other.md" %}', "other.md"),
        ("{{ ''.__class__ }}", "line 1"),
        ("{{ models.__globals__ }}", "line 1"),
        ("{{ range(10) }}", "'range' is undefined"),
    ],
    ids=lambda value: value[:34],
)  # fmt: skip
def test_a_faulty_template_is_named_with_its_line(template: str, message: str) -> None:
    with pytest.raises(RenderError) as caught:
        composed(template)
    assert message in str(caught.value)
    assert str(caught.value).startswith("first.md") or "nowhere" in message


def test_an_assignment_without_a_template_for_a_question_is_refused() -> None:
    with pytest.raises(ConfigError, match="the question first has no template"):
        make_assignment("test", {"assignment.toml": SETTINGS}, Path("assignment.toml"))


def test_figures_and_tables_are_numbered_and_referred_to() -> None:
    made = composed(
        'See {{ ref("b") }}, {{ ref("t") }}.'
        '{% call figure("prediction", id="a", selection="predict", position=0) %}A{% endcall %}'
        '{% call figure("single_image", id="b", selection="predict", position=0) %}B{% endcall %}'
        '{% call table(id="t", caption="T") %}\n| x |\n| --: |\n| 1 |\n{% endcall %}'
    )
    report = made.report
    figures = [block for block in report.blocks if isinstance(block, Figure)]
    assert [(figure.id, figure.number) for figure in figures] == [("a", 1), ("b", 2)]
    assert [block.align for block in report.blocks if isinstance(block, Table)] == [("right",)]
    texts = [inline.text for inline in report.inlines]
    assert "Figure\u00a02" in texts
    assert "Table\u00a01" in texts
    assert made.evidence.record["derived"]["numbering"]["figures"] == {"a": 1, "b": 2}
    assert len(BLOCK_MARK.findall(report.questions[0].answer)) == 3


def test_coverage_says_what_is_there_and_what_is_missing() -> None:
    made = composed(
        '{{ fact("models.digits.test.accuracy") | percent }} {{ match(predictions("predict")[0]) }}'
        '{% call table(id="t", caption="T") %}\n| x |\n| --: |\n| 1 |\n{% endcall %}'
    )
    is_covered = {item.item: item.is_covered for item in made.report.coverage}
    assert not is_covered["a picture"]
    assert all(is_covered[name] for name in ("the accuracy", "a table", "a match"))


def test_a_match_is_marked_once_an_image() -> None:
    made = composed('{{ match(predictions("predict")[0], "Yes.", "No.") }}')
    marks = [inline for inline in made.report.inlines if isinstance(inline, Match)]
    assert marks == [Match(True, "Yes.")]


def test_an_authors_answer_replaces_or_precedes_the_built_in_one() -> None:
    own = 'Mine: {{ fact("models.digits.test.accuracy") | percent }}.'
    template = "Built in."
    assert "Built in." not in answer(template, **{"report.prose": {"first": own}})
    assert "Mine: 97.6\u00a0%." in answer(template, **{"report.prose": {"first": own}})
    before = answer(template, **{"report.prose": {"first": f"---\nposition: before\n---\n{own}"}})
    assert before.index("Mine") < before.index("Built in.")
    assert "position" not in before
    assert split_front_matter("---\nposition: behind\n---\nx")[1] == "instead"


def test_an_answer_to_no_question_is_an_error() -> None:
    with pytest.raises(RenderError, match=r"answers/second\.md answers no question"):
        composed("x", **{"report.prose": {"second": "x"}})


def test_an_author_cannot_forge_a_mark() -> None:
    with pytest.raises(RenderError, match=r"answers/first\.md"):
        composed("x", **{"report.prose": {"first": '{{ fact("nowhere") }}'}})
    forged = composed("x", **{"report.prose": {"first": "\ue0000\ue002 \ue0010\ue002"}})
    assert not INLINE_MARK.search(forged.report.questions[0].answer)
    assert not BLOCK_MARK.search(forged.report.questions[0].answer)
