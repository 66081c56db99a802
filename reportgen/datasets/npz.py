"""NPZ files of datasets: x_train, y_train, x_test and y_test."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.datasets.catalogue import NPZ_KEYS, PART_RANKS
from reportgen.datasets.idx import MAX_BYTES, idx_header
from reportgen.errors import DataError
from reportgen.storage.npz import read_arrays, wrong
from reportgen.storage.reading import cannot_read, open_regular

_MAX_FILE_BYTES = 2**31


@dataclass(frozen=True)
class NpzContent:
    """The four arrays of an NPZ file in the order of ``NPZ_KEYS``, as unsigned bytes.

    Attributes:
        arrays: uint8, images (n, height, width) and labels (n,), alternating.
        digests: hexadecimal SHA-256 of the IDX files that would hold the same.
    """

    arrays: tuple[NDArray[np.uint8], ...]
    digests: tuple[str, ...]


def read_npz(path: Path) -> NpzContent:
    """Read the four arrays; other members are ignored.

    Raises:
        DataError: the file cannot be read, ``read_arrays`` refuses it, or an array has a type
            other than integers, a wrong rank, or a value outside 0 to 255.
    """
    try:
        with open_regular(path, _MAX_FILE_BYTES) as file:
            members = read_arrays(file, path, max_bytes=MAX_BYTES, keys=NPZ_KEYS)
    except OSError as error:
        raise DataError(cannot_read(path, error)) from None
    arrays = tuple(
        _bytes(members[key], key, rank, path)
        for key, rank in zip(NPZ_KEYS, PART_RANKS, strict=True)
    )
    return NpzContent(arrays, tuple(_idx_digest(array) for array in arrays))


def _bytes(values: NDArray[Any], key: str, rank: int, path: Path) -> NDArray[np.uint8]:
    if values.dtype.kind not in "iu":
        raise wrong(path, f"array {key} is of type {values.dtype}; integers are needed")
    if values.ndim != rank:
        wanted = "(images, height, width)" if rank == 3 else "(images,)"
        raise wrong(path, f"array {key} has shape {values.shape}; {wanted} is needed")
    if values.size and (values.min() < 0 or values.max() > 255):
        raise wrong(path, f"array {key} has values outside 0 to 255")
    return np.ascontiguousarray(values, np.uint8)


def _idx_digest(array: NDArray[np.uint8]) -> str:
    digest = hashlib.sha256(idx_header(array.shape))
    digest.update(array.data)
    return digest.hexdigest()
