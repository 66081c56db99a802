"""A report's folder, put in place as a whole or left as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reportgen.disk import (
    TEMPORARY_PREFIX,
    disk_errors,
    exchange,
    remove_tree,
    sha256,
    sync_folder,
    temporary_beside,
    write_folder,
)
from reportgen.errors import ConfigError, StoreError

MANIFEST_FILE = "manifest.json"
_GENERATOR = "reportgen"


def load_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a report's folder, or None if the folder has none of this program's."""
    try:
        manifest = json.loads((folder / MANIFEST_FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(manifest, dict) or manifest.get("generator") != _GENERATOR:
        return None
    return manifest if isinstance(manifest.get("files"), dict) else None


def make_manifest(files: Mapping[str, bytes], about: Mapping[str, Any]) -> bytes:
    """``manifest.json``: size and SHA-256 of every file, and what the report was made from."""
    manifest = {
        "generator": _GENERATOR,
        **about,
        "files": {
            name: {"size": len(content), "sha256": sha256(content)}
            for name, content in sorted(files.items())
        },
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"


def is_intact(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether every file of the manifest is there as it was written."""
    try:
        return all(
            sha256((folder / name).read_bytes()) == entry["sha256"]
            for name, entry in manifest["files"].items()
        )
    except (OSError, KeyError, TypeError):
        return False


def check_output(folder: Path) -> None:
    """Refuse, before anything is computed, a folder that cannot take a report.

    Raises:
        ConfigError: it is a file or link, or holds files and is not a report's folder.
        StoreError: it, or the folder around it, cannot be written.
    """
    restore(folder)
    if folder.is_symlink():
        raise ConfigError(f"{folder} is a link. Name the folder itself with -o.")
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file. Name a folder for the report with -o.")
    if folder.is_dir() and any(folder.iterdir()) and load_manifest(folder) is None:
        raise ConfigError(
            f"{folder} holds files that reportgen did not make; it is left alone.\n"
            "Name another folder with -o, or empty this one yourself."
        )
    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        probe = temporary_beside(folder)
        try:
            probe.mkdir()
        finally:
            remove_tree(probe)


def publish(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a report's files in place of what the folder held, in one step.

    Files that a person added to the folder are taken along.

    Raises:
        ConfigError: the folder was not made by this program.
        StoreError: the disk is full or the folder cannot be written; nothing has changed.
    """
    check_output(folder)
    new = temporary_beside(folder)
    with disk_errors(folder):
        try:
            write_folder(new, {**_added_by_hand(folder), **files})
            _swap(new, folder)
        finally:
            remove_tree(new)


def _added_by_hand(folder: Path) -> dict[str, bytes]:
    manifest = load_manifest(folder)
    if manifest is None:
        return {}
    ours = {*manifest["files"], MANIFEST_FILE}
    paths = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    names = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in names.items() if name not in ours}


def _swap(new: Path, folder: Path) -> None:
    if folder.exists() and not exchange(new, folder):
        aside = folder.parent / f"{TEMPORARY_PREFIX}{folder.name}-replaced"
        remove_tree(aside)
        folder.rename(aside)
        new.rename(folder)
        remove_tree(aside)
    elif not folder.exists():
        new.rename(folder)
    sync_folder(folder.parent)


def restore(folder: Path) -> None:
    """Finish a swap that was cut off between its two steps: put the old report back."""
    aside = folder.parent / f"{TEMPORARY_PREFIX}{folder.name}-replaced"
    if not aside.exists():
        return
    try:
        if folder.exists():
            remove_tree(aside)
        else:
            aside.rename(folder)
    except OSError as error:
        raise StoreError(f"cannot restore {folder} from {aside}: {error.strerror}.") from None
