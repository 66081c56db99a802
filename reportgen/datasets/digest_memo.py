"""Remembers digests of data files, so that a build does not read unchanged files again."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from pathlib import Path

from reportgen.storage.disk import replace_file, sealed, unsealed
from reportgen.storage.reading import read_inside

_FORMAT = 2
_MAX_FILES = 1000
_MAX_BYTES = 4 * 1024**2
_WRITING = threading.Lock()


class DigestMemo:
    """Digests of files, valid while their size, times and inode do not change.

    The memo is a small JSON file; its first line is the SHA-256 of the rest. It only saves time:
    if it is missing or damaged, or cannot be written, the files are read again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self, files: tuple[Path, ...]) -> dict[Path, tuple[str, ...]]:
        """The digests of those among ``files`` that are known and have not changed."""
        known = self._read()
        found = {}
        for file in files:
            entry = known.get(str(file))
            if entry is not None and entry[0] == file_stamp(file):
                found[file] = tuple(entry[1])
        return found

    def remember(self, digests: Mapping[Path, tuple[str, tuple[str, ...]]]) -> None:
        """Store digests, each with the stamp that its file had before it was read."""
        with _WRITING:
            known = self._read()
            for file, (stamp, values) in digests.items():
                known.pop(str(file), None)
                if stamp == file_stamp(file):
                    known[str(file)] = (stamp, list(values))
            kept = dict(list(known.items())[-_MAX_FILES:])
            with contextlib.suppress(OSError):
                replace_file(self._path, sealed({"format": _FORMAT, "files": kept}))

    def _read(self) -> dict[str, tuple[str, list[str]]]:
        try:
            stored = unsealed(read_inside(self._path.parent, self._path.name, _MAX_BYTES))
            if stored["format"] != _FORMAT:
                return {}
            return {
                str(name): (str(stamp), [str(value) for value in values])
                for name, (stamp, values) in stored["files"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return {}


def file_stamp(path: Path) -> str:
    """What changes when a file's content does: size, times of change, device and inode."""
    try:
        state = path.stat()
    except (OSError, ValueError):  # a NUL in its name
        return "absent"
    return f"{state.st_size}:{state.st_mtime_ns}:{state.st_ctime_ns}:{state.st_dev}:{state.st_ino}"
