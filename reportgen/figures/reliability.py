"""How often a model is right when it is this sure; needs the study ``confidence``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportgen.errors import RenderError
from reportgen.figures.drawing.scales import Scale, draw_x_axis, draw_y_axis
from reportgen.figures.drawing.selected import model_label, study_of
from reportgen.figures.drawing.spec import DataTable, Drawing, FigureSpec, Picture
from reportgen.figures.drawing.style import INK, MARK, MUTED, model_colour
from reportgen.figures.drawing.words import alt_text, brief
from reportgen.formatting import count, percent

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.sheet import Sheet
    from reportgen.studies.confidence import Confidence

_WIDTH = 330.0
_LEFT, _RIGHT = 42.0, 262.0
_TOP, _BOTTOM = 24.0, 224.0
_STRIP_TOP, _STRIP_BOTTOM = 236.0, 270.0
_HEIGHT = _STRIP_BOTTOM + 28.0
_RELATIONS = {"over": "more sure than right", "under": "less sure than right"}


def plan(evidence: Evidence, model: str) -> FigureSpec:
    """Accuracy against mean top probability, in bins of the top probability."""
    study: Confidence = study_of(evidence, "confidence", model)
    bins: list[dict[str, Any]] = [{**found} for found in study["bins"] if found["n"]]
    if not bins:
        raise RenderError(f"the reliability diagram of {model!r} has no images.")
    keys = ("lower", "upper", "n", "confidence", "accuracy")
    data = {
        "bins": [{key: found[key] for key in keys} for found in bins],
        "colour": model_colour(evidence, model),
    }
    rows = [
        (
            f"{percent(b['lower'])} to {percent(b['upper'])}",
            count(b["n"]),
            percent(b["confidence"]),
            percent(b["accuracy"]),
        )
        for b in bins
    ]
    header = ("top probability", "images", "mean", "right")
    alt = {"diagram": _alt(model_label(evidence, model), bins, study["verdict"])}
    return FigureSpec("reliability", data, alt=alt, table=DataTable(header, tuple(rows)))


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """One SVG, ``diagram``."""
    from reportgen.figures.drawing.sheet import Sheet

    bins, colour = spec.data["bins"], spec.data["colour"]
    sheet = Sheet(_WIDTH, _HEIGHT)
    x, y = Scale(0.0, 1.0, _LEFT, _RIGHT), Scale(0.0, 1.0, _BOTTOM, _TOP)
    draw_y_axis(sheet, y, _LEFT, _RIGHT, as_percent=True, title="Images that are right")
    _draw_strip(sheet, bins, x)
    sheet.line([(x(0), y(0)), (x(1), y(1))], INK, width=0.9, dashes=(3.0, 2.0))
    sheet.text(_RIGHT + 4, y(1) + 3, "as sure as right", colour=MUTED)
    points = [(x(b["confidence"]), y(b["accuracy"])) for b in bins]
    for b, (px, py) in zip(bins, points, strict=True):
        sheet.line([(px, py), (px, y(b["confidence"]))], MARK, width=1.2)
    sheet.line(points, colour, width=1.2)
    for px, py in points:
        sheet.marker(px, py, "circle", colour, size=3.0)
    return (sheet.picture("diagram", spec.alt),)


FIGURE = Drawing(plan, draw)


def _draw_strip(sheet: Sheet, bins: list[dict[str, Any]], x: Scale) -> None:
    """Draw the number of images in each bin as bars below the diagram."""
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    draw_x_axis(
        sheet,
        x,
        _TOP,
        _STRIP_BOTTOM,
        as_percent=True,
        title="Top probability (how sure the model is)",
        ticks=ticks,
    )
    most = max(bins, key=lambda b: b["n"])
    for b in bins:
        height = b["n"] / most["n"] * (_STRIP_BOTTOM - _STRIP_TOP)
        left, right = x(b["lower"]) + 0.7, x(b["upper"]) - 0.7
        sheet.rectangle(left, _STRIP_BOTTOM - height, right - left, height, MARK)
    sheet.text(_LEFT - 6, _STRIP_BOTTOM, "images", align="right", colour=MUTED)
    top = x(most["upper"])
    near_edge = top > (_LEFT + _RIGHT) / 2
    beside = x(most["lower"]) - 3 if near_edge else top + 3
    sheet.text(beside, _STRIP_TOP + 8, count(most["n"]), align="right" if near_edge else "left")


def _alt(model: str, bins: list[dict[str, Any]], verdict: str | None) -> str:
    """Mean probability and accuracy; which is higher only if the study can distinguish them."""
    total = sum(b["n"] for b in bins)
    sure = sum(b["n"] * b["confidence"] for b in bins) / total
    right = sum(b["n"] * b["accuracy"] for b in bins) / total
    start = f"Reliability diagram of {brief(model)}, accuracy by top probability"
    means = f"mean probability {percent(sure)}, right {percent(right)}"
    if verdict in _RELATIONS:
        return alt_text(f"{start}: {_RELATIONS[verdict]}; {means}.", f"{start}: {means}.")
    return alt_text(f"{start}: {means}.")
