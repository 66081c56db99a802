"""Test accuracies of trainings that differ in the seed only; needs the study ``repeats``."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from reportgen.figures.drawing.scales import Scale, draw_x_axis, percent_range
from reportgen.figures.drawing.selected import model_label, models_in_order, study_of
from reportgen.figures.drawing.spec import DataTable, Drawing, FigureSpec, Picture
from reportgen.figures.drawing.style import (
    FULL_WIDTH,
    INK,
    LINE_HEIGHT,
    MUTED,
    TEXT_SIZE,
    model_colour,
    model_marker,
)
from reportgen.figures.drawing.words import alt_text, brief
from reportgen.formatting import percent

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.sheet import Sheet
    from reportgen.studies.repeats import RepeatedRuns

_ROW = 40.0
_RUNS_HEIGHT = 24.0
_RUN_STEP = 5.0
_TOP = 4.0
_GAP = 8.0
_AXIS = 28.0


def plan(evidence: Evidence) -> FigureSpec:
    """Every run's test accuracy of each model, with the mean."""
    study: dict[str, RepeatedRuns] = study_of(evidence, "repeats")
    rows: list[dict[str, Any]] = [
        {
            "name": model_label(evidence, name),
            "accuracies": list(found["test_accuracies"]),
            "seeds": list(found["seeds"]),
            "mean": statistics.fmean(found["test_accuracies"]),
            "colour": model_colour(evidence, name),
            "marker": model_marker(evidence, name),
        }
        for name, found in ((n, study[n]) for n in models_in_order(evidence) if n in study)
    ]
    runs = [
        (row["name"], str(seed), percent(value, 2))
        for row in rows
        for seed, value in zip(row["seeds"], row["accuracies"], strict=True)
    ]
    return FigureSpec(
        kind="spread",
        data={"rows": rows},
        alt={"runs": _alt(rows)},
        table=DataTable(("model", "seed", "test accuracy"), tuple(runs)),
    )


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """One SVG, ``runs``."""
    from reportgen.figures.drawing.lettering import shortened, text_width
    from reportgen.figures.drawing.sheet import Sheet

    rows = spec.data["rows"]
    names = [shortened(row["name"], 90, TEXT_SIZE, "Semibold") for row in rows]
    left = max(text_width(name, TEXT_SIZE, "Semibold") for name in names) + 2 * _GAP
    room = max(text_width(text, TEXT_SIZE) for row in rows for text in _texts(row))
    bottom = _TOP + len(rows) * _ROW
    sheet = Sheet(FULL_WIDTH, bottom + _AXIS)
    values = [value for row in rows for value in row["accuracies"]]
    scale = Scale(*percent_range(values), left, FULL_WIDTH - room - 2 * _GAP)
    draw_x_axis(sheet, scale, _TOP, bottom, as_percent=True, title="Test accuracy")
    for n, (row, name) in enumerate(zip(rows, names, strict=True)):
        middle = _TOP + (n + 0.5) * _ROW
        sheet.text(left - 2 * _GAP, middle + 3.2, name, align="right", weight="Semibold")
        _draw_row(sheet, row, scale, middle)
    return (sheet.picture("runs", spec.alt),)


FIGURE = Drawing(plan, draw)


def _draw_row(sheet: Sheet, row: dict[str, Any], scale: Scale, middle: float) -> None:
    n = len(row["accuracies"])
    step = min(_RUN_STEP, _RUNS_HEIGHT / n)
    mean = scale(row["mean"])
    sheet.line([(mean, middle - 16), (mean, middle + 16)], INK, width=1.6)
    for k, value in enumerate(row["accuracies"]):
        y = middle + (k - (n - 1) / 2) * step
        sheet.marker(scale(value), y, row["marker"], row["colour"], size=2.4, filled=False)
    first, second = _texts(row)
    x = scale.end + 2 * _GAP
    sheet.text(x, middle + 3.2 - LINE_HEIGHT / 2, first)
    sheet.text(x, middle + 3.2 + LINE_HEIGHT / 2, second, colour=MUTED)


def _texts(row: dict[str, Any]) -> tuple[str, str]:
    return f"| {_mean(row)}", _runs(row)


def _mean(row: dict[str, Any]) -> str:
    return f"mean {percent(row['mean'], 2)}"


def _runs(row: dict[str, Any]) -> str:
    runs = len(row["accuracies"])
    low, high = (percent(end(row["accuracies"]), 2) for end in (min, max))
    return "1 run" if runs == 1 else f"{runs} runs, {low} to {high}"


def _alt(rows: list[dict[str, Any]]) -> str:
    start = "Dot plot of test accuracy"
    found = "; ".join(f"{brief(row['name'])} {_runs(row)}, {_mean(row)}" for row in rows)
    means = "; ".join(f"{brief(row['name'], 12)} mean {percent(row['mean'])}" for row in rows)
    return alt_text(f"{start}: {found}.", f"{start} in repeated runs: {means}.")
