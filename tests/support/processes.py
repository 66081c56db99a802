"""Child processes that end with the test that started them, however it ends."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil

# Processes that multiprocessing starts once and keeps until Python ends.
_KEPT = ("multiprocessing.forkserver", "multiprocessing.resource_tracker")


@contextlib.contextmanager
def running(command: Sequence[str | Path], **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """A process with its pipes, ended and closed at the end; options are those of ``Popen``."""
    with subprocess.Popen(command, **options) as process:
        try:
            yield process
        finally:
            process.kill()  # does nothing where it has ended


def children() -> list[psutil.Process]:
    """The processes that this one has started and not taken leave of."""
    multiprocessing.active_children()  # takes leave of those of its own that have ended
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:  # there are none; psutil would look at every process for it
        return []
    return [each for each in psutil.Process().children() if not _is_kept(each)]


def _is_kept(process: psutil.Process) -> bool:
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return any(name in word for name in _KEPT for word in words)
