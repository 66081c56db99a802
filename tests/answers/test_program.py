"""Every report's program: whole, in order, and what its listings show."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from measured import NAMES, composed, measured_evidence
from small_datasets import small_arrays, write_folder, write_npz
from variants import changed

from reportgen.answers.document import Listing, written_out
from reportgen.answers.facts import FILTERS
from reportgen.answers.program import ProgramDraft
from reportgen.answers.steps import StepSource, find_step, literal
from reportgen.config.assignments import load_assignment
from reportgen.datasets.catalogue import MNIST
from reportgen.errors import RenderError

WIDEST_LINE = 77  # what the PDF prints beside a line's number without breaking it


def ruff(code: str) -> str:
    """What ruff finds in a program: names that are not defined, imports that are not used."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--select=F,E4,E9,I001", "-"],
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_program_is_whole_and_its_imports_come_first(name: str) -> None:
    program = composed(name).report.program
    assert ruff(program.text) == ""
    assert max(map(len, program.text.splitlines())) <= WIDEST_LINE
    assert len(program.steps) >= 9
    outputs = [step.output for step in program.steps]
    for step, output in zip(program.steps, outputs, strict=True):
        assert ("print(" in step.code) == bool(output), step.name
    assert "set_random_seed" not in program.text


@pytest.mark.parametrize("name", NAMES)
def test_every_listing_is_lines_of_the_program(name: str) -> None:
    report = composed(name).report
    lines = report.program.text.splitlines()
    blocks = [block for block in report.blocks if isinstance(block, Listing)]
    steps = [block.step for block in blocks if block.step is not None]
    assert steps == sorted(set(steps))
    for block in blocks:
        if block.step is not None:
            first, last = report.program.lines(block.step)
            shown = written_out(block.code, report.inlines)
            assert shown.splitlines() == lines[first - 1 : last]


def test_steps_stand_under_the_heading_of_their_question() -> None:
    text = composed("fashion-and-digits").report.program.text
    assert "\n\n\n# Question 2 of 10: The array of predictions\ntrain_images =" in text
    assert text.startswith("# Basic classification\n# The program of this report")
    assert "# It does not make the studies (double softmax, reasons) or the confusion" in text


def test_a_program_of_one_part_says_which() -> None:
    text = composed("formal-response").report.program.text
    about = " ".join(text.split("\n\n")[0].replace("# ", "").split())
    assert "The program of “D: Questions on the MNIST dataset”" in about
    assert "It does not make the Fashion-MNIST model or the studies (" in about


def test_what_was_shown_before_is_not_shown_again() -> None:
    report = composed("fashion-and-digits").report
    shown = {
        report.program.steps[b.step] for b in report.blocks if isinstance(b, Listing) and b.step
    }
    of_digits = {step.name for step in shown if step.model == "digits"}
    assert {"scale", "build", "compile"} & of_digits == set()
    assert {"load", "fit", "evaluate"} <= of_digits
    assert {"scale", "build"} <= {s.name for s in report.program.steps if s.model == "digits"}


def test_the_program_is_whole_where_an_author_answers() -> None:
    evidence = measured_evidence("formal-response")
    before = composed("formal-response").report.program.text
    evidence.record["report"]["prose"] = {"probability-model": "My own words."}
    assert composed("formal-response", evidence).report.program.text == before


VARIATIONS: dict[str, dict[str, Any]] = {
    "softmax inside": {"output": "softmax"},
    "logits": {"output": "logits"},
    "a validation split": {"validation_split": 0.2},
    "no validation split": {"validation_split": 0.0},
    "no hidden layer": {"layers": []},
    "convolution": {"layers": [{"conv2d": 4}, {"max_pooling2d": 2}, {"dense": 8}]},
    "dropout": {"layers": [{"dense": 8}, {"dropout": 0.5}]},
    "another optimizer": {"optimizer": "sgd", "learning_rate": 0.01},
}


@pytest.mark.parametrize("changes", VARIATIONS.values(), ids=VARIATIONS)
@pytest.mark.parametrize("name", ["fashion-and-digits", "digits-walkthrough"])
def test_the_program_is_whole_in_every_variation(name: str, changes: dict[str, Any]) -> None:
    models = load_assignment(name, Path()).settings.models
    evidence = measured_evidence(name, studies=(), models=dict.fromkeys(models, changes))
    text = composed(name, evidence).report.program.text
    assert ruff(text) == ""
    assert max(map(len, text.splitlines())) <= WIDEST_LINE


def test_a_program_of_the_sample_loads_the_files_beside_it() -> None:
    def sample(digest: str) -> Callable[[dict[str, Any]], None]:
        def change(record: dict[str, Any]) -> None:
            record["models"]["digits"]["dataset"] |= {"tier": "sample", "sha256": digest}

        return change

    assert MNIST.sample
    name = "digits-walkthrough"
    ours, other = (
        composed(name, changed(measured_evidence(name), sample(digest))).report.program.text
        for digest in (MNIST.sample.sha256, "0" * 64)
    )
    assert 'folder = "data/mnist"' in ours
    assert "def read_idx(folder, name):" in ours
    assert "keras.datasets.mnist.load_data()" in other
    assert "# The images of its sample are not at hand" in other
    assert "not at hand" not in ours


def test_imports_are_gathered_and_sorted() -> None:
    draft = ProgramDraft("a")
    draft.add("one", "m", "import random\nfrom b import c\n\nrandom.seed(0)", "")
    draft.add("two", "m", "import random\nx = 1\n", "")
    program = draft.finish("# A", "import keras\nimport json\n\nX = 1", {"a": "Question A"})
    assert program.text == (
        "# A\n\nimport json\nimport random\n\nimport keras\nfrom b import c\n\nX = 1\n"
        "\n\n# Question A\nrandom.seed(0)\n\nx = 1\n"
    )


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


def test_image_numbers_are_a_range_where_they_are_one() -> None:
    write = FILTERS["indices"]
    assert [write(each) for each in ([*range(25)], [3, 4, 5, 6], [1, 2], [5, 4, 3, 2])] == [
        "range(25)", "range(3, 7)", "[1, 2]", "[5, 4, 3, 2]",
    ]  # fmt: skip


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

    program = composed(name, changed(measured_evidence(name), own)).report.program
    assert ruff(program.text) == ""
    first, load = program.steps[0], next(s for s in program.steps if s.name == "load")
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {"np": np, "print": lambda *_: None, "__name__": "own"}
    beginning = first.code[first.code.index("RETRAIN") :]
    exec(f"import gzip\nfrom pathlib import Path\n{beginning}", space)
    exec(load.code, space)
    names = ("X_train", "y_train", "X_test", "y_test")
    if "train_images" in space:
        names = ("train_images", "train_labels", "test_images", "test_labels")
    for array, expected in zip(names, arrays, strict=True):
        assert np.array_equal(space[array], expected)
