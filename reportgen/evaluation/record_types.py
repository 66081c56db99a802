"""Types of the values in a record of measurements.

A record is plain JSON data in memory: a TypedDict tells the type checker what is in it, Pydantic
checks it where it is read from a file, and its JSON Schema follows from the same types.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from pydantic import BeforeValidator, ConfigDict, Field, with_config
from typing_extensions import TypedDict, is_typeddict

_MAX_NAMES = 500  # an assignment has 200 files at most, besides those that all share


@with_config(
    ConfigDict(
        # Edited or later evidence may have keys that this version does not know.
        extra="allow",
        # Nothing is converted, so that what was checked is what is used.
        strict=True,
        allow_inf_nan=False,
    )
)
class Record(TypedDict):
    """What all records have in common."""


def _few(value: Any) -> Any:
    if isinstance(value, dict) and len(value) > _MAX_NAMES:
        raise ValueError(f"more than {_MAX_NAMES} names")
    return value


_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
# Only the first fault is reported: millions would fill the memory.
Items = Annotated[list[_Value], Field(fail_fast=True)]
Named = Annotated[dict[_Key, _Value], BeforeValidator(_few)]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=0)]
Interval = Annotated[list[float], Field(min_length=2, max_length=2)]


@dataclass(frozen=True)
class Rounding:
    """How far a value can be off when the model's outputs that it follows from are rounded.

    Mark a field with it, as in ``Annotated[Count, Rounding(by_class=True)]``, where moving all
    outputs one way and computing the value again does not show how far it can be off.

    Attributes:
        by_class: it counts images by their predicted class, which can change.
        mean_of_wrong: it is a mean over the misclassified images, which can change.
        share: it depends on the last bits of float32, and can be off by this share of itself.
        number: it can be off by this number besides.
        exact: it follows from other values of the evidence without any rounding.
    """

    by_class: bool = False
    mean_of_wrong: bool = False
    share: float = 0.0
    number: int = 0
    exact: bool = False


BY_CLASS = Rounding(by_class=True)
EXACT = Rounding(exact=True)


def records_in(kind: Any) -> Iterator[type]:
    """Every record type in a type, itself included."""
    if is_typeddict(kind):
        yield kind
        for hint in get_type_hints(kind, include_extras=True).values():
            yield from records_in(hint)
    elif is_typeddict(get_origin(kind)):
        yield from records_in(get_origin(kind))
    for argument in get_args(kind):
        yield from records_in(argument)


def rounding_of(kind: Any) -> dict[str, Rounding]:
    """The ``Rounding`` marks in the records of a type, by the name of the field."""
    return {
        name: mark
        for record in records_in(kind)
        for name, hint in get_type_hints(record, include_extras=True).items()
        for mark in get_args(hint)[1:]
        if isinstance(mark, Rounding)
    }
