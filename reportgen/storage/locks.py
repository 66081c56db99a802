"""Locks between processes, all by filelock: they are the kernel's, and end with their process.

A folder is locked itself, so that no lock file stands among a person's files. On Windows and some
network disks a folder cannot be locked.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

_ALONE_IN: set[tuple[int, int, int]] = set()  # thread, device and number of the folder


def lock_folder(descriptor: int, *, wait: bool = False) -> bool | None:
    """Lock an open folder; False if another process has it, None where that is impossible."""
    from filelock import lock_descriptor

    try:
        return lock_descriptor(descriptor, blocking=wait, poll_interval=0.01)
    except OSError:
        return None


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other process is in here for the same folder, where the system can tell.

    Whoever is in here already may come in again: the folder around a report can be the cache
    folder, too.
    """
    if sys.platform == "win32":
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    about = os.fstat(descriptor)
    identity = (threading.get_ident(), about.st_dev, about.st_ino)
    is_in = identity in _ALONE_IN
    try:
        if not is_in:
            lock_folder(descriptor, wait=True)
            _ALONE_IN.add(identity)
        yield
    finally:
        if not is_in:
            _ALONE_IN.discard(identity)
        os.close(descriptor)


@contextlib.contextmanager
def locked_file(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a lock file alone among all processes; ``waiting`` is called once if it is taken.

    Raises:
        OSError: the file cannot be made.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def remove_unlocked(path: Path) -> None:
    """Remove a lock file that nobody holds."""
    from filelock import FileLock, Timeout

    with contextlib.suppress(Timeout), FileLock(path, timeout=0):
        path.unlink(missing_ok=True)
