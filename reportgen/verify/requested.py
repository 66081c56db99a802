"""Compare what settings and assignment ask for with what the evidence says was done."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from pydantic import ValidationError

from reportgen.datasets.dataset import Dataset
from reportgen.errors import ConfigError
from reportgen.evidence.record import DatasetRecord, EvidenceRecord, ModelRecord, shape_of
from reportgen.pipeline.plan import RunPlan, choose_images
from reportgen.pipeline.report import ReportJob
from reportgen.studies.catalogue import load_study
from reportgen.studies.context import StudyContext
from reportgen.studies.run import diverged
from reportgen.training.architecture import describe_layers, plan_network
from reportgen.training.jobs import TrainingJob
from reportgen.verify.expected import must_be
from reportgen.verify.findings import Difference


def compare_with_settings(record: EvidenceRecord) -> Iterator[Difference]:
    """Differences between settings and evidence."""
    try:
        job = ReportJob.of_evidence(record)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(map(str, fault["loc"]))
        yield Difference(f"report.settings.{place}", f"is no setting: {fault['msg']}")
        return
    assignment, settings, report = job.assignment, job.config.settings, record["report"]
    expected = {
        "title": settings.title or assignment.settings.title,
        "author": settings.author,
        "course": settings.course,
    }
    if settings.date is not None:
        expected["date"] = settings.date.isoformat()
    yield from must_be("report", report, expected)
    asked = {"seed": job.plan.seed, "threads": job.plan.threads}
    yield from must_be("provenance", record["provenance"], asked)
    yield from compare_plan(record, job)


def compare_plan(record: EvidenceRecord, job: ReportJob) -> Iterator[Difference]:
    """Compare models, images, comparison and studies of the evidence with a report's plan."""
    plan = job.plan
    if list(record["models"]) != list(plan.models):
        there, belong = ", ".join(record["models"]), ", ".join(plan.models)
        yield Difference("models", f"are {there}; {belong} were asked for")
        return
    for name in plan.models:
        yield from _model(f"models.{name}", record["models"][name], plan, name)
    comparison = record["comparison"]
    models = None if comparison is None else tuple(comparison["models"])
    if models != plan.comparison:
        yield Difference("comparison.models", f"{job.assignment.name} compares others")
    yield from _studies(record, plan)
    yield from compare_images(record, plan)


def _studies(record: EvidenceRecord, plan: RunPlan) -> Iterator[Difference]:
    """Every study that was asked for is there, or left out for a reason that may be true."""
    left_out = record.get("left_out", {})
    found = [*record["studies"], *left_out]
    if sorted(found) != sorted(plan.studies):
        there, belong = ", ".join(found), ", ".join(plan.studies)
        yield Difference("studies", f"are {there or 'none'}; {belong or 'none'} were asked for")
        return
    jobs = {
        name: TrainingJob(name, settings, _blank(record["models"][name]["dataset"]), plan.seed)
        for name, settings in plan.models.items()
    }
    context = StudyContext(jobs, comparison=plan.comparison)
    for name in plan.studies:
        study = load_study(name)
        reason = study.why_not(context)
        possible = [reason] if reason else [diverged(job.name) for job in study.plan_jobs(context)]
        if name in left_out and left_out[name] not in possible:
            yield Difference(f"left_out.{name}", "is no reason to leave this study out")
        if name in record["studies"] and reason:
            yield Difference(f"studies.{name}", f"cannot be made: {reason}")


def _model(path: str, model: ModelRecord, plan: RunPlan, name: str) -> Iterator[Difference]:
    settings, training = plan.models[name], model["training"]
    yield from must_be(f"{path}.dataset.name", model["dataset"]["name"], settings.dataset)
    yield from must_be(
        f"{path}.architecture.output", model["architecture"]["output"], settings.output
    )
    asked = {
        "epochs": settings.epochs,
        "batch_size": settings.batch_size,
        "optimizer": settings.optimizer,
        "learning_rate": settings.effective_learning_rate,
        "validation_split": settings.validation_split,
        "seed": plan.seed,
        "engine": settings.engine,
    }
    yield from must_be(f"{path}.training", training, asked)
    job = TrainingJob(name, settings, _blank(model["dataset"]), plan.seed)
    layers = describe_layers(plan_network(job))
    yield from must_be(f"{path}.architecture.layers", model["architecture"]["layers"], layers)


def _blank(dataset: DatasetRecord) -> Dataset:
    """A dataset of zeros with the right shapes, which takes almost no memory."""
    shapes = [*dataset["train_shape"]], [*dataset["test_shape"]]
    if any(len(shape) != 3 or max(shape) > 10**9 for shape in shapes):
        raise ConfigError(f"dataset {dataset['name']}: shapes {shapes} are none of images.")
    (x_train, x_test) = (np.broadcast_to(np.uint8(0), shape) for shape in shapes)
    (y_train, y_test) = (np.broadcast_to(np.int64(0), shape[:1]) for shape in shapes)
    return Dataset(
        name=dataset["name"],
        title=dataset["name"],
        tier=dataset["tier"],
        class_names=tuple(dataset["class_names"]),
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        sha256=dataset["sha256"],
        origin="",
    )


def images_of(record: EvidenceRecord) -> dict[str, list[int]]:
    """The numbers of the images that evidence shows, by selection."""
    found: dict[str, list[int]] = {}
    for image in record["images"]:
        found.setdefault(image["selection"], []).append(image["index"])
    return found


def planned_images(record: EvidenceRecord, plan: RunPlan) -> dict[str, list[int]]:
    """The numbers of the images that a plan shows, by selection."""
    chosen = {}
    for name, selection in plan.selections.items():
        dataset = record["models"][selection.model]["dataset"]
        n = min(shape_of(dataset, selection.split)[0], 10**7)
        chosen[name] = list(choose_images(selection, n).indices)
    return chosen


def compare_images(record: EvidenceRecord, plan: RunPlan) -> Iterator[Difference]:
    """Differences between the images of the evidence and those of a plan."""
    found = images_of(record)
    for name, numbers in planned_images(record, plan).items():
        if found.get(name, []) != numbers:
            there = ", ".join(map(str, found.get(name, [])[:30])) or "none"
            belong = ", ".join(map(str, numbers[:30]))
            yield Difference(f"images of {name}", f"are {there}; {belong} were asked for")
        split = plan.selections[name].split
        splits = {image["split"] for image in record["images"] if image["selection"] == name}
        if splits - {split}:
            yield Difference(f"images of {name}", f"are not all of the {split} images")
