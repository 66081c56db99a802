"""Characters that the packaged fonts lack, and the machine's fonts that have them."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from reportgen.errors import RenderError
from reportgen.render.fonts import FACES, SLICES, code_points
from reportgen.resources import fonts_of_this_machine
from reportgen.storage.disk import sha256

_INVISIBLE = {"Cc", "Cf", "Zl", "Zp"}
_CJK = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "FULLWIDTH", "IDEOGRAPHIC")


def uncovered(text: str) -> list[str]:
    """The visible characters of a text that no packaged font can draw, in code-point order."""
    return sorted(
        char for char in set(text) if ord(char) not in _covered() and not is_invisible(char)
    )


def is_invisible(char: str) -> bool:
    """Whether a character only controls how others are drawn, so that no font needs it."""
    is_selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return is_selector or unicodedata.category(char) in _INVISIBLE


def undrawable(text: str) -> str:
    """The visible characters of a text that no font of this machine can draw; usually none."""
    if all(ord(char) in _common() for char in set(text)):
        return ""
    return "".join(char for char in uncovered(text) if not _fonts_with(ord(char)))


def describe_undrawable(characters: str) -> str:
    """Why the PDF is left out, and the Debian packages with the missing fonts, in two lines."""
    char = characters[0]
    more = f" and {len(characters) - 1} more" if len(characters) > 1 else ""
    packages = dict.fromkeys(map(_package, characters))
    return (
        f"no font here can draw {char} (U+{ord(char):04X}, "
        f"{unicodedata.name(char, 'unnamed')}){more}: the PDF is left out.\n"
        f"On Debian or Ubuntu: apt-get install {' '.join(packages)}"
    )


def find_system_fonts(characters: list[str]) -> tuple[Path, ...]:
    """Few font files of this machine that draw the characters, the same files every time.

    Raises:
        RenderError: no font has one of them; the message names it and a package that does.
    """
    chosen: list[Path] = []
    for char in characters:
        candidates = _fonts_with(ord(char))
        if not candidates:
            raise RenderError(describe_undrawable(char))
        if not set(candidates) & set(chosen):
            chosen.append(candidates[0])
    return tuple(chosen)


def fonts_beside_ours(text: str) -> dict[str, str]:
    """The machine's fonts that a text needs on paper: SHA-256 by file name; usually empty.

    Raises:
        RenderError: no font has one of the characters.
    """
    # The packaged fonts have all of these, so no font is read.
    if all(ord(char) in _common() for char in set(text)):
        return {}
    files = find_system_fonts(uncovered(text))
    return {file.name: sha256(file.read_bytes()) for file in files}


@cache
def _common() -> frozenset[int]:
    return frozenset(range(0x20)) | code_points(SLICES["base"]) | code_points(SLICES["latin"])


@cache
def _covered() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    points: set[int] = set()
    for face in FACES:
        with TTFont(face.path, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(points)


def _fonts_with(point: int) -> tuple[Path, ...]:
    return fonts_of_this_machine(f":charset={point:x}:color=false")


def _package(char: str) -> str:
    if unicodedata.name(char, "").startswith(_CJK):
        return "fonts-noto-cjk"
    return "fonts-symbola" if unicodedata.category(char)[0] == "S" else "fonts-noto-core"
