"""Reads TOML; messages name the file, line and key of a fault, and the nearest valid name."""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from reportgen.errors import ConfigError
from reportgen.names import PATTERNS_IN_WORDS

MAX_TOML_BYTES = 256 * 1024
_HEADER = re.compile(r"^\s*\[{1,2}\s*([^\]]+?)\s*\]{1,2}")
_KEY = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*[A-Za-z0-9_"'-]+)*)\s*=""")

_NAMED_KEY = re.compile(r"([a-z_]+(?:\.[a-z0-9_-]+)*): ")  # how a validator names a key
_CURLY = frozenset("“”„‟‘’‚‛«»")
_QUOTES_ADVICE = '\nIt has curly quotes there. TOML takes straight ones: "like these".'
_UNION_TAGS = ("word", "numbers", "table")

SettingsT = TypeVar("SettingsT", bound=BaseModel)
Location = tuple[str | int, ...]
Tables = dict[str, Any]


def parse(text: str, path: Path) -> dict[str, Any]:
    """The tables of a TOML text.

    Raises:
        ConfigError: it is not TOML, or nested too deeply.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        advice = _QUOTES_ADVICE if _has_curly_quotes(str(error), text) else ""
        raise ConfigError(f"{path} is not valid TOML: {error}.{advice}") from None
    except RecursionError:
        raise ConfigError(f"{path}: values are nested too deeply.") from None
    except ValueError as error:  # an integer of more than 4,300 digits
        raise ConfigError(f"{path}: {error}.") from None


def _has_curly_quotes(fault: str, text: str) -> bool:
    """Whether curly quotes, as word processors and phones type them, are the fault."""
    place = re.search(r"at line (\d+), column (\d+)", fault)
    lines = text.rstrip("\n").split("\n")  # without a place, the fault is at the end
    line = lines[int(place[1]) - 1] if place else lines[-1]
    column = int(place[2]) - 1 if place else len(line)
    is_open = line.count('"') % 2 == 1  # a straight quote that only a curly one closes
    return line[column : column + 1] in _CURLY or (is_open and not _CURLY.isdisjoint(line))


def merged(tables: Mapping[str, Any], changes: Mapping[str, Any]) -> Tables:
    """Tables whose values ``changes`` overrides, key by key."""
    result = dict(tables)
    for name, value in changes.items():
        inner = result.get(name)
        both = isinstance(inner, Mapping) and isinstance(value, Mapping)
        result[name] = merged(inner, value) if both else value  # type: ignore[arg-type]
    return result


def nested(key: str, value: Any) -> Tables:
    """A dotted key and its value as tables in tables."""
    for name in reversed(key.split(".")):
        value = {name: value}
    return typing.cast(Tables, value)


def load_settings(text: str, path: Path, schema: type[SettingsT]) -> SettingsT:
    """A TOML text as settings of the given schema.

    Raises:
        ConfigError: it is not TOML, or a key or value does not fit the schema; the
            message names the file, the line, the key and the nearest valid name.
    """
    return fit(parse(text, path), text, path, schema)


def fit(tables: Mapping[str, Any], text: str, path: Path, schema: type[SettingsT]) -> SettingsT:
    """Tables that were read from a text as settings of the given schema.

    Raises:
        ConfigError: as ``load_settings``.
    """
    try:
        return schema.model_validate(tables)
    except ValidationError as error:
        faults = _first_causes([dict(fault) for fault in error.errors(include_url=False)])
        explained = [explain_fault(fault, tables, schema) for fault in faults[:4]]
        lines = [f"{path}, line {line_of(keys, text)}: {what}" for keys, what in explained]
        if len(faults) > len(lines):
            lines.append(f"... and {len(faults) - len(lines)} more.")
        raise ConfigError("\n".join(lines)) from None
    except RecursionError:
        raise ConfigError(f"{path}: values are nested too deeply.") from None


def _first_causes(faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The faults without those that only follow, such as a list that bad entries leave short."""
    return [
        fault
        for fault in faults
        if fault["type"] != "too_short"
        or not any(
            other is not fault and other["loc"][: len(fault["loc"])] == fault["loc"]
            for other in faults
        )
    ]


def explain_fault(
    fault: Mapping[str, Any], tables: Mapping[str, Any], schema: type[BaseModel]
) -> tuple[Location, str]:
    """Where a fault that Pydantic found is, and what it is, with the nearest valid name."""
    keys = _keys(fault["loc"], tables)
    key = dotted(keys)
    if fault["type"] == "extra_forbidden":
        valid = _valid_names(fault["loc"][:-1], schema)
        near = difflib.get_close_matches(str(keys[-1]), valid, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Valid here: {', '.join(sorted(valid))}."
        return keys, f"unknown key {key}. {hint}"
    if fault["type"] == "missing":
        is_entry = bool(keys) and isinstance(keys[-1], int)
        few = f"{dotted(keys[:-1])} has too few values." if is_entry else ""
        return keys, few or f"the key {key} is missing."
    message = str(fault["msg"]).removeprefix("Value error, ").replace("tuple", "list")
    message = message[:1].lower() + message[1:]
    if fault["type"].startswith("date_"):
        message = f"write a date as {_date_like(fault['input'])}, without quotes"
    if fault["type"] == "string_pattern_mismatch":
        message = f"it may hold {PATTERNS_IN_WORDS[fault['ctx']['pattern']]}"
    named = _NAMED_KEY.match(message)
    if not keys and named:
        return tuple(named[1].split(".")), f"{message}."
    return keys, f"{key}: {message}{_shown(fault['input'])}.{_near_value(fault)}"


def _shown(value: Any) -> str:
    if isinstance(value, dict | list | tuple):
        return ""
    is_time = isinstance(value, datetime.date | datetime.time)
    return f" (it is {value})" if is_time else f" (it is {value!r})"


def _date_like(value: Any) -> str:
    """The date that a faulty value seems to mean, in ISO form, or an example."""
    try:
        return str(datetime.date.fromisoformat(str(value)[:10]))
    except ValueError:
        return "2026-01-31"


def _near_value(fault: Mapping[str, Any]) -> str:
    if fault["type"] != "literal_error" or not isinstance(fault["input"], str):
        return ""
    valid = re.findall(r"'([^']*)'", fault["ctx"]["expected"])
    near = difflib.get_close_matches(fault["input"], valid, n=1)
    return f" Did you mean {near[0]}?" if near else ""


def _keys(location: Location, tables: Mapping[str, Any]) -> Location:
    """The location without the tags that Pydantic adds for unions."""
    keys: list[str | int] = []
    value: Any = tables
    for position, part in enumerate(location):
        rest = location[position + 1 :]
        if isinstance(value, Mapping):
            inner = value.get(str(part))
            is_scalar = not isinstance(inner, dict | list)
            if any(other not in _UNION_TAGS for other in rest) and is_scalar:
                continue  # the tag of a union of tables, such as a layer's kind
            if part in _UNION_TAGS and inner is None:
                continue
        elif not isinstance(value, list) or part in _UNION_TAGS:
            continue
        else:
            inner = value[int(part)] if int(part) < len(value) else None
        keys.append(part)
        value = inner
    return tuple(keys)


def dotted(keys: Location) -> str:
    """A location as a person writes it: ``models.digits.layers[0]``."""
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f".{key}" if text else str(key)
    return text


def line_of(keys: Location, text: str) -> int:
    """The line (from 1) where a key, or the nearest table or key around it, is written."""
    wanted = [str(key) for key in keys if not isinstance(key, int)]
    counts: dict[tuple[str, ...], int] = {}
    best, best_length = 1, 0
    table: tuple[str, ...] = ()
    numbers = [key for key in keys if isinstance(key, int)]
    for number, line in enumerate(text.split("\n"), start=1):
        header, assignment = _HEADER.match(line), _KEY.match(line)
        if header and not assignment:
            table = path = _split(header[1])
            if line.lstrip().startswith("[["):
                counts[path] = counts.get(path, -1) + 1
        elif assignment:
            path = table + _split(assignment[1])
        else:
            continue
        around = (path[:n] for n in range(1, len(path) + 1))
        index = next((counts[each] for each in around if each in counts), None)
        if index is not None and numbers and index != numbers[0]:
            continue
        length = len(path)
        if list(path) == wanted[:length] and length > best_length:
            best, best_length = number, length
    return best


def _split(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _valid_names(location: Location, schema: type[BaseModel]) -> list[str]:
    """The keys that the schema allows at a location."""
    found: list[Any] = [schema]
    for part in location:
        tagged = [model for model in found if len(found) > 1 and part in model.model_fields]
        found = tagged or [inner for model in found for inner in _step(model, part)]
    return [name for model in found if _is_model(model) for name in model.model_fields]


def _step(annotation: Any, part: str | int) -> list[Any]:
    if _is_model(annotation):
        field = annotation.model_fields.get(str(part))
        return (
            _models(field.annotation) if field else [annotation] * (part not in ("table", "word"))
        )
    return []


def _models(annotation: Any) -> list[Any]:
    """The Pydantic models inside an annotation: of items, values and union members."""
    if _is_model(annotation):
        return [annotation]
    return [model for inner in typing.get_args(annotation) for model in _models(inner)]


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
