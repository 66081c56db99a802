"""Files and folders that are whole or absent, whatever happens while they are written."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from reportgen.errors import StoreError

TEMPORARY_PREFIX = ".reportgen-"
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def temporary_beside(path: Path) -> Path:
    """A name, not used yet, in the same folder as ``path`` and so on the same file system."""
    return path.parent / f"{TEMPORARY_PREFIX}{path.name}-{os.getpid()}-{secrets.token_hex(4)}"


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the system says of a full disk, a lacking right and so on into a StoreError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        hint = {
            errno.ENOSPC: "Free some space and run the command again; nothing was changed.",
            errno.EDQUOT: "Free some space and run the command again; nothing was changed.",
            errno.EFBIG: "Raise the file-size limit (ulimit -f) and run the command again.",
            errno.EROFS: "Choose a folder that can be written, with -o or --cache-dir.",
            errno.EACCES: "Choose a folder that can be written, with -o or --cache-dir.",
            errno.EPERM: "Choose a folder that can be written, with -o or --cache-dir.",
        }.get(error.errno or 0, "Run the command again when the cause is removed.")
        raise StoreError(f"cannot write {path}: {reason}.\n{hint}") from None


def write_synced(path: Path, content: bytes) -> None:
    """Write a new file and flush it to the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to the disk, where the system can."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows cannot open a folder
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in place as a whole: temporary, flushed, renamed, folder flushed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = temporary_beside(path)
    try:
        write_synced(temporary, content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files (by relative name) into a new folder and flush everything."""
    folder.mkdir(parents=True)
    folders = {folder}
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        folders |= {parent for parent in path.parents if folder in parent.parents}
        write_synced(path, content)
    for inner in sorted(folders, key=lambda path: -len(path.parts)):
        sync_folder(inner)


def exchange(new: Path, old: Path) -> bool:
    """Swap two folders in one step; False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    status = libc.renameat2(
        _AT_FDCWD, os.fsencode(new), _AT_FDCWD, os.fsencode(old), _RENAME_EXCHANGE
    )
    return bool(status == 0)


def remove_tree(folder: Path) -> None:
    """Remove a folder and what is in it, if it is there; failing is not an error."""
    shutil.rmtree(folder, ignore_errors=True)
