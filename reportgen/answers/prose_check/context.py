"""A sentence with the names in it, and with the names that the text before it implies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from reportgen.answers.prose_check import words
from reportgen.answers.prose_check.claims import Claim, Judgement, Record
from reportgen.answers.prose_check.images import ImageRef, Images, NamedImages, find_images
from reportgen.answers.prose_check.quantities import Quantity, find_quantities
from reportgen.answers.prose_check.sentences import Sentence
from reportgen.answers.prose_check.vocabulary import Mention, Names, Vocabulary, find_splits, union


@dataclass(frozen=True)
class Topic:
    """What a question is about.

    Attributes:
        kind: of the question, such as ``match`` or ``compare``.
        models: those that its prompt names, or that its required facts belong to.
        images: the test images that its built-in answer shows.
    """

    kind: str
    models: Names
    images: tuple[ImageRef, ...]


@dataclass
class Context:
    """The names that the text so far implies for a sentence that leaves them out.

    Names in a heading apply until the next heading; the last name in a paragraph applies until
    the paragraph or the list below it ends. A missing name is looked for in the sentences
    before, then in the heading, then in the question.
    """

    vocabulary: Vocabulary
    topic: Topic
    models: Names = frozenset()
    splits: Names = frozenset()
    images: Images = ()
    opens: bool = True
    _heading: tuple[Names, Names] = (frozenset(), frozenset())
    _block: int = -1

    def enter(self, sentence: Sentence) -> Scene:
        """The next sentence, with what it can be about."""
        if sentence.block != self._block:
            self._block = sentence.block
            if sentence.kind == "heading":
                self._heading = frozenset(), frozenset()
            if sentence.kind != "item":
                self.models, self.splits = self._heading
            if sentence.kind == "text":
                self.images = ()
        return Scene(sentence, self)

    def leave(self, scene: Scene) -> None:
        """Remember the names in a sentence for those after it."""
        heading = scene.sentence.kind == "heading"
        self.opens = self.opens and (heading or scene.asks)
        if scene.sentence.kind != "cell":
            self.models = union(scene.models) or self.models
            if heading or scene.text.rstrip().endswith(":"):
                self.splits = union(scene.splits) or self.splits
        if heading:
            self._heading = self.models, self.splits
        self.images = scene.named.images or self.images

    def models_meant(self) -> Names:
        """The models that a sentence without a name can be about."""
        return self.models or self.topic.models or frozenset(self.vocabulary.models)


@dataclass(frozen=True)
class Scene:
    """A sentence and the text before it."""

    sentence: Sentence
    context: Context

    @property
    def text(self) -> str:
        """The sentence as it reads."""
        return self.sentence.text

    @property
    def record(self) -> Record:
        """The evidence."""
        return self.context.vocabulary.record

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return self.text.rstrip().endswith("?")

    @cached_property
    def models(self) -> list[Mention]:
        """The models that it names."""
        return self.context.vocabulary.find_models(self.text)

    @cached_property
    def splits(self) -> list[Mention]:
        """The parts of the data that it names."""
        return find_splits(self.text)

    @cached_property
    def numbers(self) -> list[Quantity]:
        """Its numbers, without image numbers."""
        return [n for n in find_quantities(self.text) if not self.numbers_image(n.start)]

    def numbers_image(self, place: int) -> bool:
        """Whether what stands at a place is an image's number."""
        return any(group.start <= place < group.end for group in self.named.groups)

    @cached_property
    def named(self) -> NamedImages:
        """The images that it names by number."""
        if self.sentence.kind == "heading":
            return NamedImages()
        meant = union(self.models) or self.context.models or self.context.topic.models
        return find_images(self.text, self.context.vocabulary, meant)

    @property
    def images(self) -> Images:
        """The images named, or else those of the sentences before or of the question."""
        if self.named.images or self.named.unknown or self.named.training:
            return self.named.images
        return self.context.images or tuple((image,) for image in self.context.topic.images)

    @property
    def explicit(self) -> bool:
        """Whether images are named, here or just before."""
        return bool(self.named.images or self.named.unknown or self.context.images)

    def images_near(self, start: int, end: int) -> Images:
        """The images that these words are about, by an ordinal ("the second") or the nearest."""
        behind = words.for_ordinal.match(self.text, end)
        after = behind and words.ordinal.match(self.text, behind.end())
        ordinals = [after] if after else list(words.ordinal.finditer(self.text, 0, start))
        if not self.named.images and ordinals:
            place = (ordinals[-1].lastindex or 1) - 1  # the groups are first, second, ...
            return self.images[place : place + 1] or self.images
        return self.named.near(self.text, start, end) or self.images

    @property
    def speaks_of_all(self) -> bool:
        """Whether it says something of several images at once."""
        return len(self.named.images) > 1 or bool(words.several_images.search(self.text))

    @cached_property
    def classes(self) -> list[Mention]:
        """The classes that it names, by a word or a numeral; each by its index."""
        found: set[Mention] = set()
        vocabulary = self.context.vocabulary
        for model in dict.fromkeys(image.model for options in self.images for image in options):
            found |= set(vocabulary.find_classes(self.text, model))
            for match in words.numeral.finditer(self.text):
                index = self._class_of(*match.span("digit"), vocabulary.class_names(model))
                if index is not None:
                    found.add(Mention(*match.span("digit"), frozenset([str(index)])))
        return sorted(found, key=lambda named: (named.start, named.end, named.only))

    def _class_of(self, start: int, end: int, names: list[str]) -> int | None:
        """The class that a numeral stands for, as its name or as its index."""
        if self.numbers_image(start):
            return None
        word, spelled = self.text[start:end].lower(), words.alternatives("small_number")
        digit = str(spelled.index(word)) if word in spelled else word
        if digit in names:
            return names.index(digit)
        is_index = int(digit) < len(names) and words.says_index.search(self.text[:start])
        return int(digit) if is_index else None

    @cached_property
    def names_class(self) -> bool:
        """Whether it names a class of any model by a word."""
        return self.context.vocabulary.names_class(self.text)

    def doubt(self, start: int, end: int) -> str:
        """Why a claim made by some words is not testable, or an empty text.

        The reason is looked for from the last turn ("but") before these words to the end of
        their clause. "After 10 epochs" gives no reason if training ended there.
        """
        text, n_epochs = self.text, self.context.vocabulary.n_epochs
        if text[:start].count('"') % 2:
            return "it is quoted"
        if words.other_settings.search(text, 0, end):
            return "it speaks of other runs or other moments of training"
        turns = [turn.end() for turn in words.turn.finditer(text, 0, start)]
        stop = words.clause_end.search(text, end)
        scope = text[turns[-1] if turns else 0 : stop.start() if stop else len(text)]

        def is_end(found: re.Match[str]) -> str:
            n = found["n"]
            return "" if n is None or not n.isdigit() or int(n) in n_epochs else found[0]

        scope = words.epochs_trained.sub(is_end, words.as_hoped.sub("", scope))
        reasons = words.table("doubts").items()
        return next((reason for reason, pattern in reasons if pattern.search(scope)), "")

    def claim(self, start: int, end: int, judgement: Judgement, doubt: str = "") -> Claim:
        """The claim that some words make; not testable where there is a doubt."""
        judgement = Judgement("not testable", doubt) if doubt else judgement
        return Claim(start, end, self.sentence, judgement)
