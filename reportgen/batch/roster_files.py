"""The files that a roster can be in, read into rows whose cells are typed one by one."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reportgen.batch.cells import CellReader, Tables, is_key, keys_of, merged, nested
from reportgen.batch.csv_files import Sheet, read_sheet
from reportgen.batch.ids import plain_text
from reportgen.config.assignments import load_assignment
from reportgen.config.configuration import ANSWERS_FOLDER, DEFAULT_FILE, load_prose
from reportgen.config.settings import ModelChanges, ReportSettings
from reportgen.config.toml_files import MAX_TOML_BYTES, fit, parse
from reportgen.errors import ConfigError
from reportgen.storage.reading import read_text

MAX_ROSTER_BYTES = 16 * 1024**2
OWN_COLUMNS = ("id", "name", "prose")
# What a row says in its own columns.
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
    """A row as it was read: its values are typed, but only looked at one by one."""

    number: int
    id: str
    name: str
    prose: str
    tables: Tables
    faults: tuple[str, ...]


def read_toml(path: Path) -> tuple[Base, list[RawRow]]:
    """A ``report.toml`` with a table ``[[students]]`` for each row.

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
    """A CSV file, and the ``report.toml`` beside it.

    Raises:
        ConfigError: a file cannot be read, a column is unknown, or what the rows share is faulty.
    """
    sheet = read_sheet(path)
    beside = path.absolute().parent / DEFAULT_FILE
    tables: Tables = {}
    if os.path.lexists(beside):
        text = read_text(beside, MAX_TOML_BYTES, inside=beside.parent)
        tables = parse(text, beside)
        fit(tables, text, beside, ReportSettings)
    _check_columns(path, sheet, tables)
    reader = CellReader(tables)
    rows = [_row_of_cells(number, cells, sheet.columns, reader) for number, cells in sheet.rows]
    return _base(path, tables), rows


def _base(path: Path, tables: Tables) -> Base:
    folder = path.absolute().parent
    return Base(path, folder, tables, load_prose(folder, ANSWERS_FOLDER))


def _check_columns(path: Path, sheet: Sheet, base: Tables) -> None:
    """Raise a ``ConfigError`` for columns that are unknown, missing or there twice."""
    lines = []
    named = [name for name in sheet.columns if name]
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
    number: int, cells: tuple[str, ...], columns: tuple[str, ...], reader: CellReader
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
