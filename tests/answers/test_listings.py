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

from reportgen.answers.steps import find_step, literal
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
        "shared/steps.py.j2": "# --- step: load\nshared()\n\n# --- step: fit\nfit()\n",
    }
    assert find_step(texts, "load") == ("steps.py.j2", "own()\n")
    assert find_step(texts, "fit") == ("shared/steps.py.j2", "fit()\n")
    with pytest.raises(RenderError, match=r"no step 'fti'\. There are: load, fit"):
        find_step(texts, "fti")


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
