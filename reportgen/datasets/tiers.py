"""Choose full data for all datasets, or the sample for all, and download full data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from reportgen.datasets.catalogue import BuiltinDataset, OwnDataset
from reportgen.datasets.download import Progress, answering_mirrors, download
from reportgen.datasets.locate import Notify, builtin, find_full, not_in_full
from reportgen.datasets.sources import Search, no_sample, require_named_folder
from reportgen.errors import DataError

AUTO_WAIT_S = 3.5
FULL_WAIT_S = 15.0


def choose_tier(
    names: Sequence[str],
    wanted: Literal["auto", "full", "sample"],
    search: Search,
    own: Mapping[str, OwnDataset] | None = None,
    notify: Notify | None = None,
    progress: Progress | None = None,
) -> Literal["full", "sample"]:
    """Choose one tier for all built-in datasets of a report; download missing full data.

    After that, ``locate`` finds every dataset in the tier returned.

    Args:
        names: the datasets that the report compares.
        wanted: ``auto`` is full data if every dataset has it or can be downloaded, otherwise
            the sample, if each dataset has one.
        search: where to look, and whether to download.
        own: the user's own datasets; they count as full.
        notify: called with why the sample is used, and for each damaged copy skipped.
        progress: called as a download proceeds.

    Raises:
        ConfigError: no dataset has one of the names.
        DataError: the named folder is missing or damaged; full data are wanted, or needed
            since a dataset has no sample, but cannot be found or downloaded; or the
            sample is wanted and a dataset has none.
    """
    require_named_folder(search)
    unique = dict.fromkeys(name for name in names if name not in (own or {}))
    datasets = [builtin(name, search, own) for name in unique]
    if not datasets:
        return "full"
    unsampled = [dataset for dataset in datasets if dataset.sample is None]
    if wanted == "sample":
        if unsampled:
            raise no_sample(unsampled[0])
        return "sample"
    missing = _missing(datasets, search, notify)
    if not missing:
        return "full"
    try:
        fetch_missing(missing, search, AUTO_WAIT_S if wanted == "auto" else FULL_WAIT_S, progress)
    except DataError as error:
        if wanted == "full":
            raise
        what = str(error).splitlines()[0].rstrip(".")
        if unsampled:
            raise DataError(f"{what}.\n{no_sample(unsampled[0])}") from None
        if notify is not None:
            notify(
                f"{what}. The bundled sample is used for all; "
                "`reportgen data fetch` gets the full data."
            )
        return "sample"
    return "full"


def fetch_missing(
    missing: Sequence[BuiltinDataset], search: Search, wait_s: float, progress: Progress | None
) -> None:
    """Download datasets into the store of downloads.

    Args:
        missing: what to download.
        search: its ``downloads_dir`` gets the files, if it allows downloads.
        wait_s: the longest wait for a first answer from the mirrors, in seconds.
        progress: called as the download proceeds.

    Raises:
        DataError: downloads are not allowed, or no mirror answers or delivers.
    """
    if not search.allow_download:
        raise not_in_full(missing[0], "it is not on this machine and downloads are off")
    mirrors = answering_mirrors(missing, wait_s)
    for dataset in missing:
        if not mirrors[dataset.name]:
            why = "it is not on this machine and no download address answers"
            raise not_in_full(dataset, why)
    for dataset in missing:
        download(dataset, search.downloads_dir, mirrors=mirrors[dataset.name], progress=progress)


def _missing(
    datasets: Sequence[BuiltinDataset], search: Search, notify: Notify | None
) -> list[BuiltinDataset]:
    # Two threads: a first read unpacks and hashes, which releases Python's global lock.
    with ThreadPoolExecutor(max_workers=2) as pool:
        found = list(pool.map(lambda each: find_full(each, search, notify), datasets))
    return [each for each, located in zip(datasets, found, strict=True) if located is None]
