"""Trainings and studies of a run on small data: made once, together, and then found again."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_datasets import write_npz
from training_jobs import make_patterns

from reportgen.config.configuration import load_config
from reportgen.datasets.sources import Search
from reportgen.evidence.check import check_record
from reportgen.pipeline.ledger import Ledger, Stage, open_store
from reportgen.pipeline.report import ReportJob
from reportgen.pipeline.run import Measured
from reportgen.studies.catalogue import STUDIES
from reportgen.training.jobs import EpochEnd

pytestmark = pytest.mark.slow


@dataclass
class Listener:
    """An observer that remembers what was trained."""

    trained: list[str] = field(default_factory=list)

    def notice(self, text: str) -> None: ...

    def stage(self, stage: Stage) -> None: ...

    def trainings(self, epochs: Mapping[str, int]) -> None:
        self.trained += epochs

    def epoch(self, end: EpochEnd) -> None: ...

    def download(self, title: str, received: int, total: int) -> None: ...


@dataclass
class Run:
    """What one run measured, trained and recorded."""

    measured: Measured
    trained: list[str]
    stages: list[Stage]

    def study(self, name: str, model: str = "digits") -> dict[str, Any]:
        """A study's record of a model."""
        found: dict[str, Any] = self.measured.record["studies"][name]["models"][model]
        return found


ALL_STUDIES = ", ".join(f'"{name}"' for name in STUDIES)
CONFIGURATION = f"""
seed = 3
studies = [{ALL_STUDIES}]
[models.digits]
dataset = "patterns"
layers = [{{dense = 64}}]
epochs = 12
learning_rate = 0.01
repeats = 2
[models.fashion]
dataset = "patterns"
layers = [{{dense = 64}}]
epochs = 12
learning_rate = 0.01
repeats = 2
[selections]
inspect = [300, 301, 302]
[datasets.patterns]
npz = "patterns.npz"
class_names = [{", ".join(f'"p{k}"' for k in range(10))}]
"""


def run(folder: Path, text: str) -> Run:
    """All measurements of a configuration, with a store in the same folder."""
    path = folder / "report.toml"
    path.write_text(text)
    config = load_config(path)
    listener = Listener()
    ledger = Ledger(open_store(folder / "cache", listener.notice), listener)
    search = Search.on_this_machine(folder / "cache", data_dir=None, allow_download=False)
    measured = ReportJob.of(config).run(search, ledger).measured()
    return Run(measured, listener.trained, ledger.stages)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("run")
    dataset = make_patterns(n_train=400, n_test=150)
    arrays = (dataset.x_train, dataset.y_train, dataset.x_test, dataset.y_test)
    write_npz(path / "patterns.npz", arrays)
    return path


@pytest.fixture(scope="module")
def first(folder: Path) -> Run:
    return run(folder, CONFIGURATION)


def test_trainings_that_are_the_same_are_made_once(first: Run) -> None:
    # Both models have the same settings, data and seed, and so do their twins.
    assert first.trained == [
        "fashion",
        "fashion (linear baseline)",
        "digits (seed 4)",
        "fashion (linear)",
        "fashion (softmax read as logits)",
        "fashion (logits read as probabilities)",
        "fashion (shuffled labels)",
    ]
    record = first.measured.record
    assert record["models"]["digits"]["test"] == record["models"]["fashion"]["test"]


def test_record_of_all_studies_is_plain_and_fits_the_schema(first: Run) -> None:
    record = first.measured.record
    assert list(record["studies"]) == list(STUDIES)
    json.dumps(record, allow_nan=False)
    report = {"assignment": "a", "title": "t", "author": None, "course": None, "date": None}
    about = {"report": {**report, "settings": {}, "prose": {}}, "provenance": {}}
    check_record({**record, "schema_version": 1, **about}, "it")


def test_images_of_a_study_are_in_the_evidence(first: Run) -> None:
    record, arrays = first.measured.record, first.measured.arrays
    found = first.study("confidence")
    sample = [image for image in record["images"] if image["selection"] == "sample_digits"]
    assert len(sample) == found["sample"]["n"]
    predictions = [
        p for p in record["models"]["digits"]["predictions"] if p["selection"] == "sample_digits"
    ]
    assert [p["index"] for p in predictions] == [image["index"] for image in sample]
    assert sum(p["match"] for p in predictions) == found["sample"]["n_right"]
    assert all(arrays[image["id"]].dtype == np.uint8 for image in sample)
    assert "images" not in record["studies"]["confidence"]
    mistakes = [
        p
        for p in record["models"]["digits"]["predictions"]
        if p["selection"] == found["mistakes_selection"]
    ]
    assert [p["index"] for p in mistakes] == [m["index"] for m in found["mistakes"]]
    assert not any(p["match"] for p in mistakes)


def test_a_softmax_read_as_logits_stays_above_its_floor(first: Run) -> None:
    found = first.study("wrong_pairing")["softmax_as_logits"]
    assert found["above_floor"]
    assert found["lowest_loss"] > math.log(1 + 9 / math.e)
    own = first.measured.record["models"]["digits"]["training"]["history"]["loss"]
    assert own[-1] < found["loss_floor"]


def test_shuffled_labels_are_learnt_and_mean_nothing(first: Run) -> None:
    found = first.study("shuffled_labels")
    own = first.measured.record["models"]["digits"]
    assert found["train"]["accuracy"] > 0.5
    assert found["test"]["accuracy"] < 0.3 < own["test"]["accuracy"]


def test_twin_with_linear_activations_is_one_affine_map(first: Run) -> None:
    assert first.study("linear_twin")["affine"]["agrees"]


def test_step_by_hand_agrees(first: Run) -> None:
    assert first.study("one_step")["agrees"]


def test_second_run_finds_everything(first: Run, folder: Path) -> None:
    again = run(folder, CONFIGURATION)
    assert again.trained == []
    assert all(stage.reused for stage in again.stages if not stage.name.startswith("data:"))
    assert again.measured.record == first.measured.record


def test_another_study_trains_only_what_it_needs(first: Run, folder: Path) -> None:
    more = run(folder, CONFIGURATION.replace("repeats = 2", "repeats = 3"))
    assert more.trained == ["digits (seed 5)"]
    assert more.study("repeats")["n_runs"] == 3
    assert more.study("repeats")["test_n_correct"][:2] == first.study("repeats")["test_n_correct"]
