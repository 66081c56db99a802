"""A study that cannot be made is left out: the build goes on, and the report says why."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small_project
from small_project import Quiet, build_project, replace_text, set_key, write_project
from verify.conftest import edit_record, train_consistently

from reportgen.errors import TrainingError
from reportgen.evidence.files import load_evidence
from reportgen.training.jobs import Diverged
from reportgen.verify.verify import check_submission

DIVERGED = "the training of “wide (linear)” diverged: its loss was no longer a finite number"
SAME = "no hidden layer has an activation other than linear, so a linear twin is the same model"


def diverging(name: str) -> Callable[..., Any]:
    """Made-up training in which one training diverges."""

    def train(jobs: Any, **options: Any) -> Any:
        done: list[Any] = [*train_consistently(jobs, **options)]
        for place, job in enumerate(jobs):
            if job.name == name:
                diverged = Diverged(name, 2, 0.0)
                if not job.may_diverge:
                    raise diverged.error(job.settings)
                done[place] = diverged
        return done

    return train


@pytest.fixture
def project(tmp_path: Path) -> Path:
    config = write_project(tmp_path)
    set_key(config, 'studies = ["linear_twin", "confidence"]')
    return config


@pytest.fixture
def linear_diverges(monkeypatch: pytest.MonkeyPatch) -> None:
    small_project.stand_in_for_training(monkeypatch, diverging("wide (linear)"))


def build(config: Path) -> tuple[Path, list[str]]:
    observer = Quiet()
    build_project(config, config.parent / "cache", observer)
    return config.parent / "report", [n for n in observer.notices if "left out" in n]


@pytest.mark.usefixtures("linear_diverges")
def test_a_diverging_training_of_a_study_does_not_end_the_build(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, notices = build(project)
    assert notices == [f"the study linear_twin is left out: {DIVERGED}."]
    record = load_evidence(folder).record
    assert list(record["studies"]) == ["confidence"]
    assert record["left_out"] == {"linear_twin": DIVERGED}
    text = (folder / "report.md").read_text(encoding="utf-8")
    assert text.count(f"The study “linear twin” was left out: {DIVERGED}.") == 1
    assert [level.status for level in check_submission(folder).levels][:2] == ["ok", "ok"]
    small_project.stand_in_for_training(monkeypatch, no_training)
    set_key(project, 'title = "Another"')
    build(project)  # what diverged is not tried again


@pytest.mark.usefixtures("linear_diverges")
def test_an_answer_that_needs_the_study_says_why_it_is_not_there(project: Path) -> None:
    template = project.parent / "strokes-assignment" / "which.md"
    twin = '{% set twin = study("linear_twin").models["wide"] %}\n{% call short_answer() %}'
    twin += "The twin is right for {{ twin.test.accuracy | percent }}.{% endcall %}\n"
    template.write_text(twin + template.read_text(encoding="utf-8"), encoding="utf-8")
    folder, _ = build(project)
    text = (folder / "report.md").read_text(encoding="utf-8").replace("\\", "")
    assert f"This answer needs the study “linear_twin”, which was left out: {DIVERGED}." in text
    assert "The twin is right for" not in text


def no_training(jobs: list[Any], **options: Any) -> list[Any]:
    assert not jobs
    return []


def test_a_model_that_diverges_still_ends_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_project.stand_in_for_training(monkeypatch, diverging("wide"))
    with pytest.raises(TrainingError, match=r"model 'wide'.*epoch 2\nlower its learning_rate"):
        build(project)


def test_a_model_whose_training_diverged_for_another_reports_study_ends_it(
    project: Path, linear_diverges: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(project)
    small_project.stand_in_for_training(monkeypatch)
    linear = '[models.wide]\nlayers = [{dense = 8, activation = "linear"}]\n\n[datasets.strokes]'
    replace_text(project, "[datasets.strokes]", linear)
    with pytest.raises(TrainingError, match="model 'wide'"):
        build(project)


def test_a_study_that_has_nothing_to_compare_is_left_out(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_project.stand_in_for_training(monkeypatch, diverging("none"))
    layers = "[models.wide]\nlayers = []\n[models.narrow]\nlayers = []\n\n[datasets.strokes]"
    replace_text(project, "[datasets.strokes]", layers)
    folder, notices = build(project)
    assert notices == [f"the study linear_twin is left out: {SAME}."]
    assert [level.status for level in check_submission(folder).levels][:2] == ["ok", "ok"]


@pytest.mark.usefixtures("linear_diverges")
@pytest.mark.parametrize(
    ("left_out", "place"),
    [
        ({"linear_twin": "it was not wanted"}, "left_out.linear_twin"),
        ({"linear_twin": SAME}, "left_out.linear_twin"),
        ({}, "studies"),
        ({"linear_twin": DIVERGED, "repeats": DIVERGED}, "studies"),
    ],
)
def test_a_study_is_not_left_out_for_a_made_up_reason(
    project: Path, left_out: dict[str, str], place: str
) -> None:
    folder, _ = build(project)
    edit_record(folder, lambda record: record.update(left_out=left_out))
    found = [each.place for level in check_submission(folder).levels for each in level.differences]
    assert place in found
