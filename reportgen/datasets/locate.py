"""Find the files of a dataset and their digests; unchanged files are not read again.

Imports NumPy only to read an NPZ file for the first time: a build in which nothing
changed needs only digests.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from reportgen.datasets.catalogue import (
    PART_FILES,
    PART_RANKS,
    BuiltinDataset,
    OwnDataset,
    content_sha256,
)
from reportgen.datasets.digest_memo import DigestMemo, file_stamp
from reportgen.datasets.idx import read_idx
from reportgen.datasets.sources import (
    Place,
    Search,
    named_place,
    require_named_folder,
    sample_place,
    usual_places,
    whole_folder,
)
from reportgen.errors import ConfigError, DataError
from reportgen.storage.reading import LinkError, cannot_read

if TYPE_CHECKING:
    from reportgen.datasets.dataset import Tier

Notify = Callable[[str], None]


@dataclass(frozen=True)
class Located:
    """A dataset that was found on this machine; ``load.load`` reads it.

    Attributes:
        name, title, class_names: as in ``Dataset``.
        tier: ``full``, ``sample`` or ``own``.
        files: four IDX files in the order of ``PART_FILES``, or one NPZ file.
        digests: SHA-256 of the four decompressed IDX files; for an NPZ file, of the IDX files
            that would hold the same.
        origin: what kind of place the files are in, in words.
    """

    name: str
    title: str
    tier: Tier
    class_names: tuple[str, ...]
    files: tuple[Path, ...]
    digests: tuple[str, ...]
    origin: str

    @property
    def sha256(self) -> str:
        """The digest of the content, whatever container it is in."""
        return content_sha256(self.digests)


def locate(
    name: str,
    tier: Literal["full", "sample"],
    search: Search,
    own: Mapping[str, OwnDataset] | None = None,
) -> Located:
    """Find a dataset on this machine, without any download.

    Args:
        name: a built-in dataset's name, or one of ``own``, whose tier is always ``own``.
        tier: which edition of a built-in dataset.
        search: where to look.
        own: the user's own datasets, by name.

    Raises:
        ConfigError: no dataset has this name.
        DataError: it is not on this machine, or the named folder lacks it or has a damaged copy.
    """
    if own and name in own:
        return _locate_own(own[name], search)
    dataset = builtin(name, search, own)
    require_named_folder(search)
    if tier == "sample":
        return _certified(dataset, "sample", sample_place(dataset), search)
    found = find_full(dataset, search)
    if found is None:
        raise not_in_full(dataset)
    return found


def find_full(
    dataset: BuiltinDataset, search: Search, notify: Notify | None = None
) -> Located | None:
    """The full edition of a built-in dataset, or None if it is nowhere on this machine.

    Raises:
        DataError: the named folder lacks it or has a damaged copy.
    """
    if search.data_dir is not None:
        return _certified(dataset, "full", named_place(dataset, search.data_dir), search)
    for place in usual_places(dataset, search):
        try:
            return _certified(dataset, "full", place, search)
        except DataError as error:
            if notify is not None:
                what = str(error).splitlines()[0]
                notify(f"{dataset.title}: passed over {place.origin}, which is damaged: {what}")
    return None


def builtin(
    name: str, search: Search, own: Mapping[str, OwnDataset] | None = None
) -> BuiltinDataset:
    """The built-in dataset of this name.

    Raises:
        ConfigError: there is none; the message names the known ones.
    """
    if name in search.builtins:
        return search.builtins[name]
    known = [*search.builtins, *(own or {})]
    near = difflib.get_close_matches(name, known, n=1)
    guess = f" Did you mean {near[0]}?" if near else ""
    raise ConfigError(
        f"dataset {name}: there is none of this name.{guess}\n"
        f"Known are {', '.join(known)}; [datasets.{name}] in report.toml would define it."
    )


def not_in_full(dataset: BuiltinDataset, why: str = "it is not on this machine") -> DataError:
    """The error for full data that cannot be found or downloaded."""
    sample = ",\nor build with the bundled sample: --data sample" if dataset.sample else ""
    return DataError(
        f"{dataset.title} cannot be had in full: {why}.\n"
        "Run `reportgen data fetch` with a connection to the internet, or name a folder that has\n"
        f"{dataset.name}/{PART_FILES[0]}.gz and so on with --data-dir{sample}."
    )


def part_digests(files: tuple[Path, ...], memo_file: Path | None) -> tuple[str, ...]:
    """SHA-256 of the four parts' IDX content; the memo gives it for unchanged files.

    Raises:
        DataError: a file is not an IDX or NPZ file, or is truncated.
    """
    memo = DigestMemo(memo_file) if memo_file is not None else None
    known = memo.recall(files) if memo else {}
    read: dict[Path, tuple[str, tuple[str, ...]]] = {}
    for file, rank in zip(files, PART_RANKS, strict=False):
        if len(known.get(file, ())) != (len(PART_RANKS) if len(files) == 1 else 1):
            stamp = file_stamp(file)
            known[file] = (
                _npz_digests(file) if len(files) == 1 else (read_idx(file, rank=rank).sha256,)
            )
            read[file] = (stamp, known[file])
    if memo and read:
        memo.remember(read)
    return tuple(digest for file in files for digest in known[file])


def _npz_digests(file: Path) -> tuple[str, ...]:
    from reportgen.datasets.npz import read_npz

    return read_npz(file).digests


def _certified(
    dataset: BuiltinDataset, tier: Literal["full", "sample"], place: Place, search: Search
) -> Located:
    edition = dataset.edition(tier)
    assert edition is not None  # the dataset has a place in this tier
    digests = part_digests(place.files, search.memo_file)
    for part, digest, expected in zip(PART_FILES, digests, edition.digests, strict=True):
        if digest != expected:
            file = place.files[PART_FILES.index(part)] if len(place.files) > 1 else place.files[0]
            raise DataError(
                f"{file}: not {dataset.title}'s {part}: its content has SHA-256\n"
                f"{digest}, not {expected}.\n"
                "Replace it with the original. Data of your own belongs under [datasets.NAME]."
            )
    return Located(
        name=dataset.name,
        title=dataset.title,
        tier=tier,
        class_names=dataset.class_names,
        files=place.files,
        digests=digests,
        origin=place.origin,
    )


def _locate_own(own: OwnDataset, search: Search) -> Located:
    if own.npz is not None:
        files: tuple[Path, ...] = (own.npz,)
    else:
        assert own.folder is not None
        files = whole_folder(own.folder, f"dataset {own.name}")
        for file in files:
            # In other places links are harmless: only content with a known digest is used.
            if file.is_symlink():
                raise DataError(cannot_read(file, LinkError(file)))
    return Located(
        name=own.name,
        title=own.title,
        tier="own",
        class_names=own.class_names,
        files=files,
        digests=part_digests(files, search.memo_file),
        origin="files of one's own",
    )
