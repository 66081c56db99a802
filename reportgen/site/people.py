"""Whose names and ids must not be in a site without names: all of a class, not authors alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from reportgen.batch.folder import BATCH_FILE
from reportgen.batch.tables import RESULTS
from reportgen.reading import read_inside
from reportgen.site.collect import Summary
from reportgen.site.names import Person
from reportgen.site.pseudonyms import Row

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
    summaries = list(summaries)
    people = {Person(each.author, each.student_id) for each in summaries}
    people |= {Person(row.author or None, row.student_id or None) for row in rows}
    for folder in {(reports / each.place).parent for each in summaries}:
        people.update(_students(folder))
    people.discard(Person(None, None))
    return tuple(sorted(people, key=lambda each: (each.name or "", each.student_id or "")))


def _students(batch: Path) -> Iterator[Person]:
    """The students of a batch, those without a report too; none if the folder is no batch's."""
    try:
        read_inside(batch, BATCH_FILE, _MAX_TABLE_BYTES)
        content = read_inside(batch, f"{RESULTS}.csv", _MAX_TABLE_BYTES)
        for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            name, id = (str(row[column] or "").removeprefix("'") for column in ("name", "id"))
            yield Person(name or None, id or None)
    except (OSError, KeyError, ValueError, csv.Error):
        return
