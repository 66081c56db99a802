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
    PHONE_WIDTH,
    TEXT_SIZE,
    TRACK,
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
_TITLE = "Estimated probability of each class"


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
    from reportgen.figures.drawing.sheet import line_art

    def draw(width: float) -> Sheet:
        return _below_names(spec, width) if width <= PHONE_WIDTH else _beside_names(spec, width)

    return line_art("bars", spec.alt, draw, spec.data["width"])


def _below_names(spec: FigureSpec, width: float) -> Sheet:
    from reportgen.figures.drawing.lettering import shortened
    from reportgen.figures.drawing.sheet import Sheet

    rows = spec.data["rows"]
    row_height = LINE_HEIGHT + _BAR + 7
    sheet = Sheet(width, _HEADING + len(rows) * row_height + _rest_height(spec))
    sheet.text(0, 9.5, _TITLE, colour=MUTED)
    for n, row in enumerate(rows):
        top = _HEADING + n * row_height
        room = width - _values_width(row) - _GAP
        sheet.text(0, top + 12, shortened(row["name"], room, TEXT_SIZE))
        _write_values(sheet, spec, row, width - _values_width(row), top + 12)
        sheet.rectangle(0, top + 14.5, width, _BAR, TRACK)
        _draw_bar(sheet, spec, row, (0, top + 14.5, width))
    _write_rest(sheet, spec, 0, sheet.height - 3)
    return sheet


def _rest_height(spec: FigureSpec) -> float:
    return 0.0 if spec.data["rest"] is None else LINE_HEIGHT


def _beside_names(spec: FigureSpec, width: float) -> Sheet:
    from reportgen.figures.drawing.lettering import shortened, text_width
    from reportgen.figures.drawing.sheet import Sheet

    rows = spec.data["rows"]
    names = [shortened(row["name"], width * 0.36, TEXT_SIZE) for row in rows]
    left = max(text_width(name, TEXT_SIZE) for name in names) + _GAP
    values = max(text_width(row["text"], TEXT_SIZE, "Semibold") for row in rows)
    full = width - left - _GAP - values - max(map(_marks_width, rows))
    n_lines = len(rows) + (spec.data["rest"] is not None)
    sheet = Sheet(width, _HEADING + n_lines * LINE_HEIGHT + 3)
    sheet.text(left, 9.5, _TITLE, colour=MUTED)
    for n, (row, name) in enumerate(zip(rows, names, strict=True)):
        top = _HEADING + n * LINE_HEIGHT
        sheet.text(left - _GAP, top + 9.2, name, align="right")
        length = _draw_bar(sheet, spec, row, (left, top + (LINE_HEIGHT - _BAR) / 2, full))
        _write_values(sheet, spec, row, left + length + _GAP, top + 9.2)
    bottom = _HEADING + len(rows) * LINE_HEIGHT
    sheet.line([(left, _HEADING), (left, bottom)], MUTED, width=HAIRLINE)
    _write_rest(sheet, spec, left + _GAP, bottom + 9.5)
    return sheet


def _write_rest(sheet: Sheet, spec: FigureSpec, x: float, y: float) -> None:
    if spec.data["rest"] is not None:
        n_others, together = spec.data["rest"]
        words = f"{n_others} other classes together: {percent(together)}"
        sheet.text(x, y, words, colour=MUTED)


def _draw_bar(
    sheet: Sheet, spec: FigureSpec, row: dict[str, Any], place: tuple[float, float, float]
) -> float:
    """Draw the bar at (left, top) with a full length; returns its length."""
    left, y, full = place
    length: float = row["probability"] * full
    if row["true"]:
        sheet.rectangle(left, y, length, _BAR, spec.data["colour"])
    elif row["predicted"]:
        sheet.hatched(left, y, length, _BAR, INK)
    else:
        sheet.rectangle(left, y, length, _BAR, MARK)
    return length


def _weight(row: dict[str, Any]) -> Weight:
    return "Semibold" if row["predicted"] else "Regular"


def _marks_width(row: dict[str, Any]) -> float:
    from reportgen.figures.drawing.lettering import text_width

    words = [word for word in ("predicted", "true") if row[word]]
    return sum(14 + text_width(word, TEXT_SIZE) for word in words)


def _values_width(row: dict[str, Any]) -> float:
    from reportgen.figures.drawing.lettering import text_width

    return text_width(row["text"], TEXT_SIZE, _weight(row)) + _marks_width(row)


def _write_values(
    sheet: Sheet, spec: FigureSpec, row: dict[str, Any], x: float, baseline: float
) -> None:
    """Write the probability, and what the class is, from ``x`` on."""
    from reportgen.figures.drawing.lettering import text_width

    weight = _weight(row)
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
