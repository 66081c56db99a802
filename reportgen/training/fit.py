"""The reference engine: Keras's own ``Model.fit``, over the same images in the same order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from reportgen.training.jobs import TrainingJob
from reportgen.training.models import Network, build_loss


class FitEpochs:
    """Runs epochs of one network by ``Model.fit``, one call per epoch."""

    def __init__(self, network: Network, job: TrainingJob) -> None:
        self.network = network
        self._batch_size = job.settings.batch_size
        network.model.compile(
            optimizer=network.optimizer,
            loss=build_loss(job.settings.output, job.pairing),
            metrics=["accuracy"],
        )

    def load(self, job: TrainingJob) -> None:
        """Set the images and labels that the next epochs train on."""
        pictures = job.dataset.x_train[: job.n_fitted]
        pictures = pictures.reshape(-1, *self.network.plan.input_shape)
        self._x = pictures.astype(np.float32) / np.float32(255.0)
        self._y = job.dataset.y_train[: job.n_fitted]

    def run(self, order: NDArray[np.int32], stopped: Callable[[], bool]) -> tuple[float, float]:
        """Train one epoch and return its running mean loss and accuracy.

        ``fit`` cannot be stopped cheaply midway, so ``stopped`` is asked only before it.
        """
        if stopped():
            return 0.0, 0.0
        history = self.network.model.fit(
            self._x[order],
            self._y[order],
            batch_size=self._batch_size,
            shuffle=False,
            verbose=0,
        ).history
        return history["loss"][0], history["accuracy"][0]
