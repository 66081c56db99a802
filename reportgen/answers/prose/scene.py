"""A sentence with the images that it is about, and the classes that it names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from reportgen.answers.prose import cues, words
from reportgen.answers.prose.claims import Images, Place
from reportgen.answers.prose.context import Context
from reportgen.answers.prose.image_names import NamedImages
from reportgen.answers.prose.sentences import Sentence

ClassPlace = tuple[int, int, int]  # start, end, index of the class

SHOWS_IMAGES = ("match", "predict", "show")  # kinds of questions about images

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def any_of(images: Images) -> Images:
    """One image that can be any of some."""
    return (tuple(image for options in images for image in options),)


@dataclass(frozen=True)
class Scene:
    """A sentence, what came before it, and the images that it names."""

    sentence: Sentence
    context: Context
    named: NamedImages
    n_epochs: frozenset[int]

    @property
    def text(self) -> str:
        """The sentence as it reads."""
        return self.sentence.text

    @property
    def images(self) -> Images:
        """The images named, or else those that a reader thinks of."""
        if self.named.images or self.named.unknown or self.named.training:
            return self.named.images
        return self.context.images_meant()

    @property
    def explicit(self) -> bool:
        """Whether images are named, here or just before."""
        return bool(self.named.images or self.named.unknown or self.context.images)

    def images_near(self, start: int, end: int) -> Images:
        """Of the images named, those that some words speak of: "the second", or the nearest."""
        ordinals = list(words.ordinal.finditer(self.text, 0, start))
        if not self.named.images and ordinals:
            place = (ordinals[-1].lastindex or 1) - 1  # the groups are first, second, ...
            return self.images[place : place + 1] or self.images
        return self.named.near(self.text, start, end) or self.images

    @property
    def speaks_of_all(self) -> bool:
        """Whether the sentence says something of several images at once."""
        return len(self.named.images) > 1 or bool(words.several_images.search(self.text))

    def at(self, start: int, end: int) -> Place:
        """The place of a claim, with what makes it untestable."""
        doubt = ""
        if self.named.unknown:
            numbers = ", ".join(map(str, self.named.unknown))
            doubt = f"test image {numbers} is none that this report has selected"
        elif self.named.training and not self.named.images:
            doubt = "there are no predictions for training images"
        doubt = doubt or cues.find_doubt(self.text, start, end, self.n_epochs)
        return Place(self.sentence, start, end, doubt)

    @cached_property
    def classes(self) -> list[ClassPlace]:
        """The classes that the sentence names, by a word or a numeral."""
        found: set[ClassPlace] = set()
        vocabulary = self.context.vocabulary
        for model in dict.fromkeys(image.model for options in self.images for image in options):
            names = vocabulary.class_names(model)
            found |= set(vocabulary.find_classes(self.text, model))
            for match in words.numeral.finditer(self.text):
                index = self._class_of(match, names)
                if index is not None:
                    found.add((*match.span("digit"), index))
        return sorted(found)

    def _class_of(self, match: re.Match[str], names: list[str]) -> int | None:
        """The class that a numeral stands for: as its name, or as its index."""
        start = match.start("digit")
        if any(group.start <= start < group.end for group in self.named.groups):
            return None
        word = match["digit"].lower()
        digit = str(_WORDS.index(word)) if word in _WORDS else word
        if digit in names:
            return names.index(digit)
        is_index = int(digit) < len(names) and words.says_index.search(self.text[:start])
        return int(digit) if is_index else None
