"""What ``reportgen data list``, ``fetch`` and ``verify`` show, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from reportgen.datasets.catalogue import BuiltinDataset, OwnDataset
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
        origin: what kind of place it was found in; empty if it was not.
        files: its files; none if it was not found.
        n_bytes: their size on disk.
        sha256: the digest of the content; empty if it was not found.
        detail: what is wrong, and what to do; empty if all is well.
    """

    name: str
    title: str
    tier: Tier
    state: Literal["ok", "missing", "damaged"]
    origin: str = ""
    files: tuple[Path, ...] = ()
    n_bytes: int = 0
    sha256: str = ""
    detail: str = ""


def list_datasets(
    search: Search, own: Mapping[str, OwnDataset] | None = None, *, reread: bool = False
) -> list[DatasetStatus]:
    """Every dataset and tier: the built-in ones, then the user's own.

    Args:
        search: where to look.
        own: the user's own datasets, by name.
        reread: read every file again, without the memo of digests, and check the arrays of
            the user's own datasets against their class names.

    Raises:
        DataError: the named data folder does not exist.
    """
    require_named_folder(search)
    look = replace(search, memo_file=None) if reread else search
    rows = []
    for dataset in look.builtins.values():
        rows.append(_full_status(dataset, look))
        if dataset.sample is not None:
            rows.append(_status(dataset.name, dataset.title, "sample", look, own))
    for each in (own or {}).values():
        row = _status(each.name, each.title, "own", look, own)
        rows.append(_loaded(row, look, own or {}) if reread and row.state == "ok" else row)
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
        return replace(_found(located), detail="\n".join(notices))
    if notices:
        return replace(missing, state="damaged", detail="\n".join(notices))
    megabytes = round(dataset.download_bytes / 1e6)
    return replace(missing, detail=f"`reportgen data fetch` downloads it ({megabytes} MB).")


def _status(
    name: str, title: str, tier: Tier, search: Search, own: Mapping[str, OwnDataset] | None
) -> DatasetStatus:
    try:
        unnamed = replace(search, data_dir=None)
        return _found(locate(name, "sample", unnamed, own))
    except DataError as error:
        return DatasetStatus(name, title, tier, "damaged", detail=str(error))


def _loaded(row: DatasetStatus, search: Search, own: Mapping[str, OwnDataset]) -> DatasetStatus:
    from reportgen.datasets.load import load

    try:
        load(locate(row.name, "full", search, own))
    except DataError as error:
        return replace(row, state="damaged", detail=str(error))
    return row


def _found(located: Located) -> DatasetStatus:
    return DatasetStatus(
        name=located.name,
        title=located.title,
        tier=located.tier,
        state="ok",
        origin=located.origin,
        files=located.files,
        n_bytes=sum(file.stat().st_size for file in located.files),
        sha256=located.sha256,
    )
