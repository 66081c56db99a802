"""One run: its data, trainings, studies and measurements, each made at most once.

Their keys are known without reading data. Every result is looked up in the store first; data
are read and TensorFlow is imported only when something is missing.
"""

from __future__ import annotations

import copy
import dataclasses
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self, cast

from reportgen.config.settings import DataSettings
from reportgen.datasets.locate import Located, locate
from reportgen.datasets.sources import Search
from reportgen.datasets.tiers import choose_tier
from reportgen.errors import StoreError
from reportgen.pipeline import keys
from reportgen.pipeline.ledger import Ledger
from reportgen.pipeline.plan import RunPlan, Selection
from reportgen.pipeline.train import train_missing
from reportgen.storage.store import Entry, Inputs, key_of
from reportgen.studies.catalogue import load_study
from reportgen.training.results import KIND, unpack_trained

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from reportgen.datasets.dataset import Dataset
    from reportgen.evidence.record import MeasuredAndStudies, MeasuredRecord
    from reportgen.studies.context import StudyContext
    from reportgen.training.jobs import Diverged, Trained, TrainingJob


@dataclass(frozen=True)
class Measured:
    """The part of the evidence that comes from models and data, as the store keeps it.

    Attributes:
        record: what was measured of models and data, and what studies found.
        arrays: the images and weights of ``measure``.
        weights: each model's weights, as the bytes of an NPZ file.
    """

    record: MeasuredAndStudies
    arrays: dict[str, NDArray[Any]]
    weights: dict[str, bytes]


class Run:
    """The data, trainings, studies and measurements of a plan.

    Args:
        plan: what is measured.
        data: which tier is asked for.
        search: where datasets are looked for.
        ledger: holds the store and records the stages.
        load: reads datasets; by default each from its files.
    """

    def __init__(
        self,
        plan: RunPlan,
        data: DataSettings,
        search: Search,
        ledger: Ledger,
        load: Callable[[list[Located]], dict[str, Dataset]] | None = None,
    ) -> None:
        self.plan = plan
        self.ledger = ledger
        self._data = data
        self._search = search
        self._load = load
        self._results: dict[str, Trained | Diverged] = {}

    def with_selections(self, selections: Mapping[str, Selection]) -> Self:
        """A copy of this run with other images to show; it shares all results so far."""
        other = copy.copy(self)
        other.plan = dataclasses.replace(self.plan, selections=dict(selections))
        return other

    @cached_property
    def located(self) -> dict[str, Located]:
        """Where each dataset is, all of them in one tier."""
        notify = self.ledger.observer.notice
        tier = choose_tier(
            self.plan.dataset_names,
            self._data.tier,
            self._search,
            self.plan.own_datasets,
            notify,
            self.ledger.observer.download,
        )
        located = {}
        for name in self.plan.dataset_names:
            stage = f"data:{name}"
            with self.ledger.timed(stage) as timing:
                located[name] = locate(name, tier, self._search, self.plan.own_datasets)
                inputs = {"content": located[name].sha256}
                timing.why = self.ledger.why(stage, inputs)
                _, timing.reused = self.ledger.look_up("data", inputs, dict)
        return located

    @cached_property
    def model_inputs(self) -> dict[str, Inputs]:
        """What each model's training depends on."""
        return {
            name: keys.training_inputs(
                settings,
                self.located[settings.dataset].sha256,
                len(self.located[settings.dataset].class_names),
                self.plan.seed,
                self.plan.threads,
            )
            for name, settings in self.plan.models.items()
        }

    @property
    def _titles(self) -> dict[str, list[Any]]:
        return {
            name: [located.title, list(located.class_names), located.tier]
            for name, located in self.located.items()
        }

    def study_inputs(self, name: str) -> Inputs:
        """What a study's result depends on."""
        return keys.study_inputs(name, self.plan, self.model_inputs, self._titles)

    def measured_inputs(self) -> Inputs:
        """What the measured part of the evidence depends on."""
        return keys.measured_inputs(self.plan, self.model_inputs, self._titles)

    def stage_inputs(self) -> dict[str, Inputs]:
        """The inputs of each stage, by the stage's name; the next build compares with them."""
        return {
            **{f"data:{n}": {"content": found.sha256} for n, found in self.located.items()},
            **{f"train:{name}": inputs for name, inputs in self.model_inputs.items()},
            **{f"study:{name}": self.study_inputs(name) for name in self.plan.studies},
        }

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """The images and labels, read and checked."""
        from reportgen.datasets.load import load_all

        return (self._load or load_all)(list(self.located.values()))

    def count_images(self, name: str, split: str) -> int:
        """How many images a dataset has in a part, ``train`` or ``test``; the dataset is read."""
        return len(self.datasets[name].part(split)[0])

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
            keep: whether the store keeps the measurements; it always keeps trainings and
                studies.

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
            entry, _ = self.ledger.look_up("evidence", inputs, lambda: self._pack_measured(shown))
            record, arrays = entry.json("measured.json"), entry.arrays("arrays.npz")
        else:
            record, arrays = self._measure(shown)
        return Measured(_with_studies(record, studies), arrays, weights)

    def finish(self) -> None:
        """Train and study whatever is missing, so that runs with other selections share it."""
        _ = self.jobs, self._weights, self.trained, self._studies

    @cached_property
    def _weights(self) -> dict[str, bytes]:
        entries = self._train_models()
        return {name: entry.files["weights.npz"] for name, entry in entries.items()}

    @cached_property
    def _studies(self) -> dict[str, dict[str, Any]]:
        return {name: self._study(name) for name in self.plan.studies}

    def stored(self) -> Measured | None:
        """What ``measured`` returns, without weights; None if the store lacks any of it."""
        store = self.ledger.store
        entry = store.get("evidence", key_of(self.measured_inputs()))
        found = {n: store.get("study", key_of(self.study_inputs(n))) for n in self.plan.studies}
        studies = {name: study.json("study.json") for name, study in found.items() if study}
        if entry is None or len(studies) < len(found):
            return None
        record = _with_studies(entry.json("measured.json"), studies)
        return Measured(record, entry.arrays("arrays.npz"), {})

    def _pack_measured(self, shown: list[dict[str, Any]]) -> dict[str, bytes]:
        from reportgen.pipeline.measure import pack_measured

        return pack_measured(*self._measure(shown))

    def _measure(
        self, shown: list[dict[str, Any]]
    ) -> tuple[MeasuredRecord, dict[str, NDArray[Any]]]:
        from reportgen.pipeline.measure import measure

        return measure(self.plan, self.jobs, self.trained, shown)

    @cached_property
    def trained(self) -> dict[str, Trained]:
        """The trained models."""
        return {name: cast("Trained", self._results[name]) for name in self.plan.models}

    def missing_trainings(self) -> dict[str, tuple[TrainingJob, Inputs]]:
        """The trainings that the store lacks, those of studies too: job and inputs, by name."""
        inputs, missing = self._planned()
        return {name: (job, inputs[name]) for name, job in missing.items()}

    def _planned(self) -> tuple[dict[str, Inputs], dict[str, TrainingJob]]:
        """The inputs of each training, and the jobs of those that the store lacks."""
        inputs = dict(self.model_inputs)
        jobs = dict(self.jobs) if self._lacks_a_model() else {}
        for name, job in self._jobs_of_studies().items():
            jobs[name], inputs[name] = job, keys.inputs_of_job(job, self.plan.threads)
        return inputs, {n: job for n, job in jobs.items() if self.ledger.lacks(KIND, inputs[n])}

    def _jobs_of_studies(self) -> dict[str, TrainingJob]:
        """The extra trainings of the studies whose results the store lacks."""
        missing = [
            load_study(name)
            for name in self.plan.studies
            if self.ledger.lacks("study", self.study_inputs(name))
        ]
        if not missing:
            return {}
        from reportgen.studies.run import jobs_of

        context = self._context()
        return {job.name: job for study in missing for job in jobs_of(study, context)}

    def _lacks_a_model(self) -> bool:
        return any(self.ledger.lacks(KIND, needed) for needed in self.model_inputs.values())

    def _train_models(self) -> dict[str, Entry]:
        """Train all missing jobs at once, those of studies too; return the models' entries."""
        from reportgen.training.jobs import Diverged

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
            result = self._results[name] = unpack_trained(entry, name)
            took = seconds.get(name, time.perf_counter() - start)
            why = self.ledger.why(f"train:{name}", inputs[name])
            if name in self.model_inputs:
                if isinstance(result, Diverged):  # stored as the training of another's study
                    raise result.error(self.plan.models[name])
                entries[name] = entry
            self.ledger.record(f"train:{name}", name not in seconds, took, why)
        return entries

    def _context(self) -> StudyContext:
        from reportgen.studies.context import StudyContext

        return StudyContext(self.jobs, comparison=self.plan.comparison)

    def _study(self, name: str) -> dict[str, Any]:
        def make() -> dict[str, bytes]:
            from reportgen.studies.run import run_study

            return run_study(name, self._context(), self._results, self.plan.threads)

        entry = self.ledger.stored(f"study:{name}", "study", self.study_inputs(name), make)
        result: dict[str, Any] = entry.json("study.json")
        if "left_out" in result:
            self.ledger.observer.notice(f"the study {name} is left out: {result['left_out']}.")
        return result


def _with_studies(
    record: MeasuredRecord, studies: Mapping[str, dict[str, Any]]
) -> MeasuredAndStudies:
    """The record with the studies' results; it has the images that they show already."""
    from reportgen.studies.run import parted

    made, left_out = parted(studies)
    return {**record, "studies": made, "left_out": left_out}


def _warm_up() -> None:
    from reportgen.training.tensorflow_setup import warm_up

    warm_up()
