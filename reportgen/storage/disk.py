"""Files and folders that are whole or absent, whatever happens while they are written.

Everything is written in a temporary folder that its process has locked, and then renamed. The lock
ends with the process: a temporary folder that is not locked was left by an interrupted run.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from reportgen.errors import StoreError
from reportgen.storage.locks import lock_folder

TEMPORARY_PREFIX = ".reportgen-"
# Where folders cannot be locked (some network disks), older ones count as abandoned.
STALE_SECONDS = 24 * 3600
# Errors of the system on writing, and what a person can do about each.
DISK_ERRORS = {
    errno.ENOSPC: "Free some space and run the command again; nothing was changed.",
    errno.EDQUOT: "Free some space and run the command again; nothing was changed.",
    errno.EFBIG: "Raise the file-size limit (ulimit -f) and run the command again.",
    errno.EROFS: "Choose a folder that can be written, with -o or --cache-dir.",
    errno.EACCES: "Choose a folder that can be written, with -o or --cache-dir.",
    errno.EPERM: "Choose a folder that can be written, with -o or --cache-dir.",
    errno.EBUSY: "If another disk is mounted there, name a folder in it instead.",
    errno.EXDEV: "Another disk is mounted in that folder. Name another folder with -o.",
}
_TEMPORARY_NAME = re.compile(re.escape(TEMPORARY_PREFIX) + "[0-9a-f]{16}")
_ATTEMPTS = 20
_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def sealed(value: Any) -> bytes:
    """A value as JSON, after a line with the SHA-256 of that JSON."""
    content = json.dumps(value, indent=1).encode()
    return sha256(content).encode() + b"\n" + content


def unsealed(content: bytes) -> Any:
    """The value that ``sealed`` wrote.

    Raises:
        ValueError: the content is damaged.
    """
    digest, _, content = content.partition(b"\n")
    if digest != sha256(content).encode():
        raise ValueError("the content does not have its SHA-256")
    return json.loads(content)


def is_inner_name(name: object) -> bool:
    """Whether a name leads to a file within a folder, and not out of it."""
    if not isinstance(name, str) or not name or "\0" in name or "\\" in name:
        return False
    try:
        os.fsencode(name)
    except UnicodeEncodeError:  # half of a surrogate pair, as JSON can have it
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and str(path) == name != "."


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn an ``OSError`` (disk full, no permission, ...) into a ``StoreError``."""
    try:
        yield
    except OSError as error:
        raise StoreError(disk_message(path, error)) from None


def disk_message(path: Path, error: OSError) -> str:
    """What is wrong with the disk, and what to do about it, in two lines."""
    hint = DISK_ERRORS.get(error.errno or 0, "Run the command again when the cause is removed.")
    return f"cannot write {path}: {error.strerror or error}.\n{hint}"


@contextlib.contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """Make a locked folder in ``parent``, and remove it at the end unless it was renamed.

    Raises:
        OSError: it cannot be made.
    """
    path, descriptor = _make_locked(parent)
    try:
        yield path
    finally:
        remove_tree(path)
        os.close(descriptor)


def _make_locked(parent: Path) -> tuple[Path, int]:
    for _ in range(_ATTEMPTS):
        path = parent / f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}"
        # Another process may remove the parent, or the new folder before it is locked.
        with contextlib.suppress(FileNotFoundError):
            parent.mkdir(parents=True, exist_ok=True)
            path.mkdir()
            descriptor = os.open(path, os.O_RDONLY)
            if lock_folder(descriptor) is not False and path.is_dir():
                return path, descriptor
            os.close(descriptor)
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def remove_abandoned(parent: Path) -> None:
    """Remove the temporary folders that interrupted runs left in a folder."""
    with contextlib.suppress(OSError):
        for entry in list(os.scandir(parent)):
            if _TEMPORARY_NAME.fullmatch(entry.name) and entry.is_dir(follow_symlinks=False):
                _remove_if_abandoned(Path(entry.path))


def _remove_if_abandoned(path: Path) -> None:
    with contextlib.suppress(OSError):
        is_old = time.time() - path.lstat().st_mtime > STALE_SECONDS
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            lock = lock_folder(descriptor)
            if lock or (lock is None and is_old):
                remove_tree(path)
        finally:
            os.close(descriptor)


def write_synced(path: Path, content: bytes) -> None:
    """Write a new file and flush it to the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to the disk, unless the folder is closed to reading."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write a file whole: under a temporary name, flushed, then renamed.

    Only the owner can read a private file.
    """
    with temporary_folder(path.parent) as folder:
        written = folder / "file"
        if private:
            written.touch(0o600)
        write_synced(written, content)
        written.replace(path)
        sync_folder(path.parent)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files (by relative name) into an empty folder and flush everything.

    Raises:
        StoreError: a name leads out of the folder.
        OSError: the disk is full, or the folder cannot be written.
    """
    strange = next((name for name in files if not is_inner_name(name)), None)
    if strange is not None:
        raise StoreError(f"{strange!r} cannot be the name of a file in {folder}.")
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


def is_folder(path: Path) -> bool:
    """Whether there is a folder, and not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def inner_folders(folder: Path) -> list[Path]:
    """The folders in a folder, without links; empty if it is no folder itself."""
    if not is_folder(folder):
        return []
    found = next(walk(folder, lambda _: None), (folder, [], []))
    return [folder / name for name in found[1]]


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; links are not followed.

    Raises:
        OSError: it is not there.
    """
    if not is_folder(path):
        about = path.lstat()
        return about.st_size if stat.S_ISREG(about.st_mode) else 0
    size, waiting = 0, [path]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as found:
            for each in found:
                if each.is_dir(follow_symlinks=False):
                    waiting.append(Path(each.path))
                elif each.is_file(follow_symlinks=False):
                    size += each.stat(follow_symlinks=False).st_size
    return size


def remove_tree(path: Path, within: Path | None = None) -> None:
    """Remove a file, a link, or a folder with its content; errors are ignored.

    Links are not followed. A folder is renamed first, so that no process sees half of it.

    Args:
        path: what to remove; it may be missing.
        within: a folder above it, by default its parent. If any folder between the two is a
            link, nothing is removed.
    """
    within = within or path.parent
    between = path.relative_to(within).parts[:-1]
    with contextlib.suppress(OSError, RecursionError):  # folders can be too deep for Python
        descriptor = open_below(within, between)
        try:
            _remove(Path(path.name), descriptor)
        finally:
            os.close(descriptor)


def _remove(path: Path, here: int) -> None:
    """Remove what is at a path, relative to the open folder ``here``."""
    if not stat.S_ISDIR(os.stat(path, dir_fd=here, follow_symlinks=False).st_mode):
        os.unlink(path, dir_fd=here)
        return
    aside = path.with_name(f"{TEMPORARY_PREFIX}{secrets.token_hex(8)}")
    try:
        os.rename(path, aside, src_dir_fd=here, dst_dir_fd=here)
    except OSError:  # a full disk may have no room for another name
        aside = path
    try:
        shutil.rmtree(aside, ignore_errors=True, dir_fd=here)
        if _is_there(aside, here):  # some folder in it is read-only
            for *_, inner in os.fwalk(aside, dir_fd=here):
                os.fchmod(inner, stat.S_IRWXU)
            shutil.rmtree(aside, ignore_errors=True, dir_fd=here)
    finally:
        with contextlib.suppress(OSError):  # what could not be removed gets its name back
            os.rename(aside, path, src_dir_fd=here, dst_dir_fd=here)


def _is_there(path: Path, here: int) -> bool:
    try:
        os.stat(path, dir_fd=here, follow_symlinks=False)
    except OSError:
        return False
    return True


def walk(
    folder: Path, on_error: Callable[[OSError], None]
) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Walk a folder as ``os.walk`` does, but of any depth.

    Yields each folder, the names of the folders in it, and the names of everything else, links
    among them. Folders that the caller removes from the list are not entered.

    Args:
        folder: where to begin.
        on_error: called for each folder that cannot be read.
    """
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        folders: list[str] = []
        names: list[str] = []
        try:
            with os.scandir(here) as found:
                for each in found:
                    (folders if each.is_dir(follow_symlinks=False) else names).append(each.name)
        except OSError as error:
            on_error(error)
            continue
        yield here, folders, names
        waiting += [here / name for name in reversed(folders)]


def open_below(folder: Path, parts: Sequence[str]) -> int:
    """Open a folder below another, part by part, so that no link is followed.

    Raises:
        OSError: a part is not there, is no folder, or is a link.
    """
    here = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    for part in parts:
        try:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
        finally:
            os.close(here)
        here = inner
    return here
