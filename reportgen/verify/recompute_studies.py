"""What follows from other values in the studies of the evidence, computed again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from reportgen.evaluation.intervals import paired_from_counts
from reportgen.evaluation.scores import paired_record, ratio
from reportgen.evidence.record import SPLITS, EvidenceRecord, ModelRecord
from reportgen.studies.catalogue import STUDIES, load_study
from reportgen.verify.expected import must_be
from reportgen.verify.findings import Difference

Record = dict[str, Any]


def look_at_studies(record: EvidenceRecord) -> Iterator[Difference]:
    """Differences in the studies."""
    for name, study in record["studies"].items():
        path = f"studies.{name}"
        yield from _ratios(path, study)
        if name in STUDIES:
            yield from must_be(path, study, load_study(name).follows(study, record))
        for model, found in (study.get("models") or {}).items():
            yield from _model_scores(f"{path}.models.{model}", found, record["models"].get(model))
            yield from _paired(f"{path}.models.{model}", found)


def _ratios(path: str, value: Any) -> Iterator[Difference]:
    """Scores beside the counts that they come from, at any depth."""
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _ratios(f"{path}.{place}", inner)
    if not isinstance(value, dict):
        return
    if value.keys() >= {"n_correct", "n_total", "accuracy"}:
        n = value["n_total"]
        right = ratio(value["n_correct"], n)["accuracy"] if n else None
        yield from must_be(f"{path}.accuracy", value["accuracy"], right)
    for key, inner in value.items():
        yield from _ratios(f"{path}.{key}", inner)


def _model_scores(path: str, found: Any, model: ModelRecord | None) -> Iterator[Difference]:
    """The model's own scores, where a study repeats them."""
    for part in SPLITS[::-1]:
        if model is not None and isinstance(found, dict) and f"model_{part}" in found:
            keys = ("n_correct", "n_total", "accuracy", "loss")
            right = {key: value for key, value in model[part].items() if key in keys}
            yield from must_be(f"{path}.model_{part}", found[f"model_{part}"], right)


def _paired(path: str, value: Any) -> Iterator[Difference]:
    """Comparisons on the same images, wherever they stand, beside their counts."""
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key == "paired":
            yield from _pair(f"{path}.paired", inner)
        else:
            yield from _paired(f"{path}.{key}", inner)


def _pair(path: str, found: Record) -> Iterator[Difference]:
    b, c, n = found["n_first_only"], found["n_second_only"], found["n_total"]
    if not 0 <= b + c <= n <= 10**7:
        yield Difference(path, "has counts that cannot be")
        return
    yield from must_be(path, found, paired_record(paired_from_counts(b, c, n), n))
