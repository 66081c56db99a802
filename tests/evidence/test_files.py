"""What evidence names is checked where it is read: nothing in it leads anywhere."""

from __future__ import annotations

import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_up import make_evidence

from reportgen.config.assignments import assignment_of
from reportgen.errors import DataError, RenderError
from reportgen.evidence.check import check_record, evidence_json
from reportgen.evidence.files import load_evidence, load_record, parse_arrays, parse_record
from reportgen.evidence.weights import read_weights, weight_shapes
from reportgen.storage.npz import pack_arrays

PATHS = ("../evil", "/etc/passwd", "a/b", "a\\b", "..", "", "a\nb", "a" * 300)


def record_text(path: str, value: Any) -> bytes:
    """Sound evidence as JSON, with a value put at a path."""
    record = json.loads(evidence_json(make_evidence().record))
    *outer, last = path.split("/")
    inner = record
    for part in outer:
        inner = inner[int(part) if isinstance(inner, list) else part]
    if last == "*":  # a name rather than a value
        inner[value] = inner.pop(next(iter(inner)))
    else:
        inner[int(last) if isinstance(inner, list) else last] = value
    return json.dumps(record).encode()


def test_sound_evidence_is_read_as_it_is() -> None:
    text = record_text("report/title", "Another title")
    assert parse_record(text, "it") == json.loads(text)


@pytest.mark.parametrize("value", PATHS)
@pytest.mark.parametrize(
    "path",
    [
        "models/*",
        "studies/*",
        "models/digits/dataset/name",
        "models/digits/architecture/layers/0/name",
        "models/digits/predictions/0/selection",
        "images/0/id",
        "images/0/selection",
        "images/0/dataset",
        "comparison/models/0",
        "comparison/verdict",
    ],
)
def test_a_name_is_no_path(path: str, value: str) -> None:
    with pytest.raises(RenderError, match="it may hold") as caught:
        parse_record(record_text(path, value), "handed/evidence.json")
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("handed/evidence.json is not evidence of this program: ")
    assert len(lines) <= 3
    assert all(line.isascii() and len(line) <= 270 for line in lines)


@pytest.mark.parametrize("value", ["../private", "/private/", "private/", "a\\b", ""])
def test_an_assignment_is_no_path(value: str) -> None:
    with pytest.raises(RenderError, match="a name, not a path"):
        parse_record(record_text("report/assignment", value), "it")


@pytest.mark.parametrize("value", ["..", ".", "private", "fashion and digits", "_shared"])
def test_an_assignment_without_its_files_is_a_built_in_one(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of that name is not looked at."""
    for folder in (tmp_path, tmp_path / "private"):
        folder.mkdir(exist_ok=True)
        (folder / "assignment.toml").write_text("CANARY", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RenderError, match="not known here"):
        assignment_of(parse_record(record_text("report/assignment", value), "it"))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("models/digits/test/n_correct", "95"),
        ("models/digits/test/n_correct", True),
        ("models/digits/test/accuracy", "0.95"),
        ("models/digits/test/accuracy", float("nan")),
        ("models/digits/test/loss", float("inf")),
        ("models/digits/training/history/loss/0", float("-inf")),
        ("models/digits/dataset/class_names/0", 5),
        ("comparison/difference_ci95/0", "0.1"),
        ("report/title", ["a"]),
        ("report/title", "half \ud800 of a character"),
        ("report/prose", {"which": "\udfff"}),
        ("report/settings", {"\ud800": 1}),
        ("report/date", "2026-02-30"),
        ("report/date", "yesterday"),
        ("provenance/seed", float("nan")),
        ("studies/confidence", {"accuracy": float("inf")}),
    ],
)
def test_what_is_no_value_of_its_kind_is_refused(path: str, value: Any) -> None:
    with pytest.raises(RenderError, match="not evidence of this program"):
        parse_record(record_text(path, value), "it")


def test_nesting_without_end_is_refused() -> None:
    nested: Any = 1
    for _ in range(200):
        nested = [nested]
    with pytest.raises(RenderError, match="Nested too deeply"):
        parse_record(record_text("studies/confidence", {"deep": nested}), "it")
    with pytest.raises(RenderError, match="is not JSON"):
        parse_record(b"[" * 100_000, "it")


@pytest.mark.parametrize(
    ("path", "many", "one"),
    [
        ("images", "[{}]", "{}"),
        ("models/digits/training/history/loss", '[""]', '""'),
        ("models", '{"{n}":1}', '"{n}":1'),
        ("report/prose", '{"{n}":1}', '"{n}":1'),
        ("studies", '{"{n}":1}', '"{n}":1'),
    ],
)
def test_millions_of_faults_take_no_memory(path: str, many: str, one: str) -> None:
    """Each fault that is kept takes hundreds of times the bytes that it has in the file."""
    parts = ",".join(one.replace("{n}", str(n)) for n in range(200_000))
    text = record_text(path, "BOMB").replace(b'"BOMB"', many.replace(one, parts).encode())
    tracemalloc.start()
    try:
        with pytest.raises(RenderError, match="not evidence of this program"):
            parse_record(text, "it")
        assert tracemalloc.get_traced_memory()[1] < 50 * len(text)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "spoilt",
    [
        np.zeros((28, 28)),
        np.zeros(28, np.uint8),
        np.zeros((28, 0), np.uint8),
        np.zeros((28, 28), "U1"),
    ],
)
def test_an_image_is_grey(spoilt: Any) -> None:
    evidence = make_evidence()
    name = evidence.record["images"][0]["id"]
    sound = parse_arrays(pack_arrays(evidence.arrays), Path("a.npz"), evidence.record)
    assert {*sound} == {*evidence.arrays}
    for arrays in ({**evidence.arrays, name: spoilt}, {"other": spoilt}):
        with pytest.raises(RenderError, match=name):
            parse_arrays(pack_arrays(arrays), Path("a.npz"), evidence.record)


def test_evidence_is_read_from_a_folder_or_by_its_name(tmp_path: Path) -> None:
    evidence = make_evidence()
    (tmp_path / "evidence.json").write_bytes(evidence_json(evidence.record))
    (tmp_path / "evidence.npz").write_bytes(pack_arrays(evidence.arrays))
    assert load_record(tmp_path) == load_record(tmp_path / "evidence.json")
    assert {*load_evidence(tmp_path).arrays} == {*evidence.arrays}


def model_and_weights() -> tuple[dict[str, Any], dict[str, Any]]:
    model = make_evidence().model("digits")
    shapes = weight_shapes(model["architecture"]["layers"], (28, 28))
    assert shapes["dense_1/kernel"] == (784, 128)
    return model, {name: np.ones(shape, np.float32) for name, shape in shapes.items()}


def test_the_weights_of_a_model_are_read() -> None:
    model, weights = model_and_weights()
    read = read_weights(pack_arrays(weights), Path("digits.npz"), model)
    assert {name: values.shape for name, values in read.items()} == {
        name: values.shape for name, values in weights.items()
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dense_1/bias": np.ones(127, np.float32)}, "does not hold the weights"),
        ({"more": np.ones(1, np.float32)}, "does not hold the weights"),
        ({"dense_1/bias": np.ones(128)}, "dense_1/bias is not of finite float32"),
        ({"dense_1/bias": np.full(128, np.nan, np.float32)}, "not of finite float32"),
    ],
)
def test_other_arrays_are_no_weights_of_the_model(changes: dict[str, Any], said: str) -> None:
    model, weights = model_and_weights()
    with pytest.raises(DataError, match=said):
        read_weights(pack_arrays({**weights, **changes}), Path("digits.npz"), model)


@pytest.mark.parametrize("content", [b"", b"root:x:0:0:", b"PK\x03\x04", io.BytesIO().getvalue()])
def test_other_bytes_are_no_weights(content: bytes) -> None:
    model, _ = model_and_weights()
    with pytest.raises(DataError, match="NPZ"):
        read_weights(content, Path("digits.npz"), model)


def test_layers_that_tell_no_shapes_are_refused() -> None:
    model, weights = model_and_weights()
    model["architecture"]["layers"][0]["kind"] = "conv2d"  # without its kernel_size
    with pytest.raises(DataError, match="do not follow"):
        read_weights(pack_arrays(weights), Path("digits.npz"), model)


def test_a_record_in_memory_is_checked_as_one_from_a_file_is() -> None:
    record = make_evidence().record
    assert check_record(record, "it") is record
