"""Checks evidence against the types of its records, and writes it as JSON.

The check, the JSON Schema (``schema.py``) and the static types have one source: the records.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reportgen.errors import RenderError
from reportgen.evidence.record import (
    ASSIGNMENT_PATTERN,
    DATE_PATTERN,
    IMAGE_PATTERN,
    SELECTION_PATTERN,
    EvidenceRecord,
)
from reportgen.names import NAME_PATTERN, PATTERNS_IN_WORDS
from reportgen.studies.catalogue import STUDIES, load_study

_MAX_DEPTH = 50
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_SHOWN = 100
_IN_WORDS = {
    **PATTERNS_IN_WORDS,
    SELECTION_PATTERN: PATTERNS_IN_WORDS[NAME_PATTERN],
    IMAGE_PATTERN: "a dataset's name, -train- or -test-, and a number",
    ASSIGNMENT_PATTERN: "a name, not a path",
    DATE_PATTERN: "a date such as 2026-11-21",
}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def evidence_json(record: Mapping[str, Any]) -> bytes:
    """The record as the bytes of ``evidence.json``: the same record, the same bytes."""
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
    return text.encode() + b"\n"


def check_record(record: Any, source: str) -> EvidenceRecord:
    """Return the record if it satisfies the schema and can be written as JSON again.

    Raises:
        RenderError: naming ``source`` and the first places where it does not.
    """
    faults = list(itertools.islice(_faults(record), 3))
    if faults:
        lines = [f"{_shown('.'.join(map(str, place)))}: {_shown(what)}" for place, what in faults]
        raise RenderError(f"{source} is not evidence of this program: " + "\n".join(lines))
    checked: EvidenceRecord = record
    return checked


Place = tuple[str | int, ...]


def _faults(record: Any) -> Iterator[tuple[Place, str]]:
    """Each place where the record does not fit its types, and what is wrong there."""
    wrong = list(_mismatches(EvidenceRecord, record, ()))
    yield from wrong
    if not wrong:
        for name, study in record["studies"].items():
            if name in STUDIES:  # a later version may have more
                yield from _mismatches(load_study(name).record, study, ("studies", name))
        yield from _unwritable(record, ())


def _mismatches(kind: Any, value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    try:
        _adapter(kind).validate_python(value)
    except ValidationError as error:
        for fault in error.errors()[:3]:
            yield (*place, *fault["loc"]), _in_words(fault)


def _shown(text: str) -> str:
    return ascii(text[:_MAX_SHOWN])[1:-1][:_MAX_SHOWN]


def _in_words(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "string_pattern_mismatch":
        return f"it may hold {_IN_WORDS[fault['ctx']['pattern']]}"
    return str(fault["msg"]).removeprefix("Value error, ")


def _unwritable(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Each place where a value cannot be written as JSON, and what is wrong there."""
    if len(place) > _MAX_DEPTH:
        yield place[:5], "Nested too deeply"
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _unwritable(name, place)
            yield from _unwritable(inner, (*place, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _unwritable(inner, (*place, number))
    elif isinstance(value, float) and not math.isfinite(value):
        yield place, "Not a finite number"
    elif isinstance(value, str) and _SURROGATE.search(value):
        yield place, "Half of a character"
