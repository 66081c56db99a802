"""Which of the things that an assignment requires a report holds, and where."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from reportgen.answers.document import (
    Block,
    Coverage,
    Equation,
    Fact,
    Figure,
    Inline,
    Listing,
    Match,
    Question,
    Table,
)
from reportgen.config.assignments import QuestionSettings, Requirement

Place = tuple[int, int]  # how many inlines, how many blocks came before
Spans = dict[str, tuple[Place, Place]]

_ELEMENTS: dict[str, type] = {
    "equation": Equation,
    "table": Table,
    "listing": Listing,
}


def find_coverage(
    plans: Sequence[QuestionSettings],
    spans: Spans,
    inlines: Sequence[Inline],
    blocks: Sequence[Block],
    questions: Sequence[Question],
    stated: Mapping[str, Collection[str]],
) -> tuple[Coverage, ...]:
    """Every required item of every question, with the place that covers it or None.

    Args:
        plans: the assignment's questions.
        spans: for each question, what had been written before and after its answer.
        inlines, blocks: of the whole report.
        questions: the finished questions, in the order of the plans.
        stated: for each question, the paths of the facts that the author's own words
            state rightly.
    """
    found = []
    for plan, question in zip(plans, questions, strict=True):
        (inline_start, block_start), (inline_end, block_end) = spans[plan.id]
        for requirement in plan.requires:
            where = _where(
                requirement,
                question,
                inlines[inline_start:inline_end],
                blocks[block_start:block_end],
                stated[plan.id],
            )
            found.append(Coverage(plan.id, requirement.says, where))
    return tuple(found)


def _where(
    requirement: Requirement,
    question: Question,
    inlines: Sequence[Inline],
    blocks: Sequence[Block],
    stated: Collection[str],
) -> str | None:
    if requirement.figure is not None:
        figures = [b for b in blocks if isinstance(b, Figure) and b.spec.kind == requirement.figure]
        if len(figures) >= requirement.n:
            return ", ".join(f"Figure {figure.number}" for figure in figures)
        if not requirement.fact:
            return None
    if requirement.fact:
        pattern = pattern_of(requirement.fact)
        given = {i.path for i in inlines if isinstance(i, Fact)} | set(stated)
        paths = {path for path in given if pattern.fullmatch(path)}
        return question.heading if len(paths) >= requirement.n else None
    if requirement.element == "match":
        n_found = sum(isinstance(inline, Match) for inline in inlines)
        n_found += sum(path.endswith(".match") for path in stated)
    elif requirement.element == "verdict":
        n_found = int(question.verdict is not None)
    else:
        kind = _ELEMENTS[requirement.element or "table"]
        n_found = sum(isinstance(block, kind) for block in blocks)
    return question.heading if n_found >= requirement.n else None


def pattern_of(paths: Sequence[str]) -> re.Pattern[str]:
    """What any of the paths matches."""
    parts = {"**": ".+", "*": "[^.]+"}
    each = [r"\.".join(parts.get(p, re.escape(p)) for p in path.split(".")) for path in paths]
    return re.compile("|".join(each))
