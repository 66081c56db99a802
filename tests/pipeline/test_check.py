"""An author's words are checked on their own, and stop a build that they would spoil."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_project import Quiet, build_project, replace_text, write_project
from typer.testing import CliRunner

from reportgen.cli import app
from reportgen.config.configuration import load_config
from reportgen.errors import MismatchError, RenderError
from reportgen.pipeline.check import check_configuration

pytestmark = pytest.mark.usefixtures("quick_training")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project")


def write_answer(config: Path, text: str, *, question: str = "which") -> None:
    (config.parent / "answers" / f"{question}.md").write_text(text, encoding="utf-8")


def accuracies(result: Any) -> tuple[str, str]:
    """The wide model's test accuracy as percent, and one that is 10 points off."""
    value = 100 * result.models["wide"]["test_accuracy"]
    return f"{value:.1f} %", f"{(value + 10) % 100:.1f} %"


def test_without_evidence_a_check_says_to_build_first(config: Path, tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="Build first: reportgen build"):
        check_configuration(load_config(config), tmp_path / "cache", Quiet())


def test_a_check_tells_each_statement_with_its_line(config: Path, tmp_path: Path) -> None:
    right, wrong = accuracies(build_project(config, tmp_path / "cache"))
    write_answer(
        config,
        f"The wide model gets {right} of the test images right.\n\n"
        f"No: the wide model has a test accuracy of {wrong}.\n",
    )
    found = check_configuration(load_config(config), tmp_path / "cache", Quiet())
    assert [(each.line, each.status) for each in found.statements] == [
        (1, "supported"),
        (3, "contradicted"),
    ]
    assert found.as_json()["counts"] == {"supported": 1, "contradicted": 1, "not testable": 0}
    with pytest.raises(MismatchError, match="1 statement is contradicted"):
        found.require_no_contradiction()


def test_a_build_stops_at_a_contradiction_and_leaves_the_folder_alone(
    config: Path, tmp_path: Path
) -> None:
    right, wrong = accuracies(build_project(config, tmp_path / "cache"))
    before = {p: p.read_bytes() for p in (config.parent / "report").rglob("*") if p.is_file()}
    write_answer(config, f"The test accuracy of the wide model is {wrong}.")
    with pytest.raises(MismatchError, match=r"answers/which\.md:1: contradicted") as caught:
        build_project(config, tmp_path / "cache")
    assert len(str(caught.value).splitlines()) <= 5
    assert right.removesuffix(" %") in str(caught.value)
    after = {p: p.read_bytes() for p in (config.parent / "report").rglob("*") if p.is_file()}
    assert before == after


def test_allowed_contradictions_are_printed_marked_every_time(config: Path, tmp_path: Path) -> None:
    _, wrong = accuracies(build_project(config, tmp_path / "cache"))
    write_answer(config, f"The test accuracy of the wide model is **{wrong}**.")
    for _ in range(2):
        observer = Quiet()
        build_project(config, tmp_path / "cache", observer, allow_contradictions=True)
        assert any("answers/which.md:1: contradicted" in notice for notice in observer.notices)
    html = (config.parent / "report" / "index.html").read_text(encoding="utf-8")
    assert f'<mark class="contradicted">{wrong}</mark>' in html
    markdown = (config.parent / "report" / "report.md").read_text(encoding="utf-8")
    assert f"{wrong}~~ [contradicted by the evidence" in markdown
    with pytest.raises(MismatchError):
        build_project(config, tmp_path / "cache")


def test_many_contradictions_are_told_in_five_lines(config: Path, tmp_path: Path) -> None:
    _, wrong = accuracies(build_project(config, tmp_path / "cache"))
    write_answer(config, f"The wide model has a test accuracy of {wrong}.\n\n" * 6)
    with pytest.raises(MismatchError, match="3 more: reportgen check") as caught:
        build_project(config, tmp_path / "cache")
    assert len(str(caught.value).splitlines()) <= 5


def test_what_an_answer_states_rightly_covers_what_the_assignment_requires(
    config: Path, tmp_path: Path
) -> None:
    toml = config.parent / "strokes-assignment" / "assignment.toml"
    requires = (
        'requires = [{ says = "the test accuracy", fact = "models.wide.test.accuracy" },\n'
        '            { says = "the training accuracy", fact = "models.wide.train.accuracy" }]\n'
    )
    with toml.open("a", encoding="utf-8") as file:
        file.write(requires)
    right, _ = accuracies(build_project(config, tmp_path / "cache"))
    write_answer(config, f"The wide model has a test accuracy of {right}.")
    build_project(config, tmp_path / "cache")
    html = (config.parent / "report" / "index.html").read_text(encoding="utf-8")
    missing = html[html.index('<h2 id="missing">') : html.index('<h2 id="made">')]
    assert "the training accuracy" in missing
    assert "the test accuracy" not in missing


def test_captions_and_tables_inside_an_answer_are_checked_too(config: Path, tmp_path: Path) -> None:
    _, wrong = accuracies(build_project(config, tmp_path / "cache"))
    write_answer(
        config,
        '{% call figure("confusion_matrix", id="mine", model="wide") %}'
        f"Wide model, test accuracy {wrong}.{{% endcall %}}\n\n"
        '{% call table(id="own", caption="Both models.") %}\n'
        f"| Model | Test accuracy |\n| :-- | --: |\n| wide | {wrong} |\n{{% endcall %}}\n",
    )
    found = check_configuration(load_config(config), tmp_path / "cache", Quiet())
    assert [(each.line, each.status) for each in found.statements] == [
        (1, "contradicted"),
        (6, "contradicted"),
    ]
    build_project(config, tmp_path / "cache", allow_contradictions=True)
    html = (config.parent / "report" / "index.html").read_text(encoding="utf-8")
    assert html.count(f'<mark class="contradicted">{wrong}</mark>') == 2


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def test_the_command_prints_one_line_a_statement_or_json(config: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    right, wrong = accuracies(build_project(config, cache))
    write_answer(config, f"The wide model has a test accuracy of {wrong}.")
    done = run("check", config, "--cache-dir", cache)
    assert isinstance(done.exception, MismatchError)
    assert done.stdout.startswith("answers/which.md:1: contradicted: “" + wrong)
    assert "0 supported, 1 contradicted, 0 not testable" in done.stdout
    done = run("check", config, "--cache-dir", cache, "--json")
    assert isinstance(done.exception, MismatchError)
    assert json.loads(done.stdout)["statements"][0]["passage"] == wrong
    write_answer(config, f"The wide model has a test accuracy of {right}.")
    assert run("check", config, "--cache-dir", cache).exit_code == 0


def test_a_faulty_template_is_found_by_a_check_before_there_is_evidence(
    config: Path, tmp_path: Path
) -> None:
    which = config.parent / "strokes-assignment" / "which.md"
    replace_text(which, "wide", "wider")
    with pytest.raises(RenderError, match=r"which\.md, line \d+: unknown fact models\.wider"):
        check_configuration(load_config(config), tmp_path / "cache", Quiet())
