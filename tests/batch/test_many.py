"""Large classes: no row fails, and memory is flat from the twentieth row on."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest
from batch_project import Watching, run_batch, students, write_class
from small_project import stand_in_for_training

from reportgen.batch.progress import Progress
from reportgen.batch.workers import LocalWorkers

SETTLED_AFTER = 20
ALLOWED_GROWTH = 1.05

pytestmark = [
    pytest.mark.torture,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="/proc tells the memory"),
]


class Weighing(Watching):
    """An observer that notes the memory of all processes after each report."""

    def __init__(self) -> None:
        super().__init__()
        self.kilobytes: list[int] = []

    def reports(self, progress: Progress) -> None:
        processes = [os.getpid(), *(child.pid for child in multiprocessing.active_children())]
        self.kilobytes.append(sum(map(resident_kilobytes, processes)))


def resident_kilobytes(pid: int | None) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


@pytest.mark.parametrize(("n_rows", "pdf"), [(200, True), (1000, False)])
def test_a_large_class_is_made_in_flat_memory(
    n_rows: int, pdf: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in_for_training(monkeypatch)
    roster = write_class(tmp_path, students(n_rows), all_formats=pdf)
    workers, observer = LocalWorkers(2), Weighing()
    try:
        result = run_batch(roster, workers, observer)
    finally:
        workers.close()
    assert len(result.outcomes) == n_rows
    assert not result.failed
    settled = min(observer.kilobytes[SETTLED_AFTER - 1 : SETTLED_AFTER + 2])
    assert max(observer.kilobytes[-5:]) < ALLOWED_GROWTH * settled
