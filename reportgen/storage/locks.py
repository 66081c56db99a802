"""Locks between processes, by filelock. The kernel frees a lock when its process ends.

A folder is locked directly, so that no lock file lies among a person's files. Some network disks
cannot lock a folder.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

_ALONE_IN: set[tuple[int, int, int]] = set()  # thread, and the folder's device and inode


def lock_folder(descriptor: int, *, wait: bool = False) -> bool | None:
    """Lock an open folder; False if another process has locked it, None if it cannot be locked."""
    from filelock import lock_descriptor

    try:
        return lock_descriptor(descriptor, blocking=wait, poll_interval=0.01)
    except OSError:
        return None


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold a folder's lock; a thread that holds it already may enter again.

    It does so where the folder around a report is also the cache folder.
    """
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
    """Hold the lock of a file; ``waiting`` is called once if another process has it.

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
    """Remove a lock file, unless a process holds its lock."""
    from filelock import FileLock, Timeout

    with contextlib.suppress(Timeout), FileLock(path, timeout=0):
        path.unlink(missing_ok=True)
