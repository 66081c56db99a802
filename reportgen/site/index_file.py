"""The index beside the reports, never written over a page of somebody else's."""

from __future__ import annotations

from pathlib import Path

from reportgen.errors import ConfigError
from reportgen.site.page import MARK
from reportgen.storage.disk import disk_errors, replace_file
from reportgen.storage.reading import read_inside

_HEAD_BYTES = 64 * 1024
_MAX_BYTES = 1024**3


def write_index(path: Path, content: bytes) -> bool:
    """Put the index in its place beside the reports; return whether it had to be written.

    Raises:
        ConfigError: there is an ``index.html`` that this program did not make.
        StoreError: the folder cannot be written.
    """
    if _own_index(path) == content:
        return False
    with disk_errors(path):
        replace_file(path, content)
    return True


def _own_index(path: Path) -> bytes | None:
    """The index that is there, or None where none is.

    Raises:
        ConfigError: what is there has no mark of this program.
    """
    try:
        content = read_inside(path.parent, path.name, _MAX_BYTES)
    except FileNotFoundError:
        return None
    except OSError:
        content = b""
    if MARK.encode() not in content[:_HEAD_BYTES]:
        raise ConfigError(
            f"{path} was not made by reportgen site; it is left alone.\n"
            "Move it away, or write the site into a folder of its own with -o DIR."
        )
    return content
