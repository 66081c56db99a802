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
    HAIRLINE,
    INK,
    LINE_HEIGHT,
    MARK,
    MUTED,
    PHONE_WIDTH,
    TEXT_SIZE,
    model_colour,
)
from reportgen.figures.drawing.words import alt_text, brief
from reportgen.figures.probability_bars import most_probable
from reportgen.formatting import decimal, percent, probability

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.live_svg import Align
    from reportgen.figures.drawing.sheet import Sheet

_HEADING = 28.0
_AXIS = 28.0
_VALUES = 46.0
_GAP = 6.0
_INSET = 10.0


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
    from reportgen.figures.drawing.sheet import line_art

    def drawn(width: float) -> Sheet:
        is_narrow = width <= PHONE_WIDTH
        return _below_names(spec.data, width) if is_narrow else _beside_names(spec.data, width)

    return (line_art("dots", spec.alt, drawn),)


FIGURE = Drawing(plan, draw)


def _below_names(data: dict[str, Any], width: float) -> Sheet:
    from reportgen.figures.drawing.lettering import shortened
    from reportgen.figures.drawing.sheet import Sheet

    top = _HEADING + 8
    row_height = 2 * LINE_HEIGHT + 2
    bottom = top + len(data["rows"]) * row_height + (data["n_others"] > 0) * LINE_HEIGHT
    sheet = Sheet(width, bottom + _AXIS)
    scale = Scale(0.0, 1.0, _INSET, width - _INSET)
    ticks = [0.0, 0.5, 1.0]
    draw_x_axis(sheet, scale, top, bottom, as_percent=True, title="Probability", ticks=ticks)
    sheet.text(0, 10, _bound_text(data))
    _draw_bound(sheet, scale(data["bound"]), 14, bottom)
    _draw_key(sheet, data, top - 7)
    for n, row in enumerate(data["rows"]):
        y = top + n * row_height
        sheet.text(0, y + 10, shortened(row["name"], width - 2 * _VALUES, TEXT_SIZE))
        _draw_row(sheet, data, row, scale, (y + 10, y + LINE_HEIGHT + 6))
    _write_others(sheet, data, 0, bottom - 2.8, "left")
    return sheet


def _write_others(sheet: Sheet, data: dict[str, Any], x: float, y: float, align: Align) -> None:
    if data["n_others"]:
        sheet.text(x, y, f"{data['n_others']} other classes", align=align, colour=MUTED)


def _beside_names(data: dict[str, Any], width: float) -> Sheet:
    from reportgen.figures.drawing.lettering import shortened, text_width
    from reportgen.figures.drawing.sheet import Sheet

    names = [shortened(row["name"], width * 0.3, TEXT_SIZE) for row in data["rows"]]
    left = max(text_width(name, TEXT_SIZE) for name in names) + 2 * _GAP
    n_lines = len(names) + (data["n_others"] > 0)
    bottom = _HEADING + n_lines * LINE_HEIGHT
    sheet = Sheet(width, bottom + _AXIS)
    scale = Scale(0.0, 1.0, left, width - 2 * _VALUES - _GAP)
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    draw_x_axis(sheet, scale, _HEADING, bottom, as_percent=True, title="Probability", ticks=ticks)
    _draw_heading(sheet, data, scale, bottom)
    for n, (row, name) in enumerate(zip(data["rows"], names, strict=True)):
        y = _HEADING + (n + 0.5) * LINE_HEIGHT
        sheet.text(left - 2 * _GAP, y + 3.2, name, align="right")
        _draw_row(sheet, data, row, scale, (y + 3.2, y))
    _write_others(sheet, data, left - 2 * _GAP, bottom - 2.8, "right")
    return sheet


def _draw_heading(sheet: Sheet, data: dict[str, Any], scale: Scale, bottom: float) -> None:
    x = scale(data["bound"])
    _draw_bound(sheet, x, _HEADING - 5, bottom)
    align: Align = "left" if data["bound"] < 0.5 else "right"
    sheet.text(x, _HEADING - 8, _bound_text(data), align=align)
    _draw_key(sheet, data, _HEADING - 8)


def _draw_bound(sheet: Sheet, x: float, top: float, bottom: float) -> None:
    sheet.line([(x, top), (x, bottom)], INK, width=0.9, dashes=(3.0, 2.0))


def _bound_text(data: dict[str, Any]) -> str:
    return f"most after two: e/(e + {data['n_classes'] - 1}) = {decimal(data['bound'], 3)}"


def _draw_key(sheet: Sheet, data: dict[str, Any], y: float) -> None:
    first, second = sheet.width - _VALUES, sheet.width
    for right, word, shape in ((first, "once", "circle"), (second, "twice", "diamond")):
        sheet.text(right, y, word, align="right", weight="Semibold")
        once = shape == "circle"
        sheet.marker(right - 29, y - 3, shape, data["colour"] if once else INK, filled=once)


def _draw_row(
    sheet: Sheet,
    data: dict[str, Any],
    row: dict[str, Any],
    scale: Scale,
    place: tuple[float, float],
) -> None:
    """Draw a class: its values on a baseline, its two dots at a height."""
    baseline, y = place
    before, after = scale(row["once"]), scale(row["twice"])
    sheet.line([(before, y), (after, y)], MARK, width=2 * HAIRLINE)
    sheet.marker(before, y, "circle", data["colour"])
    sheet.marker(after, y, "diamond", INK, filled=False)
    sheet.text(sheet.width - _VALUES, baseline, percent(row["once"]), align="right")
    sheet.text(sheet.width, baseline, percent(row["twice"]), align="right")


def _alt(top: dict[str, Any], n_classes: int, bound: float) -> str:
    start = f"Dot plot of {n_classes} class probabilities after one and two softmaxes"
    fall = f"{percent(top['once'])} to {percent(top['twice'])}"
    return alt_text(
        f"{start}: {brief(top['name'])} goes from {fall}; the bound is {percent(bound)}.",
        f"{start}: the highest goes from {fall}.",
    )
