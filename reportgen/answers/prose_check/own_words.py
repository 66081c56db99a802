"""The author's answer to a question: rendered, and held to the evidence."""

from __future__ import annotations

import re

from jinja2.sandbox import ImmutableSandboxedEnvironment

from reportgen.answers.document import strip_marks, written_out
from reportgen.answers.language import Author
from reportgen.answers.prose_check.examine import SourceLines, examine, examine_block, topic_of
from reportgen.answers.prose_check.statements import Examination
from reportgen.answers.rendering import render
from reportgen.config.assignments import Assignment, QuestionSettings

_FRONT_MATTER = re.compile(r"\A---\s*\nposition:\s*(before|instead)\s*\n---\s*\n")


def hold_own_words(
    environment: ImmutableSandboxedEnvironment,
    author: Author,
    assignment: Assignment,
    plan: QuestionSettings,
    group: str,
    prompt: str,
) -> tuple[Examination, str]:
    """An author's answer held to the evidence, captions and tables too, and its position.

    Args:
        environment, author: render the answer.
        assignment: which the question belongs to.
        plan: the question.
        group: the heading of the group that it is in, or empty.
        prompt: rendered, with marks.
    """
    name, own = f"answers/{plan.id}.md", author.evidence.record["report"]["prose"][plan.id]
    asked = written_out(prompt, author.recorder.inlines)
    topic = topic_of(plan, group, asked, assignment, author.evidence.record)
    own_words, position = split_front_matter(own)
    n_before = own.count("\n", 0, len(own) - len(own_words))  # so that faults name the file's lines
    source = "\n" * n_before + strip_marks(own_words)
    n_blocks = len(author.blocks)
    rendered = render(lambda: environment.from_string(source).render(), name)

    lines, record = SourceLines(own), author.evidence.record

    def hold(text: str) -> Examination:
        return examine(text, lines, name, author.recorder, record, topic, is_answer=False)

    parts = [examine(rendered, SourceLines(own), name, author.recorder, record, topic)]
    for k in range(n_blocks, len(author.blocks)):
        author.blocks[k], found = examine_block(author.blocks[k], hold)
        parts += found
    statements = tuple(statement for part in parts for statement in part.statements)
    stated = frozenset().union(*(part.stated for part in parts))
    return Examination(parts[0].markdown, statements, stated), position


def split_front_matter(text: str) -> tuple[str, str]:
    """(answer, position) of an author's answer.

    It stands ``instead`` of the built-in answer unless it begins with the front matter
    ``---``, ``position: before``, ``---``.
    """
    found = _FRONT_MATTER.match(text)
    return (text[found.end() :], found[1]) if found else (text, "instead")
