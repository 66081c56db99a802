"""The words of the grammar: ``words.turn`` is the pattern of that name in ``words.toml``."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_NOTATION = re.compile(
    r"(?P<kept>\\[^_]|\[(?:\\.|[^\]])*\]|\(\?)|\{(?P<entry>[a-z_]+)\}|\\?(?P<sign>[_(]|\s+)"
)


@cache
def table(name: str) -> dict[str, re.Pattern[str]]:
    """The patterns of a group such as ``metrics``, in the order of the table."""
    return {key: _compiled(source) for key, source in _entries()[name].items()}


def alternatives(name: str) -> list[str]:
    """The words of an entry that is a plain list of alternatives."""
    source: str = _entries()[name]
    return "".join(source.split()).strip("()").split("|")


def __getattr__(name: str) -> re.Pattern[str]:
    if name not in _entries():
        raise AttributeError(f"words.toml has no entry {name}")
    pattern = _compiled(_entries()[name])
    globals()[name] = pattern  # so that __getattr__ runs once for each name
    return pattern


@cache
def _entries() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(as_regex(source), re.IGNORECASE)


def as_regex(source: str) -> str:
    """A pattern in the notation of the table as a regular expression."""

    def write(found: re.Match[str]) -> str:
        if found["entry"]:
            return as_regex(_entries()[found["entry"]])
        if found["kept"]:
            return found["kept"]
        signs = {"_": r"\s", "(": "(?:", r"\_": "_"}
        return signs.get(found[0], "")

    return _NOTATION.sub(write, source)
