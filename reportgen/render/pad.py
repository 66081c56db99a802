"""The drawing pad: the report's trained networks run in the reader's page.

The page gets each network's layers and its weights as 16-bit floats in base64, the
test images that the report shows, and a plain script (``templates/pad.js``) that
runs the networks. Without script the section stays hidden and nothing is missing.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from reportgen import formatting
from reportgen.datasets.catalogue import BUILTINS
from reportgen.evidence.record import Evidence, LayerRecord
from reportgen.evidence.weights import weight_shapes
from reportgen.figures.drawing.style import model_colour
from reportgen.render.layouts import fill_layout, style_or_script
from reportgen.render.manuscript import Interactive

# With the rest of the page, which is at most 0.6 MB, this stays below 1.5 MB.
MAX_WEIGHT_CHARACTERS = 850_000
MAX_IMAGES = 24  # per model: test images that the reader can choose

_ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh")

Layers = list[dict[str, Any]]


class _UnfitError(Exception):
    """A network cannot run in the page; the message says why."""


def make_pad(evidence: Evidence) -> Interactive | None:
    """The section in which a reader draws an image and the trained models classify it.

    Returns:
        None where no model can run in the page: its weights are not in the evidence,
        or all are too large.
    """
    models: list[dict[str, Any]] = []
    weights: list[str] = []
    left_out: list[tuple[str, str]] = []
    for name in evidence.record["models"]:
        try:
            layers, numbers = _network(evidence, name)
            encoded = _base64(numbers.astype("<f2"))
            if encoded not in weights:
                _check_size([*weights, encoded], numbers.size)
                weights.append(encoded)
        except _UnfitError as unfit:
            left_out.append((name, str(unfit)))
        else:
            models.append(_model(evidence, name, layers, weights.index(encoded)))
    if not models:
        return None
    return Interactive(
        markup=_markup(models, weights, left_out),
        script=Markup(style_or_script("pad.js")),  # noqa: S704
        style=style_or_script("pad.css"),
    )


def _markup(
    models: Sequence[dict[str, Any]], weights: Sequence[str], left_out: Sequence[tuple[str, str]]
) -> Markup:
    data = json.dumps({"models": models, "weights": weights}, separators=(",", ":"))
    section = fill_layout(
        "pad.html.j2",
        models=models,
        first=next((model for model in models if model["centred"]), models[0]),
        left_out=left_out,
        data=Markup(data.replace("<", "\\u003c")),  # noqa: S704
    )
    return Markup(section)  # noqa: S704


def _model(evidence: Evidence, name: str, layers: Layers, weights: int) -> dict[str, Any]:
    dataset = evidence.model(name)["dataset"]
    builtin = BUILTINS.get(dataset["name"])
    height, width = dataset["test_shape"][1:]
    return {
        "name": name,
        "dataset": dataset.get("title", dataset["name"]),
        "width": width,
        "height": height,
        "centred": bool(builtin and builtin.centred) and (height, width) == (28, 28),
        "colour": model_colour(evidence, name),
        "classes": dataset["class_names"],
        "layers": layers,
        "weights": weights,
        "images": _test_images(evidence, dataset["name"]),
    }


def _test_images(evidence: Evidence, dataset: str) -> list[dict[str, Any]]:
    images = {
        image["id"]: image
        for image in evidence.record["images"]
        if image["dataset"] == dataset and image["split"] == "test"
    }
    return [
        {
            "title": f"Test image {image['index']}",
            "label": image["label"],
            "pixels": _base64(evidence.arrays[name]),
        }
        for name, image in list(images.items())[:MAX_IMAGES]
    ]


def _network(evidence: Evidence, model: str) -> tuple[Layers, NDArray[np.float16]]:
    """The layers that compute something, and all their weights in order, as float16 (n,).

    Raises:
        _UnfitError: weights are missing, have another shape than the layers, or are too
            large for 16 bits; or a layer is of an unknown kind.
    """
    record = evidence.model(model)
    image = record["dataset"]["test_shape"][1:]
    try:
        shapes = weight_shapes(record["architecture"]["layers"], image)
    except LookupError:
        raise _UnfitError("its weights are not in the evidence") from None
    layers: Layers = []
    before: tuple[int, ...] = (*image, 1)
    for layer in record["architecture"]["layers"]:
        if layer["kind"] not in ("flatten", "dropout"):
            layers.append(_layer(layer, before, shapes))
        before = tuple(layer["output_shape"])
    halves = [
        _halves(evidence.arrays.get(f"weights/{model}/{name}"), shape)
        for name, shape in shapes.items()
    ]
    return layers, np.concatenate(halves)


def _layer(
    layer: LayerRecord, before: tuple[int, ...], shapes: Mapping[str, tuple[int, ...]]
) -> dict[str, Any]:
    """What the script needs of a layer whose input has the shape ``before``."""
    planned: dict[str, Any] = {"kind": layer["kind"], "n_kernel": 0, "n_bias": 0}
    if layer["kind"] == "max_pooling2d":
        return {**planned, "side": layer["pool_size"], "shape": before}
    # The logits are what goes into a softmax; the script applies it itself.
    activation = layer.get("activation", "").replace("softmax", "linear")
    if activation not in _ACTIVATIONS:
        raise _UnfitError("it has a layer that the page cannot run")
    for part in ("kernel", "bias"):
        planned[f"n_{part}"] = math.prod(shapes[f"{layer['name']}/{part}"])
    if layer["kind"] == "conv2d":
        planned |= {"side": layer["kernel_size"], "shape": before}
    return {**planned, "activation": activation}


def _halves(values: NDArray[Any] | None, shape: tuple[int, ...]) -> NDArray[np.float16]:
    """Weights as a flat array of 16-bit floats."""
    if values is None or values.shape != shape:
        raise _UnfitError("its weights are not in the evidence")
    with np.errstate(over="ignore"):
        halves = np.ravel(values).astype(np.float16)
    if not np.isfinite(halves).all():
        raise _UnfitError("its weights are too large for 16 bits")
    return halves


def _check_size(weights: Sequence[str], n_parameters: int) -> None:
    if sum(map(len, weights)) > MAX_WEIGHT_CHARACTERS:
        raise _UnfitError(
            f"its {formatting.count(n_parameters)} parameters are more than this page can carry"
        )


def _base64(values: NDArray[Any]) -> str:
    return base64.b64encode(values.tobytes()).decode()
