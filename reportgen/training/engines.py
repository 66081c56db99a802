"""The two engines that run epochs, and how trainings of the same network share one.

``FitEpochs`` is the reference: Keras's own ``Model.fit``, which spends most of an epoch between
steps. ``CompiledEpochs`` takes many steps in one call of a TensorFlow program; it takes the same
images in the same order, and the arithmetic is the same.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Protocol

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from reportgen.config.model_settings import Conv2DLayer, DropoutLayer
from reportgen.training.architecture import NetworkPlan
from reportgen.training.jobs import TrainingJob
from reportgen.training.models import Network, Tensor, build_loss, scale

_SECONDS_A_CALL = 0.2
_FIRST_STEPS = 16
_GROWTH = 8


class Engine(Protocol):
    """Runs epochs of one network."""

    network: Network

    def load(self, job: TrainingJob) -> None:
        """Set the images and labels that the next epochs train on."""

    def run(self, order: NDArray[np.int32], stopped: Callable[[], bool]) -> tuple[float, float]:
        """Train one epoch and return its running mean loss and accuracy.

        ``order`` holds the images' numbers: int32, shape (n_fitted,). Once ``stopped()`` is
        true, the epoch ends early, and the values mean nothing.
        """


class FitEpochs(Engine):
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
        """Set the images, scaled to float32 0 to 1, and the labels."""
        pictures = job.dataset.x_train[: job.n_fitted]
        pictures = pictures.reshape(-1, *self.network.plan.input_shape)
        self._x = pictures.astype(np.float32) / np.float32(255.0)
        self._y = job.dataset.y_train[: job.n_fitted]

    def run(self, order: NDArray[np.int32], stopped: Callable[[], bool]) -> tuple[float, float]:
        """``fit`` cannot be stopped cheaply midway, so ``stopped`` is asked only before it."""
        if stopped():
            return 0.0, 0.0
        history = self.network.model.fit(
            self._x[order], self._y[order], batch_size=self._batch_size, shuffle=False, verbose=0
        ).history
        return history["loss"][0], history["accuracy"][0]


class CompiledEpochs(Engine):
    """Runs epochs of one network; compiled once, for any data of the same shape."""

    def __init__(self, network: Network, job: TrainingJob) -> None:
        self.network = network
        self._loss = build_loss(job.settings.output, job.pairing)
        self._n_images = job.n_fitted
        self._batch_size = min(job.settings.batch_size, job.n_fitted)
        self._n_steps = -(-self._n_images // self._batch_size)
        self._padding = self._n_steps * self._batch_size - self._n_images
        n_rows = self._n_images + self._padding
        scalar = tf.TensorSpec((), tf.int32)
        self._steps = tf.function(
            self._run_steps, jit_compile=_suits_xla(network.plan), autograph=False
        )
        self._program = self._steps.get_concrete_function(
            tf.TensorSpec((n_rows, *network.plan.input_shape), tf.uint8),
            tf.TensorSpec((n_rows,), tf.int32),
            scalar,
            scalar,
            tf.TensorSpec((), tf.float64),
            scalar,
        )

    def load(self, job: TrainingJob) -> None:
        """Set the images, as they are stored, and the labels."""
        pictures = job.dataset.x_train[: job.n_fitted]
        self._x = tf.constant(pictures.reshape(-1, *self.network.plan.input_shape))
        self._y = tf.constant(job.dataset.y_train[: job.n_fitted].astype(np.int32))

    def run(self, order: NDArray[np.int32], stopped: Callable[[], bool]) -> tuple[float, float]:
        """Run the program until the epoch ends.

        The program returns some five times a second, and ``stopped`` is asked then. How
        often depends on the clock; the result does not.
        """
        rows = np.concatenate([order, np.zeros(self._padding, np.int32)])
        x, y = tf.gather(self._x, rows), tf.gather(self._y, rows)
        loss_sum, n_correct = tf.constant(0.0, tf.float64), tf.constant(0)
        done, steps = 0, _FIRST_STEPS
        while done < self._n_steps and not stopped():
            started = time.monotonic()
            end = min(done + steps, self._n_steps)
            loss_sum, n_correct = self._program(
                x, y, tf.constant(done), tf.constant(end), loss_sum, n_correct
            )
            n_correct.numpy()  # waits for the result
            elapsed = max(time.monotonic() - started, 1e-6)
            done = end
            steps = max(1, min(int(steps * _SECONDS_A_CALL / elapsed), steps * _GROWTH))
        return float(loss_sum) / self._n_images, int(n_correct) / self._n_images

    def _run_steps(
        self, x: Tensor, y: Tensor, start: Tensor, end: Tensor, loss_sum: Tensor, n_correct: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Train on batches ``start`` to ``end - 1``; add up loss and correct answers."""

        def body(step: Tensor, loss_sum: Tensor, n_correct: Tensor) -> tuple[Tensor, ...]:
            batch_loss, batch_correct = self._train_on_batch(x, y, step * self._batch_size)
            return step + 1, loss_sum + batch_loss, n_correct + batch_correct

        _, loss_sum, n_correct = tf.while_loop(
            lambda step, *_: step < end, body, (start, loss_sum, n_correct), parallel_iterations=1
        )
        return loss_sum, n_correct

    def _train_on_batch(self, x: Tensor, y: Tensor, first: Tensor) -> tuple[Tensor, Tensor]:
        """Train on the batch from row ``first``; return its summed loss and correct answers."""
        pictures = tf.slice(x, [first, *[0] * (x.shape.rank - 1)], [self._batch_size, *x.shape[1:]])
        labels = tf.slice(y, [first], [self._batch_size])
        counted, n_counted = self._counted_rows(first)
        model, optimizer = self.network.model, self.network.optimizer
        with tf.GradientTape() as tape:
            outputs = model(scale(pictures), training=True)
            loss = self._loss(labels, outputs, sample_weight=counted)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        correct = tf.cast(tf.argmax(outputs, -1, output_type=tf.int32) == labels, tf.float32)
        if counted is not None:
            correct *= counted
        n_correct = tf.cast(tf.reduce_sum(correct), tf.int32)
        return tf.cast(loss, tf.float64) * n_counted, n_correct

    def _counted_rows(self, first: Tensor) -> tuple[Tensor | None, Any]:
        """A batch's weights, 1 for real rows and 0 for padding, and its number of real rows.

        Padding lets the last, smaller batch run through the same program as the others.
        Without padding, the weights are None.
        """
        if self._padding == 0:
            return None, float(self._batch_size)
        counted = first + tf.range(self._batch_size) < self._n_images
        return tf.cast(counted, tf.float32), tf.reduce_sum(tf.cast(counted, tf.float64))


def _suits_xla(plan: NetworkPlan) -> bool:
    """Whether XLA makes the program faster.

    On a CPU it doubles the speed of dense layers. Its convolutions take up to 40 times as
    long as TensorFlow's own, and its random numbers for dropout 4 times.
    """
    return not any(isinstance(planned.layer, Conv2DLayer | DropoutLayer) for planned in plan.layers)


class Engines:
    """Lends engines to jobs, and keeps those that another job can use.

    Tracing and compiling takes more than a second. Jobs that differ only in seed, data or
    epochs therefore reuse an engine, with every variable set again.
    """

    def __init__(self, jobs: Iterable[TrainingJob]) -> None:
        self._waiting = Counter(_kind_of_job(job) for job in jobs)
        self._idle: dict[Hashable, list[Engine]] = {}
        self._lock = threading.Lock()
        self._building = threading.Lock()  # tracing holds the interpreter lock anyway

    def take(self, job: TrainingJob, plan: NetworkPlan) -> Engine:
        """Return an engine in the job's initial state, with the job's data."""
        kind = _kind_of_job(job)
        with self._lock:
            self._waiting[kind] -= 1
            idle = self._idle.get(kind)
            engine = idle.pop() if idle else None
        with self._building:
            network = Network(plan, job.settings, job.seed)
            if engine is None:
                build = FitEpochs if job.settings.engine == "fit" else CompiledEpochs
                engine = build(network, job)
            elif not engine.network.restore(network.state()):
                raise AssertionError("networks of one plan have the same variables")
        engine.load(job)
        return engine

    def give_back(self, job: TrainingJob, engine: Engine) -> None:
        """Keep the engine if a job still waits for one of its kind."""
        kind = _kind_of_job(job)
        with self._lock:
            idle = self._idle.setdefault(kind, [])
            if len(idle) < self._waiting[kind]:
                idle.append(engine)
            else:
                idle.clear()


def _kind_of_job(job: TrainingJob) -> Hashable:
    """Everything that an engine depends on: all but data, seed and number of epochs."""
    settings = job.settings.model_copy(update={"dataset": "any", "epochs": 1, "repeats": 1})
    return settings, job.pairing, job.image_shape, job.dataset.n_classes, job.n_fitted
