"""What ``reportgen data list``, ``fetch`` and ``verify`` show, as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from reportgen.datasets.catalogue import BuiltinDataset
from reportgen.datasets.download import Progress
from reportgen.datasets.locate import Located, Notify, builtin, find_full, locate
from reportgen.datasets.sources import Search, require_named_folder
from reportgen.datasets.tiers import FULL_WAIT_S, fetch_missing
from reportgen.errors import DataError

if TYPE_CHECKING:
    from reportgen.datasets.dataset import Tier


@dataclass(frozen=True)
class DatasetStatus:
    """One tier of one dataset, as it is on this machine.

    Attributes:
        name, title, tier: which one.
        state: ``ok`` (found, with the right content), ``missing`` or ``damaged``.
        located: where it was found, or None.
        detail: what is wrong, and what to do; empty if all is well.
    """

    name: str
    title: str
    tier: Tier
    state: Literal["ok", "missing", "damaged"]
    located: Located | None = None
    detail: str = ""


def list_datasets(search: Search, *, reread: bool = False) -> list[DatasetStatus]:
    """Every built-in dataset and tier.

    Args:
        search: where to look.
        reread: read every file again, without the memo of digests.

    Raises:
        DataError: the named data folder does not exist.
    """
    require_named_folder(search)
    look = replace(search, memo_file=None) if reread else search
    rows = []
    for dataset in look.builtins.values():
        rows.append(_full_status(dataset, look))
        if dataset.sample is not None:
            rows.append(_sample_status(dataset, look))
    return rows


def fetch_datasets(
    search: Search,
    names: Sequence[str] = (),
    notify: Notify | None = None,
    progress: Progress | None = None,
) -> list[Located]:
    """Download the built-in datasets that are not here in full; return where all are.

    Args:
        search: where to look; its ``data_dir`` is ignored.
        names: which ones; by default all.
        notify: called for each damaged copy that was skipped.
        progress: called as a download proceeds.

    Raises:
        ConfigError: no built-in dataset has one of the names.
        DataError: a download failed.
    """
    unnamed = replace(search, data_dir=None)
    datasets = [builtin(name, unnamed) for name in names or unnamed.builtins]
    missing = [each for each in datasets if find_full(each, unnamed, notify) is None]
    if missing:
        fetch_missing(missing, unnamed, FULL_WAIT_S, progress)
    return [locate(each.name, "full", unnamed) for each in datasets]


def _full_status(dataset: BuiltinDataset, search: Search) -> DatasetStatus:
    notices: list[str] = []
    missing = DatasetStatus(dataset.name, dataset.title, "full", "missing")
    try:
        located = find_full(dataset, search, notices.append)
    except DataError as error:
        return replace(missing, state="damaged", detail=str(error))
    if located is not None:
        detail = "\n".join(notices)
        return replace(missing, state="ok", located=located, detail=detail)
    if notices:
        return replace(missing, state="damaged", detail="\n".join(notices))
    megabytes = round(dataset.download_bytes / 1e6)
    return replace(missing, detail=f"`reportgen data fetch` downloads it ({megabytes} MB).")


def _sample_status(dataset: BuiltinDataset, search: Search) -> DatasetStatus:
    row = DatasetStatus(dataset.name, dataset.title, "sample", "ok")
    try:
        return replace(row, located=locate(row.name, "sample", replace(search, data_dir=None)))
    except DataError as error:
        return replace(row, state="damaged", detail=str(error))
