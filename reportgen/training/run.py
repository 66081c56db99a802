"""One training from start to end: epochs, checkpoints, and the measurement afterwards."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from reportgen.errors import TrainingError
from reportgen.evaluation.scores import Score, score_of_logits
from reportgen.training.architecture import NetworkPlan, describe_layers
from reportgen.training.engines import Engine, Engines
from reportgen.training.jobs import (
    Checkpoint,
    Checkpoints,
    Diverged,
    EpochEnd,
    Trained,
    TrainingJob,
)
from reportgen.training.models import Network
from reportgen.training.seeds import draw_order

History = dict[str, list[float]]


class StoppedError(Exception):
    """The training was asked to stop and has stopped; ``trainer`` does not pass this error on."""


class _NotFiniteError(Exception):
    """The loss is no finite number any more; its argument is the epoch."""


def run_training(
    job: TrainingJob,
    plan: NetworkPlan,
    engines: Engines,
    *,
    on_epoch: Callable[[EpochEnd], None],
    checkpoints: Checkpoints | None,
    stopped: Callable[[], bool],
) -> Trained | Diverged:
    """Train one model and measure it.

    Raises:
        TrainingError: the loss is not finite, though the job may not diverge; or TensorFlow fails,
            for example for lack of memory.
        StoppedError: ``stopped()`` was true.
    """
    if stopped():
        raise StoppedError
    started = time.monotonic()
    try:
        engine = engines.take(job, plan)
        history = _run_epochs(job, engine, on_epoch, checkpoints, stopped)
        trained = _measure(job, engine.network, history, started)
    except _NotFiniteError as error:
        diverged = Diverged(job.name, error.args[0], time.monotonic() - started)
        if job.may_diverge:
            return diverged
        raise diverged.error(job.settings) from None
    except (tf.errors.OpError, MemoryError) as error:
        first_line = (str(error) or "not enough memory").splitlines()[0][:200]
        raise TrainingError(
            f"model {job.name!r}: TensorFlow failed: {first_line}\n"
            "if memory ran out, lower batch_size or the layers' sizes"
        ) from error
    engines.give_back(job, engine)
    return trained


def _run_epochs(
    job: TrainingJob,
    engine: Engine,
    on_epoch: Callable[[EpochEnd], None],
    checkpoints: Checkpoints | None,
    stopped: Callable[[], bool],
) -> History:
    done, history = _resume(job, engine.network, checkpoints)
    for epoch in range(done + 1, job.settings.epochs + 1):
        started = time.monotonic()
        loss, accuracy = engine.run(draw_order(job.seed, epoch, job.n_fitted), stopped)
        if stopped():
            raise StoppedError
        _check_loss(job, epoch, loss)
        history["accuracy"].append(accuracy)
        history["loss"].append(loss)
        validation = _validate(job, engine.network, epoch)
        if validation:
            history["val_accuracy"].append(validation["accuracy"])
            history["val_loss"].append(validation["loss"])
        if checkpoints:
            copied = {key: list(values) for key, values in history.items()}
            checkpoints.save(job, Checkpoint(epoch, engine.network.state(), copied))
        on_epoch(
            EpochEnd(
                name=job.name,
                epoch=epoch,
                epochs=job.settings.epochs,
                loss=loss,
                accuracy=accuracy,
                val_loss=validation["loss"] if validation else None,
                val_accuracy=validation["accuracy"] if validation else None,
                seconds=time.monotonic() - started,
            )
        )
    return history


def _resume(
    job: TrainingJob, network: Network, checkpoints: Checkpoints | None
) -> tuple[int, History]:
    """Restore a checkpoint that fits; return the epochs done (0 without one) and their history."""
    keys = ["accuracy", "loss"]
    if job.settings.validation_split > 0:
        keys += ["val_accuracy", "val_loss"]
    checkpoint = checkpoints.load(job) if checkpoints else None
    if (
        checkpoint is not None
        and checkpoint.epoch <= job.settings.epochs
        and checkpoint.history.keys() == set(keys)
        and all(len(values) == checkpoint.epoch for values in checkpoint.history.values())
        and network.restore(checkpoint.arrays)
    ):
        return checkpoint.epoch, {key: list(checkpoint.history[key]) for key in keys}
    return 0, {key: [] for key in keys}


def _check_loss(job: TrainingJob, epoch: int, loss: float) -> None:
    if not math.isfinite(loss):
        raise _NotFiniteError(epoch)
    if job.pairing == "softmax_as_logits":
        lowest = math.log(1 + (job.dataset.n_classes - 1) / math.e)
        assert loss > lowest - 1e-6, "a softmax read as logits cannot fall below ln(1 + (n-1)/e)"


def _validate(job: TrainingJob, network: Network, epoch: int) -> Score | None:
    """Score the validation images; None without a validation split."""
    if job.settings.validation_split == 0:
        return None
    held_back = slice(job.n_fitted, None)
    logits = _finite_logits(network, job.dataset.x_train[held_back], epoch)
    return score_of_logits(logits, job.dataset.y_train[held_back])


def _measure(job: TrainingJob, network: Network, history: History, started: float) -> Trained:
    epochs = job.settings.epochs
    fitted = slice(0, job.n_fitted)
    logits_train = _finite_logits(network, job.dataset.x_train[fitted], epochs)
    logits_test = _finite_logits(network, job.dataset.x_test, epochs)
    return Trained(
        name=job.name,
        weights=network.weights(),
        history=history,
        logits_test=logits_test,
        logits_train=logits_train,
        train_score=score_of_logits(logits_train, job.dataset.y_train[fitted]),
        test_score=score_of_logits(logits_test, job.dataset.y_test),
        seconds=time.monotonic() - started,
        n_parameters=network.model.count_params(),
        layers=describe_layers(network.plan),
    )


def _finite_logits(network: Network, images: NDArray[np.uint8], epoch: int) -> NDArray[np.float32]:
    logits = network.logits(images)
    if not np.isfinite(logits).all():
        raise _NotFiniteError(epoch)
    return logits
