"""Assignments of one's own: copied or new, in a folder outside the package, without Python."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from measured import NAMES, composed, measured_evidence
from processes import run_reportgen
from reading import read_report
from small_datasets import five_shapes, write_npz

from reportgen.answers.compose import compose
from reportgen.config.assignments import load_assignment, make_assignment
from reportgen.resources import templates_dir

BUILT_IN = templates_dir() / "assignments"
ASSIGNMENT = """
title = "Shapes and how they are told apart"
summary = "Three questions on five shapes"
studies = ["confidence"]

[models.shapes]
dataset = "shapes"
layers = [{ dense = 24, activation = "relu" }]
epochs = 4

[selections.predict]
model = "shapes"
images = "random"
n = 1

[[questions]]
id = "softmax-argmax"
heading = "Softmax and argmax"
kind = "explain"
prompt = "What is softmax, and what is argmax?"
requires = [{ says = "the formula", element = "equation" }]

[[questions]]
id = "accuracy"
heading = "Accuracy"
kind = "measure"
prompt = "How accurate is the model on {{ model('shapes').n_test_images | count }} test images?"
requires = [{ says = "test accuracy", fact = "models.shapes.test.accuracy" }]

[[questions]]
id = "hardest"
heading = "The hardest shape"
kind = "measure"
prompt = "Which shape is the hardest, and which are taken for each other?"
requires = [
    { says = "share of the hardest that is recognised", fact = "**.hardest_recall" },
    { says = "all confusions", figure = "confusion_matrix" },
]
"""
ACCURACY = """\
{% from "shared/accuracy.md" import accuracy_table, interval, gap %}
{% set m = model("shapes") %}
The model classifies {{ m.test.accuracy | percent }} of the test images correctly.

{{ accuracy_table(m, "values") }}

{{ interval(m) }} {{ gap(m) }}

{{ code("load") }}

{{ code("shapes") }}

{{ code("build") }}
"""
HARDEST = """\
{% set c = model("shapes").confusions %}
The hardest is the {{ c.hardest }}: {{ c.hardest_recall | percent }} of its test images are recognised.

{% call figure("confusion_matrix", id="matrix", model="shapes") %}What is taken for what.{% endcall %}
"""  # noqa: E501
REPORT = """
author = "A. Teacher"
assignment = "./my-assignment"

[datasets.shapes]
npz = "shapes.npz"
title = "Shapes"
class_names = ["disc", "cross", "ring", "bar", "dot"]
"""


def write_assignment(folder: Path) -> None:
    """A teacher's folder: one template copied from a built-in assignment, two written new."""
    own = folder / "my-assignment"
    own.mkdir()
    (own / "assignment.toml").write_text(ASSIGNMENT, encoding="utf-8")
    copied = BUILT_IN / "fashion-and-digits" / "softmax-argmax.md"
    shutil.copy(copied, own / "softmax-argmax.md")
    (own / "accuracy.md").write_text(ACCURACY, encoding="utf-8")
    (own / "hardest.md").write_text(HARDEST, encoding="utf-8")
    (folder / "report.toml").write_text(REPORT, encoding="utf-8")
    write_npz(folder / "shapes.npz", five_shapes())


@pytest.mark.slow
def test_a_new_assignment_on_a_new_dataset_is_built_without_python(tmp_path: Path) -> None:
    write_assignment(tmp_path)
    done = run_reportgen("build", "-f", "md", "-f", "html", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["data_tier"] == "full"
    folder = tmp_path / summary["report_dir"]
    text = (folder / "report.md").read_text(encoding="utf-8")
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert re.findall('data-question="([^"]+)"', page) == ["softmax-argmax", "accuracy", "hardest"]
    assert "What is missing" not in text
    assert 'np.load("shapes.npz")' in text
    assert "print(train_images.shape)" in text
    assert "(400, 20, 24)" in text
    assert "keras.Input(shape=(20, 24))" in text
    assert "keras.layers.Dense(5)," in text
    assert "How accurate is the model on 150 test images?" in text
    assert not re.search(r"(?i)mnist|\b784\b|\bten\b|digit|cloth", text)
    record = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    assert set(record["report"]["assignment_files"]) >= {"hardest.md", "shared/accuracy.md"}
    again = run_reportgen("render", str(folder), "-o", "copy", "-f", "md", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert (tmp_path / "copy" / "report.md").read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", NAMES)
def test_a_copy_of_a_built_in_assignment_works_by_itself(name: str, tmp_path: Path) -> None:
    shutil.copytree(BUILT_IN / name, tmp_path / "mine")
    copy = load_assignment("./mine", tmp_path)
    assert not copy.built_in
    evidence = measured_evidence(name)
    assert read_report(compose(evidence, copy)) == read_report(composed(name))
    carried = make_assignment("mine", copy.files, Path("evidence.json"))
    assert read_report(compose(evidence, carried)) == read_report(composed(name))


def test_a_file_of_ones_own_does_not_replace_a_shared_one(tmp_path: Path) -> None:
    shutil.copytree(BUILT_IN / "fashion-overview", tmp_path / "mine")
    (tmp_path / "mine" / "accuracy.md").write_text("mine", encoding="utf-8")
    files = load_assignment("./mine", tmp_path).files
    assert files["accuracy.md"] == "mine"
    assert files["shared/accuracy.md"] != "mine"
