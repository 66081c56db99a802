"""The figures that a template can ask for: every other module of this package is one.

A module is imported when a template asks for its figure. Shared parts are in ``drawing``.
"""

from __future__ import annotations

import difflib
import pkgutil
from importlib import import_module
from typing import TYPE_CHECKING, Any

from reportgen import figures
from reportgen.errors import RenderError
from reportgen.figures.drawing.spec import Drawing, FigureSpec, Picture

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence

FIGURES = tuple(
    module.name
    for module in pkgutil.iter_modules(figures.__path__)
    if not module.ispkg and module.name != "catalogue"
)


def load_figure(name: str) -> Drawing:
    """The constant ``FIGURE`` of the module named ``name``, a name in ``FIGURES``."""
    figure: Drawing = import_module(f"reportgen.figures.{name}").FIGURE
    return figure


def check_call(name: str, arguments: set[str]) -> None:
    """Check a figure's name and the names of its arguments; needs no evidence.

    Raises:
        RenderError: there is no such figure, or an argument is unknown or missing.
    """
    if name not in FIGURES:
        near = difflib.get_close_matches(name, FIGURES, 1)
        hint = f"Did you mean {near[0]!r}?\n" if near else ""
        raise RenderError(f"unknown figure {name!r}. {hint}There are: {', '.join(FIGURES)}.")
    known = load_figure(name).arguments
    unknown = sorted(arguments - set(known))
    missing = [key for key, needed in known.items() if needed and key not in arguments]
    if unknown or missing:
        fault = f"does not take {unknown[0]!r}" if unknown else f"lacks {missing[0]!r}"
        takes = ", ".join(key if needed else f"[{key}]" for key, needed in known.items())
        raise RenderError(f"the figure {name!r} {fault}. Its arguments: {takes or 'none'}.")


def plan(name: str, evidence: Evidence, /, **arguments: Any) -> FigureSpec:
    """Plan the figure with a name in ``FIGURES``.

    Raises:
        RenderError: the name or an argument is unknown, or the evidence lacks what the
            figure needs.
    """
    check_call(name, set(arguments))
    try:
        return load_figure(name).plan(evidence, **arguments)
    except TypeError as error:
        given = ", ".join(f"{key}={value!r:.40}" for key, value in arguments.items())
        raise RenderError(
            f"the figure {name!r} cannot be made with {given}: "
            "models, selections and metrics are names in quotes, a position is a whole number."
        ) from error


def draw(spec: FigureSpec) -> tuple[Picture, ...]:
    """Draw the pictures of a spec."""
    return load_figure(spec.kind).draw(spec)
