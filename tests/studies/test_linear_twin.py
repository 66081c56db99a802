import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from made_up_trained import make_trained
from training_jobs import PATTERNS, make_job

from reportgen.config.model_settings import Conv2DLayer, DenseLayer, DropoutLayer
from reportgen.studies.context import StudyContext
from reportgen.studies.linear_twin import (
    STUDY,
    measure_preactivations,
    multiply_out,
    with_linear_activations,
)
from reportgen.training.jobs import Trained, TrainingJob

NEEDS_DATA = ("*.n_images", "*.affine.rows", "*.affine.columns", "*.affine.n_parameters")
NEEDS_TRAINING = ("*.test.loss", "*.train.loss", "*.affine.max_difference", "*.affine.tolerance")

TWO_LAYERS = (
    DenseLayer(dense=6, activation="relu"),
    DropoutLayer(dropout=0.3),
    DenseLayer(dense=4, activation="relu"),
)


def pixels(job: TrainingJob) -> Any:
    return job.dataset.x_test.reshape(len(job.dataset.x_test), -1) / 255


def test_twin_differs_in_its_activations_only() -> None:
    job = make_job(layers=TWO_LAYERS)
    twin = with_linear_activations(job)
    kinds = [getattr(layer, "activation", None) for layer in twin.settings.layers]
    assert kinds == ["linear", None, "linear"]
    assert twin.settings.model_copy(update={"layers": TWO_LAYERS}) == job.settings
    assert (twin.seed, twin.dataset) == (job.seed, job.dataset)
    assert twin.name != job.name


def test_negative_values_and_dead_units_by_hand() -> None:
    job = make_job(layers=TWO_LAYERS)
    trained = make_trained(job)
    trained.weights["dense_1/bias"][:2] = -1000.0  # never above 0, whatever the image
    x = job.dataset.x_train / 255
    first = (
        x.reshape(len(x), -1) @ trained.weights["dense_1/kernel"] + trained.weights["dense_1/bias"]
    )
    second = (
        np.maximum(first, 0) @ trained.weights["dense_2/kernel"] + trained.weights["dense_2/bias"]
    )
    layers = measure_preactivations(trained, job.dataset.x_train)
    assert layers is not None
    for layer, values in zip(layers, (first, second), strict=True):
        assert layer["n_negative"] == int((values < 0).sum())
        assert layer["n_values"] == values.size
        assert layer["n_dead"] == int((values <= 0).all(axis=0).sum())
        assert layer["negative_share"] == layer["n_negative"] / layer["n_values"]
    assert layers[0]["n_dead"] >= 2


def test_an_exact_zero_is_not_negative_but_may_be_dead() -> None:
    job = make_job(layers=(DenseLayer(dense=3, activation="relu"),))
    trained = make_trained(job)
    trained.weights["dense_1/kernel"][:] = 0
    trained.weights["dense_1/bias"][:] = [0.0, 1.0, -1.0]
    layers = measure_preactivations(trained, job.dataset.x_train)
    assert layers is not None
    assert layers[0]["negative_share"] == pytest.approx(1 / 3)
    assert layers[0]["n_dead"] == 2


def test_dead_units_are_those_of_relu() -> None:
    trained = make_trained(make_job(layers=(DenseLayer(dense=3, activation="tanh"),)))
    layers = measure_preactivations(trained, PATTERNS.x_train)
    assert layers is not None
    assert (layers[0]["n_dead"], layers[0]["dead_share"]) == (None, None)
    assert layers[0]["activation"] == "tanh"


def with_real_logits(job: TrainingJob, activate: Any) -> Trained:
    """A made-up network, with the logits that its weights give."""
    weights = make_trained(job).weights
    values = pixels(job)
    names = [name.removesuffix("/bias") for name in weights if name.endswith("bias")]
    for name in names:
        values = values @ weights[f"{name}/kernel"] + weights[f"{name}/bias"]
        values = activate(values) if name != names[-1] else values
    return make_trained(job, weights=weights, logits_test=values)


def test_linear_layers_are_one_affine_map() -> None:
    linear = with_real_logits(with_linear_activations(make_job(layers=TWO_LAYERS)), lambda x: x)
    found = multiply_out(linear, PATTERNS.x_test)
    assert found is not None
    assert found["agrees"]
    assert found["max_difference"] < 1e-4
    assert (found["rows"], found["columns"], found["n_parameters"]) == (64, 10, 650)


def test_layers_with_relu_are_not() -> None:
    relu = with_real_logits(make_job(layers=TWO_LAYERS), lambda x: np.maximum(x, 0))
    found = multiply_out(relu, PATTERNS.x_test)
    assert found is not None
    assert not found["agrees"]


@pytest.mark.parametrize(
    ("layers", "n_hidden"),
    [((Conv2DLayer(conv2d=2), DenseLayer(dense=4)), None), (TWO_LAYERS, 2)],
    ids=["convolution", "dense"],
)
def test_record_of_a_model(layers: Any, n_hidden: int | None) -> None:
    job = make_job("digits", layers=layers)
    (twin,) = STUDY.plan_jobs(StudyContext({"digits": job}))
    context = StudyContext(
        {"digits": job}, {"digits": make_trained(job)}, {twin.name: make_trained(twin)}
    )
    found = STUDY.measure(context)["models"]["digits"]
    json.dumps(found, allow_nan=False)
    assert found["model_test"]["n_total"] == found["test"]["n_total"] == len(PATTERNS.y_test)
    assert found["paired"]["difference"] == pytest.approx(
        found["model_test"]["accuracy"] - found["test"]["accuracy"]
    )
    if n_hidden is None:
        assert found["layers"] is found["affine"] is None
    else:
        assert len(found["layers"]) == n_hidden
    assert (found["n_dead"] is None) == (not n_hidden)


@pytest.mark.parametrize("layers", [(), (DenseLayer(dense=4, activation="linear"),)])
def test_a_model_that_is_its_own_twin_is_not_compared(layers: Any) -> None:
    context = StudyContext({"digits": make_job("digits", layers=layers)})
    assert STUDY.why_not(context)
    both = StudyContext({**context.jobs, "fashion": make_job("fashion", layers=TWO_LAYERS)})
    assert STUDY.why_not(both) is None
    assert [job.name for job in STUDY.plan_jobs(both)] == ["fashion (linear)"]


def test_images_held_back_for_validation_are_left_out() -> None:
    job = make_job("digits", validation_split=0.5)
    twin = with_linear_activations(job)
    context = StudyContext(
        {"digits": job}, {"digits": make_trained(job)}, {twin.name: make_trained(twin)}
    )
    found = STUDY.measure(replace(context))["models"]["digits"]
    assert found["layers"][0]["n_images"] == job.n_fitted == 250
