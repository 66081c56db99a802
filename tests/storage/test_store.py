from __future__ import annotations

import multiprocessing
import re
import time
from pathlib import Path

import numpy as np
import pytest
from places import ROOT

from reportgen.errors import DataError, StoreError
from reportgen.pipeline.ledger import open_store
from reportgen.storage.disk import TEMPORARY_PREFIX
from reportgen.storage.npz import pack_arrays
from reportgen.storage.store import Store, key_of, unpack_arrays

INPUTS = {"stage": "x", "n": 1}


def make_store(root: Path) -> tuple[Store, list[str]]:
    notices: list[str] = []
    return open_store(root, notices.append), notices


def files_of(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".lock")


def test_a_store_has_a_check_and_what_it_refuses_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="check"):
        Store(tmp_path, print)  # type: ignore[call-arg]
    notices: list[str] = []
    refusing = Store(tmp_path, notices.append, lambda kind, inputs, files: b"1" in files.values())
    refusing.put("kind", INPUTS, {"a": b"1"})
    assert refusing.get("kind", key_of(INPUTS)) is not None
    refusing.put("kind", INPUTS, {"a": b"2"})
    assert refusing.get("kind", key_of(INPUTS)) is None
    assert len(notices) == 1


def test_the_program_opens_every_store_with_its_own_check(tmp_path: Path) -> None:
    opened = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "reportgen").rglob("*.py"))
        if re.search(r"(?<!\w)Store\(", path.read_text(encoding="utf-8"))
    ]
    assert opened == ["reportgen/pipeline/ledger.py"]
    store, notices = make_store(tmp_path)
    store.put("html", INPUTS, {"a": b"no page"})
    assert store.get("html", key_of(INPUTS)) is None
    assert len(notices) == 1


def test_what_was_put_comes_back(tmp_path: Path) -> None:
    store, notices = make_store(tmp_path)
    store.put("kind", INPUTS, {"a.bin": b"\x00\x01", "b.json": b"[1]"})
    entry = store.get("kind", key_of(INPUTS))
    assert entry is not None
    assert entry.files == {"a.bin": b"\x00\x01", "b.json": b"[1]"}
    assert entry.inputs == INPUTS
    assert entry.json("b.json") == [1]
    assert store.get("kind", key_of({"n": 2})) is None
    assert store.get("other", key_of(INPUTS)) is None
    assert notices == []


def test_every_damage_is_a_miss_that_is_said_once_and_then_mended(tmp_path: Path) -> None:
    store, notices = make_store(tmp_path)
    content = {"a.bin": bytes(range(40))}
    store.put("kind", INPUTS, content)
    pristine = {path: path.read_bytes() for path in files_of(tmp_path)}
    assert len(pristine) == 2
    n_damages = 0
    for path, sound in pristine.items():
        flips = [bytes([*sound[:k], sound[k] ^ 1, *sound[k + 1 :]]) for k in range(len(sound))]
        for damaged in [b"", sound[:-1], *flips]:
            for file, whole in pristine.items():
                file.parent.mkdir(exist_ok=True)
                file.write_bytes(whole)
            path.write_bytes(damaged)
            assert store.get("kind", key_of(INPUTS)) is None, (path.name, damaged)
            n_damages += 1
            assert len(notices) == n_damages
            assert store.get("kind", key_of(INPUTS)) is None
            assert len(notices) == n_damages
    assert n_damages > 300
    store.put("kind", INPUTS, content)
    assert store.get("kind", key_of(INPUTS)) is not None


def test_a_missing_file_of_an_entry_is_damage(tmp_path: Path) -> None:
    store, notices = make_store(tmp_path)
    store.put("kind", INPUTS, {"a": b"1", "b": b"2"})
    next(path for path in files_of(tmp_path) if path.name == "a").unlink()
    assert store.get("kind", key_of(INPUTS)) is None
    assert len(notices) == 1


def test_a_failing_disk_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = make_store(tmp_path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reportgen.storage.disk.os.fsync", full)
    with pytest.raises(StoreError, match="No space left") as caught:
        store.put("kind", INPUTS, {"a": b"1"})
    assert "Free some space" in str(caught.value)
    assert files_of(tmp_path) == []
    assert list(tmp_path.rglob(f"{TEMPORARY_PREFIX}*")) == []


def test_trim_removes_the_longest_unused_first(tmp_path: Path) -> None:
    store, _ = make_store(tmp_path)
    for n in range(4):
        store.put("kind", {"n": n}, {"a": bytes(1000)})
        time.sleep(0.02)
    store.get("kind", key_of({"n": 0}))
    store.trim(max_bytes=3000)
    left = [n for n in range(4) if store.get("kind", key_of({"n": n}))]
    assert left == [0, 3]


def test_clear_removes_everything(tmp_path: Path) -> None:
    store, _ = make_store(tmp_path)
    store.put("kind", INPUTS, {"a": b"1"})
    assert [entry.kind for entry in store.clear()] == ["kind"]
    assert not store.root.exists()
    assert store.get("kind", key_of(INPUTS)) is None


def _hold(root: Path, ready: multiprocessing.synchronize.Event) -> None:
    store, _ = make_store(root)
    with store.lock("kind", "k", lambda: None):
        ready.set()
        time.sleep(60)


def test_a_dead_owners_lock_is_free_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    owner = context.Process(target=_hold, args=(tmp_path, ready))
    owner.start()
    assert ready.wait(30)
    store, _ = make_store(tmp_path)
    waits: list[float] = []

    def waiting() -> None:
        waits.append(time.perf_counter())
        owner.kill()

    with store.lock("kind", "k", waiting):
        took = time.perf_counter() - waits[0]
    owner.join()
    assert len(waits) == 1
    assert took < 2


def test_arrays_come_back_exactly_and_pack_to_the_same_bytes() -> None:
    arrays = {
        "b/kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
        "a": np.array([1, 2], dtype=np.int64),
    }
    packed = pack_arrays(arrays)
    assert packed == pack_arrays(arrays)
    back = unpack_arrays(packed)
    assert list(back) == list(arrays)
    for name, array in arrays.items():
        assert back[name].dtype == array.dtype
        np.testing.assert_array_equal(back[name], array)


def test_packed_objects_are_never_read() -> None:
    import io

    buffer = io.BytesIO()
    np.savez(buffer, a=np.array([{}], dtype=object))
    with pytest.raises(DataError, match="of type object"):
        unpack_arrays(buffer.getvalue())
