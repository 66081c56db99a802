"""Fonts of the machine are found whatever was printed before."""

from __future__ import annotations

from pathlib import Path

import pytest

from reportgen.resources import fonts_of_this_machine

FC_LIST = """#!/bin/sh
test -z "$FONTCONFIG_FILE" && printf '/fonts/b.ttf: \\n/fonts/a.otf: \\n'
"""


def test_printing_hides_no_font_from_later_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "fc-list"
    program.write_text(FC_LIST, encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("FONTCONFIG_FILE", "packaged.xml")
    found = fonts_of_this_machine(":printed-before")
    assert found == (Path("/fonts/a.otf"), Path("/fonts/b.ttf"))


def test_without_fontconfig_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert fonts_of_this_machine(":no-fontconfig") == ()
