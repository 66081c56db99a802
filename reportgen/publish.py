"""A report's folder, put in place as a whole or left as it was."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from reportgen.disk import (
    TEMPORARY_PREFIX,
    alone_in,
    disk_errors,
    exchange,
    is_inner_name,
    remove_abandoned,
    remove_tree,
    sha256,
    sync_folder,
    temporary_folder,
    write_folder,
)
from reportgen.errors import ConfigError
from reportgen.reading import read_inside
from reportgen.report_folder import MANIFEST_FILE, MAX_FILE_BYTES, MAX_MANIFEST_BYTES

_GENERATOR = "reportgen"

FileEntry = dict[str, int | str]


def load_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a report's folder, or None if the folder has none of this program's."""
    try:
        manifest = json.loads(read_inside(folder, MANIFEST_FILE, MAX_MANIFEST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(manifest, dict) or manifest.get("generator") != _GENERATOR:
        return None
    files = manifest.get("files")
    if not isinstance(files, dict) or not all(map(is_inner_name, files)):
        return None
    return manifest


def entries_of(files: Mapping[str, bytes]) -> dict[str, FileEntry]:
    """What a manifest says of some files, by name."""
    return {
        name: {"size": len(content), "sha256": sha256(content)} for name, content in files.items()
    }


def make_manifest(entries: Mapping[str, FileEntry], about: Mapping[str, Any]) -> bytes:
    """``manifest.json``: size and SHA-256 of every file, and what the report was made from."""
    manifest = {"generator": _GENERATOR, **about, "files": dict(sorted(entries.items()))}
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"


def is_intact(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether every file of the manifest is there as it was written."""
    try:
        return all(
            sha256(read_inside(folder, name, MAX_FILE_BYTES)) == entry["sha256"]
            for name, entry in manifest["files"].items()
        )
    except (OSError, KeyError, TypeError):
        return False


def check_output(folder: Path) -> None:
    """Refuse, before anything is computed, a folder that cannot take a report.

    What an interrupted run left beside it is put in order first.

    Raises:
        ConfigError: it is a file or link, or holds files and is not a report's folder.
        StoreError: it, or the folder around it, cannot be written.
    """
    folder = absolute(folder)
    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with alone_in(folder.parent):
            restore(folder)
            remove_abandoned(folder.parent)
            require_ours(folder)
            with temporary_folder(folder.parent):
                pass


def require_ours(folder: Path) -> None:
    """Refuse a folder that cannot take a report.

    Raises:
        ConfigError: it is a file or link, or holds files and is not a report's folder.
    """
    if folder.is_symlink():
        raise ConfigError(f"{folder} is a link. Name the folder itself with -o.")
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file. Name a folder for the report with -o.")
    if folder.is_dir() and any(folder.iterdir()) and load_manifest(folder) is None:
        raise ConfigError(
            f"{folder} holds files that reportgen did not make; it is left alone.\n"
            "Name another folder with -o, or empty this one yourself."
        )


def publish(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a report's files in place of what the folder held, in one step.

    A folder that holds the same already is not touched. Files that a person added to the
    folder are taken along. Builds that publish into the same folder do so one after the other.

    Raises:
        ConfigError: the folder was not made by this program.
        StoreError: the disk is full or the folder cannot be written; nothing has changed.
    """
    folder = absolute(folder)
    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with alone_in(folder.parent), temporary_folder(folder.parent) as new:
            restore(folder)
            require_ours(folder)
            if _is_there(folder, files):
                return
            write_folder(new, files)
            if folder.exists():
                manifest = load_manifest(folder) or {"files": {}}
                take_along(folder, new, {*manifest["files"], MANIFEST_FILE})
            swap(new, folder)


def _is_there(folder: Path, files: Mapping[str, bytes]) -> bool:
    try:
        return all(read_inside(folder, n, len(content)) == content for n, content in files.items())
    except OSError:
        return False


def absolute(folder: Path) -> Path:
    """A folder's path from the root."""
    return Path(os.path.abspath(folder))  # noqa: PTH100  resolves "..", and no links


def take_along(folder: Path, new: Path, ours: Collection[str]) -> None:
    """Give the new folder the old one's mode, and all in it that a person has added.

    Files are linked, not copied, so that they stay what they are and cost nothing.

    Args:
        folder: the old folder.
        new: the new one, whose files stay as they are.
        ours: relative names of the old folder's files that this program made.

    Raises:
        OSError: a file can be neither linked nor copied.
    """
    new.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IRWXU)
    for place, folders, names in os.walk(folder):
        inner = Path(place).relative_to(folder)
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        added = [name for name in names if (inner / name).as_posix() not in ours]
        if added or links or not (folders or names):
            (new / inner).mkdir(parents=True, exist_ok=True)
            for name in [*added, *links]:
                link(Path(place) / name, new / inner / name)
            sync_folder(new / inner)


def link(old: Path, new: Path) -> None:
    """Give a file a second name, or a copy where the file system has no links."""
    try:
        os.link(old, new, follow_symlinks=False)
    except FileExistsError:  # the new report has a file of this name
        return
    except OSError:  # some file systems have no links
        shutil.copy2(old, new, follow_symlinks=False)


def swap(new: Path, folder: Path) -> None:
    """Put a new folder in place of another, in one step where the system can.

    Raises:
        OSError: it cannot be moved; the old folder is, or will be put, back in its place.
    """
    if folder.exists() and not exchange(new, folder):
        aside = _aside(folder)
        remove_tree(aside)
        folder.rename(aside)
        new.rename(folder)
        remove_tree(aside)
    elif not folder.exists():
        new.rename(folder)
    sync_folder(folder.parent)


def restore(folder: Path) -> None:
    """Finish a swap that was cut off between its two steps: put the old report back.

    Raises:
        OSError: it cannot be put back.
    """
    aside = _aside(folder)
    if not aside.exists():
        return
    if folder.exists():
        remove_tree(aside)
    else:
        aside.rename(folder)


def _aside(folder: Path) -> Path:
    return folder.parent / f"{TEMPORARY_PREFIX}{folder.name}-replaced"
