"""Download a built-in dataset from its mirrors, and check the files.

pooch's ``HTTPDownloader`` streams one address into one file. This module chooses the mirrors,
pauses between attempts and checks the digest of the decompressed content, since pooch checks
that of the gzipped file, which differs from mirror to mirror.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from reportgen.datasets.catalogue import PART_FILES, PART_RANKS, BuiltinDataset
from reportgen.datasets.idx import read_idx
from reportgen.errors import DataError
from reportgen.storage.disk import remove_abandoned, temporary_folder

Progress = Callable[[str, int, int], None]

MAX_FILE_BYTES = 100_000_000
_REPORT_EVERY = 2**16
# Only full pieces reach ``_Receiver``: they are small, so that it notices a slow download.
_PIECE = 2**10


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds, and how often to try.

    Attributes:
        connect: the longest wait for a connection.
        read: the longest wait for the next bytes of an answer.
        rounds: how often each mirror is tried.
        pause: before the second round; twice as long before the third, and so on.
        slowest: bytes per second; a slower download is stopped ...
        grace: ... after this many seconds.
    """

    connect: float = 10.0
    read: float = 20.0
    rounds: int = 3
    pause: float = 1.0
    slowest: float = 2_000.0
    grace: float = 30.0


class _GaveUpError(Exception):
    """A download was stopped; the message says why in a few words."""


def download(
    dataset: BuiltinDataset,
    downloads_dir: Path,
    *,
    mirrors: Sequence[str] | None = None,
    progress: Progress | None = None,
    patience: Patience | None = None,
) -> None:
    """Put the four gzipped files of a dataset into ``downloads_dir/<name>/``.

    Files that are already there and whole are kept. Each of the others is written to a
    temporary folder, and moved when its decompressed content has the known digest.

    Args:
        dataset: what to download.
        downloads_dir: the store of downloads.
        mirrors: addresses to try in this order; by default the dataset's own.
        progress: called with the dataset's title, the bytes so far and about the total.
        patience: time limits and retries.

    Raises:
        DataError: no mirror delivered a file, or it could not be written.
    """
    folder = downloads_dir / dataset.name
    try:
        _require_no_link(downloads_dir, folder)
        folder.mkdir(parents=True, exist_ok=True)
        remove_abandoned(folder)
        so_far = 0
        for part, rank, digest in zip(PART_FILES, PART_RANKS, dataset.full.digests, strict=True):
            target = folder / f"{part}.gz"
            report = _offset(progress, dataset, so_far)
            if not _is_whole(target, rank, digest):
                fetch = _Fetch(target, rank, digest, report, patience or Patience())
                fetch.run(dataset.title, mirrors or dataset.mirrors)
            report(target.stat().st_size)
            so_far += target.stat().st_size
    except OSError as error:
        raise DataError(
            f"{folder}: {dataset.title} cannot be stored here: {error.strerror or error}.\n"
            "Free some space, or choose another folder with --cache-dir."
        ) from error


def answering_mirrors(
    datasets: Sequence[BuiltinDataset], seconds: float
) -> dict[str, tuple[str, ...]]:
    """The mirrors of each dataset, by its name; none if no mirror answered.

    All mirrors are asked at once, with a HEAD request for their smallest file; those that
    answered come first. Returns as soon as each dataset has a mirror, all have answered, or
    the time is up.

    Args:
        datasets: what is to be downloaded.
        seconds: the longest wait.
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


def _require_no_link(*folders: Path) -> None:
    for folder in folders:
        if folder.is_symlink():
            raise DataError(
                f"{folder} is a link, and nothing is downloaded through it.\n"
                "Remove it, or choose another folder with --cache-dir."
            )


@dataclass(frozen=True)
class _Fetch:
    """Downloads one file from the first mirror that delivers it."""

    target: Path
    rank: int
    digest: str
    report: Callable[[int], None]
    patience: Patience

    def run(self, title: str, mirrors: Sequence[str]) -> None:
        reasons: dict[str, str] = {}
        for number in range(self.patience.rounds):
            time.sleep(self.patience.pause * number)
            for mirror in mirrors:
                reason = self._attempt(f"{mirror.rstrip('/')}/{self.target.name}")
                if reason is None:
                    return
                reasons[mirror] = reason
        told = "; ".join(f"{urlsplit(mirror).netloc}: {why}" for mirror, why in reasons.items())
        raise DataError(
            f"{title}: {self.target.name} could not be downloaded.\n{told}.\n"
            "Try again later with `reportgen data fetch`; what was downloaded is kept."
        )

    def _attempt(self, address: str) -> str | None:
        """Download, check and store the file; return None, or in a few words what failed."""
        import pooch
        import requests
        import urllib3

        limits = (self.patience.connect, self.patience.read)
        try:
            with temporary_folder(self.target.parent) as folder:
                received = folder / self.target.name
                with received.open("wb") as file:
                    receiver = _Receiver(file.write, self.report, self.patience)
                    pooch.HTTPDownloader(chunk_size=_PIECE, timeout=limits)(address, receiver, None)
                if read_idx(received, rank=self.rank).sha256 != self.digest:
                    return "other content than expected"
                received.replace(self.target)
        except requests.HTTPError as error:
            return f"HTTP status {getattr(error.response, 'status_code', 'unknown')}"
        except requests.Timeout:
            return "no answer in time"
        except requests.ConnectionError as error:
            return "stalled" if "timed out" in str(error).lower() else "no connection"
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError):
            return "a broken answer, such as one that ended early"
        except _GaveUpError as error:
            return str(error)
        except DataError:
            return "a file that is truncated or damaged"
        return None


class _Receiver:
    """The file that pooch writes to; it reports progress and stops a slow or too large download."""

    def __init__(
        self, write: Callable[[bytes], int], report: Callable[[int], None], patience: Patience
    ) -> None:
        self._write = write
        self._report = report
        self._patience = patience
        self._received = 0
        self._started = time.monotonic()

    def write(self, piece: bytes) -> int:
        self._received += len(piece)
        if self._received > MAX_FILE_BYTES:
            raise _GaveUpError("more bytes than the file can have")
        seconds = time.monotonic() - self._started
        if seconds > self._patience.grace and self._received < seconds * self._patience.slowest:
            raise _GaveUpError("too slow")
        if self._received // _REPORT_EVERY > (self._received - len(piece)) // _REPORT_EVERY:
            self._report(self._received)
        return self._write(piece)

    def flush(self) -> None:
        """Do nothing; the file is flushed when it is closed."""


def _offset(
    progress: Progress | None, dataset: BuiltinDataset, so_far: int
) -> Callable[[int], None]:
    def report(received: int) -> None:
        if progress is not None:
            total = max(dataset.download_bytes, so_far + received)
            progress(dataset.title, so_far + received, total)

    return report


def _is_whole(file: Path, rank: int, digest: str) -> bool:
    try:
        return file.is_file() and read_idx(file, rank=rank).sha256 == digest
    except DataError:
        return False
