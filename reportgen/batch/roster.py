"""A roster: one student a row, each with a configuration, all checked before any work.

A CSV file has the columns ``id``, ``name`` and any keys of the configuration, such as
``seed``, ``selections.predict`` or ``models.digits.epochs``; ``prose`` names a folder of
answers. What all rows share stands in the ``report.toml`` beside it. A TOML file is a
``report.toml`` with a table ``[[students]]`` for each row. Paths are relative to the roster.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reportgen.assignments import Assignment, load_assignment
from reportgen.batch.cells import CellReader, Tables, is_key, keys_of, merged, nested
from reportgen.batch.faults import Fault, require_no_fault
from reportgen.batch.ids import fault_of_id, folder_of, has_control_characters, plain_text
from reportgen.batch.sheet import Sheet, read_sheet
from reportgen.config import DEFAULT_FILE, Configuration, load_prose, with_changes
from reportgen.errors import ConfigError
from reportgen.plan import make_plan
from reportgen.settings import ModelChanges, ReportSettings
from reportgen.toml_files import explain_fault, fit, parse, read_text

MAX_TOML_BYTES = 16 * 1024**2
OWN_COLUMNS = ("id", "name", "prose")
# What a row says in its own columns.
_FILLED_IN = {"author": "name", "student_id": "id"}
_MODEL_KEYS = tuple(ModelChanges.model_fields)


@dataclass(frozen=True)
class RosterRow:
    """A student, and the report to make.

    Attributes:
        number: of the row; in a CSV file as a spreadsheet shows it, the columns' names
            being row 1, in a TOML file from 1.
        id, name: as the roster has them.
        folder: the name of the report's folder, in ASCII and lower case.
        config: its ``author`` is the name, its ``student_id`` the id. Its text is a
            ``report.toml`` that builds the same report by itself.
        assignment: the one that the configuration names.
    """

    number: int
    id: str
    name: str
    folder: str
    config: Configuration
    assignment: Assignment


@dataclass(frozen=True)
class _Base:
    """What all rows share."""

    path: Path
    folder: Path
    tables: Tables
    prose: Mapping[str, str]


@dataclass(frozen=True)
class _RawRow:
    """A row as it was read: its values are typed, but only looked at one by one."""

    number: int
    id: str
    name: str
    prose: str
    tables: Tables
    faults: tuple[str, ...]


def read_roster(path: Path, **changes: Any) -> tuple[RosterRow, ...]:
    """Read and check every row of a roster.

    Args:
        path: a CSV or TOML file.
        changes: what the command line says, as ``config.with_changes`` takes it; it
            comes before what the roster says.

    Raises:
        ConfigError: the file cannot be read, or any row is faulty; the message names
            every faulty row, with the columns of the first.
    """
    is_toml = path.suffix.lower() == ".toml"
    base, raw_rows = _read_toml(path) if is_toml else _read_csv(path)
    if not raw_rows:
        raise ConfigError(f"{path} has no students. Give each a row with an id and a name.")
    checker = _RowChecker(base, changes)
    rows = [row for raw in raw_rows if (row := checker.check(raw)) is not None]
    require_no_fault(path, checker.faults, len(raw_rows))
    return tuple(rows)


def _read_toml(path: Path) -> tuple[_Base, list[_RawRow]]:
    text = read_text(path, MAX_TOML_BYTES)
    tables = parse(text, path)
    students = tables.pop("students", [])
    if not isinstance(students, list) or not all(isinstance(each, dict) for each in students):
        raise ConfigError(f"{path}: students must be tables: [[students]] before each one's keys.")
    fit(tables, text, path, ReportSettings)
    return _base(path, tables), [_raw_row(n, row) for n, row in enumerate(students, start=1)]


def _raw_row(number: int, student: Tables) -> _RawRow:
    given = dict(student)
    faults, texts = [], {}
    for column in OWN_COLUMNS:
        value = given.pop(column, "")
        if not isinstance(value, str | int) or isinstance(value, bool):
            faults.append(f"{column} must be text (it is {value!r}).")
            value = ""
        texts[column] = plain_text(str(value))
    faults += [_filled_in(key) for key in _FILLED_IN if key in given]
    return _RawRow(number, **texts, tables=given, faults=tuple(faults))


def _filled_in(key: str) -> str:
    return f"{key} is taken from {_FILLED_IN[key]}. Leave it out."


def _read_csv(path: Path) -> tuple[_Base, list[_RawRow]]:
    sheet = read_sheet(path)
    beside = path.absolute().parent / DEFAULT_FILE
    tables: Tables = {}
    if beside.is_file():
        text = read_text(beside)
        tables = parse(text, beside)
        fit(tables, text, beside, ReportSettings)
    _check_columns(path, sheet, tables)
    reader = CellReader(tables)
    rows = [_row_of_cells(number, cells, sheet.columns, reader) for number, cells in sheet.rows]
    return _base(path, tables), rows


def _base(path: Path, tables: Tables) -> _Base:
    folder = path.absolute().parent
    return _Base(path, folder, tables, load_prose(folder / "answers"))


def _check_columns(path: Path, sheet: Sheet, base: Tables) -> None:
    """Raise a ``ConfigError`` for columns that are unknown, missing or there twice."""
    lines = []
    named = [name for name in sheet.columns if name]
    for name in dict.fromkeys(named):
        if named.count(name) > 1:
            lines.append(f"the column {name!r} is there {named.count(name)} times.")
        elif name in _FILLED_IN:
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
    near = difflib.get_close_matches(name, [key for key in valid if key not in _FILLED_IN], n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return "Write keys as report.toml has them, such as seed or models.digits.epochs."


def _row_of_cells(
    number: int, cells: tuple[str, ...], columns: tuple[str, ...], reader: CellReader
) -> _RawRow:
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
    return _RawRow(number, **texts, tables=tables, faults=tuple(faults))


class _RowChecker:
    """Turns rows into configurations and keeps what is wrong with them in ``faults``."""

    def __init__(self, base: _Base, changes: Mapping[str, Any]) -> None:
        self.faults: list[Fault] = []
        self._base = base
        self._changes = changes
        self._assignments: dict[str, Assignment | ConfigError] = {}
        self._seen: dict[str, _RawRow] = {}

    def check(self, raw: _RawRow) -> RosterRow | None:
        """The row, or None if it is faulty."""
        found = list(raw.faults)
        found += self._faults_of_names(raw)
        config, assignment = None, None
        try:
            settings = self._settings(raw, found)
            if settings is not None and not found:
                config = self._configuration(raw, settings)
                assignment = self._assignment(config)
                make_plan(config, assignment)
                found += _unknown_answers(config, assignment)
        except ConfigError as error:
            found.append(str(error).removeprefix(f"{self._base.path}: "))
        self.faults += [Fault(raw.number, raw.id, text) for text in found]
        if found or config is None or assignment is None:
            return None
        return RosterRow(raw.number, raw.id, raw.name, config.slug, config, assignment)

    def _faults_of_names(self, raw: _RawRow) -> list[str]:
        found = []
        fault = fault_of_id(raw.id)
        if fault is None:
            first = self._seen.setdefault(folder_of(raw.id), raw)
            if first is not raw and first.id == raw.id:
                found.append(f"id {raw.id!r} stands in row {first.number} already.")
            elif first is not raw:
                found.append(
                    f"id {raw.id!r} gives the same folder as {first.id!r} in row {first.number}."
                )
        else:
            found.append(fault)
        if not raw.name:
            found.append("name is empty.")
        elif has_control_characters(raw.name):
            found.append(f"name {raw.name!r} has characters that cannot be seen. Type it again.")
        return found

    def _settings(self, raw: _RawRow, found: list[str]) -> ReportSettings | None:
        identity = {"author": raw.name or "?", "student_id": raw.id or "?"}
        tables = merged(merged(self._base.tables, raw.tables), identity)
        try:
            return ReportSettings.model_validate(tables)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                keys, text = explain_fault(fault, tables, ReportSettings)
                key = str(keys[0]) if keys else ""
                found.append(text.replace(key, _FILLED_IN.get(key, key), 1))
            return None

    def _configuration(self, raw: _RawRow, settings: ReportSettings) -> Configuration:
        import tomli_w

        prose = self._base.prose
        if raw.prose:
            folder = (self._base.folder / Path(raw.prose).expanduser()).absolute()
            if not folder.is_dir():
                raise ConfigError(f"prose: {folder} is not a folder.")
            prose = load_prose(folder)
        text = tomli_w.dumps(settings.model_dump(exclude_unset=True, exclude_none=True))
        config = Configuration(
            settings,
            self._base.folder,
            folder_of(raw.id),
            text,
            self._base.path,
            prose=dict(prose),
        )
        if settings.data.dir is not None:
            config = with_changes(config, data_dir=config.resolve(settings.data.dir))
        return with_changes(config, **self._changes)

    def _assignment(self, config: Configuration) -> Assignment:
        name = config.settings.assignment
        if name not in self._assignments:
            try:
                self._assignments[name] = load_assignment(name, config.folder)
            except ConfigError as error:
                self._assignments[name] = ConfigError(f"assignment: {error}")
        found = self._assignments[name]
        if isinstance(found, ConfigError):
            raise found
        return found


def _unknown_answers(config: Configuration, assignment: Assignment) -> list[str]:
    known = {question.id for question in assignment.settings.questions}
    return [
        f"prose: {name}.md answers no question of {assignment.name}."
        for name in config.prose
        if name not in known
    ]
