"""The table of words is read as its notation says, and holds nothing that is not used."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from reportgen.answers import prose_check as prose
from reportgen.answers.prose_check import words

FOLDER = Path(prose.__file__).parent
TABLE = tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))
SOURCES = "".join(file.read_text(encoding="utf-8") for file in FOLDER.glob("*.py"))


@pytest.mark.parametrize("name", TABLE)
def test_every_entry_is_used_and_is_a_pattern(name: str) -> None:
    if isinstance(TABLE[name], dict):
        assert f'words.table("{name}")' in SOURCES
        assert all(isinstance(each, re.Pattern) for each in words.table(name).values())
    else:
        parts = "".join(part for each in TABLE.values() for part in _sources(each))
        in_code = rf"words\.{name}\b|alternatives\(.{name}.\)"
        assert f"{{{name}}}" in parts or re.search(in_code, SOURCES)
        assert isinstance(getattr(words, name), re.Pattern)


def _sources(entry: object) -> list[str]:
    return list(entry.values()) if isinstance(entry, dict) else [str(entry)]


def test_every_word_that_the_code_asks_for_is_in_the_table() -> None:
    assert set(re.findall(r"\bwords\.([a-z_]+)\b(?!\()", SOURCES)) - {"toml", "py"} <= set(TABLE)
    with pytest.raises(AttributeError, match="no entry ant"):
        _ = words.ant


def test_a_space_is_layout_an_underscore_is_a_space_and_brackets_capture_nothing() -> None:
    read = words.as_regex("a_(b | c)\n d\\_[ _]{up_to}")
    assert read == r"a\s(?:b|c)d_[ _]\s?(?:-|–|—|to|and|or)\s?"
