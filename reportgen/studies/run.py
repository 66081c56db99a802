"""Run one study on trained models, and make the file that the store keeps."""

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
    """Run a study.

    Args:
        name: of the study.
        context: with the report's training jobs; no results yet.
        trained: results by job name, of the report's models and of the study's own jobs.
        threads: for each operation of TensorFlow.

    Returns:
        The file ``study.json`` by its name, with the study's record.
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
