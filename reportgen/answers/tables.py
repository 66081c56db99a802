"""Tables as templates write them: rows in Markdown, with the line of dashes that aligns them."""

from __future__ import annotations

import re

from reportgen.answers.document import INLINE_MARK
from reportgen.errors import RenderError

_DASHES = re.compile(r":?-+:?")
_ALIGNMENTS = {  # a colon before the dashes, and after them
    (True, False): "left",
    (False, True): "right",
    (True, True): "center",
    (False, False): "left",
}


def parse_table(
    source: str, identity: str
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The heads, the alignments (``left``, ``right``, ``center``) and the rows of a table.

    Args:
        source: the Markdown between the ``call`` of a table and its end.
        identity: the table's id, for the message.

    Raises:
        RenderError: it has no line of dashes, no rows, or rows of unequal length.
    """
    lines = [line.strip() for line in source.strip().split("\n") if line.strip()]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    if len(rows) < 2 or not all(_DASHES.fullmatch(cell) for cell in rows[1]):
        raise RenderError(
            f"the table {identity} needs a line of heads and one of dashes below it: "
            "write :--, --: or :-: under each head."
        )
    if len(rows) == 2:
        raise RenderError(
            f"the table {identity} has no rows with these results.\n"
            "Where a list may be empty, put {% if %} around the table."
        )
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(rows[0]):
            raise RenderError(
                f"the table {identity} has {len(rows[0])} heads, but {len(row)} cells "
                f"in the line {INLINE_MARK.sub('...', line)}"
            )
    align = (_ALIGNMENTS[cell[0] == ":", cell[-1] == ":"] for cell in rows[1])
    return rows[0], tuple(align), tuple(rows[2:])
