"""Facts as templates see them: values of the evidence that remember their path.

A template cannot print a bare number: it gets ``FactView`` values, and the filters
below turn one into a mark that stands for a ``Fact``. So every number in an answer can
be traced, and a template can neither type one in nor compute one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import total_ordering
from typing import Any

import numpy as np
from markupsafe import Markup

from reportgen import formatting
from reportgen.answers.document import CLOSE, OPEN, Fact, Inline, Scalar
from reportgen.answers.faults import unknown_fact, unwritable
from reportgen.answers.steps import literal
from reportgen.errors import RenderError


@total_ordering
class FactView:
    """A place in the evidence: one or more layers, each a path and the value there.

    Attribute and item access lead deeper, into the first layer that has the name; the
    error for an unknown name lists the known ones. Views compare as their values do.
    """

    __slots__ = ("_layers",)

    def __init__(self, *layers: tuple[str, Any]) -> None:
        self._layers = layers

    def __getitem__(self, key: str | int | FactView) -> FactView:
        name: str | int = value_of(key)
        for path, value in self._layers:
            if isinstance(value, dict) and name in value:
                return FactView((f"{path}.{name}" if path else str(name), value[name]))
            if isinstance(value, list) and isinstance(name, int):
                n = len(value)
                if -n <= name < n:
                    return FactView((f"{path}.{name % n}", value[name]))
        raise RenderError(unknown_fact(self._layers, name))

    def __iter__(self) -> Iterator[FactView]:
        path, value = self._layers[0]
        if isinstance(value, dict):
            return iter([FactView((f"{path}.{key}", item)) for key, item in value.items()])
        if isinstance(value, list):
            return iter([FactView((f"{path}.{n}", item)) for n, item in enumerate(value)])
        raise RenderError(f"the fact {path} is a single value and cannot be looped over.")

    def __len__(self) -> int:
        return len(self._layers[0][1])

    def __bool__(self) -> bool:
        return bool(self._layers[0][1])

    def __eq__(self, other: object) -> bool:
        return bool(value_of(self) == value_of(other))

    def __lt__(self, other: object) -> bool:
        return bool(value_of(self) < value_of(other))

    def __hash__(self) -> int:
        return hash(self._layers[0][0])

    def __contains__(self, item: object) -> bool:
        return value_of(item) in self._layers[0][1]

    def __str__(self) -> str:
        raise RenderError(f"the fact {path_of(self)} cannot be joined to text: print it by itself.")


def value_of(view: Any) -> Any:
    """The value of a view's first layer; anything else is returned unchanged."""
    return view._layers[0][1] if isinstance(view, FactView) else view


def path_of(view: FactView) -> str:
    """The path of a view's first layer."""
    path: str = view._layers[0][0]
    return path


def at(record: Mapping[str, Any], path: str) -> FactView:
    """The fact at a dotted path of the evidence record.

    Raises:
        RenderError: there is no such fact.
    """
    view = FactView(("", record))
    for place, part in enumerate(parts := path.split(".")):
        try:
            view = view[int(part) if part.isdigit() else part]
        except RenderError as error:
            whole = FactView(("", record))
            if place and parts[0] != "derived" and has(whole, *f"derived.{path}".split(".")):
                raise RenderError(f"unknown fact {path}. Did you mean derived.{path}?") from None
            raise RenderError(str(error)) from None
    return view


def has(view: FactView, *names: str) -> bool:
    """Whether a path of names leads from a place in the evidence to another."""
    try:
        for name in names:
            view = view[int(name) if name.isdigit() else name]
    except RenderError:
        return False
    return True


class Recorder:
    """Collects the inline elements of a report and hands out their marks."""

    def __init__(self) -> None:
        self.inlines: list[Inline] = []

    def mark(self, inline: Inline) -> Markup:
        """The mark that stands for an inline element."""
        self.inlines.append(inline)
        return Markup(f"{OPEN}{len(self.inlines) - 1}{CLOSE}")  # noqa: S704  made of digits only

    def fact(self, view: Any, write: Callable[..., str], *options: Any) -> Markup:
        """The mark of a fact written by one of the functions of ``formatting``.

        Raises:
            RenderError: ``view`` is not a fact, or ``write`` cannot write its value.
        """
        if not isinstance(view, FactView):
            raise RenderError(no_fact(view))
        value = value_of(view)
        try:
            text = write(value, *options)
        except (TypeError, ValueError, AttributeError):
            raise RenderError(unwritable(path_of(view), value, write.__name__, options)) from None
        return self.mark(Fact(path_of(view), _scalar(value), text))

    def pair(self, view: FactView, write: Callable[[float], str], unit: str = "") -> Markup:
        """An interval as two facts: ``97.4 to 98.0 %``.

        Raises:
            RenderError: ``view`` is not a pair of numbers.
        """
        if not isinstance(view, FactView):
            raise RenderError(no_fact(view))
        ends = value_of(view)
        if not isinstance(ends, list) or len(ends) != 2:
            raise RenderError(f"the fact {path_of(view)} is no interval: it is {ends!r:.60}.")
        low, high = (self.fact(end, write) for end in view)
        return Markup("{} to {}{}").format(low, high, unit)


def no_fact(value: Any) -> str:
    """The message that a value is not a fact, and what to do."""
    what = f"{value!r} is not a fact: only facts of the evidence can be printed"
    if not isinstance(value, int):
        return f"{what} and have filters."
    return (
        f"{what}, not a number that a template makes.\n"
        "How many images a selection has is derived.selections.<name>.n."
    )


def _scalar(value: Any) -> Scalar:
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return json.dumps(value, ensure_ascii=False)


def text(value: Any) -> str:
    """A text of the evidence, such as a class name."""
    if not isinstance(value, str):
        raise TypeError
    return value


def _int(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def whole(value: Any) -> str:
    """A whole number without separators: an index, a label, a seed."""
    return str(_int(value)).replace("-", formatting.MINUS)


def count(value: Any) -> str:
    """A whole number with separators."""
    return formatting.count(_int(value))


def words(value: Any) -> str:
    """A whole number in words up to twelve, as in running prose: ``five``."""
    return formatting.in_words(_int(value))


def level(value: float) -> str:
    """A method's level without decimals: ``95 %``."""
    return formatting.percent(value, 0)


def factor(value: float) -> str:
    """A ratio: ``2.4``, ``37``, ``1,250``."""
    return formatting.decimal(value, 0 if value >= 20 else 1 if value >= 10 else 2)


def plain(value: float) -> str:
    """A setting as a person would write it: ``0.001``, ``0.2``."""
    return f"{Decimal(repr(value)):f}".replace("-", formatting.MINUS)


def name_list(values: list[str]) -> str:
    """Names as a phrase: ``Shirt, Coat and Dress``."""
    if not all(isinstance(value, str) for value in values):
        raise TypeError
    *first, last = values
    return f"{', '.join(first)} and {last}" if first else last


def array(values: list[float]) -> str:
    """Numbers as ``print`` shows a float32 array, with the program's ``precision=3``."""
    if not isinstance(values, list):
        raise TypeError
    return np.array2string(np.asarray(values, np.float32), precision=3)


def printed(value: float, digits: int = 4, bits: int = 32) -> str:
    """A number as ``f"{value:.4f}"`` gives it for what Keras computed in float32.

    With 64 bits, for what Python or scikit-learn computed.
    """
    return f"{float(np.float32(value)) if bits == 32 else value:.{digits}f}"


def indices(values: list[int]) -> str:
    """Image numbers as a program loops over them: ``[30, 40]``, ``range(25)``."""
    start, stop = values[0], values[-1] + 1
    if len(values) < 4 or values != [*range(start, stop)]:
        return literal(values)
    return f"range({stop})" if start == 0 else f"range({start}, {stop})"


INTERVAL_FILTERS = ("interval", "interval_percent", "interval_points")
FILTERS: dict[str, Callable[..., str]] = {
    "percent": formatting.percent,
    "probability": formatting.probability,
    "points": formatting.points,
    "signed_points": formatting.signed_points,
    "decimal": formatting.decimal,
    "significant": formatting.significant,
    "p_value": formatting.p_value,
    "count": count,
    "words": words,
    "whole": whole,
    "ordinal": formatting.ordinal,
    "shape": formatting.shape,
    "level": level,
    "factor": factor,
    "plain": plain,
    "name_list": name_list,
    "literal": literal,
    "indices": indices,
    "array": array,
    "printed": printed,
}
