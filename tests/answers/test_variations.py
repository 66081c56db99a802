"""Every built-in assignment reads right under every variation of settings, data and outcome."""

from __future__ import annotations

import re
from functools import cache

import pytest
from measured import NAMES
from silly import sentences, silly, untrue
from variations import VARIATIONS, varied

from reportgen.answers.compose import Composition, compose


@cache
def composition(assignment: str, variation: str) -> Composition:
    loaded, evidence = varied(variation, assignment)
    return compose(evidence, loaded)


GRID = [(name, variation) for variation in VARIATIONS for name in NAMES]


@pytest.mark.parametrize(("assignment", "variation"), GRID)
def test_nothing_reads_silly(assignment: str, variation: str) -> None:
    assert list(silly(composition(assignment, variation))) == []


@pytest.mark.parametrize(("assignment", "variation"), GRID)
def test_what_is_said_of_layers_and_failures_is_so(assignment: str, variation: str) -> None:
    composed = composition(assignment, variation)
    text, record = sentences(composed.report), composed.evidence.record
    assert untrue(text, record) == []


FAILED = {
    "one class only": {"digits", "fashion"},
    "fashion names one class": {"fashion"},
    "digits guessed": {"digits"},
}


@pytest.mark.parametrize(("variation", "failed"), FAILED.items())
@pytest.mark.parametrize("assignment", NAMES)
def test_a_failed_training_leads(assignment: str, variation: str, failed: set[str]) -> None:
    composed = composition(assignment, variation)
    derived = composed.evidence.record["derived"]["models"]
    text = sentences(composed.report)
    for name in failed & set(derived):
        who = f"the {derived[name]['label']} model"
        assert re.search(rf"(?i:{who}) did not learn its task|not show that {who} learned", text)
