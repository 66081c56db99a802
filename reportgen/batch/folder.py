"""A batch's folder: whose it is, and what became of each row in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from reportgen.batch.roster import RosterRow
from reportgen.config import slug_of
from reportgen.disk import alone_in, disk_errors, remove_abandoned, replace_file
from reportgen.errors import ConfigError
from reportgen.reading import read_inside

BATCH_FILE = "batch.json"
_GENERATOR = "reportgen"
_MAX_BYTES = 64 * 1024

State = Literal["made", "up to date", "failed"]


@dataclass(frozen=True)
class Outcome:
    """What became of a row.

    Attributes:
        row: of the roster.
        state: whether the report was made, was there already, or failed.
        error: why it failed.
    """

    row: RosterRow
    state: State
    error: str = ""


def folder_for(roster: Path, output: Path | None) -> Path:
    """The folder that was named, or ``reports/<the roster's name>``."""
    return output if output is not None else Path("reports") / slug_of(roster.stem)


def claim(folder: Path, roster: Path) -> None:
    """Take a folder for a batch: an empty one, a new one, or that of a batch before.

    Raises:
        ConfigError: it is a file or a link, or holds something else.
        StoreError: it cannot be written.
    """
    if folder.is_symlink():
        raise ConfigError(f"{folder} is a link. Name the folder itself with -o.")
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file. Name a folder for the reports with -o.")
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise ConfigError(
            f"{folder} holds files that no batch of reportgen's made; it is left alone.\n"
            "Name another folder with -o, or empty this one yourself."
        )
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with alone_in(folder):
            remove_abandoned(folder)
        about = {"generator": _GENERATOR, "roster": roster.name}
        replace_file(folder / BATCH_FILE, json.dumps(about, ensure_ascii=False).encode() + b"\n")


def _is_ours(folder: Path) -> bool:
    try:
        about = json.loads(read_inside(folder, BATCH_FILE, _MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(about, dict) and about.get("generator") == _GENERATOR
