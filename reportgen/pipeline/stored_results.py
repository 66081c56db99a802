"""What a stored result of each kind must hold, before anything is made from it.

Whoever can write into the cache folder can forge an entry whose digests all agree. Results are
therefore checked like evidence from outside; one that does not fit is damaged, and made again.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sized
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from reportgen.config.field_types import Name
from reportgen.errors import DataError, RenderError
from reportgen.evaluation.record_types import Count
from reportgen.evaluation.scores import Score, score_of_counts
from reportgen.evidence.check import check_record
from reportgen.evidence.record import SCHEMA_VERSION, LayerRecord, ModelRecord, SelectionName
from reportgen.evidence.weights import weight_shapes
from reportgen.figures.drawing.spec import Cell
from reportgen.report_folder import FORMATS, Format
from reportgen.storage.npz import read_arrays
from reportgen.training.results import DIVERGED_FILE

MAX_ARRAY_BYTES = 768 * 1024**2
MAX_JSON_BYTES = 32 * 1024**2
MAX_DOCUMENT_BYTES = 256 * 1024**2

# What ``figures.drawing.live_svg`` writes, and nothing that acts.
_DRAWN = r"^(<svg [^<>]*>(<(path|text) [^<>]*>|</text>|[^<>])*</svg>)?$"

Inputs = Mapping[str, Any]
Files = Mapping[str, bytes]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class _Training(_Strict):
    """``result.json``, which ``training.results.pack_trained`` makes."""

    name: str
    history: dict[str, list[float]]
    train_score: Score
    test_score: Score
    n_parameters: Count
    layers: list[LayerRecord]


class _Diverged(_Strict):
    """``diverged.json``, which it makes of a training that diverged."""

    epoch: Annotated[int, Field(ge=1)]


class _Picture(_Strict):
    """A picture in ``pictures.json``, which ``figures.drawing.spec.pack_pictures`` makes."""

    name: Annotated[str, Field(pattern="^[a-z0-9_-]{1,60}$")]
    media: Literal["image/png", "image/svg+xml"]
    content: None
    width: Annotated[float, Field(gt=0)]
    height: Annotated[float, Field(gt=0)]
    alt: str
    wide: Annotated[str, Field(pattern=_DRAWN)]
    narrow: Annotated[str, Field(pattern=_DRAWN)]
    cells: list[Cell]


class _Shown(_Strict):
    """An image that a study asks for."""

    selection: SelectionName
    model: Name
    split: Literal["train", "test"]
    index: Count


_PICTURES = TypeAdapter(list[_Picture])
_SHOWN = TypeAdapter(list[_Shown])


def is_sound(kind: str, inputs: Inputs, files: Files) -> bool:
    """Whether a stored result has the form of its kind; true for an unknown kind.

    Args:
        kind: the result's kind in the store.
        inputs: what its key was made from.
        files: its files, by name.
    """
    check = _CHECKS.get(kind)
    try:
        return check is None or check(inputs, files)
    except (DataError, RenderError, ValueError, LookupError, TypeError, AttributeError):
        return False
    except (RecursionError, ArithmeticError):
        return False


def _training(_: Inputs, files: Files) -> bool:
    if set(files) == {DIVERGED_FILE}:
        return bool(_Diverged.model_validate(_json(files[DIVERGED_FILE])).epoch)
    result = _Training.model_validate(_json(files["result.json"]))
    weights, logits = _arrays(files["weights.npz"]), _arrays(files["logits.npz"])
    shapes = weight_shapes(result.layers, (1, 1))  # any size: weights follow from the layers
    n_classes = result.layers[-1]["output_shape"][-1]
    scores = {"test": result.test_score, "train": result.train_score}
    shapes |= {part: (score["n_total"], n_classes) for part, score in scores.items()}
    return (
        set(files) == {"result.json", "weights.npz", "logits.npz"}
        and set(logits) == {"test", "train"}
        and all(
            score == score_of_counts(score["n_correct"], score["n_total"], score["loss"])
            for score in scores.values()
        )
        and {name: array.shape for name, array in {**weights, **logits}.items()} == shapes
        and all(array.dtype == np.float32 for array in (*weights.values(), *logits.values()))
    )


def _study(inputs: Inputs, files: Files) -> bool:
    study = _json(files["study.json"])
    if set(study) == {"left_out"}:
        return isinstance(study["left_out"], str) and set(files) == {"study.json"}
    _SHOWN.validate_python(study.get("images", []))
    _check_evidence(studies={inputs["stage"].removeprefix("study:"): study})
    return set(files) == {"study.json"}


def _measured(inputs: Inputs, files: Files) -> bool:
    record = _json(files["measured.json"])
    arrays = _arrays(files["arrays.npz"])
    _check_evidence(**record)
    datasets = {model["dataset"]["name"]: model["dataset"] for model in record["models"].values()}
    images = record["images"]
    return (
        set(files) == {"measured.json", "arrays.npz"}
        and set(record["models"]) == set(inputs["models"])
        and all(_is_consistent(model) for model in record["models"].values())
        and all(image["label"] < datasets[image["dataset"]]["n_classes"] for image in images)
        and all(_is_grey_image(arrays[image["id"]]) for image in images)
    )


def _is_consistent(model: ModelRecord) -> bool:
    """Whether each list of a model has one value per class, and each label is a class."""
    n = model["dataset"]["n_classes"]
    matrix = model["test"]["confusion_matrix"]
    said = model["predictions"]
    rows: list[Sized] = [model["dataset"]["class_names"], matrix, *matrix]
    for each in said:
        rows += [each["logits"], each["probabilities"], each["softmax_twice"]]
    labels = [label for each in said for label in (each["label"], each["argmax"])]
    return all(len(row) == n for row in rows) and all(label < n for label in labels)


def _is_grey_image(pixels: NDArray[Any]) -> bool:
    return pixels.ndim == 2 and pixels.dtype == np.uint8 and pixels.size > 0


def _check_evidence(**measured: Any) -> None:
    """Raise a RenderError if what was measured does not satisfy the schema of evidence."""
    report: dict[str, Any] = dict.fromkeys(("author", "course", "date"))
    report |= {"assignment": "a", "title": "t", "settings": {}, "prose": {}}
    empty: dict[str, Any] = {"models": {}, "images": [], "comparison": None, "studies": {}}
    about = {"schema_version": SCHEMA_VERSION, "report": report, "provenance": {}}
    check_record({**empty, **measured, **about}, "the stored result")


def _json(content: bytes) -> Any:
    return json.loads(_short(content))


def _short(content: bytes) -> bytes:
    if len(content) > MAX_JSON_BYTES:  # once parsed, it takes twenty times as much
        raise ValueError("too large")
    return content


def _arrays(content: bytes) -> dict[str, NDArray[Any]]:
    return read_arrays(io.BytesIO(content), Path("arrays.npz"), max_bytes=MAX_ARRAY_BYTES)


def _figure(_: Inputs, files: Files) -> bool:
    pictures = _PICTURES.validate_json(_short(files["pictures.json"]))
    return set(files) == {"pictures.json", *(f"{n}.bin" for n in range(len(pictures)))}


def _rendered(made_in: Format, _: Inputs, files: Files) -> bool:
    document = files[made_in.file]
    if made_in.content == "pdf":
        is_whole = document.startswith(b"%PDF-")
    else:
        is_whole = len(document) <= MAX_DOCUMENT_BYTES and bool(document.decode())
    return is_whole and all(map(made_in.has_file, files))


_CHECKS: dict[str, Callable[[Inputs, Files], bool]] = {
    "training": _training,
    "study": _study,
    "evidence": _measured,
    "figure": _figure,
    **{name: partial(_rendered, each) for name, each in FORMATS.items()},
}
