"""Read a roster's cells as values of the configuration."""

from __future__ import annotations

import re
import tomllib
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from reportgen.config.settings import ReportSettings
from reportgen.config.toml_files import explain_fault, merged, nested

_NOT_FOUND = object()


def is_key(key: str) -> bool:
    """Whether a dotted key is one that ``report.toml`` can have."""
    return _leads_to_value(ReportSettings, key.split("."))


def _leads_to_value(annotation: Any, parts: Sequence[str]) -> bool:
    if not parts:
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        field = annotation.model_fields.get(parts[0])
        return field is not None and _leads_to_value(field.annotation, parts[1:])
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is dict:
        return _leads_to_value(inner[1], parts[1:])
    if origin in (typing.Annotated, typing.Union, types.UnionType):
        return any(_leads_to_value(each, parts) for each in inner)
    return False


def keys_of(tables: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The dotted keys of nested tables."""
    for name, value in tables.items():
        if isinstance(value, Mapping):
            yield from keys_of(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


class CellReader:
    """Reads cells by the type of their key.

    A cell is text where the key takes text. Otherwise it is a TOML value, such as ``12``,
    ``0.5``, ``true``, ``2026-01-31`` or ``[300, 301]``, or a list such as ``300 301`` or
    ``300, 301``.
    """

    def __init__(self, base: Mapping[str, Any]) -> None:
        self._base = base
        self.read = cache(self._read)

    def _read(self, key: str, cell: str) -> tuple[Any, str | None]:
        """The value of a cell and None, or None and why no value fits the key."""
        faults = []
        for rank, value in _readings(cell):
            depth, fault = self._fault(key, value)
            if fault is None:
                return value, None
            faults.append((depth, rank, fault))
        # The reading that fails deepest inside the value gives the most useful message.
        return None, max(faults)[2]

    def _fault(self, key: str, value: Any) -> tuple[int, str | None]:
        tables = merged(self._base, nested(key, value))
        try:
            ReportSettings.model_validate(tables)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                keys, text = explain_fault(fault, tables, ReportSettings)
                if f"{'.'.join(map(str, keys))}.".startswith(f"{key}."):
                    return len(keys), text
        return 0, None


def _readings(cell: str) -> Iterator[tuple[int, Any]]:
    """The values that a cell may mean, each with the rank of its message if none fits."""
    yield 1, cell
    value = _toml_value(cell)
    if value is not _NOT_FOUND:
        yield 2, value
    parts = [part for part in re.split(r"[\s,;]+", cell) if part]
    values = [_toml_value(part) for part in parts]
    yield 0, [v if v is not _NOT_FOUND else part for part, v in zip(parts, values, strict=True)]


def _toml_value(cell: str) -> Any:
    text = cell.lower() if cell.lower() in ("true", "false") else cell
    try:
        tables = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return _NOT_FOUND
    return tables["value"] if len(tables) == 1 else _NOT_FOUND
