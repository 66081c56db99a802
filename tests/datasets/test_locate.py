from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from small_datasets import (
    SAMPLES,
    Arrays,
    digests,
    one_message,
    small_arrays,
    small_builtin,
    small_search,
    write_folder,
    write_npz,
)

from reportgen.config.settings import OwnDatasetSettings
from reportgen.datasets import locate as locate_module
from reportgen.datasets.catalogue import (
    BUILTINS,
    FASHION_MNIST,
    MNIST,
    PART_FILES,
    OwnDataset,
    content_sha256,
)
from reportgen.datasets.locate import find_full, locate
from reportgen.datasets.sources import Search
from reportgen.errors import ConfigError, DataError

ARRAYS = small_arrays()
OTHER: Arrays = (255 - ARRAYS[0], *ARRAYS[1:])
DIGITS = small_builtin(ARRAYS)
FASHION = small_builtin(ARRAYS, "fashion_mnist", keras="fashion-mnist", debian="fashion-mnist")

PLACES: dict[str, Callable[[Path], Path]] = {
    "a named folder": lambda root: write_folder(root / "named/fashion_mnist", ARRAYS),
    "an earlier download": lambda root: write_folder(root / "downloads/fashion_mnist", ARRAYS),
    "Keras's cache": lambda root: write_folder(root / "keras/datasets/fashion-mnist", ARRAYS),
    "Debian's package dataset-fashion-mnist": lambda root: write_folder(
        root / "debian/fashion-mnist", ARRAYS
    ),
}


def damage(folder: Path) -> Path:
    file = folder / f"{PART_FILES[0]}.gz"
    file.write_bytes(file.read_bytes()[:-30])
    return file


@pytest.mark.parametrize("first", range(len(PLACES)), ids=list(PLACES))
def test_places_are_tried_in_order(first: int, tmp_path: Path) -> None:
    for fill in list(PLACES.values())[first:]:
        fill(tmp_path)
    named = tmp_path / "named" if first == 0 else None
    located = locate("fashion_mnist", "full", small_search(tmp_path, FASHION, data_dir=named))
    assert located.origin == list(PLACES)[first]
    assert located.tier == "full"
    assert located.digests == digests(ARRAYS)
    assert all(file.is_file() for file in located.files)


@pytest.mark.parametrize("first", range(1, len(PLACES)), ids=list(PLACES)[1:])
@pytest.mark.parametrize("kind", ["truncated", "other content", "incomplete"])
def test_an_unnamed_place_that_is_damaged_is_passed_over(
    first: int, kind: str, tmp_path: Path
) -> None:
    folder = list(PLACES.values())[first](tmp_path)
    if kind == "truncated":
        damage(folder)
    elif kind == "incomplete":
        (folder / f"{PART_FILES[3]}.gz").unlink()
    else:
        write_folder(folder, OTHER)
    notices: list[str] = []
    search = small_search(tmp_path, FASHION)
    with pytest.raises(DataError, match="cannot be had in full"):
        locate("fashion_mnist", "full", search)
    assert find_full(FASHION, search, notices.append) is None
    assert len(notices) == (0 if kind == "incomplete" else 1)
    for notice in notices:
        assert list(PLACES)[first] in notice
        assert str(folder / f"{PART_FILES[0]}.gz") in notice

    for fill in list(PLACES.values())[first + 1 :]:
        fill(tmp_path)
        assert locate("fashion_mnist", "full", search).origin == list(PLACES)[first + 1]
        break


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        pytest.param(lambda folder: damage(folder), "truncated gzip", id="truncated"),
        pytest.param(lambda folder: write_folder(folder, OTHER), "SHA-256", id="other content"),
        pytest.param(
            lambda folder: (folder / f"{PART_FILES[2]}.gz").unlink(),
            f"{PART_FILES[2]} missing",
            id="a file missing",
        ),
        pytest.param(
            lambda folder: folder.rename(folder.with_name("elsewhere")),
            "holds no folder fashion_mnist/",
            id="no such dataset",
        ),
        pytest.param(
            lambda folder: folder.parent.rename(folder.parent.with_name("elsewhere")),
            "does not exist",
            id="no such folder",
        ),
    ],
)
def test_a_named_folder_is_never_passed_over(
    spoil: Callable[[Path], object], reason: str, tmp_path: Path
) -> None:
    for fill in PLACES.values():
        fill(tmp_path)
    spoil(tmp_path / "named/fashion_mnist")
    with pytest.raises(DataError) as caught:
        locate(
            "fashion_mnist", "full", small_search(tmp_path, FASHION, data_dir=tmp_path / "named")
        )
    message = one_message(caught.value)
    assert reason in message
    assert str(tmp_path / "named") in message


def test_a_named_folder_that_is_missing_matters_for_the_sample_too(tmp_path: Path) -> None:
    search = small_search(tmp_path, MNIST, data_dir=tmp_path / "absent")
    with pytest.raises(DataError, match="does not exist"):
        locate("mnist", "sample", search)


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda named: write_folder(named / "mnist", ARRAYS), id="gzip"),
        pytest.param(lambda named: write_folder(named / "mnist", ARRAYS, gzipped=False), id="idx"),
        pytest.param(lambda named: write_npz(named / "mnist.npz", ARRAYS), id="npz"),
    ],
)
def test_the_digest_does_not_depend_on_the_container(
    write: Callable[[Path], Path], tmp_path: Path
) -> None:
    write(tmp_path / "named")
    located = locate("mnist", "full", small_search(tmp_path, DIGITS, data_dir=tmp_path / "named"))
    assert located.sha256 == content_sha256(digests(ARRAYS)) == DIGITS.full.sha256


def test_keras_keeps_mnist_as_npz(tmp_path: Path) -> None:
    npz = write_npz(tmp_path / "keras/datasets/mnist.npz", ARRAYS)
    located = locate("mnist", "full", small_search(tmp_path, DIGITS))
    assert (located.origin, located.files) == ("Keras's cache", (npz,))
    assert located.sha256 == DIGITS.full.sha256


@pytest.mark.parametrize("alias", ["fashion_mnist", "fashion-mnist"])
def test_both_spellings_of_fashion_are_folders(alias: str, tmp_path: Path) -> None:
    write_folder(tmp_path / alias, ARRAYS)
    dataset = replace(FASHION_MNIST, full=DIGITS.full)
    search = small_search(tmp_path, dataset, data_dir=tmp_path)
    assert locate("fashion_mnist", "full", search).files[0].parent.name == alias


def test_the_usual_places_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "k"))
    search = Search.on_this_machine(tmp_path / "cache")
    assert search.keras_dir == tmp_path / "k"
    assert search.builtins is BUILTINS
    assert search.downloads_dir.is_relative_to(tmp_path / "cache")
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Search.on_this_machine(tmp_path).keras_dir == tmp_path / ".keras"


@pytest.mark.parametrize("name", list(SAMPLES))
def test_the_bundled_sample_is_whole(name: str, tmp_path: Path) -> None:
    located = locate(name, "sample", Search.on_this_machine(tmp_path))
    assert located.digests == SAMPLES[name].digests
    assert located.tier == "sample"


class TestOwnDatasets:
    @pytest.mark.parametrize("kind", ["dir", "npz"])
    def test_from_settings(self, kind: str, tmp_path: Path) -> None:
        if kind == "dir":
            write_folder(tmp_path / "shapes", ARRAYS)
            settings = OwnDatasetSettings(dir="shapes", class_names=("a", "b", "c"))
        else:
            write_npz(tmp_path / "shapes.data", ARRAYS)
            settings = OwnDatasetSettings(
                npz="shapes.data", class_names=("a", "b", "c"), title="Shapes"
            )
        own = {"shapes": OwnDataset.from_settings("shapes", settings, tmp_path)}
        located = locate("shapes", "full", small_search(tmp_path), own)
        assert located.tier == "own"
        assert located.title == ("shapes" if kind == "dir" else "Shapes")
        assert located.digests == digests(ARRAYS)
        assert located.class_names == ("a", "b", "c")

    def test_a_built_in_name_is_refused(self, tmp_path: Path) -> None:
        settings = OwnDatasetSettings(dir="x", class_names=("a", "b"))
        with pytest.raises(ConfigError, match=r"datasets\.mnist"):
            OwnDataset.from_settings("mnist", settings, tmp_path)

    @pytest.mark.parametrize("kind", ["folder", "npz"])
    def test_missing_files_are_named(self, kind: str, tmp_path: Path) -> None:
        own = OwnDataset("shapes", "Shapes", ("a", "b"), **{kind: tmp_path / "absent"})
        with pytest.raises(DataError) as caught:
            locate("shapes", "full", small_search(tmp_path), {"shapes": own})
        assert str(tmp_path / "absent") in one_message(caught.value)

    def test_an_unknown_name_gets_a_hint(self, tmp_path: Path) -> None:
        own = {"shapes": OwnDataset("shapes", "Shapes", ("a", "b"), folder=tmp_path)}
        with pytest.raises(ConfigError, match="Did you mean shapes") as caught:
            locate("shape", "full", small_search(tmp_path, DIGITS), own)
        assert "mnist, shapes" in one_message(caught.value)


class TestUnchangedFiles:
    """Files that did not change are not read again; files that did are."""

    @pytest.fixture
    def search(self, tmp_path: Path) -> Search:
        write_folder(tmp_path / "named/mnist", ARRAYS, gzipped=False)
        return small_search(tmp_path, DIGITS, data_dir=tmp_path / "named")

    @pytest.fixture
    def reads(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        seen: list[str] = []
        real = locate_module.read_idx

        def counting(path: Path, *, rank: int) -> object:
            seen.append(path.name)
            return real(path, rank=rank)

        monkeypatch.setattr(locate_module, "read_idx", counting)
        return seen

    def test_nothing_is_read_twice(self, search: Search, reads: list[str]) -> None:
        first = locate("mnist", "full", search)
        assert sorted(reads) == sorted(PART_FILES)
        reads.clear()
        assert locate("mnist", "full", search) == first
        assert reads == []

    def test_npz_is_not_read_twice(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        write_npz(tmp_path / "keras/datasets/mnist.npz", ARRAYS)
        search = small_search(tmp_path, DIGITS)
        first = locate("mnist", "full", search)
        monkeypatch.delattr(locate_module, "_npz_digests")
        assert locate("mnist", "full", search) == first

    def test_a_touched_file_is_read_and_is_the_same(self, search: Search, reads: list[str]) -> None:
        first = locate("mnist", "full", search)
        reads.clear()
        os.utime(first.files[1])
        assert locate("mnist", "full", search) == first
        assert reads == [PART_FILES[1]]

    def test_a_changed_byte_is_noticed_even_if_size_and_time_are_put_back(
        self, search: Search
    ) -> None:
        file = locate("mnist", "full", search).files[0]
        before = file.stat()
        with file.open("r+b") as opened:
            opened.seek(-1, os.SEEK_END)
            opened.write(bytes([int(ARRAYS[0].flat[-1]) ^ 1]))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        with pytest.raises(DataError, match="not MNIST's train-images"):
            locate("mnist", "full", search)

    @pytest.mark.parametrize(
        "content",
        [b"", b"{", b"[]", b"null", b'{"format": 1}', b'{"format": 1, "files": {"a": 1}}', b"\xff"],
        ids=str,
    )
    def test_a_damaged_memo_is_ignored(
        self, content: bytes, search: Search, reads: list[str]
    ) -> None:
        assert search.memo_file is not None
        first = locate("mnist", "full", search)
        search.memo_file.write_bytes(content)
        reads.clear()
        assert locate("mnist", "full", search) == first
        assert len(reads) == 4
        assert locate("mnist", "full", search) == first
        assert len(reads) == 4

    def test_a_memo_that_cannot_be_written_is_no_error(
        self, tmp_path: Path, search: Search
    ) -> None:
        (tmp_path / "file").write_text("in the way")
        blocked = small_search(
            tmp_path, DIGITS, data_dir=search.data_dir, memo_file=tmp_path / "file/memo.json"
        )
        assert locate("mnist", "full", blocked).sha256 == DIGITS.full.sha256


def test_an_unchanged_dataset_is_found_without_numpy(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from reportgen.datasets import listing, locate, replacement, sources, tiers\n"
        f"search = sources.Search.on_this_machine(pathlib.Path({str(tmp_path)!r}))\n"
        "tier = tiers.choose_tier(['mnist', 'fashion_mnist'], 'sample', search)\n"
        "print(locate.locate('mnist', tier, search).sha256)\n"
        "heavy = {'numpy', 'pooch', 'requests', 'tensorflow', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == SAMPLES["mnist"].sha256
