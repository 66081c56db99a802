"""One study of a run, from trained models to what the store keeps of it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping

from reportgen.studies.catalogue import load_study
from reportgen.studies.context import StudyContext
from reportgen.training.jobs import FirstStep, Trained

STUDY_FILE = "study.json"


def run_study(
    name: str, context: StudyContext, trained: Mapping[str, Trained], threads: int
) -> dict[str, bytes]:
    """Measure what a study asks for.

    Args:
        name: of the study.
        context: the report's models as they were asked for.
        trained: the results of their trainings and of those that the study asked for.
        threads: inside an operation of TensorFlow.

    Returns:
        ``study.json``, what the study found.
    """
    study = load_study(name)
    found = study.measure(
        dataclasses.replace(
            context,
            trained={model: trained[model] for model in context.jobs},
            extra={job.name: trained[job.name] for job in study.plan_jobs(context)},
            first_steps=_first_steps(study.plan_first_steps(context), context, threads),
        )
    )
    return {STUDY_FILE: json.dumps(found, allow_nan=False).encode()}


def _first_steps(models: list[str], context: StudyContext, threads: int) -> dict[str, FirstStep]:
    if not models:
        return {}
    from reportgen.training.first_step import take_first_step

    return {name: take_first_step(context.jobs[name], threads=threads) for name in models}
