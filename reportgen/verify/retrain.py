"""The models trained again as the evidence says: the one thing that a forger cannot make up.

On the same versions of reportgen, TensorFlow, Keras and NumPy and the same kind of
processor, every bit must come out again. Elsewhere sums are rounded otherwise, and training
makes of that what another seed would: then accuracies may differ by what two independent
samples of the test images would, three standard errors of a difference, and at least 1 point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from reportgen import __version__
from reportgen.assignments import assignment_of
from reportgen.datasets.catalogue import OwnDataset
from reportgen.datasets.load import load_all
from reportgen.datasets.locate import locate
from reportgen.datasets.sources import Search
from reportgen.errors import DataError, ReportgenError
from reportgen.evidence import Evidence, kept_weights
from reportgen.plan import RunPlan, make_plan
from reportgen.stages import Observer
from reportgen.training.jobs import Trained, TrainingJob
from reportgen.verify.asked import configuration_of
from reportgen.verify.findings import Difference, Level, judged, not_reached
from reportgen.verify.following import must_be, shown
from reportgen.versions import TRAINING_LIBRARIES, cpu_features, versions_of

NAME = "retraining"
LEAST_TOLERANCE = 0.01
_ERRORS = 3.0

Record = dict[str, Any]


def look_at_retraining(
    evidence: Evidence, search: Search, own: Mapping[str, OwnDataset], observer: Observer
) -> Level:
    """The level of retraining: trains every model of the report again, and no study.

    Raises:
        TrainingError: the training failed.
    """
    record = evidence.record
    try:
        plan = make_plan(configuration_of(record), assignment_of(record))
        jobs = _jobs(record, plan, search, own)
    except DataError as error:
        return not_reached(NAME, str(error).splitlines()[0])
    except (ReportgenError, LookupError, ValueError) as error:
        text = f"do not say how to train ({str(error).splitlines()[0]})"
        return judged(NAME, "settings of the evidence", [Difference("report.settings", text[:200])])
    from reportgen.training.trainer import train_models

    observer.trainings({name: job.settings.epochs for name, job in jobs.items()})
    results = train_models([*jobs.values()], threads=plan.threads, on_epoch=observer.epoch)
    others = other_circumstances(record["provenance"])
    found: list[Difference] = []
    for trained in results:
        compare = _bits if not others else _within_tolerance
        found += compare(evidence, trained)
    if not others:
        return judged(NAME, "trained again on the same versions and processor: every bit", found)
    note = f"trained again within a tolerance, as this machine has other {', '.join(others)}"
    return judged(NAME, note, found)


def _jobs(
    record: Record, plan: RunPlan, search: Search, own: Mapping[str, OwnDataset]
) -> dict[str, TrainingJob]:
    located = {}
    for name, settings in plan.models.items():
        about = record["models"][name]["dataset"]
        if about["tier"] == "own" and settings.dataset not in own:
            raise DataError(f"the data {about['name']} are its author's own and not at hand.")
        located[settings.dataset] = locate(settings.dataset, about["tier"], search, own)
    datasets = load_all(list(located.values()))
    return {
        name: TrainingJob(name, settings, datasets[settings.dataset], plan.seed)
        for name, settings in plan.models.items()
    }


def other_circumstances(provenance: Record) -> list[str]:
    """What shapes a training and is not here as it was there."""
    here = {
        "reportgen": __version__,
        **versions_of(TRAINING_LIBRARIES),
        "cpu_features": list(cpu_features()),
    }
    return [name for name, value in here.items() if provenance.get(name) != value]


def _bits(evidence: Evidence, trained: Trained) -> Iterator[Difference]:
    path, model = f"models.{trained.name}", evidence.model(trained.name)
    yield from must_be(f"{path}.training.history", model["training"]["history"], trained.history, 0)
    expected = {
        "train": {"n_correct": trained.train_n_correct, "loss": trained.train_loss},
        "test": {"n_correct": trained.test_n_correct, "loss": trained.test_loss},
    }
    yield from must_be(path, model, expected, 0)
    for place, prediction in enumerate(model["predictions"]):
        logits = [float(value) for value in trained.logits_test[prediction["index"]]]
        yield from must_be(f"{path}.predictions.{place}.logits", prediction["logits"], logits, 0)
    for name, values in trained.weights.items():
        inner = evidence.arrays.get(f"weights/{trained.name}/{name}")
        if inner is None or not np.array_equal(inner, kept_weights(values)):
            yield Difference(f"evidence.npz, weights/{trained.name}/{name}", "came out otherwise")


def tolerance(accuracy: float, n_images: int) -> float:
    """How far two accuracies on ``n_images`` may be apart: three standard errors, at least 0.01."""
    variance = 2 * accuracy * (1 - accuracy) / n_images
    return max(LEAST_TOLERANCE, _ERRORS * math.sqrt(variance))


def _within_tolerance(evidence: Evidence, trained: Trained) -> Iterator[Difference]:
    model = evidence.model(trained.name)
    pairs = {
        "train": trained.train_n_correct / trained.train_n_total,
        "test": trained.test_n_correct / trained.test_n_total,
    }
    n_test = model["test"]["n_total"]
    for part, accuracy in pairs.items():
        found, allowed = model[part]["accuracy"], tolerance(accuracy, n_test)
        if abs(found - accuracy) > allowed:
            text = f"is {shown(found)}; {shown(accuracy)} ± {allowed:.4f} came out"
            yield Difference(f"models.{trained.name}.{part}.accuracy", text)
