"""Render the author's answer to a question, and check it against the evidence."""

from __future__ import annotations

import re

from jinja2.sandbox import ImmutableSandboxedEnvironment

from reportgen.answers.document import strip_marks, written_out
from reportgen.answers.language import TemplateApi
from reportgen.answers.prose_check.check import SourceLines, check_block, check_text, topic_of
from reportgen.answers.prose_check.statements import CheckedText
from reportgen.answers.rendering import render
from reportgen.config.assignments import Assignment, QuestionSettings

_FRONT_MATTER = re.compile(r"\A---\s*\nposition:\s*(before|instead)\s*\n---\s*\n")


def check_own_words(
    environment: ImmutableSandboxedEnvironment,
    api: TemplateApi,
    assignment: Assignment,
    plan: QuestionSettings,
    group: str,
    prompt: str,
) -> tuple[CheckedText, str]:
    """Render and check an author's answer, with its captions and tables.

    Args:
        environment, api: render the answer.
        assignment: the one that the question belongs to.
        plan: the question.
        group: the heading of the group that it is in, or empty.
        prompt: rendered, with marks.

    Returns:
        The checked answer, and its position: ``before`` or ``instead``.
    """
    name, own = f"answers/{plan.id}.md", api.evidence.record["report"]["prose"][plan.id]
    asked = written_out(prompt, api.recorder.inlines)
    topic = topic_of(plan, group, asked, assignment, api.evidence.record)
    own_words, position = split_front_matter(own)
    n_before = own.count("\n", 0, len(own) - len(own_words))  # so that faults name the file's lines
    source = "\n" * n_before + strip_marks(own_words)
    n_blocks = len(api.blocks)
    rendered = render(lambda: environment.from_string(source).render(), name)

    lines, record = SourceLines(own), api.evidence.record

    def check(text: str) -> CheckedText:
        return check_text(text, lines, name, api.recorder, record, topic, is_answer=False)

    parts = [check_text(rendered, SourceLines(own), name, api.recorder, record, topic)]
    for k in range(n_blocks, len(api.blocks)):
        api.blocks[k], found = check_block(api.blocks[k], check)
        parts += found
    statements = tuple(statement for part in parts for statement in part.statements)
    stated = frozenset().union(*(part.stated for part in parts))
    return CheckedText(parts[0].markdown, statements, stated), position


def split_front_matter(text: str) -> tuple[str, str]:
    """(answer, position) of an author's answer.

    It stands ``instead`` of the built-in answer unless it begins with the front matter
    ``---``, ``position: before``, ``---``.
    """
    found = _FRONT_MATTER.match(text)
    return (text[found.end() :], found[1]) if found else (text, "instead")
