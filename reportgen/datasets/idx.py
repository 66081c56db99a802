"""Read and check IDX files, the format of MNIST, plain or gzipped.

Layout (LeCun, Cortes and Burges, "The MNIST database"): two zero bytes, a type code
(8: unsigned byte), the rank, one big-endian 32-bit size per dimension, then the values in
row-major order. The header is not trusted: sizes are compared with the file before memory
is allocated, and gzip is unpacked at most to the announced size.

Does not import NumPy, so that hashing a dataset starts fast.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from reportgen.errors import DataError
from reportgen.storage.reading import cannot_read, open_regular

MAX_BYTES = 2**30
UNSIGNED_BYTE = 8
GZIP_MAGIC = b"\x1f\x8b"
# DEFLATE cannot compress better than 1032:1 (zlib technical details).
_MAX_RATIO = 1032
_MAX_FILE_BYTES = MAX_BYTES + 2**20  # gzip can make a file slightly larger


@dataclass(frozen=True)
class IdxContent:
    """One IDX file, decompressed and checked.

    Attributes:
        shape: the dimensions in the header, all at least 0.
        values: ``math.prod(shape)`` unsigned bytes, in row-major order.
        sha256: hexadecimal digest of the decompressed file, header included.
    """

    shape: tuple[int, ...]
    values: bytes
    sha256: str


def idx_header(shape: tuple[int, ...]) -> bytes:
    """The header of an IDX file of unsigned bytes with these dimensions."""
    return struct.pack(f">HBB{len(shape)}I", 0, UNSIGNED_BYTE, len(shape), *shape)


def read_idx(path: Path, *, rank: int) -> IdxContent:
    """Read an IDX file of unsigned bytes; gzip is recognised by content, not by name.

    Args:
        path: the file.
        rank: the number of dimensions it must have: 3 for images, 1 for labels.

    Raises:
        DataError: the file is unreadable, has a wrong magic number or rank, sizes that
            disagree with the file or exceed ``MAX_BYTES``, or its gzip stream is truncated or
            damaged.
    """
    try:
        with open_regular(path, _MAX_FILE_BYTES) as file:
            return _read(file, path, rank)
    except (zlib.error, gzip.BadGzipFile) as error:
        raise _wrong(path, f"is a damaged gzip file ({error})") from error
    except EOFError:
        raise _wrong(path, "is a truncated gzip file: it ends before its content does") from None
    except OSError as error:
        raise DataError(cannot_read(path, error)) from None


def _read(file: BinaryIO, path: Path, rank: int) -> IdxContent:
    gzipped = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    file.seek(0)
    content = gzip.GzipFile(fileobj=file) if gzipped else file
    header = content.read(4 + 4 * rank)
    shape = _checked_shape(header, rank, path)
    size = math.prod(shape)
    _check_size(size + len(header), os.fstat(file.fileno()).st_size, path, gzipped=gzipped)
    values = content.read(size)
    if len(values) < size:
        what = f"holds {len(values):,} bytes of values where its header announces {size:,}"
        raise _wrong(path, f"{what}; it is cut")
    if content.read(1):  # the end of a gzip file is checked here, too
        raise _wrong(path, f"holds more than the {size:,} bytes its header announces")
    digest = hashlib.sha256(header)
    digest.update(values)
    return IdxContent(shape, values, digest.hexdigest())


def _checked_shape(header: bytes, rank: int, path: Path) -> tuple[int, ...]:
    kind = {1: "labels", 3: "images"}.get(rank, "values")
    wanted = f"an IDX file of {kind} (it must begin 00 00 08 {rank:02x})"
    if len(header) < 4 + 4 * rank:
        raise _wrong(path, f"has {len(header)} bytes: too short to be {wanted}")
    if header[:4] != idx_header((0,) * rank)[:4]:
        raise _wrong(path, f"begins {header[:4].hex(' ')}: not {wanted}")
    return struct.unpack(f">{rank}I", header[4:])


def _check_size(announced: int, on_disk: int, path: Path, *, gzipped: bool) -> None:
    if announced > MAX_BYTES:
        raise _wrong(path, f"announces {announced:,} bytes; {MAX_BYTES:,} is the most")
    if gzipped and announced > on_disk * _MAX_RATIO:
        raise _wrong(
            path, f"announces {announced:,} bytes, more than {on_disk:,} gzipped bytes can hold"
        )
    if not gzipped and announced != on_disk:
        raise _wrong(path, f"has {on_disk:,} bytes where its header announces {announced:,}")


def _wrong(path: Path, what: str) -> DataError:
    return DataError(f"{path}: {what}.\nReplace it with a whole copy of the file.")
