"""The first half of a build: data, trainings and studies, until there is evidence.

Everything is looked for in the store first; data are read and TensorFlow is imported
only when something is missing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reportgen.config.settings import DataSettings
from reportgen.datasets.locate import Located
from reportgen.datasets.sources import Search
from reportgen.errors import StoreError
from reportgen.pipeline.keys import inputs_of_job
from reportgen.pipeline.ledger import Ledger
from reportgen.pipeline.plan import RunPlan
from reportgen.pipeline.run_inputs import RunInputs
from reportgen.pipeline.train import train_missing
from reportgen.storage.store import Entry, Inputs, key_of
from reportgen.studies.catalogue import load_study
from reportgen.training.results import KIND, unpack_trained

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.datasets.dataset import Dataset
    from reportgen.studies.context import StudyContext
    from reportgen.training.jobs import Trained, TrainingJob


@dataclass(frozen=True)
class Measured:
    """The evidence's part that comes from models and data, as the store keeps it.

    Attributes:
        record: ``{"models", "images", "comparison", "replacements", "studies"}``.
        arrays: the images and weights of ``measure``.
        weights: each model's weights, as the bytes of an NPZ file.
        tier: the tier of the built-in datasets.
    """

    record: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    weights: dict[str, bytes]
    tier: str


class Computation(RunInputs):
    """One run's data, trainings and studies, each made at most once.

    ``load`` reads datasets; the other arguments are those of ``RunInputs``.
    """

    def __init__(
        self,
        plan: RunPlan,
        data: DataSettings,
        search: Search,
        ledger: Ledger,
        load: Callable[[list[Located]], dict[str, Dataset]] | None = None,
    ) -> None:
        super().__init__(plan, data, search, ledger)
        self._load = load
        self._trained: dict[str, Trained] = {}

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """The images and labels, read and checked."""
        from reportgen.datasets.load import load_all

        return (self._load or load_all)(list(self.located.values()))

    def count_images(self, name: str, split: str) -> int:
        """How many images a dataset has in a part, ``train`` or ``test``; it is read for it."""
        dataset = self.datasets[name]
        return len(dataset.x_train if split == "train" else dataset.x_test)

    @cached_property
    def jobs(self) -> dict[str, TrainingJob]:
        """The training of each model."""
        from reportgen.training.jobs import TrainingJob

        return {
            name: TrainingJob(name, settings, self.datasets[settings.dataset], self.plan.seed)
            for name, settings in self.plan.models.items()
        }

    def measured(self, *, keep: bool = True) -> Measured:
        """Train, study and measure whatever the store does not have yet.

        Args:
            keep: whether the store keeps what is measured of the images; trainings and
                studies are kept always.

        Raises:
            ConfigError: a network cannot be built from its layers.
            DataError: data are missing or damaged.
            TrainingError: a training failed.
            StoreError: the store cannot be written.
        """
        weights, studies = self._weights, self._studies
        shown = [image for found in studies.values() for image in found.get("images", [])]
        inputs = self.measured_inputs()
        if keep or not self.ledger.lacks("evidence", inputs):
            entry, _ = self.ledger.look_up("evidence", inputs, lambda: self._measure(shown))
            record, arrays = entry.json("measured.json"), entry.arrays("arrays.npz")
        else:
            record, arrays = self._measure_now(shown)
        return Measured(_with_studies(record, studies), arrays, weights, self.tier)

    def finish(self) -> None:
        """Train and study whatever is missing, so that it is there for other selections too."""
        _ = self.jobs, self._weights, self.trained, self._studies

    @cached_property
    def _weights(self) -> dict[str, bytes]:
        entries = self._train_models()
        return {name: entry.files["weights.npz"] for name, entry in entries.items()}

    @cached_property
    def _studies(self) -> dict[str, dict[str, Any]]:
        return {name: self._study(name) for name in self.plan.studies}

    def stored(self) -> Measured | None:
        """What ``measured`` gives, where all of it is in the store already, without weights."""
        store = self.ledger.store
        entry = store.get("evidence", key_of(self.measured_inputs()))
        found = {n: store.get("study", key_of(self.study_inputs(n))) for n in self.plan.studies}
        studies = {name: study.json("study.json") for name, study in found.items() if study}
        if entry is None or len(studies) < len(found):
            return None
        record = _with_studies(entry.json("measured.json"), studies)
        return Measured(record, entry.arrays("arrays.npz"), {}, self.tier)

    def _measure(self, shown: list[dict[str, Any]]) -> dict[str, bytes]:
        from reportgen.pipeline.measure import pack_measured

        return pack_measured(*self._measure_now(shown))

    def _measure_now(
        self, shown: list[dict[str, Any]]
    ) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
        from reportgen.pipeline.measure import measure

        return measure(self.plan, self.jobs, self.trained, shown)

    @cached_property
    def trained(self) -> dict[str, Trained]:
        """The trained models."""
        return {name: self._trained[name] for name in self.plan.models}

    def _jobs_of_studies(self) -> dict[str, TrainingJob]:
        """The further trainings of all studies that the store does not have."""
        missing = [
            load_study(name)
            for name in self.plan.studies
            if self.ledger.lacks("study", self.study_inputs(name))
        ]
        if not missing:
            return {}
        context = self._context()
        return {job.name: job for study in missing for job in study.plan_jobs(context)}

    def missing_trainings(self) -> dict[str, tuple[TrainingJob, Inputs]]:
        """The trainings that the store lacks, studies' too, each with what it depends on."""
        inputs, missing = self._planned()
        return {name: (job, inputs[name]) for name, job in missing.items()}

    def _planned(self) -> tuple[dict[str, Inputs], dict[str, TrainingJob]]:
        """What each training depends on, and the jobs of those that the store lacks."""
        inputs = dict(self.model_inputs)
        jobs = dict(self.jobs) if self._lacks_a_model() else {}
        for name, job in self._jobs_of_studies().items():
            jobs[name], inputs[name] = job, inputs_of_job(job, self.plan.threads)
        return inputs, {n: job for n, job in jobs.items() if self.ledger.lacks(KIND, inputs[n])}

    def _lacks_a_model(self) -> bool:
        return any(self.ledger.lacks(KIND, needed) for needed in self.model_inputs.values())

    def _train_models(self) -> dict[str, Entry]:
        """Train what is missing, studies' trainings too, all at once; returns the models'."""
        warm_up = None
        if self._lacks_a_model():
            warm_up = threading.Thread(target=_warm_up, daemon=True)
            warm_up.start()
        inputs, missing = self._planned()
        if warm_up:
            warm_up.join()
        seconds = train_missing(missing, inputs, self.plan.threads, self.ledger)
        entries = {}
        for name in inputs:
            start = time.perf_counter()
            entry = self.ledger.store.get(KIND, key_of(inputs[name]))
            if entry is None:
                raise StoreError("the store was cleared while a build was running. Build again.")
            self._trained[name] = unpack_trained(entry, name)
            took = seconds.get(name, time.perf_counter() - start)
            why = self.ledger.why(f"train:{name}", inputs[name])
            if name in self.model_inputs:
                entries[name] = entry
            self.ledger.record(f"train:{name}", name not in seconds, took, why)
        return entries

    def _context(self) -> StudyContext:
        from reportgen.studies.context import StudyContext

        return StudyContext(self.jobs, comparison=self.plan.comparison)

    def _study(self, name: str) -> dict[str, Any]:
        def make() -> dict[str, bytes]:
            from reportgen.studies.run import run_study

            return run_study(name, self._context(), self._trained, self.plan.threads)

        entry = self.ledger.stored(f"study:{name}", "study", self.study_inputs(name), make)
        result: dict[str, Any] = entry.json("study.json")
        return result


def _with_studies(record: dict[str, Any], studies: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The record with what studies found; the images that they show are among its own."""
    found = {
        name: {key: value for key, value in study.items() if key != "images"}
        for name, study in studies.items()
    }
    return {**record, "studies": found}


def _warm_up() -> None:
    from reportgen.training.tensorflow_setup import warm_up

    warm_up()
