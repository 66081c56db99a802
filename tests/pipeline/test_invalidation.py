"""Each single change runs again exactly the stages that depend on it."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from small_datasets import small_arrays, write_npz
from small_project import (
    build_project,
    content,
    replace_text,
    set_key,
    stand_in_for_training_and_paper,
    write_project,
)

from reportgen import native_libraries, resources
from reportgen.pipeline import closures
from reportgen.publish.manifest import load_manifest
from reportgen.report_folder import FORMATS
from reportgen.storage.disk import sha256

PAGES = set(FORMATS)
PRINTED = {each.name for each in FORMATS.values() if each.is_printed}
TRAININGS = {"train:wide", "train:narrow"}
OTHER_STAGES = {"data:strokes", "figures"}
# As often as set for one model; five times, with the study's own number, for the other.
REPEATS = {f"train:wide (seed {n})" for n in (1, 2)}
REPEATS |= {f"train:narrow (seed {n})" for n in (1, 2, 3, 4)}
ALL = PAGES | TRAININGS | OTHER_STAGES


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project, its store and its report, from which every test starts."""
    base = tmp_path_factory.mktemp("built")
    with pytest.MonkeyPatch.context() as patch:
        stand_in_for_training_and_paper(patch)
        result = build_project(write_project(base / "project", all_formats=True), base / "cache")
    assert {stage.name for stage in result.stages} == ALL
    assert not any(stage.reused for stage in result.stages)
    return base


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of it all, on which the program's own files can be changed too."""
    stand_in_for_training_and_paper(monkeypatch)
    shutil.copytree(built, tmp_path / "built")
    forget()
    yield tmp_path / "built" / "project"
    monkeypatch.undo()
    forget()


def forget() -> None:
    """Drop what a process reads only once, as if it had been started anew."""
    ours = [module for name, module in sys.modules.items() if name.startswith("reportgen.")]
    for remembered in [value for module in ours for value in vars(module).values()]:
        if hasattr(remembered, "cache_clear"):
            remembered.cache_clear()


def rerun(project: Path, **options: object) -> set[str]:
    """The stages that a build runs again; a second build after it must have nothing to do."""
    config, cache = project / "report.toml", project.parent / "cache"
    forget()
    first = build_project(config, cache, **options)
    again = build_project(config, cache, **{**options, "force": False})
    assert all(stage.reused for stage in again.stages)
    assert again.up_to_date
    return {stage.name for stage in first.stages if not stage.reused}


def known(stages: set[str]) -> set[str]:
    """Stages without the formats of which nothing here says what they are made from."""
    return stages - (PAGES - {"html", "md", "pdf"})


def key(line: str) -> Callable[[Path], None]:
    return lambda project: set_key(project / "report.toml", line)


def table(name: str, line: str) -> Callable[[Path], None]:
    def change(project: Path) -> None:
        with (project / "report.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n[{name}]\n{line}\n")

    return change


def in_file(name: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda project: replace_text(project / name, old, new)


def one_pixel(project: Path) -> None:
    x_train, *others = small_arrays(300, 100, (8, 6))
    x_train[299, 7, 5] ^= 1
    write_npz(project / "strokes.npz", (x_train, *others))


def other_container(project: Path) -> None:
    names = ("x_train", "y_train", "x_test", "y_test")
    arrays = dict(zip(names, small_arrays(300, 100, (8, 6)), strict=True))
    np.savez(project / "strokes.npz", allow_pickle=False, **arrays)


SETTINGS = "strokes-assignment/assignment.toml"
CHANGES = {
    "title": (key('title = "Other"'), PAGES),
    "author": (key('author = "B. Student"'), PAGES),
    "course": (key('course = "Machine learning"'), PAGES),
    "date": (key("date = 2026-02-03"), PAGES),
    "student id": (key('student_id = "7"'), PAGES),
    "seed": (key("seed = 1"), TRAININGS | {"figures"} | PAGES),
    "threads": (key("threads = 2"), TRAININGS | PAGES),
    "a study": (key('studies = ["double_softmax"]'), {"study:double_softmax"} | PAGES),
    "a comment": (key("# only a comment"), PAGES),
    "tier": (table("data", 'tier = "full"'), PAGES),
    "epochs": (table("models.wide", "epochs = 4"), {"train:wide", "figures"} | PAGES),
    "batch size": (table("models.wide", "batch_size = 16"), {"train:wide", "figures"} | PAGES),
    "optimizer": (table("models.wide", 'optimizer = "sgd"'), {"train:wide", "figures"} | PAGES),
    "learning rate": (
        table("models.wide", "learning_rate = 0.01"),
        {"train:wide", "figures"} | PAGES,
    ),
    "the learning rate in use, written down": (
        table("models.wide", "learning_rate = 0.001"),
        PAGES,
    ),
    "validation split": (
        table("models.wide", "validation_split = 0.1"),
        {"train:wide", "figures"} | PAGES,
    ),
    "output": (table("models.wide", 'output = "softmax"'), {"train:wide", "figures"} | PAGES),
    "layers": (
        table("models.wide", "layers = [{ dense = 9 }]"),
        {"train:wide", "figures"} | PAGES,
    ),
    "engine": (table("models.wide", 'engine = "fit"'), {"train:wide", "figures"} | PAGES),
    "repeats": (table("models.wide", "repeats = 3"), {"study:repeats"} | REPEATS | PAGES),
    "a model that no figure shows": (
        table("models.narrow", "epochs = 4"),
        {"train:narrow"} | PAGES,
    ),
    "images of a figure": (table("selections", "shown = [1, 2, 4]"), {"figures"} | PAGES),
    "an image of no figure": (table("selections", "predicted = [6]"), PAGES),
    "random images": (table("selections", 'shown = "random"'), {"figures"} | PAGES),
    "class names": (in_file("report.toml", '"pole"', '"rod"'), {"figures"} | PAGES),
    "a class more": (
        in_file("report.toml", '"ring"', '"ring", "star"'),
        TRAININGS | {"figures"} | PAGES,
    ),
    "a dataset that nothing uses": (
        table("datasets.other", 'npz = "x.npz"\nclass_names = ["a", "b"]'),
        PAGES,
    ),
    "paper": (in_file("report.toml", "[output]", '[output]\npaper = "letter"'), PAGES),
    "a format less": (in_file("report.toml", json.dumps([*FORMATS]), '["md"]'), {"md"}),
    "a data byte": (one_pixel, {"data:strokes"} | TRAININGS | {"figures"} | PAGES),
    "another container of the same data": (other_container, set()),
    "an answer of one's own": (
        in_file("answers/which.md", "I looked at", "I stared at"),
        PAGES,
    ),
    "an answer more": (
        lambda project: (project / "answers/images.md").write_text("Mine.", encoding="utf-8"),
        PAGES,
    ),
    "an answer less": (lambda project: (project / "answers/which.md").unlink(), PAGES),
    "a template": (in_file("strokes-assignment/which.md", "The difference", "A difference"), PAGES),
    "a sentence of a template that does not come out": (
        in_file("strokes-assignment/which.md", "One is", "One of them is"),
        PRINTED,
    ),
    "a caption": (in_file("strokes-assignment/images.md", "with their", "and their"), PAGES),
    "a prompt": (in_file(SETTINGS, "Show images.", "Show three images."), PAGES),
    "an assignment's summary, which is only attached": (
        in_file(SETTINGS, "Two models on", "A pair of models on"),
        PRINTED,
    ),
    "an assignment's epochs": (
        in_file(SETTINGS, "epochs = 2", "epochs = 3"),
        {"train:narrow"} | PAGES,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_the_project_runs_what_depends_on_it(project: Path, name: str) -> None:
    change, expected = CHANGES[name]
    change(project)
    assert rerun(project) == expected


def own_templates(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of ``templates/``, put in the place of the program's."""
    copy = project.parent / "templates"
    shutil.copytree(resources.templates_dir(), copy)
    monkeypatch.setattr(resources, "__file__", str(project.parent / "reportgen" / "resources.py"))
    forget()
    return copy


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # The PDF has the other files' hashes attached.
        ("report.html.j2", {"html", "pdf"}),
        ("head.html.j2", {"html", "pdf"}),
        ("screen.css", {"html", "pdf"}),
        ("print.html.j2", {"pdf"}),
        ("print.css", {"pdf"}),
        ("fonts/report-mono.ttf", {"html", "pdf"}),  # one table names the fonts of both
        ("fonts/fontconfig.xml", {"pdf"}),
        ("macros.html.j2", {"html", "pdf"}),
        ("equations.toml", set()),
        ("assignments/fashion-and-digits/comparison.md", set()),
    ],
)
def test_a_change_of_a_layout_runs_the_formats_that_read_it(
    project: Path, monkeypatch: pytest.MonkeyPatch, name: str, expected: set[str]
) -> None:
    path = own_templates(project, monkeypatch) / name
    assert rerun(project) == set()
    more = b"em{color:red}" if path.suffix == ".css" else b"\n"
    path.write_bytes(path.read_bytes() + more)
    assert known(rerun(project)) == known(expected)


def test_a_change_of_a_font_of_the_page_runs_the_page(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in own_templates(project, monkeypatch).glob("fonts/*.woff2"):
        path.write_bytes(path.read_bytes() + b"\0")
    assert "html" in known(rerun(project)) <= {"html", "pdf"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("training/engines.py", TRAININGS),
        ("figures/drawing/grids.py", {"figures"}),
        ("render/html.py", {"html"}),
        ("render/elements.py", {"html", "pdf"}),
        ("render/prose.py", PAGES),
        ("formatting.py", {"figures"}),
        ("answers/document.py", PAGES),
        ("config/model_settings.py", TRAININGS),
        ("config/settings.py", set()),
        ("training/results.py", TRAININGS),
        ("pipeline/measure.py", set()),  # measured again, with the same result
        ("evaluation/comparison.py", set()),
        ("cli.py", set()),
    ],
)
def test_a_change_of_code_runs_the_stages_that_it_is_part_of(
    project: Path, monkeypatch: pytest.MonkeyPatch, name: str, expected: set[str]
) -> None:
    package = project.parent / "package"
    left = shutil.ignore_patterns("__pycache__", "sample")
    shutil.copytree(closures.PACKAGE, package, ignore=left)
    monkeypatch.setattr(closures, "PACKAGE", package)
    assert rerun(project) == set()
    with (package / name).open("r+", encoding="utf-8") as file:
        file.seek(0, os.SEEK_END)
        file.write("# changed\n")
    assert known(rerun(project)) == known(expected)


@pytest.mark.parametrize(
    ("library", "expected"),
    [
        ("tensorflow", TRAININGS | PAGES),
        ("keras", TRAININGS | PAGES),
        ("numpy", TRAININGS | {"figures"} | PAGES),
        ("matplotlib", {"figures", "pdf"}),  # the PDF says which versions made it
        ("pillow", {"figures", "md", "pdf"}),
        ("jinja2", {"html", "pdf"}),
        ("markdown-it-py", PAGES),
        ("weasyprint", {"pdf"}),
    ],
)
def test_another_version_of_a_library_runs_what_it_shapes(
    project: Path, monkeypatch: pytest.MonkeyPatch, library: str, expected: set[str]
) -> None:
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "99.0" if name == library else real(name))
    assert known(rerun(project)) == known(expected)


def test_another_native_library_runs_the_pdf(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(native_libraries.LIBRARIES, "HarfBuzz-Subset", ("no-such-library.so",))
    monkeypatch.setattr("reportgen.pipeline.build.missing_native_libraries", list)
    assert rerun(project) == {"pdf"}


def test_another_font_of_the_system_runs_the_pdf_that_is_printed_in_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    font = project.parent / "Han.ttf"
    font.write_bytes(b"a font")
    monkeypatch.setattr("reportgen.render.system_fonts._fonts_with", lambda point: (font,))
    replace_text(project / "answers/which.md", "I looked at", "\u4e2d: I looked at")
    cache = project.parent / "cache"
    build_project(project / "report.toml", cache)
    manifest = load_manifest(project / "report")
    assert manifest is not None
    assert manifest["system_fonts"] == {"Han.ttf": sha256(b"a font")}
    font.write_bytes(b"another version of it")
    result = build_project(project / "report.toml", cache)
    assert {stage.name for stage in result.stages if not stage.reused} == {"pdf"}


def test_another_processor_runs_the_trainings(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ("x86_64", "avx")
    monkeypatch.setattr("reportgen.pipeline.keys.cpu_features", lambda: other)
    assert rerun(project) == TRAININGS


def test_a_date_from_the_environment_runs_the_pages(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    assert rerun(project) == PAGES


def test_a_touch_runs_nothing(project: Path) -> None:
    for path in project.rglob("*"):
        if path.is_file() and "report" not in path.relative_to(project).parts[:-1]:
            os.utime(path)
    before = {path: path.stat().st_mtime_ns for path in (project / "report").rglob("*")}
    assert rerun(project) == set()
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_force_runs_everything(project: Path) -> None:
    assert rerun(project, force=True) == ALL


def test_a_changed_report_is_put_in_order_without_running_anything(project: Path) -> None:
    report = project / "report"
    sound = content(report)
    (report / "index.html").write_text("edited", encoding="utf-8")
    assert rerun(project) == set()
    (report / "report.md").unlink()
    assert rerun(project) == set()
    assert content(report) == sound


def test_another_report_of_the_same_models_trains_nothing(project: Path) -> None:
    other = project.parent / "other"
    shutil.copytree(project, other, ignore=shutil.ignore_patterns("report"))
    set_key(other / "report.toml", 'author = "C. Student"')
    assert rerun(other) == PAGES


@pytest.mark.parametrize(
    ("change", "stage", "why"),
    [
        (table("models.wide", "epochs = 12"), "train:wide", "epochs 3 -> 12"),
        (table("models.wide", 'optimizer = "sgd"'), "train:wide", "optimizer adam -> sgd"),
        (one_pixel, "data:strokes", "content changed"),
        (one_pixel, "train:wide", "data changed"),
        (key('title = "Other"'), "md", "title changed"),
        (in_file("answers/which.md", "I looked at", "I saw"), "html", "questions changed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_stage_says_why_it_runs_again(
    project: Path, change: Callable[[Path], None], stage: str, why: str
) -> None:
    change(project)
    result = build_project(project / "report.toml", project.parent / "cache")
    (said,) = (each.why for each in result.stages if each.name == stage)
    assert why in said


def test_what_the_store_lost_is_made_again_and_said(project: Path) -> None:
    shutil.rmtree(project.parent / "cache" / "v1" / "training")
    set_key(project / "report.toml", 'title = "Other"')
    result = build_project(project / "report.toml", project.parent / "cache")
    whys = {stage.name: stage.why for stage in result.stages}
    assert whys["train:wide"] == "not in the store"
    assert whys["data:strokes"] == whys["figures"] == ""
