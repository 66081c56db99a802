"""Synthetic datasets and training results of the right shapes, for the dry run.

They go through the same measurements as real ones. The caller chooses how many images are
right, how sure the model is, and whether it overfits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.datasets.dataset import Dataset
from reportgen.datasets.locate import Located
from reportgen.evaluation.scores import score_of_logits
from reportgen.training.architecture import NetworkPlan, describe_layers, kind_of, plan_network
from reportgen.training.jobs import FirstStep, Trained, TrainingJob

Weights = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Outcome:
    """The result that a synthetic training should have.

    Attributes:
        right_test, right_train: share of images that it gets right.
        margin: by how much the logit of the predicted class exceeds the others.
        overfits: whether the validation loss rises after its minimum.
    """

    right_test: float
    right_train: float
    margin: float
    overfits: bool


def make_dataset(located: Located, image_shape: tuple[int, int], n_images: int) -> Dataset:
    """A dataset of noise: ``n_images`` to train on and as many to test on, each class in turn."""
    rng = np.random.default_rng(0)
    shape = (n_images, *image_shape)
    x_train, x_test = (rng.integers(0, 256, shape, dtype=np.uint8) for _ in range(2))
    x_train[:, 0, 0] = x_test[:, 0, 0] = 0
    labels = np.arange(n_images, dtype=np.int64) % len(located.class_names)
    return Dataset(
        name=located.name,
        title=located.title,
        tier=located.tier,
        class_names=located.class_names,
        x_train=x_train,
        y_train=labels,
        x_test=x_test,
        y_test=labels,
        sha256="0" * 64,
        origin="made up",
    )


def make_trained(job: TrainingJob, outcome: Outcome) -> Trained:
    """A synthetic result of a training job.

    Raises:
        ConfigError: the network cannot be built from its layers.
    """
    plan = plan_network(job)
    dataset = job.dataset
    fitted = dataset.y_train[: job.n_fitted]
    logits_test = _logits(dataset.y_test, dataset.n_classes, outcome.right_test, outcome.margin)
    logits_train = _logits(fitted, dataset.n_classes, outcome.right_train, outcome.margin)
    return Trained(
        name=job.name,
        weights=_weights(plan),
        history=_history(job, outcome),
        logits_test=logits_test,
        logits_train=logits_train,
        train_score=score_of_logits(logits_train, fitted),
        test_score=score_of_logits(logits_test, dataset.y_test),
        seconds=0.0,
        n_parameters=plan.n_parameters,
        layers=describe_layers(plan),
    )


def make_first_step(job: TrainingJob) -> FirstStep:
    """A synthetic first training step; half of the weights stay as they are."""
    before = _weights(plan_network(job))
    after = {
        name: np.where(values > 0, values + np.float32(1e-3), values)
        for name, values in before.items()
    }
    rows = np.arange(min(job.settings.batch_size, job.n_fitted), dtype=np.int32)
    return FirstStep(rows, 2.3, before, after)


def _logits(
    labels: NDArray[np.int64], n_classes: int, right: float, margin: float
) -> NDArray[np.float32]:
    """float32 (n, n_classes): the share ``right`` predicts the label, the rest the next class."""
    n = len(labels)
    is_right = np.arange(n) < round(right * n)
    predicted = np.where(is_right, labels, (labels + 1) % n_classes)
    logits = np.random.default_rng(0).normal(0.0, 0.1, (n, n_classes)).astype(np.float32)
    logits[np.arange(n), predicted] += np.float32(margin)
    return logits


def _history(job: TrainingJob, outcome: Outcome) -> dict[str, list[float]]:
    n = job.settings.epochs
    falling = [1.0 / epoch for epoch in range(1, n + 1)]
    history = {"accuracy": [1 - loss / 2 for loss in falling], "loss": falling}
    if job.settings.validation_split > 0:
        best = (n + 1) // 2
        rising = [loss if k < best else 1.0 + k for k, loss in enumerate(falling)]
        history["val_loss"] = rising if outcome.overfits else list(falling)
        history["val_accuracy"] = [0.5 + 0.4 * k / n for k in range(n)]
    return history


def _weights(plan: NetworkPlan) -> Weights:
    """Weights of the dense layers, half of them positive."""
    weights: Weights = {}
    shape = plan.input_shape
    for planned in plan.layers:
        if kind_of(planned.layer) == "dense":
            kernel = np.full((shape[0], planned.output_shape[0]), 0.01, dtype=np.float32)
            kernel[:, ::2] = -0.01
            weights[f"{planned.name}/kernel"] = kernel
            weights[f"{planned.name}/bias"] = np.zeros(planned.output_shape[0], dtype=np.float32)
        shape = planned.output_shape
    return weights
