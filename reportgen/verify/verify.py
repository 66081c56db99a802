"""``reportgen verify``: every level that can be reached, and what they do not prove.

What a stranger sent is read, computed again and rendered again in a child process; the levels
that need data, training or the roster follow here.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from reportgen.config.image_seed import SALT_GIVEN_AWAY, salt_in
from reportgen.datasets.catalogue import OwnDataset
from reportgen.datasets.sources import Search
from reportgen.errors import DataError, RenderError
from reportgen.evidence.check import check_record
from reportgen.evidence.files import MAX_ARRAY_BYTES
from reportgen.evidence.record import Evidence
from reportgen.pipeline.ledger import Observer
from reportgen.report_folder import ARRAYS_FILE
from reportgen.storage.npz import read_arrays
from reportgen.verify.findings import Difference, Level, Verification, not_reached
from reportgen.verify.sandbox import Answer, contained

_LEVEL = TypeAdapter(Level)
RETRAINING, ROSTER = "retraining", "roster"


@dataclass(frozen=True)
class Depth:
    """How far a verification goes.

    Attributes:
        search: where the datasets are looked for; nothing is downloaded.
        retrain: whether the models are trained again.
        roster: of the class, or None.
    """

    search: Search
    retrain: bool = False
    roster: Path | None = None


def verify(place: Path, depth: Depth, observer: Observer) -> Verification:
    """Verify a report.

    Args:
        place: its folder, or its PDF.
        depth: how far to go.
        observer: told of trainings.

    Raises:
        RenderError: it cannot be read, or carries no evidence.
        MismatchError: a part of its evidence was removed.
        ConfigError: the roster is faulty.
    """
    examined = examine_contained(place)
    roster = not_reached(ROSTER, "--roster ROSTER compares it with yours")
    own: dict[str, OwnDataset] = {}
    search = depth.search
    if depth.roster is not None:
        roster, own, search = _roster(examined, depth.roster, search)
    weights = _LEVEL.validate_python(contained(_weights_and_data, examined, search, own).data)
    retraining = not_reached(RETRAINING, "--retrain trains the models again")
    if depth.retrain:
        from reportgen.verify.retrain import look_at_retraining

        retraining = look_at_retraining(examined.evidence, search, own, observer)
        if retraining.status == "not reached":  # asked for all the same
            lacking = Difference(RETRAINING, f"cannot be done here: {retraining.note}")
            retraining = dataclasses.replace(retraining, differences=(lacking,))
    levels = (*examined.levels, weights, retraining, roster)
    return Verification(
        str(place), _about(examined), levels, examined.remarks, tuple(_not_proved(levels))
    )


def _weights_and_data(examined: Examined, search: Search, own: dict[str, OwnDataset]) -> Answer:
    from reportgen.verify.weights import look_at_weights_and_data

    level = look_at_weights_and_data(examined.evidence, examined.weights, search, own)
    return Answer(dataclasses.asdict(level))


def _roster(
    examined: Examined, roster: Path, search: Search
) -> tuple[Level, dict[str, OwnDataset], Search]:
    """The level of the roster, and the data that the roster knows the place of."""
    from reportgen.verify.roster import find_row, look_at_roster, read_rows

    rows = read_rows(roster)
    record = examined.evidence.record
    level = look_at_roster(record, roster, rows)
    row = find_row(record, rows)
    if row is None:
        return level, {}, search
    if search.data_dir is None:
        search = dataclasses.replace(search, data_dir=row.config.data_dir)
    return level, row.job.plan.own_datasets, search


def _about(examined: Examined) -> dict[str, Any]:
    report = examined.evidence.record["report"]
    return {
        "title": report["title"],
        "author": report["author"],
        "student_id": report["settings"].get("student_id"),
        "assignment": report["assignment"],
        "data_tier": examined.evidence.data_tier,
    }


def _not_proved(levels: tuple[Level, ...]) -> list[str]:
    status = {level.name: level.status for level in levels}
    said = []
    if status[RETRAINING] != "ok":
        said.append(
            "that the measurements took place: evidence, weights and report that were made up "
            "to agree with each other are found by --retrain only"
        )
        said += [f"{each} (--retrain does)" for level in levels for each in level.left]
    if status["weights and data"] == "not reached":
        said.append("that the weights give these accuracies on the real images")
    if status[ROSTER] != "ok":
        said.append("that the report is this student's: --roster compares it with yours")
    said.append("who pressed the button: nothing in a file can show that")
    return said


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
    from reportgen.verify.rerender import look_at_appearance
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
