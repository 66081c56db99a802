"""Which selected images a sentence speaks of."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.answers.prose_check import words
from reportgen.answers.prose_check.sentences import Span
from reportgen.answers.prose_check.vocabulary import Names, Vocabulary


@dataclass(frozen=True)
class ImageRef:
    """A selected test image: a model's name and the place among its predictions."""

    model: str
    place: int


Images = tuple[tuple[ImageRef, ...], ...]  # for each image meant, its candidates


def any_of(images: Images) -> Images:
    """One image that can be any of these."""
    return (tuple(image for options in images for image in options),)


@dataclass(frozen=True)
class ImageGroup(Span):
    """Image numbers named together, and the candidates of each."""

    images: Images


@dataclass(frozen=True)
class NamedImages:
    """The images that a sentence names by number.

    Attributes:
        groups: "image 20", "images 30 and 40", in the order of the text.
        training: whether it names training images, which have no predictions.
        unknown: numbers that no selected test image has.
    """

    groups: tuple[ImageGroup, ...] = ()
    training: bool = False
    unknown: tuple[int, ...] = ()

    @property
    def images(self) -> Images:
        """For each number, the selected test images that it can be."""
        return tuple(options for group in self.groups for options in group.images)

    def near(self, text: str, start: int, end: int) -> Images:
        """The images that words from ``start`` to ``end`` speak of.

        They are those named right after ("wrong about image 40"), else the last ones named
        before, else the first ones named.
        """
        known = [group for group in self.groups if group.images]
        for group in known:
            if group.start >= end and words.leads_to_image.fullmatch(text, end, group.start):
                return group.images
        before = [group for group in known if group.end <= start]
        return (before[-1] if before else known[0]).images if known else ()


def find_images(text: str, vocabulary: Vocabulary, models: Names) -> NamedImages:
    """The images named in a text; of two with the same number, that of the models meant."""
    groups: list[ImageGroup] = []
    unknown: list[int] = []
    training = False
    for found in words.images_named.finditer(text):
        numbers = [int(n.replace(",", "")) for n in words.image_index.findall(found[0])]
        most_classes = max(len(vocabulary.class_names(model)) for model in vocabulary.models)
        if words.index_word.match(found[0]) and numbers[-1] < most_classes:
            continue  # "index 4" means the fifth class
        of_training = (found["split"] or "").lower().startswith("train")
        training = training or of_training
        options = [] if of_training else [_options(vocabulary, n, models) for n in numbers]
        unknown += [n for n, can_be in zip(numbers, options, strict=False) if not can_be]
        span = found.span("one" if found["one"] else "numbers")
        groups.append(ImageGroup(*span, tuple(can_be for can_be in options if can_be)))
    return NamedImages(tuple(groups), training, tuple(unknown))


def _options(vocabulary: Vocabulary, index: int, models: Names) -> tuple[ImageRef, ...]:
    """The predictions of an image number, those of the models meant if they have it."""
    found = [
        ImageRef(name, place)
        for name, model in vocabulary.record["models"].items()
        for place, prediction in enumerate(model["predictions"])
        if prediction["index"] == index
    ]
    return tuple([image for image in found if image.model in models] or found)
