"""Whose names and ids must not be in a site without names: all of a class, not authors alone."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from reportgen.batch.outcomes import RESULTS, read_batch
from reportgen.report_folder import EVIDENCE_FILE, MAX_RECORD_BYTES
from reportgen.site.collect import Summary, text_or_none
from reportgen.site.names import Person
from reportgen.site.pseudonyms import Row
from reportgen.storage.reading import read_inside

_MAX_TABLE_BYTES = 64 * 1024**2


def people_of(
    reports: Path, summaries: Iterable[Summary], rows: Iterable[Row]
) -> tuple[Person, ...]:
    """Everybody who may be named in a report.

    Args:
        reports: the folder that holds the reports.
        summaries: of the reports.
        rows: of the table of pseudonyms, also those whose reports are away.

    Returns:
        Each person once, in an order that follows from who they are.
    """
    people = {Person(row.author or None, row.student_id or None) for row in rows}
    known = {reports / each.place: Person(each.author, each.student_id) for each in summaries}
    people.update(known.values())
    for folder in {reports, *(report.parent for report in known)}:
        people.update(_in_results(folder))
        people.update(_in_reports(folder, known))
    people.discard(Person(None, None))
    return tuple(sorted(people, key=lambda each: (each.name or "", each.student_id or "")))


def _in_results(folder: Path) -> Iterator[Person]:
    """The students of a batch, those without a report too; none if the folder is no batch's."""
    if read_batch(folder) is None:
        return
    try:
        content = read_inside(folder, f"{RESULTS}.csv", _MAX_TABLE_BYTES)
        for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            name, id = (str(row[column] or "").removeprefix("'") for column in ("name", "id"))
            yield Person(name or None, id or None)
    except (OSError, KeyError, ValueError, csv.Error):
        return


def _in_reports(folder: Path, known: Collection[Path]) -> Iterator[Person]:
    """The authors of other reports in a folder: damaged ones, and of who left the roster."""
    for inner in folder.iterdir():
        if inner in known or inner.is_symlink():
            continue
        try:
            record = json.loads(read_inside(inner, EVIDENCE_FILE, MAX_RECORD_BYTES))
            name, id = record["report"]["author"], record["report"]["settings"].get("student_id")
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            continue
        yield Person(text_or_none(name), text_or_none(id))
