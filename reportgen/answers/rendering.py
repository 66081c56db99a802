"""Render one template; an error names the template and the line."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from jinja2 import TemplateError, TemplateSyntaxError

from reportgen.answers.facts import FILTERS, INTERVAL_FILTERS
from reportgen.answers.faults import in_plain_words
from reportgen.errors import RenderError

_FILTERS = (*FILTERS, *INTERVAL_FILTERS)


class LeftOutError(RenderError):
    """A template needs a study that was left out; the message is a sentence that says why."""


def render(template: Callable[[], str], name: str) -> str:
    """Call a template.

    Raises:
        RenderError: the template is faulty; the message names it and the line.
        LeftOutError: it needs a study that was left out.
    """
    try:
        return str(template())
    except LeftOutError:
        raise
    except TemplateSyntaxError as error:
        said = in_plain_words(error, _FILTERS)
        raise RenderError(f"{error.name or name}, line {error.lineno}: {said}") from None
    except RecursionError:
        raise RenderError(f"{name}: the template is nested too deeply.") from None
    except (
        RenderError,
        TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
    ) as error:
        said = in_plain_words(error, _FILTERS)
        raise RenderError(f"{_place(error, name)}: {said}") from None


def _place(error: Exception, name: str) -> str:
    """The template and the line of an error; for an error in an included text, both places."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if frame.filename in (name, "<template>")]
    where = f"{name}, line {lines[-1]}" if lines else name
    inner = [frame for frame in frames if frame.filename in (name, "<template>") or _is_text(frame)]
    if not inner or not _is_text(inner[-1]) or inner[-1].filename == name:
        return where
    return f"{inner[-1].filename}, line {inner[-1].lineno} (used in {where})"


def _is_text(frame: traceback.FrameSummary) -> bool:
    return frame.filename.endswith((".md", ".j2"))
