"""Child processes that end with the test that started them, and the program as one of them."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
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


def run_reportgen(
    *arguments: str | Path, cwd: Path | None = None, python: Sequence[str] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end.

    Args:
        arguments: of the command line.
        cwd: where it runs.
        python: options of the interpreter.
        environment: variables in addition to those of the test.
    """
    return subprocess.run(
        [sys.executable, *python, "-m", "reportgen", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


# Ends with the first command that fails, and tells it.
_ONE_AFTER_THE_OTHER = """
import shlex, sys
from reportgen.cli import main
for command in sys.argv[1:]:
    sys.argv = shlex.split(command)
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            sys.exit(f"{command} ended with {ended.code}")
"""


def run_commands(commands: Sequence[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run command lines of the program one after the other, up to the first that fails.

    One process runs them all, so that TensorFlow and the rest are loaded once.
    """
    return subprocess.run(
        [sys.executable, "-c", _ONE_AFTER_THE_OTHER, *commands],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for what another process does; the test fails if it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def children() -> list[psutil.Process]:
    """The processes that this one has started and not taken leave of."""
    multiprocessing.active_children()  # takes leave of those of its own that have ended
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:  # there are none
        return []
    return [each for each in _children() if not _is_kept(each)]


def _children() -> list[psutil.Process]:
    threads = Path("/proc/self/task")
    if not (threads / str(os.getpid()) / "children").exists():
        return psutil.Process().children()  # looks at every process of the machine
    found = []
    for each in os.listdir(threads):  # noqa: PTH208  a thread may end meanwhile
        with contextlib.suppress(OSError, psutil.NoSuchProcess):
            ids = (threads / each / "children").read_text().split()
            found += [psutil.Process(int(id)) for id in ids]
    return found


def _is_kept(process: psutil.Process) -> bool:
    try:
        words = process.cmdline()
    except psutil.Error:
        return False
    return any(name in word for name in _KEPT for word in words)
