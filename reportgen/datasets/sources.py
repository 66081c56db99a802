"""The places on this machine where a built-in dataset may be, in order of preference."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reportgen.datasets.catalogue import BUILTINS, PART_FILES, BuiltinDataset
from reportgen.errors import DataError
from reportgen.storage.home import expanded

DEBIAN_DATASETS = Path("/usr/share/datasets")
SAMPLE_FOLDER = Path(__file__).parent / "sample"


@dataclass(frozen=True)
class Search:
    """Where to look for datasets, and whether they may be downloaded.

    Attributes:
        downloads_dir: the store of earlier downloads, with one folder per dataset.
        keras_dir: Keras's folder, which contains ``datasets/``.
        data_dir: the folder that the user named; if given, the only place for full data.
        memo_file: the memo of digests; None to read every file.
        debian_dir: where Debian's data packages put their folders.
        allow_download: False to use no network.
        builtins: the datasets known by name.
    """

    downloads_dir: Path
    keras_dir: Path
    data_dir: Path | None = None
    memo_file: Path | None = None
    debian_dir: Path = DEBIAN_DATASETS
    allow_download: bool = True
    builtins: Mapping[str, BuiltinDataset] = field(default_factory=lambda: BUILTINS)

    @classmethod
    def on_this_machine(
        cls, cache_dir: Path, *, data_dir: Path | None = None, allow_download: bool = True
    ) -> Search:
        """The usual places; downloads and the memo of digests are kept in ``cache_dir``."""
        keras_home = os.environ.get("KERAS_HOME") or "~/.keras"
        return cls(
            downloads_dir=cache_dir / "datasets",
            keras_dir=expanded(keras_home),
            data_dir=data_dir,
            memo_file=cache_dir / "data-digests.json",
            allow_download=allow_download,
        )


@dataclass(frozen=True)
class Place:
    """Unchecked files of a dataset: four IDX files in the order of PART_FILES, or one NPZ."""

    origin: str
    files: tuple[Path, ...]


def require_named_folder(search: Search) -> None:
    """Check that the named data folder exists.

    Raises:
        DataError: ``search.data_dir`` is given and is not a folder.
    """
    folder = search.data_dir
    if folder is None or folder.is_dir():
        return
    raise DataError(
        f"data folder {folder}: {'is not a folder' if folder.exists() else 'does not exist'}.\n"
        "Correct --data-dir, REPORTGEN_DATA_DIR or dir in [data], or leave it out to use\n"
        "downloaded data or the bundled sample."
    )


def named_place(dataset: BuiltinDataset, data_dir: Path) -> Place:
    """The dataset's files in the named folder.

    Raises:
        DataError: the folder has no folder or NPZ file of this dataset, or a file is missing.
    """
    for name in dataset.folders:
        if (data_dir / name).is_dir():
            return Place("a named folder", whole_folder(data_dir / name, dataset.title))
    npz = data_dir / f"{dataset.name}.npz"
    if npz.is_file():
        return Place("a named folder", (npz,))
    raise DataError(
        f"data folder {data_dir}: holds no folder {dataset.name}/ with {dataset.title}.\n"
        f"Put {PART_FILES[0]}[.gz] and its three companions there,\n"
        "or leave out --data-dir, REPORTGEN_DATA_DIR and dir in [data]."
    )


def whole_folder(folder: Path, title: str) -> tuple[Path, ...]:
    """The four IDX files in a folder, gzipped or not.

    Raises:
        DataError: the folder does not exist, or one of the four is missing.
    """
    if not folder.is_dir():
        raise DataError(f"{folder}: no such folder, where {title} should be.\nCorrect the path.")
    found = [_idx_file(folder, part) for part in PART_FILES]
    missing = [part for part, file in zip(PART_FILES, found, strict=True) if file is None]
    if missing:
        raise DataError(
            f"{folder}: {', '.join(missing)} missing, plain or .gz.\n"
            f"{title} needs all of {', '.join(PART_FILES)}."
        )
    return tuple(file for file in found if file is not None)


def usual_places(dataset: BuiltinDataset, search: Search) -> Iterator[Place]:
    """The places other than a named folder that have the dataset's files in full."""
    candidates = [("an earlier download", search.downloads_dir / dataset.name)]
    if dataset.keras is not None:
        candidates.append(("Keras's cache", search.keras_dir / "datasets" / dataset.keras))
    if dataset.debian is not None:
        origin = f"Debian's package dataset-{dataset.debian}"
        candidates.append((origin, search.debian_dir / dataset.debian))
    for origin, path in candidates:
        if path.suffix == ".npz":
            files: tuple[Path | None, ...] = (path if path.is_file() else None,)
        else:
            files = tuple(_idx_file(path, part) for part in PART_FILES)
        whole = tuple(file for file in files if file is not None)
        if len(whole) == len(files):
            yield Place(origin, whole)


def sample_place(dataset: BuiltinDataset) -> Place:
    """The sample that is bundled with the package.

    Raises:
        DataError: none is bundled.
    """
    if dataset.sample is None:
        raise no_sample(dataset)
    folder = SAMPLE_FOLDER / dataset.name
    return Place("the bundled sample", whole_folder(folder, dataset.title))


def no_sample(dataset: BuiltinDataset) -> DataError:
    """The error for a dataset without a bundled sample."""
    return DataError(
        f"{dataset.title} has no bundled sample.\n"
        "Full data are needed for all: run `reportgen data fetch` with a connection to the\n"
        "internet, or name a folder that has them with --data-dir."
    )


def _idx_file(folder: Path, part: str) -> Path | None:
    candidates = (folder / part, folder / f"{part}.gz")
    there = [file for file in candidates if os.path.lexists(file)]
    # A folder or a broken link is returned, too; reading it raises the error.
    return next((file for file in there if file.is_file()), there[0] if there else None)
