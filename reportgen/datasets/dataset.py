"""What a dataset is once it has been read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Tier = Literal["full", "sample", "own"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Grey images and their labels, in a training and a test part.

    Attributes:
        name: the name used in settings: ``mnist``, ``fashion_mnist`` or one's own.
        title: the name used in prose: ``MNIST``, ``Fashion-MNIST`` or one's own.
        tier: ``full``, ``sample`` (the bundled few thousand images) or ``own``.
        class_names: one name a class, in label order.
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
        """How many classes the labels tell apart."""
        return len(self.class_names)
