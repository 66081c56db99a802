"""The code in every report runs as it stands, and gives what the report says it gives."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from measured import NAMES, composed, measured_evidence
from places import SUPPORT
from reading import listings
from small_datasets import small_arrays, write_folder, write_npz
from variants import changed

from reportgen.answers.facts import FILTERS
from reportgen.answers.steps import StepSource, find_step, literal
from reportgen.errors import RenderError

WIDEST_LINE = 80  # what the PDF prints without breaking the line
MEASURED_MODELS = {
    "fashion-and-digits": ["fashion", "digits"],
    "fashion-and-digits-notes": ["fashion", "digits"],
    "formal-response": ["digits"],
    "digits-walkthrough": ["digits"],
    "fashion-overview": ["fashion"],
}


def run_listings(where: str, epochs: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, SUPPORT / "run_listings.py", where, epochs],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def check_runs(found: dict[str, Any]) -> None:
    """What the comments say is printed, in their order; accuracies are in the stated range."""
    assert set(found) == set(NAMES)
    for name, run in found.items():
        printed = iter(run["printed"])
        assert len(run["promised"]) >= 2, name
        for expected in run["promised"]:
            assert expected in printed, f"{name}: {expected} was not printed"
        models = MEASURED_MODELS[name]
        assert len(run["accuracies"]) == len(models), name
        for model, accuracy in zip(models, run["accuracies"], strict=True):
            low, high = run["ranges"][model]
            assert low <= accuracy <= high, f"{name}, {model}: {accuracy} not in {low} to {high}"


@pytest.mark.slow
def test_all_listings_run_on_the_sample_and_give_what_is_said() -> None:
    check_runs(run_listings("sample", "2"))


@pytest.mark.torture
def test_all_listings_run_on_the_full_data_and_give_what_is_said(full_data: Path) -> None:
    check_runs(run_listings(str(full_data), "all"))


@pytest.mark.parametrize("name", NAMES)
def test_every_listing_is_python(name: str) -> None:
    found = listings(composed(name).report)
    assert len(found) >= 9
    for code in found:
        compile(code, name, "exec")
        assert max(map(len, code.splitlines())) <= WIDEST_LINE


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (60000, "60000"),
        (0.2, "0.2"),
        ("a", '"a"'),
        (["T-shirt/top", 'a "b"'], '["T-shirt/top", "a \\"b\\""]'),
        (list(range(30)), "[\n    0, 1, 2,"),
    ],
    ids=["number", "fraction", "text", "names", "long"],
)
def test_a_literal_is_the_value_again(value: object, text: str) -> None:
    assert literal(value).startswith(text)
    assert eval(literal(value)) == value


def test_an_assignments_own_step_comes_before_the_shared_one() -> None:
    texts = {
        "steps.py.j2": "A note.\n\n# --- step: load\nown()\n",
        "shared/steps.py.j2": (
            "# --- step: load\nshared()\n\n# --- step: fit\nfit()\n\n# --- output: fit\n1\n"
        ),
    }
    assert find_step(texts, "load") == StepSource("steps.py.j2", "own()\n", "")
    assert find_step(texts, "fit") == StepSource("shared/steps.py.j2", "fit()\n", "1\n")
    with pytest.raises(RenderError, match=r"no step 'fti'\. There are: load, fit"):
        find_step(texts, "fti")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# --- output: fit\n1\n", "there is an output 'fit', but no step"),
        ("# --- step: fit\nf()\n\n# -- output: fit\n1\n", "line 4: a step begins"),
    ],
)
def test_a_faulty_output_is_told(text: str, message: str) -> None:
    with pytest.raises(RenderError, match=message):
        find_step({"steps.py.j2": text}, "fit")


def test_an_array_is_written_as_numpy_prints_it() -> None:
    values = np.array([2.2189e-06, 0.98123, 0.0187], np.float32)
    with np.printoptions(precision=3):
        assert FILTERS["array"](values.tolist()) == str(values)


@pytest.mark.parametrize(("correct", "total"), [(59_655, 60_000), (7, 8), (59_997, 60_000)])
def test_an_accuracy_is_printed_as_keras_gives_it(correct: int, total: int) -> None:
    by_keras = float(np.float32(correct) / np.float32(total))
    assert FILTERS["printed"](correct / total) == f"{by_keras:.4f}"


@pytest.mark.parametrize("name", ["fashion-overview", "digits-walkthrough", "formal-response"])
@pytest.mark.parametrize(
    "files", [{"dir": "data/own"}, {"dir": "data/own", "plain": True}, {"npz": "data/own-2.npz"}]
)
def test_the_listing_loads_the_files_of_an_own_dataset(
    name: str, files: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays = small_arrays()
    write_npz(tmp_path / "own-2.npz", arrays)
    write_folder(tmp_path / "own", arrays, gzipped="plain" not in files)

    def own(record: dict[str, Any]) -> None:
        for model in record["models"].values():
            model["dataset"]["name"] = "own"
        for image in record["images"]:
            image["dataset"] = "own"
        record["report"]["settings"] = {"datasets": {"own": files}}

    found = listings(composed(name, changed(measured_evidence(name), own)).report)
    loading = next(code for code in found if "own" in code)
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {"np": np, "print": lambda *_: None}
    exec(loading.partition("class_names")[0], space)
    names = ("X_train", "y_train", "X_test", "y_test")
    if "train_images" in space:
        names = ("train_images", "train_labels", "test_images", "test_labels")
    for array, expected in zip(names, arrays, strict=True):
        assert np.array_equal(space[array], expected)
