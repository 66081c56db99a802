"""What the cache folder holds, how large it is, and how to empty it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.formatting import count
from reportgen.pipeline.ledger import open_store
from reportgen.storage.disk import is_folder, size_of
from reportgen.storage.store import MAX_BYTES, Store, StoredEntry

_DOWNLOADS = "datasets"


@dataclass(frozen=True)
class KindTotal:
    """How many results of a kind there are, and their bytes."""

    kind: str
    n_entries: int
    size: int


@dataclass(frozen=True)
class CacheSummary:
    """A cache folder's content.

    Attributes:
        folder: the cache folder.
        kinds: the results' totals, largest first.
        downloads: bytes of downloaded datasets, which the size limit does not count.
    """

    folder: Path
    kinds: tuple[KindTotal, ...]
    downloads: int

    @property
    def size(self) -> int:
        """Bytes of all results."""
        return sum(total.size for total in self.kinds)

    def as_json(self) -> dict[str, Any]:
        """What ``cache info --json`` prints; sizes in bytes."""
        return {
            "cache_dir": str(self.folder),
            "entries": {total.kind: total.n_entries for total in self.kinds},
            "sizes": {total.kind: total.size for total in self.kinds},
            "size": self.size,
            "max_size": MAX_BYTES,
            "downloads_size": self.downloads,
        }


def summarize_cache(folder: Path) -> CacheSummary:
    """Count what a cache folder holds; a missing folder counts as empty."""
    by_kind: dict[str, list[StoredEntry]] = {}
    for entry in _store(folder).entries():
        by_kind.setdefault(entry.kind, []).append(entry)
    totals = [
        KindTotal(kind, len(entries), sum(entry.size for entry in entries))
        for kind, entries in by_kind.items()
    ]
    downloads = folder / _DOWNLOADS
    return CacheSummary(
        folder,
        tuple(sorted(totals, key=lambda total: (-total.size, total.kind))),
        size_of(downloads) if is_folder(downloads) else 0,
    )


def describe_cache(summary: CacheSummary) -> str:
    """A summary in lines for a person."""
    lines = [str(summary.folder)]
    lines += [
        f"{total.kind:12} {count(total.n_entries):>6} results {_written(total.size):>12}"
        for total in summary.kinds
    ]
    n_entries = sum(total.n_entries for total in summary.kinds)
    lines.append(
        f"{'all':12} {count(n_entries):>6} results {_written(summary.size):>12}"
        f" of at most {_written(MAX_BYTES)}"
    )
    if summary.downloads:
        lines.append(f"Downloaded datasets: {_written(summary.downloads)}")
    return "\n".join(lines)


def clear_cache(folder: Path) -> str:
    """Remove all results and say in a line what was removed and what stays.

    Raises:
        StoreError: something cannot be removed.
    """
    removed = _store(folder).clear()
    size = _written(sum(entry.size for entry in removed))
    stays = folder / _DOWNLOADS
    kept = f" Downloaded datasets stay in {stays}." if is_folder(stays) else ""
    return f"removed {count(len(removed))} results, {size}, from {folder}.{kept}"


def _store(folder: Path) -> Store:
    return open_store(folder, lambda _: None)


def _written(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
