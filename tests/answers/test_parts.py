"""The parts of an answer: the short answer comes first, and what goes further stands apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up import make_evidence
from one_question import ONE_QUESTION

from reportgen.answers.compose import Composition, compose
from reportgen.answers.document import (
    BLOCK_MARK,
    Contradicted,
    Figure,
    Passage,
    Table,
    marks_below,
    mores,
    unfolded,
)
from reportgen.config.assignments import make_assignment
from reportgen.errors import RenderError

SETTINGS = ONE_QUESTION.replace("accuracy?", "accuracy of the digits model?")

SHORT = "{% call short_answer() %}Yes.{% endcall %}"
FIGURE = (
    '{% call figure("single_image", id="NAME", selection="predict", position=0) %}F{% endcall %}'
)
TABLE = '{% call table(id="t", caption="T") %}\n| x |\n| --: |\n| 1 |\n{% endcall %}'
ACCURACY = '{{ fact("models.digits.test.accuracy") | percent }}'


def composed(template: str, **changes: object) -> Composition:
    files = {"assignment.toml": SETTINGS, "first.md": template}
    assignment = make_assignment("test", files, Path("assignment.toml"))
    return compose(make_evidence(**changes), assignment)


def figure(name: str) -> str:
    return FIGURE.replace("NAME", name)


def more(text: str, title: str = "Further") -> str:
    return f'{{% call more("{title}") %}}\n{text}\n{{% endcall %}}'


def test_parts_are_blocks_at_their_places() -> None:
    made = composed(f"{SHORT}\n\nShown.\n\n{more(f'It is {ACCURACY}.')}\n\nEnd.").report
    first, further = made.blocks
    assert first == Passage("short-answer", "", "Yes.\n")
    assert isinstance(further, Passage)
    assert (further.kind, further.title) == ("more", "Further")
    text = made.questions[0].answer
    assert [int(mark) for mark in BLOCK_MARK.findall(text)] == [0, 1]
    assert text.index("Shown") < text.rindex("\ue001") < text.index("End.")
    assert [(each.place, each.anchor) for each in mores(made)] == [(1, "more-1")]
    opened = unfolded(text, made.blocks)
    assert not BLOCK_MARK.search(opened)
    assert opened.startswith("Yes.")


def test_figures_and_tables_that_go_further_are_numbered_after_all_others() -> None:
    later = TABLE.replace('id="t"', 'id="u"')
    made = composed(
        "\n\n".join(
            (
                figure("a"),
                more('See {{ ref("b") }}.' + figure("b") + TABLE),
                figure("c"),
                later,
            )
        )
    )
    blocks = made.report.blocks
    numbers = {b.id: b.number for b in blocks if isinstance(b, Figure | Table)}
    assert numbers == {"a": 1, "c": 2, "b": 3, "u": 1, "t": 2}
    numbering = made.evidence.record["derived"]["numbering"]
    assert numbering["figures"] == {"a": 1, "c": 2, "b": 3}
    assert "Figure\u00a03" in [inline.text for inline in made.report.inlines]


def test_what_stands_below_a_text_is_found_through_blocks() -> None:
    made = composed(f"{ACCURACY}{more(f'{ACCURACY}{TABLE}')}").report
    inlines, blocks = marks_below(made.questions[0].answer, made.blocks)
    assert (inlines, blocks) == ({0, 1}, {0, 1})


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (f"Well.\n\n{SHORT}", "begins with something else than its short answer"),
        (f"{figure('a')}\n\n{SHORT}", "begins with something else"),
        (f"{SHORT}\n\n{SHORT}", "has 2 short answers"),
        ("{% call short_answer() %} {% endcall %}", "short_answer(...) is empty"),
        (more(""), "more(...) is empty with these results"),
        (more(more("x")), "stands inside another part"),
        (more(SHORT), "stands inside another part"),
        ("{% call short_answer() %}" + more("x") + "{% endcall %}", "stands inside another part"),
        ("{% call short_answer() %}" + TABLE + "{% endcall %}", "holds sentences only"),
        (more("x", ""), "the title of more(...) is one line of plain text"),
        ('{% call figure("single_image", id="a", selection="predict", position=0) %}'
         + more("x") + "{% endcall %}", "more('Further') stands outside of the answers"),
        ("{% set x %}" + SHORT + "{% endset %}y", "short_answer() stands outside of the answers"),
    ],
    ids=lambda value: value[:34],
)  # fmt: skip
def test_wrong_use_is_named(template: str, message: str) -> None:
    with pytest.raises(RenderError) as caught:
        composed(template)
    assert message in str(caught.value)


def test_a_faulty_part_leaves_the_next_report_alone() -> None:
    with pytest.raises(RenderError):
        composed(more("{{ nothing }}"))
    assert composed(more("x")).report.blocks


def test_an_authors_words_come_before_the_built_in_short_answer() -> None:
    own = {"report.prose": {"first": "---\nposition: before\n---\nMine."}}
    made = composed(f"{SHORT}\n\nShown.", **own).report
    text = unfolded(made.questions[0].answer, made.blocks)
    assert text.index("Mine.") < text.index("Yes.") < text.index("Shown.")


def test_an_author_can_write_parts_and_two_short_answers_are_refused() -> None:
    own = f"{SHORT}\n\n{more('Mine.')}"
    assert len(composed("x", **{"report.prose": {"first": own}}).report.blocks) == 2
    before = {"report.prose": {"first": f"---\nposition: before\n---\n{own}"}}
    assert composed("Built in.", **before).report.questions[0].answer.endswith("Built in.\n")
    with pytest.raises(RenderError, match="the built-in answer after it has a short answer too"):
        composed(SHORT, **before)


def test_what_the_evidence_contradicts_in_a_part_is_marked() -> None:
    claim = "The test accuracy of the digits model is 12.3 %."
    for own in (more(claim), f"{{% call short_answer() %}}{claim}{{% endcall %}}"):
        made = composed("x", **{"report.prose": {"first": own}})
        (passage,) = made.report.blocks
        assert isinstance(passage, Passage)
        inlines, _ = marks_below(passage.text, made.report.blocks)
        assert any(isinstance(made.report.inlines[place], Contradicted) for place in inlines)
        assert [each.status for each in made.statements] == ["contradicted"]
