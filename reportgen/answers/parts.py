"""Checks of the parts of answers: the short answer, and what goes further."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.answers.document import BLOCK_MARK, Block, Passage, Question
from reportgen.errors import RenderError


def check_short_answer(answer: str, blocks: Sequence[Block], name: str) -> int:
    """How many short answers an answer has: one that comes first, or none.

    Raises:
        RenderError: there are more, or it comes later; the message names the template.
    """
    marks = BLOCK_MARK.finditer(answer)
    short = [mark for mark in marks if _is_short_answer(blocks[int(mark[1])])]
    if len(short) > 1:
        raise RenderError(f"{name}: the answer has {len(short)} short answers: write one.")
    if short and answer[: short[0].start()].strip():
        raise RenderError(
            f"{name}: the answer begins with something else than its short answer.\n"
            "Put {% call short_answer() %}...{% endcall %} first."
        )
    return len(short)


def _is_short_answer(block: Block) -> bool:
    return isinstance(block, Passage) and block.kind == "short-answer"


def check_places(questions: Sequence[Question], blocks: Sequence[Block]) -> None:
    """Check that every part stands in the text of an answer.

    Raises:
        RenderError: one stands elsewhere; the message names it.
    """
    placed = {int(mark) for each in questions for mark in BLOCK_MARK.findall(each.answer)}
    for place, block in enumerate(blocks):
        if isinstance(block, Passage) and place not in placed:
            name = "short_answer()" if _is_short_answer(block) else f"more({block.title!r})"
            raise RenderError(
                f"{name} stands outside of the answers: it belongs into the template of a "
                "question,\nnot into a caption, a table, intro.md or closing.md."
            )
