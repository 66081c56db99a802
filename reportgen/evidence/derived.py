"""Types of ``derived`` in the evidence: what follows from the measured facts by arithmetic.

``answers.derive`` computes it; docs/facts.md says what each value means.
"""

from __future__ import annotations

from typing import Literal, NotRequired

from reportgen.evaluation.record_types import Interval, Record
from reportgen.evaluation.scores import Ratio

Certainty = Literal["near-certain", "clear", "spread"]
Learned = Literal["yes", "unclear", "no", "one class"]
GapVerdict = Literal["gap", "reversed", "none"]
Judgement = Literal["consistent", "in part", "not supported", "against", "unclear", "no difference"]
Reason = Literal[
    "merging", "nearest_centroid", "concentration", "separation", "scatter", "linear_baseline"
]
SimpleMethod = Literal["linear_baseline", "nearest_centroid"]


class MethodRecord(Record):
    """Constants of the methods."""

    confidence_level: float
    z: float
    significant: float
    pixel_max: int
    near_certain: float
    clear: float
    curve_rise: float
    similar: float
    beta_1: float
    beta_2: float
    rho: float
    epsilon: float


class DerivedLayerRecord(Record):
    """What a layer is called and does, and the Keras call that makes it."""

    title: str
    role: Literal["output", "hidden", "other"]
    call: str
    activation_title: str
    n_inputs: int
    n_outputs: int
    n_parameters: int


class BalanceRecord(Record):
    """The numbers of images of the rarest and of the most frequent class."""

    lowest: int
    highest: int
    equal: bool


class BalancesRecord(Record):
    """The balance of each part of a dataset; None where the classes were not counted."""

    train: BalanceRecord | None
    test: BalanceRecord | None


class GapRecord(Record):
    """Training minus test accuracy."""

    difference: float
    size: float
    ci95: Interval
    verdict: GapVerdict


class CurvesRecord(Record):
    """What the curves show of overfitting; epochs count from 1."""

    best_epoch: int
    best_loss: float
    last_loss: float
    rise: float | None
    best_loss_accuracy: float
    last_accuracy: float
    accuracy_change: float
    accuracy_verdict: Literal["rose", "fell", "same"]
    best_accuracy_epoch: int
    best_accuracy: float
    verdict: Literal["overfitting", "none"]
    best_is_last: bool
    n_epochs: int
    n_after_best: int
    train_loss_fell: bool
    best_train_loss: float
    best_train_accuracy: float
    last_train_loss: float
    last_train_accuracy: float
    first_accuracy_above_epoch: int | None
    first_loss_below_epoch: int | None


class PairRecord(Record):
    """Two classes."""

    first: str
    second: str


class ConfusedPairRecord(PairRecord):
    """Two classes, how many errors are between them, and their share of all errors."""

    n: int
    share: float


class ConfusionsRecord(Record):
    """Errors by unordered pair of classes, and the recall of each class."""

    n_wrong: int
    n_pairs: int
    pairs: list[ConfusedPairRecord]
    level: list[PairRecord]
    n_level_more: int
    recall: list[float | None]
    hardest: str | None
    hardest_recall: float | None
    easiest: str | None
    easiest_recall: float | None


class OneAnswerRecord(Ratio):
    """What the class with the most test images would be right for, named for every image."""

    class_name: str


class NamedMostRecord(Record):
    """The class that the model names most often, and for how many test images."""

    class_name: str
    n: int
    share: float


class LearnedRecord(Record):
    """Whether a model is better than one answer for every test image."""

    learned: Learned
    one_answer: OneAnswerRecord
    named_most: NamedMostRecord


class LoadedFromRecord(Record):
    """How a program loads the images; one of the three is given."""

    keras_dataset: str | None
    idx_folder: str | None
    npz_file: str | None


class ModelFiguresRecord(LoadedFromRecord, LearnedRecord):
    """Sizes, layers, gap, curves and errors of one model, and whether it learned."""

    title: str
    height: int
    width: int
    n_pixels: int
    image_shape: list[int]
    spatial: bool
    input_shape: list[int]
    batch_of_one_shape: list[int]
    output_shape: list[int]
    label_shape: list[int]
    n_train_images: int
    n_test_images: int
    n_images: int
    n_validation_images: int
    last_class: int
    balance: BalancesRecord
    n_layers: int
    n_hidden_layers: int
    layers: list[DerivedLayerRecord]
    hidden_activation: str | None
    n_train_wrong: int
    n_test_wrong: int
    steps_per_epoch: int
    last_batch_size: int
    n_steps: int
    chance: float
    log_n_classes: float
    twice_min: float
    twice_max: float
    gap: GapRecord
    history: dict[str, float]
    running_verdict: Literal["below", "above", "same"] | None
    optimizer_title: str
    optimizer_call: str
    curves: CurvesRecord | None
    confusions: ConfusionsRecord


class DerivedModelRecord(ModelFiguresRecord):
    """What is derived of a model, with the model's name and what it is called in figures."""

    name: str
    label: str


class RunnerUpRecord(Record):
    """The class with the second highest probability."""

    index: int
    name: str
    probability: float


class SoftmaxStepRecord(Record):
    """One class in the worked softmax of a prediction."""

    index: int
    name: str
    logit: float
    shifted: float
    exponential: float
    probability: float
    twice: float


class WorkedSoftmaxRecord(Record):
    """The worked softmax of one prediction, its ranking and what a second softmax does."""

    argmax_name: str
    argmax_position: int
    position: int
    label_name: str
    named: bool
    top: float
    certainty: Certainty
    rest: float
    runner_up: RunnerUpRecord
    true_probability: float
    true_rank: int
    sum: float
    n_zero: int
    n_one: int
    largest_logit: float
    logits_argmax: int
    sum_of_exponentials: float
    ratio_to_runner_up: float | None
    margin: float
    steps: list[SoftmaxStepRecord]
    twice_top: float
    twice_argmax: int
    twice_same: bool
    twice_drop: float
    entropy: float
    twice_entropy: float


class DerivedPredictionRecord(WorkedSoftmaxRecord):
    """A prediction and its number among those of its model, from 0."""

    model: str
    place: int


class DerivedImageRecord(Record):
    """The class name of a selected image, and its number among all images, from 0."""

    label_name: str
    named: bool
    place: int


class SelectionRecord(Record):
    """The images of a selection, and how they came to be chosen.

    Where they were drawn at random, ``draw_seed`` is what ``numpy.random.default_rng`` was
    given.
    """

    n: int
    n_words: str
    indices: list[int]
    n_right: int | None
    n_wrong: int | None
    origin: NotRequired[Literal["named", "random", "personal"]]
    draw_seed: NotRequired[int]


class DerivedPairedRecord(Record):
    """What comparing image by image adds where both models were tested on the same images."""

    n_higher_only: int
    n_lower_only: int
    n_discordant: int
    n_total: int
    p_value: float


class DerivedComparisonRecord(Record):
    """The comparison, told from the model with the higher test accuracy."""

    distinguishable: bool
    higher: str
    lower: str
    size: float
    size_ci95: Interval
    train_difference: float
    train_verdict: Literal["same", "agrees", "disagrees"]
    same_images: bool
    paired: DerivedPairedRecord | None
    same_training: bool
    same_layers: bool
    same_sizes: bool
    both_learned: bool


class JudgedReasonsRecord(Record):
    """Each measured reason held against the result."""

    scatter: Judgement
    separation: Judgement
    nearest_centroid: Judgement
    concentration: Judgement
    merging: Judgement
    linear_baseline: NotRequired[Judgement]


class DerivedReasonsRecord(JudgedReasonsRecord):
    """The judged reasons, and what the two datasets have in common."""

    same_n_pixels: bool
    same_n_classes: bool
    apply: bool
    strongest: Reason | None
    merging_closes: float | None
    merging_share: float | None
    outdone_by: SimpleMethod | None
    within_class_per_pixel: dict[str, float]


class NumberingRecord(Record):
    """The numbers that questions, figures and tables have in a report, by their ids.

    ``program`` has the first and last lines of each question's code in the program, if that
    stands in an appendix.
    """

    questions: dict[str, int]
    n_questions: int
    figures: dict[str, int]
    tables: dict[str, int]
    program: dict[str, list[list[int]]]


class DerivedRecord(Record):
    """``derived`` in the evidence; predictions, images and selections by selection."""

    method: MethodRecord
    n_models: int
    models: dict[str, DerivedModelRecord]
    predictions: dict[str, list[DerivedPredictionRecord]]
    images: dict[str, list[DerivedImageRecord]]
    selections: dict[str, SelectionRecord]
    comparison: DerivedComparisonRecord | None
    reasons: DerivedReasonsRecord | None
    numbering: NotRequired[NumberingRecord]
