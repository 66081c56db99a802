"""``manifest.json`` of a report's folder: every file's size and SHA-256, and how it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.report_folder import MANIFEST_FILE, MAX_FILE_BYTES, MAX_MANIFEST_BYTES
from reportgen.storage.disk import is_inner_name, sha256
from reportgen.storage.reading import RefusedFileError, read_inside

_GENERATOR = "reportgen"

FileEntry = dict[str, int | str]


@dataclass(frozen=True)
class Manifest:
    """A report's manifest.

    Attributes:
        about: its JSON; ``files`` has a file's size and SHA-256 by its relative name.
        content: the bytes of ``manifest.json``.
    """

    about: dict[str, Any]
    content: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of ``manifest.json`` itself."""
        return sha256(self.content)

    @property
    def older(self) -> tuple[str, ...]:
        """The files of an earlier build, which the last one kept."""
        return older_files(self.about)


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a report's folder, or None if the folder has none of this program's."""
    try:
        content = read_inside(folder, MANIFEST_FILE, MAX_MANIFEST_BYTES)
    except OSError:
        return None
    about = parse_manifest(content)
    return None if about is None else Manifest(about, content)


def load_manifest(folder: Path) -> dict[str, Any] | None:
    """What the manifest of a report's folder says, or None if it has none of this program's."""
    manifest = read_manifest(folder)
    return None if manifest is None else manifest.about


def parse_manifest(content: bytes) -> dict[str, Any] | None:
    """The manifest that bytes hold, or None if it is none of this program's."""
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(manifest, dict) or manifest.get("generator") != _GENERATOR:
        return None
    files = manifest.get("files")
    if not isinstance(files, dict) or not all(map(is_inner_name, files)):
        return None
    return manifest


def older_files(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of documents of an earlier build, which the last one did not make."""
    older = manifest.get("older")
    names = older if isinstance(older, list) else []
    return tuple(name for name in manifest["files"] if name in names)


def entries_of(files: Mapping[str, bytes]) -> dict[str, FileEntry]:
    """A manifest's entries, with size and SHA-256, for some files by name."""
    return {
        name: {"size": len(content), "sha256": sha256(content)} for name, content in files.items()
    }


def make_manifest(entries: Mapping[str, FileEntry], about: Mapping[str, Any]) -> bytes:
    """``manifest.json``: size and SHA-256 of every file, and what the report was made from."""
    manifest = {"generator": _GENERATOR, **about, "files": dict(sorted(entries.items()))}
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"


def is_intact(folder: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether every file of the manifest is there and unchanged."""
    try:
        return all(
            sha256(read_inside(folder, name, MAX_FILE_BYTES)) == entry["sha256"]
            for name, entry in manifest["files"].items()
        )
    except (OSError, KeyError, TypeError):
        return False


def read_listed(folder: Path, manifest: Mapping[str, Any], name: str) -> bytes:
    """The content of a file of a report, if it is what the manifest lists.

    Raises:
        OSError: it is not there, is no regular file inside the folder, is not listed, or was
            changed.
    """
    content = read_inside(folder, name, MAX_FILE_BYTES)
    if manifest["files"].get(name) != entries_of({name: content})[name]:
        raise RefusedFileError("it was changed since it was made", folder / name)
    return content
