"""The reports that the document checks look at: every built-in assignment, on the sample."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reportgen.resources import templates_dir

ASSIGNMENTS = sorted(
    file.parent.name for file in (templates_dir() / "assignments").glob("*/assignment.toml")
)
N_PICTURES = 100


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> dict[str, Path]:
    """The report's folder of each built-in assignment."""
    folder = tmp_path_factory.mktemp("reports")
    for name in ASSIGNMENTS:
        build(cache_dir, folder / name, "--assignment", name)
    return {name: folder / name for name in ASSIGNMENTS}


@pytest.fixture(scope="session")
def pad_report(tmp_path_factory: pytest.TempPathFactory, cache_dir: Path) -> Path:
    """A report whose evidence has Keras's probabilities of 100 test images."""
    folder = tmp_path_factory.mktemp("pad")
    numbers = [*range(100, 100 + N_PICTURES)]
    config = folder / "report.toml"
    config.write_text(f"[selections]\npredict = {numbers}\n", encoding="utf-8")
    build(cache_dir, folder / "report", config, "--format", "html")
    return folder / "report"


def build(cache_dir: Path, folder: Path, *arguments: str | Path) -> None:
    command = [sys.executable, "-m", "reportgen", "build", *arguments, "--output", folder]
    done = subprocess.run(
        [*map(str, command), "--data", "sample", "--quiet"],
        env={**os.environ, "REPORTGEN_CACHE_DIR": str(cache_dir)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
