"""The kinds of statement that the checker understands. ``judge`` holds each to the evidence.

Every claim keeps all readings that its sentence leaves open: several models, several
images. It is supported only if every reading is, and contradicted only if none can be right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reportgen.answers.prose.quantities import Quantity
from reportgen.answers.prose.sentences import Sentence

Metric = Literal["accuracy", "error", "loss"]
Split = str
Names = frozenset[str]


@dataclass(frozen=True)
class Place:
    """The words that carry a claim.

    Attributes:
        sentence: in which they stand.
        start, end: where, in the sentence.
        doubt: why what they say cannot be tested, or empty.
    """

    sentence: Sentence
    start: int
    end: int
    doubt: str = ""


@dataclass(frozen=True)
class Claim:
    """A statement in a sentence."""

    at: Place


@dataclass(frozen=True)
class ScoreClaim(Claim):
    """An accuracy, an error rate, a count of right or wrong images, or a loss.

    Attributes:
        models: those that it can be about.
        splits: those that it can be about; empty where none is named.
        everyone: whether it says this of all of them ("both models").
    """

    metric: Metric
    quantity: Quantity
    models: Names
    splits: Names
    everyone: bool


@dataclass(frozen=True)
class IntervalClaim(Claim):
    """The interval of a test accuracy, or of a difference (``of_difference``)."""

    quantity: Quantity
    models: Names
    of_difference: bool


@dataclass(frozen=True)
class DifferenceClaim(Claim):
    """A gap between training and test (``between_splits``), or a difference of two models.

    Both are False where the sentence does not tell which is meant.
    """

    quantity: Quantity
    models: Names
    splits: Names
    between_splits: bool
    between_models: bool


@dataclass(frozen=True)
class ComparisonClaim(Claim):
    """That one model is more accurate than another.

    Attributes:
        better, worse: the two models, as the sentence has them.
        relation: ``better``; ``not better``; ``equal``; ``different``.
        splits: that the sentence names.
        always: whether it says so of every run.
    """

    better: str
    worse: str
    relation: Literal["better", "not better", "equal", "different"]
    splits: Names
    always: bool


@dataclass(frozen=True)
class SplitComparisonClaim(Claim):
    """That a model is more accurate on one part of the data than on another, or as accurate."""

    models: Names
    better: Split
    worse: Split
    relation: Literal["better", "not better", "equal", "different"]


@dataclass(frozen=True)
class ImageRef:
    """A selected test image: a model's name and the place among its predictions."""

    model: str
    place: int


Images = tuple[tuple[ImageRef, ...], ...]  # for each image meant, what it can be


@dataclass(frozen=True)
class MatchClaim(Claim):
    """That predictions match their labels, or do not."""

    images: Images
    positive: bool


@dataclass(frozen=True)
class ClassClaim(Claim):
    """That an image has a class: its prediction, its label, or simply "is"."""

    images: Images
    role: Literal["prediction", "label", "is"]
    class_index: int
    negated: bool


@dataclass(frozen=True)
class ProbabilityClaim(Claim):
    """A probability: of a class (by its index), of the ``label``, or the ``largest`` one."""

    images: Images
    of: int | Literal["label", "largest"]
    quantity: Quantity


@dataclass(frozen=True)
class ArrayClaim(Claim):
    """A whole array of probabilities, in the order of the classes."""

    images: Images
    values: tuple[Quantity, ...]
