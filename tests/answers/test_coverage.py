"""What an assignment requires is covered where the answer holds it, and only there."""

from __future__ import annotations

from typing import Any

import pytest
from counterfactual import reasons, runs
from measured import NAMES, composed, measured_evidence
from variants import Change, changed, gap, losses, no_errors, of_study

from reportgen.answers.coverage import find_coverage
from reportgen.answers.document import (
    BLOCK,
    CLOSE,
    OPEN,
    Block,
    Coverage,
    Fact,
    Figure,
    Inline,
    Match,
    Passage,
    Question,
    Table,
)
from reportgen.config.assignments import QuestionSettings, Requirement
from reportgen.figures.drawing.spec import FigureSpec


def no_errors_while_training(record: dict[str, Any]) -> None:
    for name, model in record["models"].items():
        model["train"] |= {"n_correct": model["train"]["n_total"], "accuracy": 1.0}
        if "reasons" in record["studies"]:
            reasons(name, merged=None)(record)


def equal_runs(record: dict[str, Any]) -> None:
    for name in record["studies"].get("repeats", {}).get("models", {}):
        runs(name, [0.9] * 5, n_ties=5, n_higher_wins=0)(record)


RARE: dict[str, tuple[Change, ...]] = {
    "no gap": (gap(0.0),),
    "the last epoch is the best": (losses(0.3, 0.2, 0.1),),
    "one epoch": (losses(0.3),),
    "all runs equal": (equal_runs,),
    "no error": (no_errors, gap(0.0), no_errors_while_training),
    "no sure prediction": (of_study("confidence", sure_99__n=0),),
    "twins that agree": (of_study("linear_twin", paired__n_discordant=0),),
}


@pytest.mark.parametrize("rare", RARE)
@pytest.mark.parametrize("name", NAMES)
def test_what_an_answer_says_of_rare_evidence_is_covered(name: str, rare: str) -> None:
    evidence = changed(measured_evidence(name), *RARE[rare])
    report = composed(name, evidence).report
    assert [item.item for item in report.coverage if not item.is_covered] == []


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (of_study("one_step", supported=False, reason="it has a layer"), "one step worked out"),
        (
            of_study("linear_twin", n_negative=None, negative_share=None),
            "how often the sums of hidden units are negative",
        ),
    ],
    ids=["no-worked-step", "no-sums"],
)
def test_what_could_not_be_measured_is_not_covered(change: Change, missing: str) -> None:
    evidence = changed(measured_evidence("formal-response"), change)
    report = composed("formal-response", evidence).report
    assert [item.item for item in report.coverage if not item.is_covered] == [missing]


def covered_by(plan: QuestionSettings, inlines: list[Inline], blocks: list[Block]) -> Coverage:
    """The coverage of a plan's one requirement by an answer of these elements."""
    answer = "".join(f"{OPEN}{place}{CLOSE} " for place in range(len(inlines)))
    answer += "".join(f"\n\n{BLOCK}{place}{CLOSE}" for place in range(len(blocks)))
    question = Question("q", "Question 1", "Heading", None, "?", answer)
    (found,) = find_coverage([plan], [question], inlines, blocks, {"q": ()}, "inline")
    return found


@pytest.mark.parametrize(
    ("fact", "n", "covered"),
    [
        ("a.x.size", 1, True),
        ("a.y.size", 1, False),
        (["a.y.size", "a.x.size"], 1, True),
        (["a.y.size", "a.x.ends.*"], 2, True),
        (["a.*.size", "a.x.ends.*"], 3, True),
        (["a.x.size", "a.*.size"], 2, False),
        (["a.x.siz", "a.x.sized", "x.size"], 1, False),
        ("a.**", 3, True),
    ],
)
def test_any_of_several_facts_counts(fact: Any, n: int, covered: bool) -> None:
    requirement = Requirement.model_validate({"says": "it", "fact": fact, "n": n})
    plan = QuestionSettings(
        id="q", heading="Q", prompt="?", kind="measure", requires=(requirement,)
    )
    inlines: list[Inline] = [
        Fact(path, 1, "1") for path in ("a.x.size", "a.x.ends.0", "a.x.ends.1", "a.x.size")
    ]
    found = covered_by(plan, inlines, [])
    assert found.is_covered is covered


@pytest.mark.parametrize(
    ("kinds", "stated", "is_covered"),
    [
        (["mistakes"], True, True),
        (["mistakes"], False, True),
        (["spread"], True, True),
        (["spread"], False, False),
    ],
)
def test_without_the_figure_the_fact_counts(
    kinds: list[str], stated: bool, is_covered: bool
) -> None:
    requirement = Requirement.model_validate({"says": "it", "figure": "mistakes", "fact": "a.n"})
    plan = QuestionSettings(
        id="q", heading="Q", prompt="?", kind="measure", requires=(requirement,)
    )
    inlines: list[Inline] = [Fact("a.n", 1, "1")] if stated else []
    blocks: list[Block] = [
        Figure(kind, 1 + n, FigureSpec(kind, {}), "") for n, kind in enumerate(kinds)
    ]
    found = covered_by(plan, inlines, blocks)
    assert found.is_covered is is_covered


@pytest.mark.parametrize(
    ("requires", "is_covered"),
    [
        ({"fact": "a.main"}, True),
        ({"fact": "a.short"}, True),
        ({"fact": "a.more"}, True),
        ({"fact": "a.cell"}, True),
        ({"fact": "a.prompt"}, False),
        ({"fact": "a.*", "n": 4}, True),
        ({"fact": "a.*", "n": 5}, False),
        ({"element": "table"}, True),
        ({"element": "table", "n": 2}, False),
        ({"element": "match"}, True),
        ({"figure": "curves"}, True),
        ({"figure": "spread"}, False),
    ],
    ids=str,
)
def test_every_part_of_an_answer_counts(requires: dict[str, Any], is_covered: bool) -> None:
    inlines: list[Inline] = [
        *(Fact(f"a.{name}", 1, "1") for name in ("main", "short", "more", "cell")),
        Match(True, "yes"),
    ]
    marks = [f"{OPEN}{place}{CLOSE}" for place in range(len(inlines))]
    table = Table("t", 1, "T", ("x",), ((marks[3],),), ("right",))
    blocks: list[Block] = [
        Passage("short-answer", "", marks[1]),
        table,
        Figure("f", 1, FigureSpec("curves", {}), ""),
        Passage("more", "Further", f"{marks[2]}\n\n{BLOCK}1{CLOSE}\n\n{BLOCK}2{CLOSE}"),
    ]
    answer = f"{BLOCK}0{CLOSE}\n\n{marks[0]} {marks[4]}\n\n{BLOCK}3{CLOSE}"
    question = Question("q", "Question 1", "Heading", None, "?", answer)
    requirement = Requirement.model_validate({"says": "it", **requires})
    plan = QuestionSettings(
        id="q", heading="Q", prompt="?", kind="measure", requires=(requirement,)
    )
    (found,) = find_coverage([plan], [question], inlines, blocks, {"q": ()}, "inline")
    assert found.is_covered is is_covered


def test_the_contents_have_a_label_without_its_first_word() -> None:
    question = Question("q", "Question D.2", "Length of the labels", None, "?", "measure", "")
    assert question.listed == "D.2: Length of the labels"
