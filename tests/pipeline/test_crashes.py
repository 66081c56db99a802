"""Builds that are killed: nothing is damaged, the next one goes on, and the bytes are the same."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from forked_builds import Run, copy_state, epochs, finish, points, start
from memory_folder import memory_folder
from small_project import content, replace_text, set_key, write_project

from reportgen.publish.manifest import is_intact, load_manifest
from reportgen.storage.disk import TEMPORARY_PREFIX

Files = dict[str, bytes]
# Where a build is about to finish something, or has just done so.
NAMED_POINTS = (
    *("after fsync checkpoints", "before replace checkpoints", "after replace checkpoints"),
    *("before rename training", "after rename training", "after unlink checkpoints"),
    *("before rename html", "after fsync temporary"),
    *("before exchange report", "after exchange report", "before rmdir temporary"),
)
NAMED_POINTS_WITHOUT_EXCHANGE = (
    *("before rename .reportgen-report-replaced", "after rename .reportgen-report-replaced"),
    *("after rename report",),
)


class Scene:
    """A report that was built, and a change of it that trains a model again."""

    def __init__(
        self, base: Path, *, all_formats: bool = False, epoch_seconds: float = 0.0
    ) -> None:
        self.base = base
        self.epoch_seconds = epoch_seconds
        self.before = base / "before"
        self.work = base / "work"
        write_project(self.before, all_formats=all_formats)
        copy_state(self.before, self.work)
        assert finish(self.run()) == 0, self.errors()
        self.old = content(self.work / "report")
        replace_text(self.work / "strokes-assignment/assignment.toml", "epochs = 2", "epochs = 4")
        set_key(self.work / "report.toml", 'title = "Changed"')
        self.clear_log()
        copy_state(self.work, self.before)
        assert finish(self.run()) == 0, self.errors()
        self.new = content(self.work / "report")
        assert self.new["index.html"] != self.old["index.html"]
        self.n_epochs = len(epochs(self.log))

    @property
    def log(self) -> Path:
        return self.base / "log"

    def clear_log(self) -> None:
        self.log.unlink(missing_ok=True)

    def errors(self) -> str:
        return self.log.with_suffix(".err").read_text(encoding="utf-8")

    def run(self, *, kill_at: int | None = None, exchange: bool = True) -> Run:
        cache_dir = self.work / "cache"
        config = self.work / "report.toml"
        return Run(config, cache_dir, self.log, kill_at, exchange, self.epoch_seconds)

    def reset(self) -> None:
        copy_state(self.before, self.work)
        self.clear_log()

    def check_published(self) -> None:
        """What stands in the report's folder is the old report or the new one, whole."""
        folder = self.work / "report"
        if not folder.exists():
            set_aside = self.work / f"{TEMPORARY_PREFIX}report-replaced"
            assert content(set_aside) == self.old
            return
        assert content(folder) in (self.old, self.new)
        manifest = load_manifest(folder)
        assert manifest is not None
        assert is_intact(folder, manifest)

    def check_next(self, *, exchange: bool = True) -> None:
        """The next build needs no flag, gives the bytes of an undisturbed one, and tidies up."""
        assert finish(self.run(exchange=exchange)) == 0, self.errors()
        assert content(self.work / "report") == self.new
        left = [*self.work.rglob(f"{TEMPORARY_PREFIX}*"), *self.work.glob("cache/v1/checkpoints/*")]
        assert left == []

    def check_epochs(self, n_kills: int) -> None:
        """No more than one epoch is lost each time."""
        done = Counter(epochs(self.log))
        assert sum(done.values()) <= self.n_epochs + n_kills
        assert len(done) == self.n_epochs


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with memory_folder(tmp_path_factory.mktemp("scene")) as folder:
        yield Scene(folder)


def numbers_of(scene: Scene, *, exchange: bool) -> list[str]:
    """The points of an undisturbed run."""
    scene.reset()
    assert finish(scene.run(exchange=exchange)) == 0, scene.errors()
    return points(scene.log)


def kill_at(scene: Scene, number: int, *, exchange: bool) -> None:
    scene.reset()
    assert finish(scene.run(kill_at=number, exchange=exchange)) == -9, scene.errors()
    scene.check_published()
    scene.check_next(exchange=exchange)
    scene.check_epochs(n_kills=1)


@pytest.mark.parametrize(
    ("exchange", "names"),
    [(True, NAMED_POINTS), (False, NAMED_POINTS_WITHOUT_EXCHANGE)],
    ids=["exchange", "two renames"],
)
def test_killed_at_a_named_point_nothing_is_lost(
    scene: Scene, exchange: bool, names: tuple[str, ...]
) -> None:
    met = numbers_of(scene, exchange=exchange)
    for name in names:
        kill_at(scene, met.index(name), exchange=exchange)


def test_killed_at_random_instants_nothing_is_lost(scene: Scene) -> None:
    scene.epoch_seconds = 0.05
    kill_at_random(scene, n_kills=8, seed=1)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_build_ends_at_once_and_the_next_one_goes_on(
    scene: Scene, how: signal.Signals
) -> None:
    scene.epoch_seconds = 0.3
    scene.reset()
    process = start(scene.run())
    while not epochs(scene.log):
        time.sleep(0.01)
    assert process.pid is not None
    os.kill(process.pid, how)
    process.join(10)
    assert process.exitcode == 130
    assert "interrupted" in scene.errors()
    assert "Traceback" not in scene.errors()
    scene.check_published()
    scene.epoch_seconds = 0.0
    scene.check_next()
    scene.check_epochs(n_kills=1)


def test_a_terminal_that_is_gone_is_no_fault(tmp_path: Path) -> None:
    """Nothing can be written to it, the last word neither."""
    program = (
        "import os, signal, sys\n"
        "from reportgen import cli\n"
        "def interrupted(**_):\n"
        "    os.dup2(os.open('/dev/full', os.O_WRONLY), 2)\n"
        "    os.kill(os.getpid(), signal.SIGHUP)\n"
        "    signal.pause()\n"
        "cli.app = interrupted\n"
        "cli.main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], timeout=60, check=False)
    assert ended.returncode == 130


def kill_at_random(scene: Scene, n_kills: int, seed: int) -> None:
    """Kill builds at instants drawn from the time that one takes; some go on after several."""
    draw = random.Random(seed)
    scene.reset()
    began = time.monotonic()
    assert finish(scene.run()) == 0, scene.errors()
    whole = time.monotonic() - began
    in_a_row = 0
    scene.reset()
    for number in range(n_kills):
        process = start(scene.run())
        time.sleep(draw.uniform(0, whole))
        process.kill()
        process.join()
        in_a_row += 1
        scene.check_published()
        if process.exitcode == 0 or draw.random() < 0.5 or number == n_kills - 1:
            scene.check_next()
            scene.check_epochs(in_a_row)
            scene.reset()
            in_a_row = 0


# Counts the epochs that are really trained, whoever is killed.
LOGGED_BUILD = """
import os, sys
from reportgen.training import checkpoints
from reportgen.cli import main
save = checkpoints.StoredCheckpoints.save
def logged(checkpoints, job, checkpoint):
    with open("epochs.log", "a") as log:
        log.write(f"epoch {job.name} {checkpoint.epoch}\\n")
    save(checkpoints, job, checkpoint)
checkpoints.StoredCheckpoints.save = logged
main()
"""


def build_really(folder: Path, name: str, patience: float = 300.0) -> int | None:
    """Build the default report from the sample; killed, with None, after so many seconds.

    Each name has a store and a report's folder of its own: a report that is there is not trained.
    """
    options = ["build", "--data", "sample", "-f", "html", "-f", "md"]
    options += ["-o", str(folder / f"report-{name}")]
    environment = {**os.environ, "REPORTGEN_CACHE_DIR": str(folder / name)}
    command = [sys.executable, "-c", LOGGED_BUILD, *options]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            return process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            return None


@pytest.mark.torture
def test_real_trainings_killed_at_random_instants_end_with_the_same_bytes(tmp_path: Path) -> None:
    began = time.monotonic()
    assert build_really(tmp_path, "undisturbed") == 0
    whole = time.monotonic() - began
    expected = content(tmp_path / "report-undisturbed")
    log = tmp_path / "epochs.log"
    n_epochs = len(epochs(log))
    draw = random.Random(3)
    for number in range(8):
        log.unlink()
        n_kills = 0
        name = f"disturbed-{number}"
        # On a machine that has become slower, a build reaches its first epoch a few kills later.
        while (
            build_really(tmp_path, name, draw.uniform(0.2, 0.8) * whole * (1 + n_kills / 8)) is None
        ):
            n_kills += 1
            assert n_kills < 30
        assert content(tmp_path / f"report-{name}") == expected
        done = Counter(epochs(log))
        assert sum(done.values()) <= n_epochs + 2 * n_kills  # two trainings at once
        assert len(done) == n_epochs


@pytest.mark.torture
def test_killed_at_every_point_nothing_is_lost(tmp_path: Path) -> None:
    with memory_folder(tmp_path) as folder:
        scene = Scene(folder, all_formats=True)
        for exchange in (True, False):
            for number in range(len(numbers_of(scene, exchange=exchange))):
                kill_at(scene, number, exchange=exchange)


@pytest.mark.torture
def test_killed_at_200_random_instants_nothing_is_lost(tmp_path: Path) -> None:
    with memory_folder(tmp_path) as folder:
        kill_at_random(Scene(folder, all_formats=True, epoch_seconds=0.05), n_kills=200, seed=2)
