"""The probabilities of all classes for one image, as bars with their values.

The true class has the model's colour. The predicted class is marked by a triangle
and its word, the true one by a dot and its word; a wrong prediction is hatched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from reportgen.formatting import percent, probability

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence, PredictionRecord
    from reportgen.figures.drawing.lettering import Weight
    from reportgen.figures.drawing.sheet import Sheet

MAX_ROWS = 14
_HEADING = 15.0
_BAR = 8.5
_GAP = 5.0
_MARKS_WIDTH = 88.0


def plan(evidence: Evidence, selection: str, position: int = 0) -> FigureSpec:
    """Bars of the class probabilities of one predicted image."""
    data = bars_data(evidence, selection, position)
    return FigureSpec(
        kind="probability_bars",
        data={**data, "width": FULL_WIDTH},
        alt={"bars": bars_alt(data)},
        table=bars_table(evidence, selection, position),
    )


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """One SVG, ``bars``."""
    return (draw_bars(spec),)


FIGURE = Drawing(plan, draw)


def bars_data(evidence: Evidence, selection: str, position: int) -> dict[str, Any]:
    """The data of the bars: ``rows`` in class order, ``rest``, the model's ``colour``, ...

    If there are more than ``MAX_ROWS`` classes, the rows are the most probable
    ones and the true one, and ``rest`` is [how many others, their probability].
    """
    model, prediction = prediction_of(evidence, selection, position)
    probabilities = prediction["probabilities"]
    rows = [
        {
            "name": one_line(name),
            "probability": value,
            "text": percent(value),
            "predicted": k == prediction["argmax"],
            "true": k == prediction["label"],
        }
        for k, (name, value) in enumerate(
            zip(evidence.class_names(model), probabilities, strict=True)
        )
    ]
    shown, rest = most_probable(rows, probabilities)
    return {
        "rows": shown,
        "rest": rest,
        "n_classes": len(rows),
        "match": bool(prediction["match"]),
        "colour": model_colour(evidence, model),
    }


def most_probable(
    rows: list[dict[str, Any]], probabilities: list[float]
) -> tuple[list[dict[str, Any]], list[float] | None]:
    """The rows to show, in class order, and the others as [how many, their probability]."""
    if len(rows) <= MAX_ROWS:
        return rows, None
    order = sorted(range(len(rows)), key=lambda k: (-probabilities[k], k))
    kept = set(order[: MAX_ROWS - 2])
    kept |= {k for k, row in enumerate(rows) if row["true"] or row["predicted"]}
    others = [probabilities[k] for k in range(len(rows)) if k not in kept]
    shown = [rows[k] for k in sorted(kept)]
    return shown, [len(others), min(1.0, max(0.0, sum(others)))]


def bars_alt(data: dict[str, Any]) -> str:
    """Alternative text: kind, variables, finding."""
    chosen = next(row for row in data["rows"] if row["predicted"])
    true = next(row for row in data["rows"] if row["true"])
    start = f"Bar chart of {data['n_classes']} class probabilities"
    top = chosen["text"] + (" (rounded)" if chosen["probability"] == 1 else "")
    if data["match"]:
        others = [row for row in data["rows"] if row is not chosen]
        second = max(others, key=lambda row: row["probability"])
        finding = f"{brief(chosen['name'])}, the true class, is highest with {top}"
        return alt_text(
            f"{start}: {finding}; next {brief(second['name'])}, {second['text']}.",
            f"{start}: {finding}.",
        )
    finding = f"{brief(chosen['name'])} is highest with {top}"
    return alt_text(
        f"{start}: {finding}, but the true class is {brief(true['name'])}, {true['text']}.",
        f"{start}: {finding}; wrong.",
    )


def bars_table(evidence: Evidence, selection: str, position: int) -> DataTable:
    """All classes with their probabilities."""
    model, prediction = prediction_of(evidence, selection, position)
    rows = [
        (str(k), one_line(name), probability(value), _role(k, prediction))
        for k, (name, value) in enumerate(
            zip(evidence.class_names(model), prediction["probabilities"], strict=True)
        )
    ]
    return DataTable(("index", "class", "probability", "marked"), tuple(rows), row_header=1)


def draw_bars(spec: FigureSpec) -> Picture:
    """Draw the bars of a spec whose data has a ``width`` and the entries of ``bars_data``."""
    from reportgen.figures.drawing.lettering import shortened, text_width
    from reportgen.figures.drawing.sheet import Sheet

    rows, width = spec.data["rows"], spec.data["width"]
    names = [shortened(row["name"], width * 0.36, TEXT_SIZE) for row in rows]
    left = max(text_width(name, TEXT_SIZE) for name in names) + _GAP
    values = max(text_width(row["text"], TEXT_SIZE, "Semibold") for row in rows)
    full = width - left - _GAP - values - _MARKS_WIDTH
    n_lines = len(rows) + (spec.data["rest"] is not None)
    sheet = Sheet(width, _HEADING + n_lines * LINE_HEIGHT + 3)
    sheet.text(left, 9.5, "Estimated probability of each class", colour=MUTED)
    for n, (row, name) in enumerate(zip(rows, names, strict=True)):
        _draw_row(sheet, spec, row, name, (left, _HEADING + n * LINE_HEIGHT, full))
    bottom = _HEADING + len(rows) * LINE_HEIGHT
    sheet.line([(left, _HEADING), (left, bottom)], MUTED, width=HAIRLINE)
    if spec.data["rest"] is not None:
        n_others, together = spec.data["rest"]
        sheet.text(
            left + _GAP,
            bottom + 9.5,
            f"{n_others} other classes together: {percent(together)}",
            colour=MUTED,
        )
    return sheet.picture("bars", spec.alt)


def _draw_row(
    sheet: Sheet,
    spec: FigureSpec,
    row: dict[str, Any],
    name: str,
    place: tuple[float, float, float],
) -> None:
    from reportgen.figures.drawing.lettering import text_width

    left, top, full = place
    baseline = top + 9.2
    sheet.text(left - _GAP, baseline, name, align="right")
    length = row["probability"] * full
    y = top + (LINE_HEIGHT - _BAR) / 2
    if row["true"]:
        sheet.rectangle(left, y, length, _BAR, spec.data["colour"])
    elif row["predicted"]:
        sheet.hatched(left, y, length, _BAR, INK)
    else:
        sheet.rectangle(left, y, length, _BAR, MARK)
    x = left + length + _GAP
    weight: Weight = "Semibold" if row["predicted"] else "Regular"
    sheet.text(x, baseline, row["text"], weight=weight)
    x += text_width(row["text"], TEXT_SIZE, weight) + 9
    if row["predicted"]:
        sheet.marker(x, baseline - 3, "triangle_left", INK, size=2.8)
        sheet.text(x + 5, baseline, "predicted")
        x += 13 + text_width("predicted", TEXT_SIZE)
    if row["true"]:
        sheet.marker(x, baseline - 3, "circle", spec.data["colour"], size=2.8)
        sheet.text(x + 5, baseline, "true")


def _role(k: int, prediction: PredictionRecord) -> str:
    roles = []
    if k == prediction["argmax"]:
        roles.append("predicted")
    if k == prediction["label"]:
        roles.append("true")
    return ", ".join(roles)
