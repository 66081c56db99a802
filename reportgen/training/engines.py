"""The two engines that run epochs, and how trainings of the same network share one."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from reportgen.training.architecture import NetworkPlan
from reportgen.training.compiled import CompiledEpochs
from reportgen.training.fit import FitEpochs
from reportgen.training.jobs import TrainingJob
from reportgen.training.models import Network


class Engine(Protocol):
    """Runs epochs of one network."""

    network: Network

    def load(self, job: TrainingJob) -> None:
        """Set the images and labels that the next epochs train on."""

    def run(self, order: NDArray[np.int32], stopped: Callable[[], bool]) -> tuple[float, float]:
        """Train one epoch and return its running mean loss and accuracy.

        ``order`` holds the images' numbers: int32, shape (n_fitted,). Once ``stopped()`` is
        true, the epoch ends early, and the values mean nothing.
        """


class Engines:
    """Lends engines to jobs, and keeps those that another job can use.

    Tracing and compiling takes more than a second. Jobs that differ only in seed, data or
    epochs therefore reuse an engine, with every variable set again.
    """

    def __init__(self, jobs: Iterable[TrainingJob]) -> None:
        self._waiting = Counter(_kind_of_job(job) for job in jobs)
        self._idle: dict[Hashable, list[Engine]] = {}
        self._lock = threading.Lock()
        self._building = threading.Lock()  # tracing holds the interpreter lock anyway

    def take(self, job: TrainingJob, plan: NetworkPlan) -> Engine:
        """Return an engine in the job's initial state, with the job's data."""
        kind = _kind_of_job(job)
        with self._lock:
            self._waiting[kind] -= 1
            idle = self._idle.get(kind)
            engine = idle.pop() if idle else None
        with self._building:
            network = Network(plan, job.settings, job.seed)
            if engine is None:
                build = FitEpochs if job.settings.engine == "fit" else CompiledEpochs
                engine = build(network, job)
            elif not engine.network.restore(network.state()):
                raise AssertionError("networks of one plan have the same variables")
        engine.load(job)
        return engine

    def give_back(self, job: TrainingJob, engine: Engine) -> None:
        """Keep the engine if a job still waits for one of its kind."""
        kind = _kind_of_job(job)
        with self._lock:
            idle = self._idle.setdefault(kind, [])
            if len(idle) < self._waiting[kind]:
                idle.append(engine)
            else:
                idle.clear()


def _kind_of_job(job: TrainingJob) -> Hashable:
    """Everything that an engine depends on: all but data, seed and number of epochs."""
    settings = job.settings.model_copy(update={"dataset": "any", "epochs": 1, "repeats": 1})
    return settings, job.pairing, job.image_shape, job.dataset.n_classes, job.n_fitted
