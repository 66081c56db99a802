"""The same job gives the same bytes: again, beside others, in another process, resumed."""

import hashlib
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from places import SUPPORT
from training_jobs import DIVERGING, bits, make_job, make_patterns, with_epochs

from reportgen.config.model_settings import DenseLayer, DropoutLayer
from reportgen.errors import TrainingError
from reportgen.training.jobs import Checkpoint, Diverged, EpochEnd, Trained, TrainingJob
from reportgen.training.seeds import draw_order
from reportgen.training.trainer import train_models

pytestmark = pytest.mark.slow

WITH_DROPOUT = (DenseLayer(dense=16), DropoutLayer(dropout=0.3))
IN_ANOTHER_PROCESS = """
import hashlib, json, sys
sys.path[:0] = sys.argv[1:]
from test_repeatability import digests, jobs_of_two_kinds
from reportgen.training.trainer import train_models
print(json.dumps([digests(trained) for trained in train_models(jobs_of_two_kinds())]))
"""


def jobs_of_two_kinds() -> list[TrainingJob]:
    return [make_job("plain", seed=3), make_job("dropout", seed=3, layers=WITH_DROPOUT)]


def digests(trained: object) -> dict[str, str]:
    return {name: hashlib.sha256(b).hexdigest() for name, b in bits(trained).items()}


class KeptCheckpoints:
    """Checkpoints in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Checkpoint]] = {}
        self.given: dict[str, Checkpoint] = {}

    def load(self, job: TrainingJob) -> Checkpoint | None:
        return self.given.get(job.name)

    def save(self, job: TrainingJob, checkpoint: Checkpoint) -> None:
        self.kept.setdefault(job.name, []).append(checkpoint)


def test_another_process_gives_the_same_bytes_and_prints_nothing() -> None:
    here = Path(__file__).parent
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(here), str(SUPPORT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    expected = [digests(trained) for trained in train_models(jobs_of_two_kinds())]
    assert json.loads(done.stdout) == expected


@pytest.mark.parametrize("layers", [(DenseLayer(dense=16),), WITH_DROPOUT], ids=["xla", "graph"])
def test_other_jobs_change_nothing(layers: tuple[object, ...]) -> None:
    jobs = [make_job(f"seed {seed}", seed=seed, layers=layers) for seed in range(3)]
    jobs.append(make_job("other data", layers=layers, dataset=make_patterns(draw=1)))
    together = train_models(jobs)
    assert [trained.name for trained in together] == [job.name for job in jobs]
    for job, trained in list(zip(jobs, together, strict=True))[-2:]:
        (alone,) = train_models([job])
        assert bits(alone) == bits(trained)
    assert len({bits(trained)["dense_1/kernel"] for trained in together}) == len(jobs)


@pytest.mark.parametrize(
    "job",
    [
        make_job(epochs=4, layers=WITH_DROPOUT, validation_split=0.2),
        make_job(epochs=4, optimizer="rmsprop", output="softmax", layers=()),
        make_job(epochs=4, engine="fit", layers=WITH_DROPOUT),
    ],
    ids=["dropout-and-split", "rmsprop", "fit"],
)
def test_resuming_gives_the_bytes_of_an_undisturbed_run(job: TrainingJob) -> None:
    undisturbed = KeptCheckpoints()
    (whole,) = train_models([job], checkpoints=undisturbed)
    assert [c.epoch for c in undisturbed.kept[job.name]] == [1, 2, 3, 4]
    for checkpoint in (undisturbed.kept[job.name][1], undisturbed.kept[job.name][3]):
        resumed = KeptCheckpoints()
        resumed.given[job.name] = checkpoint
        (again,) = train_models([job], checkpoints=resumed)
        assert bits(again) == bits(whole)
        epochs = [c.epoch for c in resumed.kept.get(job.name, [])]
        assert epochs == list(range(checkpoint.epoch + 1, 5))


def _wrong_shape(checkpoint: Checkpoint) -> Checkpoint:
    arrays = checkpoint.arrays | {"dense_1/bias": np.zeros(17, np.float32)}
    return replace(checkpoint, arrays=arrays)


def _missing(checkpoint: Checkpoint) -> Checkpoint:
    arrays = {name: a for name, a in checkpoint.arrays.items() if name != "optimizer/iteration"}
    return replace(checkpoint, arrays=arrays)


@pytest.mark.parametrize(
    "damage",
    [
        _wrong_shape,
        _missing,
        lambda checkpoint: replace(checkpoint, epoch=9),
        lambda checkpoint: replace(checkpoint, history={"loss": [1.0]}),
    ],
    ids=["shape", "missing", "epoch", "history"],
)
def test_a_checkpoint_that_does_not_fit_is_not_used(damage: object) -> None:
    job = make_job(layers=WITH_DROPOUT)
    checkpoints = KeptCheckpoints()
    (first,) = train_models([job], checkpoints=checkpoints)
    checkpoints.given["patterns"] = damage(checkpoints.kept["patterns"][0])
    (again,) = train_models([job], checkpoints=checkpoints)
    assert bits(again) == bits(first)


def test_fewer_epochs_are_the_beginning_of_more() -> None:
    job = make_job(epochs=3, layers=WITH_DROPOUT)
    checkpoints = KeptCheckpoints()
    train_models([job], checkpoints=checkpoints)
    (shorter,) = train_models([with_epochs(job, 2)])
    kernel = checkpoints.kept["patterns"][1].arrays["dense_1/kernel"]
    np.testing.assert_array_equal(shorter.weights["dense_1/kernel"], kernel)


def test_every_epoch_of_every_model_is_reported_once() -> None:
    ends: list[EpochEnd] = []
    jobs = [
        make_job("a", epochs=3, layers=WITH_DROPOUT),
        make_job("b", epochs=2, layers=WITH_DROPOUT, validation_split=0.2),
    ]
    a, b = train_models(jobs, on_epoch=ends.append)
    assert [e.epoch for e in ends if e.name == "a"] == [1, 2, 3]
    assert [e.loss for e in ends if e.name == "a"] == a.history["loss"]
    assert [e.val_accuracy for e in ends if e.name == "b"] == b.history["val_accuracy"]
    assert {e.val_loss for e in ends if e.name == "a"} == {None}
    assert all(e.seconds > 0 and e.epochs in (2, 3) for e in ends)


def test_an_interruption_ends_all_trainings_soon() -> None:
    ends: list[EpochEnd] = []

    def stop_at_first(end: EpochEnd) -> None:
        ends.append(end)
        raise KeyboardInterrupt

    jobs = [make_job(name, epochs=1000, layers=WITH_DROPOUT) for name in "abc"]
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        train_models(jobs, on_epoch=stop_at_first)
    assert time.monotonic() - started < 15
    assert len(ends) <= 2


def test_a_failure_ends_the_other_trainings_and_is_what_is_raised() -> None:
    ends: list[EpochEnd] = []
    endless = make_job("endless", epochs=1000, layers=WITH_DROPOUT)
    diverging = make_job("wild", **DIVERGING)
    with pytest.raises(TrainingError, match="model 'wild'"):
        train_models([endless, diverging], on_epoch=ends.append)
    assert len(ends) < 1000


def test_a_training_that_may_diverge_does_so_beside_others() -> None:
    wild = replace(make_job("wild", **DIVERGING), may_diverge=True)
    diverged, trained = train_models([wild, make_job("tame", epochs=1)])
    assert isinstance(diverged, Diverged)
    assert (diverged.name, 1 <= diverged.epoch <= 20) == ("wild", True)
    assert isinstance(trained, Trained)


def test_order_of_images_follows_from_seed_and_epoch() -> None:
    order = draw_order(seed=1, epoch=2, n_images=50)
    assert sorted(order) == list(range(50))
    np.testing.assert_array_equal(order, draw_order(1, 2, 50))
    for seed, epoch in ((1, 3), (2, 2)):
        assert (order != draw_order(seed, epoch, 50)).any()
