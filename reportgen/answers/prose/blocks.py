"""Captions and tables that an author wrote inside an answer, held to the evidence like it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reportgen.answers.document import Block, Figure, Table
from reportgen.answers.prose.statements import Examination

Examine = Callable[[str], Examination]


def examine_block(block: Block, examine: Examine) -> tuple[Block, list[Examination]]:
    """A figure or table with its contradicted passages marked, and what was found in it.

    Args:
        block: equations and listings are left as they are.
        examine: holds a text to the evidence.
    """
    if not isinstance(block, Figure | Table):
        return block, []
    caption = examine(block.caption)
    if isinstance(block, Figure):
        return replace(block, caption=caption.markdown), [caption]
    lines = [block.header, ("---",) * len(block.header), *block.rows]
    cells = examine("\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n")
    _, _, *rows = (
        tuple(cell.strip() for cell in line[2:-2].split(" | "))
        for line in cells.markdown.splitlines()
    )
    return replace(block, caption=caption.markdown, rows=tuple(rows)), [caption, cells]
