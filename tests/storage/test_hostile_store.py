"""A store that somebody else may have filled: nothing outside it is touched, nothing hangs."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from small_project import content

from reportgen.cache import clear_cache, summarize_cache
from reportgen.datasets.digest_memo import DigestMemo, file_stamp
from reportgen.errors import StoreError
from reportgen.pipeline.ledger import open_store
from reportgen.publish.record import RECORD_FILE, Published
from reportgen.storage.disk import TEMPORARY_PREFIX, sha256
from reportgen.storage.store import CHECKPOINTS, ENTRY_FILE, LAYOUT, LOCKS, Store, key_of

INPUTS = {"n": 1}
KEY = key_of(INPUTS)
OTHER = "ab" + "0" * 62
# Every place below the cache folder where the store has something of its own.
PLACES = [
    LAYOUT,
    f"{LAYOUT}/kind",
    f"{LAYOUT}/kind/{KEY[:2]}",
    f"{LAYOUT}/kind/{KEY[:2]}/{KEY}",
    f"{LAYOUT}/kind/{KEY[:2]}/{KEY}/{ENTRY_FILE}",
    f"{LAYOUT}/kind/{KEY[:2]}/{KEY}/inner",
    f"{LAYOUT}/kind/{KEY[:2]}/{TEMPORARY_PREFIX}{'0' * 16}",
    f"{LAYOUT}/{CHECKPOINTS}",
    f"{LAYOUT}/{CHECKPOINTS}/{KEY}",
    f"{LAYOUT}/{LOCKS}",
    f"{LAYOUT}/{LOCKS}/kind-{KEY}.lock",
    f"{TEMPORARY_PREFIX}{'0' * 16}",
    "datasets",
]


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A folder outside, old and large, with everything that the store would know as its own."""
    folder = tmp_path / "victim"
    inner = ["", "ab", f"ab/{OTHER}", OTHER, f"kind/{KEY[:2]}/{KEY}", f"{KEY[:2]}/{KEY}", KEY]
    inner += [f"{TEMPORARY_PREFIX}{'0' * 16}", f"{CHECKPOINTS}", LOCKS]
    for name in inner:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for file in ("thesis.tex", ENTRY_FILE, "kind-x.lock", "a"):
            (folder / name / file).write_bytes(b"years of work")
            os.utime(folder / name / file, (0, 0))
        (folder / name / "empty").mkdir()
    return folder


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def use(store: Store) -> None:
    """All that builds do with a store."""
    with store.lock("kind", KEY, lambda: None):
        if store.get("kind", KEY) is None:
            store.put("kind", INPUTS, {"a": b"1", "inner/b": b"2"})
        store.put_checkpoint(KEY, b"epochs")
        assert store.get_checkpoint(KEY) == b"epochs"
        store.remove_checkpoint(KEY)
    assert store.get("kind", KEY) is not None


def trim(store: Store) -> None:
    store.trim(max_bytes=0)


@pytest.mark.parametrize("do", [use, trim, Store.clear], ids=["use", "trim", "clear"])
@pytest.mark.parametrize("place", PLACES)
def test_what_a_link_in_the_store_leads_to_is_not_touched(
    tmp_path: Path, victim: Path, place: str, do: Callable[[Store], object]
) -> None:
    cache = tmp_path / "cache"
    store = open_store(cache, lambda text: None)
    use(store)
    store.put_checkpoint(KEY, b"epochs")
    path = cache / place
    if path.is_dir():
        path.rename(tmp_path / "aside")
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(victim / ("thesis.tex" if place.endswith((ENTRY_FILE, ".lock")) else ""))
    before, names = content(victim), tree(victim)
    measured = summarize_cache(cache)
    do(store)
    assert (content(victim), tree(victim)) == (before, names)
    assert measured.size < 1000
    assert measured.downloads == 0
    use(store)
    assert (content(victim), tree(victim)) == (before, names)
    store.clear()
    assert not list(cache.glob(f"{LAYOUT}/kind/??/{'?' * 64}"))


def pipe(path: Path) -> None:
    os.mkfifo(path)


def zeros_without_end(path: Path) -> None:
    path.symlink_to("/dev/zero")


def sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 10 * 1024**4)


def nested(path: Path) -> None:
    text = b"[" * 200_000
    path.write_bytes(sha256(text).encode() + b"\n" + text)


def folder(path: Path) -> None:
    (path / "x").mkdir(parents=True)


@pytest.mark.parametrize("make", [pipe, zeros_without_end, sparse, nested, folder])
@pytest.mark.parametrize(
    "name", [ENTRY_FILE, "a", f"../../../{CHECKPOINTS}/{KEY}", f"../../../{LOCKS}/kind-{KEY}.lock"]
)
def test_what_is_no_file_of_the_stores_is_damage(
    tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    notices: list[str] = []
    store = open_store(tmp_path, notices.append)
    use(store)
    (tmp_path / LAYOUT / CHECKPOINTS).mkdir(exist_ok=True)
    (tmp_path / LAYOUT / LOCKS).mkdir(exist_ok=True)
    path = Path(os.path.normpath(tmp_path / LAYOUT / "kind" / KEY[:2] / KEY / name))
    path.unlink(missing_ok=True)
    make(path)
    assert (store.get("kind", KEY) is None) == (name in (ENTRY_FILE, "a"))
    assert len(notices) == (name in (ENTRY_FILE, "a"))
    if make is not nested:
        assert store.get_checkpoint(KEY) is None
    summarize_cache(tmp_path)
    use(store)
    store.clear()
    assert not (tmp_path / LAYOUT / "kind").exists()


def test_a_folder_too_deep_to_remove_is_told_of(tmp_path: Path) -> None:
    store = open_store(tmp_path, pytest.fail)
    use(store)
    here = os.open(tmp_path / LAYOUT / "kind" / KEY[:2] / KEY, os.O_RDONLY)
    for _ in range(1100):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    try:
        with pytest.raises(StoreError, match="remove it by hand"):
            clear_cache(tmp_path)
    finally:  # pytest could not, either
        subprocess.run(["rm", "-rf", tmp_path / LAYOUT], check=True)


def test_an_entry_is_not_read_beyond_its_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices: list[str] = []
    store = open_store(tmp_path, notices.append)
    monkeypatch.setattr("reportgen.storage.store.MAX_ENTRY_BYTES", 1000)
    store.put("kind", {"n": 1}, {"a": bytes(600), "b": bytes(400)})
    store.put("kind", {"n": 2}, {"a": bytes(600), "b": bytes(401)})
    assert store.get("kind", key_of({"n": 1})) is not None
    assert store.get("kind", key_of({"n": 2})) is None
    assert len(notices) == 1


def test_files_that_are_not_of_the_store_stay_in_its_folder(tmp_path: Path) -> None:
    store = open_store(tmp_path, pytest.fail)
    use(store)
    mine = [tmp_path / LAYOUT / "kind" / "ab" / "thesis", tmp_path / LAYOUT / "notes.txt"]
    for path in mine:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps("mine"), encoding="utf-8")
    store.trim(max_bytes=0)
    store.clear()
    assert [path.read_text(encoding="utf-8") for path in mine] == ['"mine"', '"mine"']


def record_of_reports(path: Path) -> None:
    """What a build does with the record of what was published from here."""
    published = Published(path.parent)
    assert not published.has(KEY)
    published.add(KEY, "report.toml")
    assert published.origins(KEY) == ("report.toml",)
    assert Published(path.parent).has(KEY)


def memo_of_digests(path: Path) -> None:
    """What a build does with the memo of data files' digests."""
    data = path.parent.parent / "data"
    data.touch()
    memo = DigestMemo(path)
    assert memo.recall((data,)) == {}
    memo.remember({data: (file_stamp(data), (KEY,))})
    assert memo.recall((data,)) == {data: (KEY,)}


def rubbish(path: Path) -> None:
    path.write_bytes(b"[" * 200_000 + b"\n" + KEY.encode() + b" " + b"[" * 200_000)


def link_to_a_file(path: Path) -> None:
    victim = path.parent.parent / "thesis.tex"
    victim.write_bytes(b"years of work")
    path.symlink_to(victim)


@pytest.mark.parametrize("make", [pipe, zeros_without_end, sparse, nested, rubbish, link_to_a_file])
@pytest.mark.parametrize(
    ("name", "do"), [(RECORD_FILE, record_of_reports), ("data-digests.json", memo_of_digests)]
)
def test_other_files_of_the_cache_folder_are_made_anew(
    tmp_path: Path, name: str, do: Callable[[Path], None], make: Callable[[Path], None]
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    make(cache / name)
    do(cache / name)
    assert (cache / name).stat().st_size < 1_000_000
    if make is link_to_a_file:
        assert (tmp_path / "thesis.tex").read_bytes() == b"years of work"


@pytest.mark.parametrize("name", [LAYOUT, RECORD_FILE])
def test_what_a_person_has_in_the_cache_folder_is_not_removed(tmp_path: Path, name: str) -> None:
    mine = tmp_path / name
    if name == LAYOUT:
        mine.write_text("mine", encoding="utf-8")
        with pytest.raises(StoreError, match="cannot write"):
            open_store(tmp_path, pytest.fail).put("kind", INPUTS, {"a": b"1"})
        assert mine.read_text(encoding="utf-8") == "mine"
    else:
        (mine / "paper").mkdir(parents=True)
        with pytest.raises(StoreError, match="cannot write"):
            Published(tmp_path).add(KEY, "")
        assert (mine / "paper").is_dir()
