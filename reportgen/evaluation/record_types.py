"""Types of what a record of measurements holds.

A record is plain JSON data in memory: a TypedDict tells the type checker what is in it, Pydantic
checks it where it is read from a file, and its JSON Schema follows from the same types.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field, with_config
from typing_extensions import TypedDict

_MAX_NAMES = 500  # an assignment has 200 files at most, besides those that all share


@with_config(
    ConfigDict(
        # Edited or later evidence may hold more than this version knows.
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
# One fault is told of: millions of them would fill the memory.
Items = Annotated[list[_Value], Field(fail_fast=True)]
Named = Annotated[dict[_Key, _Value], BeforeValidator(_few)]
Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=0)]
Interval = Annotated[list[float], Field(min_length=2, max_length=2)]
