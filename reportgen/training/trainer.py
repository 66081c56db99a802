"""Trains all models of a report at once, in one process, each in its own thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait

from reportgen.training.architecture import plan_network
from reportgen.training.jobs import Checkpoints, Diverged, EpochEnd, Trained, TrainingJob
from reportgen.training.tensorflow_setup import available_cores, configure


def train_models(
    jobs: Sequence[TrainingJob],
    *,
    threads: int = 1,
    on_epoch: Callable[[EpochEnd], None] | None = None,
    checkpoints: Checkpoints | None = None,
) -> list[Trained | Diverged]:
    """Train and measure all jobs, as many at a time as the cores allow.

    The result of a job depends on the job, the number of threads and the machine, not on
    the other jobs.

    Args:
        jobs: what to train. Those that differ only in seed or data share compiled code.
        threads: threads per TensorFlow operation; for networks of this size, one is fastest.
        on_epoch: called after every epoch, from a training thread, one call at a time.
        checkpoints: gives the state to resume from, and stores one after every epoch.

    Returns:
        One result per job, in the jobs' order; only one that may diverge gives a ``Diverged``.

    Raises:
        ConfigError: a network cannot be built; nothing is trained then.
        TrainingError: a training failed; the others end within a fraction of a second.
    """
    plans = [plan_network(job) for job in jobs]
    if not jobs:
        return []
    configure(threads)
    from reportgen.training.engines import Engines
    from reportgen.training.run import run_training

    halt = threading.Event()
    reporting = threading.Lock()

    def report(epoch_end: EpochEnd) -> None:
        if on_epoch is not None:
            with reporting:
                on_epoch(epoch_end)

    engines = Engines(jobs)
    workers = min(len(jobs), max(1, available_cores() // threads))
    with ThreadPoolExecutor(workers, thread_name_prefix="training") as pool:
        futures = [
            pool.submit(
                run_training,
                job,
                plan,
                engines,
                on_epoch=report,
                checkpoints=checkpoints,
                stopped=halt.is_set,
            )
            for job, plan in zip(jobs, plans, strict=True)
        ]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            halt.set()
            pool.shutdown(cancel_futures=True)
    return _results(futures)


def _results(futures: list[Future[Trained | Diverged]]) -> list[Trained | Diverged]:
    """All results; raises the error of a training that failed, not of those stopped by it."""
    from reportgen.training.run import StoppedError

    for future in futures:
        error = None if future.cancelled() else future.exception()
        if error is not None and not isinstance(error, StoppedError):
            raise error
    return [future.result() for future in futures]
