"""Make all trainings that a batch lacks: each distinct one once, many at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reportgen.batch.roster import RosterRow
from reportgen.batch.shared import SharedRuns, run_key
from reportgen.batch.tasks import train_model
from reportgen.batch.workers import Workers, WorkersGoneError
from reportgen.errors import ReportgenError, StoreError, TrainingError
from reportgen.pipeline.dry_run import dry_run
from reportgen.pipeline.report import ReportJob
from reportgen.pipeline.train import Packed, Train, train_here, train_missing
from reportgen.storage.store import Inputs, key_of

if TYPE_CHECKING:
    from reportgen.training.jobs import TrainingJob

# Results of one round are in memory together.
MAX_AT_ONCE = 16


@dataclass(frozen=True, eq=False)
class _Wanted:
    """A training that the store lacks, and the run that it is for."""

    run: str
    job: TrainingJob
    inputs: Inputs
    threads: int


def train_all(
    rows: Sequence[RosterRow], shared: SharedRuns, workers: Workers
) -> dict[str, ReportgenError]:
    """Make every training that the rows need and the store lacks.

    Args:
        rows: one of each run and assignment is enough.
        shared: their runs.
        workers: train the models if ``workers.train``; otherwise this process does.

    Returns:
        The error of each run that failed, by its key; other runs are complete.

    Raises:
        StoreError: the store cannot be written.
    """
    failed: dict[str, ReportgenError] = {}
    train = _train_on(workers) if workers.train else train_here
    for some in _rounds(_wanted(rows, shared, failed), max(MAX_AT_ONCE, 2 * workers.n)):
        _train(some, shared, train, failed)
    return failed


def _wanted(
    rows: Iterable[RosterRow], shared: SharedRuns, failed: dict[str, ReportgenError]
) -> Iterator[_Wanted]:
    """The missing trainings, each once; a dry run checks the templates before them."""
    seen: set[str] = set()
    for row in rows:
        # The prose of one student is checked with that student's row.
        job = ReportJob(dataclasses.replace(row.config, prose={}), row.assignment)
        key = run_key(job)
        try:
            run = shared.run(job)
            missing = run.missing_trainings()
            if missing:
                dry_run(job, run.with_selections(job.plan.selections))
        except StoreError:
            raise
        except ReportgenError as error:
            failed[key] = error
            continue
        for training, inputs in missing.values():
            if key_of(inputs) not in seen:
                seen.add(key_of(inputs))
                yield _Wanted(key, training, inputs, job.plan.threads)


def _rounds(wanted: Iterable[_Wanted], size: int) -> Iterator[list[_Wanted]]:
    """Trainings in groups of the same number of threads."""
    some: list[_Wanted] = []
    for each in wanted:
        if some and (len(some) == size or each.threads != some[0].threads):
            yield some
            some = []
        some.append(each)
    if some:
        yield some


def _train(
    wanted: list[_Wanted], shared: SharedRuns, train: Train, failed: dict[str, ReportgenError]
) -> None:
    """Train all together; if one fails, halve the runs until the one that fails is found."""
    names = _names([each.job.name for each in wanted])
    jobs = {
        name: dataclasses.replace(each.job, name=name)
        for name, each in zip(names, wanted, strict=True)
    }
    inputs = {name: each.inputs for name, each in zip(names, wanted, strict=True)}
    try:
        train_missing(jobs, inputs, wanted[0].threads, shared.ledger, train)
    except (StoreError, WorkersGoneError):
        raise
    except ReportgenError as error:
        runs = list(dict.fromkeys(each.run for each in wanted))
        if len(runs) == 1:
            failed[runs[0]] = error
            return
        first = set(runs[: len(runs) // 2])
        _train([each for each in wanted if each.run in first], shared, train, failed)
        _train([each for each in wanted if each.run not in first], shared, train, failed)


def _names(given: Sequence[str]) -> list[str]:
    """Distinct names: trainings of the same name are numbered."""
    counts: dict[str, int] = {}
    names = []
    for name in given:
        counts[name] = counts.get(name, 0) + 1
        names.append(name if given.count(name) == 1 else f"{name} #{counts[name]}")
    return names


def _train_on(workers: Workers) -> Train:
    """A ``Train`` that runs each training as a task of the workers."""

    def train(jobs: Sequence[TrainingJob], threads: int, *_: object) -> Iterator[Packed]:
        futures = [
            workers.submit(
                train_model,
                workers.share(job.dataset),
                {name: value for name, value in vars(job).items() if name != "dataset"},
                threads,
            )
            for job in jobs
        ]
        for job, future in zip(jobs, futures, strict=True):
            try:
                yield future.result()
            except workers.lost:
                raise TrainingError(
                    f"model {job.name!r}: every worker that trained it died, of too little memory "
                    "or from outside."
                ) from None

    return train
