"""The content-addressed folder of finished stage results.

An entry is a folder ``<kind>/<key>/`` with files and ``entry``: the inputs that
the key is made of, and each file's SHA-256. It is written beside its
place, flushed, and renamed, so it is there as a whole or not at all; it is checked
on reading, and a damaged one counts as missing. Arrays are NPZ, never pickled.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.disk import (
    TEMPORARY_PREFIX,
    disk_errors,
    remove_tree,
    sha256,
    sync_folder,
    temporary_beside,
    write_folder,
)
from reportgen.errors import StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENTRY_FILE = "entry"
LAYOUT = "v1"
MAX_BYTES = 4 * 1024**3
STALE_SECONDS = 24 * 3600

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

    Attributes:
        root: the folder; made when something is first put in.
        notify: is told, once, of each damaged entry, in words for a person.
    """

    def __init__(self, root: Path, notify: Callable[[str], None]) -> None:
        self.root = root / LAYOUT
        self.notify = notify

    def _folder(self, kind: str, key: str) -> Path:
        return self.root / kind / key[:2] / key

    def get(self, kind: str, key: str) -> Entry | None:
        """The entry, if it is there and undamaged; a damaged one is removed."""
        folder = self._folder(kind, key)
        try:
            head = _read_head(folder / ENTRY_FILE)
            files = {name: (folder / name).read_bytes() for name in head["files"]}
            sound = head["key"] == key == key_of(head["inputs"]) and all(
                sha256(content) == head["files"][name] for name, content in files.items()
            )
        except FileNotFoundError:
            if not folder.exists():
                return None
            sound = False
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            sound = False
        if not sound:
            self.notify(f"the stored result {kind}/{key[:12]} is damaged; it is made again.")
            self._discard(folder)
            return None
        with contextlib.suppress(OSError):
            os.utime(folder / ENTRY_FILE)
        return Entry(head["inputs"], files)

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
        with disk_errors(folder):
            folder.parent.mkdir(parents=True, exist_ok=True)
            temporary = temporary_beside(folder)
            try:
                write_folder(temporary, {**files, ENTRY_FILE: _write_head(head)})
                self._move(temporary, folder)
            finally:
                remove_tree(temporary)
        return Entry(inputs, dict(files))

    def _move(self, temporary: Path, folder: Path) -> None:
        try:
            temporary.rename(folder)
        except OSError:
            # Another process put the same key there first; its content is as good.
            if not (folder / ENTRY_FILE).is_file():
                raise
        sync_folder(folder.parent)

    def _discard(self, folder: Path) -> None:
        aside = temporary_beside(folder)
        with contextlib.suppress(OSError):
            folder.rename(aside)
        remove_tree(aside)

    @contextlib.contextmanager
    def lock(self, kind: str, key: str, waiting: Callable[[], None]) -> Iterator[None]:
        """Hold the key alone among all processes; ``waiting`` is called once if it is taken.

        The lock is the kernel's: when its owner dies, it is free at once.

        Raises:
            StoreError: the lock file cannot be made.
        """
        from filelock import FileLock, Timeout

        path = self.root / "locks" / f"{kind}-{key}.lock"
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

    def entries(self) -> list[tuple[Path, int, float]]:
        """(folder, bytes, time of last use) of every entry, oldest use first."""
        found = []
        for head in self.root.glob(f"*/??/*/{ENTRY_FILE}"):
            with contextlib.suppress(OSError):
                size = sum(path.stat().st_size for path in head.parent.iterdir())
                found.append((head.parent, size, head.stat().st_mtime))
        return sorted(found, key=lambda entry: entry[2])

    def trim(self, max_bytes: int = MAX_BYTES) -> None:
        """Remove what an interrupted run left, then the longest unused entries over the bound."""
        for left in self.root.glob(f"*/??/{TEMPORARY_PREFIX}*"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > STALE_SECONDS:
                    remove_tree(left)
        entries = self.entries()
        total = sum(size for _, size, _ in entries)
        for folder, size, _ in entries:
            if total <= max_bytes:
                break
            self._discard(folder)
            total -= size

    def clear(self) -> int:
        """Remove everything and return how many entries there were.

        Raises:
            StoreError: the folder cannot be removed.
        """
        n_entries = len(self.entries())
        remove_tree(self.root)
        if self.root.exists():
            raise StoreError(f"cannot remove {self.root}. Check who owns it and remove it by hand.")
        return n_entries
