"""What a run's results depend on, known without reading data or importing TensorFlow."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

from reportgen.config.settings import DataSettings
from reportgen.datasets.locate import Located, locate
from reportgen.datasets.sources import Search
from reportgen.datasets.tiers import choose_tier
from reportgen.pipeline import keys
from reportgen.pipeline.ledger import Ledger
from reportgen.pipeline.plan import RunPlan, Selection
from reportgen.storage.store import Inputs


class RunInputs:
    """The inputs of one run's data, trainings, studies and measurements.

    Args:
        plan: what is measured.
        data: which tier is asked for.
        search: where datasets are looked for.
        ledger: holds the store and records the stages.
    """

    def __init__(self, plan: RunPlan, data: DataSettings, search: Search, ledger: Ledger) -> None:
        self.plan = plan
        self.ledger = ledger
        self._data = data
        self._search = search

    def with_selections(self, selections: Mapping[str, Selection]) -> Self:
        """The same run with other images to show: it shares all that is known by now."""
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

    @property
    def tier(self) -> str:
        """``sample`` if any dataset is a sample, ``full`` otherwise."""
        tiers = {located.tier for located in self.located.values()}
        return "sample" if "sample" in tiers else "full"

    @cached_property
    def model_inputs(self) -> dict[str, Inputs]:
        """What each model's training depends on."""
        return {
            name: keys.training_inputs(
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
        return keys.study_inputs(name, self.plan, self.model_inputs, self._titles)

    def stage_inputs(self) -> dict[str, Inputs]:
        """What each stage is made from, by the stage's name; the next build compares with it."""
        return {
            **{f"data:{n}": {"content": found.sha256} for n, found in self.located.items()},
            **{f"train:{name}": inputs for name, inputs in self.model_inputs.items()},
            **{f"study:{name}": self.study_inputs(name) for name in self.plan.studies},
        }

    def measured_inputs(self) -> Inputs:
        """What the evidence's measured part depends on."""
        return keys.measured_inputs(self.plan, self.model_inputs, self._titles)
