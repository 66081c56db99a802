"""A faulty template is told what is wrong, where, and the way out, in its author's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up import make_evidence
from one_question import ONE_QUESTION

from reportgen.answers.compose import compose
from reportgen.answers.facts import at
from reportgen.config.assignments import Assignment, make_assignment
from reportgen.errors import RenderError
from reportgen.figures.catalogue import FIGURES

ACCURACY = 'model("digits").test.accuracy'
CASES = [
    ("{{ modle('digits') }}", "'modle' is undefined. Did you mean model?"),
    ("{{ m.test.accuracy }}", "'m' is undefined. Set it first: {% set m = model("),
    (f"{{{{ {ACCURACY} | percnt }}}}", "there is no filter 'percnt'. Did you mean percent?"),
    (f"{{{{ {ACCURACY} * 100 }}}}", "can print facts, compare them and loop over them"),
    (f"{{{{ {ACCURACY} | round(2) }}}}", "Decimals are given to filters, as in percent(2)"),
    (f"{{{{ {ACCURACY} }}}}", "say with a filter how to write it. Filters for such a number: perc"),
    (f"{{{{ {ACCURACY} | count }}}}", "cannot be written as count. Filters for such a number: pe"),
    (f"{{{{ {ACCURACY} | percent('a') }}}}", "cannot be written as percent('a')"),
    (f"{{{{ {ACCURACY} | interval_percent }}}}", "test.accuracy is no interval"),
    ("{{ 0.5 | interval }}", "0.5 is not a fact"),
    ("{{ model('digits').title | percent }}", "Words are printed without a filter"),
    ("{{ model('digits').test }}", "holds others. Name one of them: n_correct, n_total"),
    ("{{ model('digits').test.accuracy_ci95 }}", "A list is looped over, or written by one of"),
    ("{{ predictions('predict')[0].match }}", "is yes or no. Write {{ "),
    ("{{ predictions('predict') | length }}", "How many images a selection has is derived.sele"),
    ("{{ predictions('predict')[7].top }}", "there is no entry 7: 1 are there, numbered from 0"),
    ("{{ match('predict') }}", 'match needs a prediction, such as predictions("predict")[0]'),
    ("{{ fact() }}", "fact(...): missing the argument: 'path'. Its arguments: path."),
    ("{{ code('load', 'digits', 3) }}", "too many positional arguments. Its arguments: step, [m"),
    ("{{ figure('curves', id='a') }}", "stands around its text: {% call figure(..., id="),
    ("{{ short_answer() }}", "stands around its text: {% call short_answer() %}...{% endcall %}"),
    ("{{ more('x') }}", "stands around its text: {% call more(...) %}...{% endcall %}"),
    ("{% call figure('curves', model='digits') %}x{% endcall %}", "missing the argument: 'id'"),
    ("{% call table(id='a') %}x{% endcall %}", "missing the argument: 'caption'"),
    (
        "{% call figure('prediction', id='a', selection='predict', position='first') %}x"
        "{% endcall %}",
        "cannot be made with selection='predict', position='first'",
    ),
    ("{% include 'shared/pears.md' %}", "no text 'shared/pears.md' to include. There are: first"),
    ("{% cal figure('curves') %}", "there is no tag 'cal'. Did you mean call?"),
    ("{% if model('digits').title > 5 %}{% endif %}", "a word and a number cannot be put in order"),
    ("{% if model('digits').npz_file > 5 %}{% endif %}", "nothing (a fact that is empty in"),
    ("{{ match(images('predict')[0]) }}", 'match needs a prediction, such as predictions("predict'),
    ("{% if x", "expected 'end of statement block'."),
    ('{{ ref("frist") }}', 'first: ref names \'frist\', which is no figure, table or question'),
    ('{{ equation("sofmax") }}', "unknown equation sofmax. Did you mean softmax?"),
]  # fmt: skip
TABLES = [
    (
        "| A | B |\n| :-- | --: |\n",
        "has no rows with these results.\nWhere a list may be empty",
    ),
    ("| A | B |\n| 1 | 2 |\n", "one of dashes below it: write :--, --: or :-: under each head"),
    ("| A |\n| :-- |\n| 1 | 2 |\n", "has 1 heads, but 2 cells in the line | 1 | 2 |"),
]


def assignment(template: str, **others: str) -> Assignment:
    """With a template, and further files: ``steps_py_j2="..."`` is ``steps.py.j2``."""
    files = {name.replace("_", "."): text for name, text in others.items()}
    files |= {"assignment.toml": ONE_QUESTION, "first.md": template}
    return make_assignment("test", files, Path("assignment.toml"))


def composed(template: str) -> None:
    compose(make_evidence(), assignment(template))


def message_of(template: str) -> str:
    with pytest.raises(RenderError) as caught:
        composed(template)
    message = str(caught.value)
    assert len(message.splitlines()) <= 4  # a dry run adds one
    assert not message.endswith("..")
    return message


@pytest.mark.parametrize(("template", "expected"), CASES, ids=lambda value: value[:40])
def test_a_fault_is_told_with_the_way_out(template: str, expected: str) -> None:
    message = message_of(template)
    assert expected in message
    assert "first" in message.split(":")[0]
    for word in ("TemplateApi", "FactView", "keyword-only", "StrictUndefined", "NoneType"):
        assert word not in message


@pytest.mark.parametrize(("rows", "expected"), TABLES, ids=["no rows", "no dashes", "unequal"])
def test_a_faulty_table_says_which_line(rows: str, expected: str) -> None:
    assert expected in message_of(f"{{% call table(id='t', caption='c') %}}\n{rows}{{% endcall %}}")


def test_dashes_may_be_as_many_as_one_likes() -> None:
    table = (
        "{% call table(id='t', caption='c') %}\n| A | B |\n|---|-----:|\n| 1 | 2 |\n{% endcall %}"
    )
    report = compose(make_evidence(), assignment(table)).report
    assert report.blocks[0].align == ("left", "right")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("models.digits.test.acuracy", "Did you mean models.digits.test.accuracy?"),
        ("models.digits.accuracy", "models.digits.test.accuracy or models.digits.train.accuracy"),
        ("models.digits.gap.size", "Did you mean derived.models.digits.gap.size?"),
        ("derived.models.digits.recall", "Did you mean derived.models.digits.confusions.recall?"),
        ("models.digits.test.accuracy.low", "accuracy is a single value and holds no others."),
        ("models.digits.test.accuracy_ci95.2", "is a list, numbered from 0: the last is models.d"),
        ("accuracy", "unknown fact accuracy. Did you mean models."),
        ("models.digits.zzz", "unknown fact models.digits.zzz. There are: architecture, dataset"),
    ],
)
def test_an_unknown_fact_comes_with_the_nearest_paths(path: str, expected: str) -> None:
    record = compose(make_evidence(), assignment("x")).evidence.record
    with pytest.raises(RenderError) as caught:
        at(record, path)
    assert expected in str(caught.value)
    assert f"unknown fact {path.rsplit('.low')[0]}" in str(caught.value)


def test_what_is_empty_in_a_run_is_told_apart_from_what_does_not_exist() -> None:
    record = compose(make_evidence(), assignment("x")).evidence.record
    record["derived"]["models"]["digits"]["curves"] = None
    with pytest.raises(RenderError, match=r"curves is empty in this run: put \{% if %\} around"):
        at(record, "derived.models.digits.curves.best_epoch")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{% from 'part.md' import gop %}{{ gop(1) }}", "part.md has no macro 'gop'. The file sh"),
        (
            "{% from 'part.md' import gap %}{{ gap() }}",
            "part.md, line 2 (used in first.md, line 1): a macro of this file is called without "
            "its argument 'm'.",
        ),
    ],
    ids=["no macro", "no argument"],
)
def test_a_macro_that_is_called_wrongly_is_named(template: str, expected: str) -> None:
    part = "{% macro gap(m) %}\n{{ m.title }}\n{% endmacro %}\n"
    with pytest.raises(RenderError) as caught:
        compose(make_evidence(), assignment(template, part_md=part))
    assert expected in str(caught.value)


@pytest.mark.parametrize("front", ["", "---\nposition: before\n---\n"])
def test_a_fault_in_ones_own_answer_names_the_line_of_the_file(front: str) -> None:
    prose = {"first": f"{front}One.\n\n{{{{ fact('nix') }}}}\n"}
    with pytest.raises(RenderError) as caught:
        compose(make_evidence(**{"report.prose": prose}), assignment("x"))
    line = 3 + front.count("\n")
    assert str(caught.value).startswith(f"answers/first.md, line {line}: unknown fact nix")


def test_a_fault_in_an_included_text_names_that_text_and_its_line() -> None:
    with pytest.raises(RenderError) as caught:
        compose(make_evidence(), assignment("a\n{% include 'part.md' %}", part_md="b\n\n{{ c }}"))
    assert str(caught.value).startswith("part.md, line 3 (used in first.md, line 2): 'c' is undef")


def test_a_fault_in_code_names_the_step_and_its_line() -> None:
    steps = "note\n# --- step: part-2\nx = 1\ny = {{ m.test.acuracy | literal }}\n"
    files = assignment("{{ code('part-2', 'digits') }}", steps_py_j2=steps)
    with pytest.raises(RenderError) as caught:
        compose(make_evidence(), files)
    assert str(caught.value).startswith(
        "first.md, line 1: steps.py.j2, step part-2, line 2: unknown fact models.digits.test.acur"
    )


@pytest.mark.parametrize("line", ["# --- step: my_step", "# -- step: mine", "#--- Step mine"])
def test_a_line_that_almost_begins_a_step_is_an_error(line: str) -> None:
    steps = f"note\n{line}\nx = 1\n"
    files = assignment("{{ code('load', 'digits') }}", steps_py_j2=steps)
    with pytest.raises(RenderError, match=r"steps\.py\.j2, line 2: a step begins with a line such"):
        compose(make_evidence(), files)


def test_every_figure_tells_its_arguments() -> None:
    for kind in FIGURES:
        call = f"{{% call figure('{kind}', id='a', colour='red') %}}x{{% endcall %}}"
        assert "does not take 'colour'. Its arguments: " in message_of(call)
