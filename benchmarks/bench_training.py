"""Training both default models: reportgen against ``Model.fit`` in a plain script.

Same data, same epochs, same run; each training of a pair of models has a process of its
own, the two kinds in turn. Imports and reading data are not counted on either side;
building, compiling and, for reportgen alone, measuring both models afterwards are.
reportgen trains on two cores at once: on a machine busy with other work look at the
processor time, too.

    python benchmarks/bench_training.py               # 10 epochs, 3 seeds: about 5 minutes
    python benchmarks/bench_training.py --epochs 2 --seeds 1

The data are the full datasets if they are on this machine, otherwise the sample.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean
from typing import Any

from reportgen.config.model_settings import ModelSettings
from reportgen.datasets.dataset import Dataset
from reportgen.datasets.load import load_all
from reportgen.datasets.locate import locate
from reportgen.datasets.sources import Search
from reportgen.datasets.tiers import choose_tier

MODELS = {"digits": "mnist", "fashion": "fashion_mnist"}
RATIO_WANTED = 5.5
POINTS_ALLOWED = 0.5


def load_datasets() -> dict[str, Dataset]:
    """Both datasets, by model name."""
    named = os.environ.get("REPORTGEN_DATA_DIR")
    with tempfile.TemporaryDirectory() as cache:
        search = Search.on_this_machine(
            Path(cache), data_dir=Path(named) if named else None, allow_download=False
        )
        tier = choose_tier(list(MODELS.values()), "auto", search)
        loaded = load_all([locate(name, tier, search) for name in MODELS.values()])
    return {model: loaded[name] for model, name in MODELS.items()}


def train_with_reportgen(datasets: dict[str, Dataset], epochs: int, seed: int) -> dict[str, Any]:
    """Both models by ``train_models``."""
    from reportgen.training.jobs import TrainingJob
    from reportgen.training.tensorflow_setup import warm_up
    from reportgen.training.trainer import train_models

    warm_up()
    jobs = [
        TrainingJob(name, ModelSettings(dataset=data.name, epochs=epochs), data, seed)
        for name, data in datasets.items()
    ]
    started, cpu_started = time.perf_counter(), time.process_time()
    results = train_models(jobs)
    seconds, cpu_seconds = time.perf_counter() - started, time.process_time() - cpu_started
    accuracies = {r.name: r.test_n_correct / r.test_n_total for r in results}
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "test_accuracy": accuracies}


def train_with_fit(datasets: dict[str, Dataset], epochs: int, seed: int) -> dict[str, Any]:
    """Both models as the tutorial trains them, with TensorFlow's own settings."""
    from reportgen.training.tensorflow_setup import warm_up

    warm_up()  # imports TensorFlow without its log lines; its threads stay as they are
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    seconds = cpu_seconds = 0.0
    accuracies = {}
    for name, data in datasets.items():
        x_train, x_test = data.x_train / 255.0, data.x_test / 255.0
        started, cpu_started = time.perf_counter(), time.process_time()
        model = tf.keras.Sequential(
            [
                tf.keras.Input(data.x_train.shape[1:]),
                tf.keras.layers.Flatten(),
                tf.keras.layers.Dense(128, activation="relu"),
                tf.keras.layers.Dense(data.n_classes),
            ]
        )
        model.compile(
            optimizer="adam",
            loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        model.fit(x_train, data.y_train, epochs=epochs, verbose=0)
        seconds += time.perf_counter() - started
        cpu_seconds += time.process_time() - cpu_started
        accuracies[name] = model.evaluate(x_test, data.y_test, verbose=0)[1]
    return {"seconds": seconds, "cpu_seconds": cpu_seconds, "test_accuracy": accuracies}


def run_apart(kind: str, epochs: int, seed: int) -> dict[str, Any]:
    """Train both models in a process of its own."""
    command = [sys.executable, __file__, "--only", kind]
    command += ["--epochs", str(epochs), "--first-seed", str(seed)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    shown = ", ".join(f"{name} {value:.4f}" for name, value in result["test_accuracy"].items())
    times = f"{result['seconds']:6.1f} s (processor {result['cpu_seconds']:6.1f} s)"
    print(f"  seed {seed}  {kind:<9}  {times}  {shown}", flush=True)
    return result


def compare(epochs: int, seeds: range) -> bool:
    """Train with both and print the ratio; whether both targets are met."""
    print(f"training {' and '.join(MODELS)}, {epochs} epochs, {len(seeds)} seeds", flush=True)
    runs: dict[str, list[dict[str, Any]]] = {"reportgen": [], "fit": []}
    for seed in seeds:
        for kind, results in runs.items():
            results.append(run_apart(kind, epochs, seed))
    seconds = {kind: mean(r["seconds"] for r in results) for kind, results in runs.items()}
    ratio: float = seconds["fit"] / seconds["reportgen"]
    print(f"Model.fit / reportgen: {ratio:.2f} times (at least {RATIO_WANTED} wanted)")
    cpu_seconds = {kind: mean(r["cpu_seconds"] for r in results) for kind, results in runs.items()}
    cpu_ratio: float = cpu_seconds["fit"] / cpu_seconds["reportgen"]
    print(f"in processor time: {cpu_ratio:.2f} times")
    met = ratio >= RATIO_WANTED
    for name in MODELS:
        means = {
            kind: mean(r["test_accuracy"][name] for r in results) for kind, results in runs.items()
        }
        points = 100 * (means["reportgen"] - means["fit"])
        print(
            f"mean test accuracy, {name}: reportgen {means['reportgen']:.4f}, fit "
            f"{means['fit']:.4f}, {points:+.2f} points (within {POINTS_ALLOWED} wanted)"
        )
        met = met and abs(points) <= POINTS_ALLOWED
    print("training: targets met" if met else "training: TARGETS MISSED")
    return met


def main() -> int:
    """Run the benchmark, or one training for it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=3, help="how many")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--only", choices=["reportgen", "fit"], help="train once, print JSON")
    options = parser.parse_args()
    if options.only is None:
        seeds = range(options.first_seed, options.first_seed + options.seeds)
        return 0 if compare(options.epochs, seeds) else 1
    train = train_with_reportgen if options.only == "reportgen" else train_with_fit
    print(json.dumps(train(load_datasets(), options.epochs, options.first_seed)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
