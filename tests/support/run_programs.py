"""Run the programs of reports in one process, and tell what differs from what they record.

``python tests/support/run_programs.py DATA_DIR EPOCHS FOLDER [retrain]`` builds every built-in
assignment, and on the sample small variations too, as notebooks below FOLDER, and executes the
cells of each in a fresh namespace in its folder. DATA_DIR is ``sample`` or a folder with the full
data, EPOCHS a number or ``all``. Standard output is JSON: of each report the cells whose text is
not the recorded one, and the test accuracies; with ``retrain``, those of new trainings.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import types
import warnings
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    os.environ["MPLBACKEND"] = "Agg"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np
from measured import NAMES
from small_datasets import write_folder, write_npz
from small_project import Quiet

from reportgen.config.configuration import Configuration, load_config, with_changes
from reportgen.datasets.load import load_all
from reportgen.datasets.locate import locate
from reportgen.datasets.sources import Search
from reportgen.pipeline.build import BuildOptions, build_report

FEW = 200
HUNDRED = [f"class {k}" for k in range(100)]
GREEK = ["άλφα", "bêta", 'γ "3"', "Δ\\4"]

# Of a small dataset of one's own: [datasets.own] and what else its report.toml says.
VARIATIONS: dict[str, tuple[str, list[str], str]] = {
    "softmax-inside": ("fashion-and-digits", GREEK, 'output = "softmax"'),
    "convolution": (
        "digits-walkthrough",
        GREEK,
        "layers = [{ conv2d = 3 }, { max_pooling2d = 2 }, { dropout = 0.3 }, { dense = 8 }]",
    ),
    "convolution-again": ("formal-response", GREEK, "layers = [{ conv2d = 3 }, { dense = 8 }]"),
    "logits": ("digits-walkthrough", HUNDRED, 'output = "logits"\nvalidation_split = 0.0'),
    "a-split": ("fashion-overview", HUNDRED, "validation_split = 0.25"),
    "no-hidden-layer": ("fashion-and-digits", HUNDRED, "layers = []"),
}


def write_project(folder: Path, name: str, epochs: int | None) -> Path:
    """A configuration of a built-in assignment or of a variation."""
    assignment, classes, settings = VARIATIONS.get(name, (name, [], ""))
    lines = [f'assignment = "{assignment}"', "studies = []"]
    if assignment == "fashion-and-digits-notes" and not epochs:
        lines.pop()  # its text tells what another run is expected to reach
    models = ["fashion"] if assignment == "fashion-overview" else ["digits"]
    models = ["fashion", "digits"] if "fashion-and" in assignment else models
    if classes:
        rng = np.random.default_rng(0)
        arrays = [rng.integers(0, 256, (FEW, 9, 8), np.uint8), np.arange(FEW) % len(classes)] * 2
        arrays = [each.astype(np.uint8) for each in arrays]
        if assignment == "fashion-and-digits":
            write_npz(folder / "own.npz", arrays)
            source = 'npz = "own.npz"'
        else:
            write_folder(folder / "own", arrays, gzipped=assignment == "fashion-overview")
            source = 'dir = "own"'
        names = json.dumps(classes, ensure_ascii=False)
        lines += ["[datasets.own]", source, f"class_names = {names}"]
    for model in models:
        lines.append(f"[models.{model}]")
        lines += [f"epochs = {epochs}"] if epochs else []
        lines += ['dataset = "own"', settings] if classes else []
    path = folder / "report.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def offer_full_data(data_dir: Path) -> None:
    """Let ``keras.datasets`` give the local files."""
    import keras
    from tensorflow import keras as of_tensorflow

    search = Search.on_this_machine(Path("/nonexistent"), data_dir=data_dir, allow_download=False)
    names = ("mnist", "fashion_mnist")
    data = load_all([locate(name, "full", search, {}) for name in names])
    for name in names:
        found = data[name]
        parts = (found.x_train, found.y_train), (found.x_test, found.y_test)
        module = types.SimpleNamespace(load_data=lambda parts=parts: parts)
        for each in (keras, of_tensorflow):
            setattr(each.datasets, name, module)


def changed(config: Configuration, where: str) -> Configuration:
    """The configuration with the data of the command line, as a notebook only."""
    tier = "sample" if where == "sample" else "full"
    data_dir = None if where == "sample" else Path(where)
    return with_changes(
        config, data_dir=data_dir, **{"data.tier": tier, "output.formats": ("ipynb",)}
    )


def run(folder: Path, retrain: bool) -> dict[str, Any]:
    """Execute a notebook's cells in its folder."""
    import keras

    keras.utils.disable_interactive_logging()
    notebook = json.loads((folder / "report.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    namespace: dict[str, Any] = {"__name__": "__main__"}
    differing, accuracies = [], []
    with contextlib.chdir(folder):
        for cell in cells:
            code = "".join(cell["source"])
            if retrain:
                code = code.replace("RETRAIN = False", "RETRAIN = True")
            output = io.StringIO()
            with contextlib.redirect_stdout(output), warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
                exec(compile(code, folder.name, "exec"), namespace)
            recorded = "".join(text for each in cell["outputs"] for text in each["text"])
            if output.getvalue() != recorded:
                differing.append([code, recorded, output.getvalue()])
            if "test_accuracy" in code:
                accuracies.append(float(namespace["test_accuracy"]))
            namespace["plt"].close("all")
    record = json.loads((folder / "evidence.json").read_bytes())
    repeats = record["studies"].get("repeats", {}).get("models", {})
    return {
        "n_cells": len(cells),
        "differing": differing,
        "accuracies": accuracies,
        "measured": [model["test"]["accuracy"] for model in record["models"].values()],
        "ranges": {name: found["new_run_ci95"] for name, found in repeats.items()},
    }


def built(folder: Path, name: str, where: str, epochs: int | None) -> Path:
    """The folder of a report, built with what its program loads beside it."""
    project, out = folder / name, folder / name / "report"
    project.mkdir(parents=True)
    config = load_config(write_project(project, name, epochs))
    options = BuildOptions(folder / "cache", out, allow_download=False)
    build_report(changed(config, where), options, Quiet())
    for own in project.glob("own*"):
        (out / own.name).symlink_to(own)
    return out


def main() -> None:
    where, folder = sys.argv[1], Path(sys.argv[3])
    epochs = None if sys.argv[2] == "all" else int(sys.argv[2])
    if where != "sample":
        offer_full_data(Path(where))
    names = (*NAMES, *(VARIATIONS if where == "sample" else ()))
    retrain = "retrain" in sys.argv
    found = {name: run(built(folder, name, where, epochs), retrain) for name in names}
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
