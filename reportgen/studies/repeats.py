"""Train with other seeds: how much the accuracy varies, and whether a difference remains.

Each compared model (all models, if none are compared) is trained ``repeats`` times, 5 times if
that setting is 1. The seeds count up from the report's; the first run is the report's model.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from reportgen.config.field_types import Name
from reportgen.evaluation.intervals import (
    repeated_difference,
    sample_sd,
    sd_factors,
    t_quantile,
    verdict,
)
from reportgen.evaluation.record_types import Count, Fraction, Interval, Items, Named, Record
from reportgen.evaluation.scores import Ratio, ratio
from reportgen.studies.context import Study, StudyContext
from reportgen.training.jobs import Trained, TrainingJob

DEFAULT_RUNS = 5


class RepeatedRun(Ratio):
    """A training with one seed, on the test images."""

    seed: int
    """Of the run."""
    train_accuracy: Fraction
    """On the training images."""


class RepeatedRuns(Record):
    """A model trained with several seeds."""

    n_runs: Count
    """How many runs there are."""
    n_total: Count
    """Test images of each."""
    seeds: Items[int]
    """One a run."""
    test_accuracies: Items[Fraction]
    """One a run."""
    test_n_correct: Items[Count]
    """Right predictions on test images, one value a run."""
    train_accuracies: Items[Fraction]
    """One a run."""
    runs: Items[RepeatedRun]
    """The same, run by run."""
    mean: Fraction
    """Mean test accuracy."""
    sd: float
    """Standard deviation of the test accuracies, with `n_runs` - 1."""
    lowest: Fraction
    """The lowest test accuracy."""
    highest: Fraction
    """The highest."""
    range: Fraction
    """The highest minus the lowest."""
    t: float
    """97.5 % quantile of Student's t with `n_runs` - 1 degrees of freedom."""
    mean_ci95: Interval
    """Of the mean over seeds on these test images: `mean` ± `t` `sd` / √`n_runs`."""
    new_run_ci95: Interval
    """Where one more run is expected: `mean` ± `t` `sd` √(1 + 1/`n_runs`)."""
    sd_factors: Interval
    """The true standard deviation lies between these multiples of `sd` (95 %), if runs are
    normal."""


class Separation(Record):
    """Whether every run of one model beats every run of the other; exact, two-sided."""

    complete: bool
    """Whether every run of one model beats every run of the other."""
    higher: Name | None
    """The model whose runs do; empty where neither's do."""
    n_first: Count
    """Runs of the first model."""
    n_second: Count
    """Runs of the second."""
    n_orders: Count
    """Orders that the runs can have; by chance alone, 2 of them separate the models."""
    p_value: Fraction
    """2 / `n_orders`."""


class RunsCompared(Record):
    """Two models compared by their runs, for new seeds and new images; empty where none are."""

    models: Items[Name]
    """The first and the second model."""
    difference: float
    """Of the means, first minus second."""
    size: Fraction
    """The same without its sign."""
    ci95: Interval
    """Interval of `difference`, for new seeds and new images."""
    size_ci95: Interval
    """The same, mirrored where the second is higher."""
    degrees_of_freedom: float | None
    """Satterthwaite's; empty where the runs do not vary at all."""
    verdict: Name
    """The better model, or `indistinguishable`, from the interval."""
    higher: Name
    """The model with the higher mean."""
    lower: Name
    """The other."""
    separation: Separation
    """Whether every run of one model beats every run of the other."""
    n_seeds: Count
    """Seeds that both have a run with."""
    n_first_higher: Count
    """Those with which the first is higher."""
    n_second_higher: Count
    """Those with which the second is."""
    n_ties: Count
    """Those with which both are equal."""
    n_higher_wins: Count
    """Those with which the model with the higher mean is higher."""


class Repeats(Record):
    """``studies.repeats`` of the evidence."""

    models: Named[Name, RepeatedRuns]
    """The runs of each compared model, or of all where none are compared."""
    comparison: RunsCompared | None
    """Empty where no models are compared."""


def measure_runs(runs: Sequence[RepeatedRun]) -> RepeatedRuns:
    """The spread of one model's accuracy over at least two runs with different seeds."""
    accuracies = [run["accuracy"] for run in runs]
    n, centre, sd = len(runs), fmean(accuracies), sample_sd(accuracies)
    assert sd is not None, "at least two runs"
    t = t_quantile(n - 1)
    return {
        "n_runs": n,
        "n_total": runs[0]["n_total"],
        "seeds": [run["seed"] for run in runs],
        "test_accuracies": accuracies,
        "test_n_correct": [run["n_correct"] for run in runs],
        "train_accuracies": [run["train_accuracy"] for run in runs],
        "runs": list(runs),
        "mean": centre,
        "sd": sd,
        "lowest": min(accuracies),
        "highest": max(accuracies),
        "range": max(accuracies) - min(accuracies),
        "t": t,
        "mean_ci95": _around(centre, t * sd / math.sqrt(n)),
        "new_run_ci95": _around(centre, t * sd * math.sqrt(1 + 1 / n)),
        "sd_factors": list(sd_factors(n)),
    }


def _run(seed: int, test: Ratio, train_accuracy: float) -> RepeatedRun:
    return {
        "seed": seed,
        **ratio(test["n_correct"], test["n_total"]),
        "train_accuracy": train_accuracy,
    }


def _run_of(seed: int, trained: Trained) -> RepeatedRun:
    return _run(seed, trained.test_score, trained.train_score["accuracy"])


def _around(centre: float, half: float) -> list[float]:
    """The interval ``centre`` ± ``half``, clipped to 0 to 1."""
    return [max(0.0, centre - half), min(1.0, centre + half)]


def compare_runs(names: tuple[str, str], first: RepeatedRuns, second: RepeatedRuns) -> RunsCompared:
    """Compare the runs of two models, each from ``measure_runs``."""
    one, two = first["test_accuracies"], second["test_accuracies"]
    found = repeated_difference(one, first["n_total"], two, second["n_total"])
    low, high = found.ci95
    is_first = found.difference >= 0
    pairs = list(zip(one, two, strict=False))
    n_first_higher = sum(1 for a, b in pairs if a > b)
    n_second_higher = sum(1 for a, b in pairs if a < b)
    return {
        "models": list(names),
        "difference": found.difference,
        "size": abs(found.difference),
        "ci95": [low, high],
        "size_ci95": [low, high] if is_first else [-high, -low],
        "degrees_of_freedom": found.degrees_of_freedom,
        "verdict": verdict(found.ci95, *names),
        "higher": names[0] if is_first else names[1],
        "lower": names[1] if is_first else names[0],
        "separation": _separation(names, one, two),
        "n_seeds": len(pairs),
        "n_first_higher": n_first_higher,
        "n_second_higher": n_second_higher,
        "n_ties": len(pairs) - n_first_higher - n_second_higher,
        "n_higher_wins": n_first_higher if is_first else n_second_higher,
    }


def _separation(names: tuple[str, str], one: list[float], two: list[float]) -> Separation:
    """Whether every run of one model is better than every run of the other, and its p-value."""
    higher = names[0] if min(one) > max(two) else names[1] if min(two) > max(one) else None
    n_orders = math.comb(len(one) + len(two), len(one))
    return {
        "complete": higher is not None,
        "higher": higher,
        "n_first": len(one),
        "n_second": len(two),
        "n_orders": n_orders,
        "p_value": 2 / n_orders,
    }


def _repeated(context: StudyContext) -> list[str]:
    return list(context.comparison or context.jobs)


def _runs_of(context: StudyContext, model: str) -> list[TrainingJob]:
    """The training jobs of a model with its own seed and with the seeds after it."""
    job = context.jobs[model]
    n = job.settings.repeats if job.settings.repeats > 1 else DEFAULT_RUNS
    others = [
        dataclasses.replace(job, name=f"{model} (seed {seed})", seed=seed)
        for seed in range(job.seed + 1, job.seed + n)
    ]
    return [job, *others]


def _measure(context: StudyContext) -> Repeats:
    models = {}
    for model in _repeated(context):
        own, *others = _runs_of(context, model)
        extra = [_run_of(job.seed, context.extra[job.name]) for job in others]
        models[model] = measure_runs([_run_of(own.seed, context.trained[model]), *extra])
    comparison = None
    if context.comparison:
        first, second = context.comparison
        comparison = compare_runs(context.comparison, models[first], models[second])
    return {"models": models, "comparison": comparison}


def _expected(context: StudyContext) -> dict[str, Any]:
    """The seeds, and the numbers of runs and test images."""
    models = {}
    for model in _repeated(context):
        seeds = [job.seed for job in _runs_of(context, model)]
        n_total = context.trained[model].test_score["n_total"]
        models[model] = {"n_runs": len(seeds), "n_total": n_total, "seeds": seeds}
    return {"models": models}


def _follows(study: Repeats, evidence: Mapping[str, Any]) -> dict[str, Any]:
    """All that follows from the runs; the first run is the report's model."""
    models = {}
    for name, found in study["models"].items():
        model = evidence["models"][name]
        first = model["training"]["seed"]
        own = _run(first, model["test"], model["train"]["accuracy"])
        others = enumerate(found["runs"][1:], first + 1)
        models[name] = measure_runs(
            [own, *(_run(seed, run, run["train_accuracy"]) for seed, run in others)]
        )
    comparison = study["comparison"]
    if comparison is None:
        return {"models": models}
    one, two = comparison["models"]
    again = compare_runs((one, two), study["models"][one], study["models"][two])
    return {"models": models, "comparison": again}


STUDY = Study(
    shows="the spread over runs with other seeds, of the compared models or else of all: as many "
    "as their `repeats`, 5 where that is 1",
    costs="`repeats` − 1 trainings a model",
    record=Repeats,
    measure=_measure,
    plan_jobs=lambda context: [
        job for model in _repeated(context) for job in _runs_of(context, model)[1:]
    ],
    expected=_expected,
    follows=_follows,
    needs_training="the scores of the runs with other seeds",
)
