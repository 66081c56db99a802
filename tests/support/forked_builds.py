"""Builds in processes of their own, many at once, that can be killed at a point or instant.

The processes are forked from a server that has built the small project itself, so that
nothing is left to import, and a build takes a tenth of a second. A *point* is a call that
changes a disk: ``rename training``, ``exchange report``. The program itself knows nothing
of points.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import re
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import pytest
import small_project

import reportgen.cli
import reportgen.pipeline.run
import reportgen.storage.disk
import reportgen.training.checkpoints
import reportgen.training.trainer

PATIENCE = 600.0  # of a machine that is busy with other work
OPERATIONS = ("fsync", "mkdir", "rename", "replace", "link", "unlink", "rmdir")


@dataclass(frozen=True)
class Run:
    """How a build runs.

    Attributes:
        config, cache_dir: what is built, with which store.
        log: a file that gets a line at each point and each epoch.
        kill_at: the number of the point to die at, from 0.
        exchange: whether the system can swap two folders in one step.
        epoch_seconds: how long a made-up epoch takes.
        output: the report's folder, beside the configuration.
        file_size: the most bytes that a file may have, as ``ulimit -f`` sets it; points
            are not logged then, because the log would reach it too.
    """

    config: Path
    cache_dir: Path
    log: Path
    kill_at: int | None = None
    exchange: bool = True
    epoch_seconds: float = 0.0
    output: str = "report"
    file_size: int | None = None


def start(run: Run) -> multiprocessing.process.BaseProcess:
    """Start the build; the caller joins or kills it."""
    _start_server()
    process = multiprocessing.get_context("forkserver").Process(target=_build, args=(run,))
    process.start()
    return process


@functools.cache
def _start_server() -> None:
    multiprocessing.get_context("forkserver").set_forkserver_preload(
        ["forked_builds", "forked_builds_server"]
    )
    with pytest.MonkeyPatch.context() as patch:
        # Python 3.11's server does not take over the path of its parent.
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        forkserver.ensure_running()


def finish(run: Run) -> int:
    """Run the build to its end; returns the exit code, negative where a signal ended it."""
    process = start(run)
    process.join(PATIENCE)
    assert process.exitcode is not None, "the build hangs"
    return process.exitcode


def points(log: Path) -> list[str]:
    """The points that a run has met, in order."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [line for line in lines if not line.startswith("epoch")]


def epochs(log: Path) -> list[str]:
    """The epochs that runs have trained: ``epoch wide 2``."""
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [line for line in lines if line.startswith("epoch")]


def _build(run: Run) -> None:
    os.chdir(run.config.parent)
    errors = os.open(run.log.with_suffix(".err"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(errors, 1)
    os.dup2(errors, 2)
    if run.file_size is None:
        _watch_the_disk(run)
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (run.file_size, run.file_size))
    _train_quickly(run)
    options = ["--cache-dir", str(run.cache_dir), "-o", run.output]
    sys.argv = ["reportgen", "build", str(run.config), *options]
    reportgen.cli.main()


def _train_quickly(run: Run) -> None:
    save = reportgen.training.checkpoints.StoredCheckpoints.save

    def logged(checkpoints: Any, job: Any, checkpoint: Any) -> None:
        _append(run.log, f"epoch {job.name} {checkpoint.epoch}")
        save(checkpoints, job, checkpoint)

    reportgen.training.checkpoints.StoredCheckpoints.save = logged
    reportgen.pipeline.run._warm_up = lambda: None
    reportgen.training.trainer.train_models = functools.partial(
        small_project.train_quickly, epoch_seconds=run.epoch_seconds
    )


def _append(log: Path, line: str) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)


def _watch_the_disk(run: Run) -> None:
    seen = 0

    def point(name: str) -> None:
        nonlocal seen
        if seen == run.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        _append(run.log, name)
        seen += 1

    def watched(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def wrapper(*arguments: Any, **options: Any) -> Any:
            place = _place(run, arguments, options.get("dir_fd"))
            point(f"before {name} {place}")
            result = call(*arguments, **options)
            point(f"after {name} {place}")
            return result

        return wrapper

    for name in OPERATIONS:
        setattr(os, name, watched(name, getattr(os, name)))
    swap = reportgen.storage.disk.exchange if run.exchange else lambda new, old: False
    reportgen.storage.disk.exchange = watched("exchange", swap)


def _place(run: Run, arguments: tuple[Any, ...], folder: int | None) -> str:
    """Which part of the store, or what beside the configuration, a call is about."""
    of_two = len(arguments) > 1 and isinstance(arguments[1], str | os.PathLike)
    path = _path(arguments[1 if of_two else 0], folder)
    store = run.cache_dir / "v1"
    if path.is_relative_to(store):
        return path.relative_to(store).parts[0] if path != store else "store"
    if path.is_relative_to(run.cache_dir):
        return "memo"
    if path == run.config.parent or not path.is_relative_to(run.config.parent):
        return "outside"
    name = path.relative_to(run.config.parent).parts[0]
    return re.sub(r"\.reportgen-[0-9a-f]{16}", "temporary", name)


def _path(argument: Any, folder: int | None) -> Path:
    try:
        if isinstance(argument, int):
            return Path(f"/proc/self/fd/{argument}").readlink()
        if folder is not None:
            return Path(f"/proc/self/fd/{folder}").readlink() / os.fspath(argument)
    except OSError:
        return Path("/")
    return Path(argument)


def copy_state(source: Path, target: Path) -> None:
    """Put a copy of a project with its store and report in the place of an earlier one."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
