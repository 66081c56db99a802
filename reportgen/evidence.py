"""The versioned record of everything measured in a run; every report is a view of it.

On disk it is ``evidence.json``, described by a JSON Schema (``evidence_schema``),
and ``evidence.npz`` with the pixels of the selected images and the weights that
the page's drawing pad needs. In memory the record stays plain JSON data, so that
a fact is simply a path in it, such as ``models.digits.test.accuracy``.

Versions:
    1: the first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reportgen.errors import RenderError

SCHEMA_VERSION = 1
_FLOAT16_OVERFLOWS = 65_520.0

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=0)]


class _Record(BaseModel):
    # Edited or later evidence may hold more than this version knows.
    model_config = ConfigDict(extra="allow")


class ReportRecord(_Record):
    """What the report is called and whose it is."""

    assignment: str
    title: str
    author: str | None
    course: str | None
    date: str | None
    settings: dict[str, Any]
    prose: dict[str, str]


class DatasetRecord(_Record):
    """The dataset that a model was trained and tested on."""

    name: str
    tier: Literal["full", "sample", "own"]
    train_shape: list[Count]
    test_shape: list[Count]
    n_train_labels: Count
    n_classes: Annotated[int, Field(ge=2, le=100)]
    class_names: list[str]
    sha256: str


class ArchitectureRecord(_Record):
    """The layers, from the input to the output."""

    layers: list[dict[str, Any]]
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
    history: dict[str, list[float]]


class TrainScore(_Record):
    """Measured after training, in inference mode, on the images that were fitted."""

    n_correct: Count
    n_total: Count
    accuracy: Fraction
    loss: float


class TestScore(TrainScore):
    """Measured on the test images, with the Wilson interval of the accuracy."""

    __test__ = False  # not a test class, whatever its name suggests to pytest
    accuracy_ci95: tuple[Fraction, Fraction]
    confusion_matrix: list[list[Count]]


class PredictionRecord(_Record):
    """What a model says of one selected image."""

    selection: str
    index: Count
    label: Count
    argmax: Count
    match: bool
    logits: list[float]
    probabilities: list[Fraction]
    softmax_twice: list[Fraction]


class ModelRecord(_Record):
    """One trained and measured model."""

    dataset: DatasetRecord
    architecture: ArchitectureRecord
    training: TrainingRecord
    train: TrainScore
    test: TestScore
    predictions: list[PredictionRecord]


class ImageRecord(_Record):
    """One selected image; its pixels are in the arrays under ``id``."""

    id: str
    selection: str
    dataset: str
    split: Literal["train", "test"]
    index: Count
    label: Count


class ComparisonRecord(_Record):
    """Which of two models is more accurate on its test images.

    Where both were tested on the same images, ``n_discordant`` says how many only the first,
    and only the second, has right.
    """

    models: Annotated[list[str], Field(min_length=2, max_length=2)]
    verdict: str
    test_accuracy_difference: float
    difference_ci95: tuple[float, float]
    n_discordant: tuple[Count, Count] | None = None


class EvidenceRecord(_Record):
    """``evidence.json``."""

    schema_version: Literal[1]
    report: ReportRecord
    provenance: dict[str, Any]
    models: dict[str, ModelRecord]
    images: list[ImageRecord]
    comparison: ComparisonRecord | None
    studies: dict[str, dict[str, Any]]


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
    """Return the record if it satisfies the schema.

    Raises:
        RenderError: naming ``source`` and the first places where it does not.
    """
    try:
        EvidenceRecord.model_validate(record)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:3]
        ]
        raise RenderError(
            f"{source} is not evidence of this program:\n" + "\n".join(faults)
        ) from None
    checked: dict[str, Any] = record
    return checked


def load_record(path: Path) -> dict[str, Any]:
    """Read and check an ``evidence.json``.

    Raises:
        RenderError: the file is missing, is not JSON, or does not satisfy the schema.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RenderError(f"cannot read {path}: {error.strerror}.") from None
    return parse_record(content, str(path))


def parse_record(content: bytes, source: str) -> dict[str, Any]:
    """The record that the bytes of an ``evidence.json`` hold, checked.

    Raises:
        RenderError: naming ``source``: it is not JSON, or does not satisfy the schema.
    """
    try:
        record = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise RenderError(f"{source} is not JSON: {error}.") from None
    return check_record(record, source)
