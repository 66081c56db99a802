from __future__ import annotations

import ctypes
import errno
import json
import os
import re
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from small_project import content, remove_deep

from reportgen.errors import ConfigError, RenderError, StoreError
from reportgen.publish.folder import check_output, publish
from reportgen.publish.manifest import entries_of, is_intact, load_manifest, make_manifest
from reportgen.report_folder import MANIFEST_FILE
from reportgen.storage import disk
from reportgen.storage.disk import TEMPORARY_PREFIX, temporary_folder, write_folder
from reportgen.storage.locks import alone_in


def report(text: str) -> dict[str, bytes]:
    files = {"index.html": text.encode(), "figures/figure-01-a.png": b"png"}
    return {**files, MANIFEST_FILE: make_manifest(entries_of(files), {"version": "1"})}


def test_a_report_replaces_the_one_before_as_a_whole(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "one"
    publish(folder, report("old"))
    publish(folder, {**report("new")})
    assert content(folder) == report("new")
    assert [path.name for path in folder.parent.iterdir()] == ["one"]
    manifest = load_manifest(folder)
    assert manifest is not None
    assert is_intact(folder, manifest)


@pytest.mark.parametrize("can_exchange", [True, False], ids=["exchange", "two renames"])
def test_both_ways_of_swapping_give_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_exchange: bool
) -> None:
    if not can_exchange:
        monkeypatch.setattr(disk, "exchange", lambda new, old: False)
    folder = tmp_path / "one"
    publish(folder, report("old"))
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    publish(folder, report("new"))
    assert content(folder) == {**report("new"), "notes.txt": b"mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_the_same_report_again_touches_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    publish(folder, report("old"))
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    publish(folder, report("old"))
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_files_that_the_old_report_had_and_the_new_one_lacks_are_gone(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    publish(folder, report("old"))
    files = {"index.html": b"new"}
    publish(folder, {**files, MANIFEST_FILE: make_manifest(entries_of(files), {})})
    assert set(content(folder)) == {"index.html", MANIFEST_FILE}


@pytest.mark.parametrize("foreign", [{"a.txt": "x"}, {".git/config": "x"}, {"manifest.json": "{}"}])
def test_a_folder_that_reportgen_did_not_make_is_left_alone(
    tmp_path: Path, foreign: dict[str, str]
) -> None:
    for name, text in foreign.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    before = content(tmp_path)
    with pytest.raises(ConfigError, match="left alone"):
        publish(tmp_path, report("new"))
    assert content(tmp_path) == before


def test_an_output_that_is_a_file_or_a_link_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(ConfigError, match="is a file"):
        check_output(file)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="is a link"):
        check_output(link)


def test_a_swap_that_was_cut_off_is_undone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "exchange", lambda new, old: False)
    folder = tmp_path / "one"
    publish(folder, report("old"))
    folder.rename(tmp_path / f"{TEMPORARY_PREFIX}one-replaced")
    check_output(folder)
    assert content(folder) == report("old")


def test_a_full_disk_leaves_the_old_report_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "one"
    publish(folder, report("old"))

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reportgen.storage.disk.os.fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        publish(folder, report("new"))
    assert content(folder) == report("old")
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_a_changed_file_is_not_intact(tmp_path: Path) -> None:
    publish(tmp_path / "one", report("old"))
    manifest = load_manifest(tmp_path / "one")
    assert manifest is not None
    (tmp_path / "one" / "index.html").write_text("edited", encoding="utf-8")
    assert not is_intact(tmp_path / "one", manifest)


def test_what_a_person_added_stays_what_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    publish(folder, report("old"))
    (folder / ".git" / "objects").mkdir(parents=True)
    script = folder / ".git" / "hook"
    script.write_text("#!/bin/sh\n", encoding="utf-8")
    script.chmod(0o755)
    (folder / "latest").symlink_to("index.html")
    (folder / "elsewhere").symlink_to(tmp_path)
    folder.chmod(0o750)
    before = script.stat()
    publish(folder, report("new"))
    assert script.stat().st_mode == before.st_mode
    assert script.stat().st_mtime_ns == before.st_mtime_ns
    assert (folder / ".git" / "objects").is_dir()
    assert (folder / "latest").readlink() == Path("index.html")
    assert (folder / "elsewhere").readlink() == tmp_path
    assert folder.stat().st_mode & 0o777 == 0o750
    assert (folder / "index.html").read_bytes() == b"new"


def test_inner_folders_stay_as_private_as_they_were(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    publish(folder, report("old"))
    (folder / "private").mkdir(mode=0o700)
    (folder / "private" / "diary.txt").write_text("mine", encoding="utf-8")
    (folder / "figures" / "mine.svg").write_text("mine", encoding="utf-8")
    (folder / "figures").chmod(0o711)
    publish(folder, report("new"))
    assert (folder / "private").stat().st_mode & 0o777 == 0o700
    assert (folder / "figures").stat().st_mode & 0o777 == 0o711


def as_user(problem: Callable[[], None]) -> None:
    """Run something in a process without root's right to open every folder."""
    libc = ctypes.CDLL(None, use_errno=True)
    child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            header = (ctypes.c_uint32 * 2)(0x20080522, 0)
            data = (ctypes.c_uint32 * 6)()
            assert libc.capset(header, data) == 0
        try:
            problem()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


@pytest.mark.skipif(sys.platform != "linux", reason="gives away rights of Linux")
def test_a_folder_that_cannot_be_read_is_not_left_behind(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    publish(folder, report("old"))
    (folder / "secret").mkdir()
    (folder / "secret" / "thesis").write_text("years", encoding="utf-8")
    (folder / "secret").chmod(0)

    def refused() -> None:
        with pytest.raises(ConfigError, match="secret cannot be taken along: Permission denied"):
            publish(folder, report("new"))

    as_user(refused)
    (folder / "secret").chmod(0o700)
    assert content(folder) == {**report("old"), "secret/thesis": b"years"}
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


@pytest.mark.skipif(sys.platform != "linux", reason="gives away rights of Linux")
def test_a_read_only_folder_is_taken_along_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    publish(folder, report("old"))
    (folder / "kept" / "inner").mkdir(parents=True)
    (folder / "kept" / "inner" / "notes").write_text("mine", encoding="utf-8")
    (folder / "kept" / "inner").chmod(0o555)
    (folder / "kept").chmod(0o555)
    as_user(lambda: publish(folder, report("new")) and None)
    assert content(folder) == {**report("new"), "kept/inner/notes": b"mine"}
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def test_folders_too_deep_are_one_error_and_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "one"
    publish(folder, report("old"))
    monkeypatch.chdir(folder)
    for _ in range(1200):
        Path("d").mkdir()
        os.chdir("d")
    monkeypatch.chdir(tmp_path)
    try:
        with pytest.raises(ConfigError, match=r"d cannot be taken along: .* too deep"):
            publish(folder, report("new"))
        assert (folder / "index.html").read_bytes() == b"old"
        assert [path.name for path in tmp_path.iterdir()] == ["one"]
    finally:
        remove_deep(folder / "d")


def test_files_on_another_disk_are_not_moved_off_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "one"
    publish(folder, report("old"))
    (folder / "usb").mkdir()
    (folder / "usb" / "thesis").write_text("years", encoding="utf-8")

    def mounted(*names: object, **options: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", mounted)
    with pytest.raises(StoreError, match="Another disk is mounted in that folder"):
        publish(folder, report("new"))
    assert content(folder) == {**report("old"), "usb/thesis": b"years"}


def test_a_folder_where_a_disk_is_mounted_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "one"
    publish(folder, report("old"))
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == folder)
    with pytest.raises(ConfigError, match=r"disk is mounted.*\n.*one/report"):
        check_output(folder)
    check_output(folder / "report")


def test_who_is_alone_in_a_folder_comes_in_again_and_others_wait(tmp_path: Path) -> None:
    with alone_in(tmp_path), alone_in(tmp_path / "."):
        pass
    with alone_in(tmp_path):
        with alone_in(tmp_path):
            pass
        order: list[str] = []

        def other() -> None:
            with alone_in(tmp_path):
                order.append("other")

        thread = threading.Thread(target=other)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "other"]


def planted(folder: Path, files: dict[str, bytes], listed: object = None) -> Path:
    """A folder that was made for this program to take it for its own."""
    folder.mkdir()
    for name, mine in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(mine)
    entries = dict.fromkeys(files, {"size": 4, "sha256": "0" * 64} if listed is None else listed)
    about = {"generator": "reportgen", "files": entries}
    (folder / MANIFEST_FILE).write_text(json.dumps(about), encoding="utf-8")
    return folder


MINE = ["grades.txt", "notes.html", "figures/mine.png", "figures/a/figure-01.png", ".git/config"]


@pytest.mark.parametrize("listed", [None, {}, [], 7, "x"], ids=repr)
def test_a_manifest_that_lists_a_persons_files_takes_none_of_them(
    tmp_path: Path, listed: object
) -> None:
    mine = dict.fromkeys([*MINE, "weights/wide.npz", "figures/figure-09-x.png"], b"mine")
    folder = planted(tmp_path / "one", mine, listed)
    publish(folder, report("new"))
    assert content(folder) == {**mine, **report("new")}


def test_a_manifest_that_lists_a_persons_files_as_they_are_takes_none_of_them(
    tmp_path: Path,
) -> None:
    mine = dict.fromkeys(MINE, b"mine")
    folder = planted(tmp_path / "one", mine, entries_of({"": b"mine"})[""])
    publish(folder, report("new"))
    assert content(folder) == {**mine, **report("new")}


@pytest.mark.parametrize("is_listed", [True, False], ids=["listed", "not listed"])
@pytest.mark.parametrize("name", ["index.html", "figures/figure-01-a.png"])
def test_a_persons_file_of_a_name_that_the_report_needs_is_not_replaced(
    tmp_path: Path, name: str, is_listed: bool
) -> None:
    folder = planted(tmp_path / "one", {name: b"mine"} if is_listed else {})
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"mine")
    before = content(folder)
    with pytest.raises(ConfigError, match=re.escape(f"{name} was not made by reportgen")):
        publish(folder, report("new"))
    with pytest.raises(ConfigError, match="Move it away"):
        check_output(folder, names=[name])
    assert content(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["one"]


def a_file(path: Path, elsewhere: Path) -> None:
    path.write_bytes(b"mine")


def a_link(path: Path, elsewhere: Path) -> None:
    path.symlink_to(elsewhere)


def a_folder(path: Path, elsewhere: Path) -> None:
    (path / "inner").mkdir(parents=True)
    (path / "inner" / "mine").write_bytes(b"mine")


@pytest.mark.parametrize(
    ("name", "put"),
    [
        *[("figures", a_file), ("figures", a_link), ("index.html", a_link)],
        *[("index.html", a_folder), ("figures/figure-01-a.png", a_folder)],
    ],
)
def test_what_stands_in_the_way_of_a_report_is_not_lost(
    tmp_path: Path, name: str, put: Callable[[Path, Path], None]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "figure-01-a.png").write_bytes(b"mine")
    folder = planted(tmp_path / "one", {})
    (folder / name).parent.mkdir(exist_ok=True)
    put(folder / name, elsewhere)
    before = content(tmp_path)
    with pytest.raises(ConfigError, match=re.escape(f"{name} was not made by reportgen")):
        publish(folder, report("new"))
    assert content(tmp_path) == before
    assert (folder / name).is_symlink() == (put is a_link)


@pytest.mark.parametrize(
    "name",
    [
        *("weights/link/../../../evil.npz", "weights/../evil.npz", "/evil.npz", "../evil.npz"),
        *("grades.txt", "weights/Wide.npz", "weights/a/b.npz", "figures/evil.exe"),
    ],
)
def test_a_report_has_no_file_of_another_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(RenderError, match="can have no file"):
        publish(tmp_path / "one", {**report("new"), name: b"evil"})
    assert content(tmp_path) == {}


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/tmp/evil", "a//b", "", "a\\b"])
def test_nothing_is_written_out_of_a_new_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "new").mkdir()
    with pytest.raises(StoreError, match="cannot be the name"):
        write_folder(tmp_path / "new", {"a": b"1", name: b"evil"})
    assert content(tmp_path) == {}


def test_a_link_in_place_of_a_report_that_was_set_aside_is_left(tmp_path: Path) -> None:
    (tmp_path / "victim").mkdir()
    (tmp_path / "victim" / "thesis.tex").write_bytes(b"mine")
    (tmp_path / f"{TEMPORARY_PREFIX}one-replaced").symlink_to(tmp_path / "victim")
    for text in ("old", "new"):
        publish(tmp_path / "one", report(text))
    assert (tmp_path / "victim" / "thesis.tex").read_bytes() == b"mine"
    assert content(tmp_path / "one") == report("new")


def test_what_an_ended_run_left_is_removed_and_what_a_running_one_writes_is_not(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "one"
    left = tmp_path / f"{TEMPORARY_PREFIX}{'0' * 16}"
    left.mkdir()
    (left / "index.html").write_text("half", encoding="utf-8")
    foreign = tmp_path / f"{TEMPORARY_PREFIX}notes"
    foreign.mkdir()
    with temporary_folder(tmp_path) as running:
        check_output(folder)
        assert running.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == [foreign.name]


def test_a_manifest_whose_names_lead_out_of_the_folder_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    publish(folder, report("old"))
    manifest = json.loads((folder / MANIFEST_FILE).read_bytes())
    manifest["files"]["../secret"] = {"size": 1, "sha256": "0" * 64}
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")
    assert load_manifest(folder) is None


@pytest.mark.parametrize("name", ["\ud800", "a/\udfff", "\udbff.png"], ids=ascii)
def test_a_manifest_whose_names_are_no_text_is_none(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "one"
    publish(folder, report("old"))
    manifest = json.loads((folder / MANIFEST_FILE).read_bytes())
    manifest["files"][name] = {"size": 1, "sha256": "0" * 64}
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")
    assert load_manifest(folder) is None
