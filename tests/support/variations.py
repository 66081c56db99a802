"""Settings, data and outcomes under which every built-in assignment must read right.

``varied("one epoch", "digits-walkthrough")`` is the evidence of an assignment under a variation,
from trainings that are made up. ``real_variations.py`` trains under the same settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from measured import measure_assignment, noise, trained_well, with_logits
from numpy.typing import NDArray

from reportgen.config.assignments import Assignment, load_assignment
from reportgen.datasets.catalogue import FASHION_MNIST, MNIST
from reportgen.datasets.dataset import Dataset
from reportgen.evidence.record import Evidence
from reportgen.training.jobs import Diverged, Trained, TrainingJob

Train = Callable[[TrainingJob], Trained]
Settings = dict[str, Any]
DENSE = {"dense": 32}
CONVOLUTION = [{"conv2d": 4, "activation": "relu"}, {"max_pooling2d": 2}, {"dense": 16}]
TREES = ("oak", "ash", "elm", "fir", "yew")
SIDES = ("heads", "tails")


@dataclass(frozen=True)
class Variation:
    """What differs from the assignment.

    Attributes:
        models: settings by model; ``*`` is of every model that is not named.
        datasets: of one's own, as ``report.toml`` has them.
        sample: whether the built-in datasets are samples.
        train: makes up a training of the report's models.
        train_other: makes up a further training of a study.
    """

    models: Mapping[str, Settings] = field(default_factory=dict)
    datasets: Mapping[str, Settings] = field(default_factory=dict)
    sample: bool = False
    train: Train = trained_well
    train_other: Callable[[TrainingJob], Trained | Diverged] | None = None

    def changes(self, assignment: Assignment) -> dict[str, Any]:
        """The changes of the assignment's configuration."""
        models = {
            name: self.models.get(name, self.models.get("*")) for name in assignment.settings.models
        }
        return {
            "models": {name: settings for name, settings in models.items() if settings},
            "datasets": dict(self.datasets),
        }


def one_class(job: TrainingJob) -> Trained:
    """The last class for every image."""
    return _failed(job, lambda n, n_classes, rng: np.eye(n_classes)[[n_classes - 1] * n] * 2.0)


def guessing(job: TrainingJob) -> Trained:
    """Any class for any image."""
    return _failed(job, lambda n, n_classes, rng: rng.normal(0, 2, (n, n_classes)))


def _failed(
    job: TrainingJob, logits: Callable[[int, int, np.random.Generator], NDArray[np.float64]]
) -> Trained:
    rng, n_classes = np.random.default_rng(job.seed), job.dataset.n_classes
    made = (
        (logits(n, n_classes, rng) + rng.normal(0, 0.1, (n, n_classes))).astype(np.float32)
        for n in (len(job.dataset.y_test), job.n_fitted)
    )
    return with_logits(job, *made)


def only(model: str, train: Train) -> Train:
    """A training in that way of one model, and of its repeats; the others are as usual."""
    return lambda job: (train if job.name.startswith(model) else trained_well)(job)


def right(**shares: float) -> Train:
    """Trainings that have these shares right, by model."""
    return lambda job: trained_well(
        job, (shares[job.name.partition(" (")[0]],) * 2 if "(linear" not in job.name else None
    )


def diverging(what: str) -> Callable[[TrainingJob], Trained | Diverged]:
    """Trainings of studies that diverge if their name has a text in it."""
    return lambda job: Diverged(job.name, 1, 0.0) if what in job.name else trained_well(job)


def own(name: str, class_names: tuple[str, ...]) -> dict[str, Settings]:
    return {name: {"npz": f"{name}.npz", "class_names": list(class_names), "title": name}}


def on(dataset: str) -> dict[str, Settings]:
    return {"*": {"dataset": dataset}}


BOTH_FAILED = {"train": one_class, "train_other": one_class}
VARIATIONS: dict[str, Variation] = {
    "softmax inside": Variation({"*": {"output": "softmax"}}),
    "logits outside": Variation({"*": {"output": "logits"}}),
    "validation split": Variation({"*": {"validation_split": 0.2}}),
    "no validation split": Variation({"*": {"validation_split": 0.0}}),
    "dropout": Variation({"*": {"layers": [DENSE, {"dropout": 0.2}]}}),
    "convolution": Variation({"*": {"layers": CONVOLUTION}}),
    "tanh": Variation({"*": {"layers": [{"dense": 32, "activation": "tanh"}]}}),
    "sigmoid in one, ReLU in the other": Variation(
        {"fashion": {"layers": [{"dense": 32, "activation": "sigmoid"}]}}
    ),
    "sigmoid and ReLU in one": Variation(
        {"*": {"layers": [{"dense": 32, "activation": "sigmoid"}, {"dense": 16}]}}
    ),
    "no hidden layer": Variation({"*": {"layers": []}}),
    "no hidden layer in one": Variation({"digits": {"layers": []}}),
    "linear activations": Variation({"*": {"layers": [{"dense": 32, "activation": "linear"}]}}),
    "one epoch": Variation({"*": {"epochs": 1}}),
    "one epoch, with validation": Variation({"*": {"epochs": 1, "validation_split": 0.2}}),
    "one step": Variation({"*": {"epochs": 1, "batch_size": 60_000, "optimizer": "sgd"}}),
    "one dataset": Variation(on("mnist")),
    "one dataset, alike": Variation(on("fashion_mnist"), train=right(digits=0.9, fashion=0.9)),
    "lower-case names": Variation(on("trees"), own("trees", TREES)),
    "two classes": Variation(on("coins"), own("coins", SIDES)),
    "two classes against ten": Variation({"digits": {"dataset": "coins"}}, own("coins", SIDES)),
    "sample": Variation(sample=True),
    "one class only": Variation(**BOTH_FAILED),
    "one class only, softmax inside": Variation({"*": {"output": "softmax"}}, **BOTH_FAILED),
    "guessing": Variation(train=guessing, train_other=guessing),
    "fashion names one class": Variation(
        train=only("fashion", one_class), train_other=only("fashion", one_class)
    ),
    "digits guessed": Variation(
        train=only("digits", guessing), train_other=only("digits", guessing)
    ),
    "hardly above chance": Variation(
        train=right(digits=0.11, fashion=0.11), train_other=right(digits=0.11, fashion=0.11)
    ),
    "a weak model against another kind": Variation(
        {"digits": {"layers": [{"dense": 3}], "epochs": 1}, "fashion": {"layers": CONVOLUTION}},
        train=right(digits=0.289, fashion=0.89), train_other=right(digits=0.289, fashion=0.89),
    ),
    "reversed": Variation(train=right(digits=0.85, fashion=0.95)),
    "equal": Variation(train=right(digits=0.9, fashion=0.9)),
    "no errors": Variation(train=right(digits=1.0, fashion=1.0)),
    "twins diverge": Variation(train_other=diverging("(linear)")),
    "all other trainings diverge": Variation(train_other=diverging("(")),
}  # fmt: skip


@cache
def datasets(sample: bool = False) -> dict[str, Dataset]:
    """Noise in the place of the datasets."""
    tier = "sample" if sample else "full"
    made = [
        noise("mnist", "MNIST", MNIST.class_names, (28, 28), tier),
        noise("fashion_mnist", "Fashion-MNIST", FASHION_MNIST.class_names, (28, 28), tier),
        noise("trees", "trees", TREES, (20, 24), "own"),
        noise("coins", "coins", SIDES, (16, 16), "own"),
    ]
    return {dataset.name: dataset for dataset in made}


def varied(name: str, assignment: str) -> tuple[Assignment, Evidence]:
    """An assignment, and its evidence under a variation."""
    loaded, variation = load_assignment(assignment, Path()), VARIATIONS[name]
    evidence = measure_assignment(
        loaded,
        variation.changes(loaded),
        datasets(variation.sample),
        lambda jobs: [variation.train(job) for job in jobs],
        variation.train_other,
    )
    return loaded, evidence
