"""Finds a person's name or id in texts and files, in whatever spelling it may stand there."""

from __future__ import annotations

import html
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from reportgen.report_folder import HTML_FILE, PDF_FILE

_MIN_PART = 3  # letters of a part of a name that is looked for by itself
_MIN_ID = 4  # shorter ids are in every text
_MIN_NUMBER = 6  # digits of an id that is looked for among measured numbers
_ENCODED = re.compile(r"[A-Za-z0-9+/=]{200,}")  # fonts, pictures, weights
_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D"})


class Person:
    """What must not be found: a name and an id.

    Args:
        name: as the report has it, or None.
        student_id: likewise.
    """

    def __init__(self, name: str | None, student_id: str | None) -> None:
        self._strict: dict[str, re.Pattern[str]] = {}
        self._loose: dict[str, re.Pattern[str]] = {}
        words = re.findall(r"\w+", _plain(name or ""))
        if words:
            # "Ada Lovelace" is also "LOVELACE, Ada" and "ada.lovelace"; one word alone counts
            # only where it has a capital letter, as "Will" does and "will" does not.
            flags = re.IGNORECASE if len(words) > 1 else 0
            whole = _whole("|".join(map(_joined, (words, words[::-1]))), flags)
            self._strict["the author's name"] = self._loose["the author's name"] = whole
        for word in words:
            if len(word) >= _MIN_PART:
                forms = (word[0].upper() + word[1:], word.upper())
                self._loose[f'"{forms[0]}"'] = _whole("|".join(map(re.escape, forms)), 0)
        identity = _plain(student_id or "")
        if len(identity) >= _MIN_ID:
            self._loose["the student's id"] = _whole(re.escape(identity))
            if not identity.isdigit() or len(identity) >= _MIN_NUMBER:
                self._strict["the student's id"] = _whole(re.escape(identity))

    def in_words(self, text: str) -> str | None:
        """What is found in words that a person wrote: names, their parts, the id.

        A part of a name counts where it has a capital letter.
        """
        return _first(self._loose, text)

    def in_file(self, name: str, content: bytes) -> str | None:
        """What is found in a file of a report: the whole name, or the id."""
        texts = [name, *_texts(name, content)]
        return next((found for text in texts if (found := _first(self._strict, text))), None)


def _first(patterns: Mapping[str, re.Pattern[str]], text: str) -> str | None:
    plain = _plain(text)
    return next((what for what, pattern in patterns.items() if pattern.search(plain)), None)


def _plain(text: str) -> str:
    """Letters without accents, in their compatible forms, without what cannot be seen."""
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in letters if unicodedata.category(c) not in ("Mn", "Cf"))


def _joined(words: list[str]) -> str:
    return r"[\W_]*".join(map(re.escape, words))


def _whole(pattern: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W_])(?:{pattern})(?![^\W_])", flags)


def strings_in(value: Any) -> Iterator[str]:
    """Every text in JSON data, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from strings_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings_in(inner)


def _texts(name: str, content: bytes) -> Iterator[str]:
    if name == PDF_FILE:
        yield from _pdf_texts(content)
    elif name == HTML_FILE:
        page = _ENCODED.sub(" ", content.decode())
        yield html.unescape(page)
        yield html.unescape(re.sub(r"<[^>]*>", "", page))
    elif name.endswith((".json", ".md", ".csv", ".svg", ".txt")):
        yield content.decode("utf-8", "replace")


def _pdf_texts(content: bytes) -> Iterator[str]:
    """Metadata, bookmarks, alternative texts and attachments; the pages' words are the page's."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        for each in pdf.objects:
            yield from _pdf_strings(each)
        for name, file in pdf.attachments.items():
            yield from (name, *_texts(name, file.get_file().read_bytes()))
        if "/Metadata" in pdf.Root:
            yield pdf.Root.Metadata.read_bytes().decode("utf-8", "replace")


def _pdf_strings(value: Any) -> Iterator[str]:
    import pikepdf

    if isinstance(value, pikepdf.String):
        yield str(value)
    elif isinstance(value, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream):
        inside = (
            value.as_list() if isinstance(value, pikepdf.Array) else map(value.get, value.keys())
        )
        for inner in inside:
            if not getattr(inner, "is_indirect", False):  # those are met by themselves
                yield from _pdf_strings(inner)
