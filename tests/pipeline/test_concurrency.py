"""Many builds at once: each training is made by one, and all end with the same report."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from forked_builds import PATIENCE, Run, epochs, start
from memory_folder import memory_folder
from small_project import content, set_key, write_project

from reportgen.publish.manifest import is_intact, load_manifest
from reportgen.storage.disk import TEMPORARY_PREFIX

N_EPOCHS = 5  # of both models


def run_round(config: Path, outputs: list[str], log: Path, epoch_seconds: float = 0.02) -> None:
    """Start a build for each output at once; all must end well."""
    cache_dir = config.parent / "cache"
    runs = [
        Run(config, cache_dir, log, epoch_seconds=epoch_seconds, output=output)
        for output in outputs
    ]
    processes = [start(run) for run in runs]
    for process in processes:
        process.join(PATIENCE)
    said = log.with_suffix(".err").read_text(encoding="utf-8")
    assert [process.exitcode for process in processes] == [0] * len(outputs), said


def check_round(config: Path, outputs: list[str], log: Path) -> None:
    """Every epoch was trained once, and every report is whole and the same."""
    trained = Counter(epochs(log))
    assert sum(trained.values()) == N_EPOCHS
    assert set(trained.values()) == {1}
    first, *others = (content(config.parent / output) for output in dict.fromkeys(outputs))
    assert all(other == first for other in others)
    manifest = load_manifest(config.parent / outputs[0])
    assert manifest is not None
    assert is_intact(config.parent / outputs[0], manifest)
    assert list(config.parent.rglob(f"{TEMPORARY_PREFIX}*")) == []


def build_at_once(folder: Path, n_processes: int, n_rounds: int) -> None:
    """Rounds of builds that share a store; in every other one they share the output, too."""
    config = write_project(folder / "project")
    for number in range(n_rounds):
        set_key(config, f"seed = {number}")
        log = folder / f"log-{number}"
        names = [f"report-{k}" for k in range(n_processes)]
        outputs = names if number % 2 else ["report"] * n_processes
        run_round(config, outputs, log)
        check_round(config, outputs, log)


def test_builds_at_once_train_each_model_once(tmp_path: Path) -> None:
    with memory_folder(tmp_path) as folder:
        build_at_once(folder, n_processes=4, n_rounds=2)


@pytest.mark.torture
def test_eight_builds_at_once_train_each_model_once_in_25_rounds(tmp_path: Path) -> None:
    with memory_folder(tmp_path) as folder:
        build_at_once(folder, n_processes=8, n_rounds=25)


def test_those_that_wait_say_so_and_go_on_when_the_owner_dies(tmp_path: Path) -> None:
    config = write_project(tmp_path / "project")
    cache_dir = config.parent / "cache"
    log = tmp_path / "log"
    owner = start(Run(config, cache_dir, log, epoch_seconds=0.4, output="one"))
    while not epochs(log):
        time.sleep(0.01)
    other_log = tmp_path / "other"
    other = start(Run(config, cache_dir, other_log, epoch_seconds=0.0, output="two"))
    said = other_log.with_suffix(".err")
    until = time.monotonic() + PATIENCE
    while not (said.exists() and "waiting" in said.read_text(encoding="utf-8")):
        assert time.monotonic() < until
        time.sleep(0.01)
    assert owner.pid is not None
    os.kill(owner.pid, signal.SIGKILL)
    died = time.monotonic()
    while not epochs(other_log):
        assert time.monotonic() < died + 10
        time.sleep(0.005)
    owner.join()
    other.join(PATIENCE)
    assert other.exitcode == 0
    assert "another build is training" in said.read_text(encoding="utf-8")
    assert sum(Counter(epochs(log) + epochs(other_log)).values()) <= N_EPOCHS + 1
