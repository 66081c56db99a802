"""The index beside the reports, never written over a page of somebody else's."""

from __future__ import annotations

from pathlib import Path

from reportgen.disk import disk_errors, replace_file
from reportgen.errors import ConfigError
from reportgen.site.page import MARK

_HEAD_BYTES = 64 * 1024


def write_index(path: Path, content: bytes) -> bool:
    """Put the index in its place beside the reports; return whether it had to be written.

    Raises:
        ConfigError: there is an ``index.html`` that this program did not make.
        StoreError: the folder cannot be written.
    """
    _require_own_index(path)
    with disk_errors(path):
        if path.exists() and path.read_bytes() == content:
            return False
        replace_file(path, content)
    return True


def _require_own_index(path: Path) -> None:
    """Refuse to write over a page of somebody else's.

    Raises:
        ConfigError: it is there and has no mark of this program.
    """
    if path.is_symlink() or path.exists():
        with disk_errors(path):
            is_ours = path.is_file() and not path.is_symlink() and MARK in _head(path)
        if not is_ours:
            raise ConfigError(
                f"{path} was not made by reportgen site; it is left alone.\n"
                "Move it away, or write the site into a folder of its own with -o DIR."
            )


def _head(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES).decode("utf-8", "replace")
