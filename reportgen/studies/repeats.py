"""The same training with other seeds: how much the accuracy moves, and what stays of a difference.

Each compared model (all, where none are compared) is trained ``repeats`` times, 5 times if
that setting is left at 1. The seeds follow each other from the report's own; the first run
is the report's model itself. ``studies.repeats`` holds, under ``models.<model>``,

    n_runs, n_total            runs, and test images of each
    seeds, test_accuracies, test_n_correct, train_accuracies    one value a run
    runs: [{seed, n_correct, n_total, accuracy, train_accuracy}]    the same, run by run
    mean, sd, lowest, highest, range    of the test accuracies; sd with n_runs - 1
    t              97.5 % quantile of Student's t with n_runs - 1 degrees of freedom
    mean_ci95      mean +- t sd / sqrt(n_runs): the mean over seeds on these test images
    new_run_ci95   mean +- t sd sqrt(1 + 1/n_runs): where one more run is expected
    sd_factors     times sd, the 95 % interval of the true one, if runs are normal

and under ``comparison``, None where the report compares no models,

    models: [first, second], difference, size    of the means, first minus second
    ci95, size_ci95    for new seeds and new images (statistics.repeated_difference)
    degrees_of_freedom     Satterthwaite's; None where the runs do not vary at all
    verdict            first, second or "indistinguishable", from that interval
    higher, lower      the models by their means
    separation: {complete, higher, n_first, n_second, n_orders, p_value}
                       complete: every run of one model beats every run of the other
                       (higher, else None); by chance alone 2 of n_orders orders would do so
    n_seeds, n_first_higher, n_second_higher, n_ties, n_higher_wins
                       runs with the same seed, held against each other
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from reportgen.evaluation.intervals import (
    mean,
    repeated_difference,
    sample_sd,
    sd_factors,
    t_quantile,
    verdict,
)
from reportgen.studies.context import Study, StudyContext
from reportgen.training.jobs import Trained, TrainingJob

DEFAULT_RUNS = 5

Measured = dict[str, Any]


def measure_runs(seeds: list[int], runs: list[Trained]) -> Measured:
    """Spread of one model's accuracy over at least two runs with a seed each."""
    accuracies = [run.test_n_correct / run.test_n_total for run in runs]
    train_accuracies = [run.train_n_correct / run.train_n_total for run in runs]
    n, centre, sd = len(runs), mean(accuracies), sample_sd(accuracies)
    assert sd is not None, "at least two runs"
    t = t_quantile(n - 1)
    by_run = [
        {
            "seed": seed,
            "n_correct": run.test_n_correct,
            "n_total": run.test_n_total,
            "accuracy": accuracy,
            "train_accuracy": train_accuracy,
        }
        for seed, run, accuracy, train_accuracy in zip(
            seeds, runs, accuracies, train_accuracies, strict=True
        )
    ]
    return {
        "n_runs": n,
        "n_total": runs[0].test_n_total,
        "seeds": seeds,
        "test_accuracies": accuracies,
        "test_n_correct": [run.test_n_correct for run in runs],
        "train_accuracies": train_accuracies,
        "runs": by_run,
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


def _around(centre: float, half: float) -> list[float]:
    """An interval of accuracies, cut off at 0 and 1."""
    return [max(0.0, centre - half), min(1.0, centre + half)]


def compare_runs(names: tuple[str, str], first: Measured, second: Measured) -> Measured:
    """Compare the runs of two models, each as ``measure_runs`` gives them."""
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


def _separation(names: tuple[str, str], one: list[float], two: list[float]) -> Measured:
    """Whether all runs of one lie above all of the other; exact, two-sided."""
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
    """The model's own training and those with the seeds after it."""
    job = context.jobs[model]
    n = job.settings.repeats if job.settings.repeats > 1 else DEFAULT_RUNS
    others = [
        dataclasses.replace(job, name=f"{model} (seed {seed})", seed=seed)
        for seed in range(job.seed + 1, job.seed + n)
    ]
    return [job, *others]


def _plan_jobs(context: StudyContext) -> list[TrainingJob]:
    return [job for model in _repeated(context) for job in _runs_of(context, model)[1:]]


def _measure(context: StudyContext) -> Measured:
    models = {}
    for model in _repeated(context):
        own, *others = _runs_of(context, model)
        runs = [context.trained[model], *(context.extra[job.name] for job in others)]
        models[model] = measure_runs([own.seed, *(job.seed for job in others)], runs)
    comparison = None
    if context.comparison:
        first, second = context.comparison
        comparison = compare_runs(context.comparison, models[first], models[second])
    return {"models": models, "comparison": comparison}


def _expected(context: StudyContext) -> Measured:
    """The seeds, and the first run, which is the report's own model."""
    models = {}
    for model in _repeated(context):
        trained, seeds = context.trained[model], [job.seed for job in _runs_of(context, model)]
        models[model] = {
            "n_runs": len(seeds),
            "n_total": trained.test_n_total,
            "seeds": seeds,
        }
    return {"models": models}


STUDY = Study(
    _measure,
    plan_jobs=_plan_jobs,
    expected=_expected,
    needs_training="the scores of the runs with other seeds",
)
