"""The words of a sentence that name a model, a part of the data or a class.

A model is named by its name, its dataset's name or title, or a word that the catalogue of
built-in datasets gives for its dataset (digits, numbers, MINST; clothing, garments).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from reportgen.answers.prose_check import words
from reportgen.answers.prose_check.sentences import Span
from reportgen.datasets.catalogue import BUILTINS
from reportgen.evidence.record import DatasetRecord, EvidenceRecord

Names = frozenset[str]


@dataclass(frozen=True)
class Mention(Span):
    """A name in a sentence.

    Attributes:
        names: the models, the parts of the data, or the classes that it can mean.
    """

    names: Names

    @property
    def only(self) -> str:
        """The one name that it means; ValueError if it can mean several."""
        (name,) = self.names
        return name


def union(mentions: Iterable[Mention]) -> Names:
    """Everything that some mentions can mean."""
    return frozenset().union(*(mention.names for mention in mentions))


class Vocabulary:
    """The names that one report's evidence has.

    Attributes:
        models: the names of its models, in order.
        n_epochs: the numbers of epochs that the models were trained for.
    """

    def __init__(self, record: EvidenceRecord) -> None:
        self.record = record
        self.models: tuple[str, ...] = tuple(record["models"])
        self.n_epochs = frozenset(m["training"]["epochs"] for m in record["models"].values())
        self._class_patterns: dict[str, dict[str, re.Pattern[str]]] = {}

    @cached_property
    def _model_patterns(self) -> list[tuple[re.Pattern[str], Names]]:
        meant: dict[str, set[str]] = {}
        for name, model in self.record["models"].items():
            for pattern in _patterns_for(name, model["dataset"]):
                meant.setdefault(pattern, set()).add(name)
        longest_first = sorted(meant.items(), key=lambda item: -len(item[0]))
        return [(re.compile(p, re.IGNORECASE), frozenset(names)) for p, names in longest_first]

    def find_models(self, text: str) -> list[Mention]:
        """The models named in a text; "the other one" is resolved where two are known."""
        found = _find(text, self._model_patterns)
        others = frozenset(self.models) - union(found)
        if len(self.models) - len(others) == len(others) == 1:
            either = words.one_and_other.search(text, 0, min(mention.start for mention in found))
            meant = frozenset(self.models) if either else others
            found += [Mention(*m.span(), meant) for m in words.other_model.finditer(text)]
        return sorted(found, key=lambda mention: mention.start)

    def class_names(self, model: str) -> list[str]:
        """The class names of a model's dataset."""
        names: list[str] = self.record["models"][model]["dataset"]["class_names"]
        return names

    def find_classes(self, text: str, model: str) -> list[Mention]:
        """The classes of a model that a text names by a word; each by its index."""
        if model not in self._class_patterns:
            names = self.class_names(model)
            self._class_patterns[model] = {
                str(index): re.compile(pattern, re.IGNORECASE)
                for index, name in enumerate(names)
                if (pattern := _class_pattern(name, names))
            }
        patterns = self._class_patterns[model].items()
        return _find(text, ((pattern, frozenset([index])) for index, pattern in patterns))

    def names_class(self, text: str) -> bool:
        """Whether a text names a class of any model by a word."""
        return any(self.find_classes(text, model) for model in self.models)


def find_splits(text: str) -> list[Mention]:
    """The parts of the data that a text names: ``train``, ``test`` or ``validation``."""
    splits = words.table("splits").items()
    return _find(text, ((pattern, frozenset([split])) for split, pattern in splits))


def _find(text: str, patterns: Iterable[tuple[re.Pattern[str], Names]]) -> list[Mention]:
    """The names in a text, in order; of two that overlap, the longer."""
    found = [
        Mention(*m.span(), names) for pattern, names in patterns for m in pattern.finditer(text)
    ]
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda m: (m.start - m.end, m.start)):
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.start)


def _patterns_for(name: str, dataset: DatasetRecord) -> list[str]:
    own = dict.fromkeys((name, dataset["name"], dataset.get("title") or ""))
    patterns, matched = [], set[str]()
    if builtin := BUILTINS.get(dataset["name"]):
        patterns.append("|".join(builtin.prose))
        matched = {builtin.name, builtin.title.lower(), builtin.model}
    loose = (_loose(word) for word in own if word and word.lower() not in matched)
    return [*patterns, *(rf"(?<!\w){word}(?!\w)" for word in loose)]


def _loose(name: str) -> str:
    """A name in any spelling: hyphens, underscores and spaces alike, singular or plural."""
    *first, last = [re.escape(part) for part in re.split(r"[\s_-]+", name) if part] or [""]
    ending = f"{last}?" if re.search(r"\w{3}s$", last) else f"{last}s?"
    return r"[\s_-]?".join([*first, ending])


def _class_pattern(name: str, names: list[str]) -> str:
    """A pattern of the ways to write a class name; empty for numerals, which need context.

    A half of "T-shirt/top" is enough if it has more than three letters, and so is the last
    word of "Ankle boot" if no other class has it.
    """
    if name.isdigit():
        return ""
    ways = [name, *name.split("/")]
    if " " in name and sum(name.split()[-1].lower() in other.lower() for other in names) == 1:
        ways.append(name.split()[-1])
    spelled = "|".join(_plural(way) for way in dict.fromkeys(ways) if way == name or len(way) > 3)
    return rf"(?<![\w-])(?:{spelled})(?![\w-])"


def _plural(name: str) -> str:
    parts = r"[\s_-]?".join(re.escape(part) for part in re.split(r"[\s_-]+", name))
    return parts + (r"(?:es)?" if name.endswith("s") else r"(?:e?s)?")
