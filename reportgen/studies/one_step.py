"""Compute the first training step by hand, and compare it with Keras's.

Loss, gradient (by backpropagation) and update are computed in float64 from the initial
weights and the first batch, without Keras.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from reportgen.config.model_settings import DenseLayer, FlattenLayer
from reportgen.evaluation.record_types import Count, Fraction, Items, Record
from reportgen.studies.context import ByModel, Study, StudyContext, each_model, each_record
from reportgen.studies.dense_network import FIRST_UPDATES, DenseNetwork, Update
from reportgen.training.jobs import FirstStep, TrainingJob

RELATIVE_TOLERANCE = 1e-3  # of the learning rate: near gradient 0, Adam's step changes quickly

Reals = NDArray[np.float64]


class UpdatedArray(Record):
    """An array of weights around the update, by Keras and by hand."""

    name: str
    """Keras's name of the array."""
    n: Count
    """Weights in it."""
    n_still: Count
    """Those that keep every bit."""
    still_share: Fraction
    """Their share."""
    max_difference: float
    """Largest difference of a weight by hand from Keras's, after the update."""


class FirstLayer(Record):
    """The weights on the pixels around the update by Keras."""

    n: Count
    """Weights on the pixels."""
    n_still: Count
    """Those that keep every bit."""
    still_share: Fraction
    """Their share."""
    n_pixels: Count
    """Pixels of an image."""
    n_blank_pixels: Count
    """Pixels that are 0 in all images of the batch."""
    blank_share: Fraction
    """Their share."""
    n_still_blank: Count
    """Weights that do not move and are on such pixels."""
    n_still_other: Count
    """Weights that do not move and are on other pixels."""


class ChosenWeight(Record):
    """The weight on the pixels with the steepest gradient, worked out."""

    layer: str
    """Its array."""
    pixel_row: Count
    """Row of its pixel, from 0."""
    pixel_column: Count
    """Column of its pixel, from 0."""
    unit: Count
    """Its unit, from 0."""
    before: float
    """Its value before the update."""
    gradient: float
    """Of the loss."""
    m: float | None
    """Running mean of the gradient; empty where the optimizer has none."""
    v: float | None
    """Running mean of the squared gradient; empty where the optimizer has none."""
    correction: float | None
    """By what Adam makes up for its empty memory; empty for other optimizers."""
    step: float
    """What is subtracted from it."""
    after_by_hand: float
    """`before` minus `step`."""
    after_by_keras: float
    """Its value after Keras's update."""
    difference: float
    """Of the two, without its sign."""


class OneStep(Record):
    """The first step of a network of dense layers."""

    supported: Literal[True]
    """False where not all layers are dense; nothing but the reason is there then."""
    reason: None
    """Why it is not computed by hand, as a phrase; empty where it is."""
    optimizer: Literal["adam", "rmsprop", "sgd"]
    """Of the training."""
    learning_rate: float
    """Of the training."""
    n_images: Count
    """Images in the first batch."""
    seed: int
    """Of the training."""
    n_classes: Count
    """Classes."""
    loss: float
    """Of the first batch before the update, in nats, by hand."""
    loss_keras: float
    """The same by Keras."""
    loss_difference: float
    """Of the two, without its sign."""
    loss_uniform: float
    """ln `n_classes`: of a model that finds every class equally likely."""
    n_weights: Count
    """Weights of the network."""
    n_moved: Count
    """Those that Keras's update moves."""
    n_still: Count
    """Those that keep every bit."""
    still_share: Fraction
    """Their share."""
    max_difference: float
    """Largest difference of a weight by hand from Keras's, after the update."""
    tolerance: float
    """What rounding in float32 explains of that."""
    agrees: bool
    """Whether the difference is within the tolerance."""
    layers: Items[UpdatedArray]
    """The same for each array of weights."""
    first_layer: FirstLayer
    """The weights on the pixels."""
    chosen: ChosenWeight
    """The weight on the pixels with the steepest gradient, worked out."""


class NoStep(Record):
    """A network whose first step is not computed by hand."""

    supported: Literal[False]
    """False where not all layers are dense; nothing but the reason is there then."""
    reason: str
    """Why it is not computed by hand, as a phrase; empty where it is."""


def why_not(job: TrainingJob) -> str | None:
    """Why a job's first step is not computed by hand, as a phrase; None if it is."""
    for layer in job.settings.layers:
        if not isinstance(layer, DenseLayer | FlattenLayer):
            kind = type(layer).__name__.removesuffix("Layer")
            return (
                f"the network has a {kind} layer, and the step is worked out for dense layers only"
            )
    return None


def measure_one_step(job: TrainingJob, keras: FirstStep) -> OneStep:
    """Compute a job's first step by hand and compare it with Keras's.

    Args:
        job: a training for which ``why_not`` returns None.
        keras: Keras's step.
    """
    settings = job.settings
    before = {name: values.astype(np.float64) for name, values in keras.before.items()}
    names = tuple(dict.fromkeys(name.rpartition("/")[0] for name in before))
    activations = tuple(x.activation for x in settings.layers if isinstance(x, DenseLayer))
    images = job.dataset.x_train[keras.rows]
    pixels = images.reshape(len(images), -1) / 255
    network = DenseNetwork(names, activations, before)
    loss, gradients = network.gradients(pixels, job.dataset.y_train[keras.rows])
    rate = settings.effective_learning_rate
    updates = {
        name: FIRST_UPDATES[settings.optimizer](gradient, rate)
        for name, gradient in gradients.items()
    }
    layers = [_layer(name, before[name], updates[name], keras) for name in before]
    n_weights = sum(layer["n"] for layer in layers)
    n_still = sum(layer["n_still"] for layer in layers)
    difference = max(layer["max_difference"] for layer in layers)
    tolerance = RELATIVE_TOLERANCE * rate
    first = f"{names[0]}/kernel"
    return {
        "supported": True,
        "reason": None,
        "optimizer": settings.optimizer,
        "learning_rate": rate,
        "n_images": len(images),
        "seed": job.seed,
        "n_classes": job.dataset.n_classes,
        "loss": loss,
        "loss_keras": keras.loss,
        "loss_difference": abs(loss - keras.loss),
        "loss_uniform": math.log(job.dataset.n_classes),
        "n_weights": n_weights,
        "n_moved": n_weights - n_still,
        "n_still": n_still,
        "still_share": n_still / n_weights,
        "max_difference": difference,
        "tolerance": tolerance,
        "agrees": difference <= tolerance,
        "layers": layers,
        "first_layer": _first_layer(first, pixels, keras),
        "chosen": _chosen(first, job.image_shape[1], gradients[first], updates[first], keras),
    }


def _layer(name: str, before: Reals, update: Update, keras: FirstStep) -> UpdatedArray:
    n_still = int((keras.after[name] == keras.before[name]).sum())
    return {
        "name": name,
        "n": before.size,
        "n_still": n_still,
        "still_share": n_still / before.size,
        "max_difference": float(np.abs(before - update.step - keras.after[name]).max()),
    }


def _first_layer(name: str, pixels: Reals, keras: FirstStep) -> FirstLayer:
    still = keras.after[name] == keras.before[name]
    blank = (pixels == 0).all(axis=0)
    n_still, n_still_blank = int(still.sum()), int(still[blank].sum())
    return {
        "n": still.size,
        "n_still": n_still,
        "still_share": n_still / still.size,
        "n_pixels": blank.size,
        "n_blank_pixels": int(blank.sum()),
        "blank_share": float(blank.mean()),
        "n_still_blank": n_still_blank,
        "n_still_other": n_still - n_still_blank,
    }


def _chosen(
    name: str, width: int, gradient: Reals, update: Update, keras: FirstStep
) -> ChosenWeight:
    pixel, unit = (int(k) for k in np.unravel_index(np.abs(gradient).argmax(), gradient.shape))
    here = pixel, unit
    before, after = float(keras.before[name][here]), float(keras.after[name][here])
    by_hand = before - float(update.step[here])
    return {
        "layer": name,
        "pixel_row": pixel // width,
        "pixel_column": pixel % width,
        "unit": unit,
        "before": before,
        "gradient": float(gradient[here]),
        "m": None if update.m is None else float(update.m[here]),
        "v": None if update.v is None else float(update.v[here]),
        "correction": update.correction,
        "step": float(update.step[here]),
        "after_by_hand": by_hand,
        "after_by_keras": after,
        "difference": abs(by_hand - after),
    }


def _measure(context: StudyContext, name: str) -> OneStep | NoStep:
    reason = why_not(context.jobs[name])
    if reason is not None:
        return {"supported": False, "reason": reason}
    return measure_one_step(context.jobs[name], context.first_steps[name])


def _expected(context: StudyContext, name: str) -> dict[str, Any]:
    """All that does not depend on the first weights and batch, which TensorFlow draws."""
    job = context.jobs[name]
    settings, reason = job.settings, why_not(job)
    if reason is not None:
        return {"supported": False, "reason": reason}
    rate = settings.effective_learning_rate
    return {
        "supported": True,
        "reason": None,
        "optimizer": settings.optimizer,
        "learning_rate": rate,
        "n_images": min(settings.batch_size, job.n_fitted),
        "seed": job.seed,
        "n_classes": job.dataset.n_classes,
        "loss_uniform": math.log(job.dataset.n_classes),
        "n_weights": context.trained[name].n_parameters,
        "tolerance": RELATIVE_TOLERANCE * rate,
    }


def _follows(found: OneStep | NoStep, model: Mapping[str, Any]) -> dict[str, Any]:
    if not found["supported"]:
        return {}
    layers, first, chosen = found["layers"], found["first_layer"], found["chosen"]
    update = FIRST_UPDATES[found["optimizer"]](
        np.array([chosen["gradient"]]), found["learning_rate"]
    )
    return {
        "loss_difference": abs(found["loss"] - found["loss_keras"]),
        "loss_uniform": float(np.log(found["n_classes"])),
        "n_weights": sum(layer["n"] for layer in layers),
        "n_still": sum(layer["n_still"] for layer in layers),
        "n_moved": found["n_weights"] - found["n_still"],
        "still_share": found["n_still"] / found["n_weights"],
        "max_difference": max(layer["max_difference"] for layer in layers),
        "agrees": found["max_difference"] <= found["tolerance"],
        "n_classes": model["dataset"]["n_classes"],
        "layers": [{"still_share": layer["n_still"] / layer["n"]} for layer in layers],
        "chosen": {
            "after_by_hand": chosen["before"] - chosen["step"],
            "difference": abs(chosen["after_by_hand"] - chosen["after_by_keras"]),
            "m": None if update.m is None else float(update.m[0]),
            "v": None if update.v is None else float(update.v[0]),
            "correction": update.correction,
            "step": float(update.step[0]),
        },
        "first_layer": {
            "n": layers[0]["n"],
            "n_still": layers[0]["n_still"],
            "n_still_other": first["n_still"] - first["n_still_blank"],
            "still_share": first["n_still"] / first["n"],
            "blank_share": first["n_blank_pixels"] / first["n_pixels"],
        },
    }


STUDY = Study(
    shows="the first loss and the first update of one weight, worked out by hand",
    costs="1 step",
    record=ByModel[OneStep | NoStep],
    measure=each_model(_measure),
    plan_first_steps=lambda context: [
        name for name, job in context.jobs.items() if why_not(job) is None
    ],
    expected=each_model(_expected),
    follows=each_record(_follows),
    needs_training="the first weights and the first batch, and so the loss and the step",
)
