"""Rendering many reports in one process does not take more and more memory."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from small_project import build_project, set_key, stand_in_for_training, write_project

SETTLED_AFTER = 20
ALLOWED_GROWTH = 1.05
STATUS = Path("/proc/self/status")


def resident_kilobytes() -> int:
    """How much memory this process has in use."""
    lines = STATUS.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def render_often(
    folder: Path, n_reports: int, pdf: bool, queue: multiprocessing.queues.Queue[int]
) -> None:
    """Render reports that all differ; tells the memory after each."""
    stand_in_for_training(pytest.MonkeyPatch())
    config = write_project(folder / "project", all_formats=pdf)
    for number in range(n_reports):
        set_key(config, f'author = "Student {number}"')
        build_project(config, folder / "cache")
        queue.put(resident_kilobytes())


def growth(folder: Path, n_reports: int, *, pdf: bool) -> float:
    """Memory after the last report, as a multiple of that after the twentieth."""
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.queues.Queue[int] = context.Queue()
    process = context.Process(target=render_often, args=(folder, n_reports, pdf, queue))
    process.start()
    found = [queue.get(timeout=600) for _ in range(n_reports)]
    process.join()
    assert process.exitcode == 0
    return max(found[-5:]) / min(found[SETTLED_AFTER - 1 : SETTLED_AFTER + 2])


@pytest.mark.skipif(not STATUS.exists(), reason="/proc tells how much memory is in use")
@pytest.mark.parametrize(
    ("n_reports", "pdf"),
    [(40, False), pytest.param(200, True, marks=pytest.mark.torture)],
    ids=["pages", "pages and paper"],
)
def test_memory_does_not_grow_with_the_number_of_reports(
    tmp_path: Path, n_reports: int, pdf: bool
) -> None:
    assert growth(tmp_path, n_reports, pdf=pdf) < ALLOWED_GROWTH
