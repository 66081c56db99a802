"""The built-in reports say what they said when somebody last read them."""

from __future__ import annotations

from difflib import unified_diff

import pytest
from measured import NAMES
from snapshots import FOLDER, snapshot

MOST_LINES = 60


def differences(kept: str, made: str) -> str:
    """What differs, sentence by sentence, with a line around it."""
    sentences = (text.replace(". ", ".\n").splitlines() for text in (kept, made))
    lines = list(unified_diff(*sentences, "kept", "made", n=1, lineterm=""))
    left_out = [f"... and {len(lines) - MOST_LINES} more lines"][: len(lines) > MOST_LINES]
    return "\n".join([*lines[:MOST_LINES], *left_out])


@pytest.mark.parametrize("name", NAMES)
def test_a_report_says_what_it_said(name: str) -> None:
    found = differences((FOLDER / f"{name}.txt").read_text(encoding="utf-8"), snapshot(name))
    if found:
        pytest.fail(f"{found}\n\nIf this is what the report should say: make snapshots", False)


def test_there_is_one_of_each_report() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(NAMES)


def test_differences_are_shown_by_the_sentence() -> None:
    kept = "# Title\n\nOne sentence. Another of 1 image. A third.\n"
    assert differences(kept, kept) == ""
    shown = differences(kept, kept.replace("1 image", "2 images")).splitlines()
    assert shown[3:] == [
        " One sentence.",
        "-Another of 1 image.",
        "+Another of 2 images.",
        " A third.",
    ]
    many = differences("", "line\n" * 100).splitlines()
    assert len(many) == MOST_LINES + 1
    assert many[-1] == "... and 43 more lines"
