"""What every format checks of a report before it writes it: pictures, anchors, references."""

from __future__ import annotations

from collections.abc import Mapping

from reportgen.answers.document import Figure, Reference, Report, Table
from reportgen.errors import RenderError
from reportgen.figures.spec import Picture

Pictures = Mapping[str, tuple[Picture, ...]]
_KINDS = {"figures": "figure", "tables": "table", "questions": "question"}


def anchor(reference: Reference) -> str:
    """The anchor that a reference leads to: ``figure-<id>``, ``table-<id>``, ``question-<id>``."""
    kind = reference.path.split(".")[2] if reference.path.count(".") > 2 else ""
    return f"{_KINDS.get(kind, kind)}-{reference.target}"


def check_report(report: Report, pictures: Pictures) -> None:
    """Refuse a report with missing pictures, blocks that stand nowhere or twice, dead references.

    Raises:
        RenderError: naming the first fault.
    """
    for figure in (block for block in report.blocks if isinstance(block, Figure)):
        _check_pictures(figure.id, pictures.get(figure.id, ()))
    anchors = _anchors(report)
    for inline in report.inlines:
        if isinstance(inline, Reference) and anchor(inline) not in anchors:
            raise RenderError(
                f"a reference leads to {inline.target!r}, which is no figure, table or question."
            )


def _check_pictures(figure_id: str, pictures: tuple[Picture, ...]) -> None:
    if not pictures:
        raise RenderError(f"figure {figure_id} has no picture.")
    for picture in pictures:
        if not picture.alt.strip():
            raise RenderError(
                f"picture {picture.name} of figure {figure_id} has no alternative text."
            )


def _anchors(report: Report) -> set[str]:
    """Every anchor of the report; two elements with one name are a fault."""
    names = [f"question-{question.id}" for question in report.questions]
    for block in report.blocks:
        match block:
            case Figure():
                names.append(f"figure-{block.id}")
            case Table():
                names.append(f"table-{block.id}")
    for name in names:
        if names.count(name) > 1:
            raise RenderError(f"two elements of the report are called {name}.")
    return set(names)
