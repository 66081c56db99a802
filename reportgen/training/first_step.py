"""The first training step, taken by Keras itself, so that it can be checked by hand."""

from __future__ import annotations

import numpy as np

from reportgen.training.architecture import plan_network
from reportgen.training.jobs import FirstStep, TrainingJob
from reportgen.training.seeds import draw_order
from reportgen.training.tensorflow_setup import configure


def take_first_step(job: TrainingJob, *, threads: int = 1) -> FirstStep:
    """Train on the first batch of the first epoch, once, with ``train_on_batch``.

    The network's initial weights and the images in the batch are those that the job's
    training begins with.

    Raises:
        ConfigError: the network cannot be built.
        TrainingError: TensorFlow is missing, or runs with another number of threads.
    """
    plan = plan_network(job)
    configure(threads)
    from reportgen.training.models import Network, build_loss

    network = Network(plan, job.settings, job.seed)
    network.model.compile(
        optimizer=network.optimizer,
        loss=build_loss(job.settings.output, job.pairing),
        run_eagerly=True,
    )
    rows = draw_order(job.seed, 1, job.n_fitted)[: job.settings.batch_size]
    pictures = job.dataset.x_train[rows].reshape(-1, *plan.input_shape)
    before = network.weights()
    loss = network.model.train_on_batch(
        pictures.astype(np.float32) / np.float32(255.0), job.dataset.y_train[rows]
    )
    return FirstStep(rows, float(loss), before, network.weights())
