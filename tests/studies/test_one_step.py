"""One step by hand beside Keras's. TensorFlow is imported once for this file."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from training_jobs import PATTERNS, make_job

from reportgen.config.model_settings import Conv2DLayer, DenseLayer, DropoutLayer
from reportgen.studies.context import StudyContext
from reportgen.studies.one_step import STUDY, measure_one_step, why_not
from reportgen.training.first_step import take_first_step
from reportgen.training.jobs import FirstStep, TrainingJob
from reportgen.training.trainer import train_models

NEEDS_DATA = ("*.n_images", "*.seed")
NEEDS_TRAINING = ("*.chosen.pixel_row", "*.chosen.pixel_column", "*.chosen.unit")

pytestmark = pytest.mark.slow

# A frame of pixels that are blank in every image, as at the edge of MNIST's.
FRAMED = replace(
    PATTERNS, x_train=np.pad(PATTERNS.x_train, ((0, 0), (1, 1), (2, 2))), sha256="f" * 64
)
DEEP = (DenseLayer(dense=12, activation="tanh"), DenseLayer(dense=8, activation="sigmoid"))
SETTINGS: dict[str, dict[str, Any]] = {
    "relu-adam": {},
    "softmax-output": {"output": "softmax"},
    "tanh-sigmoid-adam": {"layers": DEEP, "learning_rate": 0.01},
    "linear-rmsprop": {
        "layers": (DenseLayer(dense=9, activation="linear"),),
        "optimizer": "rmsprop",
    },
    "no-hidden-layer-sgd": {"layers": (), "optimizer": "sgd", "batch_size": 50},
    "one-batch-of-all": {"batch_size": 5000, "validation_split": 0.2},
}


@pytest.fixture(scope="module")
def steps() -> dict[str, tuple[TrainingJob, FirstStep]]:
    """Keras's first step for every setting."""
    jobs = {name: make_job(name, dataset=FRAMED, **given) for name, given in SETTINGS.items()}
    return {name: (job, take_first_step(job)) for name, job in jobs.items()}


@pytest.mark.parametrize("name", SETTINGS)
def test_step_by_hand_is_that_of_keras(
    steps: dict[str, tuple[TrainingJob, FirstStep]], name: str
) -> None:
    job, keras = steps[name]
    found = measure_one_step(job, keras)
    json.dumps(found, allow_nan=False)
    assert found["agrees"]
    assert (
        found["max_difference"] <= found["tolerance"] == job.settings.effective_learning_rate / 1e3
    )
    assert found["loss_difference"] < 1e-5
    assert found["n_images"] == min(job.settings.batch_size, job.n_fitted)
    assert found["n_weights"] == sum(values.size for values in keras.before.values())
    assert found["n_moved"] + found["n_still"] == found["n_weights"]
    assert found["n_moved"] > 0
    chosen = found["chosen"]
    assert chosen["after_by_hand"] == chosen["before"] - chosen["step"]
    assert chosen["difference"] <= found["tolerance"]


def test_a_weight_that_is_off_by_a_little_is_noticed(
    steps: dict[str, tuple[TrainingJob, FirstStep]],
) -> None:
    job, keras = steps["relu-adam"]
    after = {name: values.copy() for name, values in keras.after.items()}
    after["dense_2/kernel"][3, 4] += 3e-6
    found = measure_one_step(job, replace(keras, after=after))
    assert not found["agrees"]
    off = [layer["name"] for layer in found["layers"] if layer["max_difference"] > 1e-6]
    assert off == ["dense_2/kernel"]


def test_adam_as_in_the_paper_would_not_agree(
    steps: dict[str, tuple[TrainingJob, FirstStep]],
) -> None:
    """Keras adds epsilon before the correction, so small gradients take smaller steps."""
    job, keras = steps["relu-adam"]
    found = measure_one_step(job, keras)
    gradient = found["chosen"]["gradient"]
    in_paper = 0.001 * gradient / (abs(gradient) + 1e-7)
    assert abs(in_paper - found["chosen"]["step"]) > found["chosen"]["difference"]


def test_weights_of_blank_pixels_do_not_move(
    steps: dict[str, tuple[TrainingJob, FirstStep]],
) -> None:
    found = measure_one_step(*steps["relu-adam"])
    first = found["first_layer"]
    assert first["n_pixels"] == 10 * 12
    assert first["n_blank_pixels"] >= 10 * 12 - 8 * 8
    assert first["n_still_blank"] == first["n_blank_pixels"] * 16
    assert first["n_still"] == first["n_still_blank"] + first["n_still_other"]
    assert first["blank_share"] == first["n_blank_pixels"] / 120


def test_chosen_weight_is_the_steepest_and_on_a_pixel_that_is_not_blank(
    steps: dict[str, tuple[TrainingJob, FirstStep]],
) -> None:
    job, keras = steps["relu-adam"]
    chosen = measure_one_step(job, keras)["chosen"]
    images = job.dataset.x_train[keras.rows]
    assert images[:, chosen["pixel_row"], chosen["pixel_column"]].any()
    pixel = chosen["pixel_row"] * 12 + chosen["pixel_column"]
    assert chosen["before"] == keras.before["dense_1/kernel"][pixel, chosen["unit"]]
    assert chosen["after_by_keras"] == keras.after["dense_1/kernel"][pixel, chosen["unit"]]


def test_step_is_the_one_that_training_begins_with() -> None:
    """A training of one epoch of one batch ends where the first step does."""
    job = make_job(batch_size=500, epochs=1)
    (trained,) = train_models([job])
    step = take_first_step(job)
    for name, values in trained.weights.items():
        np.testing.assert_allclose(values, step.after[name], atol=1e-6)
    assert trained.history["loss"][0] == pytest.approx(step.loss, rel=1e-5)


@pytest.mark.parametrize(
    ("layers", "kind"),
    [((DropoutLayer(dropout=0.2),), "Dropout"), ((Conv2DLayer(conv2d=2),), "Conv2D")],
    ids=["dropout", "convolution"],
)
def test_other_networks_are_named_and_left_out(layers: Any, kind: str) -> None:
    job = make_job("digits", layers=layers)
    context = StudyContext({"digits": job})
    assert STUDY.plan_first_steps(context) == []
    found = STUDY.measure(context)["models"]["digits"]
    assert found == {"supported": False, "reason": why_not(job)}
    assert kind in found["reason"]
