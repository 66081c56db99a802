"""The record of everything measured in a run; every report is a view of it.

On disk it is ``evidence.json``, described by a JSON Schema (``schema.evidence_schema``),
and ``evidence.npz`` with the pixels of the selected images and the weights that
the page's drawing pad needs. In memory the record stays plain JSON data, so that
a fact is simply a path in it, such as ``models.digits.test.accuracy``.

Versions:
    1: the first.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, NotRequired

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, Field, GetJsonSchemaHandler, SkipValidation
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from reportgen.config.field_types import Name
from reportgen.config.settings import ReportSettings
from reportgen.evaluation.comparison import AccuracyComparison
from reportgen.evaluation.record_types import Count, Fraction, Items, Named, Record
from reportgen.evaluation.scores import Score
from reportgen.evidence.derived import DerivedRecord

SCHEMA_VERSION: Literal[1] = 1
Split = Literal["train", "test"]
SPLITS: tuple[Split, Split] = ("train", "test")

# Studies select images too, and name these selections after a model.
SELECTION_PATTERN = r"^[a-z][a-z0-9_-]{0,99}$"
SelectionName = Annotated[str, Field(pattern=SELECTION_PATTERN)]
IMAGE_PATTERN = r"^[a-z][a-z0-9_-]{0,62}-(train|test)-[0-9]{1,10}$"
ImageId = Annotated[str, Field(pattern=IMAGE_PATTERN)]
# Of a built-in assignment, or of the folder whose files are in the evidence; never a path.
ASSIGNMENT_PATTERN = r"^[^/\\\x00-\x1f\x7f]{1,255}$"
AssignmentName = Annotated[str, Field(pattern=ASSIGNMENT_PATTERN)]
DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
IsoDate = Annotated[
    str,
    Field(pattern=DATE_PATTERN),
    AfterValidator(lambda text: datetime.date.fromisoformat(text).isoformat()),
]


class _AsSettings:
    """Describes a dictionary as settings in the JSON Schema; the check does not look into it."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(ReportSettings.__pydantic_core_schema__)


class ReplacementRecord(Record):
    """An image number that the dataset does not have, and the one shown in its place."""

    selection: SelectionName
    split: Split
    asked: Count
    used: Count


class ReportRecord(Record):
    """What the report is called and whose it is; ``settings`` are those that were set."""

    assignment: AssignmentName
    title: str
    author: str | None
    course: str | None
    date: IsoDate | None
    settings: Annotated[dict[str, Any], _AsSettings()]
    prose: Named[str, str]
    assignment_files: NotRequired[Named[str, str] | None]
    replacements: NotRequired[Items[ReplacementRecord]]


class ProvenanceRecord(Record, total=False):
    """What shaped the measurements: versions, configuration, seed, threads, processor.

    A library that was not installed has no version.
    """

    reportgen: str
    python: str
    tensorflow: str | None
    keras: str | None
    numpy: str | None
    config_sha256: str
    seed: int
    threads: int
    cpu_features: Items[str]


class DatasetRecord(Record):
    """The dataset that a model was trained and tested on; shapes are (images, height, width)."""

    name: Name
    title: NotRequired[str]
    subject: NotRequired[str]
    tier: Literal["full", "sample", "own"]
    train_shape: Items[Count]
    test_shape: Items[Count]
    n_train_labels: Count
    n_classes: Annotated[int, Field(ge=2, le=100)]
    train_class_counts: NotRequired[Items[Count]]
    test_class_counts: NotRequired[Items[Count]]
    class_names: Items[str]
    sha256: str


class LayerRecord(Record):
    """One layer; its shape is without the batch. What its kind does not have is left out."""

    name: Name
    kind: Literal["dense", "dropout", "conv2d", "max_pooling2d", "flatten"]
    output_shape: Annotated[Items[Count], Field(min_length=1, max_length=3)]
    n_parameters: NotRequired[Count]
    units: NotRequired[Count]
    activation: NotRequired[str]
    filters: NotRequired[Count]
    kernel_size: NotRequired[Count]
    pool_size: NotRequired[Count]
    rate: NotRequired[float]


class ArchitectureRecord(Record):
    """The layers, from the input to the output."""

    layers: Items[LayerRecord]
    n_parameters: Count
    output: Literal["logits", "softmax"]


class TrainingRecord(Record):
    """How the model was fitted, and the history that ``fit`` would report."""

    epochs: Count
    batch_size: Count
    optimizer: str
    learning_rate: float
    loss: str
    validation_split: float
    seed: int
    engine: NotRequired[str]
    history: Named[str, Items[float]]


class TestScore(Score):
    """Measured on the test images, with the Wilson interval of the accuracy.

    Rows of ``confusion_matrix`` are true classes, columns predicted ones.
    """

    accuracy_ci95: Annotated[Items[Fraction], Field(min_length=2, max_length=2)]
    confusion_matrix: Items[Items[Count]]


class PredictionRecord(Record):
    """What a model says of one selected image."""

    selection: SelectionName
    index: Count
    label: Count
    argmax: Count
    match: bool
    logits: Items[float]
    probabilities: Items[Fraction]
    softmax_twice: Items[Fraction]


class ModelRecord(Record):
    """One trained and measured model.

    ``train`` is measured after training, in inference mode, on the images that were fitted.
    """

    dataset: DatasetRecord
    architecture: ArchitectureRecord
    training: TrainingRecord
    train: Score
    test: TestScore
    predictions: Items[PredictionRecord]


class ImageRecord(Record):
    """One selected image; its pixels are in the arrays under ``id``."""

    id: ImageId
    selection: SelectionName
    dataset: Name
    split: Split
    index: Count
    label: Count


class ComparisonRecord(AccuracyComparison):
    """Which of two models is more accurate on its test images.

    Where both were tested on the same images, ``n_discordant`` says how many only the first,
    and only the second, has right.
    """

    models: Annotated[Items[Name], Field(min_length=2, max_length=2)]
    n_discordant: NotRequired[Annotated[Items[Count], Field(min_length=2, max_length=2)] | None]


class MeasuredRecord(Record):
    """The part of the evidence that follows from models and data, studies apart."""

    models: dict[str, ModelRecord]
    images: list[ImageRecord]
    comparison: ComparisonRecord | None
    replacements: list[ReplacementRecord]


class MeasuredAndStudies(MeasuredRecord):
    """A ``MeasuredRecord`` with the record of each study, and why others could not be made."""

    studies: dict[str, Any]
    left_out: dict[str, str]


class EvidenceRecord(Record):
    """``evidence.json``; ``derived`` is worked out anew for each report, and so not checked.

    ``left_out`` says of the studies that were asked for and could not be made why not.
    """

    schema_version: Literal[1]
    report: ReportRecord
    provenance: ProvenanceRecord
    models: Named[Name, ModelRecord]
    images: Items[ImageRecord]
    comparison: ComparisonRecord | None
    studies: Named[Name, dict[str, Any]]
    left_out: NotRequired[Named[Name, str]]
    derived: NotRequired[SkipValidation[DerivedRecord]]


def title_of_its_own(models: Mapping[str, ModelRecord], name: str) -> str | None:
    """The title of a model's dataset, or None if it has none or other models share it."""
    titles = [model["dataset"].get("title") for model in models.values()]
    title = models[name]["dataset"].get("title")
    return title if title and titles.count(title) == 1 else None


def shape_of(dataset: DatasetRecord, split: Split) -> list[int]:
    """The shape of the images of one part: (images, height, width)."""
    return dataset["train_shape"] if split == "train" else dataset["test_shape"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """The record and its arrays.

    Attributes:
        record: plain JSON data.
        arrays: ``{image id: uint8 (height, width)}`` and
            ``{"weights/<model>/<name>": float16 or float32}``, see ``kept_weights``.
    """

    record: EvidenceRecord
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def data_tier(self) -> str:
        """``sample`` if any dataset is a sample, ``full`` otherwise."""
        tiers = {model["dataset"]["tier"] for model in self.record["models"].values()}
        return "sample" if "sample" in tiers else "full"

    def model(self, name: str) -> ModelRecord:
        """The record of one model."""
        return self.record["models"][name]

    def title_of_its_own(self, model: str) -> str | None:
        """The title of a model's dataset; None where models share it, or where it has none."""
        return title_of_its_own(self.record["models"], model)

    def class_names(self, model: str) -> list[str]:
        """The class names of the dataset that a model was trained on, in label order."""
        return self.model(model)["dataset"]["class_names"]

    def predictions(self, selection: str) -> list[tuple[str, PredictionRecord]]:
        """(model name, prediction) pairs of one selection, in its order."""
        return [
            (name, prediction)
            for name, model in self.record["models"].items()
            for prediction in model["predictions"]
            if prediction["selection"] == selection
        ]

    def images(self, selection: str) -> list[ImageRecord]:
        """The image records of one selection, in its order."""
        return [image for image in self.record["images"] if image["selection"] == selection]

    def pixels(self, selection: str, position: int) -> NDArray[np.uint8]:
        """The pixels of the image at a position (from 0) of a selection: uint8 (height, width)."""
        pixels: NDArray[np.uint8] = self.arrays[self.images(selection)[position]["id"]]
        return pixels
