"""The words of a sentence that name a model, a part of the data, a class or an image.

Words for the built-in datasets are common ones (digits, numbers, MNIST; clothing, fashion,
Fashion-MNIST, also misspelt as MINST); any model also answers to its own name, its
dataset's name and its dataset's title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from reportgen.answers.prose import words

Kind = Literal["model", "split"]
Record = dict[str, Any]


@dataclass(frozen=True)
class Mention:
    """A name in a sentence.

    Attributes:
        start, end: where it stands.
        names: the models, or the parts of the data, that it can mean.
    """

    start: int
    end: int
    names: frozenset[str]


class Vocabulary:
    """The names that one report's evidence has.

    Attributes:
        models: the names of its models, in order.
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self.models: tuple[str, ...] = tuple(record["models"])
        self._class_patterns: dict[str, list[tuple[re.Pattern[str], int]]] = {}

    @cached_property
    def _model_pattern(self) -> list[tuple[re.Pattern[str], frozenset[str]]]:
        meant: dict[str, set[str]] = {}
        for name, model in self.record["models"].items():
            for word in _words_for(name, model["dataset"]):
                meant.setdefault(word, set()).add(name)
        return [
            (re.compile(word, re.IGNORECASE), frozenset(names))
            for word, names in sorted(meant.items(), key=lambda item: -len(item[0]))
        ]

    def find_models(self, text: str) -> list[Mention]:
        """The models named in a text; "the other one" is resolved where two are known."""
        found = _without_overlaps(
            Mention(*match.span(), names)
            for pattern, names in self._model_pattern
            for match in pattern.finditer(text)
        )
        named = {name for mention in found for name in mention.names}
        others = frozenset(self.models) - named
        if len(named) == 1 and len(others) == 1:
            found += [Mention(*m.span(), others) for m in words.other_model.finditer(text)]
        return sorted(found, key=lambda mention: mention.start)

    def class_names(self, model: str) -> list[str]:
        """The class names of a model's dataset."""
        names: list[str] = self.record["models"][model]["dataset"]["class_names"]
        return names

    def find_classes(self, text: str, model: str) -> list[tuple[int, int, int]]:
        """The classes of a model that a text names by a word: (start, end, index)."""
        if model not in self._class_patterns:
            names = self.class_names(model)
            self._class_patterns[model] = [
                (re.compile(pattern, re.IGNORECASE), index)
                for index, name in enumerate(names)
                if (pattern := _class_pattern(name, names))
            ]
        found = [
            (*match.span(), index)
            for pattern, index in self._class_patterns[model]
            for match in pattern.finditer(text)
        ]
        found.sort(key=lambda place: (place[0] - place[1], place[0]))
        kept: list[tuple[int, int, int]] = []
        for place in found:
            if all(place[1] <= other[0] or place[0] >= other[1] for other in kept):
                kept.append(place)
        return sorted(kept)


def find_splits(text: str) -> list[Mention]:
    """The parts of the data that a text names: ``train``, ``test`` or ``validation``."""
    return _without_overlaps(
        Mention(*match.span(), frozenset([split]))
        for split, pattern in words.table("splits").items()
        for match in pattern.finditer(text)
    )


def speaks_of_all(text: str) -> bool:
    """Whether a text says something of both or all at once."""
    return bool(words.both.search(text))


def _words_for(name: str, dataset: Record) -> list[str]:
    own = [name, dataset["name"], dataset.get("title") or ""]
    known = words.table("datasets").get(dataset["name"])
    if known is not None:
        own = [word for word in own if word.lower() not in _BUILT_IN_NAMES[dataset["name"]]]
    loose = [rf"(?<!\w){_loose(word)}(?!\w)" for word in dict.fromkeys(own) if word]
    return [*([known.pattern] if known else []), *loose]


def _class_pattern(name: str, names: list[str]) -> str:
    """A class name in the ways that people write it; numerals are left to their context.

    Of "T-shirt/top" a half will do if it is no short word, of "Ankle boot" the last word
    where no other class has it.
    """
    if name.isdigit():
        return ""
    ways = [name, *name.split("/")]
    if " " in name and sum(name.split()[-1].lower() in other.lower() for other in names) == 1:
        ways.append(name.split()[-1])
    spelled = "|".join(_plural(way) for way in dict.fromkeys(ways) if way == name or len(way) > 3)
    return rf"(?<![\w-])(?:{spelled})(?![\w-])" if spelled else ""


def _plural(name: str) -> str:
    words = r"[\s_-]?".join(re.escape(part) for part in re.split(r"[\s_-]+", name))
    return words + (r"(?:es)?" if name.endswith("s") else r"(?:e?s)?")


# Names that the common words of a built-in dataset hold already.
_BUILT_IN_NAMES = {
    "mnist": {"mnist", "digits"},
    "fashion_mnist": {"fashion_mnist", "fashion-mnist", "fashion"},
}


def _loose(name: str) -> str:
    """A name in any spelling: hyphens, underscores and spaces alike, singular or plural."""
    parts = [re.escape(part) for part in re.split(r"[\s_-]+", name) if part]
    *first, last = parts or [re.escape(name)]
    ending = re.sub(r"s$", "s?", last) if re.search(r"\w{3}s$", last) else rf"{last}s?"
    return r"[\s_-]?".join([*first, ending])


def _without_overlaps(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions in order; of two that overlap, the longer."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start)):
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.start)
