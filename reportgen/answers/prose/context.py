"""What a sentence is about where it does not say so itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from reportgen.answers.prose.claims import ImageRef, Images
from reportgen.answers.prose.sentences import Sentence
from reportgen.answers.prose.vocabulary import Vocabulary, find_splits

Names = frozenset[str]


@dataclass(frozen=True)
class Topic:
    """What a question is about.

    Attributes:
        kind: of the question, such as ``match`` or ``compare``.
        models: that its prompt names, or that its required facts are of.
        images: the test images that its built-in answer shows.
    """

    kind: str
    models: Names
    images: tuple[ImageRef, ...]


@dataclass
class Context:
    """What the text so far leads a reader to expect.

    A heading holds until the next one, a paragraph's last name until the paragraph or the
    list below it ends. What is not said is looked for in the sentences before, then in the
    heading, then in the question.
    """

    vocabulary: Vocabulary
    topic: Topic
    models: Names = frozenset()
    splits: Names = frozenset()
    images: Images = ()
    _heading_models: Names = frozenset()
    _heading_splits: Names = frozenset()
    _block: int = -1
    _last_text: Names = frozenset()
    _seen: list[Sentence] = field(default_factory=list)

    def enter(self, sentence: Sentence) -> None:
        """Prepare for the next sentence."""
        if sentence.block == self._block:
            return
        self._block = sentence.block
        if sentence.kind == "heading":
            self.models = self.splits = self._heading_models = self._heading_splits = frozenset()
        elif sentence.kind == "text":
            self.models, self.splits = self._heading_models, self._heading_splits
            self.images = ()
        elif sentence.kind == "cell":
            self.models, self.splits = self._heading_models, self._heading_splits

    def leave(self, sentence: Sentence) -> None:
        """Take in what a sentence named."""
        models = [mention.names for mention in self.vocabulary.find_models(sentence.text)]
        splits = [mention.names for mention in find_splits(sentence.text)]
        if sentence.kind == "cell":
            return
        if models:
            self.models = frozenset().union(*models)
        if splits and (sentence.kind == "heading" or sentence.text.rstrip().endswith(":")):
            self.splits = frozenset().union(*splits)
        if sentence.kind == "heading":
            self._heading_models, self._heading_splits = self.models, self.splits

    def models_meant(self) -> Names:
        """The models that a sentence without a name can be about."""
        return self.models or self.topic.models or frozenset(self.vocabulary.models)

    def models_beside(self, named: set[str]) -> Names:
        """The models that a number can be about which is not that of the models named."""
        return (self.models - named) or frozenset(self.vocabulary.models)

    def names_class(self, text: str) -> bool:
        """Whether a text names a class by a word."""
        return any(self.vocabulary.find_classes(text, m) for m in self.vocabulary.models)

    def images_meant(self) -> Images:
        """The images that a sentence without a number can be about."""
        return self.images or tuple((image,) for image in self.topic.images)
