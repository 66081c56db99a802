"""Measured reasons, by hand on four images and against the whole arrays."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.datasets.dataset import Dataset
from reportgen.studies.reasons import measure_reasons

NEEDS_DATA: tuple[str, ...] = ()
NEEDS_TRAINING: tuple[str, ...] = ()


def make_dataset(
    x_train: NDArray[np.uint8], y_train: list[int], x_test: NDArray[np.uint8], y_test: list[int]
) -> Dataset:
    names = tuple(f"class {k}" for k in range(max(*y_train, *y_test) + 1))
    arrays = x_train, np.array(y_train), x_test, np.array(y_test)
    return Dataset("made-up", "Made up", "own", names, *arrays, sha256="", origin="memory")


def image(*values: int) -> NDArray[np.uint8]:
    return np.array(values, np.uint8).reshape(1, -1)


def no_confusion(n: int) -> NDArray[np.int64]:
    return np.eye(n, dtype=np.int64)


def test_distances_and_centroids_by_hand() -> None:
    # In pixels of 0 to 1: class 0 at (0, 0) and (1, 0), class 1 at (0, 1) twice.
    x_train = np.stack([image(0, 0), image(255, 0), image(0, 255), image(0, 255)])
    x_test = np.stack([image(0, 0), image(0, 255), image(0, 200)])
    dataset = make_dataset(x_train, [0, 0, 1, 1], x_test, [0, 1, 0])
    found = measure_reasons(dataset, no_confusion(2), no_confusion(2))
    assert found["within_class"] == pytest.approx((0.25 + 0) / 2)
    # The centres are (0.5, 0) and (0, 1); the centre of both is (0.25, 0.5).
    assert found["between_class"] == pytest.approx(0.25**2 + 0.5**2)
    assert found["between_share"] == pytest.approx(0.3125 / (0.3125 + 0.125))
    assert found["nearest_centroid"] == {"n_correct": 2, "n_total": 3, "accuracy": 2 / 3}
    assert found["majority"]["class_name"] == "class 0"


def test_classes_are_merged_only_if_training_images_were_confused() -> None:
    x = np.arange(24, dtype=np.uint8).reshape(6, 2, 2)
    dataset = make_dataset(x, list(range(6)), x, list(range(6)))
    test = no_confusion(6)
    test[0, 1] = 5
    assert measure_reasons(dataset, no_confusion(6), test)["merged"] is None
    train = no_confusion(6)
    train[2, 4] = 1
    merged = measure_reasons(dataset, train, test)["merged"]
    assert {"class 2", "class 4"} < set(merged["class_names"])


def test_a_class_without_training_images_is_left_out() -> None:
    rng = np.random.default_rng(0)
    x_train = rng.integers(0, 256, (12, 5, 5), dtype=np.uint8)
    x_test = rng.integers(0, 256, (6, 5, 5), dtype=np.uint8)
    dataset = make_dataset(x_train, [0, 2] * 6, x_test, [0, 1, 2] * 2)
    found = measure_reasons(dataset, no_confusion(3), no_confusion(3))
    assert np.isfinite([found["within_class"], found["between_class"]]).all()
    flat = x_train.reshape(12, -1) / 255
    centres = np.stack([flat[::2].mean(axis=0), flat[1::2].mean(axis=0)])
    expected = np.array([0, 2])[
        ((x_test.reshape(6, 1, -1) / 255 - centres) ** 2).sum(axis=2).argmin(axis=1)
    ]
    assert found["nearest_centroid"]["n_correct"] == int((expected == dataset.y_test).sum())
