"""The look that all figures share: sizes in points, colours, a model's colour.

Colours are those of Okabe and Ito, which colour-blind readers can tell apart; those
with less than 3:1 contrast to white are left out or darkened. Colour is never the only
cue: a shape, a hatching or a word says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportgen.datasets.catalogue import BUILTINS

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence

FULL_WIDTH = 355.0  # the column of the page and nearly that of paper
PHONE_WIDTH = 194.0
# Text of figures is as large as a caption on the page, a little smaller on a telephone.
PIXELS_PER_POINT = 5 / 3
PHONE_PIXELS_PER_POINT = 1.44
TEXT_SIZE = 9.0
LINE_HEIGHT = 12.0
HAIRLINE = 0.6
SHEET_PIXELS_PER_POINT = 2  # of a PNG, which Markdown shows pixel by pixel

PAPER = "#ffffff"
INK = "#1a1a1a"
MUTED = "#595959"
MARK = "#7d7d7d"
TRACK = "#e4e4e4"

COLOURS = {
    "blue": "#0072b2",
    "vermilion": "#d55e00",
    "green": "#009e73",
    "purple": "#a8527f",
    "ochre": "#8a6d00",
    "grey": "#5f5f5f",
}

MODEL_MARKERS = ("circle", "square", "diamond", "triangle_up")


def model_colour(evidence: Evidence, model: str) -> str:
    """The colour of a model in every figure, as ``#rrggbb``.

    A model with a name from the catalogue of datasets (``digits``, ``fashion``) has the colour
    given there; the others get the remaining colours in the order of the assignment.
    """
    kept = {each.model: COLOURS[each.colour] for each in BUILTINS.values()}
    names = list(evidence.record["models"])
    taken = {kept[name] for name in names if name in kept}
    free = [colour for colour in COLOURS.values() if colour not in taken]
    others = [name for name in names if name not in kept]
    colours = {name: free[place % len(free)] for place, name in enumerate(others)}
    return {**colours, **kept}[model]


def model_marker(evidence: Evidence, model: str) -> str:
    """The shape that goes with a model's colour."""
    return MODEL_MARKERS[list(evidence.record["models"]).index(model) % len(MODEL_MARKERS)]


def mixed(first: str, second: str, share: float) -> str:
    """The colour between two, ``share`` of the way from the first to the second."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    parts = (channel / 255 for channel in _channels(colour))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# Each colour's darker tone: light text on it has a contrast of 4.5:1.
DEEP = {colour: mixed(colour, INK, 0.35) for colour in COLOURS.values()}

# A page's names for the colours, which have another value in the dark.
VARIABLES = {
    PAPER: "paper",
    INK: "ink",
    MUTED: "muted",
    MARK: "mark",
    TRACK: "rule",
    **{colour: name for name, colour in COLOURS.items()},
    **{DEEP[colour]: f"{name}-deep" for name, colour in COLOURS.items()},
}
