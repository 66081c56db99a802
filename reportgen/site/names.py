"""Find the names and ids of a class in texts, in any spelling.

Two parts of a name count in every text. One part counts only in a text that a person wrote, and
not if it is a word of the field ("Adam", "Coat").
"""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

from reportgen.config.assignments import built_in_names, load_assignment
from reportgen.config.settings import report_schema
from reportgen.datasets.catalogue import BUILTINS
from reportgen.site.spelling import Words, forms, plain, spellings

_MIN_PART = 3  # letters of a part of a name that counts by itself
_MIN_ID = 4  # shorter ids occur in every text
_MIN_NUMBER = 6  # digits of an id that is searched for among measured numbers
_MIN_JOINED = 6  # letters of a whole name written as one word; shorter ones may be other words
_MAX_PARTS = 8
_MAX_GAP = 6  # characters between the parts of a name, beside spaces
_PARTICLES = re.compile(
    "a[lp]|bin|ibn|abu|d[aeio]|d[aeo]s|del|della|de[nr]|du|el|l[ae]|san|st|ten?|ter|van|von|zum?|zur"
)
_TITLES = re.compile("dr|prof|phd|msc|bsc|mrs?|ms|[js]r")
_SIGNS = re.compile(
    r"\b(?:i|i am|i'm|my name is|(?:author|name|student)(?: is|:)|signed|yours"
    r"|(?:answers?|done|made|report|work|written) by)\W{1,3}$",
    re.IGNORECASE,
)
_WITH_NUMBER = re.compile(r"([^\W\d]{4,})\d{1,4}")
_WITH_LETTERS = re.compile(r"[^\W\d]{1,3}(\d{6,})")


def _listed(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", text))


# Words that are also names of people. These have a capital letter even within a sentence.
_CAPITAL = _listed("""
    january april may june august sunday monday friday spring summer autumn winter north south east
    west christian iris
""")
# These have one only at the beginning of a sentence or heading.
_EVERYDAY = _listed("""
    bank bell bill bond bright brook brown bush carter cash chase church clay cliff cook dale
    dawn day dean drew dry early fair faith field fields fine fisher flowers ford forest fox
    frank friend gene gold good grant green hall hardy hart heath hill holiday home hope hunter
    ivy jewel joy king knight lane law light long love low major mark marsh mason may mercy miles
    mill moon noble olive page park parks patience penny pike post price prince pure quick rain
    ray reed rich robin rock rose rush sage sand savage sharp short silver simple singer smart
    snow stark steel stone storm strong stuck sue swan sweet swift taylor teller wade walker
    wall ward waters weaver weeks wells wild will wise wolf wood woods young
""")


@dataclass(frozen=True)
class Person:
    """A person whose name and id are searched for."""

    name: str | None
    student_id: str | None


@dataclass(frozen=True)
class Found:
    """A name or id that was found in a text.

    Attributes:
        person: whose it is.
        what: ``name`` or ``id``.
        written: the name or id as the text spells it.
        line: of the text, from 1.
    """

    person: Person
    what: str
    written: str
    line: int


class _Kind(Enum):
    NAME = "two parts of a name or more"
    PART = "one part"
    INITIAL = "an initial and a part"
    ID = "an id"
    NUMBER = "the number in an id"


@dataclass(frozen=True)
class _Needle:
    person: int
    kind: _Kind
    is_first: bool = False
    is_last: bool = False


class Names:
    """The names and ids of a class, prepared for searches in many texts.

    A search goes through a text once, word by word, and joins words only as long as some name or
    id begins with them. So its time does not depend on the number of people.
    """

    def __init__(self, people: Iterable[Person]) -> None:
        self._people = tuple(dict.fromkeys(people))
        self._needles: dict[str, list[_Needle]] = defaultdict(list)
        self._begins: set[str] = set()
        self._begins_in_files: set[str] = set()
        for number, person in enumerate(self._people):
            self._add_name(number, person.name or "")
            self._add_id(number, person.student_id or "")

    def in_words(self, text: str, own: Person | None = None) -> Found | None:
        """The first name or id in a text that a person wrote, or None.

        Args:
            text: the text to search.
            own: the text's author; every part of this person's name counts.
        """
        return self._first(text, own, self._begins)

    def in_file(self, text: str, own: Person | None = None) -> Found | None:
        """The first whole name or id in a text that the program wrote, or None."""
        return self._first(text, own, self._begins_in_files)

    def _add_name(self, number: int, name: str) -> None:
        for form in forms(name):
            parts = [part for part in _parts(form) if not _TITLES.fullmatch(part[0])][:_MAX_PARTS]
            for sequence in _sequences(parts):
                self._add(sequence, _Needle(number, _Kind.NAME), in_files=True)
            for k, (part, words) in enumerate(parts):
                if len(words) > 1:  # characters of a script without spaces
                    self._add(words, _Needle(number, _Kind.NAME), in_files=True)
                elif len(parts) == 1 or (len(part) >= _MIN_PART and not _PARTICLES.fullmatch(part)):
                    is_last = k == len(parts) - 1
                    needle = _Needle(number, _Kind.PART, k == 0, is_last)
                    self._add(words, needle, in_files=len(parts) == 1)
                for other, _ in parts if len(part) >= _MIN_PART else ():
                    if other != part:
                        initial = _Needle(number, _Kind.INITIAL)
                        self._add((other[0], part), initial, in_files=False)
                        self._add((part, other[0]), initial, in_files=False)

    def _add_id(self, number: int, id: str) -> None:
        folded = "".join(Words(plain(id)).words)
        if len(folded) < _MIN_ID:
            return
        self._add(folded, _Needle(number, _Kind.ID), in_files=True)
        numbers = re.findall(r"\d+", folded)
        if len(numbers) == 1 and numbers[0] != folded and len(numbers[0]) >= _MIN_NUMBER:
            is_long = len(numbers[0]) > _MIN_NUMBER  # counts of parameters are shorter
            self._add(numbers[0], _Needle(number, _Kind.NUMBER), in_files=is_long)

    def _add(self, words: Iterable[str], needle: _Needle, *, in_files: bool) -> None:
        *begins, whole = itertools.accumulate(words)
        self._begins.update(begins, (whole,))
        if in_files:
            self._begins_in_files.update(begins, (whole,))
        if needle not in self._needles[whole]:
            self._needles[whole].append(needle)

    def _first(self, text: str, own: Person | None, begins: set[str]) -> Found | None:
        for words in spellings(text):
            search = _Search(words, begins is self._begins, self._people, own)
            for first, last, joined in self._whole(words, begins):
                for needle in self._needles.get(joined, ()):
                    if search.counts(needle, first, last, joined):
                        return search.found(needle, first, last)
            for first, last, joined in self._with_one_between(words, begins):
                for needle in self._needles.get(joined, ()):
                    if needle.kind is _Kind.NAME and search.counts(needle, first, last, joined):
                        return search.found(needle, first, last)
        return None

    @staticmethod
    def _whole(words: Words, begins: set[str]) -> Iterator[tuple[int, int, str]]:
        """Runs of words that may be a name or an id: (first word, last word, all joined)."""
        every = words.words
        for k, word in enumerate(every):
            if word in begins:
                joined, last = word, k
                while joined in begins:
                    yield k, last, joined
                    last += 1
                    if last == len(every):
                        break
                    joined += every[last]
            if word[-1].isdigit() and not word.isdigit():
                match = _WITH_NUMBER.fullmatch(word) or _WITH_LETTERS.fullmatch(word)
                if match and match[1] in begins:
                    yield k, k, match[1]

    def _with_one_between(self, words: Words, begins: set[str]) -> Iterator[tuple[int, int, str]]:
        """Pairs of words around one that may be a middle name or an initial, as ``_whole``."""
        every = words.words
        for k in range(len(every) - 2):
            if every[k] in begins:
                joined = every[k] + every[k + 2]
                if joined in self._needles and (
                    words.is_capital(k + 1) or _PARTICLES.fullmatch(every[k + 1])
                ):
                    yield k, k + 2, joined


def _parts(name: str) -> list[tuple[str, tuple[str, ...]]]:
    """The parts of a name, each with its words."""
    return [(part.casefold(), tuple(Words(part).words)) for part in re.findall(r"[^\W_]+", name)]


def _sequences(parts: list[tuple[str, tuple[str, ...]]]) -> Iterator[tuple[str, ...]]:
    """The words of a whole name and of any two parts, in every order in use."""
    if len(parts) < 2:
        return
    for k in range(len(parts)):  # "Ann Mary Lee", "Lee, Ann Mary"
        yield tuple(itertools.chain(*(words for _, words in parts[k:] + parts[:k])))
    for one, other in itertools.permutations(parts, 2):
        long = all(
            len(part) >= _MIN_PART and not _PARTICLES.fullmatch(part) for part, _ in (one, other)
        )
        if long or len(parts) == 2:
            yield one[1] + other[1]


@dataclass(frozen=True)
class _Search:
    """Decides which candidates in one text are names or ids."""

    words: Words
    by_a_person: bool
    people: tuple[Person, ...]
    own: Person | None

    def found(self, needle: _Needle, first: int, last: int) -> Found:
        what = "id" if needle.kind in (_Kind.ID, _Kind.NUMBER) else "name"
        written = " ".join(self.words.written(first, last).split())
        return Found(self.people[needle.person], what, written, self.words.line(first))

    def counts(self, needle: _Needle, first: int, last: int, joined: str) -> bool:
        """Whether the words from first to last are really the name or id that they spell."""
        is_own = self.own is not None and self.people[needle.person] == self.own
        if needle.kind in (_Kind.ID, _Kind.NUMBER):
            return self._is_id(joined, first, last, is_own=is_own)
        if not all(self._are_together(k) for k in range(first, last)):
            return False
        if needle.kind is _Kind.NAME:
            return self._is_name(first, last, joined, is_own=is_own)
        if needle.kind is _Kind.PART:
            return first == last and self._is_part(needle, first, joined, is_own=is_own)
        return self.by_a_person and self._has_initial(first, last)

    def _are_together(self, k: int) -> bool:
        gap = self.words.gap(k)
        return len("".join(gap.split())) <= _MAX_GAP and not re.search(r"\n\s*\n", gap)

    def _all_capital(self, first: int, last: int) -> bool:
        return all(map(self.words.is_capital, range(first, last + 1)))

    def _is_handle(self, first: int, last: int) -> bool:
        return {first, last} <= self.words.handles

    def _is_name(self, first: int, last: int, joined: str, *, is_own: bool) -> bool:
        if (is_own and self.by_a_person) or self._is_handle(first, last):
            return True
        if first == last:
            written = self.words.written(first, last)
            inner_capital = written[1:] not in (written[1:].lower(), written[1:].upper())
            return inner_capital or (len(joined) >= _MIN_JOINED and joined not in common_words())
        names = {self.words.words[first], self.words.words[last]}
        is_ordinary = all(word in common_words() or len(word) < _MIN_PART for word in names)
        return not is_ordinary or self._all_capital(first, last)

    def _is_part(self, needle: _Needle, k: int, word: str, *, is_own: bool) -> bool:
        is_capital = self.words.is_capital(k)
        if not self.by_a_person:
            is_whole = needle.is_first and needle.is_last
            return is_whole and is_own and is_capital and word not in common_words()
        if k in self.words.handles and word not in common_words():
            return True
        if is_own or not is_capital:
            return is_capital and (word not in field_words() or self._is_signature(k))
        if word in field_words() or (word in common_words() and self._begins_sentence(k)):
            return False
        return self._has_case(k) and not self._is_of_somebody_else(needle, k)

    def _is_signature(self, k: int) -> bool:
        """Whether a word of the field is used as the author's name: "I, Adam", "by Max"."""
        start, end = self.words.spans[k]
        before = self.words.plain[max(0, start - 40) : start].rpartition("\n")[2]
        after = self.words.plain[end : end + 40].partition("\n")[0]
        is_alone = not re.search(r"\w", before + after)
        return is_alone or _SIGNS.search(before) is not None

    def _has_case(self, k: int) -> bool:
        letter = self.words.plain[self.words.spans[k][0]]
        return letter.lower() != letter.upper()

    def _begins_sentence(self, k: int) -> bool:
        return k == 0 or re.search(r"[^\s,;()]|\n", self.words.gap(k - 1)) is not None

    def _is_of_somebody_else(self, needle: _Needle, k: int) -> bool:
        """Whether another last name follows a first name, or another first name precedes a last."""
        if needle.is_first and not needle.is_last and k + 1 < len(self.words.words):
            return self.words.gap(k) == " " and self._reads_like_a_name(k + 1)
        if needle.is_last and not needle.is_first and k > 0:
            is_near = self.words.gap(k - 1) == " " and not self._begins_sentence(k - 1)
            return is_near and self._reads_like_a_name(k - 1)
        return False

    def _reads_like_a_name(self, k: int) -> bool:
        word = self.words.words[k]
        is_name = self.words.is_capital(k) and word.isalpha() and len(word) >= _MIN_PART
        return is_name and word not in common_words()

    def _has_initial(self, first: int, last: int) -> bool:
        if self._is_handle(first, last):
            return True
        if first == last or not self._all_capital(first, last):
            return False
        initial = first if len(self.words.words[first]) == 1 else last
        after = self.words.spans[initial][1]
        return self.words.plain[after : after + 1] == "."

    def _is_id(self, joined: str, first: int, last: int, *, is_own: bool) -> bool:
        gaps = [self.words.gap(k) for k in range(first, last)]
        if not joined.isdigit():
            if joined in common_words():
                return self._is_handle(first, last)
            longest = 3 if self.by_a_person else 1
            return all(len(gap) <= longest and "\n" not in gap for gap in gaps)
        if self._is_in_decimal(first, last):
            return False
        if len(joined) < _MIN_NUMBER:
            return is_own and self.by_a_person and first == last
        if not self.by_a_person:
            return first == last and self.words.words[first] == joined
        return all(len(gap) <= 1 and gap not in ("|", "\n", ",") for gap in gaps)

    def _is_in_decimal(self, first: int, last: int) -> bool:
        """Whether digits belong to a number (0.9771, 1e-9771) or a colour (#997712)."""
        text = self.words.plain
        start, end = self.words.spans[first][0], self.words.spans[last][1]
        before, after = text[max(0, start - 3) : start], text[end : end + 2]
        is_end = re.search(r"(?:^|[\d\s,;:(\[-])[.,]$|\de[+-]$|#$", before)
        return bool(is_end or re.match(r"[.,]\d", after))


@cache
def field_words() -> frozenset[str]:
    """Words of the built-in assignments, of settings, datasets and dates, in small letters."""
    texts = [json.dumps(report_schema())]
    for name in built_in_names():
        texts += load_assignment(name, Path()).files.values()
    for dataset in BUILTINS.values():
        texts += dataset.class_names
    return _CAPITAL.union(*(re.findall(r"[a-z]+", text.casefold()) for text in texts))


@cache
def common_words() -> frozenset[str]:
    """The field's words, and everyday words that are also names."""
    return field_words() | _EVERYDAY
