"""A batch's folder: which roster it belongs to, and what became of each row.

``batch.json`` lists the rows of the roster and says whether the last batch made the report of each.
The site publishes only these: the folder of a student who left the roster stays, and so does the
earlier report of a row that failed, but neither is published.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from reportgen.batch.roster import RosterRow
from reportgen.config.configuration import slug_of_file
from reportgen.errors import ConfigError
from reportgen.formatting import few
from reportgen.publish.folder import require_free
from reportgen.publish.manifest import load_manifest
from reportgen.publish.ownership import relative_origin, shown_path, sources_of
from reportgen.publish.record import Published
from reportgen.report_folder import MAX_FILE_BYTES, older_notice
from reportgen.storage.disk import disk_errors, remove_abandoned, replace_file, sha256
from reportgen.storage.folder_swap import require_folder
from reportgen.storage.locks import alone_in
from reportgen.storage.reading import read_inside

BATCH_FILE = "batch.json"
RESULTS, KEY = "results", "key"
TABLE_FILES = tuple(f"{name}.{kind}" for name in (RESULTS, KEY) for kind in ("csv", "html"))
_GENERATOR = "reportgen"
_MAX_BYTES = 16 * 1024**2
DONE, FAILED, UNFINISHED = "done", "failed", "unfinished"

State = Literal["made", "up to date", "failed"]


@dataclass(frozen=True)
class RowOutcome:
    """What became of a row.

    Attributes:
        row: of the roster.
        state: ``up to date`` if the report was there already.
        error: why it failed, or why it has no PDF.
    """

    row: RosterRow
    state: State
    error: str = ""


@dataclass(frozen=True)
class BatchRecord:
    """What ``batch.json`` says.

    Attributes:
        roster: the name of the roster's file, or None if it is not given.
        rows: ``done``, ``failed`` or ``unfinished`` by the row's folder; None if an older
            version wrote the file, which did not list rows.
    """

    roster: str | None
    rows: Mapping[str, str] | None


def folder_for(roster: Path, output: Path | None) -> Path:
    """The batch's folder: ``output``, or ``reports/<the roster's name>``."""
    return output if output is not None else Path("reports") / slug_of_file(roster)


def claim(folder: Path, roster: Path, published: Published, notice: Callable[[str], None]) -> None:
    """Prepare a folder for a batch: a new or empty folder, or that of the same roster.

    Args:
        folder: of the batch.
        roster: the roster's file.
        published: the record of reports that were published here.
        notice: called with a message if the roster was renamed.

    Raises:
        ConfigError: it is a file or a link, or holds other files, another roster's reports, or
            a table that a person changed.
        StoreError: it cannot be written.
    """
    require_folder(folder, "the reports")
    record = read_batch(folder)
    if record is not None:
        _require_same_roster(folder, record, roster, published, notice)
        require_free(folder, TABLE_FILES, _own_tables(folder, published))
    elif folder.is_dir() and any(folder.iterdir()):
        raise ConfigError(
            f"{folder} holds files that no batch of reportgen's made; it is left alone.\n"
            "Name another folder with -o, or empty this one yourself."
        )
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with alone_in(folder):
            remove_abandoned(folder)
    if record is None:
        write_batch(folder, roster, {}, published)


def _require_same_roster(
    folder: Path,
    record: BatchRecord,
    roster: Path,
    published: Published,
    notice: Callable[[str], None],
) -> None:
    origins = published.origins(_digest(folder))
    if relative_origin(roster, folder) in origins:
        return
    others = sources_of(origins, folder)
    if any(map(roster.samefile, others)):
        return
    if not others and record.roster in (None, roster.name):
        return
    if not others and origins:
        notice(f"{folder} was made from {record.roster}; it is now that of {roster.name}.")
        return
    other = shown_path(others[0]) if others else str(record.roster)
    raise ConfigError(
        f"{folder} holds the reports of {other}; those of {roster} do not belong there.\n"
        "Name another folder with -o, or give the roster of the same class its name of before."
    )


def _own_tables(folder: Path, published: Published) -> set[str]:
    """The tables that nobody changed; all, if the batch was made on another machine."""
    if not published.has(_digest(folder)):
        return set(TABLE_FILES)
    return {name for name in TABLE_FILES if published.has(_digest(folder, name))}


def write_batch(folder: Path, roster: Path, rows: Mapping[str, str], published: Published) -> None:
    """Write ``batch.json``.

    Raises:
        StoreError: it cannot be written.
    """
    about = {"generator": _GENERATOR, "roster": roster.name, "rows": dict(rows)}
    content = json.dumps(about, ensure_ascii=False, indent=1).encode() + b"\n"
    published.add(sha256(content), relative_origin(roster, folder))
    with disk_errors(folder):
        replace_file(folder / BATCH_FILE, content)


def read_batch(folder: Path) -> BatchRecord | None:
    """What a folder's ``batch.json`` says; None if there is none, or not from this program."""
    try:
        about = json.loads(read_inside(folder, BATCH_FILE, _MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(about, dict) or about.get("generator") != _GENERATOR:
        return None
    roster, rows = about.get("roster"), about.get("rows")
    return BatchRecord(
        roster if isinstance(roster, str) else None, rows if isinstance(rows, dict) else None
    )


def folders_beside(folder: Path, rows: Collection[str]) -> list[str]:
    """The folders in a batch's folder that hold reports of no row."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in rows and load_manifest(path) is not None
    )


def tell_what_stays(
    folder: Path,
    roster: Path,
    outcomes: Sequence[RowOutcome],
    left: Sequence[str],
    older: Mapping[str, Collection[str]],
    notice: Callable[[str], None],
) -> None:
    """Tell which reports and documents in the folder this batch did not make."""
    if left:
        notice(
            f"{_counted(left)} in {folder} of nobody in {roster.name}: {few(left)}. "
            "What is there is kept, and reportgen site leaves it out."
        )
    failed = [each.row.folder for each in outcomes if each.state == "failed"]
    before = [name for name in failed if load_manifest(folder / name) is not None]
    if before:
        notice(
            f"{_counted(before)} of an earlier batch, whose rows failed now: {few(before)}. "
            "What is there is kept, and reportgen site leaves it out."
        )
    if older:
        names = {name for some in older.values() for name in some}
        notice(f"in {_counted(older)}: {older_notice(names)}")


def _counted(reports: Collection[str]) -> str:
    return "1 report" if len(reports) == 1 else f"{len(reports):,} reports"


def _digest(folder: Path, name: str = BATCH_FILE) -> str:
    try:
        return sha256(read_inside(folder, name, MAX_FILE_BYTES))
    except OSError:
        return ""
