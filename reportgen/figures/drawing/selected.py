"""Find selected images and their predictions in the evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reportgen.errors import RenderError

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence, ImageRecord, ModelRecord, PredictionRecord


@dataclass(frozen=True, eq=False)
class SelectedImage:
    """One selected image.

    Attributes:
        record: the image's record in the evidence: split, index, label, ...
        pixels: uint8, shape (height, width).
        class_names: of its dataset, in label order.
    """

    record: ImageRecord
    pixels: NDArray[np.uint8]
    class_names: list[str]

    @property
    def index(self) -> int:
        """Its number in its part of the dataset, from 0."""
        return self.record["index"]

    @property
    def label_name(self) -> str:
        """The name of its class, on one line."""
        return one_line(self.class_names[self.record["label"]])

    @property
    def part(self) -> str:
        """``training`` or ``test``."""
        return "training" if self.record["split"] == "train" else "test"


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def selected_images(evidence: Evidence, selection: str) -> list[SelectedImage]:
    """The images of a selection, in its order.

    Raises:
        RenderError: no image is selected under that name.
    """
    records = evidence.images(selection)
    if not records:
        names = dict.fromkeys(image["selection"] for image in evidence.record["images"])
        raise RenderError(
            f"a figure asks for the selection {selection!r}, which has no images."
            f"\nSelections with images: {', '.join(names) or 'none'}."
        )
    return [
        SelectedImage(record, evidence.pixels(selection, n), _class_names(evidence, record))
        for n, record in enumerate(records)
    ]


def selected_image(evidence: Evidence, selection: str, position: int) -> SelectedImage:
    """The image at a position (from 0) of a selection.

    Raises:
        RenderError: there is no such selection or position.
    """
    images = selected_images(evidence, selection)
    if not 0 <= position < len(images):
        raise RenderError(
            f"a figure asks for position {position} of the selection {selection!r},"
            f" which has {len(images)} (counted from 0)."
        )
    return images[position]


def prediction_of(
    evidence: Evidence, selection: str, position: int
) -> tuple[str, PredictionRecord]:
    """(model name, prediction) of the image at a position of a selection.

    Raises:
        RenderError: there is no such image, or no model predicted it.
    """
    image = selected_image(evidence, selection, position)
    for model, prediction in evidence.predictions(selection):
        dataset = evidence.model(model)["dataset"]["name"]
        if prediction["index"] == image.index and dataset == image.record["dataset"]:
            return model, prediction
    raise RenderError(
        f"a figure asks for the prediction of image {image.index} of the selection"
        f" {selection!r}, and no model has one.\nPredictions are made for test images."
    )


def model_record(evidence: Evidence, model: str) -> ModelRecord:
    """The record of a model.

    Raises:
        RenderError: there is no such model.
    """
    if model not in evidence.record["models"]:
        names = ", ".join(evidence.record["models"])
        raise RenderError(f"a figure asks for the model {model!r}. There are: {names}.")
    return evidence.model(model)


def model_label(evidence: Evidence, model: str) -> str:
    """A model's dataset by its title, or the model's name where models share a dataset."""
    title = evidence.title_of_its_own(model)
    return one_line(title) if title else model


def models_in_order(evidence: Evidence) -> dict[str, ModelRecord]:
    """The models' records; of two compared models, the more accurate one comes first."""
    models, derived = evidence.record["models"], evidence.record.get("derived")
    compared = derived and derived["comparison"]
    first = (compared["higher"], compared["lower"]) if compared else ()
    return {name: models[name] for name in (*first, *models)}


def study_of(evidence: Evidence, study: str, model: str | None = None) -> Any:
    """What a study found: ``{model: record}``, or the record of one model.

    Raises:
        RenderError: the study was not run, or not for that model.
    """
    models = evidence.record["studies"].get(study, {}).get("models", {})
    if not models or (model is not None and model not in models):
        of = f" for the model {model!r}" if model is not None else ""
        raise RenderError(
            f"a figure needs the study {study!r}{of}, which was not run."
            f'\nAdd it to the studies of the configuration: studies = ["{study}"].'
        )
    return models if model is None else models[model]


def _class_names(evidence: Evidence, record: ImageRecord) -> list[str]:
    for model in evidence.record["models"]:
        if evidence.model(model)["dataset"]["name"] == record["dataset"]:
            return evidence.class_names(model)
    raise RenderError(
        f"the image {record['id']} is of the dataset {record['dataset']!r}, which no model uses."
    )
