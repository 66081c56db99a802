"""Reduce texts to plain letters and digits, and split them into words."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import unquote

# Letters that Unicode does not decompose into a plain letter and an accent.
_LETTERS = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ı": "i"}
    | {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "þ": "th", "Þ": "Th"}
)
# Umlauts and similar letters as addresses spell them: Müller is also mueller.
_WRITTEN_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
    | {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe"}
)
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")  # Hangul letters that cannot be seen
# Scripts that put no space between words: each of their characters counts as a word.
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"  # noqa: E501
_WORD = re.compile(rf"[{_SPACELESS}]|[^\W_{_SPACELESS}]+")


class Words:
    """A text's words.

    Attributes:
        plain: the text, which ``plain`` has already reduced, with its capitals.
        words: its words in small letters.
    """

    def __init__(self, text: str) -> None:
        self.plain = text
        folded = text.casefold()
        # A plain text has no letters whose small form is longer.
        self._folded = folded if len(folded) == len(text) else text
        self.words: list[str] = _WORD.findall(self._folded)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """Where each word is in ``plain``: (start, end)."""
        return [match.span() for match in _WORD.finditer(self._folded)]

    def gap(self, k: int) -> str:
        """The characters between word ``k`` and the next."""
        return self.plain[self.spans[k][1] : self.spans[k + 1][0]]

    def written(self, first: int, last: int) -> str:
        """The part of ``plain`` from one word to another."""
        return self.plain[self.spans[first][0] : self.spans[last][1]]

    def is_capital(self, k: int) -> bool:
        """Whether a word begins with a capital, or with a character without case."""
        letter = self.plain[self.spans[k][0]]
        return letter == letter.upper()

    def line(self, k: int) -> int:
        """The line of a word, from 1."""
        return self.plain.count("\n", 0, self.spans[k][0]) + 1

    @cached_property
    def handles(self) -> frozenset[int]:
        """The places of words in an address or account: ann.lee@example.org, /home/alee."""
        places = [match.span() for match in _HANDLE.finditer(self.plain)]
        places += [match.span(1) for match in _ACCOUNT.finditer(self.plain)]
        found = set()
        k = 0
        for start, end in sorted(places):
            while k < len(self.spans) and self.spans[k][0] < start:
                k += 1
            while k < len(self.spans) and self.spans[k][1] <= end:
                found.add(k)
                k += 1
        return frozenset(found)


_HANDLE = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}(?=@\w)|(?<![\w@])@[\w.-]{1,64}")
_ACCOUNT = re.compile(
    r"(?:(?:github|gitlab|bitbucket|kaggle)\.(?:com|org)/|/home/|[/\\]users[/\\]|~"
    r"|\b(?:user(?:[ -]?name)?|login|account|handle)(?: is|:)?[ =]{1,4}[`\"@]?)([\w.-]{1,64})",
    re.IGNORECASE,
)


def spellings(text: str) -> Iterator[Words]:
    """A text's words, and if these differ, its words with entities and percent signs decoded."""
    yield Words(plain(text))
    decoded = text
    for _ in range(3):  # encoded more than once
        decoded, before = unquote(html.unescape(decoded)), decoded
        if decoded == before:
            break
    if decoded != text:
        yield Words(plain(decoded))


def plain(text: str) -> str:
    """A text without accents and invisible characters, and with ASCII digits."""
    if text.isascii() and text.isprintable():
        return text
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    table: dict[int, str | None] = {}
    for char in set(apart):
        category = unicodedata.category(char)
        is_hidden = category in ("Mn", "Me", "Cf") or (category == "Cc" and not char.isspace())
        if is_hidden or char in _FILLERS:
            table[ord(char)] = None
        elif category == "Nd" and not char.isascii():
            table[ord(char)] = str(unicodedata.decimal(char))
    return unicodedata.normalize("NFC", apart.translate(table))


def forms(name: str) -> tuple[str, ...]:
    """The plain forms of a name: without accents, and with umlauts written out."""
    composed = unicodedata.normalize("NFC", name)
    return tuple(dict.fromkeys((plain(composed), plain(composed.translate(_WRITTEN_OUT)))))
