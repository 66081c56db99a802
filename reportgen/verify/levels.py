"""The whole verification: level by level, each on what the ones before have read."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reportgen.config.image_seed import SALT_GIVEN_AWAY, salt_in
from reportgen.errors import DataError, RenderError
from reportgen.evidence.check import check_record
from reportgen.evidence.files import MAX_ARRAY_BYTES
from reportgen.evidence.record import Evidence
from reportgen.report_folder import ARRAYS_FILE
from reportgen.storage.npz import read_arrays
from reportgen.verify.findings import Level
from reportgen.verify.sandbox import Answer, contained


@dataclass(frozen=True, eq=False)
class Examined:
    """What the contained part found, and what the others go on with.

    Attributes:
        evidence: read and checked.
        arrays: the bytes of ``evidence.npz``.
        weights: the files below ``weights/`` by relative name; empty for a PDF alone.
        levels: ``files``, ``evidence``, ``words`` and ``layout``.
        remarks: of these levels.
    """

    evidence: Evidence
    arrays: bytes
    weights: Mapping[str, bytes]
    levels: tuple[Level, ...]
    remarks: tuple[str, ...]


def examine(place: Path) -> Examined:
    """Read, compute again and render again. What a stranger sent may do its worst here.

    Raises:
        RenderError: nothing can be read, or no evidence is there.
        MismatchError: a part of the evidence was removed.
    """
    from reportgen.verify.files import look_at_files, made_by_render
    from reportgen.verify.recompute import look_inside
    from reportgen.verify.rerender_compare import look_at_appearance
    from reportgen.verify.submission import read_handed_in

    handed = read_handed_in(place)
    levels = (look_at_files(handed), look_inside(handed.evidence), *look_at_appearance(handed))
    remarks = []
    if made_by_render(handed):
        remarks.append("It was written by `reportgen render`, from evidence alone.")
    if salt_in(handed.evidence.record["report"]["settings"]) is not None:
        remarks.append(SALT_GIVEN_AWAY)
    if handed.evidence.record["report"].get("assignment_files"):
        remarks.append(
            "Its assignment is not one of the program's: the words of its templates are its "
            "author's. --roster compares it with yours."
        )
    if handed.evidence.record["report"]["prose"]:
        remarks.append(
            "Answers in the author's own words are compared with what was attached; "
            "what they claim is what the report marks."
        )
    weights = {k: v for k, v in handed.files.items() if k.startswith("weights/")}
    arrays = handed.carriers[ARRAYS_FILE]
    return Examined(handed.evidence, arrays, weights, tuple(levels), tuple(remarks))


@dataclass(frozen=True)
class _Told:
    """What the contained part answers in JSON."""

    record: Any
    levels: tuple[Level, ...]
    remarks: tuple[str, ...]


_TOLD = TypeAdapter(_Told)


def _examine(place: Path) -> Answer:
    found = examine(place)
    told = _Told(found.evidence.record, found.levels, found.remarks)
    return Answer(dataclasses.asdict(told), {ARRAYS_FILE: found.arrays, **found.weights})


def examine_contained(place: Path) -> Examined:
    """``examine``, in a process with limits.

    Raises:
        RenderError, MismatchError: as ``examine``; it crashed, or went beyond the limits.
    """
    if not place.exists():
        raise RenderError(f"{place} does not exist. Name a report's folder or its PDF.")
    answer = contained(_examine, place)
    try:
        told = _TOLD.validate_python(answer.data)
        record = check_record(told.record, str(place))
        arrays = answer.files[ARRAYS_FILE]
        read = read_arrays(io.BytesIO(arrays), Path(ARRAYS_FILE), max_bytes=MAX_ARRAY_BYTES)
    except (ValidationError, DataError, LookupError):
        raise RenderError(f"{place}: what was found in it makes no sense.") from None
    weights = {name: content for name, content in answer.files.items() if name != ARRAYS_FILE}
    return Examined(Evidence(record, read), arrays, weights, told.levels, told.remarks)
