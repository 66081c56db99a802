"""The content-addressed folder of finished stage results.

An entry is a folder ``<kind>/<key>/`` with files and ``entry``: the inputs that
the key is made of, and each file's SHA-256. It is written beside its
place, flushed, and renamed, so it is there as a whole or not at all; it is checked
on reading, and a damaged one counts as missing. Arrays are NPZ, never pickled.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.disk import (
    STALE_SECONDS,
    TEMPORARY_PREFIX,
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
from reportgen.errors import StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENTRY_FILE = "entry"
LAYOUT = "v1"
CHECKPOINTS = "checkpoints"
MAX_BYTES = 4 * 1024**3

Inputs = dict[str, Any]


def key_of(inputs: Inputs) -> str:
    """The key of a stage's inputs: SHA-256 of their canonical JSON, hexadecimal."""
    canonical = json.dumps(inputs, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return sha256(canonical.encode())


def pack_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Arrays as the bytes of an NPZ file: the same arrays, the same bytes."""
    import numpy as np

    buffer = io.BytesIO()
    plain = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    np.savez_compressed(buffer, allow_pickle=False, **plain)
    return buffer.getvalue()


def unpack_arrays(content: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of an NPZ file that was checked by its SHA-256."""
    import numpy as np

    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}


def _write_head(head: dict[str, Any]) -> bytes:
    """An entry's head as JSON, after a line with the SHA-256 of that JSON."""
    content = json.dumps(head, ensure_ascii=False, indent=1).encode()
    return sha256(content).encode() + b"\n" + content


def _read_head(path: Path) -> dict[str, Any]:
    digest, _, content = path.read_bytes().partition(b"\n")
    if digest != sha256(content).encode():
        raise ValueError("the head does not have its SHA-256")
    head: dict[str, Any] = json.loads(content)
    return head


@dataclass(frozen=True)
class StoredEntry:
    """Something that the store keeps: where, how many bytes, and when it was last used."""

    kind: str
    path: Path
    size: int
    last_used: float


@dataclass(frozen=True)
class Entry:
    """A finished result: its inputs and its files' bytes by name."""

    inputs: Inputs
    files: dict[str, bytes]

    def json(self, name: str) -> Any:
        """A file that holds JSON."""
        return json.loads(self.files[name])

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """A file that holds arrays."""
        return unpack_arrays(self.files[name])


class Store:
    """Results by kind and key, below one folder, shared by all reports of a user.

    ``notify`` is told, once, of each damaged entry, in words for a person.
    """

    def __init__(self, root: Path, notify: Callable[[str], None]) -> None:
        self.root = root / LAYOUT
        self.notify = notify
        self.checkpoints_folder = self.root / CHECKPOINTS
        self._locks_folder = self.root / "locks"

    def _folder(self, kind: str, key: str) -> Path:
        return self.root / kind / key[:2] / key

    def get(self, kind: str, key: str) -> Entry | None:
        """The entry, if it is there and undamaged; a damaged one is removed."""
        folder = self._folder(kind, key)
        # Read again before it is condemned: another process may have replaced it meanwhile.
        entry = _read_entry(folder, key) or _read_entry(folder, key)
        if entry is None:
            if folder.exists():
                self.notify(f"the stored result {kind}/{key[:12]} is damaged; it is made again.")
                _discard(folder)
            return None
        with contextlib.suppress(OSError):
            os.utime(folder / ENTRY_FILE)
        return entry

    def put(self, kind: str, inputs: Inputs, files: Mapping[str, bytes]) -> Entry:
        """Keep a finished result under the key of its inputs and return it.

        Raises:
            StoreError: the disk is full or the folder cannot be written.
        """
        key = key_of(inputs)
        head = {
            "key": key,
            "inputs": inputs,
            "files": {name: sha256(content) for name, content in files.items()},
        }
        folder = self._folder(kind, key)
        with disk_errors(folder), temporary_folder(folder.parent) as new:
            write_folder(new, {**files, ENTRY_FILE: _write_head(head)})
            _put_in_place(new, folder)
        return Entry(inputs, dict(files))

    @contextlib.contextmanager
    def lock(self, kind: str, key: str, waiting: Callable[[], None]) -> Iterator[None]:
        """Hold the key alone among all processes; ``waiting`` is called once if it is taken.

        The lock is the kernel's: when its owner dies, it is free at once.

        Raises:
            StoreError: the lock file cannot be made.
        """
        from filelock import FileLock, Timeout

        path = self._locks_folder / f"{kind}-{key}.lock"
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        with disk_errors(path):
            try:
                lock.acquire(timeout=0)
            except Timeout:
                waiting()
                lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def entries(self) -> list[StoredEntry]:
        """Every entry, and every checkpoint of an unfinished training; oldest use first."""
        found = [
            entry
            for pattern in ("*/??/*", f"{CHECKPOINTS}/*")
            for path in self.root.glob(pattern)
            if not path.name.startswith(TEMPORARY_PREFIX)
            and (entry := _measured(path, path.relative_to(self.root).parts[0]))
        ]
        return sorted(found, key=lambda entry: entry.last_used)

    def trim(self, max_bytes: int = MAX_BYTES) -> None:
        """Remove what interrupted runs left, then the longest unused entries over the bound."""
        self._tidy(unused_seconds=STALE_SECONDS)
        entries = self.entries()
        total = sum(entry.size for entry in entries)
        for entry in entries:
            if total <= max_bytes:
                break
            _discard(entry.path)
            total -= entry.size

    def clear(self) -> list[StoredEntry]:
        """Remove all that no build is just writing, and return what was there.

        Raises:
            StoreError: something cannot be removed.
        """
        entries = self.entries()
        for entry in entries:
            _discard(entry.path)
        self._tidy(unused_seconds=0)
        left = [entry.path for entry in entries if entry.path.exists()]
        if left:
            raise StoreError(f"cannot remove {left[0]}. Check who owns it and remove it by hand.")
        return entries

    def _tidy(self, unused_seconds: float) -> None:
        """Remove what interrupted runs left, locks that nobody holds, and empty folders."""
        for path in self.checkpoints_folder.glob("*"):
            if any(self.root.glob(f"*/??/{path.name}/{ENTRY_FILE}")):  # the training is finished
                _discard(path)
        for folder in [self.root.parent, *self.root.glob("*/??"), self.checkpoints_folder]:
            remove_abandoned(folder)
            with contextlib.suppress(OSError):
                folder.rmdir()
        for path in self._locks_folder.glob("*.lock"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime >= unused_seconds:
                    _remove_lock(path)
        for folder in [*self.root.glob("*"), self.root]:
            with contextlib.suppress(OSError):
                folder.rmdir()


def _read_entry(folder: Path, key: str) -> Entry | None:
    """The entry in a folder, or None if it is not there or not sound."""
    try:
        head = _read_head(folder / ENTRY_FILE)
        names = dict(head["files"])
        if head["key"] != key or key_of(head["inputs"]) != key:
            return None
        if not all(is_inner_name(name) for name in names):
            return None
        files = {name: (folder / name).read_bytes() for name in names}
        if any(sha256(content) != names[name] for name, content in files.items()):
            return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return Entry(head["inputs"], files)


def _measured(path: Path, kind: str) -> StoredEntry | None:
    """An entry's size and last use; None if it is gone by now."""
    try:
        head = path / ENTRY_FILE
        last_used = (head if head.is_file() else path).stat().st_mtime
        files = path.rglob("*") if path.is_dir() else [path]
        size = sum(file.stat().st_size for file in files if file.is_file())
    except OSError:
        return None
    return StoredEntry(kind, path, size, last_used)


def _put_in_place(new: Path, folder: Path) -> None:
    """Rename an entry's folder to its place, over one that is there."""
    while True:
        try:
            new.rename(folder)
            break
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise
        if exchange(new, folder):
            break
        _discard(folder)
        if folder.exists():
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    sync_folder(folder.parent)


def _discard(path: Path) -> None:
    """Remove an entry or a checkpoint, its name first, so that nobody reads half of it."""
    with contextlib.suppress(OSError), temporary_folder(path.parent) as aside:
        path.rename(aside / path.name)
    # A full disk has no room for another folder.
    with contextlib.suppress(OSError):
        path.unlink()
    remove_tree(path)


def _remove_lock(path: Path) -> None:
    from filelock import FileLock, Timeout

    with contextlib.suppress(Timeout), FileLock(path, timeout=0):
        path.unlink(missing_ok=True)
