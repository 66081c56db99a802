"""Loss and optimizer at work: the first training step by hand, beside Keras's own.

The step is computed in float64 from the initial weights and the first batch, without
Keras: loss, gradient by backpropagation, update. ``studies.one_step.models.<model>`` holds

    supported, reason      False and a phrase where the network is not made of dense layers
                           alone; nothing else is there then
    optimizer, learning_rate, n_images, seed, n_classes    n_images: of the batch
    loss, loss_keras, loss_difference    of the batch before the update, in nats
    loss_uniform           ln n_classes: of a model that finds every class equally likely
    n_weights, n_moved, n_still, still_share    by Keras: still weights keep every bit
    max_difference, tolerance, agrees    of weights by hand and by Keras after the update
    layers: [{name, n, n_still, still_share, max_difference}]    one for each array
    first_layer: {n, n_still, still_share, n_pixels, n_blank_pixels, blank_share,
                  n_still_blank, n_still_other}
                           the weights on the pixels; n_still_blank of those that did not
                           move are on pixels that are 0 in all images of the batch, and
                           blank_share is the share of such pixels
    chosen: {layer, pixel_row, pixel_column, unit, before, gradient, m, v, correction, step,
             after_by_hand, after_by_keras, difference}
                           the weight on the pixels with the steepest gradient, worked out:
                           after = before - step; m, v and correction are None where the
                           optimizer has none
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.config.model_settings import DenseLayer, FlattenLayer
from reportgen.studies.context import Study, StudyContext
from reportgen.studies.dense_network import FIRST_UPDATES, DenseNetwork, Update
from reportgen.training.jobs import FirstStep, TrainingJob

RELATIVE_TOLERANCE = 1e-3  # of the learning rate: Adam's step bends sharply near gradient 0

Measured = dict[str, Any]
Reals = NDArray[np.float64]


def why_not(job: TrainingJob) -> str | None:
    """Why a job's first step is not computed by hand, as a phrase; None if it is."""
    for layer in job.settings.layers:
        if not isinstance(layer, DenseLayer | FlattenLayer):
            kind = type(layer).__name__.removesuffix("Layer")
            return (
                f"the network has a {kind} layer, and the step is worked out for dense layers only"
            )
    return None


def measure_one_step(job: TrainingJob, keras: FirstStep) -> Measured:
    """Work out a job's first step by hand and compare it with Keras's.

    Args:
        job: a training for which ``why_not`` gives None.
        keras: the step as Keras took it.
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
    n_weights, n_still = (sum(layer[key] for layer in layers) for key in ("n", "n_still"))
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


def _layer(name: str, before: Reals, update: Update, keras: FirstStep) -> Measured:
    n_still = int((keras.after[name] == keras.before[name]).sum())
    return {
        "name": name,
        "n": before.size,
        "n_still": n_still,
        "still_share": n_still / before.size,
        "max_difference": float(np.abs(before - update.step - keras.after[name]).max()),
    }


def _first_layer(name: str, pixels: Reals, keras: FirstStep) -> Measured:
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


def _chosen(name: str, width: int, gradient: Reals, update: Update, keras: FirstStep) -> Measured:
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


def _plan_first_steps(context: StudyContext) -> list[str]:
    return [name for name, job in context.jobs.items() if why_not(job) is None]


def _measure(context: StudyContext) -> Measured:
    return {"models": {name: _measure_model(context, name) for name in context.jobs}}


def _measure_model(context: StudyContext, name: str) -> Measured:
    reason = why_not(context.jobs[name])
    if reason is not None:
        return {"supported": False, "reason": reason}
    return measure_one_step(context.jobs[name], context.first_steps[name])


def _expected(context: StudyContext) -> Measured:
    """What does not depend on the first weights and the first batch, which TensorFlow draws."""
    models: Measured = {}
    for name, job in context.jobs.items():
        settings, reason = job.settings, why_not(job)
        rate = settings.effective_learning_rate
        models[name] = {"supported": reason is None, "reason": reason}
        if reason is None:
            models[name] |= {
                "optimizer": settings.optimizer,
                "learning_rate": rate,
                "n_images": min(settings.batch_size, job.n_fitted),
                "seed": job.seed,
                "n_classes": job.dataset.n_classes,
                "loss_uniform": math.log(job.dataset.n_classes),
                "n_weights": context.trained[name].n_parameters,
                "tolerance": RELATIVE_TOLERANCE * rate,
            }
    return {"models": models}


STUDY = Study(
    _measure,
    plan_first_steps=_plan_first_steps,
    expected=_expected,
    needs_training="the first weights and the first batch, and so the loss and the step",
)
