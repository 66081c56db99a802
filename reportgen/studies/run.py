"""Make studies of trained models, or say why one cannot be made; and the store's file of one."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any, cast

from reportgen.studies.catalogue import load_study
from reportgen.studies.context import Study, StudyContext
from reportgen.training.jobs import Diverged, FirstStep, Trained, TrainingJob

STUDY_FILE = "study.json"
LEFT_OUT = "left_out"

Results = Mapping[str, Trained | Diverged]


def jobs_of(study: Study, context: StudyContext) -> list[TrainingJob]:
    """The further trainings of a study, which may diverge; none if it cannot be made."""
    if study.why_not(context) is not None:
        return []
    return [dataclasses.replace(job, may_diverge=True) for job in study.plan_jobs(context)]


def make_study(
    study: Study,
    context: StudyContext,
    results: Results,
    take_first_steps: Callable[[list[str]], Mapping[str, FirstStep]],
) -> dict[str, Any]:
    """The record of a study, or ``{"left_out": REASON}`` where it cannot be made.

    Args:
        study: to make.
        context: with the report's training jobs; no results yet.
        results: by job name, of the report's models and of ``jobs_of``.
        take_first_steps: takes Keras's first step of the models that it is given.
    """
    if reason := study.why_not(context):
        return {LEFT_OUT: reason}
    extra = {}
    for job in study.plan_jobs(context):
        result = results[job.name]
        if isinstance(result, Diverged):
            return {LEFT_OUT: diverged(job.name)}
        extra[job.name] = result
    trained = {name: cast(Trained, results[name]) for name in context.jobs}
    found: dict[str, Any] = study.measure(
        dataclasses.replace(
            context,
            trained=trained,
            extra=extra,
            first_steps=take_first_steps(study.plan_first_steps(context)),
        )
    )
    return found


def diverged(job: str) -> str:
    """Why a study is left out one of whose trainings diverged, as a clause."""
    return f"the training of “{job}” diverged: its loss was no longer a finite number"


def parted(
    studies: Mapping[str, Mapping[str, Any]],
) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """The records of the studies that were made, without images; why the others were not."""
    made = {
        name: {key: value for key, value in study.items() if key != "images"}
        for name, study in studies.items()
        if LEFT_OUT not in study
    }
    return made, {name: study[LEFT_OUT] for name, study in studies.items() if name not in made}


def run_study(name: str, context: StudyContext, results: Results, threads: int) -> dict[str, bytes]:
    """The file ``study.json`` by its name, with what ``make_study`` gives.

    Args:
        name: of the study.
        context, results: as for ``make_study``.
        threads: for each operation of TensorFlow.
    """

    def take(models: list[str]) -> Mapping[str, FirstStep]:
        return first_steps(models, context, threads)

    found = make_study(load_study(name), context, results, take)
    return {STUDY_FILE: json.dumps(found, allow_nan=False, ensure_ascii=False).encode()}


def first_steps(models: list[str], context: StudyContext, threads: int) -> Mapping[str, FirstStep]:
    """Keras's first step of some models; TensorFlow is imported if there are any."""
    if not models:
        return {}
    from reportgen.training.first_step import take_first_step

    return {name: take_first_step(context.jobs[name], threads=threads) for name in models}
