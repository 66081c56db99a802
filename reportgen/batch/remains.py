"""What a batch's folder holds beside what the batch made: kept, and told of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from reportgen.batch.outcomes import Outcome
from reportgen.batch.progress import BatchObserver
from reportgen.publish.folder import load_manifest
from reportgen.report_folder import older_notice

_MAX_NAMED = 5


def tell_what_stays(
    folder: Path,
    roster: Path,
    outcomes: Sequence[Outcome],
    left: Sequence[str],
    older: Mapping[str, Collection[str]],
    observer: BatchObserver,
) -> None:
    """Tell of reports and documents in the folder that this batch did not make."""
    if left:
        observer.notice(
            f"{_counted(left)} in {folder} of nobody in {roster.name}: {_few(left)}. "
            "What is there is kept, and reportgen site leaves it out."
        )
    failed = [each.row.folder for each in outcomes if each.state == "failed"]
    before = [name for name in failed if load_manifest(folder / name) is not None]
    if before:
        observer.notice(
            f"{_counted(before)} of an earlier batch, whose rows failed now: {_few(before)}. "
            "What is there is kept, and reportgen site leaves it out."
        )
    if older:
        names = {name for some in older.values() for name in some}
        observer.notice(f"in {_counted(older)}: {older_notice(names)}")


def _counted(reports: Collection[str]) -> str:
    return "1 report" if len(reports) == 1 else f"{len(reports):,} reports"


def _few(names: Sequence[str]) -> str:
    more = len(names) - _MAX_NAMED
    return ", ".join(names[:_MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
