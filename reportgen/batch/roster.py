"""A roster: one row per student, each with a configuration, all checked before any work.

A CSV file has the columns ``id``, ``name`` and any keys of the configuration, such as
``seed``, ``selections.predict`` or ``models.digits.epochs``; ``prose`` names a folder of
answers. What all rows share stands in the ``report.toml`` beside it. A TOML file is a
``report.toml`` with a table ``[[students]]`` for each row. Paths are relative to the roster.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reportgen.batch.ids import fault_of_id, folder_of, has_hidden_characters
from reportgen.batch.roster_files import FILLED_IN, Base, RawRow, read_csv, read_toml
from reportgen.config.assignments import Assignment, load_assignment
from reportgen.config.configuration import Configuration, load_prose, toml_of, with_changes
from reportgen.config.image_seed import without_salt
from reportgen.config.settings import ReportSettings
from reportgen.config.toml_files import explain_fault, merged
from reportgen.errors import ConfigError
from reportgen.pipeline.plan import make_plan
from reportgen.pipeline.report import ReportJob
from reportgen.report_folder import BATCH_FORMATS
from reportgen.storage.home import expanded

_MAX_SHOWN = 3
_MAX_ID = 24


@dataclass(frozen=True)
class RosterRow:
    """A student, and the report to make.

    Attributes:
        number: of the row. A CSV file counts as a spreadsheet does: row 1 has the names of
            the columns. A TOML file counts students from 1.
        id, name: as the roster has them.
        folder: the name of the report's folder, in ASCII and lower case.
        config: its ``author`` is the name, its ``student_id`` the id. Its text is a
            ``report.toml`` that builds the same report by itself.
        assignment: the one that the configuration names.
        salt: of the class; the student's image seed was derived from it.
    """

    number: int
    id: str
    name: str
    folder: str
    config: Configuration
    assignment: Assignment
    salt: str | None = field(default=None, repr=False)

    @property
    def job(self) -> ReportJob:
        """The report job, made anew each time: thousands of plans would fill the memory."""
        return ReportJob(self.config, self.assignment)


def read_roster(path: Path, **changes: Any) -> tuple[RosterRow, ...]:
    """Read and check every row of a roster.

    Args:
        path: a CSV or TOML file.
        changes: what the command line says, as ``configuration.with_changes`` takes it; it
            overrides the roster.

    Raises:
        ConfigError: the file cannot be read, or any row is faulty; the message names
            every faulty row, with the columns of the first.
    """
    is_toml = path.suffix.lower() == ".toml"
    base, raw_rows = read_toml(path) if is_toml else read_csv(path)
    if not raw_rows:
        raise ConfigError(f"{path} has no students. Give each a row with an id and a name.")
    checker = _RowChecker(base, changes)
    rows = [row for raw in raw_rows if (row := checker.check(raw)) is not None]
    _require_no_fault(path, checker.faults, len(raw_rows))
    return tuple(rows)


class _RowChecker:
    """Turns rows into configurations, and collects what is wrong with them in ``faults``."""

    def __init__(self, base: Base, changes: Mapping[str, Any]) -> None:
        self.faults: list[tuple[RawRow, str]] = []
        self._base = base
        self._changes = changes
        self._assignments: dict[str, Assignment | ConfigError] = {}
        self._seen: dict[str, RawRow] = {}

    def check(self, raw: RawRow) -> RosterRow | None:
        found = list(raw.faults)
        found += self._faults_of_names(raw)
        config, assignment, salt = None, None, None
        try:
            settings = self._settings(raw, found)
            if settings is not None and not found:
                salt = settings.salt
                config = self._configuration(raw, settings)
                assignment = self._assignment(config)
                make_plan(config, assignment)
                found += _unknown_answers(config, assignment)
        except ConfigError as error:
            found.append(str(error).removeprefix(f"{self._base.path}: "))
        self.faults += [(raw, text) for text in found]
        if found or config is None or assignment is None:
            return None
        return RosterRow(raw.number, raw.id, raw.name, config.slug, config, assignment, salt)

    def _faults_of_names(self, raw: RawRow) -> list[str]:
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
        elif has_hidden_characters(raw.name):
            found.append(f"name {raw.name!r} has characters that cannot be seen. Type it again.")
        return found

    def _settings(self, raw: RawRow, found: list[str]) -> ReportSettings | None:
        identity = {"author": raw.name or "?", "student_id": raw.id or "?"}
        default = {"output": {"formats": [*BATCH_FORMATS]}}
        tables = merged(merged(merged(default, self._base.tables), raw.tables), identity)
        try:
            return ReportSettings.model_validate(tables)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                keys, text = explain_fault(fault, tables, ReportSettings)
                key = str(keys[0]) if keys else ""
                found.append(text.replace(key, FILLED_IN.get(key, key), 1))
            return None

    def _configuration(self, raw: RawRow, settings: ReportSettings) -> Configuration:
        prose = self._base.prose
        if raw.prose:
            folder = (self._base.folder / expanded(raw.prose)).absolute()
            if not folder.is_dir():
                raise ConfigError(f"prose: {folder} is not a folder.")
            prose = load_prose(folder)
        settings = without_salt(settings)
        config = Configuration(
            settings,
            self._base.folder,
            folder_of(raw.id),
            toml_of(settings),
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


def _require_no_fault(path: Path, faults: Sequence[tuple[RawRow, str]], n_rows: int) -> None:
    """Raise a ``ConfigError`` that names every row with a fault, and the first faults in full."""
    if not faults:
        return
    by_text: dict[str, list[RawRow]] = {}
    for raw, text in sorted(faults, key=lambda fault: fault[0].number):
        by_text.setdefault(" ".join(text.split()), []).append(raw)
    bad = {raw.number for raw, _ in faults}
    lines = [f"{path}: {len(bad)} of {n_rows} rows cannot be used; nothing was made."]
    told: set[int] = set()
    for text, group in list(by_text.items())[:_MAX_SHOWN]:
        rows = [raw.number for raw in group]
        name = f" ({group[0].id[:_MAX_ID]})" if len(rows) == 1 and group[0].id else ""
        lines.append(f"{_numbered(rows)}{name}: {text}")
        told.update(rows)
    n_left = len(by_text) - _MAX_SHOWN
    if n_left > 0:
        others = f" in {_numbered(bad - told)}" if bad - told else ""
        lines.append(f"... and {n_left} more{others}.")
    raise ConfigError("\n".join(lines))


def _numbered(numbers: Iterable[int]) -> str:
    """Row numbers in words: ``rows 2, 4-6``."""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    parts = [f"{first}-{last}" if last > first else str(first) for first, last in spans]
    is_one = len(spans) == 1 and spans[0][0] == spans[0][1]
    return f"{'row' if is_one else 'rows'} {', '.join(parts)}"
