"""Evidence of a built-in assignment, measured by the real code from trainings made up here.

``measured_evidence("formal-response")`` takes a second the first time and nothing after;
every call gives a copy, so that a test can change it. The trainings look like real ones:
digits better than fashion, a gap to the training images, confident mistakes, curves that
show overfitting, runs that differ a little.
"""

from __future__ import annotations

import copy
import dataclasses
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.answers.compose import Composition, compose
from reportgen.config.assignments import Assignment, load_assignment
from reportgen.config.configuration import Configuration
from reportgen.config.settings import ReportSettings
from reportgen.datasets.catalogue import FASHION_MNIST, MNIST
from reportgen.datasets.dataset import Dataset
from reportgen.evaluation.scores import score_of_logits
from reportgen.evidence.check import check_record
from reportgen.evidence.record import Evidence
from reportgen.pipeline.measure import measure
from reportgen.pipeline.plan import RunPlan
from reportgen.pipeline.report import ReportJob
from reportgen.pipeline.run import Measured
from reportgen.pipeline.synthetic import Outcome, make_first_step, make_trained
from reportgen.studies.catalogue import load_study
from reportgen.studies.context import StudyContext
from reportgen.studies.run import jobs_of, make_study, parted
from reportgen.training.jobs import Diverged, FirstStep, Trained, TrainingJob

NAMES = (
    *("fashion-and-digits", "fashion-and-digits-notes", "formal-response"),
    *("digits-walkthrough", "fashion-overview"),
)
N_TRAIN, N_TEST = 3000, 1000
_RIGHT = {"digits": (0.977, 0.995), "fashion": (0.875, 0.91)}
_TWINS = {"linear": -0.05, "linear baseline": -0.055, "shuffled labels": -0.78}

SHAPES = ("disc", "cross", "ring", "bar", "dot")


def noise(
    name: str, title: str, class_names: tuple[str, ...], side: tuple[int, int], tier: Any = "full"
) -> Dataset:
    """Noise with a label each; every class is as frequent as the others."""
    rng = np.random.default_rng(len(class_names))
    arrays = []
    for n in (N_TRAIN, N_TEST):
        pixels = rng.integers(0, 256, (n, *side), dtype=np.uint8)
        pixels[:, :3] = 0  # blank rows, as real images have
        arrays += [pixels, np.arange(n, dtype=np.int64) % len(class_names)]
    digest = hashlib.sha256(f"{name} {side}".encode()).hexdigest()
    return Dataset(name, title, tier, class_names, *arrays, sha256=digest, origin="made up")


@cache
def _datasets() -> dict[str, Dataset]:
    digits = noise("mnist", "MNIST", MNIST.class_names, (28, 28))
    fashion = noise("fashion_mnist", "Fashion-MNIST", FASHION_MNIST.class_names, (28, 28))
    shapes = noise("shapes", "Shapes", SHAPES, (20, 24), "own")
    return {dataset.name: dataset for dataset in (digits, fashion, shapes)}


def assignment_and_evidence(name: str | Assignment, **changes: Any) -> tuple[Assignment, Evidence]:
    """An assignment with its evidence.

    Args:
        name: a built-in assignment's name, or an assignment.
        changes: of the configuration, such as ``studies=(...)`` or ``models={...}``.
    """
    assignment = load_assignment(name, Path()) if isinstance(name, str) else name
    evidence = _cached(_Key(assignment), _Key(changes))
    return assignment, Evidence(copy.deepcopy(evidence.record), evidence.arrays)


def measured_evidence(name: str, **changes: Any) -> Evidence:
    """The evidence of a built-in assignment."""
    return assignment_and_evidence(name, **changes)[1]


def composed(name: str, evidence: Evidence | None = None) -> Composition:
    """A built-in assignment's report."""
    assignment = load_assignment(name, Path())
    return compose(evidence or measured_evidence(name), assignment)


@dataclasses.dataclass(frozen=True)
class _Key:
    """A value that ``cache`` tells apart by its text."""

    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and repr(self.value) == repr(other.value)

    def __hash__(self) -> int:
        return hash(repr(self.value))


@cache
def _cached(assignment: _Key, changes: _Key) -> Evidence:
    return measure_assignment(assignment.value, changes.value)


def measure_assignment(
    assignment: Assignment,
    changes: dict[str, Any],
    datasets: Mapping[str, Dataset] | None = None,
    train: Callable[[list[TrainingJob]], list[Trained]] | None = None,
    train_other: Callable[[TrainingJob], Trained | Diverged] | None = None,
    take_first_step: Callable[[TrainingJob], FirstStep] = make_first_step,
) -> Evidence:
    """Measure an assignment's models and studies.

    Args:
        assignment: what is measured.
        changes: of the configuration.
        datasets: by name; noise unless given.
        train: gives the report's models; they are made up unless given.
        train_other: gives a further training of a study, in the same way.
        take_first_step: gives the first step of a training.
    """
    settings = ReportSettings.model_validate({"assignment": assignment.name, **changes})
    config = Configuration(settings, Path(), "test")
    job = ReportJob(config, assignment)
    plan = job.plan
    jobs = {
        name: TrainingJob(name, model, (datasets or _datasets())[model.dataset], plan.seed)
        for name, model in plan.models.items()
    }
    done = train(list(jobs.values())) if train else map(trained_well, jobs.values())
    trained = dict(zip(jobs, done, strict=True))
    studies = _studies(plan, jobs, trained, train_other or trained_well, take_first_step)
    shown = [image for found in studies.values() for image in found.get("images", [])]
    record, arrays = measure(plan, jobs, trained, shown)
    made, left_out = parted(studies)
    found = Measured({**record, "studies": made, "left_out": left_out}, arrays, {})
    evidence = job.evidence(found)
    check_record(evidence.record, "measured evidence")
    return evidence


def _studies(
    plan: RunPlan,
    jobs: dict[str, TrainingJob],
    trained: dict[str, Trained],
    train_other: Callable[[TrainingJob], Trained | Diverged],
    take_first_step: Callable[[TrainingJob], FirstStep],
) -> dict[str, Any]:
    found = {}
    context = StudyContext(jobs, comparison=plan.comparison)
    for name in plan.studies:
        study = load_study(name)
        extra = {job.name: train_other(job) for job in jobs_of(study, context)}
        found[name] = make_study(
            study,
            context,
            {**trained, **extra},
            lambda models: {model: take_first_step(jobs[model]) for model in models},
        )
    return found


def trained_well(job: TrainingJob, right: tuple[float, float] | None = None) -> Trained:
    """A training that went as such trainings go, with logits that vary from image to image.

    Args:
        job: the training.
        right: the shares of test and of training images that the model has right.
    """
    model, _, what = job.name.partition(" (")
    test, train = right or _RIGHT.get(model, (0.9, 0.95))
    test += _TWINS.get(what.rstrip(")"), 0.0)
    if what.startswith("seed"):
        test += 0.004 * (job.seed % 3 - 1)
    train = 0.999 if "shuffled" in what else train
    rng = np.random.default_rng([job.seed, len(job.name)])
    fitted = job.dataset.y_train[: job.n_fitted]
    on_test = _logits(rng, job.dataset.y_test, job.dataset.n_classes, test)
    on_train = _logits(rng, fitted, job.dataset.n_classes, train)
    return with_logits(job, on_test, on_train)


def with_logits(
    job: TrainingJob, on_test: NDArray[np.float32], on_train: NDArray[np.float32]
) -> Trained:
    """A training whose model gives these logits; its curves overfit."""
    base = make_trained(job, Outcome(0.5, 0.5, 5.0, overfits=True))
    fitted = job.dataset.y_train[: job.n_fitted]
    return dataclasses.replace(
        base,
        logits_test=on_test,
        logits_train=on_train,
        test_score=score_of_logits(on_test, job.dataset.y_test),
        train_score=score_of_logits(on_train, fitted),
    )


def _logits(
    rng: np.random.Generator, labels: NDArray[np.int64], n_classes: int, right: float
) -> NDArray[np.float32]:
    """Logits of which a share points to the label; errors gather in pairs of classes."""
    n, rows = len(labels), np.arange(len(labels))
    partner = (labels ^ 1) % n_classes
    other = np.where(rng.random(n) < 0.6, partner, rng.integers(0, n_classes, n))
    other = np.where(other == labels, (labels + 1) % n_classes, other)
    wrong = rng.permutation(n) < round((1 - right) * n)
    logits = rng.normal(-3.0, 2.0, (n, n_classes))
    runner_up, first = np.where(wrong, (labels, other), (other, labels))
    logits[rows, runner_up] = logits.max(axis=1) + 0.2
    logits[rows, first] = logits[rows, runner_up] + rng.exponential(np.where(wrong, 1.5, 6.0)) + 0.1
    return logits.astype(np.float32)
