"""The weights of a model in files: the shapes of their arrays, their check and rounding."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.errors import DataError
from reportgen.evidence.record import LayerRecord, ModelRecord
from reportgen.storage.npz import read_arrays

MAX_WEIGHT_BYTES = 256 * 1024**2  # the largest network has 50 million of four bytes each

Weights = dict[str, NDArray[Any]]

_FLOAT16_OVERFLOWS = 65_520.0


def kept_weights(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Weights as evidence keeps them: float16, or float32 where float16 would overflow.

    Args:
        values: finite, of any shape.
    """
    largest = float(np.abs(values).max(initial=0.0))
    # From halfway to the next power of two on, float16 rounds to infinity.
    return values.astype(np.float16 if largest < _FLOAT16_OVERFLOWS else np.float32)


def is_spatial(layers: Sequence[LayerRecord]) -> bool:
    """Whether layers take an image as (height, width, 1) rather than (height, width)."""
    return any(layer["kind"] in ("conv2d", "max_pooling2d") for layer in layers)


def weight_shapes(
    layers: Sequence[LayerRecord], image: Sequence[int]
) -> dict[str, tuple[int, ...]]:
    """The shape of each array of weights in the layers, by ``<layer>/<name>``."""
    shapes: dict[str, tuple[int, ...]] = {}
    before = tuple(image) if not is_spatial(layers) else (*image, 1)
    for layer in layers:
        name, after = layer["name"], tuple(layer["output_shape"])
        if layer["kind"] == "dense":
            shapes |= {f"{name}/kernel": (before[0], after[0]), f"{name}/bias": after}
        elif layer["kind"] == "conv2d":
            side = layer["kernel_size"]
            shapes[f"{name}/kernel"] = (side, side, before[-1], after[-1])
            shapes[f"{name}/bias"] = after[-1:]
        before = after
    return shapes


def read_weights(content: bytes, path: Path, model: ModelRecord) -> Weights:
    """The weights of a model from the content of its NPZ file.

    Args:
        content: of the NPZ file.
        path: of the file, for messages.
        model: its record in the evidence.

    Returns:
        float32 arrays, all finite, with the names and shapes of ``weight_shapes``.

    Raises:
        DataError: it is no NPZ file, or its arrays are not those of the model's layers.
    """
    weights = read_arrays(io.BytesIO(content), path, max_bytes=MAX_WEIGHT_BYTES)
    try:
        shapes = weight_shapes(model["architecture"]["layers"], model["dataset"]["test_shape"][1:])
    except (LookupError, TypeError):
        raise DataError(f"{path}: its shapes do not follow from the evidence") from None
    if {name: values.shape for name, values in weights.items()} != shapes:
        raise DataError(f"{path}: does not hold the weights of the layers in the evidence")
    for name, values in weights.items():
        if values.dtype != np.float32 or not np.isfinite(values).all():
            raise DataError(f"{path}: {name} is not of finite float32 numbers")
    return weights
