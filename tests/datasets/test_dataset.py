from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_datasets import Arrays, one_message, small_arrays

from reportgen.datasets.dataset import check_arrays
from reportgen.errors import DataError

NAMES = ("the training images", "the training labels", "the test images", "the test labels")


def changed(at: int, value: Any) -> Arrays:
    arrays = list(small_arrays())
    arrays[at] = np.asarray(value, np.uint8)
    return arrays[0], arrays[1], arrays[2], arrays[3]


@pytest.mark.parametrize(
    ("arrays", "n_classes"),
    [
        pytest.param(small_arrays(), 3, id="as many classes as labels"),
        pytest.param(small_arrays(), 100, id="classes without an image"),
        pytest.param(small_arrays(1, 1, (1, 1), 2), 2, id="smallest"),
        pytest.param(small_arrays(2, 2, (64, 64), 2), 2, id="largest"),
    ],
)
def test_good_arrays_pass(arrays: Arrays, n_classes: int) -> None:
    check_arrays(arrays, n_classes, NAMES, "shapes")


@pytest.mark.parametrize(
    ("arrays", "n_classes", "where", "reason"),
    [
        pytest.param(
            changed(1, np.zeros(29)), 3, NAMES[0], "30 images, but 29 labels", id="too few labels"
        ),
        pytest.param(
            changed(3, np.zeros(21)), 3, NAMES[2], "20 images, but 21 labels", id="too many labels"
        ),
        pytest.param(
            changed(1, [0] * 17 + [3] + [0] * 12),
            3,
            NAMES[1],
            "label 3 of image 17 is out of range; dataset shapes has 3 classes, 0 to 2",
            id="label out of range",
        ),
        pytest.param(changed(0, np.zeros((0, 5, 4))), 3, NAMES[0], "no images", id="no training"),
        pytest.param(changed(2, np.zeros((0, 5, 4))), 3, NAMES[2], "no images", id="no test"),
        pytest.param(
            small_arrays(side=(65, 5)), 3, NAMES[0], "images of 65 × 5 pixels", id="too high"
        ),
        pytest.param(
            small_arrays(side=(5, 65)), 3, NAMES[0], "1 × 1 to 64 × 64 are possible", id="too wide"
        ),
        pytest.param(small_arrays(side=(5, 0)), 3, NAMES[0], "5 × 0 pixels", id="no width"),
        pytest.param(
            changed(2, np.zeros((20, 4, 5))), 3, NAMES[2], "4 × 5 pixels, but those", id="two sizes"
        ),
        pytest.param(small_arrays(), 1, "dataset shapes", "1 class names", id="one class"),
        pytest.param(small_arrays(), 101, "dataset shapes", "101 class names", id="101 classes"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    arrays: Arrays, n_classes: int, where: str, reason: str
) -> None:
    with pytest.raises(DataError) as caught:
        check_arrays(arrays, n_classes, NAMES, "shapes")
    message = one_message(caught.value)
    assert message.startswith(where)
    assert reason in message
