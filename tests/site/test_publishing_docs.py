"""The workflow file and the instructions name commands, options and files that there are."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import typer
import yaml
from places import ROOT

from reportgen.cli import USAGE_ERROR, app

WORKFLOW = ROOT / "docs" / "publish-site.yml"
GUIDE = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
GUIDE_COMMANDS = re.findall(r"^\$ (reportgen .+)$", GUIDE, re.MULTILINE)


def steps_of(text: str) -> list[dict[str, Any]]:
    workflow = yaml.safe_load(text)
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def faults_of(command: str) -> list[str]:
    """What is wrong with a command line: an unknown program, target, command or option."""
    program, *words = shlex.split(command)
    if program == "make":
        return [word for word in words if not re.search(rf"^{word}:", MAKEFILE, re.MULTILINE)]
    if program not in (".venv/bin/reportgen", "reportgen"):
        return [program]
    parser: Any = typer.main.get_command(app)
    while hasattr(parser, "commands"):
        name, *words = words
        if name not in parser.commands:
            return [name]
        parser = parser.commands[name]
    try:
        parser.make_context(parser.name, words)
    except USAGE_ERROR as error:
        return [error.format_message()]
    return []


RUNS = [step["run"] for step in steps_of(WORKFLOW.read_text(encoding="utf-8")) if "run" in step]


def test_there_are_commands() -> None:
    assert len(RUNS) >= 4
    assert len(GUIDE_COMMANDS) >= 3


@pytest.mark.parametrize("command", [*RUNS, *GUIDE_COMMANDS])
def test_a_command_can_be_run(command: str) -> None:
    assert faults_of(command) == []


def test_a_command_that_is_only_in_a_comment_can_be_run() -> None:
    found = re.findall(r"#.*?(\.venv/bin/reportgen .+)$", WORKFLOW.read_text("utf-8"), re.MULTILINE)
    assert found
    assert [faults_of(command) for command in found] == [[] for _ in found]


@pytest.mark.parametrize(
    "command",
    ["make nothing", "reportgen sites", "reportgen site --nothing", "reportgen data x", "pip x"],
)
def test_a_command_that_there_is_not_is_found(command: str) -> None:
    assert faults_of(command)


def test_the_workflow_publishes_what_the_site_command_writes() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    # In YAML 1.1, a bare "on" is true; GitHub reads it as a word.
    assert workflow[True]["push"]["branches"] == ["main"]
    assert workflow["permissions"] == {"contents": "read"}
    deploy = workflow["jobs"]["deploy"]
    assert deploy["needs"] in workflow["jobs"]
    assert deploy["permissions"] == {"pages": "write", "id-token": "write"}
    steps = workflow["jobs"][deploy["needs"]]["steps"]
    uploads = [step for step in steps if step.get("uses", "").startswith("actions/upload-pages")]
    assert [upload["with"]["path"] for upload in uploads] == ["public"]
    assert any(run.endswith("site reports -o public") for run in RUNS)
    order = [step.get("uses", step.get("run", "")) for step in steps]
    assert order.index(uploads[0]["uses"]) > order.index(RUNS[-1])


def test_every_action_is_of_github_and_of_a_named_version() -> None:
    used = [step["uses"] for step in steps_of(WORKFLOW.read_text("utf-8")) if "uses" in step]
    assert len(used) >= 5
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", action)


def test_the_headers_are_the_same_wherever_they_are_given() -> None:
    table = dict(re.findall(r"^\| `([A-Z][\w-]+)` \| `(.+?)` \|", GUIDE, re.MULTILINE))
    nginx = dict(re.findall(r'add_header ([\w-]+) "(.+?)" always;', GUIDE))
    netlify = dict(re.findall(r"^  ([A-Z][\w-]+): (.+)$", GUIDE, re.MULTILINE))
    assert table == nginx == netlify
    assert table["Content-Security-Policy"] == "frame-ancestors 'none'"
    assert len(table) == 7


def test_every_link_of_the_guide_leads_to_a_file() -> None:
    for link in re.findall(r"\]\(([^)#:]+)\)", GUIDE):
        assert (ROOT / "docs" / link).is_file()
