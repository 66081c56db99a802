"""The record of the reports that were published on this machine.

Anyone can write a manifest that agrees with any page. So the record, in the user's own cache
folder, has a line for each manifest that this program published: its SHA-256, and the file that the
report was made from. A manifest lists the SHA-256 of all other files. If the record is lost,
reports are made or rendered again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from reportgen.storage.disk import disk_errors, is_folder, remove_tree, replace_file
from reportgen.storage.locks import alone_in
from reportgen.storage.reading import read_inside

RECORD_FILE = "published"
MAX_BYTES = 8 * 1024**2  # some 50,000 reports


class Published:
    """The record in a cache folder.

    The origins of a manifest are the configuration files that it was published from, each
    relative to the report's folder, so that a project can be moved; empty without a file.
    """

    def __init__(self, cache_dir: Path) -> None:
        self._path = cache_dir / RECORD_FILE
        self._read: tuple[int, int] | None = None
        self._origins: dict[str, list[str]] = {}

    def has(self, digest: str) -> bool:
        """Whether a manifest of this SHA-256 was published here."""
        return digest in self._current()

    def origins(self, digest: str) -> tuple[str, ...]:
        """The origins of a manifest of this SHA-256; empty if it was not published here."""
        return tuple(self._current().get(digest, ()))

    def add(self, digest: str, origin: str) -> None:
        """Record a manifest, unless it is recorded already.

        Raises:
            StoreError: the disk is full or the cache folder cannot be written.
        """
        with disk_errors(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with alone_in(self._path.parent):
                if origin in self.origins(digest):
                    return
                line = f"\n{digest} {json.dumps(origin)}\n".encode()
                if self._read is None and not is_folder(self._path):
                    remove_tree(self._path)  # a link, a pipe or a device
                flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
                with os.fdopen(os.open(self._path, flags, 0o600), "ab") as file:
                    file.write(line)
                if self._path.stat().st_size > MAX_BYTES:
                    self._forget_oldest()

    def _forget_oldest(self) -> None:
        content = self._content()
        kept = content[len(content) // 2 :].partition(b"\n")[2]
        replace_file(self._path, kept, private=True)

    def _content(self) -> bytes:
        return read_inside(self._path.parent, RECORD_FILE, 2 * MAX_BYTES)

    def _current(self) -> dict[str, list[str]]:
        """The record as it is now; read again only if it was written meanwhile."""
        try:
            status = self._path.lstat()
            state = status.st_mtime_ns, status.st_size
            if state != self._read:
                self._origins = _parsed(self._content())
                self._read = state
        except OSError:
            self._origins, self._read = {}, None
        return self._origins


def _parsed(content: bytes) -> dict[str, list[str]]:
    """Origins by digest; a line that was cut off is skipped."""
    origins: dict[str, list[str]] = {}
    for line in content.splitlines():
        digest, _, written = line.decode("ascii", "replace").partition(" ")
        try:
            origin = json.loads(written)
        except (ValueError, RecursionError):
            continue
        if len(digest) == 64 and isinstance(origin, str):
            origins.setdefault(digest, []).append(origin)
    return origins
