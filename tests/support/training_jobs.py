"""Jobs that train in a fraction of a second: noisy pictures of ten random patterns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from reportgen.config.model_settings import DenseLayer, DropoutLayer, ModelSettings
from reportgen.datasets.dataset import Dataset
from reportgen.training.jobs import Pairing, Trained, TrainingJob

N_CLASSES = 10


def make_patterns(n_train: int = 500, n_test: int = 90, side: int = 8, draw: int = 0) -> Dataset:
    """Images that a small network learns in a few epochs; another ``draw``, another task."""
    rng = np.random.default_rng(draw)
    patterns = rng.integers(0, 256, (N_CLASSES, side, side))
    y = rng.integers(0, N_CLASSES, n_train + n_test)
    noise = rng.normal(0.0, 60.0, (len(y), side, side))
    x = np.clip(patterns[y] + noise, 0, 255).astype(np.uint8)
    return Dataset(
        name="patterns",
        title="Patterns",
        tier="own",
        class_names=tuple(f"pattern {k}" for k in range(N_CLASSES)),
        x_train=x[:n_train],
        y_train=y[:n_train],
        x_test=x[n_train:],
        y_test=y[n_train:],
        sha256=f"{draw:064x}",
        origin="made up",
    )


PATTERNS = make_patterns()
DIVERGING: dict[str, Any] = {
    "layers": (DenseLayer(dense=16, activation="linear"), DropoutLayer(dropout=0.1)) * 2,
    "optimizer": "sgd",
    "learning_rate": 10.0,
    "epochs": 20,
}


def make_job(
    name: str = "patterns",
    *,
    seed: int = 0,
    dataset: Dataset = PATTERNS,
    pairing: Pairing = "matched",
    **settings: Any,
) -> TrainingJob:
    """A job with 16 hidden units, 2 epochs and batches of 32, unless said otherwise."""
    chosen = {"layers": (DenseLayer(dense=16),), "epochs": 2} | settings
    return TrainingJob(name, ModelSettings(dataset=dataset.name, **chosen), dataset, seed, pairing)


def with_epochs(job: TrainingJob, epochs: int) -> TrainingJob:
    """The same job for another number of epochs."""
    return replace(job, settings=job.settings.model_copy(update={"epochs": epochs}))


def bits(trained: Trained) -> dict[str, bytes]:
    """All that must be the same when the same job is trained again."""
    arrays = trained.weights | {"test": trained.logits_test, "train": trained.logits_train}
    texts = {"history": repr(trained.history), "loss": repr(trained.train_score["loss"])}
    return {name: array.tobytes() for name, array in arrays.items()} | {
        name: text.encode() for name, text in texts.items()
    }
