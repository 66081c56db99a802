"""Read the files of a located dataset into arrays, and check them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reportgen.datasets.catalogue import NPZ_KEYS, PART_RANKS
from reportgen.datasets.dataset import Dataset, check_arrays
from reportgen.datasets.idx import read_idx
from reportgen.datasets.locate import Located
from reportgen.datasets.npz import read_npz
from reportgen.errors import DataError

# zlib and SHA-256 release Python's global lock, so two datasets load in the time of one.
_N_THREADS = 2


def load(located: Located) -> Dataset:
    """Read and check one dataset; its arrays are read-only.

    Raises:
        DataError: a file is damaged, has changed since it was located, or the arrays do not
            fit each other or the class names.
    """
    arrays, digests, names = _read(located.files)
    if digests != located.digests:
        raise DataError(
            f"{located.files[0].parent}: the files of {located.title} changed during the run.\n"
            "Run the command again."
        )
    check_arrays(arrays, len(located.class_names), names, located.name)
    x_train, y_train = arrays[0], arrays[1].astype(np.int64)
    x_test, y_test = arrays[2], arrays[3].astype(np.int64)
    for array in (x_train, y_train, x_test, y_test):
        array.flags.writeable = False
    return Dataset(
        name=located.name,
        title=located.title,
        tier=located.tier,
        class_names=located.class_names,
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        sha256=located.sha256,
        origin=located.origin,
    )


def load_all(located: Sequence[Located]) -> dict[str, Dataset]:
    """Read several datasets at once, by name.

    Raises:
        DataError: as for ``load``; the first error in the order of ``located``.
    """
    with ThreadPoolExecutor(max_workers=_N_THREADS) as pool:
        return {dataset.name: dataset for dataset in pool.map(load, located)}


def _read(
    files: tuple[Path, ...],
) -> tuple[tuple[NDArray[np.uint8], ...], tuple[str, ...], tuple[str, ...]]:
    if len(files) == 1:
        content = read_npz(files[0])
        names = tuple(f"{files[0]} ({key})" for key in NPZ_KEYS)
        return content.arrays, content.digests, names
    parts = [read_idx(file, rank=rank) for file, rank in zip(files, PART_RANKS, strict=True)]
    arrays = tuple(np.frombuffer(part.values, np.uint8).reshape(part.shape) for part in parts)
    return arrays, tuple(part.sha256 for part in parts), tuple(str(file) for file in files)
