"""The wheel holds all that the program needs, and its dependencies are pinned."""

from __future__ import annotations

import email
import json
import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from places import ROOT


def pinned_versions() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pins}


def requirements() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    lines += [
        each
        for extra in project["project"].get("optional-dependencies", {}).values()
        for each in extra
    ]
    return [Requirement(line) for line in lines]


def test_constraints_hold_names_and_versions_only() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("#") or re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][\w.]*", line), line


@pytest.mark.parametrize("requirement", requirements(), ids=lambda each: each.name)
def test_every_requirement_is_pinned_within_its_bounds(requirement: Requirement) -> None:
    version = pinned_versions()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "-w", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new virtual environment with the wheel; its dependencies are those of this one.

    They are shared by a path file, whose folders' own path files do not count: the
    checkout, which is installed here as editable, stays out of sight.
    """
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    install = ["-q", "install", "--no-index", "--no-deps", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", str(python), *install], check=True)
    (site_packages,) = folder.glob("lib/python3.*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def run(command: list[str | Path], folder: Path) -> str:
    hidden = ("PYTHONPATH", "VIRTUAL_ENV")
    variables = {name: value for name, value in os.environ.items() if name not in hidden}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_wheel_holds_templates_and_sample_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "reportgen/templates/report.html.j2" in names
    assert "reportgen/templates/assignments/fashion-and-digits/assignment.toml" in names
    assert "reportgen/datasets/sample/mnist/train-images-idx3-ubyte.gz" in names
    assert not [name for name in names if "test" in name.split("/")[0] or "__pycache__" in name]


@pytest.mark.slow
def test_wheel_says_under_which_licences_all_of_it_may_be_used(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        about = email.message_from_bytes(archive.read(name))
        texts = {
            file: archive.read(f"{Path(name).parent}/licenses/{file}").decode()
            for file in about.get_all("License-File", [])
        }
        assert "reportgen/py.typed" in archive.namelist()
    terms = set(about["License-Expression"].split(" AND "))
    assert terms == {"MIT", "CC-BY-SA-3.0", "OFL-1.1", "Bitstream-Vera"}
    assert about["Author"] == "the reportgen authors"
    assert {"Keywords", "Classifier"} <= set(about)
    assert "Home-page" not in about
    assert "Project-URL" not in about
    told = "\n".join(texts.values())
    for said in (
        "MIT License\n\nCopyright (c) 2026 the reportgen authors",
        "Creative Commons Attribution-ShareAlike 3.0",
        "Copyright (c) 2017 Zalando SE",
        "SIL OPEN FONT LICENSE Version 1.1",
        "Bitstream Vera Fonts Copyright",
        "STIX Two Math",
    ):
        assert said in told


@pytest.mark.slow
@pytest.mark.parametrize("start", ["command", "module"])
def test_installed_program_starts_from_any_folder(
    start: str, environment: Path, tmp_path: Path
) -> None:
    starts = {
        "command": [environment / "bin" / "reportgen"],
        "module": [environment / "bin" / "python", "-m", "reportgen"],
    }
    assert "build" in run([*starts[start], "--help"], tmp_path)


@pytest.mark.slow
def test_installed_program_is_the_wheels(environment: Path, tmp_path: Path) -> None:
    code = "import reportgen; print(reportgen.__file__)"
    found = run([environment / "bin" / "python", "-c", code], tmp_path)
    assert Path(found.strip()).is_relative_to(environment)


@pytest.mark.slow
def test_installed_program_builds_a_report_in_an_empty_folder(
    environment: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    program = environment / "bin" / "reportgen"
    options = ["-a", "fashion-overview", "--data", "sample", "--json"]
    summary = json.loads(run([program, "build", *options], folder))
    assert summary["data_tier"] == "sample"
    report_dir = folder / summary["report_dir"]
    assert {"index.html", "report.pdf", "report.md"} <= set(summary["files"])
    assert all((report_dir / name).is_file() for name in summary["files"])
