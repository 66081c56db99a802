"""The JSON Schema, the facts of the studies and the figures are those that the program has."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from places import ROOT

TOOL = ROOT / "tools" / "make_reference.py"
FILES: dict[Path, str] = runpy.run_path(str(TOOL))["reference_files"]()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_says_what_the_program_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == FILES[path], f"run tools/{TOOL.name}"
