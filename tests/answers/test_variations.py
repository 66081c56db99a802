"""Every built-in assignment reads right under every variation of settings, data and outcome."""

from __future__ import annotations

import re
from functools import cache

import pytest
from measured import NAMES
from reading import read_answer
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


@pytest.mark.parametrize("assignment", ["fashion-and-digits", "fashion-and-digits-notes"])
def test_a_failed_model_is_no_reason_not_to_answer(assignment: str) -> None:
    loaded, evidence = varied("fashion names one class", assignment)
    history = evidence.record["models"]["fashion"]["training"]["history"]
    history["loss"][0], history["loss"][-1] = 2.263, 2.288
    history["accuracy"][0], history["accuracy"][-1] = 0.141, 0.116
    report = compose(evidence, loaded).report
    array, match, comparison = (
        " ".join(read_answer(report, question).split())
        for question in ("predictions-array", "argmax-label", "comparison")
    )
    assert array.index("belongs to") < array.index("Mind that this model names")
    if "Yes, it matches" in match:
        assert "It matches by chance: this model names" in match
    assert comparison.index("is more accurate") < comparison.index("did not learn its task")
    assert "is too large: during training its loss went up from 2.263 to 2.288." in comparison
