"""A number that no image has is an error before training, not another image."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from batch_project import Inline, Watching, run_batch, write_class
from small_project import Quiet, build_project, replace_text, stand_in_for_training, write_project

from reportgen.config.configuration import load_config
from reportgen.errors import ConfigError
from reportgen.pipeline.build import BuildOptions, build_report
from reportgen.pipeline.check import check_configuration

DIGITS = 'assignment = "digits-walkthrough"\n[models.digits]\nepochs = 1\n'


def built(folder: Path, text: str, tier: str = "sample") -> Path:
    """Build a configuration on a built-in dataset; returns the report's folder."""
    config = folder / "report.toml"
    config.write_text(
        f'{text}[data]\ntier = "{tier}"\n[output]\nformats = ["md"]\n', encoding="utf-8"
    )
    options = BuildOptions(folder / "cache", folder / "report", allow_download=False)
    return build_report(load_config(config), options, Quiet()).folder


def digits(selection: str) -> str:
    return f"{DIGITS}[selections]\n{selection}\n"


# What is asked, what the message names, and how many images there are.
LACKING = {
    "the first that is not there": ("example = [10000]", "example", "10000", "10,000 test"),
    "far away": ("example = [9999999]", "example", "9999999", "10,000 test"),
    "of a training set": ("first = [60000]", "first", "60000", "60,000 training"),
    "one among others": ("example = [1, 10001, 2]", "example", "10001", "10,000 test"),
}


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize("tier", ["full", "sample", "auto"])
@pytest.mark.parametrize("kind", LACKING)
def test_a_number_that_even_the_full_data_lack_is_an_error(
    tmp_path: Path, kind: str, tier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    line, key, number, n = LACKING[kind]
    # The full data are not needed to know how many images they have.
    monkeypatch.setattr("reportgen.pipeline.run.choose_tier", lambda *_: "sample")
    with pytest.raises(ConfigError) as caught:
        built(tmp_path, digits(line), tier)
    assert caught.value.exit_code == 2
    for text in ("report.toml", f"selections.{key}", number, n):
        assert text in str(caught.value)
    assert not (tmp_path / "report").exists()


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize("number", ["-1", "1.5", '"1"', "10000001"])
def test_what_is_no_number_of_an_image_is_an_error(tmp_path: Path, number: str) -> None:
    with pytest.raises(ConfigError, match=r"report\.toml, line \d+: selections\.example"):
        built(tmp_path, digits(f"example = [{number}]"))


@pytest.mark.usefixtures("quick_training")
@pytest.mark.parametrize("number", [9999, 1000])
def test_on_the_sample_numbers_of_the_full_data_are_replaced_and_told(
    tmp_path: Path, number: int
) -> None:
    folder = built(tmp_path, digits(f"example = [{number}]"))
    report = json.loads((folder / "evidence.json").read_bytes())["report"]
    assert [each["asked"] for each in report["replacements"]] == [number]


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize(("key", "n"), [("predicted", 100), ("shown", 300)])
def test_a_dataset_of_ones_own_must_have_the_image(tmp_path: Path, key: str, n: int) -> None:
    config = write_project(tmp_path / "project")
    replace_text(config, "[output]", f"[selections]\n{key} = [{n}]\n\n[output]")
    for run in (
        lambda: build_project(config, tmp_path / "cache"),
        lambda: check_configuration(load_config(config), tmp_path / "cache", Quiet()),
    ):
        with pytest.raises(ConfigError) as caught:
            run()
        for text in (str(config), f"selections.{key}", f"no image {n}", f"strokes has {n} t"):
            assert text in str(caught.value)
    # The way out leads to a report.
    replace_text(config, f"{key} = [{n}]", f"{key} = [{n - 1}]")
    with pytest.MonkeyPatch.context() as patch:
        stand_in_for_training(patch)
        folder = build_project(config, tmp_path / "cache").folder
    images = json.loads((folder / "evidence.json").read_bytes())["images"]
    assert [each["index"] for each in images if each["selection"] == key] == [n - 1]


@pytest.mark.usefixtures("quick_training")
def test_an_assignments_number_that_ones_own_data_lack_is_replaced_and_told(tmp_path: Path) -> None:
    config = write_project(tmp_path / "project")
    replace_text(config.parent / "strokes-assignment/assignment.toml", "[5]", "[500]")
    folder = build_project(config, tmp_path / "cache").folder
    report = json.loads((folder / "evidence.json").read_bytes())["report"]
    assert [each["asked"] for each in report["replacements"]] == [500]


@pytest.mark.usefixtures("no_training")
def test_an_assignments_number_that_built_in_data_lack_is_its_fault(tmp_path: Path) -> None:
    config = write_project(tmp_path / "project")
    assignment = config.parent / "strokes-assignment/assignment.toml"
    replace_text(assignment, 'dataset = "strokes"\nlayers = [{ dense = 4', 'dataset = "mnist"\n'
                 'layers = [{ dense = 4')  # fmt: skip
    replace_text(assignment, "[5]", "[10000]")
    with pytest.raises(ConfigError, match=r"assignment\.toml: selections\.predicted: .* 10000"):
        build_project(config, tmp_path / "cache")


@pytest.mark.usefixtures("quick_training")
def test_in_a_roster_only_the_row_that_asks_for_it_fails(tmp_path: Path) -> None:
    rows = ["s0,A,5", "s1,B,100", "s2,C,99"]
    roster = write_class(tmp_path, rows, "id,name,selections.predicted")
    text = (tmp_path / "report.toml").read_text(encoding="utf-8")
    text = text.replace('selections = "personal"\nsalt = "spring"\n', "")
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    observer = Watching()
    result = run_batch(roster, Inline(), observer)
    states = [outcome.state for outcome in result.outcomes]
    assert states == ["made", "failed", "made"]
    assert "selections.predicted: there is no image 100" in result.failed[0].error
    assert not (tmp_path / "out/s1").exists()
