from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_mirror import Mirror, serving
from small_datasets import idx_bytes, one_message, small_arrays, small_builtin

from reportgen.datasets import download as download_module
from reportgen.datasets.catalogue import PART_FILES, PART_RANKS
from reportgen.datasets.download import Patience, answering_mirrors, download
from reportgen.datasets.idx import read_idx
from reportgen.errors import DataError
from reportgen.storage.disk import TEMPORARY_PREFIX, temporary_folder

ARRAYS = small_arrays(n_train=5000)
DATASET = small_builtin(ARRAYS)
NAMES = [f"{part}.gz" for part in PART_FILES]
IMPATIENT = Patience(connect=0.5, read=0.3, rounds=2, pause=0.01, grace=0.2, slowest=1e5)


@pytest.fixture(scope="module")
def mirror() -> Iterator[Mirror]:
    good = [gzip.compress(idx_bytes(array)) for array in ARRAYS]
    other = [gzip.compress(idx_bytes(255 - array)) for array in ARRAYS]
    with serving(
        dict(zip(NAMES, good, strict=True)), dict(zip(NAMES, other, strict=True))
    ) as running:
        yield running
        assert running.requests


def fetch(folder: Path, mirror: Mirror, *behaviours: str) -> None:
    addresses = [mirror.address(behaviour) for behaviour in behaviours]
    download(DATASET, folder, mirrors=addresses, patience=IMPATIENT)


def assert_whole(folder: Path) -> None:
    assert sorted(file.name for file in (folder / "mnist").iterdir()) == sorted(NAMES)
    for name, rank, digest in zip(NAMES, PART_RANKS, DATASET.full.digests, strict=True):
        assert read_idx(folder / "mnist" / name, rank=rank).sha256 == digest


BAD = {
    "truncates": "ended early",
    "chunked-cut": "ended early",
    "stalls": "stalled",
    "silent": "no answer in time",
    "drips": "too slow",
    "understates": "truncated or damaged",
    "overstates": "ended early",
    "other": "other content than expected",
    "page": "truncated or damaged",
    "endless": "more bytes than the file can have",
    "status-404": "HTTP status 404",
    "status-500": "HTTP status 500",
}


@pytest.mark.parametrize("behaviour", BAD)
def test_a_bad_mirror_leaves_nothing_and_is_named(
    behaviour: str, mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download_module, "MAX_FILE_BYTES", 1_000_000)
    with pytest.raises(DataError) as caught:
        fetch(tmp_path, mirror, behaviour)
    message = one_message(caught.value)
    assert "MNIST: train-images-idx3-ubyte.gz could not be downloaded" in message
    assert BAD[behaviour] in message
    assert "127.0.0.1" in message
    assert list((tmp_path / "mnist").iterdir()) == []


@pytest.mark.parametrize("behaviour", [*BAD, "nowhere"])
def test_the_second_mirror_stands_in(
    behaviour: str, mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download_module, "MAX_FILE_BYTES", 1_000_000)
    first = "http://127.0.0.1:9/" if behaviour == "nowhere" else mirror.address(behaviour)
    mirrors = [first, mirror.address("good")]
    download(DATASET, tmp_path, mirrors=mirrors, patience=IMPATIENT)
    assert_whole(tmp_path)


@pytest.mark.parametrize("behaviour", ["good", "unpacked"])
def test_a_good_mirror_delivers_whole_files(behaviour: str, mirror: Mirror, tmp_path: Path) -> None:
    fetch(tmp_path, mirror, behaviour)
    assert_whole(tmp_path)


def test_a_mirror_that_fails_first_is_asked_again(mirror: Mirror, tmp_path: Path) -> None:
    fetch(tmp_path, mirror, "recovers")
    assert_whole(tmp_path)
    assert all(mirror.requests["recovers", name] == 2 for name in NAMES)


def test_what_is_whole_is_kept_and_what_is_damaged_is_replaced(
    mirror: Mirror, tmp_path: Path
) -> None:
    fetch(tmp_path, mirror, "good")
    damaged = tmp_path / "mnist" / NAMES[2]
    damaged.write_bytes(damaged.read_bytes()[:-20])
    before = mirror.requests.copy()
    fetch(tmp_path, mirror, "good")
    assert_whole(tmp_path)
    assert mirror.requests - before == {("good", NAMES[2]): 1}


def test_progress_grows_to_the_total(mirror: Mirror, tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    download(
        DATASET,
        tmp_path,
        mirrors=[mirror.address("good")],
        progress=lambda title, received, total: seen.append((title, received, total)),
    )
    received = [each for _, each, _ in seen]
    assert received == sorted(received)
    assert received[-1] == sum(file.stat().st_size for file in (tmp_path / "mnist").iterdir())
    assert all(title == "MNIST" and got <= total for title, got, total in seen)


def test_an_interrupted_download_leaves_nothing(mirror: Mirror, tmp_path: Path) -> None:
    def interrupt(title: str, received: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(DATASET, tmp_path, mirrors=[mirror.address("good")], progress=interrupt)
    assert list((tmp_path / "mnist").iterdir()) == []


def test_abandoned_parts_are_removed_and_those_at_work_are_not(
    mirror: Mirror, tmp_path: Path
) -> None:
    folder = tmp_path / "mnist"
    folder.mkdir()
    left = folder / f"{TEMPORARY_PREFIX}{'0' * 16}"
    left.mkdir()
    (left / "half.gz").write_bytes(b"half")
    with temporary_folder(folder) as at_work:
        fetch(tmp_path, mirror, "good")
        assert at_work.is_dir()
    assert not left.exists()


@pytest.mark.parametrize("name", ["datasets", "datasets/mnist"])
def test_nothing_is_downloaded_through_a_link(mirror: Mirror, tmp_path: Path, name: str) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).symlink_to(victim)
    with pytest.raises(DataError, match=f"{name} is a link"):
        fetch(tmp_path / "datasets", mirror, "good")
    assert list(victim.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(mirror: Mirror, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="cannot be stored here") as caught:
        fetch(tmp_path / "file", mirror, "good")
    assert str(tmp_path / "file" / "mnist") in one_message(caught.value)


class TestAnsweringMirrors:
    def test_one_that_answers_comes_first(self, mirror: Mirror) -> None:
        mirrors = (mirror.address("status-404"), mirror.address("good"))
        dataset = small_builtin(ARRAYS, mirrors=mirrors)
        assert answering_mirrors([dataset], 5.0) == {"mnist": (mirrors[1], mirrors[0])}

    @pytest.mark.parametrize("bad", ["silent", "status-500"])
    def test_none_answers(self, bad: str, mirror: Mirror) -> None:
        dataset = small_builtin(ARRAYS, mirrors=(mirror.address(bad), "http://127.0.0.1:9/"))
        started = time.monotonic()
        assert answering_mirrors([dataset], 0.5) == {"mnist": ()}
        assert time.monotonic() - started < 2.0
