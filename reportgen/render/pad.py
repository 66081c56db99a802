"""The drawing pad: the report's trained networks run in the reader's page.

The page gets each network's layers and its weights as 16-bit floats in base64, the
test images that the report shows, and a plain script (``templates/pad.js``) that
runs the networks. Without script the section stays hidden and nothing is missing.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from reportgen import formatting
from reportgen.datasets.catalogue import BUILTINS
from reportgen.evidence.record import Evidence, LayerRecord
from reportgen.figures.drawing.style import model_colour
from reportgen.render.layouts import layouts
from reportgen.render.manuscript import Interactive
from reportgen.resources import templates_dir

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
        script=Markup(_template("pad.js")),  # noqa: S704
        style=_template("pad.css"),
    )


def _markup(
    models: Sequence[dict[str, Any]], weights: Sequence[str], left_out: Sequence[tuple[str, str]]
) -> Markup:
    data = json.dumps({"models": models, "weights": weights}, separators=(",", ":"))
    return Markup(  # noqa: S704
        layouts()
        .get_template("pad.html.j2")
        .render(
            models=models,
            first=next((model for model in models if model["centred"]), models[0]),
            left_out=left_out,
            data=Markup(data.replace("<", "\\u003c")),  # noqa: S704
        )
    )


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
    shape: tuple[int, ...] = (*record["dataset"]["test_shape"][1:], 1)
    layers: Layers = []
    weights: list[NDArray[np.float16]] = []
    for layer in record["architecture"]["layers"]:
        planned, kernel_shape = _layer(layer, shape)
        if planned is not None:
            weights += _weights(evidence, f"weights/{model}/{layer['name']}", kernel_shape)
            layers.append(planned)
        shape = tuple(layer["output_shape"])
    return layers, np.concatenate([np.ravel(part) for part in weights])


def _layer(
    layer: LayerRecord, shape: tuple[int, ...]
) -> tuple[dict[str, Any] | None, tuple[int, ...]]:
    """What the script needs of a layer, None if it changes nothing; and its kernel's shape."""
    kind = layer["kind"]
    kernel: tuple[int, ...] = ()
    if kind in ("flatten", "dropout"):
        return None, kernel
    planned: dict[str, Any] = {"kind": kind, "n_kernel": 0, "n_bias": 0}
    if kind == "max_pooling2d":
        return {**planned, "side": layer["pool_size"], "shape": shape}, kernel
    # The logits are what goes into a softmax; the script applies it itself.
    activation = layer.get("activation", "").replace("softmax", "linear")
    if kind not in ("dense", "conv2d") or activation not in _ACTIVATIONS:
        raise _UnfitError("it has a layer that the page cannot run")
    if kind == "dense":
        kernel = (math.prod(shape), layer["units"])
    else:
        side = layer["kernel_size"]
        kernel = (side, side, shape[-1], layer["filters"])
        planned |= {"side": side, "shape": shape}
    sizes = {"n_kernel": math.prod(kernel), "n_bias": kernel[-1]}
    return {**planned, **sizes, "activation": activation}, kernel


def _weights(
    evidence: Evidence, prefix: str, kernel_shape: tuple[int, ...]
) -> list[NDArray[np.float16]]:
    if not kernel_shape:
        return []
    found = []
    for part, shape in (("kernel", kernel_shape), ("bias", kernel_shape[-1:])):
        values = evidence.arrays.get(f"{prefix}/{part}")
        if values is None or values.shape != shape:
            raise _UnfitError("its weights are not in the evidence")
        with np.errstate(over="ignore"):
            halves = values.astype(np.float16)
        if not np.isfinite(halves).all():
            raise _UnfitError("its weights are too large for 16 bits")
        found.append(halves)
    return found


def _check_size(weights: Sequence[str], n_parameters: int) -> None:
    if sum(map(len, weights)) > MAX_WEIGHT_CHARACTERS:
        raise _UnfitError(
            f"its {formatting.count(n_parameters)} parameters are more than this page can carry"
        )


def _base64(values: NDArray[Any]) -> str:
    return base64.b64encode(values.tobytes()).decode()


def _template(name: str) -> str:
    return (templates_dir() / name).read_text(encoding="utf-8")
