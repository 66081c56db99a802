"""Find the reports below a folder, and summarize each for the index.

Only the manifest, ``evidence.json`` and one small picture of each report are read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from reportgen.batch.outcomes import BATCH_FILE, DONE, FAILED, BatchRecord, read_batch
from reportgen.config.image_seed import salt_in
from reportgen.errors import ConfigError, ReportgenError, StoreError
from reportgen.evidence.files import parse_record
from reportgen.evidence.record import EvidenceRecord
from reportgen.publish.manifest import load_manifest, read_listed, read_manifest
from reportgen.publish.record import Published
from reportgen.render.thumbnails import Thumbnail
from reportgen.report_folder import (
    ARRAYS_FILE,
    EVIDENCE_FILE,
    FORMATS,
    HTML,
    MANIFEST_FILE,
    MAX_FILE_BYTES,
    MAX_RECORD_BYTES,
    format_of,
    in_words,
)
from reportgen.storage.disk import sha256, walk
from reportgen.storage.npz import read_arrays, wrong
from reportgen.storage.reading import open_inside, read_inside

Notice = Callable[[str], None]

SITE_FILE = "site.json"  # marks a folder that was made to be published
_MAX_PICTURE_BYTES = 1024**2


@dataclass(frozen=True)
class Summary:
    """What the index says of a report.

    Attributes:
        place: its folder, relative to the index, with ``/`` between names.
        files: relative names of its files and its manifest, without documents of an earlier
            build.
        older: relative names of documents of an earlier build.
        is_ours: whether it was published on this machine, according to the record.
        title, author, course, date, assignment, student_id: from its evidence.
        accuracies: each model's test accuracy, from 0 to 1.
        verdict: the more accurate model, ``indistinguishable``, or None without comparison.
        data: the tiers of its datasets.
        thumbnail: one of its images, a test image if it has one.
        guessable: whether its images follow from the student's id alone, without a salt.
        has_salt: whether its settings contain the class's salt, as in older versions.
    """

    place: str
    files: tuple[str, ...]
    older: tuple[str, ...]
    is_ours: bool
    title: str
    author: str | None
    course: str | None
    date: str | None
    assignment: str
    student_id: str | None
    accuracies: dict[str, float]
    verdict: str | None
    data: tuple[str, ...]
    thumbnail: Thumbnail | None
    guessable: bool
    has_salt: bool

    @property
    def name(self) -> str:
        """Its author, or else the name of its folder."""
        return self.author or self.place.rpartition("/")[2]


def collect(folder: Path, published: Published, left_out: Notice, notice: Notice) -> list[Summary]:
    """The reports below a folder, in the order of their authors' names.

    Args:
        folder: holds the reports.
        published: the record of reports that were published here.
        left_out: called for each report that is left out because of a fault: it is damaged, or
            its row failed.
        notice: called for what is no fault, such as a student who left the roster.

    Raises:
        ConfigError: the folder does not exist, or is itself a report.
        StoreError: there is no intact report.
    """
    if not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder. Name the folder that holds the reports.")
    if load_manifest(folder) is not None:
        raise ConfigError(f"{folder} is itself a report. Name the folder around it.")
    batch_in = cache(_batch_in)
    found, n_left_out = [], 0
    for inner in _report_folders(folder, notice):
        try:
            _require_in_batch(folder, inner, batch_in)
            summary = summarize_report(inner, inner.relative_to(folder).as_posix(), published)
        except (ReportgenError, OSError) as error:
            if isinstance(error, OSError):
                why = f"{error.filename}: {error.strerror}."
            else:
                why = str(error).splitlines()[0]
            tell = notice if isinstance(error, _LeftTheRosterError) else left_out
            tell(f"{inner} is left out: {why}")
            n_left_out += 1
            continue
        found.append(summary)
        if summary.older:
            notice(f"{inner}: of an earlier build, left out: {in_words(summary.older)}.")
    if not found:
        what = "no whole report" if n_left_out else "no report"
        raise StoreError(f"{what} below {folder}.\nMake one: reportgen build")
    return sorted(found, key=lambda each: (each.name.casefold(), each.place))


def _report_folders(folder: Path, notice: Callable[[str], None]) -> Iterator[Path]:
    """The folders of reports, intact or damaged; links are not followed."""

    def tell(error: OSError) -> None:
        notice(f"{error.filename} is passed over: {error.strerror}.")

    for here, folders, names in walk(folder, tell):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        if here != folder and SITE_FILE in names:
            folders.clear()
        elif {MANIFEST_FILE, EVIDENCE_FILE} <= {*names} or load_manifest(here) is not None:
            folders.clear()
            yield here


class _LeftTheRosterError(ReportgenError):
    """A report of a student who left the roster; nobody needs to act."""


def _require_in_batch(
    folder: Path, report: Path, batch_in: Callable[[Path], BatchRecord | None]
) -> None:
    """Raise an error that says why a report does not belong in the site, if it does not."""
    for parent in report.relative_to(folder).parents:
        batch = batch_in(folder / parent)
        if batch is not None:
            break
    else:
        return
    if batch.rows is None:
        raise StoreError("its batch does not say who is in the roster. Run reportgen batch again.")
    state = batch.rows.get(report.relative_to(folder / parent).as_posix())
    if state is None:
        raise _LeftTheRosterError(f"it is of nobody in {batch.roster}.")
    if state == FAILED:
        raise StoreError("its row failed in the last batch; it is the one before.")
    if state != DONE:
        raise StoreError("the last batch ended before it was made. Run reportgen batch again.")


def _batch_in(folder: Path) -> BatchRecord | None:
    """A folder's batch; if ``batch.json`` cannot be read, an empty record."""
    if os.path.lexists(folder / BATCH_FILE):
        return read_batch(folder) or BatchRecord(None, None)
    return None


def summarize_report(folder: Path, place: str, published: Published) -> Summary:
    """Summarize the report in a folder for the index.

    Raises:
        ReportgenError: a file is missing or was changed; the message names it.
    """
    read = read_manifest(folder)
    if read is None:
        raise StoreError(f"{folder / MANIFEST_FILE} is damaged. Build the report again.")
    manifest = read.about
    _require_whole(folder, manifest)
    path = folder / EVIDENCE_FILE
    content = read_inside(folder, EVIDENCE_FILE, MAX_RECORD_BYTES)
    if sha256(content) != manifest["files"][EVIDENCE_FILE]["sha256"]:
        raise changed(path)
    record = parse_record(content, str(path))
    report, models = record["report"], record["models"]
    settings = report["settings"]
    return Summary(
        place=place,
        files=(*(name for name in manifest["files"] if name not in read.older), MANIFEST_FILE),
        older=read.older,
        is_ours=published.has(read.digest),
        title=report["title"],
        author=report["author"],
        course=report["course"],
        date=report["date"],
        assignment=report["assignment"],
        student_id=text_or_none(settings.get("student_id")),
        accuracies={name: model["test"]["accuracy"] for name, model in models.items()},
        verdict=record["comparison"] and record["comparison"]["verdict"],
        data=tuple(sorted({model["dataset"]["tier"] for model in models.values()})),
        thumbnail=_thumbnail(record, folder / ARRAYS_FILE),
        guessable=settings.get("selections") == "personal" and not settings.get("image_seed"),
        has_salt=salt_in(settings) is not None,
    )


def require_unchanged(folder: Path, summary: Summary) -> None:
    """Check that the documents of a report did not change since the build.

    Raises:
        StoreError: a document was changed.
    """
    manifest = load_manifest(folder) or {"files": {}}
    for name in summary.files:
        if format_of(name) is not None:
            try:
                read_listed(folder, manifest, name)
            except OSError:
                raise changed(folder / name) from None


def text_or_none(value: object) -> str | None:
    """The value if it is a text, else None."""
    return value if isinstance(value, str) else None


def changed(path: Path) -> StoreError:
    """The error for a file that differs from the report's manifest."""
    return StoreError(f"{path} was changed since it was made. Build the report again.")


def _require_whole(folder: Path, manifest: dict[str, Any]) -> None:
    """Check that every file exists and has its size; contents are checked when they are read."""
    entries = {EVIDENCE_FILE: None, ARRAYS_FILE: None, **manifest["files"]}
    for name, entry in entries.items():
        path = folder / name
        try:
            status = path.lstat()
        except OSError:
            raise StoreError(f"{path} is missing. Build the report again.") from None
        size = entry.get("size") if isinstance(entry, dict) else None
        if not stat.S_ISREG(status.st_mode) or size != status.st_size:
            raise changed(path)


def _thumbnail(record: EvidenceRecord, path: Path) -> Thumbnail | None:
    images = record["images"]
    predicted = [image for image in images if image["split"] == "test"]
    if not images:
        return None
    image = (predicted or images)[0]
    identity = image["id"]
    with open_inside(path.parent, path.name, MAX_FILE_BYTES) as file:
        arrays = read_arrays(file, path, max_bytes=_MAX_PICTURE_BYTES, keys=(identity,))
    pixels = arrays[identity]
    if pixels.ndim != 2 or pixels.dtype != np.uint8 or not pixels.size:
        raise wrong(path, f"array {identity} is not a grey image")
    names = next(
        (
            model["dataset"]["class_names"]
            for model in record["models"].values()
            if model["dataset"]["name"] == image["dataset"]
        ),
        [],
    )
    label = image["label"]
    what = names[label] if label < len(names) else f"class {label}"
    return Thumbnail(pixels, f"{image['split'].capitalize()} image {image['index']}: {what}")


def has_page(summary: Summary) -> bool:
    """Whether the report has a web page."""
    return HTML.file in summary.files


def documents(summary: Summary) -> list[tuple[str, str]]:
    """(Label, file name) of each document of the report but its web page."""
    others = (each for each in FORMATS.values() if each is not HTML)
    return [(each.label, each.file) for each in others if each.file in summary.files]
