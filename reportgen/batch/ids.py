"""A student's id, and the name of the report's folder that follows from it."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from reportgen.config.configuration import slug_of
from reportgen.errors import ConfigError
from reportgen.storage.disk import sha256

MAX_LENGTH = 64
_N_DIGEST = 8
_JOINERS = "\u200c\u200d"
_SCRIPTS_WITHOUT_JOINERS = ("LATIN", "GREEK", "CYRILLIC")


def plain_text(text: str) -> str:
    """An id or a name as one line in Unicode's composed form (NFC)."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fault_of_id(id: str) -> str | None:
    """Why an id cannot be used, or None if it can."""
    seen = unicodedata.normalize("NFKC", id)
    if not seen:
        return "id is empty."
    if len(seen) > MAX_LENGTH:
        return f"id has {len(seen)} characters; at most {MAX_LENGTH} can be used."
    if has_control_characters(seen):
        return f"id {id!r} has characters that cannot be seen. Type it again."
    if re.search(r"[/\\]|^\.+$|\.\.", seen):
        return f"id {id!r} reads like a path. Use letters, digits and hyphens."
    try:
        folder_of(id)
    except ConfigError:
        return f"id {id!r} cannot name a folder. Use letters, digits and hyphens."
    return None


def has_control_characters(text: str) -> bool:
    """Whether a text has control or format characters, or halves of surrogate pairs."""
    return any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in text)


def has_hidden_characters(name: str) -> bool:
    """Whether a name has invisible characters that do not belong to its spelling.

    Joiners may belong to it: in Persian, Sinhala, Bengali and other scripts they shape the
    letter before them, and they join the parts of an emoji.
    """
    return has_control_characters(
        "".join(
            character
            for before, character in pairwise(f" {name}")
            if not (character in _JOINERS and _takes_a_joiner(before))
        )
    )


def _takes_a_joiner(character: str) -> bool:
    is_seen = unicodedata.category(character)[0] in "LMS"
    return is_seen and not unicodedata.name(character, "").startswith(_SCRIPTS_WITHOUT_JOINERS)


def folder_of(id: str) -> str:
    """The folder's name: lower-case ASCII letters, digits and hyphens.

    If an id has letters or digits beyond ASCII, its name ends with a digest of the id. Ids that
    differ in case, width or punctuation only give the same name; a roster with two of them is
    refused.

    Raises:
        ConfigError: no name follows from the id, or the name is reserved on some system.
    """
    seen = unicodedata.normalize("NFKC", id).casefold()
    bare = "".join(c for c in unicodedata.normalize("NFD", seen) if not unicodedata.combining(c))
    if all(c.isascii() for c in bare if c.isalnum()):
        return slug_of(bare)
    ascii_part = "".join(c if c.isascii() else "-" for c in bare)
    digest = sha256(seen.encode())[:_N_DIGEST]
    return slug_of(f"{ascii_part[: MAX_LENGTH - _N_DIGEST - 1]}-{digest}")
