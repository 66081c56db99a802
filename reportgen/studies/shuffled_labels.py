"""A model fitted to labels that mean nothing: what training accuracy alone is worth.

Some of the training images, drawn at random, get each other's labels and are trained on for
many epochs with the model's settings otherwise. ``studies.shuffled_labels.models.<model>``
holds

    n_images, epochs, seed    how many images, for how long, and the seed of draw and shuffle
    n_labels_kept             labels that the shuffle gave back to their own class
    train, test               scores, see ``scores``: on the shuffled labels that it was
                              fitted to, and on test images with their real labels
    train_verdict             "memorised" (accuracy at least memorised_from), "partly" (at
                              least half) or "not"
    chance                    expected accuracy of labels drawn from those in training
    chance_range              what counts as about chance: 5 points on either side, more
                              where the test images are so few that they scatter further.
                              Look-alike images stand or fall together, so that accuracy
                              varies more between shuffles than between draws of images
    test_verdict              "chance" (inside that range), "above" or "below"
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
from typing import Any

import numpy as np

from reportgen.datasets.dataset import Dataset
from reportgen.evaluation.intervals import Z95
from reportgen.studies.context import Study, StudyContext
from reportgen.training.jobs import Trained, TrainingJob

N_IMAGES = 2000
EPOCHS = 100
MEMORISED_FROM = 0.95
NEAR_CHANCE = 0.05

Measured = dict[str, Any]


def shuffle_labels(dataset: Dataset, n_available: int, seed: int) -> tuple[Dataset, int]:
    """Part of a dataset with its training labels permuted.

    Args:
        dataset: left as it is.
        n_available: the images are drawn from this many at the front.
        seed: of the draw and the permutation.

    Returns:
        At most 2,000 training images with shuffled labels, all test images, a digest of its
        own; and how many labels are what they were.
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
    """The training on shuffled labels, and how many labels are what they were."""
    dataset, n_kept = shuffle_labels(job.dataset, job.n_fitted, job.seed)
    settings = job.settings.model_copy(update={"epochs": EPOCHS, "validation_split": 0.0})
    name = f"{job.name} (shuffled labels)"
    return dataclasses.replace(job, name=name, settings=settings, dataset=dataset), n_kept


def measure_memory(job: TrainingJob, n_kept: int, trained: Trained) -> Measured:
    """What a model made of shuffled labels.

    Args:
        job, n_kept: from ``with_shuffled_labels``.
        trained: the job's result.
    """
    train, test = trained.train_score, trained.test_score
    of_data = _of_data(job, n_kept)
    low, high = of_data["chance_range"]
    accuracy, remembered = test["accuracy"], train["accuracy"]
    return {
        **{key: of_data[key] for key in ("n_images", "epochs", "seed", "n_labels_kept")},
        "train": train,
        "test": test,
        "train_verdict": (
            "memorised"
            if remembered >= MEMORISED_FROM
            else "partly"
            if remembered >= 0.5
            else "not"
        ),
        **{key: of_data[key] for key in ("memorised_from", "chance", "chance_range")},
        "test_verdict": "above" if accuracy > high else "below" if accuracy < low else "chance",
    }


def _of_data(job: TrainingJob, n_kept: int) -> Measured:
    """What is known before the training."""
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


def _plan_jobs(context: StudyContext) -> list[TrainingJob]:
    return [with_shuffled_labels(job)[0] for job in context.jobs.values()]


def _measure(context: StudyContext) -> Measured:
    models = {}
    for name, model_job in context.jobs.items():
        job, n_kept = with_shuffled_labels(model_job)
        models[name] = measure_memory(job, n_kept, context.extra[job.name])
    return {"models": models}


def _expected(context: StudyContext) -> Measured:
    models = {}
    for name, model_job in context.jobs.items():
        job, n_kept = with_shuffled_labels(model_job)
        models[name] = _of_data(job, n_kept)
    return {"models": models}


STUDY = Study(
    _measure,
    plan_jobs=_plan_jobs,
    expected=_expected,
    needs_training="the scores after training on shuffled labels",
)
