"""Run the listings of all built-in reports, each report's as one program, and tell what came out.

``python tests/support/run_listings.py DATA_DIR EPOCHS`` trains the models of every assignment with
reportgen, writes the reports, and executes their listings in order, in fresh namespaces.
DATA_DIR is ``sample`` or a folder with the full data, EPOCHS a number or ``all``. Standard
output is JSON: for each assignment what was promised and what the code gave.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import sys
import types
import warnings
from pathlib import Path
from typing import Any

os.environ["MPLBACKEND"] = "Agg"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

from measured import NAMES, measure_assignment
from reading import listings

from reportgen.answers.compose import compose
from reportgen.config.assignments import load_assignment
from reportgen.datasets.dataset import Dataset
from reportgen.datasets.load import load_all
from reportgen.datasets.locate import locate
from reportgen.datasets.sources import Search
from reportgen.training.jobs import Trained, TrainingJob

EXPECTED = re.compile(r"^print\(.*\)\s+# (.+)$", re.MULTILINE)


def datasets(where: str) -> dict[str, Dataset]:
    search = Search.on_this_machine(
        Path("/nonexistent"), data_dir=None if where == "sample" else Path(where),
        allow_download=False,
    )  # fmt: skip
    tier = "sample" if where == "sample" else "full"
    located = [locate(name, tier, search, {}) for name in ("mnist", "fashion_mnist")]
    return load_all(located)


TRAINED: dict[str, Trained] = {}


def train(jobs: list[TrainingJob]) -> list[Trained]:
    """Train jobs, each setting only once for all assignments."""
    from reportgen.training.trainer import train_models

    keys = [repr((job.settings.model_copy(update={"repeats": 1}), job.seed)) for job in jobs]
    missing = {key: job for key, job in zip(keys, jobs, strict=True) if key not in TRAINED}
    if missing:
        TRAINED.update(zip(missing, train_models(list(missing.values())), strict=True))
    return [TRAINED[key] for key in keys]


def offer(data: dict[str, Dataset]) -> None:
    """Let ``keras.datasets`` give the images that the reports were made from."""
    import keras

    keras.utils.disable_interactive_logging()
    for name, dataset in data.items():
        parts = ((dataset.x_train, dataset.y_train), (dataset.x_test, dataset.y_test))
        module = types.SimpleNamespace(load_data=lambda parts=parts: parts)
        setattr(keras.datasets, name, module)


def run(name: str, data: dict[str, Dataset], epochs: int | None) -> dict[str, Any]:
    assignment = load_assignment(name, Path())
    models = assignment.settings.models
    changes = {"models": {model: {"epochs": epochs} for model in models}} if epochs else {}
    evidence = measure_assignment(assignment, changes, data, train)
    composition = compose(evidence, assignment)
    derived = composition.evidence.record["derived"]["models"]
    namespace: dict[str, Any] = {"__name__": "__main__"}
    promised, printed, accuracies = [], [], []
    for code in listings(composition.report):
        output = io.StringIO()
        with contextlib.redirect_stdout(output), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")
            exec(compile(code, name, "exec"), namespace)
        promised += EXPECTED.findall(code)
        printed += output.getvalue().splitlines()
        if "test_accuracy" in code:
            accuracies.append(float(namespace["test_accuracy"]))
        if "plt" in namespace:
            namespace["plt"].close("all")
    return {
        "promised": promised,
        "printed": printed,
        "accuracies": accuracies,
        "ranges": {model: derived[model]["rerun_accuracy"] for model in models},
        "parameters": int(namespace["model"].count_params()),
    }


def main() -> None:
    where, epochs = sys.argv[1], None if sys.argv[2] == "all" else int(sys.argv[2])
    data = datasets(where)
    offer(data)
    json.dump({name: run(name, data, epochs) for name in NAMES}, sys.stdout)


if __name__ == "__main__":
    main()
