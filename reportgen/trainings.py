"""Trainings that the store lacks: made all at once, each by one build only, and kept."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from reportgen.stages import Ledger
from reportgen.store import Inputs, key_of
from reportgen.training_results import KIND, StoredCheckpoints, pack_trained

if TYPE_CHECKING:
    from reportgen.training.jobs import TrainingJob


def train_missing(
    jobs: Mapping[str, TrainingJob], inputs: Mapping[str, Inputs], threads: int, ledger: Ledger
) -> dict[str, float]:
    """Train jobs and keep their results in the store.

    Each key is locked while it is trained, in one order everywhere, so that any number
    of builds train it once and none waits for another in a circle. Jobs of the same
    key, such as two models that differ in name only, are one training.

    Args:
        jobs: by name.
        inputs: what each depends on, by the same name.
        threads: inside an operation of TensorFlow.
        ledger: holds the store, and is told of every epoch.

    Returns:
        Seconds of those that this build trained, by name.

    Raises:
        ConfigError: a network cannot be built from its layers.
        TrainingError: a training failed.
        StoreError: the store cannot be written.
    """
    if not jobs:
        return {}
    from reportgen.training.trainer import train_models

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
        results = train_models(
            [jobs[name] for name in todo],
            threads=threads,
            on_epoch=observer.epoch,
            checkpoints=checkpoints,
        )
        for name, trained in zip(todo, results, strict=True):
            store.put(KIND, inputs[name], pack_trained(trained))
            checkpoints.remove(name)
    return {trained.name: trained.seconds for trained in results}
