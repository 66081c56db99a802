"""What a second softmax does to the probabilities of one image.

The softmax of values from 0 to 1 keeps them close together: with n classes, no class
gets more than e/(e + n - 1). The figure shows each probability before and after, and
that bound.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from reportgen.figures.drawing.scales import Scale, draw_x_axis
from reportgen.figures.drawing.selected import one_line, prediction_of
from reportgen.figures.drawing.spec import DataTable, Drawing, FigureSpec, Picture
from reportgen.figures.drawing.style import (
    FULL_WIDTH,
    HAIRLINE,
    INK,
    LINE_HEIGHT,
    MARK,
    MUTED,
    TEXT_SIZE,
    model_colour,
)
from reportgen.figures.drawing.words import alt_text, brief
from reportgen.figures.probability_bars import most_probable
from reportgen.formatting import decimal, percent, probability

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.sheet import Align, Sheet

_HEADING = 28.0
_AXIS = 28.0
_VALUES = 46.0
_GAP = 6.0


def plan(evidence: Evidence, selection: str, position: int = 0) -> FigureSpec:
    """The probabilities of one predicted image after one softmax and after two."""
    model, prediction = prediction_of(evidence, selection, position)
    names = [one_line(name) for name in evidence.class_names(model)]
    once, twice = prediction["probabilities"], prediction["softmax_twice"]
    rows: list[dict[str, Any]] = [
        {"name": name, "once": first, "twice": second, "predicted": False, "true": False}
        for name, first, second in zip(names, once, twice, strict=True)
    ]
    rows[prediction["argmax"]]["predicted"] = True
    shown, rest = most_probable(rows, once)
    bound = math.e / (math.e + len(names) - 1)
    top = rows[prediction["argmax"]]
    return FigureSpec(
        kind="softmax_twice",
        data={
            "rows": shown,
            "n_others": 0 if rest is None else rest[0],
            "n_classes": len(names),
            "bound": bound,
            "colour": model_colour(evidence, model),
        },
        alt={"dots": _alt(top, len(names), bound)},
        table=DataTable(
            ("index", "class", "softmax once", "softmax twice"),
            tuple(
                (str(k), row["name"], probability(row["once"]), probability(row["twice"]))
                for k, row in enumerate(rows)
            ),
            row_header=1,
        ),
    )


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """One SVG, ``dots``."""
    from reportgen.figures.drawing.lettering import shortened, text_width
    from reportgen.figures.drawing.sheet import Sheet

    data = spec.data
    names = [shortened(row["name"], FULL_WIDTH * 0.3, TEXT_SIZE) for row in data["rows"]]
    left = max(text_width(name, TEXT_SIZE) for name in names) + 2 * _GAP
    n_lines = len(names) + (data["n_others"] > 0)
    bottom = _HEADING + n_lines * LINE_HEIGHT
    sheet = Sheet(FULL_WIDTH, bottom + _AXIS)
    scale = Scale(0.0, 1.0, left, FULL_WIDTH - 2 * _VALUES - _GAP)
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    draw_x_axis(sheet, scale, _HEADING, bottom, as_percent=True, title="Probability", ticks=ticks)
    _draw_heading(sheet, data, scale, bottom)
    for n, (row, name) in enumerate(zip(data["rows"], names, strict=True)):
        y = _HEADING + (n + 0.5) * LINE_HEIGHT
        sheet.text(left - 2 * _GAP, y + 3.2, name, align="right")
        _draw_row(sheet, data, row, scale, y)
    if data["n_others"]:
        others = f"{data['n_others']} other classes"
        sheet.text(left - 2 * _GAP, bottom - 2.8, others, align="right", colour=MUTED)
    return (sheet.picture("dots", spec.alt),)


FIGURE = Drawing(plan, draw)


def _draw_heading(sheet: Sheet, data: dict[str, Any], scale: Scale, bottom: float) -> None:
    x = scale(data["bound"])
    sheet.line([(x, _HEADING - 5), (x, bottom)], INK, width=0.9, dashes=(3.0, 2.0))
    text = f"most after two: e/(e + {data['n_classes'] - 1}) = {decimal(data['bound'], 3)}"
    align: Align = "left" if data["bound"] < 0.5 else "right"
    sheet.text(x, _HEADING - 8, text, align=align)
    first, second = FULL_WIDTH - _VALUES, FULL_WIDTH
    for right, word, shape in ((first, "once", "circle"), (second, "twice", "diamond")):
        sheet.text(right, _HEADING - 8, word, align="right", weight="Semibold")
        once = shape == "circle"
        x = right - 29
        sheet.marker(x, _HEADING - 11, shape, data["colour"] if once else INK, filled=once)


def _draw_row(
    sheet: Sheet, data: dict[str, Any], row: dict[str, Any], scale: Scale, y: float
) -> None:
    before, after = scale(row["once"]), scale(row["twice"])
    sheet.line([(before, y), (after, y)], MARK, width=2 * HAIRLINE)
    sheet.marker(before, y, "circle", data["colour"])
    sheet.marker(after, y, "diamond", INK, filled=False)
    sheet.text(FULL_WIDTH - _VALUES, y + 3.2, percent(row["once"]), align="right")
    sheet.text(FULL_WIDTH, y + 3.2, percent(row["twice"]), align="right")


def _alt(top: dict[str, Any], n_classes: int, bound: float) -> str:
    start = f"Dot plot of {n_classes} class probabilities after one and two softmaxes"
    fall = f"{percent(top['once'])} to {percent(top['twice'])}"
    return alt_text(
        f"{start}: {brief(top['name'])} goes from {fall}; the bound is {percent(bound)}.",
        f"{start}: the highest goes from {fall}.",
    )
