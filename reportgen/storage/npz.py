"""NPZ files: the same arrays give the same bytes, and reading takes no more memory than allowed.

``numpy.load`` with ``allow_pickle=False`` refuses objects, but allocates the terabytes that a
faulty header announces. Here the shape times the item size of each array must equal the member's
size before its memory is allocated.
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from reportgen.errors import DataError

_MAX_HEADER = 10_000
_MAX_MEMBERS = 10_000
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1
# What zipfile raises for files that are cut or have wrong bytes in them.
_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError),
    *(NotImplementedError, OverflowError, RuntimeError, ValueError),
)


def pack_arrays(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Arrays as the bytes of an NPZ file, without pickle."""
    buffer = io.BytesIO()
    plain = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    np.savez_compressed(buffer, allow_pickle=False, **plain)
    return buffer.getvalue()


def read_arrays(
    file: BinaryIO, path: Path, *, max_bytes: int, keys: Collection[str] | None = None
) -> dict[str, NDArray[Any]]:
    """The arrays of an NPZ file, of any type but objects.

    Args:
        file: open for reading.
        path: of the file, for messages.
        max_bytes: the most that all arrays may take.
        keys: names of the arrays to read; all by default.

    Raises:
        DataError: it is no ZIP file; or an array is missing, damaged, encrypted, of objects, or
            larger than allowed.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = _members(archive, path, keys, max_bytes)
            return {name: _array(archive, info, path) for name, info in members.items()}
    except (OSError, *_DAMAGE) as error:
        raise wrong(path, f"is a damaged or truncated NPZ file ({error})") from error


def _members(
    archive: zipfile.ZipFile, path: Path, keys: Collection[str] | None, max_bytes: int
) -> dict[str, zipfile.ZipInfo]:
    present = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
    for key in keys or ():
        if key not in present:
            found = ", ".join(sorted(present)[:8])
            raise wrong(path, f"has no array {key}; it holds: {found or 'nothing'}")
    members = {name: info for name, info in present.items() if keys is None or name in keys}
    if len(members) > _MAX_MEMBERS:
        raise wrong(path, f"has {len(members):,} arrays; {_MAX_MEMBERS:,} is the most")
    total = sum(info.file_size for info in members.values())
    if total > max_bytes:
        raise wrong(path, f"announces {total:,} bytes; {max_bytes:,} is the most")
    if any(
        info.flag_bits & _ENCRYPTED or info.compress_type not in _COMPRESSIONS
        for info in members.values()
    ):
        raise wrong(path, "is encrypted or compressed in an unusual way")
    return members


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path) -> NDArray[Any]:
    key = info.filename.removesuffix(".npy")
    with archive.open(info) as file:
        shape, column_major, dtype = _header(file, key, path)
        if dtype.hasobject:
            raise wrong(path, f"array {key} is of type object; numbers are needed")
        announced = math.prod(shape) * dtype.itemsize
        present = info.file_size - file.tell()
        if announced != present:
            raise wrong(path, f"array {key} announces {announced:,} bytes and has {present:,}")
        content = file.read()
    if len(content) != announced:
        raise wrong(path, f"array {key} ends early, after {len(content):,} bytes")
    values: NDArray[Any] = np.frombuffer(content, dtype)
    return values.reshape(shape, order="F" if column_major else "C")


def _header(file: IO[bytes], key: str, path: Path) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    try:
        version = npy.read_magic(file)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        shape, column_major, dtype = read(file, max_header_size=_MAX_HEADER)
    except Exception as error:  # a faulty header can make NumPy raise almost anything
        raise wrong(path, f"array {key} does not begin as an array of NumPy does") from error
    if min(shape, default=0) < 0:
        raise wrong(path, f"array {key} announces the shape {shape}")
    return shape, column_major, dtype


def wrong(path: Path, what: str) -> DataError:
    """The error about a faulty NPZ file."""
    return DataError(f"{path}: {what}.\nReplace it with a whole copy, saved with numpy.savez.")
