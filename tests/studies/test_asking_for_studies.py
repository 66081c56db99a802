"""Which studies a run does, from its assignment and its configuration."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import get_origin

import pytest
from typing_extensions import is_typeddict

import reportgen.studies
from reportgen.config.assignments import load_assignment
from reportgen.config.configuration import load_config, with_changes
from reportgen.errors import ConfigError
from reportgen.pipeline.plan import make_plan
from reportgen.studies.catalogue import STUDIES, load_study

OF_THE_ASSIGNMENT = ("double_softmax", "reasons")


def planned(**changes: object) -> tuple[str, ...]:
    """The studies of the default assignment with these changes."""
    config = with_changes(load_config(None), **changes)
    assignment = load_assignment(config.settings.assignment, config.folder)
    return make_plan(config, assignment).studies


def test_the_configuration_adds_to_those_of_the_assignment() -> None:
    assert planned() == OF_THE_ASSIGNMENT
    assert planned(studies=["one_step", "reasons"]) == (*OF_THE_ASSIGNMENT, "one_step")


def test_confidence_answers_to_calibration_too() -> None:
    assert planned(studies=["calibration"]) == (*OF_THE_ASSIGNMENT, "confidence")


def test_repeats_ask_for_the_study_that_shows_them() -> None:
    assert planned(models={"digits": {"repeats": 3}}) == (*OF_THE_ASSIGNMENT, "repeats")


def test_an_unknown_study_is_named_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"'repeat' is not known\. Did you mean repeats\?"):
        planned(studies=["repeat"])


def test_the_catalogue_names_every_study() -> None:
    modules = {
        name: import_module(f"reportgen.studies.{name}")
        for _, name, _ in pkgutil.iter_modules(reportgen.studies.__path__)
    }
    found = {name for name, module in modules.items() if hasattr(module, "STUDY")}
    assert found == set(STUDIES), "STUDIES of studies/catalogue.py names the modules with a STUDY"


@pytest.mark.parametrize("name", STUDIES)
def test_every_study_says_what_it_is(name: str) -> None:
    study = load_study(name)
    assert study.shows
    assert study.costs
    assert is_typeddict(get_origin(study.record) or study.record)
