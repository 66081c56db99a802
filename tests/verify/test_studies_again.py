"""Every number of every study: computed again from weights and data, or known to need training."""

from __future__ import annotations

import copy
import dataclasses
import fnmatch
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from measured import measure_assignment, trained_well
from numpy.typing import NDArray
from own_tests import constant_of

from reportgen.config.assignments import load_assignment
from reportgen.config.configuration import Configuration
from reportgen.config.settings import ReportSettings
from reportgen.evidence.record import Evidence
from reportgen.pipeline.plan import RunPlan, make_plan
from reportgen.studies.catalogue import STUDIES, load_study
from reportgen.verify.expected import must_be
from reportgen.verify.recompute import recompute_studies
from reportgen.verify.studies import (
    Evaluated,
    Expected,
    compare_studies,
    expected_studies,
    left_to_training,
)

NAME = "fashion-and-digits"


MEANINGS = {
    "NEEDS_DATA": "patterns of numbers that weights and data show, and other values do not",
    "NEEDS_TRAINING": "patterns of numbers that further trainings only show, so --retrain alone",
}


def surprises(study: str, constant: str, missed: list[str]) -> list[str]:
    """What the constant of the study's own test file does not name, and names for nothing."""
    patterns = constant_of("studies", study, constant, MEANINGS[constant])
    unknown = [each for each in missed if not any(fnmatch.fnmatch(each, one) for one in patterns)]
    return unknown + [one for one in patterns if not fnmatch.filter(missed, one)]


@cache
def made() -> tuple[Evidence, RunPlan, dict[str, Evaluated]]:
    """Evidence with every study, and the outputs that its models gave."""
    assignment, kept = load_assignment(NAME, Path()), {}

    def train(jobs: Any) -> Any:
        for job in jobs:
            kept[job.name] = job, trained_well(job)
        return [trained for _, trained in kept.values()]

    evidence = measure_assignment(assignment, {"studies": tuple(STUDIES)}, train=train)
    settings = ReportSettings.model_validate({"assignment": NAME, "studies": tuple(STUDIES)})
    plan = make_plan(Configuration(settings, Path(), "test"), assignment)
    models = {
        name: Evaluated(
            name,
            job.dataset,
            trained.weights,
            *(
                (logits.astype(np.float64), np.full(logits.shape, 1e-5))
                for logits in (trained.logits_test, trained.logits_train)
            ),
        )
        for name, (job, trained) in kept.items()
    }
    return evidence, plan, models


@cache
def expected() -> Expected:
    evidence, plan, models = made()
    return expected_studies(evidence.record, plan, models)


def differences(record: dict[str, Any]) -> list[str]:
    found = [*recompute_studies(record), *compare_studies(record, expected())]
    return [each.place for each in found]


def numbers(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Paths of numbers, the first and the last of each list, and of the first model."""
    if isinstance(value, dict):
        for place, (key, inner) in enumerate(value.items()):
            if place == 0 or path != ("models",):
                yield from numbers(inner, (*path, key))
    elif isinstance(value, list):
        for k in sorted({0, len(value) - 1} & set(range(len(value)))):
            yield from numbers(value[k], (*path, k))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path


def forged(record: dict[str, Any], study: str, path: tuple[str | int, ...]) -> dict[str, Any]:
    """The record with one number of a study a tenth larger, and at least 1 or 0.01."""
    changed = copy.deepcopy(record)
    node: Any = changed["studies"][study]
    for step in path[:-1]:
        node = node[step]
    old = node[path[-1]]
    more = max(1, abs(old) // 10) if isinstance(old, int) else max(0.01, abs(old) / 10)
    node[path[-1]] = old + more
    return changed


def test_a_genuine_record_agrees() -> None:
    assert differences(made()[0].record) == []


@pytest.mark.parametrize("study", STUDIES)
def test_a_forged_number_of_a_study_is_found(study: str) -> None:
    record, tests = made()[0].record, f"of tests/studies/test_{study}.py"
    to_data, to_training = [], []
    for path in numbers(record["studies"][study]):
        changed = forged(record, study, path)
        if not list(recompute_studies(changed)):
            is_found = list(compare_studies(changed, expected()))
            (to_data if is_found else to_training).append(".".join(map(str, path)))
    assert surprises(study, "NEEDS_TRAINING", to_training) == [], (
        f"no check finds these forged: give them in `expected` or `follows` of the study, or in "
        f"NEEDS_TRAINING {tests}"
    )
    assert surprises(study, "NEEDS_DATA", to_data) == [], (
        f"without data these are not found: give them in `follows` of the study, or in "
        f"NEEDS_DATA {tests}"
    )
    assert load_study(study).needs_training or not to_training, (
        f"say in `needs_training` of the study what {to_training} are"
    )


@pytest.mark.parametrize("study", STUDIES)
def test_retraining_compares_every_number(study: str) -> None:
    record = made()[0].record
    measured = record["studies"][study]
    for path in numbers(measured):
        changed = forged(record, study, path)["studies"][study]
        assert list(must_be(study, changed, measured, 0)), path


Move = Callable[[NDArray[Any], NDArray[np.int64]], NDArray[Any]]


def rounded_otherwise(bound: float, move: Move) -> list[str]:
    """Differences found in studies where the report's weights are rounded, and logits moved.

    Args:
        bound: how far a logit may be off.
        move: given logits and labels, gives the logits that the studies are of.
    """
    evidence, plan, models = made()
    off, known = {}, {}
    for name, model in models.items():
        fitted = model.dataset.y_train[: len(model.train[0])]
        (test, _), (train, _) = model.test, model.train
        moved = move(test, model.dataset.y_test), move(train, fitted)
        bounds = np.full(test.shape, bound), np.full(train.shape, bound)
        off[name] = dataclasses.replace(
            model, test=(moved[0], bounds[0]), train=(moved[1], bounds[1])
        )
        known[name] = dataclasses.replace(
            model,
            test=(test, bounds[0]),
            train=(train, bounds[1]),
            weights={part: values.astype(np.float16) for part, values in model.weights.items()},
        )
    record = copy.deepcopy(evidence.record)
    for name, (measured, *_) in expected_studies(record, plan, off).studies.items():
        for model_name, values in measured["models"].items():
            record["studies"][name]["models"][model_name].update(values)
    return [
        f"{each.place} {each.text}"
        for each in compare_studies(record, expected_studies(record, plan, known))
    ]


def tipped(logits: NDArray[Any], labels: NDArray[np.int64], size: float) -> NDArray[Any]:
    """Logits where near ties are moved towards the label, or away from it if size is negative."""
    second, first = np.sort(logits, axis=1)[:, -2:].T
    is_near = first - second < 2 * abs(size)
    towards = 2 * np.eye(logits.shape[1])[labels] - 1
    return logits + np.where(is_near[:, np.newaxis], size * towards, 0)


UNMARKED = "mark these fields of the study's record with a Rounding of evaluation/record_types.py"


@pytest.mark.parametrize("bound", [1e-5, 1e-3, 0.03])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_studies_of_what_is_rounded_otherwise_agree(seed: int, bound: float) -> None:
    rng = np.random.default_rng(seed)
    found = rounded_otherwise(
        bound, lambda logits, _: logits + rng.uniform(-bound, bound, logits.shape)
    )
    assert found == [], UNMARKED


@pytest.mark.parametrize("size", [0.085, -0.085])
def test_studies_of_near_ties_that_rounding_tips_one_way_agree(size: float) -> None:
    found = rounded_otherwise(abs(size), lambda logits, labels: tipped(logits, labels, size))
    assert found == [], UNMARKED


def test_each_study_is_computed_again_or_says_why_not() -> None:
    said = {line.partition(":")[0] for line in left_to_training(made()[0].record, made()[1])}
    context = expected().contexts[0]
    studies = {name: load_study(name) for name in STUDIES}
    assert said == {
        name
        for name, study in studies.items()
        if study.plan_jobs(context) or study.plan_first_steps(context)
    }
    assert all(expected().studies[name][0] for name in STUDIES)
