"""A faulty assignment is refused before training, with the place and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_datasets import one_message
from small_project import ASSIGNMENT, Quiet, build_project, replace_text, write_project

from reportgen.config.assignments import describe_assignment, make_assignment
from reportgen.errors import ConfigError

COMPARED = 'comparison = ["wide", "narrow"]\n'

# (text of the assignment to replace, its replacement, what the error says)
UNREADABLE = [
    ("images = [1, 2, 3]", 'images = "randm"', "line 18: selections.shown.images: input should be"),
    ("images = [1, 2, 3]", 'images = "random"', "selections.shown: a random selection needs n"),
    (
        'model = "wide"\nsplit',
        'model = "wild"\nsplit',
        "line 16: selections.shown.model: there is no model wild; there are wide, narrow.",
    ),
    (COMPARED, 'comparison = ["wide", "slim"]\n', "line 3: comparison: there is no model slim"),
    (COMPARED, 'comparison = ["wide", "wide"]\n', "line 3: comparison: name two models that diff"),
    (COMPARED, 'comparison = ["wide"]\n', "line 3: comparison has too few values."),
    (COMPARED, "", 'has the kind "compare", and no models are compared'),
    ('"show"\n', '"shown"\n', "questions[0].kind: input should be 'show'"),
    ('id = "images"', 'id = "My images"', "it may hold lower-case letters, digits and hyphens"),
    (
        '{ says = "images", figure = "image_grid" }',
        '{ says = "images", element = "verdict" }',
        'images requires a verdict; give it kind = "compare"',
    ),
]
# those that are found when the configuration is known
UNUSABLE = [
    ('dataset = "strokes"', 'dataset = "stroke"', "assignment.toml: models.wide.dataset"),
    ('"Two models', '"x"\nstudies = ["confidnce"]\n#', "assignment.toml: studies: 'confidnce'"),
    ("images = [1, 2, 3]", "images = [1, 2, 2]", "assignment.toml: selections.shown: a number is"),
    ('figure = "image_grid"', 'figure = "grid"', "'images': there is no figure 'grid'. There are"),
    (
        'figure = "image_grid"',
        'fact = "models.wide.accuracy"',
        "the question images requires 'images': unknown fact models.wide.accuracy. "
        "Did you mean models.wide.test.accuracy",
    ),
    (
        'figure = "image_grid"',
        'fact = ["models.wide.test.loss", "models.*.acuracy"]',
        "unknown fact models.wide.acuracy. Did you mean",
    ),
    ('figure = "image_grid"', 'fact = "**.acuracy"', "no fact is of the form **.acuracy."),
    ('figure = "image_grid"', 'fact = "models.wide.test"', "end with a star: models.wide.test.*"),
]  # fmt: skip
# what the evidence at hand need not have, so that nothing is wrong with asking for it
POSSIBLE = (
    "derived.models.wide.curves.best_epoch",  # only with validation images
    "derived.images.shown.7.label_name",
    "models.*.test.accuracy_ci95.*",
    "models.**.loss",
)


@pytest.mark.parametrize(("old", "new", "expected"), UNREADABLE, ids=lambda value: value[:30])
def test_settings_that_do_not_fit_are_named_with_line_and_key(
    old: str, new: str, expected: str
) -> None:
    assert old in ASSIGNMENT
    files = {"assignment.toml": ASSIGNMENT.replace(old, new, 1)}
    with pytest.raises(ConfigError) as caught:
        make_assignment("mine", files, Path("mine/assignment.toml"))
    message = one_message(caught.value)
    assert expected in message
    assert message.startswith("mine/assignment.toml, line ")
    assert "tuple" not in message
    assert ": :" not in message
    assert len(message.splitlines()) == 1  # what follows from the fault is not told as another


@pytest.mark.parametrize(("old", "new", "expected"), UNUSABLE, ids=lambda value: value[:30])
def test_what_a_run_cannot_have_stops_a_build_before_training(
    old: str, new: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write_project(tmp_path / "project")
    path = config.parent / "strokes-assignment" / "assignment.toml"
    path.write_text(ASSIGNMENT.replace(old, new, 1), encoding="utf-8")

    def train(*arguments: object, **options: object) -> None:
        raise AssertionError("training began")

    monkeypatch.setattr("reportgen.pipeline.run._warm_up", lambda: None)
    monkeypatch.setattr("reportgen.training.trainer.train_models", train)
    with pytest.raises(ConfigError) as caught:
        build_project(config, tmp_path / "cache")
    message = one_message(caught.value)
    assert expected in message
    assert "strokes-assignment/assignment.toml" in message


@pytest.mark.usefixtures("quick_training")
@pytest.mark.parametrize("path", POSSIBLE)
def test_what_another_run_may_have_can_be_required(path: str, tmp_path: Path) -> None:
    config, observer = write_project(tmp_path / "project"), Quiet()
    assignment = config.parent / "strokes-assignment" / "assignment.toml"
    replace_text(assignment, 'figure = "image_grid"', f'fact = "{path}"')
    build_project(config, tmp_path / "cache", observer)
    assert "answers lack what is required: images (images)." in observer.notices


@pytest.mark.usefixtures("quick_training")
def test_a_report_that_changes_a_model_may_lack_what_is_required(tmp_path: Path) -> None:
    config, observer = write_project(tmp_path / "project"), Quiet()
    assignment = config.parent / "strokes-assignment" / "assignment.toml"
    units = 'fact = "models.wide.architecture.layers.1.rate"'
    replace_text(assignment, 'figure = "image_grid"', units)
    with pytest.raises(ConfigError, match=r"unknown fact models\.wide\.architecture\.layers"):
        build_project(config, tmp_path / "cache", observer)
    with config.open("a", encoding="utf-8") as file:
        file.write("[models.wide]\nepochs = 2\n")
    build_project(config, tmp_path / "cache", observer)
    assert "answers lack what is required: images (images)." in observer.notices


def test_an_assignment_is_described_with_what_its_answers_must_hold() -> None:
    more = '{ says = "loss", fact = ["models.*.test.loss", "a.b"], n = 2 }, { says = "code", '
    text = ASSIGNMENT.replace(
        "requires = [{", f'requires = [{more}element = "listing", n = 3 }}, {{'
    )
    files = {"assignment.toml": text, "images.md": "x", "which.md": "x"}
    lines = describe_assignment(
        make_assignment("mine", files, Path("assignment.toml"))
    ).splitlines()
    assert "Comparison: wide and narrow" in lines
    assert "       - images (figure image_grid)" in lines
    assert "       - loss (2 facts models.*.test.loss or a.b)" in lines
    assert "       - code (3 × listing)" in lines


@pytest.mark.usefixtures("quick_training")
def test_a_complete_report_is_made_without_a_notice(tmp_path: Path) -> None:
    observer = Quiet()
    build_project(write_project(tmp_path / "project"), tmp_path / "cache", observer)
    assert not [notice for notice in observer.notices if "lack" in notice]
