"""Evidence of the built-in assignments under real trainings, all made at once in this process.

They are short, on a small part of the bundled sample: what they show is rare elsewhere, such as
accuracies that hardly differ, twins that diverge, and classes that are never named.
"""

from __future__ import annotations

import dataclasses
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from measured import NAMES, measure_assignment, trained_well
from variations import SIDES, TREES, VARIATIONS, Variation

from reportgen.config.assignments import Assignment, load_assignment
from reportgen.datasets.dataset import Dataset
from reportgen.datasets.load import load_all
from reportgen.datasets.locate import locate
from reportgen.datasets.sources import Search
from reportgen.evidence.record import Evidence
from reportgen.training.jobs import Diverged, FirstStep, Trained, TrainingJob

N_TRAIN, N_TEST = 400, 200
WILD = {"optimizer": "sgd", "learning_rate": 1.0, "epochs": 2}
SETTINGS = (
    *("softmax inside", "validation split", "dropout", "convolution", "tanh"),
    *("sigmoid and ReLU in one", "no hidden layer", "no hidden layer in one"),
    *("one dataset", "lower-case names", "two classes", "two classes against ten"),
)
TRAINED = {
    **{name: VARIATIONS[name] for name in SETTINGS},
    "a learning rate of 1": Variation({"*": WILD}),
    "a learning rate of 1 in one": Variation({"fashion": WILD}),
    "a weak model": Variation({"digits": {"layers": [{"dense": 1}]}}),
}


@cache
def datasets() -> dict[str, Dataset]:
    """The first images of the bundled samples, and own datasets of some of their classes."""
    search = Search.on_this_machine(Path("/nonexistent"), data_dir=None, allow_download=False)
    samples = load_all([locate(name, "sample", search, {}) for name in ("mnist", "fashion_mnist")])
    mnist, fashion = (_part(samples[name], 10) for name in ("mnist", "fashion_mnist"))
    trees = dataclasses.replace(_part(samples["fashion_mnist"], 5), **_own("trees", TREES))
    coins = dataclasses.replace(_part(samples["mnist"], 2), **_own("coins", SIDES))
    return {dataset.name: dataset for dataset in (mnist, fashion, trees, coins)}


def _own(name: str, class_names: tuple[str, ...]) -> dict[str, Any]:
    return {"name": name, "title": name, "tier": "own", "class_names": class_names}


def _part(dataset: Dataset, n_classes: int) -> Dataset:
    train = np.flatnonzero(dataset.y_train < n_classes)[:N_TRAIN]
    test = np.flatnonzero(dataset.y_test < n_classes)[:N_TEST]
    return dataclasses.replace(
        dataset,
        x_train=dataset.x_train[train],
        y_train=dataset.y_train[train],
        x_test=dataset.x_test[test],
        y_test=dataset.y_test[test],
        sha256=hashlib.sha256(f"{dataset.sha256} {n_classes}".encode()).hexdigest(),
    )


@cache
def trained_variations() -> dict[tuple[str, str], tuple[Assignment, Evidence]]:
    """The evidence of each assignment under each of ``TRAINED``, by both names."""
    wanted: dict[str, TrainingJob] = {}

    def note(job: TrainingJob) -> Trained:
        wanted.setdefault(_key(job), job)
        return trained_well(job)

    grid = [(name, variation) for name in NAMES for variation in TRAINED]
    for name, variation in grid:
        _measure(name, variation, note)
    from reportgen.training.trainer import train_models

    jobs = [
        dataclasses.replace(job, name=str(number), may_diverge=True)
        for number, job in enumerate(wanted.values())
    ]
    results = dict(zip(wanted, train_models(jobs), strict=True))

    def real(job: TrainingJob) -> Any:
        return dataclasses.replace(results[_key(job)], name=job.name)

    return {pair: _measure(*pair, real, real_first_step) for pair in grid}


@cache
def _first_steps() -> dict[str, FirstStep]:
    return {}


def real_first_step(job: TrainingJob) -> FirstStep:
    from reportgen.training.first_step import take_first_step

    steps = _first_steps()
    if _key(job) not in steps:
        steps[_key(job)] = take_first_step(job, threads=1)
    return steps[_key(job)]


def _measure(
    name: str, variation: str, train: Any, take_first_step: Any = None
) -> tuple[Assignment, Evidence]:
    assignment = load_assignment(name, Path())
    changes = TRAINED[variation].changes(assignment)
    for model in assignment.settings.models:
        settings = {"epochs": 1, "repeats": 2 if "notes" in name else 1}
        changes["models"][model] = {**settings, **changes["models"].get(model, {})}

    def models(jobs: list[TrainingJob]) -> list[Trained]:
        done = [train(job) for job in jobs]
        assert not any(isinstance(each, Diverged) for each in done), (name, variation)
        return done

    given = {"take_first_step": take_first_step} if take_first_step else {}
    return assignment, measure_assignment(assignment, changes, datasets(), models, train, **given)


def _key(job: TrainingJob) -> str:
    settings = job.settings.model_copy(update={"repeats": 1, "dataset": "any"})
    return repr((settings, job.dataset.sha256, job.seed, job.pairing))
