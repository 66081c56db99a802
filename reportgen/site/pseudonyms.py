"""The private table of pseudonyms, beside a site and never in it, and the people of a class.

Pseudonyms are drawn at random: one that followed from the id would confirm a guessed id. The
table keeps them, so that they stay the same from run to run.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reportgen.batch.outcomes import RESULTS, read_batch
from reportgen.errors import ConfigError, StoreError
from reportgen.report_folder import EVIDENCE_FILE, MAX_RECORD_BYTES
from reportgen.site.collect import Summary, text_or_none
from reportgen.site.names import Person
from reportgen.storage.disk import disk_errors, replace_file
from reportgen.storage.reading import cannot_read, read_inside, read_regular

_LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"  # without vowels, so no words; no look-alikes
_LENGTH = 5
_MAX_BYTES = 64 * 1024**2
# A spreadsheet would take a cell with such a beginning for a formula: an apostrophe goes first.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


@dataclass(frozen=True)
class Row:
    """A report, its author and its pseudonym.

    Attributes:
        report: its folder, relative to the folder of all reports.
        student_id, author: from its evidence, or empty.
        pseudonym: such as ``Student K7QF2``.
        folder: its folder in the site, such as ``student-k7qf2``.
        made_from: the key of everything that the published report depends on.
        made: SHA-256 of the published report's manifest.
    """

    report: str
    student_id: str
    author: str
    pseudonym: str
    folder: str
    made_from: str = ""
    made: str = ""

    @property
    def person(self) -> tuple[str, str]:
        """The identity of the author: the same in all reports of one person."""
        return ("id", self.student_id) if self.student_id else ("name", self.author or self.report)


_COLUMNS = tuple(field.name for field in dataclasses.fields(Row))


def table_path(site: Path) -> Path:
    """The table's file, beside the site's folder."""
    return site.with_name(f"{site.name}-pseudonyms.csv")


def assign(rows: Iterable[Row], summaries: Iterable[Summary]) -> dict[str, Row]:
    """The rows of reports, by report; reports without a row get one.

    One person has one pseudonym. A report whose author changed gets a new row.
    """
    known = {row.report: row for row in rows}
    pseudonyms = {row.person: row.pseudonym for row in known.values()}
    assigned: dict[str, Row] = {}
    folders = {row.folder for row in known.values()}
    for each in sorted(summaries, key=lambda summary: summary.place):
        new = Row(each.place, each.student_id or "", each.author or "", "", "")
        old = known.get(each.place)
        if old is None or old.person != new.person:
            pseudonym = pseudonyms.setdefault(new.person, _draw(set(pseudonyms.values())))
            folder = _folder(pseudonym, folders)
            folders.add(folder)
            new = dataclasses.replace(new, pseudonym=pseudonym, folder=folder)
        else:
            new = dataclasses.replace(old, student_id=new.student_id, author=new.author)
        assigned[each.place] = new
    return assigned


def _draw(taken: set[str]) -> str:
    while True:
        pseudonym = "Student " + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        if pseudonym not in taken:
            return pseudonym


def _folder(pseudonym: str, taken: set[str]) -> str:
    name, number = pseudonym.lower().replace(" ", "-"), 1
    while (folder := name if number == 1 else f"{name}-{number}") in taken:
        number += 1
    return folder


def read_table(path: Path) -> list[Row]:
    """The rows of a table; empty if there is no table yet.

    Raises:
        ConfigError: the file is not such a table.
        StoreError: it cannot be read.
    """
    try:
        content = read_regular(path, _MAX_BYTES)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(cannot_read(path, error)) from None
    try:
        reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        header, *lines = [line for line in reader if line]
        rows = [Row(*(cell.removeprefix("'") for cell in line)) for line in lines]
    except (ValueError, TypeError, csv.Error):
        raise _damaged(path) from None
    folders = [row.folder for row in rows]
    fits = all(map(re.compile("student-[a-z0-9-]+").fullmatch, folders))
    if tuple(header) != _COLUMNS or not fits or len({*folders}) != len(folders):
        raise _damaged(path)
    return rows


def _damaged(path: Path) -> ConfigError:
    return ConfigError(
        f"{path} is not a table of pseudonyms as reportgen site writes it.\n"
        "Put back a whole copy; without it, every student gets a new pseudonym."
    )


def write_table(path: Path, rows: Iterable[Row]) -> None:
    """Write the table; only its owner can read it.

    Raises:
        StoreError: it cannot be written.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for row in sorted(rows, key=lambda row: row.report):
        texts = dataclasses.astuple(row)
        writer.writerow([f"'{each}" if each.startswith(_FORMULA) else each for each in texts])
    content = stream.getvalue().encode()
    with disk_errors(path):
        if not path.is_file() or read_regular(path, _MAX_BYTES) != content:
            replace_file(path, content, private=True)


def people_of(
    reports: Path, summaries: Iterable[Summary], rows: Iterable[Row]
) -> tuple[Person, ...]:
    """All people whose names and ids must not be in a site with pseudonyms.

    These are the whole class, not only the authors.

    Args:
        reports: the folder of the reports.
        summaries: of the reports.
        rows: of the table of pseudonyms, also of removed reports.

    Returns:
        Each person once, sorted by name and id.
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
    """The students in the results of a batch, also those without a report."""
    if read_batch(folder) is None:
        return
    try:
        content = read_inside(folder, f"{RESULTS}.csv", _MAX_BYTES)
        for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            name, id = (str(row[column] or "").removeprefix("'") for column in ("name", "id"))
            yield Person(name or None, id or None)
    except (OSError, KeyError, ValueError, csv.Error):
        return


def _in_reports(folder: Path, known: Collection[Path]) -> Iterator[Person]:
    """The authors of other reports in a folder: of damaged ones, and former students."""
    for inner in folder.iterdir():
        if inner in known or inner.is_symlink():
            continue
        try:
            record = json.loads(read_inside(inner, EVIDENCE_FILE, MAX_RECORD_BYTES))
            name, id = record["report"]["author"], record["report"]["settings"].get("student_id")
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            continue
        yield Person(text_or_none(name), text_or_none(id))
