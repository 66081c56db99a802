"""Fit a model to shuffled labels, to show what training accuracy alone is worth.

Some training images, drawn at random, have their labels shuffled among them. The model trains
on these for many epochs, with its other settings unchanged.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from reportgen.datasets.dataset import Dataset
from reportgen.evaluation.intervals import Z95
from reportgen.evaluation.record_types import Count, Fraction, Interval, Record
from reportgen.evaluation.scores import Score
from reportgen.studies.context import ByModel, Study, StudyContext, each_model, each_record
from reportgen.training.jobs import Trained, TrainingJob

N_IMAGES = 2000
EPOCHS = 100
MEMORISED_FROM = 0.95
NEAR_CHANCE = 0.05


class ShuffledData(Record):
    """What is known before the training."""

    n_images: Count
    """Images that it is trained on."""
    epochs: Count
    """How long."""
    seed: int
    """Of the draw of images and of the shuffle."""
    n_labels_kept: Count
    """Labels that the shuffle gave back to their own class."""
    memorised_from: Fraction
    """Training accuracy from which labels count as memorised."""
    chance: Fraction
    """Expected accuracy of labels drawn from those in training."""
    chance_range: Interval
    """What counts as about chance: 5 points on either side, more where the test images are so few
    that they scatter further. Look-alike images stand or fall together, so that accuracy varies
    more between shuffles than between draws of images."""


class ShuffledLabels(ShuffledData):
    """What a model made of shuffled labels."""

    train: Score
    """On the shuffled labels that it was fitted to."""
    test: Score
    """On test images with their real labels."""
    train_verdict: Literal["memorised", "partly", "not"]
    """`memorised` from `memorised_from` on, `partly` from half, or `not`."""
    test_verdict: Literal["chance", "above", "below"]
    """`chance` inside `chance_range`, `above` or `below`."""


def shuffle_labels(dataset: Dataset, n_available: int, seed: int) -> tuple[Dataset, int]:
    """Draw part of a dataset and permute its training labels.

    Args:
        dataset: is not changed.
        n_available: the images are drawn from the first so many training images.
        seed: of the draw and the permutation.

    Returns:
        A dataset of at most 2,000 training images with shuffled labels, all test images and
        another digest; and the number of labels that did not change.
    """
    rng = np.random.default_rng(seed)
    drawn = np.sort(rng.permutation(n_available)[:N_IMAGES])
    labels = dataset.y_train[drawn]
    shuffled = rng.permutation(labels)
    source = f"{dataset.sha256}:shuffled:{seed}:{len(drawn)}:{n_available}"
    changed = dataclasses.replace(
        dataset,
        x_train=dataset.x_train[drawn],
        y_train=shuffled,
        sha256=hashlib.sha256(source.encode()).hexdigest(),
    )
    return changed, int((shuffled == labels).sum())


def with_shuffled_labels(job: TrainingJob) -> tuple[TrainingJob, int]:
    """The training job on shuffled labels, and the number of labels that did not change."""
    dataset, n_kept = shuffle_labels(job.dataset, job.n_fitted, job.seed)
    settings = job.settings.model_copy(update={"epochs": EPOCHS, "validation_split": 0.0})
    name = f"{job.name} (shuffled labels)"
    return dataclasses.replace(job, name=name, settings=settings, dataset=dataset), n_kept


def measure_memory(job: TrainingJob, n_kept: int, trained: Trained) -> ShuffledLabels:
    """Measure how far a model memorised shuffled labels.

    Args:
        job, n_kept: from ``with_shuffled_labels``.
        trained: the job's result.
    """
    train, test, data = trained.train_score, trained.test_score, _of_data(job, n_kept)
    return {
        "n_images": data["n_images"],
        "epochs": data["epochs"],
        "seed": data["seed"],
        "n_labels_kept": data["n_labels_kept"],
        "train": train,
        "test": test,
        "train_verdict": _train_verdict(train, data),
        "memorised_from": data["memorised_from"],
        "chance": data["chance"],
        "chance_range": data["chance_range"],
        "test_verdict": _test_verdict(test, data),
    }


def _train_verdict(train: Score, data: ShuffledData) -> Literal["memorised", "partly", "not"]:
    if train["accuracy"] >= data["memorised_from"]:
        return "memorised"
    return "partly" if train["accuracy"] >= 0.5 else "not"


def _test_verdict(test: Score, data: ShuffledData) -> Literal["chance", "above", "below"]:
    low, high = data["chance_range"]
    return "above" if test["accuracy"] > high else "below" if test["accuracy"] < low else "chance"


def _of_data(job: TrainingJob, n_kept: int) -> ShuffledData:
    chance = _chance(job.dataset)
    half = max(NEAR_CHANCE, Z95 * math.sqrt(chance * (1 - chance) / len(job.dataset.y_test)))
    return {
        "n_images": job.n_fitted,
        "epochs": job.settings.epochs,
        "seed": job.seed,
        "n_labels_kept": n_kept,
        "memorised_from": MEMORISED_FROM,
        "chance": chance,
        "chance_range": [max(0.0, chance - half), min(1.0, chance + half)],
    }


def _chance(dataset: Dataset) -> float:
    """Sum over classes of the share in training times the share in testing."""
    train, test = (
        np.bincount(labels, minlength=dataset.n_classes) / len(labels)
        for labels in (dataset.y_train, dataset.y_test)
    )
    return float((train * test).sum())


def _measure(context: StudyContext, name: str) -> ShuffledLabels:
    job, n_kept = with_shuffled_labels(context.jobs[name])
    return measure_memory(job, n_kept, context.extra[job.name])


def _follows(found: ShuffledLabels, _: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "train_verdict": _train_verdict(found["train"], found),
        "test_verdict": _test_verdict(found["test"], found),
    }


STUDY = Study(
    shows="what a model memorises if labels mean nothing (2,000 images, 100 epochs)",
    costs="1 short training a model",
    record=ByModel[ShuffledLabels],
    measure=each_model(_measure),
    plan_jobs=lambda context: [with_shuffled_labels(job)[0] for job in context.jobs.values()],
    expected=each_model(lambda context, name: _of_data(*with_shuffled_labels(context.jobs[name]))),
    follows=each_record(_follows),
    needs_training="the scores after training on shuffled labels",
)
