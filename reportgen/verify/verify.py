"""``reportgen verify``: check every level that is possible, and say what they do not prove.

A child process reads the stranger's report, computes it again and renders it again; then the
levels that need data, training or the roster follow.
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
from reportgen.verify.sandbox import Answer, run_contained

_LEVEL = TypeAdapter(Level)
RETRAINING, ROSTER = "retraining", "roster"


def verify_report(
    place: Path,
    search: Search,
    observer: Observer,
    *,
    retrain: bool = False,
    roster: Path | None = None,
) -> Verification:
    """Verify a report.

    Args:
        place: its folder, or its PDF.
        search: where to look for the datasets; nothing is downloaded.
        observer: called as trainings proceed.
        retrain: whether to train the models again.
        roster: the file of the class's roster, or None.

    Raises:
        RenderError: it cannot be read, or carries no evidence.
        MismatchError: a part of its evidence was removed.
        ConfigError: the roster is faulty.
    """
    checked = check_in_sandbox(place)
    belongs = not_reached(ROSTER, "--roster ROSTER compares it with yours")
    own: dict[str, OwnDataset] = {}
    if roster is not None:
        belongs, own, search = _roster(checked, roster, search)
    weights = _LEVEL.validate_python(run_contained(_weights_and_data, checked, search, own).data)
    retraining = not_reached(RETRAINING, "--retrain trains the models again")
    if retrain:
        from reportgen.verify.retrain import check_retraining

        retraining = check_retraining(checked.evidence, search, own, observer)
        if retraining.status == "not reached":  # although the user asked for it
            lacking = Difference(RETRAINING, f"cannot be done here: {retraining.note}")
            retraining = dataclasses.replace(retraining, differences=(lacking,))
    levels = (*checked.levels, weights, retraining, belongs)
    return Verification(
        str(place), _about(checked), levels, checked.remarks, tuple(_not_proved(levels))
    )


def _weights_and_data(
    checked: CheckedSubmission, search: Search, own: dict[str, OwnDataset]
) -> Answer:
    from reportgen.verify.weights import check_weights_and_data

    level = check_weights_and_data(checked.evidence, checked.weights, search, own)
    return Answer(dataclasses.asdict(level))


def _roster(
    checked: CheckedSubmission, roster: Path, search: Search
) -> tuple[Level, dict[str, OwnDataset], Search]:
    """The level of the roster, and where the roster says that the data are."""
    from reportgen.batch.roster import read_roster
    from reportgen.verify.roster import check_roster, find_row

    rows = read_roster(roster)
    record = checked.evidence.record
    level = check_roster(record, roster, rows)
    row = find_row(record, rows)
    if row is None:
        return level, {}, search
    if search.data_dir is None:
        search = dataclasses.replace(search, data_dir=row.config.data_dir)
    return level, row.job.plan.own_datasets, search


def _about(checked: CheckedSubmission) -> dict[str, Any]:
    report = checked.evidence.record["report"]
    return {
        "title": report["title"],
        "author": report["author"],
        "student_id": report["settings"].get("student_id"),
        "assignment": report["assignment"],
        "data_tier": checked.evidence.data_tier,
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
class CheckedSubmission:
    """The result of the checks in the sandbox, and what the other levels need.

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


def check_submission(place: Path) -> CheckedSubmission:
    """Read what a stranger sent, compute it again and render it again.

    It runs parsers and the report's templates, so only ``check_in_sandbox`` and tests call it.

    Raises:
        RenderError: nothing can be read, or there is no evidence.
        MismatchError: a part of the evidence was removed.
    """
    from reportgen.verify.files import check_files, made_by_render
    from reportgen.verify.recompute import recompute_evidence
    from reportgen.verify.rerender import compare_rendering
    from reportgen.verify.submission import read_submission

    submission = read_submission(place)
    levels = (
        check_files(submission),
        recompute_evidence(submission.evidence),
        *compare_rendering(submission),
    )
    remarks = []
    if made_by_render(submission):
        remarks.append("It was written by `reportgen render`, from evidence alone.")
    if salt_in(submission.evidence.record["report"]["settings"]) is not None:
        remarks.append(SALT_GIVEN_AWAY)
    if submission.evidence.record["report"].get("assignment_files"):
        remarks.append(
            "Its assignment is not one of the program's: the words of its templates are its "
            "author's. --roster compares it with yours."
        )
    if submission.evidence.record["report"]["prose"]:
        remarks.append(
            "Answers in the author's own words are compared with what was attached; "
            "what they claim is what the report marks."
        )
    weights = {k: v for k, v in submission.files.items() if k.startswith("weights/")}
    arrays = submission.carriers[ARRAYS_FILE]
    return CheckedSubmission(submission.evidence, arrays, weights, tuple(levels), tuple(remarks))


# The JSON part of the sandbox's answer: the record, the levels, and remarks on them.
_SANDBOX_ANSWER = TypeAdapter(tuple[Any, tuple[Level, ...], tuple[str, ...]])


def _check_submission(place: Path) -> Answer:
    found = check_submission(place)
    levels = [dataclasses.asdict(level) for level in found.levels]
    told = [found.evidence.record, levels, found.remarks]
    return Answer(told, {ARRAYS_FILE: found.arrays, **found.weights})


def check_in_sandbox(place: Path) -> CheckedSubmission:
    """Run ``check_submission`` in a child process with memory and time limits.

    Raises:
        RenderError: as for ``check_submission``, or it crashed or exceeded the limits.
        MismatchError: a part of the evidence was removed.
    """
    if not place.exists():
        raise RenderError(f"{place} does not exist. Name a report's folder or its PDF.")
    answer = run_contained(_check_submission, place)
    try:
        told, levels, remarks = _SANDBOX_ANSWER.validate_python(answer.data)
        record = check_record(told, str(place))
        arrays = answer.files[ARRAYS_FILE]
        read = read_arrays(io.BytesIO(arrays), Path(ARRAYS_FILE), max_bytes=MAX_ARRAY_BYTES)
    except (ValidationError, DataError, LookupError):
        raise RenderError(f"{place}: what was found in it makes no sense.") from None
    weights = {name: content for name, content in answer.files.items() if name != ARRAYS_FILE}
    return CheckedSubmission(Evidence(record, read), arrays, weights, levels, remarks)
