"""The look that all figures share: sizes in points, colours, a model's colour.

Colours are Okabe and Ito's, which stay apart for colour-blind readers; those with
less than 3:1 contrast to white are left out or darkened. Colour is never the only
cue: a shape, a hatching or a word says the same.
"""

from __future__ import annotations

from reportgen.evidence import Evidence

FULL_WIDTH = 400.0
TEXT_SIZE = 9.0
LINE_HEIGHT = 12.0
HAIRLINE = 0.6
SHEET_PIXELS_PER_POINT = 3

PAPER = "#ffffff"
INK = "#1a1a1a"
MUTED = "#595959"
MARK = "#7d7d7d"
TRACK = "#e4e4e4"

BLUE = "#0072b2"
VERMILION = "#d55e00"
_FURTHER = ("#009e73", "#a8527f", "#8a6d00", "#5f5f5f")
_OWN_COLOURS = {"digits": BLUE, "fashion": VERMILION}

MODEL_MARKERS = ("circle", "square", "diamond", "triangle_up")


def model_colour(evidence: Evidence, model: str) -> str:
    """The colour of a model in every figure, as ``#rrggbb``.

    ``digits`` is blue and ``fashion`` vermilion; other names take what these two
    leave, by their position in the assignment.
    """
    names = list(evidence.record["models"])
    taken = {_OWN_COLOURS[name] for name in names if name in _OWN_COLOURS}
    free = [colour for colour in (BLUE, VERMILION, *_FURTHER) if colour not in taken]
    others = [name for name in names if name not in _OWN_COLOURS]
    colours = {name: free[place % len(free)] for place, name in enumerate(others)}
    return {**colours, **_OWN_COLOURS}[model]


def model_marker(evidence: Evidence, model: str) -> str:
    """The shape that goes with a model's colour."""
    return MODEL_MARKERS[list(evidence.record["models"]).index(model) % len(MODEL_MARKERS)]
