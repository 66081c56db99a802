"""Test accuracies of trainings that differ in the seed only; needs the study ``repeats``."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

from reportgen.figures.drawing.scales import Scale, draw_x_axis, percent_range
from reportgen.figures.drawing.selected import model_label, models_in_order, study_of
from reportgen.figures.drawing.spec import DataTable, Drawing, FigureSpec, Picture
from reportgen.figures.drawing.style import (
    INK,
    LINE_HEIGHT,
    MUTED,
    PHONE_WIDTH,
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

_RUNS_HEIGHT = 24.0
_RUN_STEP = 5.0
_STRIP = 36.0
_TICKS = 14.0
_BETWEEN = 10.0
_INSET = 18.0


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
    from reportgen.figures.drawing.sheet import line_art

    rows = spec.data["rows"]
    return (line_art("runs", spec.alt, lambda width: _drawn(rows, width)),)


FIGURE = Drawing(plan, draw)


def _drawn(rows: list[dict[str, Any]], width: float) -> Sheet:
    """A panel a model, each with its own axis, so that runs of one model lie apart."""
    from reportgen.figures.drawing.sheet import Sheet

    heads = 2 if width <= PHONE_WIDTH else 1
    panel = heads * LINE_HEIGHT + _STRIP + _TICKS + _BETWEEN
    sheet = Sheet(width, len(rows) * panel + LINE_HEIGHT)
    for n, row in enumerate(rows):
        top = n * panel
        _write_head(sheet, row, top + 0.8 * LINE_HEIGHT, heads)
        top += heads * LINE_HEIGHT
        scale = Scale(*percent_range(row["accuracies"]), _INSET, width - _INSET)
        draw_x_axis(sheet, scale, top + 4, top + _STRIP, as_percent=True, title="")
        _draw_runs(sheet, row, scale, top + 4 + (_STRIP - 4) / 2)
    own = "" if len(rows) == 1 else ", on a scale of its own in each panel"
    title = f"Test accuracy{own}"
    sheet.text(width / 2, sheet.height - 3, title, align="center", colour=MUTED)
    return sheet


def _write_head(sheet: Sheet, row: dict[str, Any], y: float, n_lines: int) -> None:
    from reportgen.figures.drawing.lettering import shortened, text_width

    name = shortened(row["name"], sheet.width / (3 - n_lines), TEXT_SIZE, "Semibold")
    sheet.text(0, y, name, weight="Semibold")
    x = 0.0 if n_lines == 2 else text_width(name, TEXT_SIZE, "Semibold") + _BETWEEN
    y += (n_lines - 1) * LINE_HEIGHT
    mean = f"| {_mean(row)}"
    sheet.text(x, y, mean)
    sheet.text(x + text_width(mean, TEXT_SIZE) + _BETWEEN, y, _runs(row), colour=MUTED)


def _draw_runs(sheet: Sheet, row: dict[str, Any], scale: Scale, middle: float) -> None:
    n = len(row["accuracies"])
    step = min(_RUN_STEP, _RUNS_HEIGHT / n)
    mean = scale(row["mean"])
    sheet.line([(mean, middle - 15), (mean, middle + 15)], INK, width=1.6)
    for k, value in enumerate(row["accuracies"]):
        y = middle + (k - (n - 1) / 2) * step
        sheet.marker(scale(value), y, row["marker"], row["colour"], size=2.4, filled=False)


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
