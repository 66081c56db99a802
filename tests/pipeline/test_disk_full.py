"""A disk that is full, or takes no large files: a clear error, and everything as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from forked_builds import Run, copy_state, finish
from memory_folder import memory_folder
from small_project import content, set_key, write_project

from reportgen.storage.disk import TEMPORARY_PREFIX

MEGABYTE = 1024**2
# What a build of the small project needs beside what is there already, with some to spare.
ENOUGH = 2 * MEGABYTE


class Scene:
    """A report that was built, a change of it, and a disk whose room can be set."""

    def __init__(self, disk: Path) -> None:
        self.disk = disk
        self.before = disk / "before"
        self.work = disk / "work"
        config = write_project(self.work, all_formats=True)
        self.log = disk.parent / f"{disk.name}-log"
        assert finish(self.run()) == 0, self.errors()
        self.old = content(self.work / "report")
        set_key(config, 'title = "Changed"')
        set_key(config, "seed = 1")
        copy_state(self.work, self.before)

    def run(self, file_size: int | None = None) -> Run:
        return Run(self.work / "report.toml", self.work / "cache", self.log, file_size=file_size)

    def errors(self) -> str:
        return self.log.with_suffix(".err").read_text(encoding="utf-8")

    def build(self, file_size: int | None = None) -> int:
        """Build the change from the same start; what fails must change nothing."""
        self.reset()
        return self.check(finish(self.run(file_size)))

    def reset(self) -> None:
        copy_state(self.before, self.work)
        self.log.with_suffix(".err").unlink(missing_ok=True)

    def check(self, code: int) -> int:
        if code == 0:
            assert content(self.work / "report") != self.old
            return code
        assert code == 1, self.errors()
        said = self.errors()
        message = said[said.index("error: ") :].strip()
        assert 2 <= len(message.splitlines()) <= 5
        assert message.startswith("error: cannot write ")
        assert "Traceback" not in said
        assert content(self.work / "report") == self.old
        assert list(self.disk.rglob(f"{TEMPORARY_PREFIX}*")) == []
        return code


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@pytest.fixture(scope="module")
def small_disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A disk of its own in memory, whose size can be changed."""
    disk = tmp_path_factory.mktemp("disks") / "disk"
    disk.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs Linux and root")
    try:
        mount("-t", "tmpfs", "-o", "size=32m", "tmpfs", str(disk))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine lets nobody mount a disk, as most containers")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture(scope="module")
def small_scene(small_disk: Path) -> Scene:
    return Scene(small_disk)


def build_with_room(scene: Scene, room: int) -> int:
    """Build with so many bytes free, beside what the old report and store take."""
    scene.reset()
    state = os.statvfs(scene.disk)
    used = (state.f_blocks - state.f_bfree) * state.f_frsize
    mount("-o", f"remount,size={used + room}", str(scene.disk))
    try:
        return scene.check(finish(scene.run()))
    finally:
        mount("-o", "remount,size=32m", str(scene.disk))


def sizes(n: int, most: int) -> list[int]:
    """Sizes from a page to ``most``, closer together at the small end."""
    return [4096 + int((most - 4096) * (k / (n - 1)) ** 2) for k in range(n)]


@pytest.mark.parametrize("room", sizes(5, ENOUGH // 3))
def test_a_full_disk_is_a_clear_error_and_changes_nothing(small_scene: Scene, room: int) -> None:
    assert build_with_room(small_scene, room) == 1
    assert "No space left on device" in small_scene.errors()
    assert "Free some space" in small_scene.errors()


def test_a_disk_with_room_is_enough_after_it_was_full(small_scene: Scene) -> None:
    assert build_with_room(small_scene, 4096) == 1
    assert finish(small_scene.run()) == 0, small_scene.errors()
    assert content(small_scene.work / "report") != small_scene.old


@pytest.mark.torture
def test_a_disk_full_at_25_sizes(small_scene: Scene) -> None:
    codes = [build_with_room(small_scene, room) for room in sizes(25, ENOUGH)]
    assert codes == sorted(codes, reverse=True)
    assert set(codes) == {0, 1}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with memory_folder(tmp_path_factory.mktemp("limits")) as folder:
        (folder / "disk").mkdir()
        yield Scene(folder / "disk")


@pytest.mark.parametrize("file_size", [2_000, 20_000, 100_000])
def test_a_limit_of_file_sizes_is_a_clear_error_and_changes_nothing(
    scene: Scene, file_size: int
) -> None:
    assert scene.build(file_size) == 1
    assert "File too large" in scene.errors()
    assert "ulimit -f" in scene.errors()


@pytest.mark.torture
def test_25_limits_of_file_sizes(scene: Scene) -> None:
    codes = [scene.build(file_size) for file_size in sizes(25, 4_000_000)]
    assert codes == sorted(codes, reverse=True)
    assert set(codes) == {0, 1}


def test_a_disk_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    config = write_project(tmp_path / "project")
    (tmp_path / "locked").mkdir(mode=0o500)
    command = [sys.executable, "-m", "reportgen", "build", str(config)]
    for option in ("--cache-dir", "-o"):
        target = str(tmp_path / "locked" / "inner")
        done = subprocess.run([*command, option, target], capture_output=True, text=True)
        assert done.returncode == 1
        assert f"error: cannot write {target}" in done.stderr
