"""Messages about faulty templates: what is wrong, where, and how to mend it."""

from __future__ import annotations

import difflib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from jinja2.exceptions import TemplateAssertionError, TemplateSyntaxError

Layers = Sequence[tuple[str, Any]]

_MAX_DEPTH = 6
_MAX_SHOWN = 60
_TAGS = ("if", "for", "set", "call", "from", "include", "import", "macro", "filter")
_UNKNOWN_TAG = re.compile(r"Encountered unknown tag '(\w+)'")
_NO_MACRO = re.compile(r"the template '([^']+)' .* does not export the requested name '(\w+)'")
_NO_ARGUMENT = re.compile(r"parameter '(\w+)' was not provided")
_UNORDERED = re.compile(r"not supported between instances of '(\w+)' and '(\w+)'")
_KINDS = {
    "NoneType": "nothing (a fact that is empty in this run)",
    "str": "a word",
    "list": "a list",
    "dict": "several facts",
}
_UNKNOWN_FILTER = re.compile(r"No filter named '([^']*)'")
_FRACTION = ("percent", "points", "probability", "decimal", "significant", "plain")
_WHOLE = ("count", "whole", "words", "ordinal", "literal")


def nearest(name: object, known: Iterable[str]) -> str:
    """``Did you mean x?``, or the list of known names."""
    names = list(known)
    near = difflib.get_close_matches(str(name), names, n=1)
    return f"Did you mean {near[0]}?" if near else f"There are: {', '.join(names) or 'none'}."


def unknown_fact(layers: Layers, key: str | int) -> str:
    """The message that a place in the evidence lacks a name, with the paths that may be meant.

    Args:
        layers: the (path, value) pairs of the place.
        key: the name, or the number of an entry.
    """
    path, value = layers[0]
    what = f"unknown fact {path}.{key}." if path else f"unknown fact {key}."
    if value is None:
        return f"{what} {path} is empty in this run: put {{% if %}} around what needs it."
    if isinstance(value, list):
        last = f"the last is {path}.{len(value) - 1}" if value else "it is empty in this run"
        return f"{what} {path} is a list, numbered from 0: {last}."
    if not isinstance(value, dict):
        return f"{what} {path} is a single value and holds no others."
    names = sorted({str(name) for _, each in layers for name in _names(each)})
    near = _near_paths(layers, str(key), names)
    hint = f" Did you mean {' or '.join(near)}?\n" if near else " "
    return f"{what}{hint}There are: {', '.join(names)}."


def not_set(name: str, functions: Iterable[str]) -> str:
    """The message that a name is neither set nor a function."""
    near = difflib.get_close_matches(name, functions, n=1)
    hint = f"Did you mean {near[0]}?" if near else 'Set it first: {% set m = model("...") %}.'
    return f"{name!r} is undefined. {hint}"


def _names(value: Any) -> Iterable[Any]:
    return value if isinstance(value, dict) else ()


def _near_paths(layers: Layers, key: str, names: list[str]) -> list[str]:
    """Up to three paths: of a similar name here, or else of this name deeper down."""
    below = list(dict.fromkeys(found for layer in layers for found in _paths(*layer)))
    here = difflib.get_close_matches(key, names, n=1)
    if here:
        where = next(path for path, value in layers if here[0] in map(str, _names(value)))
        return [f"{where}.{here[0]}" if where else here[0]]
    lasts = {path.rsplit(".", 1)[-1] for path in below}
    like = [key] if key in lasts else difflib.get_close_matches(key, lasts, n=1, cutoff=0.75)
    found = [path for path in below if like and path.rsplit(".", 1)[-1] == like[0]]
    return sorted(found, key=lambda path: (path.count("."), path))[:3]


def _paths(path: str, value: Any, depth: int = 0) -> Iterator[str]:
    """The paths below a place; of a list, those of its first entry."""
    if depth == _MAX_DEPTH:
        return
    first = enumerate(value[:1]) if isinstance(value, list) else ()
    for name, inner in value.items() if isinstance(value, dict) else first:
        deeper = f"{path}.{name}" if path else str(name)
        yield deeper
        yield from _paths(deeper, inner, depth + 1)


def unwritable(path: str, value: Any, name: str, options: Sequence[Any] = ()) -> str:
    """The message that a filter cannot write a fact, and which filters can.

    Args:
        path, value: of the fact.
        name: of the filter; ``text`` where there is none.
        options: what the filter was given.
    """
    if value is None:
        return f"the fact {path} is empty in this run: put {{% if %}} around what needs it."
    if isinstance(value, dict):
        return f"the fact {path} holds others. Name one of them: {', '.join(map(str, value))}."
    if isinstance(value, bool):
        return f'the fact {path} is yes or no. Write {{{{ "..." if ... else "..." }}}}.'
    shown = repr(value)
    shown = shown if len(shown) <= _MAX_SHOWN else f"{shown[: _MAX_SHOWN - 3]}..."
    if name == "text":
        return f"the fact {path} is {shown}: say with a filter how to write it. {_way_out(value)}."
    given = f"({', '.join(map(repr, options))})" if options else ""
    return f"the fact {path} is {shown} and cannot be written as {name}{given}. {_way_out(value)}."


def _way_out(value: Any) -> str:
    if isinstance(value, str):
        return "Words are printed without a filter"
    if isinstance(value, list):
        return (
            "A list is looped over, or written by one of shape, name_list, literal, "
            "interval, interval_percent, interval_points"
        )
    filters = (*_WHOLE, *_FRACTION) if isinstance(value, int) else _FRACTION
    return f"Filters for such a number: {', '.join(filters)}"


def wrong_call(name: str, function: Callable[..., Any], error: TypeError) -> str | None:
    """The message that a function was called with wrong arguments, and which it takes.

    Args:
        name: what templates call it.
        function: the bound method.
        error: from binding the arguments to its signature.
    """
    parameters = [
        each
        for each in inspect.signature(function).parameters.values()
        if each.name not in ("environment", "caller", "arguments")
    ]
    takes = ", ".join(
        each.name if each.default is inspect.Parameter.empty else f"[{each.name}]"
        for each in parameters
    )
    if "'caller'" in str(error):
        given = '..., id="..."' if "id" in takes else "..." if takes else ""
        way_out = f"{{% call {name}({given}) %}}...{{% endcall %}}"
        return f"{name}(...) stands around its text: {way_out}."
    what = str(error).replace("a required argument", "the argument")
    return f"{name}(...): {what}. Its arguments: {takes or 'none'}."


def in_plain_words(error: Exception, filters: Iterable[str]) -> str:
    """What Jinja or Python says of a template, with how to mend it where that is known."""
    said = (error.message if isinstance(error, TemplateSyntaxError) else None) or str(error)
    unknown = _UNKNOWN_FILTER.search(said)
    if unknown:
        return f"there is no filter {unknown[1]!r}. {nearest(unknown[1], sorted(filters))}"
    tag = _UNKNOWN_TAG.search(said)
    if tag and difflib.get_close_matches(tag[1], _TAGS, n=1):
        return f"there is no tag {tag[1]!r}. {nearest(tag[1], _TAGS)}"
    if isinstance(error, TemplateAssertionError | TemplateSyntaxError):
        return f"{said.rstrip('.')}."
    macro, argument = _NO_MACRO.search(said), _NO_ARGUMENT.search(said)
    if macro:
        return f"{macro[1]} has no macro {macro[2]!r}. The file shows those that it has."
    if argument:
        return f"a macro of this file is called without its argument {argument[1]!r}."
    unordered = _UNORDERED.search(said)
    if isinstance(error, TypeError) and unordered:
        first, second = (_KINDS.get(kind, "a number") for kind in unordered.groups())
        return f"{first} and {second} cannot be put in order: compare numbers with numbers."
    if isinstance(error, TypeError) and "FactView" in said:
        return (
            "a template can print facts, compare them and loop over them, but not calculate.\n"
            "Decimals are given to filters, as in percent(2); differences, ranks and the like are "
            "facts under derived."
        )
    return said
