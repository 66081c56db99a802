"""All drawings by name: how a figure is planned from evidence, and how it is drawn."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reportgen.errors import RenderError
from reportgen.evidence.record import Evidence
from reportgen.figures.accuracy_comparison import draw_accuracy_comparison, plan_accuracy_comparison
from reportgen.figures.confusion_matrix import draw_confusion_matrix, plan_confusion_matrix
from reportgen.figures.curves import draw_curves, plan_curves
from reportgen.figures.image_grid import draw_image_grid, plan_image_grid
from reportgen.figures.mistakes import draw_mistakes, plan_mistakes
from reportgen.figures.prediction import draw_prediction, plan_prediction
from reportgen.figures.probability_bars import draw_probability_bars, plan_probability_bars
from reportgen.figures.raw_images import draw_raw_images, plan_raw_images
from reportgen.figures.reliability import draw_reliability, plan_reliability
from reportgen.figures.single_image import draw_single_image, plan_single_image
from reportgen.figures.softmax_twice import draw_softmax_twice, plan_softmax_twice
from reportgen.figures.spec import FigureSpec, Picture
from reportgen.figures.spread import draw_spread, plan_spread


@dataclass(frozen=True)
class Drawing:
    """A kind of figure.

    Attributes:
        plan: ``(evidence, ...) -> FigureSpec``; its parameters after the first are the
            arguments that a template may give.
        draw: the pictures of a spec that ``plan`` made.
    """

    plan: Callable[..., FigureSpec]
    draw: Callable[[FigureSpec], tuple[Picture, ...]]

    @property
    def arguments(self) -> dict[str, bool]:
        """The names of the arguments, each with whether it must be given."""
        _, *parameters = inspect.signature(self.plan).parameters.values()
        return {p.name: p.default is inspect.Parameter.empty for p in parameters}


DRAWINGS: dict[str, Drawing] = {
    "raw_images": Drawing(plan_raw_images, draw_raw_images),
    "prediction": Drawing(plan_prediction, draw_prediction),
    "probability_bars": Drawing(plan_probability_bars, draw_probability_bars),
    "image_grid": Drawing(plan_image_grid, draw_image_grid),
    "single_image": Drawing(plan_single_image, draw_single_image),
    "softmax_twice": Drawing(plan_softmax_twice, draw_softmax_twice),
    "curves": Drawing(plan_curves, draw_curves),
    "accuracy_comparison": Drawing(plan_accuracy_comparison, draw_accuracy_comparison),
    "confusion_matrix": Drawing(plan_confusion_matrix, draw_confusion_matrix),
    "reliability": Drawing(plan_reliability, draw_reliability),
    "mistakes": Drawing(plan_mistakes, draw_mistakes),
    "spread": Drawing(plan_spread, draw_spread),
}


def check_call(name: str, arguments: set[str]) -> None:
    """Check a figure's name and the names of its arguments; needs no evidence.

    Raises:
        RenderError: there is no such figure, or an argument is unknown or missing.
    """
    if name not in DRAWINGS:
        near = difflib.get_close_matches(name, DRAWINGS, 1)
        hint = f"Did you mean {near[0]!r}?\n" if near else ""
        raise RenderError(f"unknown figure {name!r}. {hint}There are: {', '.join(DRAWINGS)}.")
    known = DRAWINGS[name].arguments
    unknown = sorted(arguments - set(known))
    missing = [key for key, needed in known.items() if needed and key not in arguments]
    if unknown or missing:
        fault = f"does not take {unknown[0]!r}" if unknown else f"lacks {missing[0]!r}"
        takes = ", ".join(key if needed else f"[{key}]" for key, needed in known.items())
        raise RenderError(f"the figure {name!r} {fault}. Its arguments: {takes or 'none'}.")


def plan(name: str, evidence: Evidence, /, **arguments: Any) -> FigureSpec:
    """What a figure shows, by its name in ``DRAWINGS``.

    Raises:
        RenderError: the name or an argument is unknown, or the evidence lacks what it asks for.
    """
    check_call(name, set(arguments))
    try:
        return DRAWINGS[name].plan(evidence, **arguments)
    except TypeError as error:
        given = ", ".join(f"{key}={value!r:.40}" for key, value in arguments.items())
        raise RenderError(
            f"the figure {name!r} cannot be made with {given}: "
            "models, selections and metrics are names in quotes, a position is a whole number."
        ) from error


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """The pictures of a spec."""
    return DRAWINGS[spec.kind].draw(spec)
