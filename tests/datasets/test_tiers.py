from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from loopback_mirror import Mirror, serving
from small_datasets import (
    idx_bytes,
    one_message,
    small_arrays,
    small_builtin,
    small_search,
    write_folder,
)

from reportgen.datasets import tiers
from reportgen.datasets.catalogue import PART_FILES, BuiltinDataset, OwnDataset
from reportgen.datasets.download import Patience
from reportgen.datasets.listing import list_datasets
from reportgen.datasets.locate import locate
from reportgen.datasets.sources import Search
from reportgen.datasets.tiers import choose_tier
from reportgen.errors import ConfigError, DataError

Wanted = Literal["auto", "full", "sample"]

ARRAYS = small_arrays()
BOTH = ("mnist", "fashion_mnist")
NOWHERE = ("http://127.0.0.1:9/",)


@pytest.fixture(scope="module")
def mirror() -> Iterator[Mirror]:
    files = {
        f"{part}.gz": gzip.compress(idx_bytes(array))
        for part, array in zip(PART_FILES, ARRAYS, strict=True)
    }
    with serving(files, files) as running:
        yield running


def builtins(mirrors: tuple[str, ...] = NOWHERE) -> tuple[BuiltinDataset, BuiltinDataset]:
    fashion = small_builtin(
        ARRAYS, "fashion_mnist", title="Fashion-MNIST", keras="fashion-mnist", mirrors=mirrors
    )
    return small_builtin(ARRAYS, keras="-", mirrors=mirrors), fashion


def machine(tmp_path: Path, mirrors: tuple[str, ...] = NOWHERE, *, download: bool = True) -> Search:
    return small_search(tmp_path, *builtins(mirrors), allow_download=download)


def put(tmp_path: Path, name: str) -> Path:
    return write_folder(tmp_path / "downloads" / name, ARRAYS)


@pytest.mark.parametrize("wanted", ["auto", "full"])
def test_full_where_all_is_here(wanted: Wanted, tmp_path: Path) -> None:
    for name in BOTH:
        put(tmp_path, name)
    assert choose_tier(BOTH, wanted, machine(tmp_path)) == "full"


@pytest.mark.parametrize("here", [(), ("mnist",), ("fashion_mnist",)], ids=str)
@pytest.mark.parametrize("download", [True, False], ids=["no network", "downloads off"])
def test_auto_never_takes_one_of_each(
    here: tuple[str, ...], download: bool, tmp_path: Path
) -> None:
    for name in here:
        put(tmp_path, name)
    notices: list[str] = []
    search = machine(tmp_path, download=download)
    tier = choose_tier(BOTH, "auto", search, notify=notices.append)
    assert tier == "sample"
    assert len(notices) == 1
    assert "sample is used for all" in notices[0]
    assert "`reportgen data fetch`" in notices[0]
    assert choose_tier(BOTH[:1], "auto", search) == ("full" if "mnist" in here else "sample")


def test_sample_is_taken_when_it_is_wanted(tmp_path: Path) -> None:
    for name in BOTH:
        put(tmp_path, name)
    assert choose_tier(BOTH, "sample", machine(tmp_path)) == "sample"


@pytest.mark.parametrize("wanted", ["auto", "full"])
def test_what_is_missing_is_downloaded(wanted: Wanted, mirror: Mirror, tmp_path: Path) -> None:
    put(tmp_path, "mnist")
    search = machine(tmp_path, (NOWHERE[0], mirror.address("good")))
    seen: list[str] = []
    tier = choose_tier(
        BOTH, wanted, search, progress=lambda title, received, total: seen.append(title)
    )
    assert tier == "full"
    assert set(seen) == {"Fashion-MNIST"}
    assert locate("fashion_mnist", tier, search).origin == "an earlier download"


def test_a_download_that_fails_half_way_means_the_sample_for_all(
    mirror: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiers, "download", partial(tiers.download, patience=Patience(rounds=1)))
    notices: list[str] = []
    search = machine(tmp_path, (mirror.address("truncates"),))
    assert choose_tier(BOTH, "auto", search, notify=notices.append) == "sample"
    assert "could not be downloaded" in notices[0]
    with pytest.raises(DataError, match="could not be downloaded"):
        choose_tier(BOTH, "full", search)


@pytest.mark.parametrize("download", [True, False], ids=["no network", "downloads off"])
def test_full_that_cannot_be_had_says_how_to_get_it(download: bool, tmp_path: Path) -> None:
    put(tmp_path, "mnist")
    with pytest.raises(DataError, match="Fashion-MNIST cannot be had in full") as caught:
        choose_tier(BOTH, "full", machine(tmp_path, download=download))
    message = one_message(caught.value)
    for way_out in ("reportgen data fetch", "--data-dir", "--data sample"):
        assert way_out in message


def test_auto_gives_up_on_a_network_that_swallows_everything(
    mirror: Mirror, tmp_path: Path
) -> None:
    started = time.monotonic()
    assert choose_tier(BOTH, "auto", machine(tmp_path, (mirror.address("silent"),))) == "sample"
    assert time.monotonic() - started < 5.0


@pytest.mark.parametrize("wanted", ["auto", "full", "sample"])
def test_a_named_folder_must_be_there(wanted: Wanted, tmp_path: Path) -> None:
    search = small_search(tmp_path, *builtins(), data_dir=tmp_path / "absent")
    with pytest.raises(DataError, match="does not exist"):
        choose_tier(BOTH, wanted, search)


def test_auto_does_not_pass_over_a_damaged_named_folder(tmp_path: Path) -> None:
    for name in BOTH:
        put(tmp_path, name)
        write_folder(tmp_path / "named" / name, ARRAYS)
    (tmp_path / "named/fashion_mnist" / f"{PART_FILES[0]}.gz").write_bytes(b"\x1f\x8b")
    search = small_search(tmp_path, *builtins(), data_dir=tmp_path / "named")
    with pytest.raises(DataError, match="truncated"):
        choose_tier(BOTH, "auto", search)


def test_datasets_of_ones_own_count_as_full(tmp_path: Path) -> None:
    own = {"shapes": OwnDataset("shapes", "Shapes", ("a", "b"), folder=tmp_path)}
    search = machine(tmp_path, download=False)
    assert choose_tier(["shapes"], "auto", search, own) == "full"
    assert choose_tier(["shapes"], "sample", search, own) == "full"
    assert choose_tier(["shapes", "mnist"], "auto", search, own) == "sample"


def test_an_unknown_name_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Did you mean mnist"):
        choose_tier(["mnst"], "sample", machine(tmp_path))


class TestADatasetWithoutASample:
    @pytest.fixture
    def search(self, tmp_path: Path) -> Search:
        digits, fashion = builtins()
        return small_search(tmp_path, replace(digits, sample=None), fashion)

    def test_its_full_data_are_taken_where_they_are(self, search: Search, tmp_path: Path) -> None:
        put(tmp_path, "mnist")
        assert choose_tier(["mnist"], "auto", search) == "full"

    def test_it_has_no_sample_to_ask_for(self, search: Search, tmp_path: Path) -> None:
        put(tmp_path, "mnist")
        for ask in (partial(choose_tier, BOTH, "sample"), partial(locate, "mnist", "sample")):
            with pytest.raises(DataError, match="MNIST has no bundled sample") as caught:
                ask(search)
            assert "reportgen data fetch" in one_message(caught.value)

    @pytest.mark.parametrize("missing", ["MNIST", "Fashion-MNIST"])
    def test_auto_takes_no_sample_of_the_others(
        self, missing: str, search: Search, tmp_path: Path
    ) -> None:
        put(tmp_path, "mnist" if missing == "Fashion-MNIST" else "fashion_mnist")
        with pytest.raises(DataError, match=f"^{missing} cannot be had in full") as caught:
            choose_tier(BOTH, "auto", search)
        assert "\nMNIST has no bundled sample" in one_message(caught.value)
        assert "--data sample" not in str(caught.value)

    def test_the_error_of_full_data_does_not_propose_it(self, search: Search) -> None:
        with pytest.raises(DataError, match="MNIST cannot be had in full") as caught:
            choose_tier(["mnist"], "full", search)
        assert "--data sample" not in one_message(caught.value)

    def test_the_list_has_no_row_for_a_sample(self, search: Search) -> None:
        rows = list_datasets(search)
        assert [(each.name, each.tier) for each in rows if each.name == "mnist"] == [
            ("mnist", "full")
        ]
