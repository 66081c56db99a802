"""Trains what the store lacks, all at once; of concurrent builds, one trains each job."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from reportgen.pipeline.ledger import Ledger
from reportgen.storage.store import Inputs, key_of
from reportgen.training.checkpoints import StoredCheckpoints
from reportgen.training.results import KIND, pack_trained

if TYPE_CHECKING:
    from reportgen.training.jobs import Checkpoints, EpochEnd, TrainingJob


Packed = tuple[dict[str, bytes], float]
# Trains jobs with a number of threads; gives each one's files for the store and its seconds.
Train = Callable[
    ["Sequence[TrainingJob]", int, "Callable[[EpochEnd], None]", "Checkpoints"], Iterable[Packed]
]


def train_here(
    jobs: Sequence[TrainingJob],
    threads: int,
    on_epoch: Callable[[EpochEnd], None],
    checkpoints: Checkpoints | None,
) -> Iterable[Packed]:
    """Train in this process."""
    from reportgen.training.trainer import train_models

    trained = train_models(jobs, threads=threads, on_epoch=on_epoch, checkpoints=checkpoints)
    return [(pack_trained(each), each.seconds) for each in trained]


def train_missing(
    jobs: Mapping[str, TrainingJob],
    inputs: Mapping[str, Inputs],
    threads: int,
    ledger: Ledger,
    train: Train = train_here,
) -> dict[str, float]:
    """Train jobs and keep their results in the store.

    Each key is locked while it is trained, so that concurrent builds train it once. All
    builds lock in the same order, so that there is no deadlock. Jobs of the same key, such
    as two models that differ in name only, are one training.

    Args:
        jobs: by name.
        inputs: what each depends on, by the same name.
        threads: per TensorFlow operation.
        ledger: holds the store, and is told of every epoch.
        train: trains those that no other build has trained meanwhile.

    Returns:
        Seconds of those that this build trained, by name.

    Raises:
        ConfigError: a network cannot be built from its layers.
        TrainingError: a training failed.
        StoreError: the store cannot be written.
    """
    if not jobs:
        return {}
    store, observer = ledger.store, ledger.observer
    first: dict[str, str] = {}
    for name in jobs:
        first.setdefault(key_of(inputs[name]), name)
    with contextlib.ExitStack() as locks:
        for key, name in sorted(first.items()):
            waiting = f"another build is training {name}; waiting for it."
            locks.enter_context(store.lock(KIND, key, partial(observer.notice, waiting)))
        todo = [name for name in first.values() if ledger.lacks(KIND, inputs[name])]
        observer.trainings({name: jobs[name].settings.epochs for name in todo})
        checkpoints = StoredCheckpoints(store, {name: key for key, name in first.items()})
        results = train([jobs[name] for name in todo], threads, observer.epoch, checkpoints)
        seconds = {}
        for name, (files, seconds[name]) in zip(todo, results, strict=True):
            store.put(KIND, inputs[name], files)
            checkpoints.remove(name)
    return seconds
