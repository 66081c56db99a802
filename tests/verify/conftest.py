"""One report of a student's, made once from a small project, and ways to spoil copies of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
import small_project
from made_up_trained import make_trained
from small_project import build_project, replace_text, set_key, write_project

from reportgen.datasets.catalogue import OwnDataset
from reportgen.datasets.sources import Search
from reportgen.evidence.check import evidence_json
from reportgen.publish.manifest import entries_of
from reportgen.storage.npz import pack_arrays
from reportgen.storage.store import unpack_arrays
from reportgen.training.jobs import Trained, TrainingJob
from reportgen.verify.network import evaluate


def train_consistently(jobs: Sequence[TrainingJob], **options: Any) -> list[Trained]:
    """Like ``train_quickly``, with logits that follow from the weights."""
    quick = small_project.train_quickly(jobs, **options)
    return [make_consistent(job, each, each) for job, each in zip(jobs, quick, strict=True)]


def make_consistent(job: TrainingJob, weighted: Trained, quick: Trained) -> Trained:
    """A training with the weights of one result, the logits that they give, and the history
    of another."""
    test, _ = evaluate(weighted.layers, weighted.weights, job.dataset.x_test)
    fitted = job.dataset.x_train[: job.n_fitted]
    train, _ = evaluate(weighted.layers, weighted.weights, fitted)
    return make_trained(
        job,
        logits_test=test,
        logits_train=train,
        weights=weighted.weights,
        losses=tuple(quick.history["loss"]),
    )


def stand_in(patch: pytest.MonkeyPatch) -> None:
    small_project.stand_in_for_training(patch, train_consistently)


ROSTER = "id,name,seed\ns-1,A. Student,3\ns-2,B. Student,4\n"


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``a``, ``b``: two students' reports; ``render``: one written from evidence alone;
    ``lies``: one with an allowed contradiction; and ``project`` with the roster.
    """
    base = tmp_path_factory.mktemp("made")
    project = base / "project"
    config = write_project(project, all_formats=True)
    replace_text(project / "strokes-assignment/assignment.toml", "images = [1, 2, 3]",
                 'images = "random"\nn = 3')  # fmt: skip
    replace_text(project / "strokes-assignment/assignment.toml", "images = [5]",
                 'images = "random"\nn = 1')  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        stand_in(patch)
        common = (project / "report.toml").read_text(encoding="utf-8")
        for name, id, author, seed in (
            ("a", "s-1", "A. Student", 3),
            ("b", "s-2", "B. Student", 4),
        ):
            set_key(config, f'author = "{author}"')
            set_key(config, f'student_id = "{id}"')
            set_key(config, f"seed = {seed}")
            set_key(config, 'selections = "personal"')
            build_project(config, base / "cache", output=base / name)
        with (project / "answers/which.md").open("a", encoding="utf-8") as file:
            file.write("\nThe wide model has a test accuracy of 99.9 %.\n")
        options: dict[str, Any] = {"output": base / "lies", "allow_contradictions": True}
        build_project(config, base / "cache", **options)
        from reportgen.pipeline.from_evidence import render_evidence

        render_evidence(base / "a", base / "render", None, base / "cache", small_project.Quiet())
    shared = "\n".join(x for x in common.splitlines() if not x.startswith(("author", "title")))
    config.write_text(
        'selections = "personal"\ntitle = "Strokes, and what they mean"\n' + shared,
        encoding="utf-8",
    )
    (project / "class.csv").write_text(ROSTER, encoding="utf-8")
    return base


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of the first student's folder."""
    return Path(shutil.copytree(made / "a", tmp_path / "a"))


@pytest.fixture
def pdf(made: Path, tmp_path: Path) -> Path:
    """A copy of the first student's PDF, alone."""
    return Path(shutil.copy(made / "a/report.pdf", tmp_path / "handed-in.pdf"))


@pytest.fixture
def strokes(made: Path) -> dict[str, OwnDataset]:
    """The data, as whoever verifies knows them."""
    names = ("dash", "pole", "ring")
    npz = made / "project/strokes.npz"
    return {"strokes": OwnDataset("strokes", "strokes", names, npz=npz)}


@pytest.fixture
def search(tmp_path: Path) -> Search:
    return Search(tmp_path / "downloads", tmp_path / "keras", allow_download=False)


def edit_record(folder: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    """Change ``evidence.json``, and make the manifest agree."""
    record = json.loads((folder / "evidence.json").read_bytes())
    edit(record)
    (folder / "evidence.json").write_bytes(evidence_json(record))
    make_manifest_agree(folder, record)


def edit_arrays(folder: Path, edit: Callable[[dict[str, np.ndarray]], None]) -> None:
    """Change ``evidence.npz``, and make the manifest agree."""
    arrays = {k: v.copy() for k, v in unpack_arrays((folder / "evidence.npz").read_bytes()).items()}
    edit(arrays)
    (folder / "evidence.npz").write_bytes(pack_arrays(arrays))
    make_manifest_agree(folder)


def make_manifest_agree(folder: Path, record: dict[str, Any] | None = None) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    files = {name: (folder / name).read_bytes() for name in manifest["files"]}
    manifest["files"] = entries_of(files)
    if record is not None:
        manifest["provenance"] = record["provenance"]
        for name, model in record["models"].items():
            for part in ("train", "test"):
                manifest["models"][name][f"{part}_accuracy"] = model[part]["accuracy"]
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def attach(pdf: Path, files: dict[str, bytes | None]) -> None:
    """Replace or add attachments of a PDF; remove those that are None."""
    with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
        for name, content in files.items():
            if name in opened.attachments:
                del opened.attachments[name]
            if content is not None:
                spec = pikepdf.AttachedFileSpec(opened, content, filename=name)
                opened.attachments[name] = spec
        opened.save(pdf)
