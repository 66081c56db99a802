"""Every random choice of a training, drawn from its seed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# The first part of a spawn key, so that the two kinds of choice never share numbers.
_LAYERS = 0
_ORDER_OF_IMAGES = 1


def draw_layer_seed(seed: int, position: int) -> int:
    """Draw the seed for the initial weights, or the dropout, of the layer at ``position``."""
    sequence = np.random.SeedSequence(seed, spawn_key=(_LAYERS, position))
    return int(sequence.generate_state(1)[0] >> 1)


def draw_order(seed: int, epoch: int, n_images: int) -> NDArray[np.int32]:
    """Draw the order in which an epoch (from 1) takes its images: int32, shape (n_images,)."""
    sequence = np.random.SeedSequence(seed, spawn_key=(_ORDER_OF_IMAGES, epoch))
    order = np.random.Generator(np.random.PCG64(sequence)).permutation(n_images)
    return order.astype(np.int32)
