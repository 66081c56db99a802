import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from made_up_trained import make_trained
from training_jobs import make_job

from reportgen.evaluation.intervals import repeated_difference
from reportgen.evaluation.scores import ratio, score_of_counts
from reportgen.studies.context import StudyContext
from reportgen.studies.repeats import (
    STUDY,
    RepeatedRun,
    RepeatedRuns,
    Repeats,
    compare_runs,
    measure_runs,
)
from reportgen.training.jobs import Trained

NEEDS_DATA: tuple[str, ...] = ()
NEEDS_TRAINING: tuple[str, ...] = ()  # one number alone contradicts the others

RESULT = make_trained(make_job())


def runs(*n_correct: int, n_total: int = 1000) -> RepeatedRuns:
    """The measured runs of a model with these counts."""
    return measure_runs(
        [
            {"seed": seed, **ratio(n, n_total), "train_accuracy": 0.99}
            for seed, n in enumerate(n_correct)
        ]
    )


def run(n_correct: int, n_total: int = 1000) -> Trained:
    return replace(RESULT, test_score=score_of_counts(n_correct, n_total, 0.1))


def made_up(rng: np.random.Generator, models: dict[str, Any]) -> Repeats:
    """The study with numbers that agree with a record of models; figures are tested with it."""
    runs: dict[str, list[RepeatedRun]] = {
        name: [
            {
                "seed": seed,
                "n_correct": model["test"]["n_correct"],
                "n_total": model["test"]["n_total"],
                "accuracy": float(np.clip(model["test"]["accuracy"] + rng.normal(0, 0.002), 0, 1)),
                "train_accuracy": model["train"]["accuracy"],
            }
            for seed in range(5)
        ]
        for name, model in models.items()
    }
    measured = {name: measure_runs(each) for name, each in runs.items()}
    return {
        "models": measured,
        "comparison": compare_runs(("digits", "fashion"), measured["digits"], measured["fashion"]),
    }


def test_spread_by_hand() -> None:
    found = runs(970, 980, 990, 980, 980)
    sd = (0.0002 / 4) ** 0.5
    assert found["mean"] == pytest.approx(0.98)
    assert found["sd"] == pytest.approx(sd)
    assert (found["lowest"], found["highest"]) == (0.97, 0.99)
    assert found["range"] == pytest.approx(0.02)
    assert found["t"] == pytest.approx(2.776, abs=5e-4)
    half = 2.7764 * sd
    mean_ci95 = (0.98 - half / 5**0.5, 0.98 + half / 5**0.5)
    assert found["mean_ci95"] == pytest.approx(mean_ci95, abs=1e-5)
    assert found["new_run_ci95"][0] == pytest.approx(0.98 - half * 1.2**0.5, abs=1e-5)
    assert found["new_run_ci95"][1] == pytest.approx(min(1.0, 0.98 + half * 1.2**0.5), abs=1e-5)
    assert found["sd_factors"] == pytest.approx([0.60, 2.87], abs=0.005)
    assert found["test_n_correct"] == [970, 980, 990, 980, 980]
    assert found["runs"][2]["accuracy"] == found["test_accuracies"][2] == 0.99


def test_interval_of_accuracies_ends_at_one() -> None:
    assert runs(1000, 900)["new_run_ci95"] == [0.0, 1.0]


@pytest.mark.parametrize(
    ("one", "two", "verdict", "higher", "complete"),
    [
        ((980, 981, 979), (870, 872, 874), "digits", "digits", True),
        ((870, 872, 874), (980, 981, 979), "fashion", "fashion", True),
        ((900, 910, 905), (901, 909, 903), "indistinguishable", "digits", False),
        ((900, 900), (900, 900), "indistinguishable", "digits", False),
    ],
    ids=["first", "second", "overlapping", "equal"],
)
def test_comparison_of_runs(
    one: tuple[int, ...], two: tuple[int, ...], verdict: str, higher: str, complete: bool
) -> None:
    first, second = runs(*one), runs(*two)
    found = compare_runs(("digits", "fashion"), first, second)
    expected = repeated_difference(first["test_accuracies"], 1000, second["test_accuracies"], 1000)
    assert found["ci95"] == pytest.approx(expected.ci95)
    assert (found["verdict"], found["higher"]) == (verdict, higher)
    assert found["separation"]["complete"] is complete
    assert found["separation"]["higher"] == (higher if complete else None)
    assert found["size"] == abs(found["difference"])
    low, high = found["size_ci95"]
    assert low <= found["size"] <= high
    counted = found["n_first_higher"] + found["n_second_higher"] + found["n_ties"]
    assert counted == found["n_seeds"] == len(one)
    assert found["n_higher_wins"] == sum(
        a > b
        for a, b in (
            zip(one, two, strict=True) if higher == "digits" else zip(two, one, strict=True)
        )
    )


@pytest.mark.parametrize(
    ("n", "n_orders", "p_value"), [(5, 252, 0.0079), (3, 20, 0.1)], ids=["five", "three"]
)
def test_chance_of_complete_separation(n: int, n_orders: int, p_value: float) -> None:
    high, low = runs(*range(980, 980 + n)), runs(*range(880, 880 + n))
    separation = compare_runs(("a", "b"), high, low)["separation"]
    assert separation["n_orders"] == n_orders
    assert separation["p_value"] == pytest.approx(p_value, abs=5e-5)


def test_runs_are_the_models_own_and_those_with_the_seeds_after_it() -> None:
    jobs = {
        "digits": make_job("digits", seed=7, repeats=3),
        "fashion": make_job("fashion", seed=7),
        "other": make_job("other", seed=7, repeats=4),
    }
    context = StudyContext(jobs, comparison=("digits", "fashion"))
    planned = STUDY.plan_jobs(context)
    assert [job.seed for job in planned] == [8, 9, 8, 9, 10, 11]
    assert len({job.name for job in planned}) == 6
    assert all(job.settings == jobs[job.name.split()[0]].settings for job in planned)
    extra = {job.name: make_trained(job) for job in planned}
    trained = {name: make_trained(job) for name, job in jobs.items()}
    found = STUDY.measure(replace(context, trained=trained, extra=extra))
    assert found["models"].keys() == {"digits", "fashion"}
    digits = found["models"]["digits"]
    assert digits["seeds"] == [7, 8, 9]
    assert digits["test_n_correct"] == [
        trained["digits"].test_score["n_correct"],
        extra["digits (seed 8)"].test_score["n_correct"],
        extra["digits (seed 9)"].test_score["n_correct"],
    ]
    assert found["comparison"]["models"] == ["digits", "fashion"]
    json.dumps(found, allow_nan=False)


def test_without_a_comparison_all_models_are_repeated() -> None:
    context = StudyContext({"digits": make_job("digits")})
    planned = STUDY.plan_jobs(context)
    trained = {"digits": make_trained(context.jobs["digits"])}
    extra = {job.name: make_trained(job) for job in planned}
    found = STUDY.measure(replace(context, trained=trained, extra=extra))
    assert found["comparison"] is None
    assert found["models"]["digits"]["n_runs"] == 5
