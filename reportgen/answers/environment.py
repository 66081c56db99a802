"""The sandbox that templates are rendered in: its functions and filters, and its messages."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup

from reportgen import formatting
from reportgen.answers.document import strip_marks
from reportgen.answers.facts import FILTERS, FactView, Recorder, no_fact, text
from reportgen.answers.faults import nearest, not_set, wrong_call
from reportgen.answers.language import FUNCTIONS, TemplateApi
from reportgen.errors import RenderError

_MAX_COMPILED = 1000  # texts in one process, for all reports together
_COMPILED: dict[tuple[Any, ...], CodeType] = {}


class AnswerEnvironment(ImmutableSandboxedEnvironment):
    """A sandboxed environment; all of this class share a cache of compiled code.

    All environments of this class must have the same settings and the same names of
    filters and functions, since the code depends on these.
    """

    def compile(self, source: Any, *arguments: Any, **options: Any) -> Any:
        """Compile a text, or take its code from the cache."""
        if not isinstance(source, str):
            return super().compile(source, *arguments, **options)
        key = (source, *arguments, *sorted(options.items()))
        if key not in _COMPILED:
            if len(_COMPILED) >= _MAX_COMPILED:
                _COMPILED.clear()
            _COMPILED[key] = super().compile(source, *arguments, **options)
        return _COMPILED[key]


def _load(texts: Mapping[str, str], name: str) -> tuple[str, str, Callable[[], bool]]:
    if name not in texts:
        there = nearest(name, (each for each in texts if each.endswith(".md")))
        raise TemplateNotFound(name, f"there is no text {name!r} to include. {there}")
    return strip_marks(texts[name]), name, lambda: True


class _Unset(StrictUndefined):
    """The value of a name that was not set, or of an entry that a list does not have."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        entry, name = self._undefined_obj, self._undefined_name
        if isinstance(entry, list):
            return f"there is no entry {name}: {len(entry)} are there, numbered from 0."
        if self._undefined_hint or entry is not missing:
            return super()._undefined_message
        return not_set(str(name), FUNCTIONS)


def make_environment(api: TemplateApi) -> AnswerEnvironment:
    """The sandbox in which the templates and answers of one report are rendered."""
    environment = AnswerEnvironment(
        loader=FunctionLoader(lambda name: _load(api.texts, name)),
        autoescape=True,
        undefined=_Unset,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        finalize=lambda value: _finalize(api.recorder, value),
    )
    environment.globals.clear()
    for name in FUNCTIONS:
        environment.globals[name] = _checked(name, getattr(api, name))
    for name, write in FILTERS.items():
        environment.filters[name] = _fact_filter(api.recorder, write)
    environment.filters["interval_percent"] = lambda view: api.recorder.pair(
        view, FILTERS["percent"]
    )
    environment.filters["interval_points"] = lambda view: api.recorder.pair(
        view, formatting.signed_points_number, f"{formatting.NBSP}points"
    )
    environment.filters["interval"] = lambda view, digits=3: api.recorder.pair(
        view, lambda value: FILTERS["decimal"](value, digits)
    )
    return environment


def _checked(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that raises RenderError, worded for templates, for wrong arguments."""

    @functools.wraps(function)
    def call(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except TypeError:
            try:
                inspect.signature(function).bind(*arguments, **options)
            except TypeError as error:
                raise RenderError(wrong_call(name, function, error)) from None
            raise

    return call


def _fact_filter(recorder: Recorder, write: Callable[..., str]) -> Callable[..., Markup]:
    return lambda view, *options: recorder.fact(view, write, *options)


def _finalize(recorder: Recorder, value: Any) -> Any:
    if isinstance(value, FactView):
        return recorder.fact(value, text)
    if isinstance(value, bool | int | float):
        raise RenderError(no_fact(value))
    return value
