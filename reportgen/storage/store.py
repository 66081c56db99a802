"""The content-addressed folder of finished stage results.

An entry is a folder ``<kind>/<2 digits>/<key>/`` with files and ``entry``: the inputs that
the key is made of, and each file's SHA-256. It is written beside its
place, flushed, and renamed, so it is there as a whole or not at all; it is checked
on reading, and a damaged one counts as missing. Arrays are NPZ, never pickled.

The store does not trust its own folder: somebody may have put links, pipes or anything else
there. Only regular files of limited size are read, no link is followed, and whatever is in the
way of the store's own folders and files is removed.
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.errors import StoreError
from reportgen.storage import disk
from reportgen.storage.locks import locked_file, remove_unlocked
from reportgen.storage.reading import read_inside

if TYPE_CHECKING:
    from numpy.typing import NDArray

ENTRY_FILE = "entry"
LAYOUT = "v1"
CHECKPOINTS = "checkpoints"
LOCKS = "locks"
MAX_BYTES = 4 * 1024**3
# Of one entry: twice the weights of the largest network that is trained, and its logits.
MAX_ENTRY_BYTES = 768 * 1024**2
_MAX_HEAD_BYTES = 8 * 1024**2
_KEY = re.compile("[0-9a-f]{64}")
_SHARD = re.compile("[0-9a-f]{2}")

Inputs = dict[str, Any]
Check = Callable[[str, Inputs, Mapping[str, bytes]], bool]


def key_of(inputs: Inputs) -> str:
    """The key of a stage's inputs: SHA-256 of their canonical JSON, hexadecimal."""
    canonical = json.dumps(inputs, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return disk.sha256(canonical.encode())


def unpack_arrays(content: bytes) -> dict[str, NDArray[Any]]:
    """The arrays of an NPZ file of the store.

    Raises:
        DataError: it is no NPZ file, or holds objects or more than ``MAX_ENTRY_BYTES``.
    """
    from reportgen.storage.npz import read_arrays

    return read_arrays(io.BytesIO(content), Path("arrays.npz"), max_bytes=MAX_ENTRY_BYTES)


@dataclass(frozen=True)
class StoredEntry:
    """An entry or checkpoint on disk: its size in bytes, its last use in seconds since 1970."""

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
        """The content of a JSON file."""
        return json.loads(self.files[name])

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """The arrays of an NPZ file."""
        return unpack_arrays(self.files[name])


class Store:
    """Results by kind and key, below one folder, shared by all reports of a user.

    Args:
        root: the folder.
        notify: called with a message about each damaged entry.
        check: given a kind, the inputs of a key, and files: whether these can be a result of
            that kind. If not, the entry counts as damaged.
    """

    def __init__(self, root: Path, notify: Callable[[str], None], check: Check) -> None:
        self.root = root / LAYOUT
        self.notify = notify
        self._check = check
        self._checkpoints = self.root / CHECKPOINTS
        self._locks = self.root / LOCKS

    def _folder(self, kind: str, key: str) -> Path:
        return self.root / kind / key[:2] / key

    def get(self, kind: str, key: str) -> Entry | None:
        """The entry, if it is there and undamaged; a damaged one is removed."""
        folder = self._folder(kind, key)
        # Read twice before it is discarded: another process may just have replaced it.
        entry = self._read(kind, key) or self._read(kind, key)
        if entry is None:
            if os.path.lexists(folder):
                self.notify(f"the stored result {kind}/{key[:12]} is damaged; it is made again.")
                self._discard(folder)
            return None
        with contextlib.suppress(OSError):
            os.utime(folder / ENTRY_FILE, follow_symlinks=False)
        return entry

    def _read(self, kind: str, key: str) -> Entry | None:
        """The entry, or None if it is not there or not sound."""
        folder = self._folder(kind, key).relative_to(self.root.parent).as_posix()
        try:
            place = f"{folder}/{ENTRY_FILE}"
            head = disk.unsealed(read_inside(self.root.parent, place, _MAX_HEAD_BYTES))
            names = dict(head["files"])
            if head["key"] != key or key_of(head["inputs"]) != key:
                return None
            files, left = {}, MAX_ENTRY_BYTES
            for name, digest in names.items():
                files[name] = read_inside(self.root.parent, f"{folder}/{name}", left)
                left -= len(files[name])
                if disk.sha256(files[name]) != digest:
                    return None
            if not self._check(kind, head["inputs"], files):
                return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
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
            "files": {name: disk.sha256(content) for name, content in files.items()},
        }
        folder = self._folder(kind, key)
        self._make_way(folder.parent)
        with disk.disk_errors(folder), disk.temporary_folder(folder.parent) as new:
            disk.write_folder(new, {**files, ENTRY_FILE: disk.sealed(head)})
            _put_in_place(new, folder)
        return Entry(inputs, dict(files))

    def put_checkpoint(self, key: str, content: bytes) -> None:
        """Keep the checkpoint of an unfinished training in place of an earlier one.

        Raises:
            StoreError: the disk is full or the folder cannot be written.
        """
        path = self._checkpoints / key
        self._make_way(path.parent)
        if disk.is_folder(path):
            self._discard(path)
        with disk.disk_errors(path):
            disk.replace_file(path, content)

    def get_checkpoint(self, key: str) -> bytes | None:
        """The checkpoint of an unfinished training; None where there is none to be read."""
        try:
            return read_inside(self.root, f"{CHECKPOINTS}/{key}", MAX_ENTRY_BYTES)
        except OSError:
            return None

    def remove_checkpoint(self, key: str) -> None:
        """Forget the checkpoint of a training that has ended."""
        self._discard(self._checkpoints / key)

    def _discard(self, path: Path) -> None:
        disk.remove_tree(path, within=self.root.parent)

    def _make_way(self, folder: Path) -> None:
        """Remove links and files that stand where the store has a folder.

        A file in place of the whole store is a person's, and stays.
        """
        inner = folder.relative_to(self.root.parent).parts
        for n in range(len(inner)):
            path = self.root.parent.joinpath(*inner[: n + 1])
            is_a_persons = path == self.root and _is_file(path)
            if os.path.lexists(path) and not disk.is_folder(path) and not is_a_persons:
                self._discard(path)

    @contextlib.contextmanager
    def lock(self, kind: str, key: str, waiting: Callable[[], None]) -> Iterator[None]:
        """Lock a key for this process; ``waiting`` is called once if another process has it.

        The kernel frees the lock when its process ends.

        Raises:
            StoreError: the lock file cannot be made.
        """
        path = self._locks / f"{kind}-{key}.lock"
        self._make_way(path.parent)
        if os.path.lexists(path) and not _is_file(path):
            self._discard(path)
        with contextlib.ExitStack() as lock:
            with disk.disk_errors(path):
                path.parent.mkdir(parents=True, exist_ok=True)
                lock.enter_context(locked_file(path, waiting))
            yield

    def entries(self) -> list[StoredEntry]:
        """Every entry, and every checkpoint of an unfinished training; oldest use first."""
        found = [
            entry
            for folder in [*self._shards(), *self._kinds(CHECKPOINTS)]
            for path in _keyed(folder)
            if (entry := _measured(path, path.relative_to(self.root).parts[0]))
        ]
        return sorted(found, key=lambda entry: entry.last_used)

    def _kinds(self, name: str = "") -> list[Path]:
        """The folders of all kinds, or of one; links are left out."""
        return [path for path in disk.inner_folders(self.root) if name in ("", path.name)]

    def _shards(self) -> list[Path]:
        """The folders that hold entries."""
        inner = [shard for kind in self._kinds() for shard in disk.inner_folders(kind)]
        return [shard for shard in inner if _SHARD.fullmatch(shard.name)]

    def trim(self, max_bytes: int = MAX_BYTES) -> None:
        """Remove what interrupted runs left, then the longest unused entries, down to a size."""
        self._tidy(unused_seconds=disk.STALE_SECONDS)
        entries = self.entries()
        total = sum(entry.size for entry in entries)
        for entry in entries:
            if total <= max_bytes:
                break
            self._discard(entry.path)
            total -= entry.size

    def clear(self) -> list[StoredEntry]:
        """Remove everything that no build is writing, and return the entries that were there.

        Raises:
            StoreError: something cannot be removed.
        """
        entries = self.entries()
        for entry in entries:
            self._discard(entry.path)
        self._tidy(unused_seconds=0)
        left = [entry.path for entry in entries if os.path.lexists(entry.path)]
        if left:
            raise StoreError(f"cannot remove {left[0]}. Check who owns it and remove it by hand.")
        return entries

    def _tidy(self, unused_seconds: float) -> None:
        """Remove what interrupted runs left, locks that nobody holds, and empty folders."""
        shards = self._shards()
        finished = {path.name for shard in shards for path in _keyed(shard)}
        unfinished = self._kinds(CHECKPOINTS)
        for path in [path for folder in unfinished for path in _keyed(folder)]:
            if path.name in finished:
                self._discard(path)
        for folder in [self.root.parent, *shards, *unfinished]:
            disk.remove_abandoned(folder)
        locks = [path for folder in self._kinds(LOCKS) for path in folder.glob("*.lock")]
        for path in filter(_is_file, locks):
            with contextlib.suppress(OSError):
                if time.time() - path.lstat().st_mtime >= unused_seconds:
                    remove_unlocked(path)
        for folder in [*shards, *self._kinds(), self.root]:
            with contextlib.suppress(OSError):  # it is not empty
                folder.rmdir()


def _put_in_place(new: Path, folder: Path) -> None:
    """Rename an entry's folder to its place, over one that is there."""
    while True:
        try:
            new.rename(folder)
            break
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise
        if disk.exchange(new, folder):
            break
        disk.remove_tree(folder)
        if os.path.lexists(folder):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    disk.sync_folder(folder.parent)


def _keyed(folder: Path) -> list[Path]:
    """The paths in a folder of the store that are named after a key."""
    return [path for path in folder.glob("*") if _KEY.fullmatch(path.name)]


def _measured(path: Path, kind: str) -> StoredEntry | None:
    """An entry's size and last use; None if it is gone by now."""
    try:
        head = path / ENTRY_FILE
        last_used = (head if _is_file(head) else path).lstat().st_mtime
        return StoredEntry(kind, path, disk.size_of(path), last_used)
    except OSError:
        return None


def _is_file(path: Path) -> bool:
    """Whether there is a regular file, and not a link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
