"""Share datasets, trainings and studies among the reports of a batch."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.datasets.locate import Located
from reportgen.datasets.sources import Search
from reportgen.pipeline.ledger import Ledger, Observer
from reportgen.pipeline.report import ReportJob
from reportgen.pipeline.run import Run
from reportgen.storage.store import Store

if TYPE_CHECKING:
    from reportgen.datasets.dataset import Dataset

MAX_RUNS = 2
MAX_DATASETS = 8


class SharedRuns:
    """The runs of many reports; reports whose plans differ only in their selections share one.

    The runs that were used last are kept with their trained models, and so are the datasets.

    Args:
        store: keeps trainings and studies.
        observer: told of trainings, and of each notice once.
        search_in: says where to look for datasets, given a configuration's data folder.
    """

    def __init__(
        self, store: Store, observer: Observer, search_in: Callable[[Path | None], Search]
    ) -> None:
        self.ledger = Ledger(store, _Once(observer))
        self._search_in = cache(search_in)
        self._runs: OrderedDict[str, Run] = OrderedDict()
        self._located: dict[str, dict[str, Located]] = {}
        self._datasets: OrderedDict[Located, Dataset] = OrderedDict()

    def run(self, job: ReportJob) -> Run:
        """The run of a report; its selections are those of the first report that shares it.

        Raises:
            DataError: a dataset is missing or damaged.
        """
        key, plan, config = run_key(job), job.plan, job.config
        if key in self._runs:
            self._runs.move_to_end(key)
            return self._runs[key]
        ledger = Ledger(self.ledger.store, self.ledger.observer)
        run = job.run(self._search_in(config.data_dir), ledger, self._load)
        place = repr((plan.dataset_names, plan.own_datasets, config.settings.data, config.data_dir))
        if place in self._located:
            run.located = self._located[place]
        else:
            self._located[place] = run.located
        self._runs[key] = run
        while len(self._runs) > MAX_RUNS:
            self._runs.popitem(last=False)
        return run

    def _load(self, wanted: list[Located]) -> dict[str, Dataset]:
        """Datasets by name; only those that are not kept are read."""
        from reportgen.datasets.load import load_all

        missing = [each for each in wanted if each not in self._datasets]
        read = load_all(missing)
        for located in wanted:
            if located.name in read:
                self._datasets[located] = read[located.name]
            self._datasets.move_to_end(located)
        found = {located.name: self._datasets[located] for located in wanted}
        while len(self._datasets) > max(MAX_DATASETS, len(wanted)):
            self._datasets.popitem(last=False)
        return found


def run_key(job: ReportJob) -> str:
    """A key that reports of one run have in common."""
    config = job.config
    return repr((replace(job.plan, selections={}), config.settings.data, config.data_dir))


class _Once(Observer):
    """Passes on what an observer is told: each notice once, and stages never, of thousands."""

    def __init__(self, observer: Observer) -> None:
        vars(self).update(
            notice=cache(observer.notice),
            trainings=observer.trainings,
            epoch=observer.epoch,
            download=observer.download,
        )
