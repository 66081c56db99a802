"""CHANGELOG.md names all that a user can ask for by name."""

from __future__ import annotations

import pytest
from places import ROOT

from reportgen.config.assignments import built_in_names
from reportgen.datasets.catalogue import BUILTINS
from reportgen.figures.catalogue import FIGURES
from reportgen.report_folder import FORMATS
from reportgen.studies.catalogue import STUDIES

CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
NAMES = {
    "assignment": built_in_names(),
    "dataset": tuple(BUILTINS),
    "study": STUDIES,
    "figure": FIGURES,
    "format's document": tuple(each.file for each in FORMATS.values()),
}


@pytest.mark.parametrize("kind", NAMES)
def test_it_is_in_the_changelog(kind: str) -> None:
    missing = [name for name in NAMES[kind] if f"`{name}`" not in CHANGELOG]
    assert missing == [], f"name the {kind} in a line under Unreleased in CHANGELOG.md"
