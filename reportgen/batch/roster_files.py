"""Read a roster from a CSV or TOML file into rows.

A CSV file may be as spreadsheets write it: with any of three separators, with or without a byte
order mark, in UTF-8 or UTF-16.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.batch.cells import CellReader, is_key, keys_of
from reportgen.batch.ids import plain_text
from reportgen.config.assignments import load_assignment
from reportgen.config.configuration import ANSWERS_FOLDER, DEFAULT_FILE, load_prose
from reportgen.config.settings import ModelChanges, ReportSettings
from reportgen.config.toml_files import MAX_TOML_BYTES, Tables, fit, merged, nested, parse
from reportgen.errors import ConfigError
from reportgen.storage.reading import cannot_read, read_regular, read_text

MAX_ROSTER_BYTES = 16 * 1024**2
MAX_CSV_BYTES = 64 * 1024**2
_SEPARATORS = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
OWN_COLUMNS = ("id", "name", "prose")
# Keys of the configuration that follow from a column of the roster.
FILLED_IN = {"author": "name", "student_id": "id"}
_MODEL_KEYS = tuple(ModelChanges.model_fields)


@dataclass(frozen=True)
class Base:
    """What all rows share."""

    path: Path
    folder: Path
    tables: Tables
    prose: Mapping[str, str]


@dataclass(frozen=True)
class RawRow:
    """A row as it was read: each value has its type, but the row as a whole is not checked."""

    number: int
    id: str
    name: str
    prose: str
    tables: Tables
    faults: tuple[str, ...]


def read_toml(path: Path) -> tuple[Base, list[RawRow]]:
    """Read a ``report.toml`` with a table ``[[students]]`` for each row.

    Raises:
        ConfigError: it cannot be read, or what the rows share is faulty.
    """
    text = read_text(path, MAX_ROSTER_BYTES)
    tables = parse(text, path)
    students = tables.pop("students", [])
    if not isinstance(students, list) or not all(isinstance(each, dict) for each in students):
        raise ConfigError(f"{path}: students must be tables: [[students]] before each one's keys.")
    fit(tables, text, path, ReportSettings)
    return _base(path, tables), [_raw_row(n, row) for n, row in enumerate(students, start=1)]


def _raw_row(number: int, student: Tables) -> RawRow:
    given = dict(student)
    faults, texts = [], {}
    for column in OWN_COLUMNS:
        value = given.pop(column, "")
        if not isinstance(value, str | int) or isinstance(value, bool):
            faults.append(f"{column} must be text (it is {value!r}).")
            value = ""
        texts[column] = plain_text(str(value))
    faults += [_filled_in(key) for key in FILLED_IN if key in given]
    return RawRow(number, **texts, tables=given, faults=tuple(faults))


def _filled_in(key: str) -> str:
    return f"{key} is taken from {FILLED_IN[key]}. Leave it out."


def read_csv(path: Path) -> tuple[Base, list[RawRow]]:
    """Read a CSV file and the ``report.toml`` beside it.

    Raises:
        ConfigError: a file cannot be read, a column is unknown, or ``report.toml`` is faulty.
    """
    columns, records = _read_table(path)
    beside = path.absolute().parent / DEFAULT_FILE
    tables: Tables = {}
    if os.path.lexists(beside):
        text = read_text(beside, MAX_TOML_BYTES, inside=beside.parent)
        tables = parse(text, beside)
        fit(tables, text, beside, ReportSettings)
    _check_columns(path, columns, tables)
    reader = CellReader(tables)
    rows = [_row_of_cells(number, cells, columns, reader) for number, cells in records]
    return _base(path, tables), rows


def _base(path: Path, tables: Tables) -> Base:
    folder = path.absolute().parent
    return Base(path, folder, tables, load_prose(folder, ANSWERS_FOLDER))


def _check_columns(path: Path, columns: Sequence[str], base: Tables) -> None:
    """Raise a ``ConfigError`` for columns that are unknown, missing or there twice."""
    lines = []
    named = [name for name in columns if name]
    for name in dict.fromkeys(named):
        if named.count(name) > 1:
            lines.append(f"the column {name!r} is there {named.count(name)} times.")
        elif name in FILLED_IN:
            lines.append(_filled_in(name))
        elif name not in OWN_COLUMNS and not is_key(name):
            lines.append(f"unknown column {name!r}. {_nearest(name, base, path.absolute().parent)}")
    lines += [
        f"the column {name!r} is missing. There are: {', '.join(named)}."
        for name in ("id", "name")
        if name not in named
    ]
    if lines:
        more = [f"... and {len(lines) - 4} more."] if len(lines) > 4 else []
        raise ConfigError("\n".join([f"{path}, row 1: {line}" for line in lines[:4]] + more))


def _nearest(name: str, base: Tables, folder: Path) -> str:
    settings = ReportSettings.model_validate(base)
    assignment = load_assignment(settings.assignment, folder).settings
    valid = [*OWN_COLUMNS, *keys_of(ReportSettings().model_dump()), "selections"]
    valid += [f"selections.{each}" for each in assignment.selections]
    valid += [f"models.{each}.{key}" for each in assignment.models for key in _MODEL_KEYS]
    near = difflib.get_close_matches(name, [key for key in valid if key not in FILLED_IN], n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return "Write keys as report.toml has them, such as seed or models.digits.epochs."


def _row_of_cells(
    number: int, cells: Sequence[str], columns: Sequence[str], reader: CellReader
) -> RawRow:
    n_beyond = sum(bool(cell) for cell in cells[len(columns) :])
    faults = [f"{n_beyond} cells stand beyond the last column."] if n_beyond else []
    texts = dict.fromkeys(OWN_COLUMNS, "")
    tables: Tables = {}
    for column, cell in zip(columns, cells, strict=False):
        if column in OWN_COLUMNS:
            texts[column] = plain_text(cell)
        elif cell and not column:
            faults.append(f"{cell!r} stands in a column without a name.")
        elif cell:
            value, fault = reader.read(column, cell)
            if fault is None:
                tables = merged(tables, nested(column, value))
            else:
                faults.append(fault)
    return RawRow(number, **texts, tables=tables, faults=tuple(faults))


def _read_table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The columns in lower case; and (number, cells) of each other row that is not empty.

    The row of the columns is number 1, as in a spreadsheet.
    """
    text = _decoded(path)
    marked = _SEPARATOR_LINE.match(text)
    if marked:
        text = text[marked.end() :]
    separator = marked[1] if marked else _separator(text)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise ConfigError(f"{path} is not a CSV file: {error}.") from None
    rows = [
        (number, [cell.strip() for cell in record])
        for number, record in enumerate(records, start=1)
        if any(cell.strip() for cell in record)
    ]
    if not rows:
        raise ConfigError(f"{path} is empty. Its first row names the columns: id,name,...")
    (_, columns), *students = rows
    return [name.lower() for name in columns], students


def _decoded(path: Path) -> str:
    try:
        content = read_regular(path, MAX_CSV_BYTES)
    except OSError as error:
        raise ConfigError(cannot_read(path, error)) from None
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}, line {line}: not UTF-8. Save the file as CSV UTF-8.") from None
    if "\0" in text:
        raise ConfigError(f"{path} is not a text file. Save the roster as CSV UTF-8.")
    return text


def _separator(text: str) -> str:
    """The separator that the first row uses most, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_SEPARATORS, key=bare.count)
