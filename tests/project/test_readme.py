"""The README's commands do what it says."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from places import ROOT
from processes import run_commands

from reportgen.config.settings import ReportSettings

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ (reportgen .+)$", README, re.MULTILINE)


def test_the_readme_has_commands() -> None:
    assert len(COMMANDS) >= 9


@pytest.mark.slow
def test_every_command_of_the_readme_runs_in_a_new_folder(tmp_path: Path) -> None:
    (roster,) = re.findall(r"```csv\n(.*?)```", README, re.DOTALL)
    (tmp_path / "class.csv").write_text(roster, encoding="utf-8")
    (tmp_path / "answers-of-s2").mkdir()
    done = run_commands(COMMANDS, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "reports" / "seed-7" / "index.html").is_file()
    assert (tmp_path / "copy" / "index.html").is_file()
    assert (tmp_path / "my-report" / "report.toml").is_file()
    assert (tmp_path / "reports" / "class" / "s2" / "report.pdf").is_file()


def test_every_target_of_make_in_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^make (\w+)", README, re.MULTILINE))
    assert targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_configuration_in_the_readme_is_valid() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        ReportSettings.model_validate(tomllib.loads(block))


def test_every_file_that_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    for link in links:
        assert (ROOT / link).is_file(), link
