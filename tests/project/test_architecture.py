"""docs/architecture.md names what is there, in the order of the imports, and stays short."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from places import ROOT
from project.test_imports import ORDER

GUIDE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
SOURCES = [
    path.read_text(encoding="utf-8")
    for folder in ("reportgen", "tests")
    for path in (ROOT / folder).rglob("*.py")
]
MADE = {"answers/", "weights/"}  # of a person's project and of a report
MOST_LINES = 10


def missing_paths() -> set[str]:
    """Paths that are named and not there; a part in capitals stands for any name."""
    words = re.findall(r"[\w./-]+", re.sub(r"\]\([^)]*\)|\[[^\]]*\]\(", " ", GUIDE))
    named = {word.rstrip(".") for word in words if "/" in word or word.endswith((".py", ".md"))}
    return {
        path
        for path in named - MADE
        if not any(
            list(folder.glob(re.sub(r"[A-Z]{2,}", "*", path)))
            for folder in (ROOT, ROOT / "reportgen", ROOT / "docs")
        )
    }


def missing_names() -> set[str]:
    """Functions, classes and constants that are named and defined nowhere."""
    return {
        name
        for name in re.findall(r"`(\w+\(\)|[A-Z]\w+)`", GUIDE)
        if not any(
            re.search(
                rf"^(def |class ){name.removesuffix('()')}\b|^{name}(:| =)", source, re.MULTILINE
            )
            for source in SOURCES
        )
    }


def long_sections() -> dict[str, int]:
    """Sections that tell how to add something, in more lines than they may have."""
    sections = re.findall(r"^## (Add .*)\n((?:(?!^## ).*\n?)*)", GUIDE, re.MULTILINE)
    lengths = {title: len(list(filter(str.strip, text.split("\n")))) for title, text in sections}
    assert "Add an assignment" in lengths
    return {title: length for title, length in lengths.items() if length > MOST_LINES}


def test_what_is_named_is_there() -> None:
    assert missing_paths() == set()
    assert missing_names() == set()


def test_packages_stand_in_the_order_of_their_imports() -> None:
    packages = re.findall(r"^\| `(\w+)/` \|", GUIDE, re.MULTILINE)
    there = {path.parent.name for path in (ROOT / "reportgen").glob("*/__init__.py")}
    assert packages == [name for name in ORDER if name in there]


def test_how_to_add_something_is_told_in_ten_lines() -> None:
    assert long_sections() == {}


@pytest.mark.parametrize(
    ("old", "new", "check", "found"),
    [
        ("`pipeline/keys.py`", "`pipeline/kees.py`", missing_paths, {"pipeline/kees.py"}),
        ("(facts.md)", "`nobody.md`", missing_paths, {"nobody.md"}),
        (
            "## Keys",
            "`nothing()`, `Nobody`, `NONE`",
            missing_names,
            {"nothing()", "Nobody", "NONE"},
        ),
        ("## Add an assignment\n", "## Add an assignment\n" + 10 * "x\n", long_sections, None),
    ],
)
def test_what_is_wrong_is_found(
    old: str,
    new: str,
    check: Callable[[], set[str]],
    found: set[str] | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert old in GUIDE
    monkeypatch.setitem(globals(), "GUIDE", GUIDE.replace(old, new))
    assert check() == found if found else check()
