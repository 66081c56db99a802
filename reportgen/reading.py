"""The one way to read a file that comes from outside: regular, bounded, inside its folder.

A pipe, a device or a file of many gigabytes would hold the program or eat its memory, and a
link in a folder that somebody else made leads wherever that person likes. What is refused is
refused as an ``OSError`` whose ``strerror`` says why, so that every caller tells of it as it
tells of a file that may not be read.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from reportgen.disk import is_inner_name

# Opening a pipe waits for its other end, unless it is opened so.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_LINK_ERRORS = (errno.ELOOP, errno.EMLINK)  # of O_NOFOLLOW, on Linux and BSD
_CAN_OPEN_BELOW = os.open in os.supports_dir_fd


class RefusedFileError(OSError):
    """A file that is there and is not read; ``strerror`` says why."""

    def __init__(self, why: str, path: Path) -> None:
        super().__init__(errno.EINVAL, why, str(path))


def read_regular(path: Path, max_bytes: int) -> bytes:
    """The content of a file that a person named: a link is followed, as anywhere else.

    Args:
        path: the file.
        max_bytes: how large it may be.

    Raises:
        OSError: it is not there, may not be read, is no regular file, or is larger.
    """
    return _content(os.open(path, _FLAGS), path, max_bytes)


def read_inside(folder: Path, name: str, max_bytes: int) -> bytes:
    """The content of a file in a folder that somebody else may have filled.

    Args:
        folder: named by a person, so it may itself be a link.
        name: relative, with ``/`` between its parts; no part of it may be a link.
        max_bytes: how large the file may be.

    Raises:
        OSError: as of ``read_regular``; also where the name leads out of the folder or
            through a link.
    """
    return _content(_open_inside(folder, name), folder / name, max_bytes)


def is_regular_inside(folder: Path, name: str) -> bool:
    """Whether ``read_inside`` would find a regular file, of whatever size."""
    try:
        descriptor = _open_inside(folder, name)
    except OSError:
        return False
    try:
        return stat.S_ISREG(os.fstat(descriptor).st_mode)
    finally:
        os.close(descriptor)


def _open_inside(folder: Path, name: str) -> int:
    """Open a file part by part, so that no link can be put in the way meanwhile."""
    path, parts = folder / name, name.split("/")
    if not is_inner_name(name):
        raise RefusedFileError("its name leads out of the folder", path)
    if not _CAN_OPEN_BELOW:  # Windows
        return _open_resolved(folder, path)
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | _NO_LINK, dir_fd=here)
            os.close(here)
            here = inner
        return os.open(parts[-1], _FLAGS | _NO_LINK, dir_fd=here)
    except OSError as error:
        if error.errno in _LINK_ERRORS or _leads_through_link(folder, path):
            raise RefusedFileError("it is a link", path) from None
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        os.close(here)


def _open_resolved(folder: Path, path: Path) -> int:
    if _leads_through_link(folder, path):
        raise RefusedFileError("it is a link", path)
    return os.open(path, _FLAGS)


def _leads_through_link(folder: Path, path: Path) -> bool:
    inner = (path, *path.parents[: len(path.parts) - len(folder.parts) - 1])
    return any(part.is_symlink() for part in inner)


def _content(descriptor: int, path: Path, max_bytes: int) -> bytes:
    try:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            raise RefusedFileError("it is not a regular file", path)
        # A file of /proc says that it is empty, and is read as long as it gives something.
        if about.st_size <= max_bytes:
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                content = file.read(max_bytes + 1)
            if len(content) <= max_bytes:
                return content
        raise RefusedFileError(f"it is larger than {max_bytes:,} bytes", path)
    finally:
        os.close(descriptor)
