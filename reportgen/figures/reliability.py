"""How often a model is right when it is this sure; needs the study ``confidence``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from reportgen.errors import RenderError
from reportgen.figures.drawing.scales import Scale, draw_x_axis, draw_y_axis
from reportgen.figures.drawing.selected import model_label, study_of
from reportgen.figures.drawing.spec import DataTable, Drawing, FigureSpec, Picture
from reportgen.figures.drawing.style import INK, MARK, MUTED, PHONE_WIDTH, model_colour
from reportgen.figures.drawing.words import alt_text, brief
from reportgen.formatting import count, percent

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.live_svg import Align
    from reportgen.figures.drawing.sheet import Sheet
    from reportgen.studies.confidence import Confidence

_WIDTH = 290.0
_LEFT, _INSET = 42.0, 14.0
_TOP, _BOTTOM = 24.0, 214.0
_STRIP, _GAP = 40.0, 34.0
_STRIP_BOTTOM = _BOTTOM + _GAP + _STRIP
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
    from reportgen.figures.drawing.sheet import line_art

    return (line_art("diagram", spec.alt, lambda width: _drawn(spec.data, width), _WIDTH),)


FIGURE = Drawing(plan, draw)


def _drawn(data: dict[str, Any], width: float) -> Sheet:
    from reportgen.figures.drawing.sheet import Sheet

    bins, colour = data["bins"], data["colour"]
    sheet = Sheet(width, _HEIGHT)
    x, y = Scale(0.0, 1.0, _LEFT, width - _INSET), Scale(0.0, 1.0, _BOTTOM, _TOP)
    draw_y_axis(sheet, y, _LEFT, x.end, as_percent=True, title="Images that are right")
    _draw_strip(sheet, bins, x)
    sheet.line([(x(0), y(0)), (x(1), y(1))], INK, width=0.9, dashes=(3.0, 2.0))
    sheet.text(x(0.04), y(0.9), "dashed: as sure as right", colour=MUTED)
    points = [(x(b["confidence"]), y(b["accuracy"])) for b in bins]
    for b, (px, py) in zip(bins, points, strict=True):
        sheet.line([(px, py), (px, y(b["confidence"]))], MARK, width=1.2)
    sheet.line(points, colour, width=1.2)
    for px, py in points:
        sheet.marker(px, py, "circle", colour, size=3.0)
    return sheet


def _draw_strip(sheet: Sheet, bins: list[dict[str, Any]], x: Scale) -> None:
    """Draw the number of images in each bin as bars below the diagram, by its square root.

    In proportion, the bins of the less sure images, with dozens beside thousands, would vanish.
    """
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0] if x.end > PHONE_WIDTH else [0.0, 0.5, 1.0]
    draw_x_axis(
        sheet,
        x,
        _TOP,
        _STRIP_BOTTOM,
        as_percent=True,
        title="Top probability: how sure the model is",
        ticks=ticks,
    )
    most = max(bins, key=lambda b: b["n"])
    for b in bins:
        height = math.sqrt(b["n"] / most["n"]) * _STRIP
        left, right = x(b["lower"]) + 0.7, x(b["upper"]) - 0.7
        sheet.rectangle(left, _STRIP_BOTTOM - height, right - left, height, MARK)
    top = _STRIP_BOTTOM - _STRIP
    sheet.text(2, top - 12, "Images in each bin (height: square root)", colour=MUTED)
    right = x(most["upper"])
    align: Align = "right" if right > (x.start + x.end) / 2 else "left"
    beside = x(most["lower"]) - 3 if align == "right" else right + 3
    sheet.text(beside, top + 8, count(most["n"]), align=align)


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
