"""Which reports of a class the last batch made: the others are kept at home."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportgen.batch.outcomes import BATCH_FILE, DONE, FAILED, BatchRecord, read_batch


@dataclass(frozen=True)
class LeftOut:
    """Why a report is left out.

    Attributes:
        why: in words.
        is_fault: whether somebody has to do something; not so of a student who left.
    """

    why: str
    is_fault: bool


class Belonging:
    """The batches in and around the reports below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._batch = cache(_batch_in)

    def left_out(self, report: Path) -> LeftOut | None:
        """Why a report's folder does not belong into the site; None if it does."""
        inner = report.relative_to(self._folder)
        for around in [self._folder / parent for parent in inner.parents]:
            batch = self._batch(around)
            if batch is not None:
                return _in_batch(batch, report.relative_to(around))
        return None


def _batch_in(folder: Path) -> BatchRecord | None:
    """The batch of a folder; where its record cannot be read, one that says nothing."""
    if os.path.lexists(folder / BATCH_FILE):
        return read_batch(folder) or BatchRecord(None, None)
    return None


def _in_batch(batch: BatchRecord, report: Path) -> LeftOut | None:
    if batch.rows is None:
        why = "its batch does not say who is in the roster. Run reportgen batch again."
        return LeftOut(why, is_fault=True)
    state = batch.rows.get(report.as_posix())
    if state is None:
        return LeftOut(f"it is of nobody in {batch.roster}.", is_fault=False)
    if state == DONE:
        return None
    if state == FAILED:
        return LeftOut("its row failed in the last batch; it is the one before.", is_fault=True)
    why = "the last batch ended before it was made. Run reportgen batch again."
    return LeftOut(why, is_fault=True)
