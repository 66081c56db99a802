"""The template engine of the layouts: sandboxed, escaping, strict."""

from __future__ import annotations

from functools import cache

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reportgen.resources import templates_dir


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The one environment that layouts and macros are loaded from."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
