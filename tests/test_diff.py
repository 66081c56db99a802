from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from small_project import build_project, replace_text, set_key, stand_in_for_training, write_project

from reportgen.diff import ReportDifference, compare_reports, describe_difference, seed_spreads
from reportgen.errors import RenderError


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders ``old`` and ``new``: another title, another training of one model, other words."""
    base = tmp_path_factory.mktemp("reports")
    config = write_project(base / "project")
    with config.open("a", encoding="utf-8") as file:
        file.write("\n[models.wide]\nrepeats = 3\n\n[models.narrow]\nrepeats = 3\n")
    with pytest.MonkeyPatch.context() as patch:
        stand_in_for_training(patch)
        build_project(config, base / "cache", output=base / "old")
        build_project(config, base / "cache", output=base / "same")
        set_key(config, 'title = "Changed"')
        replace_text(config, "[models.narrow]", "[models.narrow]\nepochs = 5")
        replace_text(config.parent / "answers/which.md", "I looked at", "I studied")
        build_project(config, base / "cache", output=base / "new")
    return base


@pytest.fixture(scope="module")
def found(reports: Path) -> ReportDifference:
    return compare_reports(reports / "old", reports / "new")


def evidence(folder: Path) -> dict:
    record: dict = json.loads((folder / "evidence.json").read_bytes())
    return record


def test_two_equal_reports_do_not_differ(reports: Path) -> None:
    found = compare_reports(reports / "old", reports / "same")
    assert (found.facts, found.verdicts, found.sentences) == ((), (), ())
    assert found.n_facts > 300
    assert describe_difference(found).splitlines()[1:] == [
        "verdicts: none changed",
        "sentences: none changed",
    ]


def test_facts_that_moved_are_told_with_how_far(reports: Path, found: ReportDifference) -> None:
    moves = {move.path: move for move in found.facts}
    old, new = evidence(reports / "old"), evidence(reports / "new")
    path = "models.narrow.test.accuracy"
    before, after = (each["models"]["narrow"]["test"]["accuracy"] for each in (old, new))
    assert before != after
    assert (moves[path].old, moves[path].new) == (before, after)
    assert moves[path].difference == pytest.approx(after - before)
    assert moves["report.title"].new == "Changed"
    assert moves["report.title"].difference is None
    assert moves["models.narrow.training.epochs"].difference == 3
    assert moves["models.narrow.training.history.loss.4"].old is None
    assert not [path for path in moves if path.startswith("models.wide.")]
    assert not [path for path in moves if path.startswith("report.prose")]


def test_a_difference_is_held_against_the_spread_over_seeds(
    reports: Path, found: ReportDifference
) -> None:
    record = evidence(reports / "new")
    runs = record["studies"]["repeats"]["models"]["narrow"]
    (move,) = (each for each in found.facts if each.path == "models.narrow.test.accuracy")
    assert move.seed_ratio == pytest.approx(abs(move.difference or 0) / runs["sd"])
    assert "times the standard deviation over seeds" in describe_difference(found)
    spread = seed_spreads(record)
    wide = record["studies"]["repeats"]["models"]["wide"]["sd"]
    together = (runs["sd"] ** 2 + wide**2) ** 0.5
    assert spread["comparison.test_accuracy_difference"] == pytest.approx(together)
    del record["studies"]["repeats"]
    assert seed_spreads(record) == {}


def test_sentences_are_compared_as_they_read(found: ReportDifference) -> None:
    assert found.sentences is not None
    parts = {each.part: each for each in found.sentences}
    assert parts["title"].added == ("Changed",)
    assert "I looked at the images." in parts["which"].removed
    assert "I studied the images." in parts["which"].added
    assert any(sentence.startswith("The difference is") for sentence in parts["which"].added)
    assert "images" not in parts
    assert all("\ue000" not in line for line in describe_difference(found).splitlines())


def test_a_verdict_that_changed_is_told_apart_from_facts(reports: Path, tmp_path: Path) -> None:
    shutil.copytree(reports / "old", tmp_path / "edited")
    record = evidence(tmp_path / "edited")
    verdict = record["comparison"]["verdict"]
    record["comparison"]["verdict"] = "wide"
    match = record["models"]["narrow"]["predictions"][0]
    match["match"] = not match["match"]
    (tmp_path / "edited" / "evidence.json").write_text(json.dumps(record), encoding="utf-8")
    found = compare_reports(reports / "old", tmp_path / "edited")
    told = {move.path: (move.old, move.new) for move in found.verdicts}
    assert told["comparison.verdict"] == (verdict, "wide")
    assert told["models.narrow.predictions.0.match"] == (not match["match"], match["match"])
    assert f"comparison.verdict: {verdict} -> wide" in describe_difference(found)
    assert found.sentences is not None
    assert "One is better." in next(e for e in found.sentences if e.part == "which").added


def test_evidence_without_pixels_has_facts_but_no_sentences(reports: Path, tmp_path: Path) -> None:
    for name in ("old", "new"):
        shutil.copyfile(reports / name / "evidence.json", tmp_path / f"{name}.json")
    found = compare_reports(tmp_path / "old.json", tmp_path / "new.json")
    assert found.facts
    assert found.sentences is None
    assert "evidence.npz" in found.note
    assert found.note in describe_difference(found)


def test_a_folder_without_evidence_is_an_error(reports: Path, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"evidence\.json"):
        compare_reports(reports / "old", tmp_path)


def test_the_command_prints_json_or_lines(reports: Path) -> None:
    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "reportgen", "diff", "old", "new", *arguments]
        done = subprocess.run(command, cwd=reports, capture_output=True, text=True, check=True)
        return done.stdout

    summary = json.loads(run("--json"))
    assert set(summary) == {"n_facts", "facts", "verdicts", "sentences", "note"}
    assert {"part", "removed", "added"} == set(summary["sentences"][0])
    assert "report.title: Strokes, and what they mean -> Changed" in run()
