"""A whole report in a second: a small assignment on a small dataset, and made-up training.

The assignment asks little of everything that a build does: two models, selections, facts,
figures, a comparison. ``train_quickly`` stands in for TensorFlow: what it gives follows
from the job alone, epoch by epoch, and it keeps checkpoints as the real one does.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_up_trained import make_trained, random_weights
from small_datasets import small_arrays, write_npz

from reportgen.config.configuration import load_config
from reportgen.pipeline.build import BuildOptions, BuildResult, build_report
from reportgen.pipeline.ledger import Stage
from reportgen.publish.manifest import entries_of, make_manifest
from reportgen.report_folder import FORMATS, MANIFEST_FILE
from reportgen.training.jobs import Checkpoint, Checkpoints, EpochEnd, Trained, TrainingJob

ASSIGNMENT = """\
title = "Strokes"
summary = "Two models on small images"
comparison = ["wide", "narrow"]

[models.wide]
dataset = "strokes"
layers = [{ dense = 8 }]
epochs = 3

[models.narrow]
dataset = "strokes"
layers = [{ dense = 4 }]
epochs = 2

[selections.shown]
model = "wide"
split = "train"
images = [1, 2, 3]

[selections.predicted]
model = "narrow"
images = [5]

[[questions]]
id = "images"
heading = "Some images"
kind = "show"
prompt = "Show images."
requires = [{ says = "images", figure = "image_grid" }]

[[questions]]
id = "which"
heading = "Which is better?"
kind = "compare"
prompt = "Which model is more accurate?"
"""
IMAGES = """\
{% set shown = images("shown") %}
Here are {{ fact("derived.selections.shown.n") | count }} images.

{% call figure("image_grid", id="grid", selection="shown") %}Images with their labels.{% endcall %}

{% call figure("confusion_matrix", id="matrix", model="wide") %}What is taken for what.{% endcall %}
"""
WHICH = """\
{% set c = comparison() %}
{% if c.verdict == "indistinguishable" %}The two cannot be told apart.
{%- else %}One is better.{% endif %} The difference is {{ c.size | points }}.

The test accuracy is {{ model("wide").test.accuracy | percent(2) }} after
{{ model("wide").training.epochs | count }} epochs.
"""
REPORT = """\
title = "Strokes, and what they mean"
author = "A. Student"
assignment = "./strokes-assignment"

[datasets.strokes]
npz = "strokes.npz"
class_names = ["dash", "pole", "ring"]

[output]
formats = ["html", "md"]
"""
PROSE = "I looked at the images. There are {{ fact('models.wide.test.n_total') | count }}.\n"


def report_toml(*, all_formats: bool = False) -> str:
    """The text of the project's ``report.toml``."""
    return REPORT.replace('["html", "md"]', json.dumps([*FORMATS])) if all_formats else REPORT


def write_project(folder: Path, *, all_formats: bool = False, author: str = "A. Student") -> Path:
    """Write the project; returns its ``report.toml``."""
    assignment = folder / "strokes-assignment"
    assignment.mkdir(parents=True)
    (assignment / "assignment.toml").write_text(ASSIGNMENT, encoding="utf-8")
    (assignment / "images.md").write_text(IMAGES, encoding="utf-8")
    (assignment / "which.md").write_text(WHICH, encoding="utf-8")
    write_npz(folder / "strokes.npz", small_arrays(300, 100, (8, 6)))
    (folder / "answers").mkdir()
    prose = "---\nposition: before\n---\n" + PROSE
    (folder / "answers" / "which.md").write_text(prose, encoding="utf-8")
    text = report_toml(all_formats=all_formats).replace("A. Student", author)
    config = folder / "report.toml"
    config.write_text(text, encoding="utf-8")
    return config


def replace_text(path: Path, old: str, new: str) -> None:
    """Change a file; the text must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def set_key(config: Path, line: str) -> None:
    """Add a line to the top of a configuration, in place of one with the same key."""
    key = line.partition("=")[0]
    lines = config.read_text(encoding="utf-8").splitlines()
    kept = [each for each in lines if not each.startswith(key)]
    config.write_text("\n".join([line, *kept]) + "\n", encoding="utf-8")


class Quiet:
    """An observer that keeps what it is told."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self.epochs: list[EpochEnd] = []

    def notice(self, text: str) -> None:
        self.notices.append(text)

    def stage(self, stage: Stage) -> None: ...

    def trainings(self, epochs: Any) -> None: ...

    def epoch(self, end: EpochEnd) -> None:
        self.epochs.append(end)

    def download(self, title: str, received: int, total: int) -> None: ...


def build_project(
    config: Path, cache_dir: Path, observer: Quiet | None = None, **options: Any
) -> BuildResult:
    """Build as the command does, into ``report/`` beside the configuration unless told."""
    given = {"output": config.parent / "report", "allow_download": False, **options}
    return build_report(load_config(config), BuildOptions(cache_dir, **given), observer or Quiet())


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its relative name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def make_manifest_agree(folder: Path) -> None:
    """Forge the manifest of a report, so that it agrees with the files as they are now."""
    manifest = json.loads((folder / MANIFEST_FILE).read_bytes())
    files = {name: (folder / name).read_bytes() for name in manifest.pop("files")}
    (folder / MANIFEST_FILE).write_bytes(make_manifest(entries_of(files), manifest))


def train_quickly(
    jobs: Sequence[TrainingJob],
    *,
    threads: int = 1,
    on_epoch: Callable[[EpochEnd], None] | None = None,
    checkpoints: Checkpoints | None = None,
    stop: object = None,
    epoch_seconds: float = 0.0,
) -> list[Trained]:
    """What ``train_models`` does, without learning anything."""
    return [_train(job, on_epoch, checkpoints, epoch_seconds) for job in jobs]


def _train(
    job: TrainingJob,
    on_epoch: Callable[[EpochEnd], None] | None,
    checkpoints: Checkpoints | None,
    epoch_seconds: float,
) -> Trained:
    found = checkpoints.load(job) if checkpoints else None
    start = _digest([job.settings.model_dump(mode="json"), job.seed, job.dataset.sha256])
    done = found or Checkpoint(0, {"state": start}, {"accuracy": [], "loss": []})
    state, history, total = done.arrays["state"], done.history, job.settings.epochs
    for epoch in range(done.epoch + 1, total + 1):
        time.sleep(epoch_seconds)
        state = _digest([epoch, state.tolist()])
        history = {"accuracy": [*history["accuracy"], 0.5], "loss": [*history["loss"], 1 / epoch]}
        if checkpoints:
            checkpoints.save(job, Checkpoint(epoch, {"state": state}, history))
        if on_epoch:
            on_epoch(EpochEnd(job.name, epoch, total, 1 / epoch, 0.5, None, None, epoch_seconds))
    rng = np.random.default_rng(state)
    n_classes = job.dataset.n_classes
    return make_trained(
        job,
        logits_test=rng.normal(0.0, 2.0, (len(job.dataset.x_test), n_classes)),
        logits_train=rng.normal(0.0, 2.0, (job.n_fitted, n_classes)),
        weights=random_weights(job, rng),
        losses=tuple(history["loss"]),
    )


def _digest(value: object) -> np.ndarray[Any, np.dtype[np.uint8]]:
    content = json.dumps(value, sort_keys=True).encode()
    return np.frombuffer(hashlib.sha256(content).digest(), dtype=np.uint8).copy()


def stand_in_for_training(
    patch: pytest.MonkeyPatch, train_models: Callable[..., list[Trained]] = train_quickly
) -> None:
    """Put ``train_quickly``, or another function, in the place of TensorFlow."""
    patch.setattr("reportgen.pipeline.run._warm_up", lambda: None)
    patch.setattr("reportgen.training.trainer.train_models", train_models)


def stand_in_for_training_and_paper(patch: pytest.MonkeyPatch) -> None:
    """No TensorFlow, and a PDF without pages."""
    stand_in_for_training(patch)
    patch.setattr("reportgen.render.pdf.render_pdf", lambda *args, **kwargs: b"%PDF-1.7\n")


if __name__ == "__main__":  # the command line, with quick training
    from reportgen.cli import main

    stand_in_for_training(pytest.MonkeyPatch())
    main()


def remove_deep(folder: Path) -> None:
    """Remove a folder in a folder in a folder ..., too deep for anything else."""
    while inner := next(folder.iterdir(), None):
        aside = folder.with_name("aside")
        inner.rename(aside)
        folder.rmdir()
        aside.rename(folder)
    folder.rmdir()
