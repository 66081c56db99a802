"""Train every model of a report again, as its evidence says: a forger cannot make that up.

The results must be the same bit for bit. Another version of TensorFlow or kind of processor
rounds sums differently, which moves results at most as far as another seed would. Only the
report says which versions and processor it was made with, so every difference is reported,
whatever it claims. The claim decides one thing: a difference no larger than between seeds is
"not proved" rather than "differs". Over eight seeds (both datasets, sample data),
accuracies of an epoch differed by at most 0.021, losses by a quarter, and test accuracies by
three standard errors of a difference.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np

from reportgen import __version__
from reportgen.datasets.catalogue import OwnDataset
from reportgen.datasets.load import load_all
from reportgen.datasets.locate import locate
from reportgen.datasets.sources import Search
from reportgen.errors import DataError, ReportgenError
from reportgen.evidence.record import Evidence, EvidenceRecord, ProvenanceRecord
from reportgen.evidence.weights import kept_weights
from reportgen.pipeline.ledger import Observer
from reportgen.pipeline.plan import RunPlan
from reportgen.pipeline.report import ReportJob
from reportgen.pipeline.versions import TRAINING_LIBRARIES, cpu_features, versions_of
from reportgen.studies.catalogue import load_study
from reportgen.studies.context import StudyContext
from reportgen.studies.run import first_steps, jobs_of, make_study, parted
from reportgen.training.jobs import Trained, TrainingJob
from reportgen.verify.expected import must_be, shown
from reportgen.verify.findings import Difference, Level, judged, not_proved, not_reached

NAME = "retraining"
LEAST_TOLERANCE = 0.01
EPOCH_TOLERANCE = 0.025
LOSS_TOLERANCE = 0.3  # relative
_LEAST_LOSS = 0.01  # nats
_ERRORS = 3.0


@dataclass(frozen=True)
class _Again:
    """Results of the training here: models by name, and studies in the form of the evidence."""

    models: Mapping[str, Trained]
    studies: Mapping[str, Mapping[str, Any]]
    left_out: Mapping[str, str]


def check_retraining(
    evidence: Evidence, search: Search, own: Mapping[str, OwnDataset], observer: Observer
) -> Level:
    """The level of retraining: trains all models of the report and of its studies again.

    Raises:
        TrainingError: the training failed.
    """
    record = evidence.record
    try:
        plan = ReportJob.of_evidence(record).plan
        jobs = _jobs(record, plan, search, own)
    except DataError as error:
        return not_reached(NAME, str(error).splitlines()[0])
    except (ReportgenError, LookupError, ValueError) as error:
        text = f"do not say how to train ({str(error).splitlines()[0]})"
        return judged(NAME, "settings of the evidence", [Difference("report.settings", text[:200])])
    again = _train(plan, jobs, observer)
    claims = other_circumstances(record["provenance"])
    found = list(_bits(evidence, again))
    said = f"; the report says {', '.join(claims)}" if claims else ""
    tensorflow = versions_of(TRAINING_LIBRARIES)["tensorflow"]
    note = f"trained again here with tensorflow {tensorflow}{said}"
    if not found:
        return judged(NAME, f"{note}: every bit came out again", ())
    if not claims:
        return judged(NAME, note, found)
    beyond = list(_beyond(evidence, again))
    if beyond:
        text = f"{note}, which explains no such differences"
        return judged(NAME, text, [*beyond, *(each for each in found if each not in beyond)])
    text = f"{note}: it differs by no more than that may explain, and cannot be confirmed here"
    return not_proved(NAME, text, found)


def _jobs(
    record: EvidenceRecord, plan: RunPlan, search: Search, own: Mapping[str, OwnDataset]
) -> dict[str, TrainingJob]:
    located = {}
    for name, settings in plan.models.items():
        about = record["models"][name]["dataset"]
        if about["tier"] == "own" and settings.dataset not in own:
            raise DataError(f"the data {about['name']} are its author's own and not at hand.")
        edition: Literal["full", "sample"] = "sample" if about["tier"] == "sample" else "full"
        located[settings.dataset] = locate(settings.dataset, edition, search, own)
    datasets = load_all(list(located.values()))
    return {
        name: TrainingJob(name, settings, datasets[settings.dataset], plan.seed)
        for name, settings in plan.models.items()
    }


def _train(plan: RunPlan, jobs: Mapping[str, TrainingJob], observer: Observer) -> _Again:
    from reportgen.training.trainer import train_models

    context = StudyContext(jobs, comparison=plan.comparison)
    studies = {name: load_study(name) for name in plan.studies}
    more = {job.name: job for study in studies.values() for job in jobs_of(study, context)}
    everything = {**jobs, **more}
    observer.trainings({name: job.settings.epochs for name, job in everything.items()})
    results = train_models([*everything.values()], threads=plan.threads, on_epoch=observer.epoch)
    trained = dict(zip(everything, results, strict=True))
    found = {
        name: make_study(
            study, context, trained, lambda models: first_steps(models, context, plan.threads)
        )
        for name, study in studies.items()
    }
    made, left_out = parted(found)
    models = {name: cast(Trained, trained[name]) for name in jobs}
    return _Again(models, json.loads(json.dumps(made)), left_out)


def other_circumstances(provenance: ProvenanceRecord) -> list[str]:
    """The versions and processor that the report says it was trained with and that differ here."""
    here = {
        "reportgen": __version__,
        **versions_of(TRAINING_LIBRARIES),
        "cpu_features": list(cpu_features()),
    }
    there = dict(provenance)
    return [
        "another processor" if name == "cpu_features" else f"{name} {shown(there.get(name))}"
        for name, value in here.items()
        if there.get(name) != value
    ]


def _bits(evidence: Evidence, again: _Again) -> Iterator[Difference]:
    for name, trained in again.models.items():
        yield from _bits_of_model(evidence, name, trained)
    for name, measured in again.studies.items():
        found = evidence.record["studies"].get(name)
        yield from must_be(f"studies.{name}", found, measured, 0)
    yield from must_be("left_out", evidence.record.get("left_out", {}), again.left_out)


def _bits_of_model(evidence: Evidence, name: str, trained: Trained) -> Iterator[Difference]:
    path, model = f"models.{name}", evidence.model(name)
    yield from must_be(f"{path}.training.history", model["training"]["history"], trained.history, 0)
    expected = {"train": trained.train_score, "test": trained.test_score}
    yield from must_be(path, model, expected, 0)
    for place, prediction in enumerate(model["predictions"]):
        logits = [float(value) for value in trained.logits_test[prediction["index"]]]
        yield from must_be(f"{path}.predictions.{place}.logits", prediction["logits"], logits, 0)
    for weight, values in trained.weights.items():
        inner = evidence.arrays.get(f"weights/{name}/{weight}")
        if inner is None or not np.array_equal(inner, kept_weights(values)):
            yield Difference(f"evidence.npz, weights/{name}/{weight}", "came out otherwise")


def tolerance(accuracy: float, n_images: int, least: float = LEAST_TOLERANCE) -> float:
    """How far two accuracies on ``n_images`` may be apart: three standard errors, or ``least``."""
    variance = 2 * accuracy * (1 - accuracy) / n_images
    return max(least, _ERRORS * math.sqrt(variance))


def _beyond(evidence: Evidence, again: _Again) -> Iterator[Difference]:
    """Differences that no version of TensorFlow and no processor explains."""
    for name, trained in again.models.items():
        path, model = f"models.{name}", evidence.model(name)
        n_test, n_fitted = trained.test_score["n_total"], trained.train_score["n_total"]
        for part, right in (("train", trained.train_score), ("test", trained.test_score)):
            place, found = f"{path}.{part}", model["train"] if part == "train" else model["test"]
            accuracy, loss = right["accuracy"], right["loss"]
            allowed = tolerance(accuracy, n_test)
            yield from _near(f"{place}.accuracy", found["accuracy"], accuracy, allowed)
            yield from _near(f"{place}.loss", found["loss"], loss, _of_loss(loss))
        history = model["training"]["history"]
        for kind, values in trained.history.items():
            for epoch, value in enumerate(values):
                there = history.get(kind, [])[epoch : epoch + 1]
                is_loss = kind.endswith("loss")
                n = n_test if kind.startswith("val") else n_fitted
                allowed = _of_loss(value) if is_loss else tolerance(value, n, EPOCH_TOLERANCE)
                place = f"{path}.training.history.{kind}.{epoch}"
                yield from _near(place, there[0] if there else None, value, allowed)
    for name, measured in again.studies.items():
        study = evidence.record["studies"].get(name)
        yield from _beyond_study(f"studies.{name}", study, measured)


def _of_loss(loss: float) -> float:
    return LOSS_TOLERANCE * loss + _LEAST_LOSS


def _beyond_study(path: str, found: Any, measured: Any) -> Iterator[Difference]:
    """Differences in a study's accuracies and losses, at any depth, that nothing explains."""
    if isinstance(measured, list) and isinstance(found, list):
        for place, (inner, right) in enumerate(zip(found, measured, strict=False)):
            yield from _beyond_study(f"{path}.{place}", inner, right)
    if not isinstance(measured, Mapping) or not isinstance(found, Mapping):
        return
    for key, right in measured.items():
        inner, n = found.get(key), measured.get("n_total")
        if key == "accuracy" and isinstance(n, int) and isinstance(right, float):
            yield from _near(f"{path}.{key}", inner, right, tolerance(right, n, EPOCH_TOLERANCE))
        elif key == "loss" and isinstance(right, float):
            yield from _near(f"{path}.{key}", inner, right, _of_loss(right))
        else:
            yield from _beyond_study(f"{path}.{key}", inner, right)


def _near(path: str, found: Any, right: float, allowed: float) -> Iterator[Difference]:
    if not isinstance(found, int | float) or abs(found - right) > allowed:
        text = f"is {shown(found)}; {shown(right)} ± {allowed:.2g} came out"
        yield Difference(path, text)
