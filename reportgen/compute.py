"""The first half of a build: data, trainings and studies, until there is evidence.

Everything is looked for in the store first; data are read and TensorFlow is imported
only when something is missing.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from reportgen.datasets.locate import Located, locate
from reportgen.datasets.sources import Search
from reportgen.datasets.tiers import choose_tier
from reportgen.plan import RunPlan
from reportgen.settings import DataSettings
from reportgen.stages import Ledger
from reportgen.store import Entry, Inputs, key_of, pack_arrays
from reportgen.studies.catalogue import load_study
from reportgen.training_results import (
    KIND,
    StoredCheckpoints,
    inputs_of_job,
    pack_trained,
    training_inputs,
    unpack_trained,
)
from reportgen.versions import code_digest

if TYPE_CHECKING:
    from reportgen.datasets.dataset import Dataset
    from reportgen.training.jobs import Trained, TrainingJob

_STUDY_CODE = ("studies", "numerics.py", "statistics.py")
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
            start = time.perf_counter()
            located[name] = locate(name, tier, self._search, self.plan.own_datasets)
            self.ledger.inputs[f"data:{name}"] = {"sha256": located[name].sha256}
            why = self.ledger.why(f"data:{name}", self.ledger.inputs[f"data:{name}"])
            reused = why == "not in the store"
            self.ledger.record(f"data:{name}", reused, time.perf_counter() - start, why)
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

    def study_inputs(self, name: str) -> Inputs:
        """What a study's result depends on."""
        return {
            "stage": f"study:{name}",
            "code": code_digest(*_STUDY_CODE),
            "repeats": {model: s.repeats for model, s in self.plan.models.items()},
            "models": self.model_inputs,
        }

    def measured_inputs(self) -> Inputs:
        """What the evidence's measured part depends on."""
        return {
            "stage": "evidence",
            "code": code_digest(*_MEASURE_CODE),
            "models": self.model_inputs,
            "titles": {
                name: [located.title, list(located.class_names), located.tier]
                for name, located in self.located.items()
            },
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
        inputs = self.measured_inputs()
        entry, _ = self.ledger.look_up("evidence", inputs, self._measure)
        record = entry.json("measured.json")
        record["studies"] = studies
        weights = {name: entry_.files["weights.npz"] for name, entry_ in entries.items()}
        return Measured(record, entry, weights, self.tier)

    def _measure(self) -> dict[str, bytes]:
        from reportgen.measure import measure

        record, arrays = measure(self.plan, self.jobs, self.trained)
        text = json.dumps(record, ensure_ascii=False, allow_nan=False)
        return {"measured.json": text.encode(), "arrays.npz": pack_arrays(arrays)}

    @cached_property
    def trained(self) -> dict[str, Trained]:
        """The trained models."""
        return {name: self._trained[name] for name in self.plan.models}

    def _train_models(self) -> dict[str, Entry]:
        stages = {f"train:{name}": name for name in self.plan.models}
        for stage, name in stages.items():
            self.ledger.inputs[stage] = self.model_inputs[name]
        missing = [
            name
            for name, inputs in self.model_inputs.items()
            if self.ledger.force or self.ledger.store.get(KIND, key_of(inputs)) is None
        ]
        seconds: dict[str, float] = {}
        if missing:
            warm_up = threading.Thread(target=_warm_up, daemon=True)
            warm_up.start()
            jobs = {name: self.jobs[name] for name in missing}
            warm_up.join()
            seconds = self.train(jobs, {name: self.model_inputs[name] for name in missing})
        entries = {}
        for stage, name in stages.items():
            start = time.perf_counter()
            entry = self.ledger.store.get(KIND, key_of(self.model_inputs[name]))
            assert entry is not None, "just trained"
            entries[name] = entry
            self._trained[name] = unpack_trained(entry, name)
            took = seconds.get(name, time.perf_counter() - start)
            why = self.ledger.why(stage, self.model_inputs[name])
            self.ledger.record(stage, name not in seconds, took, why)
        return entries

    def train(
        self, jobs: Mapping[str, TrainingJob], inputs: Mapping[str, Inputs]
    ) -> dict[str, float]:
        """Train jobs that the store lacks and keep them there; returns seconds by name.

        Each key is locked while it is trained, in one order everywhere, so that any number
        of builds train it once and none waits for another in a circle.
        """
        from reportgen.training.trainer import train_models

        store, observer = self.ledger.store, self.ledger.observer
        keys = {name: key_of(inputs[name]) for name in jobs}
        with contextlib.ExitStack() as locks:
            for name, key in sorted(keys.items(), key=lambda item: item[1]):
                waiting = f"another build is training {name}; waiting for it."
                locks.enter_context(
                    store.lock(KIND, key, lambda text=waiting: observer.notice(text))
                )
            todo = [n for n in jobs if self.ledger.force or store.get(KIND, keys[n]) is None]
            observer.trainings({name: jobs[name].settings.epochs for name in todo})
            checkpoints = StoredCheckpoints(store, keys)
            results = train_models(
                [jobs[name] for name in todo],
                threads=self.plan.threads,
                on_epoch=observer.epoch,
                checkpoints=checkpoints,
            )
            for name, trained in zip(todo, results, strict=True):
                store.put(KIND, inputs[name], pack_trained(trained))
                checkpoints.remove(name)
        return {trained.name: trained.seconds for trained in results}

    def _study(self, name: str) -> dict[str, Any]:
        def make() -> dict[str, bytes]:
            from reportgen.studies.context import StudyContext

            study = load_study(name)
            context = StudyContext(self.jobs, self.trained, {})
            extra = self._train_extra(study.plan_jobs(context))
            found = study.measure(dataclasses.replace(context, extra=extra))
            return {"study.json": json.dumps(found, allow_nan=False).encode()}

        entry = self.ledger.stored(f"study:{name}", "study", self.study_inputs(name), make)
        result: dict[str, Any] = entry.json("study.json")
        return result

    def _train_extra(self, jobs: list[TrainingJob]) -> dict[str, Trained]:
        """What a study's own trainings gave, each from the store if it is there."""
        by_name = {job.name: job for job in jobs}
        inputs = {name: inputs_of_job(job, self.plan.threads) for name, job in by_name.items()}
        store = self.ledger.store
        missing = {
            name: job
            for name, job in by_name.items()
            if self.ledger.force or store.get(KIND, key_of(inputs[name])) is None
        }
        if missing:
            self.train(missing, inputs)
        entries = {name: store.get(KIND, key_of(inputs[name])) for name in by_name}
        return {name: unpack_trained(entry, name) for name, entry in entries.items() if entry}


def _warm_up() -> None:
    from reportgen.training.tensorflow_setup import warm_up

    warm_up()
