"""How often each true class was predicted as each class."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from reportgen.figures.drawing.selected import model_label, model_record, one_line
from reportgen.figures.drawing.spec import DataTable, Drawing, FigureSpec, Picture
from reportgen.figures.drawing.style import (
    DEEP,
    FULL_WIDTH,
    HAIRLINE,
    INK,
    LINE_HEIGHT,
    MUTED,
    PAPER,
    PHONE_WIDTH,
    TEXT_SIZE,
    model_colour,
)
from reportgen.figures.drawing.words import alt_text, brief
from reportgen.formatting import count, percent

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.sheet import Sheet

MOST_CLASSES_WITH_COUNTS = 20
_MOST_CELLS_AS_LINES = 400
_MOST_CLASSES_IN_FULL_SIZE = 12
_FEW_CLASSES = 5
_MOST_NAMED_PAIRS = 10
_NEARLY_ALL = 0.95  # of the images that are taken for one class
_TITLE = 13.0
_SCALE_HEIGHT = 40.0
_SMALL_TEXT = 8.4
_INDEX_ROOM = 16.0
_HALF = 0.5  # of the model's colour; more needs light text
# From each of these shares of its row on, a cell has the next darker shade.
SHADES = (0.0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.4, 0.7)


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
    from reportgen.figures.drawing.sheet import line_art

    def drawn(width: float) -> Sheet:
        if width > PHONE_WIDTH and (matrix := _beside_names(spec, width)):
            return matrix
        return _below_names(spec, width) or _with_shades_only(spec, width)

    n_cells = sum(value > 0 for row in spec.data["matrix"] for value in row)
    if n_cells <= _MOST_CELLS_AS_LINES:
        return (line_art("matrix", spec.alt, drawn),)
    sheet = _with_shades_only(spec, FULL_WIDTH)
    return (replace(sheet.picture("matrix", spec.alt, "image/png"), wide=""),)


FIGURE = Drawing(plan, draw)


def _beside_names(spec: FigureSpec, width: float) -> Sheet | None:
    """The matrix with its classes' names at the left and above; None if counts do not fit."""
    from reportgen.figures.drawing.lettering import shortened, text_width
    from reportgen.figures.drawing.sheet import Sheet

    names = spec.data["names"]
    n = len(names)
    size = TEXT_SIZE if n <= _MOST_CLASSES_IN_FULL_SIZE else _SMALL_TEXT
    rows = [shortened(name, width * 0.22, size) for name in names]
    left = _TITLE + max(text_width(name, size) for name in rows) + 5
    share = (width - left - 1) / n
    cell = min(70.0 if n <= _FEW_CLASSES else 28.0, share)
    if n > MOST_CLASSES_WITH_COUNTS or _widest_count(spec, size) + 2 > cell:
        return None
    upright = n > _FEW_CLASSES and any(text_width(name, size) > cell - 2 for name in rows)
    columns = max(text_width(name, size) for name in rows) if upright else size
    top = _TITLE + columns + 5
    height = min(cell, 18.0)
    sheet = Sheet(left + n * cell + 1, top + n * height + 4)
    _draw_titles(sheet, left, top)
    for k, name in enumerate(rows):
        sheet.text(left - 4, top + (k + 0.68) * height, name, align="right", size=size)
        _draw_row(sheet, spec, k, (left, top + k * height, cell, height), size)
        middle = left + (k + 0.5) * cell
        if upright:
            sheet.text(middle + size / 3, top - 4, name, size=size, angle=90)
        else:
            name = shortened(names[k], cell - 3, size)
            sheet.text(middle, top - 4, name, align="center", size=size)
    _draw_frame(sheet, left, top, n * cell, n * height)
    return sheet


def _below_names(spec: FigureSpec, width: float) -> Sheet | None:
    """The matrix with the name of the true class above each row; None if counts do not fit."""
    from reportgen.figures.drawing.lettering import shortened, text_width
    from reportgen.figures.drawing.sheet import Sheet

    names = spec.data["names"]
    n, size = len(names), _SMALL_TEXT
    cell = min(40.0, (width - 2) / n)
    if n > MOST_CLASSES_WITH_COUNTS or _widest_count(spec, size) + 1 > cell:
        return None
    columns = [shortened(name, 64, size) for name in names]
    top = _TITLE + max(text_width(name, size) for name in columns) + 4
    height, step = 15.0, 15.0 + LINE_HEIGHT + 2
    sheet = Sheet(width, top + n * step + 2)
    sheet.text(0, 9, "Predicted class", weight="Semibold")
    for k, name in enumerate(columns):
        sheet.text(1 + (k + 0.5) * cell + size / 3, top - 2, name, size=size, angle=90)
        y = top + k * step
        sheet.text(1, y + 10, shortened(f"true: {names[k]}", width - 1, TEXT_SIZE))
        _draw_row(sheet, spec, k, (1, y + LINE_HEIGHT + 1, cell, height), size)
        _draw_frame(sheet, 1, y + LINE_HEIGHT + 1, n * cell, height)
    return sheet


def _with_shades_only(spec: FigureSpec, width: float) -> Sheet:
    from reportgen.figures.drawing.sheet import Sheet

    n = len(spec.data["names"])
    left, top = _TITLE + 20.0, _TITLE + 14.0
    cell = min(8.0, (width - left - 12) / n)
    bottom = top + n * cell
    sheet = Sheet(min(width, max(left + n * cell + 12, PHONE_WIDTH)), bottom + _SCALE_HEIGHT)
    _draw_titles(sheet, left, top)
    for k in range(n):
        _draw_row(sheet, spec, k, (left, top + k * cell, cell, cell), None)
    _draw_frame(sheet, left, top, n * cell, n * cell)
    for k in range(0, n, math.ceil(_INDEX_ROOM / cell / 5) * 5):
        sheet.text(left - 4, top + (k + 0.5) * cell + 3, str(k), align="right", colour=MUTED)
        sheet.text(left + (k + 0.5) * cell, top - 4, str(k), align="center", colour=MUTED)
    _draw_shades(sheet, spec.data["colour"], bottom + 14)
    return sheet


def _widest_count(spec: FigureSpec, size: float) -> float:
    from reportgen.figures.drawing.lettering import text_width

    most = max(value for row in spec.data["matrix"] for value in row)
    return text_width(str(most), size)


def _draw_titles(sheet: Sheet, left: float, top: float) -> None:
    sheet.text(left, 9, "Predicted class", weight="Semibold")
    sheet.text(9, top, "True class", weight="Semibold", angle=90, align="right")


def _draw_row(
    sheet: Sheet,
    spec: FigureSpec,
    k: int,
    place: tuple[float, float, float, float],
    text_size: float | None,
) -> None:
    """Draw the cells of a true class from (left, top) on, with counts if they have a size."""
    from reportgen.figures.drawing.lettering import text_width

    left, top, width, height = place
    row, deep = spec.data["matrix"][k], DEEP[spec.data["colour"]]
    for j, value in enumerate(row):
        if not value:
            continue
        share = shade_of(value / sum(row))
        sheet.rectangle(left + j * width, top, width, height, deep, share=share)
        if text_size:
            text = count(value)
            text = text if text_width(text, text_size) + 2 <= width else str(value)
            x, y = left + (j + 0.5) * width, top + height / 2 + text_size / 3
            colour = PAPER if share > _HALF else INK
            sheet.text(x, y, text, align="center", size=text_size, colour=colour)


def _draw_frame(sheet: Sheet, left: float, top: float, width: float, height: float) -> None:
    right, bottom = left + width, top + height
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    sheet.line(corners, MUTED, width=HAIRLINE)


def _draw_shades(sheet: Sheet, colour: str, top: float) -> None:
    sheet.text(0, top, "Share of the true class, from:", colour=MUTED)
    step = min(28.0, sheet.width / (len(SHADES) - 1))
    for k, share in enumerate(SHADES[1:]):
        sheet.rectangle(k * step, top + 4, step - 2, 10, DEEP[colour], share=shade_of(share))
        text = percent(share, 1 if share < 0.01 else 0)
        sheet.text(k * step, top + 23, text, colour=MUTED, size=_SMALL_TEXT)


def shade_of(share: float) -> float:
    """How much of the model's colour a cell with a share of its row has, from 0 to 1."""
    level = sum(share >= shade for shade in SHADES)
    return (0.08, 0.13, 0.2, 0.27, 0.34, 0.42, 0.86, 1.0)[level - 1]


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
    taken = [sum(column) for column in zip(*matrix, strict=True)]
    if max(taken) >= _NEARLY_ALL * total:
        favourite = brief(names[taken.index(max(taken))], 16)
        many = "every one is" if max(taken) == total else f"{count(max(taken))} are"
        return alt_text(f"{start}; {many} taken for {favourite}.", f"{start}.")
    times, i, j = pairs[0]
    level = sum(pair[0] == times for pair in pairs) - 1
    others = f", level with {count(level)} more pair{'' if level == 1 else 's'}" if level else ""
    most = (
        f"most often {brief(names[i], 16)} is taken for {brief(names[j], 16)}, {count(times)} "
        f"time{'' if times == 1 else 's'}"
    )
    return alt_text(f"{start}; {most}{others}.", f"{start}; {most}.", f"{start}.")
