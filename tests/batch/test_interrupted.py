"""Batches that are interrupted or killed: finished rows stay untouched, the rest is made."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest
from batch_project import run_batch, students, write_class
from places import SUPPORT
from processes import running
from small_project import content

from reportgen.publish.manifest import is_intact, load_manifest
from reportgen.storage.disk import TEMPORARY_PREFIX

PATIENCE = 120.0
N_ROWS = 16
WAYS = {  # the signal, and whether the workers get it, too
    "Ctrl-C": (signal.SIGINT, True),
    "kill": (signal.SIGTERM, False),
    "kill all": (signal.SIGTERM, True),
    "hang up": (signal.SIGHUP, True),
    "kill -9": (signal.SIGKILL, False),
}

pytestmark = pytest.mark.slow


def command(roster: Path, *options: str) -> list[str]:
    """The command line, with made-up training."""
    where = ["-o", str(roster.parent / "out"), "--cache-dir", str(roster.parent / "cache")]
    program = [sys.executable, str(SUPPORT / "small_project.py")]
    return [*program, "batch", str(roster), "--jobs", "2", *where, *options]


def started(roster: Path) -> contextlib.AbstractContextManager[subprocess.Popen[str]]:
    """A batch whose process group can get signals as a terminal sends them."""
    return running(
        command(roster),
        cwd=roster.parent,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finished(out: Path) -> list[Path]:
    """The folders of reports that are there as a whole."""
    found = []
    for folder in sorted(out.glob("s*")):
        manifest = load_manifest(folder)
        assert manifest is not None
        assert is_intact(folder, manifest)
        found.append(folder)
    return found


def wait_for_reports(process: subprocess.Popen[str], out: Path, n: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while len(list(out.glob("s*"))) < n:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """The others of the batch's process group, also when the batch itself has ended."""
    found = []
    for each in psutil.process_iter(["pid", "status"]):
        with contextlib.suppress(ProcessLookupError):
            is_in_group = os.getpgid(each.pid) == process.pid != each.pid
            if is_in_group and each.info["status"] != psutil.STATUS_ZOMBIE:
                found.append(each.pid)
    return found


@pytest.mark.parametrize("how", ["Ctrl-C", "kill", "kill all", "hang up", "kill -9"])
def test_finished_rows_are_kept_and_the_rest_is_made_next_time(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quick_training: None
) -> None:
    number, is_sent_to_all = WAYS[how]
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    roster, out = write_class(tmp_path, students(N_ROWS)), tmp_path / "out"
    with started(roster) as process:
        wait_for_reports(process, out, 3)
        workers = workers_of(process)
        assert workers
        (os.killpg if is_sent_to_all else os.kill)(process.pid, number)
        said, _ = process.communicate(timeout=PATIENCE)
    if number == signal.SIGKILL:
        assert process.returncode == -number
    else:
        assert process.returncode == 130
        assert said.endswith("interrupted; what was finished is kept.\n")
        assert "Traceback" not in said
        assert "semaphore" not in said
    deadline = time.monotonic() + PATIENCE
    while workers_of(process):
        assert time.monotonic() < deadline, "workers go on without their client"
        time.sleep(0.05)
    if number != signal.SIGKILL:
        assert list(temporary.iterdir()) == []
    before = {
        path: path.stat().st_mtime_ns
        for folder in finished(out)
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert 3 <= len(finished(out)) < N_ROWS
    n_before = len(finished(out))
    again = Counter(outcome.state for outcome in run_batch(roster).outcomes)
    assert again == {"up to date": n_before, "made": N_ROWS - n_before}
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(finished(out)) == N_ROWS
    assert not [p for p in out.iterdir() if p.name.startswith(TEMPORARY_PREFIX)]


def test_a_worker_killed_in_mid_batch_changes_nothing(tmp_path: Path, quick_training: None) -> None:
    roster, out = write_class(tmp_path, students(N_ROWS)), tmp_path / "out"
    with started(roster) as process:
        wait_for_reports(process, out, 3)
        os.kill(workers_of(process)[-1], signal.SIGKILL)
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, said
    assert len(finished(out)) == N_ROWS
    undisturbed = tmp_path / "undisturbed"
    run_batch(roster, cache_dir=tmp_path / "another cache", output=undisturbed)
    assert content(undisturbed) == content(out)


def test_a_failed_row_ends_the_command_with_1_and_bad_rosters_with_2(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(2))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "batch.json").write_text('{"generator": "reportgen"}')
    (tmp_path / "out" / "s1").mkdir()
    (tmp_path / "out" / "s1" / "mine.txt").write_text("mine")
    done = subprocess.run(
        command(roster, "--json"), cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    error = done.stderr[done.stderr.index("error: ") :]
    assert "1 of 2 reports failed" in error
    assert "row 3 (s1)" in error
    summary = json.loads(done.stdout)
    assert (summary["rows"], summary["made"], len(summary["failed"])) == (2, 1, 1)
    roster.write_text("id,name\n../x,A\n,B\n", encoding="utf-8")
    done = subprocess.run(command(roster), cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert 2 <= len(done.stderr.splitlines()) <= 5
    assert not (tmp_path / "x").exists()
