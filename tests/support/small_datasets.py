"""Tiny datasets for tests: arrays, the files that hold them, and a built-in made of them."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.datasets.catalogue import BUILTINS, MNIST, PART_FILES, BuiltinDataset, Edition
from reportgen.datasets.sources import Search

SAMPLES = {name: each.sample for name, each in BUILTINS.items() if each.sample}
Arrays = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]


def small_arrays(
    n_train: int = 30, n_test: int = 20, side: tuple[int, int] = (5, 4), n_classes: int = 3
) -> Arrays:
    """Random images and labels; every call gives the same."""
    rng = np.random.default_rng(7)
    return (
        rng.integers(0, 256, (n_train, *side)).astype(np.uint8),
        rng.integers(0, n_classes, n_train).astype(np.uint8),
        rng.integers(0, 256, (n_test, *side)).astype(np.uint8),
        rng.integers(0, n_classes, n_test).astype(np.uint8),
    )


def five_shapes() -> Arrays:
    """Five patterns of 20 x 24 pixels under noise."""
    rng = np.random.default_rng(5)
    patterns = rng.integers(0, 256, (5, 20, 24))
    parts = []
    for n in (400, 150):
        labels = (np.arange(n) % len(patterns)).astype(np.uint8)
        noisy = patterns[labels] + rng.normal(0.0, 90.0, (n, 20, 24))
        parts += [np.clip(noisy, 0, 255).astype(np.uint8), labels]
    x_train, y_train, x_test, y_test = parts
    return x_train, y_train, x_test, y_test


def idx_bytes(values: NDArray[np.uint8]) -> bytes:
    """An IDX file, written here from the format's description, not with the reader's code."""
    sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
    return bytes([0, 0, 8, values.ndim]) + sizes + values.tobytes()


def write_folder(folder: Path, arrays: Arrays, *, gzipped: bool = True) -> Path:
    """The four IDX files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in zip(PART_FILES, arrays, strict=True):
        content = idx_bytes(values)
        if gzipped:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        else:
            (folder / name).write_bytes(content)
    return folder


def write_npz(path: Path, arrays: Any) -> Path:
    """The same as one NPZ file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = ("x_train", "y_train", "x_test", "y_test")
    with path.open("wb") as file:  # an open file keeps its name, whatever its ending
        np.savez_compressed(file, **dict(zip(keys, arrays, strict=True)))
    return path


def digests(arrays: Arrays) -> tuple[str, str, str, str]:
    """SHA-256 of the four decompressed IDX files."""
    first, second, third, fourth = (hashlib.sha256(idx_bytes(a)).hexdigest() for a in arrays)
    return first, second, third, fourth


def small_builtin(arrays: Arrays, name: str = "mnist", **changes: Any) -> BuiltinDataset:
    """A built-in dataset whose full edition is these arrays; its sample is the real one."""
    edition = Edition(len(arrays[0]), len(arrays[2]), digests(arrays))
    return replace(MNIST, name=name, folders=(name,), full=edition, **changes)


def small_search(tmp_path: Path, *builtins: BuiltinDataset, **changes: Any) -> Search:
    """A machine on which nothing is found except what the test puts into ``tmp_path``."""
    return replace(
        Search(
            downloads_dir=tmp_path / "downloads",
            keras_dir=tmp_path / "keras",
            memo_file=tmp_path / "memo.json",
            debian_dir=tmp_path / "debian",
            allow_download=False,
            builtins={each.name: each for each in builtins},
        ),
        **changes,
    )


def one_message(error: BaseException) -> str:
    """An error's message, once it is sure that it has one to five lines."""
    message = str(error)
    assert 1 <= len(message.splitlines()) <= 5
    assert all(line.strip() for line in message.splitlines())
    return message
