"""The published schema describes all that is written, and nothing else is written."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

import pytest
from measured import composed, measured_evidence

from reportgen.config.assignments import built_in_names
from reportgen.evidence.schema import evidence_schema
from reportgen.studies.catalogue import STUDIES

CHANGES = {
    "studies": tuple(STUDIES),
    "seed": 3,
    "author": "Ann",
    "selections": {"inspect": "random"},
    "models": {
        "digits": {
            "layers": [
                {"conv2d": 4, "kernel_size": 3},
                {"max_pooling2d": 2},
                {"dropout": 0.2},
                {"dense": 16},
            ],
            "validation_split": 0.2,
            "output": "softmax",
        },
        "fashion": {"dataset": "mnist"},
    },
}


def closed(schema: Any) -> Any:
    """The schema with objects that hold nothing but what it describes."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    is_open = schema.get("type") == "object" and schema.get("additionalProperties", True) is True
    return inner | {"additionalProperties": False} if is_open else inner


@cache
def validator() -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(closed(evidence_schema()))


def faults(record: dict[str, Any]) -> list[str]:
    """The places where a record holds what the schema does not describe."""
    return [f"{error.json_path}: {error.message}" for error in validator().iter_errors(record)]


@pytest.mark.parametrize("name", built_in_names())
def test_all_that_a_report_writes_is_described(name: str) -> None:
    assert faults(composed(name).evidence.record) == []


def test_all_that_other_settings_write_is_described() -> None:
    name = "fashion-and-digits"
    evidence = composed(name, measured_evidence(name, **CHANGES)).evidence
    assert evidence.record["derived"]["comparison"]["paired"] is not None
    assert evidence.record["derived"]["models"]["digits"]["curves"] is not None
    assert faults(evidence.record) == []


@pytest.mark.parametrize(
    "place",
    [
        "",
        "report",
        "report.settings",
        "provenance",
        "models.digits",
        "models.digits.architecture.layers.0",
        "images.0",
        "comparison",
        "derived",
        "derived.models.digits.gap",
        "derived.predictions.verify.0.steps.0",
        "derived.reasons",
        *(f"studies.{name}.models.digits" for name in ("double_softmax", "reasons")),
    ],
)
def test_what_is_not_described_is_found(place: str) -> None:
    record = copy.deepcopy(composed("fashion-and-digits").evidence.record)
    inner = record
    for part in place.split(".") if place else ():
        inner = inner[int(part) if isinstance(inner, list) else part]
    inner["more"] = 1
    (fault,) = faults(record)
    assert "'more'" in fault
