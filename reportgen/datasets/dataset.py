"""A dataset in memory, and the checks of its images and labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reportgen.errors import DataError

Tier = Literal["full", "sample", "own"]
Arrays = Sequence[NDArray[np.uint8]]

MAX_SIDE = 64
MIN_CLASSES = 2
MAX_CLASSES = 100


@dataclass(frozen=True, eq=False)
class Dataset:
    """Grey images and their labels, in a training and a test part.

    Attributes:
        name: the name used in settings: ``mnist``, ``fashion_mnist`` or a user's own.
        title: the name used in prose: ``MNIST``, ``Fashion-MNIST`` or a user's own.
        tier: ``full``, ``sample`` (the bundled few thousand images) or ``own``.
        class_names: the name of each class, in label order.
        x_train, x_test: uint8, shape (n, height, width), grey values 0 to 255.
        y_train, y_test: int64, shape (n,), each in ``range(len(class_names))``.
        sha256: hexadecimal digest of the decompressed content, independent of the
            container (gzip, NPZ, a folder) that it was read from.
        origin: where it was read from, in words for a person.
    """

    name: str
    title: str
    tier: Tier
    class_names: tuple[str, ...]
    x_train: NDArray[np.uint8]
    y_train: NDArray[np.int64]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.int64]
    sha256: str
    origin: str

    @property
    def n_classes(self) -> int:
        """The number of classes."""
        return len(self.class_names)

    def part(self, split: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """The images and labels of a part, ``train`` or ``test``."""
        return (self.x_train, self.y_train) if split == "train" else (self.x_test, self.y_test)


def check_arrays(arrays: Arrays, n_classes: int, names: Sequence[str], name: str) -> None:
    """Check the four arrays of a dataset against each other.

    Args:
        arrays: training images (n, height, width) and labels (n,), then those for testing.
        n_classes: the number of classes; labels must be below it.
        names: where each array came from, for the message.
        name: the dataset's name, for the message.

    Raises:
        DataError: an empty part, images and labels that differ in number, images outside
            1 x 1 to 64 x 64 or of another size for testing, a label out of range, or a
            number of classes outside 2 to 100.
    """
    if not MIN_CLASSES <= n_classes <= MAX_CLASSES:
        raise DataError(
            f"dataset {name}: {n_classes} class names; {MIN_CLASSES} to {MAX_CLASSES} are possible."
            f"\nChange class_names in [datasets.{name}]."
        )
    for at in (0, 2):
        _check_part(arrays[at], arrays[at + 1], names[at], names[at + 1])
        _check_labels(arrays[at + 1], n_classes, names[at + 1], name)
    if arrays[0].shape[1:] != arrays[2].shape[1:]:
        raise DataError(
            f"{names[2]}: images of {_size(arrays[2])} pixels, but those for training "
            f"({names[0]}) have {_size(arrays[0])}.\nBring all images to one size."
        )


def _check_part(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], images_name: str, labels_name: str
) -> None:
    if len(images) == 0:
        raise DataError(f"{images_name}: holds no images.\nA dataset needs at least one a part.")
    if len(images) != len(labels):
        raise DataError(
            f"{images_name}: {len(images):,} images, but {len(labels):,} labels in {labels_name}."
            "\nGive one label for each image, in the same order."
        )
    if not all(1 <= side <= MAX_SIDE for side in images.shape[1:]):
        raise DataError(
            f"{images_name}: images of {_size(images)} pixels; 1 × 1 to {MAX_SIDE} × {MAX_SIDE} "
            "are possible.\nScale the images down first."
        )


def _check_labels(labels: NDArray[np.uint8], n_classes: int, where: str, name: str) -> None:
    outside = np.flatnonzero(labels >= n_classes)
    if len(outside):
        first = int(outside[0])
        raise DataError(
            f"{where}: label {int(labels[first])} of image {first} is out of range; dataset {name} "
            f"has {n_classes} classes, 0 to {n_classes - 1}.\n"
            f"Correct the label, or name more classes in class_names of [datasets.{name}]."
        )


def _size(images: NDArray[np.uint8]) -> str:
    return f"{images.shape[1]} × {images.shape[2]}"
