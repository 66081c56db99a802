"""What the catalogue says of each built-in dataset holds, and the documents say the same."""

from __future__ import annotations

import math
import re
from importlib.util import find_spec
from itertools import permutations
from pathlib import Path

import pytest
from places import ROOT

from reportgen.datasets import catalogue
from reportgen.datasets.catalogue import BUILTINS, BuiltinDataset, Edition
from reportgen.datasets.dataset import MAX_CLASSES, MAX_SIDE, MIN_CLASSES
from reportgen.datasets.load import load
from reportgen.datasets.locate import locate
from reportgen.datasets.sources import SAMPLE_FOLDER, Search
from reportgen.figures.drawing.style import COLOURS

EACH = pytest.mark.parametrize("dataset", BUILTINS.values(), ids=list(BUILTINS))
PAIRS = list(permutations(BUILTINS.values(), 2))


EDITIONS = [
    pytest.param(dataset, tier, id=f"{name}-{tier}")
    for name, dataset in BUILTINS.items()
    for tier in ("full", "sample")
    if dataset.edition(tier)
]


def names(dataset: BuiltinDataset) -> set[str]:
    written = {dataset.name, dataset.title, dataset.model}
    return written | {name.replace("-", " ").replace("_", " ") for name in written}


def prose(dataset: BuiltinDataset) -> re.Pattern[str]:
    return re.compile("|".join(dataset.prose), re.IGNORECASE)


def test_the_catalogue_lists_every_entry() -> None:
    entries = [each for each in vars(catalogue).values() if isinstance(each, BuiltinDataset)]
    missing = [each.name for each in entries if each not in BUILTINS.values()]
    assert missing == [], "name the entry in BUILTINS, at the end of datasets/catalogue.py"


@pytest.mark.parametrize(("dataset", "tier"), EDITIONS)
def test_its_numbers_can_be_those_of_four_files(dataset: BuiltinDataset, tier: str) -> None:
    edition = dataset.edition(tier)
    assert edition is not None
    assert min(edition.n_train, edition.n_test) > 0, f"{tier}: say how many images there are"
    wrong = [each for each in edition.digests if not re.fullmatch("[0-9a-f]{64}", each)]
    assert wrong == [], f"{tier}: a digest is what sha256sum says of a file that is not gzipped"
    images = dataset.full.n_train + dataset.full.n_test
    unpacked = images * (1 + math.prod(dataset.image_shape))
    assert unpacked / 1000 < dataset.download_bytes < unpacked, (
        f"download_bytes: add the sizes of the four gzipped files; {images:,} images and labels "
        f"have {unpacked:,} bytes"
    )


@pytest.mark.parametrize(("dataset", "tier"), EDITIONS)
def test_its_files_hold_what_is_said(
    dataset: BuiltinDataset, tier: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue("full_data") if tier == "full" else None
    edition, search = dataset.edition(tier), Search.on_this_machine(tmp_path, data_dir=folder)
    found = load(locate(dataset.name, tier, search))
    assert edition is not None
    for images, n in ((found.x_train, edition.n_train), (found.x_test, edition.n_test)):
        assert images.shape == (n, *dataset.image_shape), "mend n_train, n_test or image_shape"
    n_labels = found.y_train.max() + 1
    assert n_labels == len(dataset.class_names), f"name {n_labels} classes in class_names"


@EACH
def test_its_name_can_be_written_in_settings_and_its_images_be_read(
    dataset: BuiltinDataset,
) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", dataset.name)
    assert BUILTINS[dataset.name] is dataset
    assert dataset.name in dataset.folders
    assert MIN_CLASSES <= len(dataset.class_names) <= MAX_CLASSES
    assert len(set(dataset.class_names)) == len(dataset.class_names)
    assert all(1 <= side <= MAX_SIDE for side in dataset.image_shape)
    assert all(mirror.endswith("/") for mirror in dataset.mirrors)
    assert not dataset.sample_note or dataset.sample_note.endswith(". ")


@EACH
def test_an_author_may_call_it_by_all_its_names(dataset: BuiltinDataset) -> None:
    for name in names(dataset):
        assert prose(dataset).fullmatch(name), name


@pytest.mark.parametrize(("dataset", "other"), PAIRS, ids=lambda each: each.name)
def test_no_name_means_another_dataset(dataset: BuiltinDataset, other: BuiltinDataset) -> None:
    for name in names(other):
        assert not prose(dataset).search(name), f"prose of {dataset.name} takes {name} for it"


def test_each_has_a_model_and_a_colour_of_its_own() -> None:
    assert len({dataset.model for dataset in BUILTINS.values()}) == len(BUILTINS)
    assert {dataset.colour for dataset in BUILTINS.values()} <= set(COLOURS)
    assert len({dataset.colour for dataset in BUILTINS.values()}) == len(BUILTINS)


@EACH
def test_keras_has_it_where_a_listing_says_so(dataset: BuiltinDataset) -> None:
    keras = find_spec("keras")
    if keras is None or keras.origin is None:
        pytest.skip("Keras is not installed")
    in_keras = (Path(keras.origin).parent / "datasets" / dataset.name).is_dir()
    assert in_keras == (dataset.keras is not None)


@EACH
def test_its_sample_is_bundled_with_its_licence(dataset: BuiltinDataset) -> None:
    assert (SAMPLE_FOLDER / dataset.name).is_dir() == (dataset.sample is not None)
    if dataset.sample is not None:
        assert f"## {dataset.title}\n" in (SAMPLE_FOLDER / "ORIGIN.md").read_text(encoding="utf-8")
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        assert f"| the sample of {dataset.title} | {dataset.licence.split(',')[0]}" in readme


@EACH
def test_the_guide_has_its_row_and_the_words_there_mean_it(dataset: BuiltinDataset) -> None:
    begin = " | ".join(
        (
            *(f"| `{dataset.name}`", dataset.title, dataset.subject),
            *(_counts(dataset.full), _counts(dataset.sample), ""),
        )
    )
    guide = (ROOT / "docs/assignments.md").read_text(encoding="utf-8")
    row = rf"^{re.escape(begin)}(.+) \| {re.escape(dataset.licence)} \|$"
    found = re.search(row, guide, re.MULTILINE)
    assert found, f"docs/assignments.md lacks {begin}WORDS | {dataset.licence} |"
    for word in found[1].split(", "):
        assert prose(dataset).fullmatch(word), word


def _counts(edition: Edition | None) -> str:
    return f"{edition.n_train:,}, {edition.n_test:,}" if edition else "none"
