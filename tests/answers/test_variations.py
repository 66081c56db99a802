"""Every built-in assignment reads right under every variation of settings, data and outcome."""

from __future__ import annotations

import re
from functools import cache

import pytest
from measured import NAMES
from silly import sentences, silly
from variations import VARIATIONS, varied

from reportgen.answers.compose import Composition, compose
from reportgen.evidence.record import EvidenceRecord


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
    assert [what for what, pattern in untrue(record).items() if re.search(pattern, text)] == []


def untrue(record: EvidenceRecord) -> dict[str, str]:
    """What must not be said of these models, and the words that would say it."""
    models = list(record["models"].values())
    layers = [layer for model in models for layer in model["architecture"]["layers"]]
    derived = list(record["derived"]["models"].values())
    found = {}
    if not any(layer.get("activation") == "relu" for layer in layers):
        found["ReLU is used"] = r"\bapply ReLU|ReLU sets|use ReLU|\(ReLU\)|with ReLU"
    if all(model["architecture"]["output"] == "softmax" for model in models):
        found["the model gives logits"] = r"(?:puts out|outputs|gives|output of)[^.]{0,30} logits"
    if not any(layer["kind"] == "dropout" for layer in layers):
        found["there is dropout"] = r"[Dd]ropout"
    for model in derived:
        if model["n_validation_images"]:
            n = f"{model['n_train_images'] - model['n_validation_images']:,}"
            found["the images fitted to are all"] = rf"\b(?:the|all|its) {n} training images"
    failed = [model["learned"] != "yes" for model in derived]
    if any(failed):
        found["the task of a failed model is judged"] = r"easier|better design"
    if all(failed):
        found["a failed model is praised"] = r"recognised, of|no reason to doubt|learns to"
    return found


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
