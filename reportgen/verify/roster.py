"""Compare a report with its student's row in the roster: configuration, assignment, images."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from reportgen.batch.roster import RosterRow
from reportgen.config.image_seed import salt_in, with_salt
from reportgen.errors import ReportgenError
from reportgen.evidence.record import EvidenceRecord
from reportgen.verify.expected import shown
from reportgen.verify.findings import Difference, Level, judged
from reportgen.verify.requested import compare_plan, images_of, planned_images

NAME = "roster"
# Settings of where the data are and what is written; they do not change the results.
_FREE = ("data", "output")
# Messages do not show these: only the instructor knows the salt, only the student the seed.
_UNTOLD = ("salt", "image_seed")


def find_row(record: EvidenceRecord, rows: Sequence[RosterRow]) -> RosterRow | None:
    """The row of the student whom the evidence names: by id, or if it has none, by the author.

    None if the roster has no such row, or several with the author's name.
    """
    settings = record["report"]["settings"]
    id = settings.get("student_id")
    if id is not None:
        return next((row for row in rows if row.id == id), None)
    named = [row for row in rows if row.name == record["report"]["author"]]
    return named[0] if len(named) == 1 else None


def _as_reports_of_its_age(record: EvidenceRecord, row: RosterRow) -> RosterRow:
    """The row, with the salt in its settings if the report, of an older version, has it too."""
    if row.salt is None or salt_in(record["report"]["settings"]) is None:
        return row
    settings = with_salt(row.config.settings, row.salt)
    return replace(row, config=replace(row.config, settings=settings))


def check_roster(record: EvidenceRecord, roster: Path, rows: Sequence[RosterRow]) -> Level:
    """The level of the roster: compares the report with its student's row."""
    rows = [_as_reports_of_its_age(record, row) for row in rows]
    row = find_row(record, rows)
    if row is None:
        who = record["report"]["settings"].get("student_id") or record["report"]["author"]
        text = f"is {shown(who)}, who is not in {roster.name}"
        return judged(NAME, "whose report it is", [Difference("report.settings.student_id", text)])
    found = list(_compare(record, row))
    if not found:
        note = f"row {row.number}, {row.id}: this student's configuration and images"
        return judged(NAME, note, found)
    others = [other for other in rows if other is not row and _same_images(record, other)]
    if others and not _same_images(record, row):
        whose = ", ".join(other.id for other in others[:3])
        found.append(Difference("images", f"are those of {whose}"))
    return judged(NAME, f"row {row.number}, {row.id}", found)


def _compare(record: EvidenceRecord, row: RosterRow) -> Iterator[Difference]:
    report = record["report"]
    if report["author"] != row.name:
        yield Difference(
            "report.author", f"is {shown(report['author'])}; the roster has {row.name}"
        )
    asked = row.config.settings.model_dump(mode="json", exclude_unset=True)
    if "assignment" in asked:
        asked["assignment"] = row.assignment.name
    said = report["settings"]
    for key in sorted({*asked, *said} - {*_FREE}):
        if said.get(key) != asked.get(key):
            text = f"is {shown(said.get(key))}; the roster has {shown(asked.get(key))}"
            if key in _UNTOLD:
                text = "is not what the roster gives for this student"
            yield Difference(f"report.settings.{key}", text)
    yield from _data(record, row)
    own = {} if row.assignment.built_in else row.assignment.files
    if (report.get("assignment_files") or {}) != own or report["assignment"] != row.assignment.name:
        yield Difference("report.assignment_files", f"are not those of {row.assignment.name}")
        return
    try:
        yield from compare_plan(record, row.job)
    except (ReportgenError, LookupError, TypeError, ValueError) as error:
        yield Difference("models", f"cannot be compared with the roster's ({error})"[:200])


def _data(record: EvidenceRecord, row: RosterRow) -> Iterator[Difference]:
    wanted = row.config.settings.data.tier
    tiers = {model["dataset"]["tier"] for model in record["models"].values()} - {"own"}
    if wanted != "auto" and tiers - {wanted}:
        yield Difference("models, dataset.tier", f"is {', '.join(tiers)}; the roster has {wanted}")


def _same_images(record: EvidenceRecord, row: RosterRow) -> bool:
    try:
        planned = planned_images(record, row.job.plan)
    except (ReportgenError, LookupError):
        return False
    found = images_of(record)
    return bool(planned) and all(found.get(name) == images for name, images in planned.items())
