"""Read a file that comes from outside: a regular file, of limited size, inside its folder.

A pipe or device would block the program, a file of many gigabytes would fill the memory, and a
link in somebody else's folder may lead anywhere. Such a file raises an ``OSError`` whose
``strerror`` says why, so callers report it like any file that cannot be read.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from reportgen.errors import ConfigError
from reportgen.storage.disk import is_inner_name, open_below

# Without O_NONBLOCK, opening a pipe waits for its other end.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK
_LINK_ERRORS = (errno.ELOOP, errno.EMLINK)  # of O_NOFOLLOW, on Linux and BSD
# Control characters, and what is not UTF-8.
_ODD_NAME = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


class RefusedFileError(OSError):
    """A file that exists and is refused; ``strerror`` says why."""

    def __init__(self, why: str, path: Path) -> None:
        super().__init__(errno.EINVAL, why, str(path))


class LinkError(RefusedFileError):
    """A file that is a link, or is reached through one, where links are not followed."""

    def __init__(self, path: Path) -> None:
        super().__init__("it is a link", path)


def cannot_read(path: Path, error: OSError) -> str:
    """The message about a file that was not read: which, why, and what to do."""
    if isinstance(error, FileNotFoundError):
        return f"{path} does not exist."
    way_out = "\nCopy the file itself there." if isinstance(error, LinkError) else ""
    name = _ODD_NAME.sub("�", str(path))
    return f"cannot read {name}: {error.strerror or error}.{way_out}"


def open_regular(path: Path, max_bytes: int) -> BinaryIO:
    """Open a file that a person named; a link is followed.

    Args:
        path: the file.
        max_bytes: the largest size.

    Raises:
        OSError: it is missing, unreadable, not a regular file, or too large.
    """
    if "\0" in str(path):
        raise RefusedFileError("its name has a NUL in it", path)
    return _checked(os.open(path, _FLAGS), path, max_bytes)


def read_regular(path: Path, max_bytes: int) -> bytes:
    """The content of a file that a person named.

    Raises:
        OSError: as in ``open_regular``.
    """
    with open_regular(path, max_bytes) as file:
        return _content(file, path, max_bytes)


def open_inside(folder: Path, name: str, max_bytes: int) -> BinaryIO:
    """Open a file in a folder that somebody else may have filled.

    Args:
        folder: a person named it, so it may itself be a link.
        name: relative, with ``/`` between its parts; no part may be a link.
        max_bytes: the largest size.

    Raises:
        OSError: as in ``open_regular``; also where the name leads out of the folder or
            through a link.
    """
    return _checked(_open_inside(folder, name), folder / name, max_bytes)


def read_inside(folder: Path, name: str, max_bytes: int) -> bytes:
    """The content of a file in a folder that somebody else may have filled.

    Raises:
        OSError: as in ``open_inside``.
    """
    with open_inside(folder, name, max_bytes) as file:
        return _content(file, folder / name, max_bytes)


def read_text(path: Path, max_bytes: int, *, inside: Path | None = None) -> str:
    """The text of a UTF-8 file, with or without a byte order mark; CRLF becomes LF.

    Args:
        path: the file.
        max_bytes: the largest size.
        inside: a folder around the file, if a person named only that folder: then no link is
            followed.

    Raises:
        ConfigError: it is missing, unreadable, too large, or not UTF-8.
    """
    try:
        if inside is None:
            content = read_regular(path, max_bytes)
        elif _ODD_NAME.search(path.name):
            raise RefusedFileError("its name is no text. Rename it", path)
        else:
            content = read_inside(inside, path.relative_to(inside).as_posix(), max_bytes)
    except OSError as error:
        raise ConfigError(cannot_read(path, error)) from None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}, line {line}: not UTF-8. Save the file as UTF-8.") from None


def _open_inside(folder: Path, name: str) -> int:
    """Open a file part by part, so that no link is followed."""
    path, parts = folder / name, name.split("/")
    if not is_inner_name(name):
        raise RefusedFileError("its name leads out of the folder", path)
    try:
        here = open_below(folder, parts[:-1])
        try:
            return os.open(parts[-1], _FLAGS | os.O_NOFOLLOW, dir_fd=here)
        finally:
            os.close(here)
    except OSError as error:
        if error.errno in _LINK_ERRORS or _leads_through_link(folder, path):
            raise LinkError(path) from None
        raise OSError(error.errno, error.strerror, str(path)) from None


def _leads_through_link(folder: Path, path: Path) -> bool:
    inner = (path, *path.parents[: len(path.parts) - len(folder.parts) - 1])
    return any(part.is_symlink() for part in inner)


def _checked(descriptor: int, path: Path, max_bytes: int) -> BinaryIO:
    """The open file, if it is a regular one of at most ``max_bytes``."""
    about = os.fstat(descriptor)
    if stat.S_ISREG(about.st_mode) and about.st_size <= max_bytes:
        return os.fdopen(descriptor, "rb")
    os.close(descriptor)
    if stat.S_ISREG(about.st_mode):
        raise _too_large(path, max_bytes)
    raise RefusedFileError("it is not a regular file", path)


def _content(file: BinaryIO, path: Path, max_bytes: int) -> bytes:
    # A file in /proc says that it is empty, though it is not.
    announced = os.fstat(file.fileno()).st_size
    content = file.read(announced + 1)
    if len(content) > announced:
        content += file.read(max_bytes + 1 - len(content))
    if len(content) > max_bytes:
        raise _too_large(path, max_bytes)
    return content


def _too_large(path: Path, max_bytes: int) -> RefusedFileError:
    return RefusedFileError(f"it is larger than {max_bytes:,} bytes", path)
