"""Which selected images a sentence speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reportgen.answers.prose import words
from reportgen.answers.prose.claims import ImageRef, Images
from reportgen.answers.prose.context import Context
from reportgen.answers.prose.vocabulary import Vocabulary


@dataclass(frozen=True)
class ImageGroup:
    """Image numbers named together: where they stand, and for each what it can be."""

    start: int
    end: int
    images: Images


@dataclass(frozen=True)
class NamedImages:
    """The images that a sentence names by number.

    Attributes:
        groups: "image 20", "images 30 and 40", in the order of the text.
        training: whether it names training images, of which there are no predictions.
        unknown: numbers that no selected test image has.
    """

    groups: tuple[ImageGroup, ...]
    training: bool
    unknown: tuple[int, ...]

    @property
    def images(self) -> Images:
        """For each number, the selected test images that it can be."""
        return tuple(options for group in self.groups for options in group.images)

    def near(self, text: str, start: int, end: int) -> Images:
        """The images that words from ``start`` to ``end`` speak of.

        They are those named right after ("wrong about image 40"), else those named last
        before, else those named first.
        """
        known = [group for group in self.groups if group.images]
        for group in known:
            if group.start >= end and words.leads_to_image.fullmatch(text, end, group.start):
                return group.images
        before = [group for group in known if group.end <= start]
        return (before[-1] if before else known[0]).images if known else ()


def find_images(text: str, context: Context) -> NamedImages:
    """The images named in a text."""
    vocabulary = context.vocabulary
    models = {name for mention in vocabulary.find_models(text) for name in mention.names}
    groups: list[ImageGroup] = []
    unknown: list[int] = []
    training = False
    for found in words.images_named.finditer(text):
        if _is_class_index(found, vocabulary):
            continue
        span = found.span("one" if found["one"] else "numbers")
        of_training = bool(found["split"]) and found["split"].lower().startswith("train")
        training = training or of_training
        images = []
        for number in [] if of_training else words.image_index.findall(text[slice(*span)]):
            index = int(number.replace(",", ""))
            options = _options(vocabulary, index, models or context.models or context.topic.models)
            if options:
                images.append(options)
            else:
                unknown.append(index)
        groups.append(ImageGroup(*span, tuple(images)))
    return NamedImages(tuple(groups), training, tuple(unknown))


def _is_class_index(found: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Whether "index 4" means the fifth class rather than an image."""
    number = int(words.image_index.findall(found[0])[-1].replace(",", ""))
    bare = words.index_word.match(found[0])
    return bool(bare) and number < max(len(vocabulary.class_names(m)) for m in vocabulary.models)


def _options(
    vocabulary: Vocabulary, index: int, models: set[str] | frozenset[str]
) -> tuple[ImageRef, ...]:
    """The predictions of an image number, those of the models meant if they have it."""
    found = [
        ImageRef(name, place)
        for name in vocabulary.models
        for place, prediction in enumerate(vocabulary.record["models"][name]["predictions"])
        if prediction["index"] == index
    ]
    meant = [image for image in found if image.model in models]
    return tuple(meant or found)
