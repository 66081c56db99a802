"""The JSON Schema, the facts of the studies and the figures are those that the program has."""

from __future__ import annotations

import runpy
from pathlib import Path

from places import ROOT


def test_the_files_say_what_the_program_says() -> None:
    tool = runpy.run_path(str(ROOT / "tools" / "make_reference.py"))
    files: dict[Path, str] = tool["reference_files"]()
    stale = [path.name for path, text in files.items() if path.read_text("utf-8") != text]
    assert stale == [], "run python tools/make_reference.py"
