"""What the server of ``forked_builds`` does before it forks: a build, so that all is loaded."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from small_project import build_project, stand_in_for_training, write_project

import reportgen.commands.terminal  # noqa: F401  the command line's part

with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
    stand_in_for_training(patch)
    build_project(write_project(Path(folder) / "project", all_formats=True), Path(folder) / "cache")
