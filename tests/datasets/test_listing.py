from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from loopback_mirror import serving
from small_datasets import (
    SAMPLES,
    idx_bytes,
    small_arrays,
    small_builtin,
    small_search,
    write_folder,
)

from reportgen.datasets.catalogue import PART_FILES
from reportgen.datasets.listing import DatasetStatus, fetch_datasets, list_datasets
from reportgen.errors import ConfigError, DataError

ARRAYS = small_arrays()
DIGITS = small_builtin(ARRAYS, mirrors=("http://127.0.0.1:9/",))


def row(rows: list[DatasetStatus], name: str, tier: str) -> DatasetStatus:
    (found,) = (each for each in rows if (each.name, each.tier) == (name, tier))
    return found


def test_on_a_bare_machine_there_is_the_sample(tmp_path: Path) -> None:
    rows = list_datasets(small_search(tmp_path, DIGITS))
    assert [(each.tier, each.state) for each in rows] == [("full", "missing"), ("sample", "ok")]
    assert "reportgen data fetch" in rows[0].detail
    assert rows[1].located is not None
    assert rows[1].located.sha256 == SAMPLES["mnist"].sha256


def test_what_is_here_is_listed_with_its_place(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "downloads/mnist", ARRAYS)
    status = row(list_datasets(small_search(tmp_path, DIGITS)), "mnist", "full")
    assert status.located is not None
    assert (status.state, status.located.origin) == ("ok", "an earlier download")
    assert status.located.files[0].parent == folder
    assert status.located.sha256 == DIGITS.full.sha256


@pytest.mark.parametrize("named", [True, False], ids=["named", "unnamed"])
def test_a_damaged_dataset_is_listed_as_damaged(named: bool, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "downloads/mnist", ARRAYS)
    (folder / f"{PART_FILES[2]}.gz").write_bytes(b"\x1f\x8b\x08")
    search = small_search(tmp_path, DIGITS, data_dir=tmp_path / "downloads" if named else None)
    status = row(list_datasets(search), "mnist", "full")
    assert status.state == "damaged"
    assert f"{PART_FILES[2]}.gz" in status.detail


def test_a_named_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        list_datasets(small_search(tmp_path, DIGITS, data_dir=tmp_path / "absent"))


def test_verifying_reads_again_what_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path / "downloads/mnist", ARRAYS)
    search = small_search(tmp_path, DIGITS)
    assert row(list_datasets(search), "mnist", "full").state == "ok"

    def failing(path: Path, *, rank: int) -> None:
        raise DataError(f"{path}: read")

    monkeypatch.setattr("reportgen.datasets.locate.read_idx", failing)
    assert row(list_datasets(search), "mnist", "full").state == "ok"
    assert row(list_datasets(search, reread=True), "mnist", "full").state == "damaged"


def test_fetch_downloads_what_is_missing_once(tmp_path: Path) -> None:
    files = {
        f"{part}.gz": gzip.compress(idx_bytes(array))
        for part, array in zip(PART_FILES, ARRAYS, strict=True)
    }
    with serving(files, files) as mirror:
        dataset = small_builtin(ARRAYS, mirrors=(mirror.address("good"),))
        search = small_search(tmp_path, dataset, allow_download=True, data_dir=tmp_path / "absent")
        first = fetch_datasets(search)
        asked = mirror.requests.copy()
        assert fetch_datasets(search) == first
        assert mirror.requests == asked
    assert first[0].origin == "an earlier download"
    assert first[0].sha256 == dataset.full.sha256


def test_fetch_without_a_network_says_so(tmp_path: Path) -> None:
    search = small_search(tmp_path, DIGITS, allow_download=True)
    with pytest.raises(DataError, match="no download address answers"):
        fetch_datasets(search)


def test_fetch_of_an_unknown_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Known are mnist"):
        fetch_datasets(small_search(tmp_path, DIGITS), ["cifar"])
