import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest

from reportgen.config.model_settings import (
    Conv2DLayer,
    DenseLayer,
    DropoutLayer,
    FlattenLayer,
    Layer,
    MaxPooling2DLayer,
    ModelSettings,
)
from reportgen.datasets.dataset import Dataset
from reportgen.errors import ConfigError
from reportgen.training.architecture import plan_network
from reportgen.training.jobs import TrainingJob


def make_job(
    layers: Sequence[Layer], n_images: int = 100, side: int = 28, validation_split: float = 0.0
) -> TrainingJob:
    images = np.zeros((n_images, side, side), np.uint8)
    labels = np.zeros(n_images, np.int64)
    names = tuple("0123456789")
    dataset = Dataset("mnist", "MNIST", "own", names, images, labels, images, labels, "", "")
    settings = ModelSettings(
        dataset="mnist", layers=tuple(layers), validation_split=validation_split
    )
    return TrainingJob("digits", settings, dataset, seed=0)


def test_default_network_has_the_tutorials_parameters() -> None:
    plan = plan_network(make_job([DenseLayer(dense=128)]))
    assert plan.input_shape == (28, 28)
    assert [(p.name, p.output_shape, p.n_parameters) for p in plan.layers] == [
        ("flatten_1", (784,), 0),
        ("dense_1", (128,), 100_480),
        ("dense_2", (10,), 1_290),
    ]
    assert plan.n_parameters == 101_770


def test_convolutions_get_one_channel_and_flatten_comes_before_the_first_dense_layer() -> None:
    layers = [
        Conv2DLayer(conv2d=8, kernel_size=5),
        MaxPooling2DLayer(max_pooling2d=2),
        DropoutLayer(dropout=0.25),
        DenseLayer(dense=16),
    ]
    plan = plan_network(make_job(layers))
    assert plan.input_shape == (28, 28, 1)
    assert [p.name for p in plan.layers] == [
        "conv2d_1",
        "max_pooling2d_1",
        "dropout_1",
        "flatten_1",
        "dense_1",
        "dense_2",
    ]
    assert plan.layers[1].output_shape == (12, 12, 8)
    assert plan.largest_output == 24 * 24 * 8


@pytest.mark.parametrize(
    "layers",
    [[], [FlattenLayer()], [DropoutLayer(dropout=0.5)]],
    ids=["no-hidden-layer", "explicit-flatten", "dropout-first"],
)
def test_flatten_is_put_in_exactly_once(layers: list[Layer]) -> None:
    names = [planned.name for planned in plan_network(make_job(layers)).layers]
    assert names.count("flatten_1") == 1
    assert "flatten_2" not in names


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([DenseLayer(dense=8), Conv2DLayer(conv2d=4)], "layers[1]: conv2d needs a picture"),
        ([FlattenLayer(), MaxPooling2DLayer(max_pooling2d=2)], "layers[1]: max_pooling2d needs"),
        ([MaxPooling2DLayer(max_pooling2d=8)] * 2, "window of 8 × 8 does not fit into its input"),
        ([MaxPooling2DLayer(max_pooling2d=8), Conv2DLayer(conv2d=4, kernel_size=4)], "only 3 × 3"),
        ([DenseLayer(dense=4096)] * 5, "70,381,578 parameters"),
    ],
    ids=["conv-after-dense", "pool-after-flatten", "pool-too-big", "kernel-too-big", "too-many"],
)
def test_networks_that_cannot_be_built_are_refused(layers: list[Layer], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        plan_network(make_job(layers))
    message = str(caught.value)
    assert said in message
    assert message.startswith("model 'digits': ")
    assert 2 <= len(message.splitlines()) <= 5


@pytest.mark.parametrize(
    ("n_images", "split", "n_fitted"),
    [(60_000, 0.2, 48_000), (100, 0.0, 100), (10, 0.25, 7)],
    ids=["walkthrough", "no-split", "rounded-down"],
)
def test_the_split_leaves_the_first_part_to_fit(n_images: int, split: float, n_fitted: int) -> None:
    job = make_job([], n_images=n_images, side=2, validation_split=split)
    assert job.n_fitted == n_fitted
    plan_network(job)


@pytest.mark.parametrize("split", [0.99, 1e-18], ids=["nothing-to-fit", "nothing-to-validate"])
def test_a_split_that_leaves_a_part_empty_is_refused(split: float) -> None:
    with pytest.raises(ConfigError, match="validation_split"):
        plan_network(make_job([], n_images=10, validation_split=split))


def test_planning_needs_no_tensorflow() -> None:
    script = "import sys, reportgen.training; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
