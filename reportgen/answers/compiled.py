"""Templates compiled once in a process, however many reports are written with them."""

from __future__ import annotations

from types import CodeType
from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment

_MAX_KEPT = 1000
_COMPILED: dict[tuple[Any, ...], CodeType] = {}


class AnswerEnvironment(ImmutableSandboxedEnvironment):
    """A sandboxed environment that keeps compiled code beyond its own life.

    All environments of this class must have the same settings and the same names of
    filters and functions: these shape the code.
    """

    def compile(self, source: Any, *arguments: Any, **options: Any) -> Any:
        """Compile a text, or take the code from the last time."""
        if not isinstance(source, str):
            return super().compile(source, *arguments, **options)
        key = (source, *arguments, *sorted(options.items()))
        if key not in _COMPILED:
            if len(_COMPILED) >= _MAX_KEPT:
                _COMPILED.clear()
            _COMPILED[key] = super().compile(source, *arguments, **options)
        return _COMPILED[key]
