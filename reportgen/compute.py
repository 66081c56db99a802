"""The first half of a build: data, trainings and studies, until there is evidence.

Everything is looked for in the store first; data are read and TensorFlow is imported
only when something is missing.
"""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reportgen.datasets.locate import Located, locate
from reportgen.datasets.sources import Search
from reportgen.datasets.tiers import choose_tier
from reportgen.errors import StoreError
from reportgen.plan import RunPlan
from reportgen.settings import DataSettings
from reportgen.stages import Ledger
from reportgen.store import Entry, Inputs, key_of, pack_arrays
from reportgen.studies.catalogue import load_study
from reportgen.training_results import KIND, inputs_of_job, training_inputs, unpack_trained
from reportgen.trainings import train_missing
from reportgen.versions import code_digest

if TYPE_CHECKING:
    from reportgen.datasets.dataset import Dataset
    from reportgen.studies.context import StudyContext
    from reportgen.training.jobs import FirstStep, Trained, TrainingJob

_STUDY_CODE = ("studies", "numerics.py", "statistics.py", "training/first_step.py")
_MEASURE_CODE = ("measure.py", "plan.py", "numerics.py", "statistics.py", "studies/context.py")


@dataclass(frozen=True)
class Measured:
    """The evidence's part that comes from models and data, as the store keeps it.

    Attributes:
        record: ``{"models", "images", "comparison", "replacements", "studies"}``.
        entry: the store's entry, with the arrays.
        weights: each model's weights, as the bytes of an NPZ file.
        tier: the tier of the built-in datasets.
    """

    record: dict[str, Any]
    entry: Entry
    weights: dict[str, bytes]
    tier: str


class Computation:
    """One run's data, trainings and studies, each made at most once."""

    def __init__(self, plan: RunPlan, data: DataSettings, search: Search, ledger: Ledger) -> None:
        self.plan = plan
        self.ledger = ledger
        self._data = data
        self._search = search
        self._trained: dict[str, Trained] = {}

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
                self.ledger.inputs[stage] = inputs
                _, timing.reused = self.ledger.look_up("data", inputs, dict)
        return located

    @property
    def tier(self) -> str:
        """``sample`` if any dataset is a sample, ``full`` otherwise."""
        tiers = {located.tier for located in self.located.values()}
        return "sample" if "sample" in tiers else "full"

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """The images and labels, read and checked."""
        from reportgen.datasets.load import load_all

        return load_all(list(self.located.values()))

    @cached_property
    def jobs(self) -> dict[str, TrainingJob]:
        """The training of each model."""
        from reportgen.training.jobs import TrainingJob

        return {
            name: TrainingJob(name, settings, self.datasets[settings.dataset], self.plan.seed)
            for name, settings in self.plan.models.items()
        }

    @cached_property
    def model_inputs(self) -> dict[str, Inputs]:
        """What each model's training depends on."""
        return {
            name: training_inputs(
                settings,
                self.located[settings.dataset].sha256,
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
        return {
            "stage": f"study:{name}",
            "code": code_digest(*_STUDY_CODE),
            "repeats": {model: s.repeats for model, s in self.plan.models.items()},
            "comparison": list(self.plan.comparison or ()),
            "models": self.model_inputs,
            "titles": self._titles,
        }

    def measured_inputs(self) -> Inputs:
        """What the evidence's measured part depends on."""
        return {
            "stage": "evidence",
            "code": code_digest(*_MEASURE_CODE),
            "models": self.model_inputs,
            "titles": self._titles,
            "selections": {name: vars(chosen) for name, chosen in self.plan.selections.items()},
            "comparison": list(self.plan.comparison or ()),
            "studies": {name: key_of(self.study_inputs(name)) for name in self.plan.studies},
        }

    def measured(self) -> Measured:
        """Train, study and measure whatever the store does not have yet.

        Raises:
            ConfigError: a network cannot be built from its layers.
            DataError: data are missing or damaged.
            TrainingError: a training failed.
            StoreError: the store cannot be written.
        """
        entries = self._train_models()
        studies = {name: self._study(name) for name in self.plan.studies}
        shown = [image for found in studies.values() for image in found.pop("images", [])]
        inputs = self.measured_inputs()
        entry, _ = self.ledger.look_up("evidence", inputs, lambda: self._measure(shown))
        record = entry.json("measured.json")
        record["studies"] = studies
        weights = {name: entry_.files["weights.npz"] for name, entry_ in entries.items()}
        return Measured(record, entry, weights, self.tier)

    def stored(self) -> Measured | None:
        """What ``measured`` gives, where all of it is in the store already, without weights."""
        store = self.ledger.store
        entry = store.get("evidence", key_of(self.measured_inputs()))
        found = {n: store.get("study", key_of(self.study_inputs(n))) for n in self.plan.studies}
        studies = {name: study.json("study.json") for name, study in found.items() if study}
        if entry is None or len(studies) < len(found):
            return None
        for study in studies.values():
            study.pop("images", None)
        record = {**entry.json("measured.json"), "studies": studies}
        return Measured(record, entry, {}, self.tier)

    def _measure(self, shown: list[dict[str, Any]]) -> dict[str, bytes]:
        from reportgen.measure import measure

        record, arrays = measure(self.plan, self.jobs, self.trained, shown)
        text = json.dumps(record, ensure_ascii=False, allow_nan=False)
        return {"measured.json": text.encode(), "arrays.npz": pack_arrays(arrays)}

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

    def _train_models(self) -> dict[str, Entry]:
        """Train what is missing, studies' trainings too, all at once; returns the models'."""
        threads, warm_up = self.plan.threads, None
        inputs = dict(self.model_inputs)
        jobs: dict[str, TrainingJob] = {}
        if any(self.ledger.lacks(KIND, needed) for needed in inputs.values()):
            warm_up = threading.Thread(target=_warm_up, daemon=True)
            warm_up.start()
            jobs |= self.jobs
        for name, job in self._jobs_of_studies().items():
            jobs[name], inputs[name] = job, inputs_of_job(job, threads)
        missing = {n: job for n, job in jobs.items() if self.ledger.lacks(KIND, inputs[n])}
        if warm_up:
            warm_up.join()
        seconds = train_missing(missing, inputs, threads, self.ledger)
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
                self.ledger.inputs[f"train:{name}"] = inputs[name]
            self.ledger.record(f"train:{name}", name not in seconds, took, why)
        return entries

    def _context(self) -> StudyContext:
        from reportgen.studies.context import StudyContext

        return StudyContext(self.jobs, comparison=self.plan.comparison)

    def _study(self, name: str) -> dict[str, Any]:
        def make() -> dict[str, bytes]:
            study, context = load_study(name), self._context()
            found = study.measure(
                dataclasses.replace(
                    context,
                    trained=self.trained,
                    extra={job.name: self._trained[job.name] for job in study.plan_jobs(context)},
                    first_steps=self._first_steps(study.plan_first_steps(context)),
                )
            )
            return {"study.json": json.dumps(found, allow_nan=False).encode()}

        entry = self.ledger.stored(f"study:{name}", "study", self.study_inputs(name), make)
        result: dict[str, Any] = entry.json("study.json")
        return result

    def _first_steps(self, models: list[str]) -> dict[str, FirstStep]:
        if not models:
            return {}
        from reportgen.training.first_step import take_first_step

        return {
            name: take_first_step(self.jobs[name], threads=self.plan.threads) for name in models
        }


def _warm_up() -> None:
    from reportgen.training.tensorflow_setup import warm_up

    warm_up()
