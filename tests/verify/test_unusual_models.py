"""Models that diverged, died or were hardly tested: honest all the same, and judged so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import small_project
from made_up_trained import make_trained, random_weights
from numpy.typing import NDArray
from small_datasets import small_arrays, write_npz
from small_project import build_project, write_project
from verify.conftest import edit_arrays, make_consistent

from reportgen.datasets.catalogue import OwnDataset
from reportgen.datasets.sources import Search
from reportgen.verify.verify import check_submission
from reportgen.verify.weights import check_weights_and_data

Weights = dict[str, NDArray[np.float32]]


def scaled(by: float, part: str = "") -> Callable[[Weights], Weights]:
    return lambda weights: {
        name: values * np.float32(by) if part in name else values
        for name, values in weights.items()
    }


MODELS: dict[str, tuple[Callable[[Weights], Weights], int]] = {
    "weights beyond float16": (scaled(1e6), 100),
    "one array beyond float16": (scaled(1e7, "dense_2/bias"), 100),
    "huge but finite logits": (scaled(1e12), 100),
    "tiny weights": (scaled(1e-7), 100),
    "all outputs equal": (scaled(0.0), 100),
    "hidden layers dead": (scaled(-1000.0, "dense/"), 100),
    "three test images": (scaled(1.0), 3),
}


def build_with(patch: pytest.MonkeyPatch, base: Path, change: Callable[[Weights], Weights]) -> Path:
    def train(jobs: Any, **options: Any) -> Any:
        quick = small_project.train_quickly(jobs, **options)
        rng = np.random.default_rng(0)
        changed = [make_trained(job, weights=change(random_weights(job, rng))) for job in jobs]
        return [
            make_consistent(job, *pair) for job, *pair in zip(jobs, changed, quick, strict=True)
        ]

    small_project.stand_in_for_training(patch, train)
    build_project(base / "report.toml", base / "cache", output=base / "report")
    return base / "report"


@pytest.mark.parametrize(("change", "n_test"), MODELS.values(), ids=MODELS.keys())
def test_an_honest_report_of_an_unusual_model_agrees(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    search: Search,
    change: Callable[[Weights], Weights],
    n_test: int,
) -> None:
    write_project(tmp_path)
    if n_test < 6:
        small_project.replace_text(
            tmp_path / "strokes-assignment/assignment.toml", "images = [5]", "images = [1]"
        )
    write_npz(tmp_path / "strokes.npz", small_arrays(300, n_test, (8, 6)))
    folder = build_with(monkeypatch, tmp_path, change)
    checked = check_submission(folder)
    own = {
        "strokes": OwnDataset("strokes", "strokes", ("dash", "pole", "ring"),
                              npz=tmp_path / "strokes.npz")
    }  # fmt: skip
    weights = check_weights_and_data(checked.evidence, checked.weights, search, own)
    of_evidence = check_weights_and_data(checked.evidence, {}, search, own)
    for level in (*checked.levels, weights, of_evidence):
        assert (level.status, level.differences) == ("ok", ())


def test_weights_in_float32_that_fit_into_float16_were_put_in(folder: Path) -> None:
    def widen(arrays: dict[str, np.ndarray]) -> None:
        arrays["weights/wide/dense_2/bias"] = arrays["weights/wide/dense_2/bias"].astype(np.float32)

    edit_arrays(folder, widen)
    (found,) = (level for level in check_submission(folder).levels if level.name == "evidence")
    assert [each.place for each in found.differences] == ["evidence.npz, weights/wide/dense_2/bias"]
