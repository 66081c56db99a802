"""Render one template; whatever goes wrong in it names the template and the line."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from jinja2 import TemplateError, TemplateSyntaxError

from reportgen.errors import RenderError


def render(template: Callable[[], str], name: str) -> str:
    """Call a template; whatever goes wrong in it names the template and the line."""
    try:
        return str(template())
    except TemplateSyntaxError as error:
        raise RenderError(f"{error.name or name}, line {error.lineno}: {error.message}.") from None
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
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename in (name, "<template>")]
        where = f"{name}, line {lines[-1]}" if lines else name
        raise RenderError(f"{where}: {error}") from None
