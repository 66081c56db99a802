"""The words of alternative texts."""

from __future__ import annotations

MAX_ALT = 150


def alt_text(*candidates: str) -> str:
    """The first candidate of at most ``MAX_ALT`` characters; else the last one, cut."""
    for text in candidates:
        if len(text) <= MAX_ALT:
            return text
    return candidates[-1][: MAX_ALT - 1].rstrip() + "…"


def brief(name: str, length: int = 24) -> str:
    """A class name for use in a sentence, cut if it is long."""
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"
