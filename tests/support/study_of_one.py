"""A study of one model, from trainings that are made up."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from made_up_trained import make_trained
from training_jobs import make_job

from reportgen.studies.context import Study, StudyContext


def measured(study: Study, **settings: Any) -> dict[str, Any]:
    """The study of one made-up model."""
    job = make_job("digits", **settings)
    context = StudyContext({"digits": job}, {"digits": make_trained(job)})
    extra = {extra.name: make_trained(extra) for extra in study.plan_jobs(context)}
    found: dict[str, Any] = study.measure(replace(context, extra=extra))["models"]["digits"]
    json.dumps(found, allow_nan=False)
    return found
