"""What a training gives back. TensorFlow is imported once for this file and the next."""

from typing import Any

import numpy as np
import pytest
from training_jobs import DIVERGING, PATTERNS, make_job, make_patterns

from reportgen.config.model_settings import (
    Conv2DLayer,
    DenseLayer,
    DropoutLayer,
    FlattenLayer,
    MaxPooling2DLayer,
)
from reportgen.errors import ConfigError, TrainingError
from reportgen.evaluation.numerics import cross_entropy
from reportgen.training.architecture import describe_layers, plan_network
from reportgen.training.jobs import Trained, TrainingJob
from reportgen.training.trainer import train_models

pytestmark = pytest.mark.slow

CONVOLUTION = (
    Conv2DLayer(conv2d=3, kernel_size=3, activation="tanh"),
    MaxPooling2DLayer(max_pooling2d=2),
    DropoutLayer(dropout=0.2),
    DenseLayer(dense=12, activation="sigmoid"),
)
DROPOUT = (DropoutLayer(dropout=0.1), DenseLayer(dense=16))
SPLIT: dict[str, Any] = {"validation_split": 0.2, "batch_size": 64, "epochs": 3}
SGD: dict[str, Any] = {"optimizer": "sgd", "learning_rate": 0.1, "batch_size": 1000}
SETTINGS: dict[str, dict[str, Any]] = {
    "default": {"epochs": 8},
    "softmax-and-split": {"output": "softmax", **SPLIT},
    "convolution": {"layers": CONVOLUTION, "optimizer": "rmsprop", "batch_size": 48},
    "sgd-in-one-batch": {"layers": DROPOUT, **SGD},
}
OTHER_JOBS = [
    make_job("logits-and-split", output="logits", **SPLIT),
    make_job("matched", output="softmax", layers=DROPOUT, epochs=8),
    make_job(
        "softmax-as-logits",
        output="softmax",
        layers=DROPOUT,
        epochs=8,
        pairing="softmax_as_logits",
    ),
    make_job(
        "logits-as-probabilities", layers=DROPOUT, epochs=8, pairing="logits_as_probabilities"
    ),
]


def train(job: TrainingJob, **options: Any) -> Trained:
    (trained,) = train_models([job], **options)
    return trained


@pytest.fixture(scope="module")
def trained() -> dict[str, Trained]:
    """All that this file looks at, by the job's name, trained at once."""
    jobs = [make_job(name, **settings) for name, settings in SETTINGS.items()]
    jobs += [
        make_job(f"{name}, fit", engine="fit", **settings) for name, settings in SETTINGS.items()
    ]
    return {result.name: result for result in train_models([*jobs, *OTHER_JOBS])}


def forward(weights: dict[str, np.ndarray], images: np.ndarray) -> np.ndarray:
    """The logits of a network with one hidden layer, from its weights alone."""
    x = images.reshape(len(images), -1) / np.float64(255)
    hidden = np.maximum(x @ weights["dense_1/kernel"] + weights["dense_1/bias"], 0)
    return hidden @ weights["dense_2/kernel"] + weights["dense_2/bias"]


@pytest.mark.parametrize("name", SETTINGS)
def test_compiled_engine_does_what_fit_does(trained: dict[str, Trained], name: str) -> None:
    assert len(PATTERNS.x_train) % 32, "the last batch should be a smaller one"
    compiled, fitted = trained[name], trained[f"{name}, fit"]
    assert compiled.history.keys() == fitted.history.keys()
    for key, values in fitted.history.items():
        np.testing.assert_allclose(compiled.history[key], values, rtol=1e-3, err_msg=key)
    for array, weights in fitted.weights.items():
        np.testing.assert_allclose(compiled.weights[array], weights, atol=5e-4, err_msg=array)


@pytest.mark.parametrize("name", ["softmax-and-split", "logits-and-split"])
def test_measurements_are_those_of_the_final_weights(
    trained: dict[str, Trained], name: str
) -> None:
    result = trained[name]
    assert result.train_score["n_total"] == 400
    parts = [
        ("train", PATTERNS.x_train[:400], PATTERNS.y_train[:400], result.logits_train),
        ("test", PATTERNS.x_test, PATTERNS.y_test, result.logits_test),
    ]
    for split, images, labels, logits in parts:
        expected = forward(result.weights, images)
        np.testing.assert_allclose(logits, expected, atol=1e-4)
        assert logits.dtype == np.float32
        n_correct = int((expected.argmax(axis=-1) == labels).sum())
        score = getattr(result, f"{split}_score")
        assert (score["n_correct"], score["n_total"]) == (n_correct, len(labels))
        loss = cross_entropy(expected, labels).mean()
        assert score["loss"] == pytest.approx(loss, rel=1e-4)
    held_back = forward(result.weights, PATTERNS.x_train[400:])
    right = (held_back.argmax(axis=-1) == PATTERNS.y_train[400:]).mean()
    assert result.history["val_accuracy"][-1] == pytest.approx(right)


def test_it_learns(trained: dict[str, Trained]) -> None:
    result = trained["default"]
    assert result.test_score["accuracy"] > 0.9
    assert result.history["loss"] == sorted(result.history["loss"], reverse=True)
    assert set(result.history) == {"accuracy", "loss"}


def test_history_is_the_running_mean_while_weights_change(trained: dict[str, Trained]) -> None:
    result = trained["default"]
    assert result.history["loss"][-1] > result.train_score["loss"]
    assert result.history["loss"][0] == pytest.approx(np.log(10), rel=0.3)
    n_correct = [accuracy * 500 for accuracy in result.history["accuracy"]]
    assert n_correct == pytest.approx([round(n) for n in n_correct])


def test_a_softmax_in_the_model_is_trained_as_the_logits_would_be(
    trained: dict[str, Trained],
) -> None:
    inside, outside = trained["softmax-and-split"], trained["logits-and-split"]
    np.testing.assert_allclose(inside.logits_test, outside.logits_test, atol=1e-5)
    assert inside.layers[-1]["activation"] == "softmax"
    assert outside.layers[-1]["activation"] == "linear"


def test_the_wrong_pairing_is_not_healed_by_keras(trained: dict[str, Trained]) -> None:
    matched, mispaired = trained["matched"], trained["softmax-as-logits"]
    lowest = np.log(1 + 9 / np.e)
    assert min(mispaired.history["loss"]) >= lowest - 1e-6
    assert matched.history["loss"][-1] < lowest
    other = trained["logits-as-probabilities"]
    assert other.history["loss"][-1] > matched.history["loss"][-1]


def test_keras_builds_the_layers_that_are_described() -> None:
    from reportgen.training.models import build_model

    job = make_job(layers=(CONVOLUTION[0], CONVOLUTION[1], FlattenLayer(), *CONVOLUTION[2:]))
    plan = plan_network(job)
    model = build_model(plan, job.seed)
    described = describe_layers(plan)
    assert [(d["name"], d["output_shape"], d["n_parameters"]) for d in described] == [
        (layer.name, list(layer.output.shape[1:]), layer.count_params()) for layer in model.layers
    ]
    assert model.count_params() == plan.n_parameters
    convolution, pooling, flatten, dropout, dense, output = described
    kinds = [layer["kind"] for layer in described]
    assert kinds == ["conv2d", "max_pooling2d", "flatten", "dropout", "dense", "dense"]
    built = model.layers
    assert [convolution["filters"], built[0].activation.__name__] == [built[0].filters, "tanh"]
    assert (convolution["kernel_size"],) * 2 == built[0].kernel_size
    assert (pooling["pool_size"],) * 2 == built[1].pool_size
    assert flatten.keys() == {"name", "kind", "output_shape", "n_parameters"}
    assert dropout["rate"] == built[3].rate == 0.2
    for layer, keras_layer in ((dense, built[4]), (output, built[5])):
        assert layer["units"] == keras_layer.units
        assert layer["activation"] == keras_layer.activation.__name__
    assert convolution["activation"] == "tanh"


def test_a_training_records_its_layers() -> None:
    job = make_job(layers=(*CONVOLUTION[:1], FlattenLayer(), *CONVOLUTION[2:]), epochs=1)
    trained = train(job)
    assert trained.layers == describe_layers(plan_network(job))
    assert trained.n_parameters == plan_network(job).n_parameters
    assert list(trained.weights)[:3] == ["conv2d_1/kernel", "conv2d_1/bias", "dense_1/kernel"]


@pytest.mark.parametrize("side", [1, 5], ids="{0}x{0}".format)
def test_small_images_and_few_rows_are_trained_too(side: int) -> None:
    tiny = make_patterns(n_train=3, n_test=1, side=side)
    trained = train(make_job(dataset=tiny, layers=()))
    assert trained.logits_train.shape == (3, 10)
    assert trained.n_parameters == (side * side + 1) * 10


@pytest.mark.parametrize("engine", ["compiled", "fit"])
def test_a_loss_that_is_not_finite_ends_training(engine: str) -> None:
    with pytest.raises(TrainingError) as caught:
        train(make_job("digits", engine=engine, **DIVERGING))
    message = str(caught.value)
    assert message.startswith("model 'digits': the loss is not a finite number any more in epoch ")
    assert "lower its learning_rate, now 10 with sgd" in message


def test_a_network_that_cannot_be_built_stops_all_before_training() -> None:
    epochs: list[object] = []
    impossible = make_job("b", layers=(DenseLayer(dense=2), Conv2DLayer(conv2d=2)))
    with pytest.raises(ConfigError, match="model 'b'"):
        train_models([make_job("a"), impossible], on_epoch=epochs.append)
    assert epochs == []


def test_another_number_of_threads_needs_another_process(trained: dict[str, Trained]) -> None:
    assert trained
    with pytest.raises(TrainingError, match="threads = 2"):
        train(make_job(epochs=1), threads=2)


def test_nothing_to_train_is_nothing_trained() -> None:
    assert train_models([]) == []
