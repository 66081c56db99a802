"""Accuracy or loss in each epoch, on training and validation images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.errors import RenderError
from reportgen.figures.drawing.scales import Scale, draw_x_axis, draw_y_axis
from reportgen.figures.drawing.selected import model_label, model_record
from reportgen.figures.drawing.spec import DataTable, Drawing, FigureSpec, Picture
from reportgen.figures.drawing.style import (
    INK,
    LINE_HEIGHT,
    MUTED,
    PHONE_WIDTH,
    TEXT_SIZE,
    model_colour,
)
from reportgen.figures.drawing.words import alt_text, brief
from reportgen.formatting import decimal, percent

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.sheet import Sheet

_METRICS = ("accuracy", "loss")
_HEIGHT = 190.0
_TOP = 30.0
_BOTTOM = 160.0
_LEFT = 40.0
_NAMES = 74.0
_MOST_MARKED_EPOCHS = 40
_NOTES = {"training": "mean in epoch", "validation": "after epoch"}


def plan(evidence: Evidence, model: str, metric: str) -> FigureSpec:
    """The training history of a model."""
    if metric not in _METRICS:
        raise RenderError(f"curves show {' or '.join(_METRICS)}, not {metric!r}.")
    history = model_record(evidence, model)["training"]["history"]
    lines = {"training": history[metric]}
    if f"val_{metric}" in history:
        lines["validation"] = history[f"val_{metric}"]
    best = _best_epoch(lines.get("validation"), metric)
    data = {
        "metric": metric,
        "lines": lines,
        "best": best,
        "colour": model_colour(evidence, model),
    }
    epochs = range(len(lines["training"]))
    rows = [(str(n + 1), *(_text(v[n], metric) for v in lines.values())) for n in epochs]
    header = ("epoch", *(f"{name} {metric}" for name in lines))
    alt = {"curves": _alt(model_label(evidence, model), data)}
    return FigureSpec("curves", data, alt=alt, table=DataTable(header, tuple(rows)))


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """One SVG, ``curves``."""
    from reportgen.figures.drawing.sheet import line_art

    return (line_art("curves", spec.alt, lambda width: _drawn(spec.data, width)),)


FIGURE = Drawing(plan, draw)


def _drawn(data: dict[str, Any], width: float) -> Sheet:
    """The lines with their names beside them, or below the axis on a telephone."""
    from reportgen.figures.drawing.scales import ticks_between
    from reportgen.figures.drawing.sheet import Sheet

    is_narrow = width <= PHONE_WIDTH
    right = width - (4 if is_narrow else _NAMES)
    lines, metric = data["lines"], data["metric"]
    values = [value for line in lines.values() for value in line]
    n_epochs = len(lines["training"])
    sheet = Sheet(width, _HEIGHT + is_narrow * (len(lines) + 0.5) * LINE_HEIGHT)
    y = Scale(*_y_range(values, metric), _BOTTOM, _TOP)
    x = Scale(0.5, n_epochs + 0.5, _LEFT, right)
    is_accuracy = metric == "accuracy"
    title = "Accuracy" if is_accuracy else "Loss (cross-entropy)"
    draw_y_axis(sheet, y, _LEFT, right, as_percent=is_accuracy, title=title)
    most = 5 if is_narrow else 8
    epochs = [t for t in ticks_between(1, max(n_epochs, 2), most) if t == int(t) and t <= n_epochs]
    draw_x_axis(sheet, x, _BOTTOM, _BOTTOM, as_percent=False, title="Epoch", ticks=epochs or [1.0])
    if data["best"] is not None:
        _draw_best(sheet, data, x, y, is_narrow)
    for name, line in lines.items():
        _draw_line(sheet, name, [(x(n + 1), y(v)) for n, v in enumerate(line)], data)
    if is_narrow:
        for k, name in enumerate(lines):
            below = _HEIGHT + (k + 0.7) * LINE_HEIGHT
            _draw_line(sheet, name, [(4, below - 3), (20, below - 3)], data)
            sheet.text(26, below, f"{name} ({_NOTES[name]})")
    else:
        _draw_names(sheet, {name: y(line[-1]) for name, line in lines.items()}, right + 4)
    return sheet


def _y_range(values: list[float], metric: str) -> tuple[float, float]:
    low, high = min(values), max(values)
    margin = max((high - low) * 0.06, 0.002)
    if metric == "accuracy":
        return max(0.0, low - margin), min(1.0, high + margin)
    return 0.0, high + margin


def _draw_line(
    sheet: Sheet, name: str, points: list[tuple[float, float]], data: dict[str, Any]
) -> None:
    training = name == "training"
    colour = data["colour"] if training else INK
    sheet.line(points, colour, width=1.4, dashes=() if training else (4.0, 2.0))
    if len(points) <= _MOST_MARKED_EPOCHS:
        for x, y in points:
            shape = "circle" if training else "diamond"
            sheet.marker(x, y, shape, colour, size=2.3, filled=training)


def _draw_names(sheet: Sheet, ends: dict[str, float], left: float) -> None:
    """Draw the names at the right ends of the lines, at least two lines of text apart."""
    above = sorted(ends, key=lambda name: ends[name])
    places = [max(ends[name], _TOP + LINE_HEIGHT / 2) for name in above]
    if len(places) == 2 and places[1] - places[0] < 2 * LINE_HEIGHT:
        middle = min(max(sum(places) / 2, _TOP + LINE_HEIGHT), _BOTTOM - LINE_HEIGHT)
        places = [middle - LINE_HEIGHT, middle + LINE_HEIGHT]
    for name, y in zip(above, places, strict=True):
        sheet.text(left, y - 1, name, weight="Semibold")
        sheet.text(left, y + LINE_HEIGHT - 2, _NOTES[name], colour=MUTED)


def _draw_best(sheet: Sheet, data: dict[str, Any], x: Scale, y: Scale, is_narrow: bool) -> None:
    from reportgen.figures.drawing.lettering import text_width

    epoch, metric = data["best"], data["metric"]
    value = data["lines"]["validation"][epoch - 1]
    what = "" if is_narrow else f"{_best_word(metric)} validation {metric}: "
    words = f"{what}{_text(value, metric)}, epoch {epoch}"
    place = x(epoch)
    sheet.line([(place, y.end - 4), (place, y.start)], INK, width=0.9, dashes=(1.5, 2.0))
    room, title = text_width(words, TEXT_SIZE) / 2, 110 if metric == "loss" else 60
    middle = min(max(place, title + room), sheet.width - room)
    sheet.text(middle, y.end - 9, words, align="center")


def _best_epoch(values: list[float] | None, metric: str) -> int | None:
    """The first epoch with the best validation value, from 1."""
    if not values:
        return None
    return 1 + values.index(max(values) if metric == "accuracy" else min(values))


def _best_word(metric: str) -> str:
    return "highest" if metric == "accuracy" else "lowest"


def _text(value: float, metric: str) -> str:
    return percent(value, 2) if metric == "accuracy" else decimal(value, 3)


def _alt(model: str, data: dict[str, Any]) -> str:
    metric, lines, best = data["metric"], data["lines"], data["best"]
    first, last = (_text(lines["training"][n], metric) for n in (0, -1))
    n_epochs = len(lines["training"])
    epochs = "1 epoch" if n_epochs == 1 else f"{n_epochs} epochs"
    start = f"Line chart of {brief(model)} {metric} over {epochs}: training {first} to {last}"
    if best is None:
        return alt_text(f"{start}.")
    value = _text(lines["validation"][best - 1], metric)
    return alt_text(
        f"{start}; validation {_best_word(metric)} at epoch {best}, {value}.", f"{start}."
    )
