"""The versioned record of everything measured in a run; every report is a view of it.

On disk it is ``evidence.json``, described by a JSON Schema (``evidence_schema``),
and ``evidence.npz`` with the pixels of the selected images and the weights that
the page's drawing pad needs. In memory the record stays plain JSON data, so that
a fact is simply a path in it, such as ``models.digits.test.accuracy``.

Versions:
    1: the first.
"""

from __future__ import annotations

import datetime
import itertools
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
)

from reportgen.errors import RenderError
from reportgen.evaluation.record_types import Count, Fraction, Interval, Items, Named
from reportgen.names import NAME_PATTERN, PATTERNS_IN_WORDS, Name

SCHEMA_VERSION = 1
_MAX_DEPTH = 50
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAX_SHOWN = 100
_FLOAT16_OVERFLOWS = 65_520.0

# Studies select images of their own, and name them after a model.
_SELECTION = r"^[a-z][a-z0-9_-]{0,99}$"
SelectionName = Annotated[str, Field(pattern=_SELECTION)]
_IMAGE = r"^[a-z][a-z0-9_-]{0,62}-(train|test)-[0-9]{1,10}$"
ImageId = Annotated[str, Field(pattern=_IMAGE)]
# A built-in assignment's, or that of the folder whose files are in the evidence: never a path.
_ASSIGNMENT = r"^[^/\\\x00-\x1f\x7f]{1,255}$"
AssignmentName = Annotated[str, Field(pattern=_ASSIGNMENT)]
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
IsoDate = Annotated[
    str,
    Field(pattern=_DATE),
    AfterValidator(lambda text: datetime.date.fromisoformat(text).isoformat()),
]
_IN_WORDS = {
    **PATTERNS_IN_WORDS,
    _SELECTION: PATTERNS_IN_WORDS[NAME_PATTERN],
    _IMAGE: "a dataset's name, -train- or -test-, and a number",
    _ASSIGNMENT: "a name, not a path",
    _DATE: "a date such as 2026-11-21",
}


class _Record(BaseModel):
    # Edited or later evidence may hold more than this version knows. Nothing is converted, so
    # that what was checked is what is used.
    model_config = ConfigDict(extra="allow", strict=True, allow_inf_nan=False)


class ReportRecord(_Record):
    """What the report is called and whose it is."""

    assignment: AssignmentName
    title: str
    author: str | None
    course: str | None
    date: IsoDate | None
    settings: dict[str, Any]
    prose: Named[str, str]
    assignment_files: Named[str, str] | None = None


class DatasetRecord(_Record):
    """The dataset that a model was trained and tested on."""

    name: Name
    tier: Literal["full", "sample", "own"]
    train_shape: Items[Count]
    test_shape: Items[Count]
    n_train_labels: Count
    n_classes: Annotated[int, Field(ge=2, le=100)]
    class_names: Items[str]
    sha256: str


class LayerRecord(_Record):
    """One layer; its shape is without the batch."""

    name: Name
    kind: Literal["dense", "dropout", "conv2d", "max_pooling2d", "flatten"]
    output_shape: Annotated[Items[Count], Field(min_length=1, max_length=3)]


class ArchitectureRecord(_Record):
    """The layers, from the input to the output."""

    layers: Items[LayerRecord]
    n_parameters: Count
    output: Literal["logits", "softmax"]


class TrainingRecord(_Record):
    """How the model was fitted, and the history that ``fit`` would report."""

    epochs: Count
    batch_size: Count
    optimizer: str
    learning_rate: float
    loss: str
    validation_split: float
    seed: int
    history: Named[str, Items[float]]


class TrainScore(_Record):
    """Measured after training, in inference mode, on the images that were fitted."""

    n_correct: Count
    n_total: Count
    accuracy: Fraction
    loss: float


class TestScore(TrainScore):
    """Measured on the test images, with the Wilson interval of the accuracy."""

    __test__ = False  # not a test class, whatever its name suggests to pytest
    accuracy_ci95: Annotated[tuple[Fraction, Fraction], Field(strict=False)]
    confusion_matrix: Items[Items[Count]]


class PredictionRecord(_Record):
    """What a model says of one selected image."""

    selection: SelectionName
    index: Count
    label: Count
    argmax: Count
    match: bool
    logits: Items[float]
    probabilities: Items[Fraction]
    softmax_twice: Items[Fraction]


class ModelRecord(_Record):
    """One trained and measured model."""

    dataset: DatasetRecord
    architecture: ArchitectureRecord
    training: TrainingRecord
    train: TrainScore
    test: TestScore
    predictions: Items[PredictionRecord]


class ImageRecord(_Record):
    """One selected image; its pixels are in the arrays under ``id``."""

    id: ImageId
    selection: SelectionName
    dataset: Name
    split: Literal["train", "test"]
    index: Count
    label: Count


class ComparisonRecord(_Record):
    """Which of two models is more accurate on its test images.

    Where both were tested on the same images, ``n_discordant`` says how many only the first,
    and only the second, has right.
    """

    models: Annotated[Items[Name], Field(min_length=2, max_length=2)]
    verdict: Name
    test_accuracy_difference: float
    difference_ci95: Interval
    n_discordant: Annotated[tuple[Count, Count], Field(strict=False)] | None = None


class EvidenceRecord(_Record):
    """``evidence.json``."""

    schema_version: Literal[1]
    report: ReportRecord
    provenance: dict[str, Any]
    models: Named[Name, ModelRecord]
    images: Items[ImageRecord]
    comparison: ComparisonRecord | None
    studies: Named[Name, dict[str, Any]]


def title_of_its_own(models: dict[str, Any], name: str) -> str | None:
    """The title of a model's dataset, if it tells the model from all others."""
    titles = [model["dataset"].get("title") for model in models.values()]
    title: str | None = models[name]["dataset"].get("title")
    return title if title and titles.count(title) == 1 else None


@dataclass(frozen=True, eq=False)
class Evidence:
    """The record and its arrays.

    Attributes:
        record: JSON data that satisfies ``EvidenceRecord``.
        arrays: ``{image id: uint8 (height, width)}`` and
            ``{"weights/<model>/<name>": float16 or float32}``, see ``kept_weights``.
    """

    record: dict[str, Any]
    arrays: dict[str, NDArray[Any]] = field(default_factory=dict)

    def model(self, name: str) -> dict[str, Any]:
        """The record of one model."""
        model: dict[str, Any] = self.record["models"][name]
        return model

    def title_of_its_own(self, model: str) -> str | None:
        """The title of a model's dataset; None where models share it, or where it has none."""
        return title_of_its_own(self.record["models"], model)

    def class_names(self, model: str) -> list[str]:
        """The class names of the dataset that a model was trained on, in label order."""
        names: list[str] = self.model(model)["dataset"]["class_names"]
        return names

    def predictions(self, selection: str) -> list[tuple[str, dict[str, Any]]]:
        """(model name, prediction) pairs of one selection, in its order."""
        return [
            (name, prediction)
            for name, model in self.record["models"].items()
            for prediction in model["predictions"]
            if prediction["selection"] == selection
        ]

    def images(self, selection: str) -> list[dict[str, Any]]:
        """The image records of one selection, in its order."""
        return [image for image in self.record["images"] if image["selection"] == selection]

    def pixels(self, selection: str, position: int) -> NDArray[np.uint8]:
        """The pixels of the image at a position (from 0) of a selection: uint8 (height, width)."""
        pixels: NDArray[np.uint8] = self.arrays[self.images(selection)[position]["id"]]
        return pixels


def kept_weights(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Weights as evidence keeps them: float16, or float32 where float16 would overflow.

    Args:
        values: finite, of any shape.
    """
    largest = float(np.abs(values).max(initial=0.0))
    # From halfway to the next power of two on, float16 rounds to infinity.
    return values.astype(np.float16 if largest < _FLOAT16_OVERFLOWS else np.float32)


def evidence_schema() -> dict[str, Any]:
    """The JSON Schema of ``evidence.json``."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | EvidenceRecord.model_json_schema()


def evidence_json(record: dict[str, Any]) -> bytes:
    """The record as the bytes of ``evidence.json``: the same record, the same bytes."""
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
    return text.encode() + b"\n"


def check_record(record: Any, source: str) -> dict[str, Any]:
    """Return the record if it satisfies the schema and can be written as JSON again.

    Raises:
        RenderError: naming ``source`` and the first places where it does not.
    """
    try:
        EvidenceRecord.model_validate(record)
        faults = list(itertools.islice(_unwritable(record, ()), 3))
    except ValidationError as error:
        faults = [(fault["loc"], _in_words(fault)) for fault in error.errors()[:3]]
    if faults:
        lines = [f"{_shown('.'.join(map(str, place)))}: {_shown(what)}" for place, what in faults]
        raise RenderError(f"{source} is not evidence of this program: " + "\n".join(lines))
    checked: dict[str, Any] = record
    return checked


def _shown(text: str) -> str:
    return ascii(text[:_MAX_SHOWN])[1:-1][:_MAX_SHOWN]


def _in_words(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "string_pattern_mismatch":
        return f"it may hold {_IN_WORDS[fault['ctx']['pattern']]}"
    return str(fault["msg"]).removeprefix("Value error, ")


def _unwritable(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[Any, str]]:
    """Where a value holds what no ``evidence.json`` can, and what that is."""
    if len(place) > _MAX_DEPTH:
        yield place[:5], "Nested too deeply"
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _unwritable(name, place)
            yield from _unwritable(inner, (*place, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _unwritable(inner, (*place, number))
    elif isinstance(value, float) and not math.isfinite(value):
        yield place, "Not a finite number"
    elif isinstance(value, str) and _SURROGATE.search(value):
        yield place, "Half of a character"
