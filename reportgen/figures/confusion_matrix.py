"""How often each true class was predicted as each class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.figures.drawing.selected import model_label, model_record, one_line
from reportgen.figures.drawing.spec import DataTable, Drawing, FigureSpec, Media, Picture
from reportgen.figures.drawing.style import (
    FULL_WIDTH,
    HAIRLINE,
    INK,
    MUTED,
    PAPER,
    TEXT_SIZE,
    contrast,
    mixed,
    model_colour,
)
from reportgen.figures.drawing.words import alt_text, brief
from reportgen.formatting import count, percent

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.sheet import Sheet

MOST_CLASSES_WITH_COUNTS = 20
_MOST_CLASSES_AS_LINES = 12
_FEW_CLASSES = 5
_MOST_NAMED_PAIRS = 10
_TITLE = 13.0
_SCALE_HEIGHT = 34.0
# From each of these shares of its row on, a cell has the next darker shade.
_SHADES = (0.0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7)


def plan(evidence: Evidence, model: str) -> FigureSpec:
    """The confusion matrix of a model's test images; true classes are rows."""
    record = model_record(evidence, model)
    names = [one_line(name) for name in record["dataset"]["class_names"]]
    matrix = record["test"]["confusion_matrix"]
    return FigureSpec(
        kind="confusion_matrix",
        data={"names": names, "matrix": matrix, "colour": model_colour(evidence, model)},
        alt={"matrix": _alt(model_label(evidence, model), names, matrix)},
        table=_table(names, matrix),
    )


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """One picture, ``matrix``: SVG for few classes, PNG for many."""
    n = len(spec.data["names"])
    sheet = _with_counts(spec) if n <= MOST_CLASSES_WITH_COUNTS else _with_shades_only(spec)
    media: Media = "image/svg+xml" if n <= _MOST_CLASSES_AS_LINES else "image/png"
    return (sheet.picture("matrix", spec.alt, media),)


FIGURE = Drawing(plan, draw)


def _with_counts(spec: FigureSpec) -> Sheet:
    from reportgen.figures.drawing.lettering import shortened, text_width
    from reportgen.figures.drawing.sheet import Sheet

    names, matrix = spec.data["names"], spec.data["matrix"]
    n = len(names)
    size = TEXT_SIZE if n <= 12 else 7.0
    rows = [shortened(name, 90, size) for name in names]
    left = _TITLE + max(text_width(name, size) for name in rows) + 5
    widest = max(text_width(count(value), size) for row in matrix for value in row)
    share = (FULL_WIDTH - left - 1) / n
    cell = min(70.0, share) if n <= _FEW_CLASSES else max(widest + 5, min(28.0, share))
    upright = n > _FEW_CLASSES and any(text_width(name, size) > cell - 2 for name in rows)
    columns = max(text_width(name, size) for name in rows) if upright else size
    top = _TITLE + columns + 5
    height = min(cell, 18.0)
    bottom = top + n * height
    sheet = Sheet(left + n * cell + 1, bottom + 4)
    _draw_titles(sheet, left, top)
    _draw_cells(sheet, spec, (left, top, cell, height))
    for k, name in enumerate(rows):
        sheet.text(left - 4, top + (k + 0.68) * height, name, align="right", size=size)
        middle = left + (k + 0.5) * cell
        if upright:
            sheet.text(middle + size / 3, top - 4, name, size=size, upright=True)
        else:
            name = shortened(names[k], cell - 3, size)
            sheet.text(middle, top - 4, name, align="center", size=size)
    _write_counts(sheet, spec, (left, top, cell, height), size)
    return sheet


def _with_shades_only(spec: FigureSpec) -> Sheet:
    from reportgen.figures.drawing.sheet import Sheet

    n = len(spec.data["names"])
    left, top = _TITLE + 20.0, _TITLE + 14.0
    cell = min(8.0, 300.0 / n)
    bottom = top + n * cell
    sheet = Sheet(left + n * cell + 12, bottom + _SCALE_HEIGHT)
    _draw_titles(sheet, left, top)
    _draw_cells(sheet, spec, (left, top, cell, cell))
    for k in range(0, n, 10 if n > 40 else 5):
        sheet.text(left - 4, top + (k + 0.5) * cell + 3, str(k), align="right", colour=MUTED)
        sheet.text(left + (k + 0.5) * cell, top - 4, str(k), align="center", colour=MUTED)
    _draw_shades(sheet, spec.data["colour"], left, bottom + 12)
    return sheet


def _draw_titles(sheet: Sheet, left: float, top: float) -> None:
    sheet.text(left, 9, "Predicted class", weight="Semibold")
    sheet.text(9, top, "True class", weight="Semibold", upright=True, align="right")


def _draw_cells(sheet: Sheet, spec: FigureSpec, place: tuple[float, float, float, float]) -> None:
    left, top, width, height = place
    n = len(spec.data["names"])
    for i, row in enumerate(spec.data["matrix"]):
        for j, value in enumerate(row):
            if value:
                fill = _shade(spec.data["colour"], value / sum(row))
                sheet.rectangle(left + j * width, top + i * height, width, height, fill)
    right, bottom = left + n * width, top + n * height
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    sheet.line(corners, MUTED, width=HAIRLINE)


def _write_counts(
    sheet: Sheet, spec: FigureSpec, place: tuple[float, float, float, float], size: float
) -> None:
    left, top, width, height = place
    sheet.new_layer()
    for i, row in enumerate(spec.data["matrix"]):
        for j, value in enumerate(row):
            if value:
                ground = _shade(spec.data["colour"], value / sum(row))
                colour = max(INK, PAPER, key=lambda ink: contrast(ink, ground))
                x, y = left + (j + 0.5) * width, top + (i + 0.5) * height + size / 3
                sheet.text(x, y, count(value), align="center", size=size, colour=colour)


def _draw_shades(sheet: Sheet, colour: str, left: float, top: float) -> None:
    sheet.text(left, top + 8, "share of the true class:", colour=MUTED)
    x = left + 102
    for share in _SHADES[1:]:
        sheet.rectangle(x, top, 22, 10, _shade(colour, share))
        sheet.text(x, top + 20, percent(share, 1 if share < 0.01 else 0), colour=MUTED, size=7.5)
        x += 24


def _shade(colour: str, share: float) -> str:
    level = sum(share >= shade for shade in _SHADES)
    dark = mixed(colour, INK, 0.35)
    return mixed(PAPER, dark, (0.08, 0.13, 0.2, 0.27, 0.34, 0.42, 0.86, 1.0)[level - 1])


def confused_pairs(names: list[str], matrix: list[list[int]]) -> list[tuple[int, int, int]]:
    """(times, true class, predicted class) of every mistake, the most frequent first."""
    pairs = [
        (matrix[i][j], i, j)
        for i in range(len(names))
        for j in range(len(names))
        if i != j and matrix[i][j]
    ]
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2]))


def _table(names: list[str], matrix: list[list[int]]) -> DataTable:
    if len(names) <= MOST_CLASSES_WITH_COUNTS:
        rows = [
            (name, *(count(value) for value in row))
            for name, row in zip(names, matrix, strict=True)
        ]
        return DataTable(("true class", *names), tuple(rows))
    listed = [
        (f"{i} {names[i]}", f"{j} {names[j]}", count(times))
        for times, i, j in confused_pairs(names, matrix)[:_MOST_NAMED_PAIRS]
    ]
    return DataTable(("true class", "predicted class", "images"), tuple(listed))


def _alt(model: str, names: list[str], matrix: list[list[int]]) -> str:
    right = sum(row[k] for k, row in enumerate(matrix))
    total = sum(map(sum, matrix))
    start = f"Confusion matrix of {brief(model)}: {count(right)} of {count(total)} on the diagonal"
    pairs = confused_pairs(names, matrix)
    if not pairs:
        return alt_text(f"{start}, no mistakes.")
    times, i, j = pairs[0]
    most = (
        f"most often {brief(names[i], 16)} is taken for {brief(names[j], 16)}, {count(times)} times"
    )
    return alt_text(f"{start}; {most}.", f"{start}.")
