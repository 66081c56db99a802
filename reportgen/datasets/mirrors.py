"""Which mirrors answer right now: a quick question before a download begins."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Sequence

from reportgen.datasets.catalogue import PART_FILES, BuiltinDataset


def answering_mirrors(
    datasets: Sequence[BuiltinDataset], seconds: float
) -> dict[str, tuple[str, ...]]:
    """For each dataset's name the mirrors, those first that answered; none if none did.

    All are asked at once, for the head of their smallest file. The answer is there as soon
    as each dataset has a mirror, or no mirror is left, or the time is up.

    Args:
        datasets: what is to be downloaded.
        seconds: how long to wait in all.

    """
    answers: queue.SimpleQueue[tuple[str, str, bool]] = queue.SimpleQueue()
    asked = [(dataset.name, mirror) for dataset in datasets for mirror in dataset.mirrors]
    for name, mirror in asked:
        # A daemon, since a name look-up can outlast any limit and must not delay the exit.
        arguments = (answers, name, mirror, seconds)
        threading.Thread(target=_ask, args=arguments, daemon=True).start()
    good: dict[str, list[str]] = {dataset.name: [] for dataset in datasets}
    deadline = time.monotonic() + seconds
    for _ in asked:
        try:
            name, mirror, answered = answers.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        if answered:
            good[name].append(mirror)
        if all(good.values()):
            break
    return {
        dataset.name: tuple(sorted(dataset.mirrors, key=lambda each: each not in good[name]))
        if good[name := dataset.name]
        else ()
        for dataset in datasets
    }


def _ask(
    answers: queue.SimpleQueue[tuple[str, str, bool]], name: str, mirror: str, seconds: float
) -> None:
    import pooch

    address = f"{mirror.rstrip('/')}/{PART_FILES[3]}.gz"
    try:
        answered = pooch.HTTPDownloader(timeout=seconds)(address, None, None, check_only=True)
    except Exception:  # whatever goes wrong, this mirror does not answer
        answered = False
    answers.put((name, mirror, bool(answered)))
