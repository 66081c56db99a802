"""A checked reader of NPZ files that hold x_train, y_train, x_test and y_test.

``numpy.load`` with ``allow_pickle=False`` refuses objects, but believes a header that
announces terabytes. Here each member's header is read first, and its shape times its item
size must equal the member's size before memory is taken.
"""

from __future__ import annotations

import hashlib
import math
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from reportgen.datasets.catalogue import NPZ_KEYS, PART_RANKS
from reportgen.datasets.idx import MAX_BYTES, idx_header
from reportgen.errors import DataError

_MAX_HEADER = 10_000
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
# What zipfile raises for files that are cut or have wrong bytes in them.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class NpzContent:
    """The four arrays of an NPZ file in the order of ``NPZ_KEYS``, as unsigned bytes.

    Attributes:
        arrays: uint8, images (n, height, width) and labels (n,), alternating.
        digests: SHA-256 of the IDX files that would hold the same, hexadecimal.

    """

    arrays: tuple[NDArray[np.uint8], ...]
    digests: tuple[str, ...]


def read_npz(path: Path) -> NpzContent:
    """Read the four arrays; other members are not looked at.

    Raises:
        DataError: unreadable, no ZIP file, a member missing, damaged, encrypted or larger
            than allowed, a type other than integers, a wrong rank, or a value outside 0
            to 255.

    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, path)
            arrays = tuple(
                _array(archive, info, rank, path)
                for info, rank in zip(members, PART_RANKS, strict=True)
            )
    except OSError as error:
        raise DataError(
            f"{path}: cannot be read: {error.strerror or error}.\n"
            "Check that the file exists and that you may read it."
        ) from error
    except _DAMAGE as error:
        raise _wrong(path, f"is a damaged or truncated NPZ file ({error})") from error
    return NpzContent(arrays, tuple(_idx_digest(array) for array in arrays))


def _members(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    present = {info.filename: info for info in archive.infolist()}
    for key in NPZ_KEYS:
        if f"{key}.npy" not in present:
            found = ", ".join(name.removesuffix(".npy") for name in sorted(present)[:8])
            raise _wrong(path, f"has no array {key}; it holds: {found or 'nothing'}")
    members = [present[f"{key}.npy"] for key in NPZ_KEYS]
    total = sum(info.file_size for info in members)
    if total > MAX_BYTES:
        raise _wrong(path, f"announces {total:,} bytes; {MAX_BYTES:,} is the most")
    if any(
        info.flag_bits & _ENCRYPTED or info.compress_type not in _COMPRESSIONS for info in members
    ):
        raise _wrong(path, "is encrypted or compressed in an unusual way")
    return members


def _array(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, rank: int, path: Path
) -> NDArray[np.uint8]:
    key = info.filename.removesuffix(".npy")
    with archive.open(info) as file:
        shape, column_major, dtype = _header(file, key, path)
        if dtype.kind not in "iu":
            raise _wrong(path, f"array {key} is of type {dtype}; integers are needed")
        if len(shape) != rank:
            wanted = "(images, height, width)" if rank == 3 else "(images,)"
            raise _wrong(path, f"array {key} has shape {shape}; {wanted} is needed")
        announced = math.prod(shape) * dtype.itemsize
        present = info.file_size - file.tell()
        if announced != present:
            raise _wrong(path, f"array {key} announces {announced:,} bytes and has {present:,}")
        content = file.read()
    if len(content) != announced:
        raise _wrong(path, f"array {key} ends early, after {len(content):,} bytes")
    values = np.frombuffer(content, dtype).reshape(shape, order="F" if column_major else "C")
    if values.size and (values.min() < 0 or values.max() > 255):
        raise _wrong(path, f"array {key} has values outside 0 to 255")
    return np.ascontiguousarray(values, np.uint8)


def _header(file: IO[bytes], key: str, path: Path) -> tuple[tuple[int, ...], bool, np.dtype]:
    try:
        version = npy.read_magic(file)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        shape, column_major, dtype = read(file, max_header_size=_MAX_HEADER)
    except Exception as error:  # a made-up header makes NumPy's parser raise almost anything
        raise _wrong(path, f"array {key} does not begin as an array of NumPy does") from error
    if min(shape, default=0) < 0:
        raise _wrong(path, f"array {key} announces the shape {shape}")
    return shape, column_major, dtype


def _idx_digest(array: NDArray[np.uint8]) -> str:
    digest = hashlib.sha256(idx_header(array.shape))
    digest.update(array.data)
    return digest.hexdigest()


def _wrong(path: Path, what: str) -> DataError:
    return DataError(f"{path}: {what}.\nReplace it with a whole copy, saved with numpy.savez.")
