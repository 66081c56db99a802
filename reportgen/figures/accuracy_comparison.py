"""Training and test accuracy of every model, with the interval of the test accuracy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.figures.drawing.scales import Scale, draw_x_axis, percent_range
from reportgen.figures.drawing.selected import model_label, models_in_order
from reportgen.figures.drawing.spec import DataTable, Drawing, FigureSpec, Picture
from reportgen.figures.drawing.style import (
    LINE_HEIGHT,
    PHONE_WIDTH,
    TEXT_SIZE,
    model_colour,
    model_marker,
)
from reportgen.figures.drawing.words import alt_text, brief
from reportgen.formatting import interval_percent, percent, share

if TYPE_CHECKING:
    from reportgen.evaluation.scores import Score
    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.sheet import Sheet

_ROW = 36.0
_TALL_ROW = 64.0
_INSET = 16.0
_TOP = 4.0
_GAP = 8.0
_AXIS = 28.0


def plan(evidence: Evidence) -> FigureSpec:
    """The accuracies of all models."""
    rows = [
        {
            "name": model_label(evidence, name),
            "train": model["train"]["accuracy"],
            "test": model["test"]["accuracy"],
            "ci95": list(model["test"]["accuracy_ci95"]),
            "colour": model_colour(evidence, name),
            "marker": model_marker(evidence, name),
        }
        for name, model in models_in_order(evidence).items()
    ]
    return FigureSpec(
        kind="accuracy_comparison",
        data={"rows": rows},
        alt={"accuracies": _alt(rows)},
        table=_table(evidence),
    )


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """One SVG, ``accuracies``."""
    from reportgen.figures.drawing.sheet import line_art

    rows = spec.data["rows"]

    def drawn(width: float) -> Sheet:
        return _below_names(rows, width) if width <= PHONE_WIDTH else _beside_names(rows, width)

    return (line_art("accuracies", spec.alt, drawn),)


FIGURE = Drawing(plan, draw)


def _below_names(rows: list[dict[str, Any]], width: float) -> Sheet:
    from reportgen.figures.drawing.lettering import shortened
    from reportgen.figures.drawing.sheet import Sheet

    bottom = _TOP + len(rows) * _TALL_ROW
    sheet = Sheet(width, bottom + _AXIS)
    scale = Scale(*_range(rows), _INSET, width - _INSET)
    draw_x_axis(sheet, scale, _TOP, bottom, as_percent=True, title="Accuracy")
    for n, row in enumerate(rows):
        top = _TOP + n * _TALL_ROW
        name = shortened(row["name"], width, TEXT_SIZE, "Semibold")
        sheet.text(0, top + 0.8 * LINE_HEIGHT, name, weight="Semibold")
        for k, text in enumerate(_texts(row), start=1):
            sheet.text(0, top + (k + 0.8) * LINE_HEIGHT, text)
        _draw_row(sheet, row, scale, top + 4.1 * LINE_HEIGHT)
    return sheet


def _range(rows: list[dict[str, Any]]) -> tuple[float, float]:
    return percent_range([v for row in rows for v in (row["train"], row["test"], *row["ci95"])])


def _beside_names(rows: list[dict[str, Any]], width: float) -> Sheet:
    from reportgen.figures.drawing.lettering import shortened, text_width
    from reportgen.figures.drawing.sheet import Sheet

    names = [shortened(row["name"], 90, TEXT_SIZE, "Semibold") for row in rows]
    left = max(text_width(name, TEXT_SIZE, "Semibold") for name in names) + 2 * _GAP
    room = max(text_width(text, TEXT_SIZE) for row in rows for text in _texts(row))
    right = width - room - 2 * _GAP
    bottom = _TOP + len(rows) * _ROW
    sheet = Sheet(width, bottom + _AXIS)
    scale = Scale(*_range(rows), left, right)
    draw_x_axis(sheet, scale, _TOP, bottom, as_percent=True, title="Accuracy")
    for n, (row, name) in enumerate(zip(rows, names, strict=True)):
        middle = _TOP + (n + 0.5) * _ROW
        sheet.text(left - 2 * _GAP, middle + 3.2, name, align="right", weight="Semibold")
        _draw_row(sheet, row, scale, middle)
        for k, text in enumerate(_texts(row)):
            y = middle + (k - 0.5) * LINE_HEIGHT
            sheet.text(scale.end + 2 * _GAP, y + 3.2, text)
    return sheet


def _draw_row(sheet: Sheet, row: dict[str, Any], scale: Scale, middle: float) -> None:
    colour, marker = row["colour"], row["marker"]
    above, below = middle - LINE_HEIGHT / 2, middle + LINE_HEIGHT / 2
    sheet.marker(scale(row["train"]), above, marker, colour, filled=False)
    low, high = (scale(end) for end in row["ci95"])
    sheet.line([(low, below), (high, below)], colour, width=1.6)
    for end in (low, high):
        sheet.line([(end, below - 3), (end, below + 3)], colour, width=1.6)
    sheet.marker(scale(row["test"]), below, marker, colour)


def _texts(row: dict[str, Any]) -> tuple[str, str]:
    low, high = row["ci95"]
    interval = interval_percent(low, high, 2)
    return (
        f"training {percent(row['train'], 2)}",
        f"test {percent(row['test'], 2)} ({interval})",
    )


def _table(evidence: Evidence) -> DataTable:
    rows = []
    for name, model in models_in_order(evidence).items():
        train, test = model["train"], model["test"]
        low, high = test["accuracy_ci95"]
        rows.append((name, "training", *_score(train), ""))
        rows.append((name, "test", *_score(test), interval_percent(low, high, 2)))
    return DataTable(("model", "images", "accuracy", "correct", "95 % interval"), tuple(rows))


def _score(score: Score) -> tuple[str, str]:
    return percent(score["accuracy"], 2), share(score["n_correct"], score["n_total"])


def _alt(rows: list[dict[str, Any]]) -> str:
    found = "; ".join(
        f"{brief(row['name'])} {percent(row['train'])} and {percent(row['test'])}" for row in rows
    )
    tests = "; ".join(f"{brief(row['name'], 12)} {percent(row['test'])}" for row in rows)
    return alt_text(
        f"Dot plot of training and test accuracy: {found}.",
        f"Dot plot of test accuracy: {tests}.",
    )
