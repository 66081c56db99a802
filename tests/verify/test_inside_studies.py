"""Studies of genuine evidence follow from their counts; what was put in does not."""

from __future__ import annotations

from typing import Any

import pytest
from counterfactual import level_pairs, paired, reasons, same_as_twin
from measured import measured_evidence
from variants import Change, changed, of_study

from reportgen.studies.catalogue import STUDIES
from reportgen.verify.recompute import recompute_studies

NAME = "fashion-and-digits"


def differences(*changes: Change) -> list[str]:
    evidence = changed(measured_evidence(NAME, studies=tuple(STUDIES)), *changes)
    return [found.place for found in recompute_studies(evidence.record)]


def all_fitted(record: dict[str, Any]) -> None:
    """No training image is confused, so that no classes are merged."""
    for name, model in record["models"].items():
        model["train"] |= {"n_correct": model["train"]["n_total"], "accuracy": 1.0}
        for study in record["studies"].values():
            found = (study.get("models") or {}).get(name, {})
            if "model_train" in found:
                found["model_train"] |= {
                    key: model["train"][key] for key in ("n_correct", "accuracy")
                }
        record["studies"]["repeats"]["models"][name]["runs"][0]["train_accuracy"] = 1.0
        record["studies"]["repeats"]["models"][name]["train_accuracies"][0] = 1.0


def unmerged(record: dict[str, Any]) -> None:
    for name in record["models"]:
        reasons(name, merged=None)(record)


@pytest.mark.parametrize(
    "changes",
    [(), (paired(4, 0),), (paired(0, 0),), (all_fitted, unmerged)],
    ids=["as-measured", "few-discordant", "none-discordant", "all-fitted"],
)
def test_studies_that_follow_agree(changes: tuple[Change, ...]) -> None:
    assert differences(*changes) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ((paired(4, 0), of_study("linear_twin", paired__verdict="first")), "paired.verdict"),
        ((same_as_twin, of_study("linear_twin", paired__ci95=[0.0, 0.0])), "paired.ci95"),
        ((all_fitted,), "merged"),
        ((level_pairs(2), reasons("digits", errors__n_wrong=3)), "errors.n_wrong"),
    ],
    ids=["verdict", "interval", "merged", "errors"],
)
def test_a_study_that_does_not_follow_is_found(changes: tuple[Change, ...], place: str) -> None:
    assert any(found.endswith(place) for found in differences(*changes))
