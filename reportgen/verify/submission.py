"""Read a submitted report, its folder or its PDF alone, within limits.

The files may be hostile. Only regular files are read, JSON and NPZ by checking readers, and no
file is opened because the evidence names it.
"""

from __future__ import annotations

import io
import shlex
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reportgen.errors import DataError, MismatchError, RenderError
from reportgen.evidence.files import MAX_ARRAY_BYTES, parse_record
from reportgen.evidence.record import Evidence
from reportgen.publish.manifest import load_manifest, older_files, parse_manifest
from reportgen.report_folder import EVIDENCE_FILES, MANIFEST_FILE, MAX_RECORD_BYTES, PDF, format_of
from reportgen.storage.disk import walk
from reportgen.storage.npz import read_arrays
from reportgen.storage.reading import cannot_read, read_inside, read_regular
from reportgen.verify.pdf_contents import read_attachments

MAX_FILES = 2_000
# Files that file managers write into folders.
_OF_SYSTEMS = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))
MAX_BYTES = 512 * 1024**2


@dataclass(frozen=True, eq=False)
class Submission:
    """A report as submitted.

    Attributes:
        place: the folder or the PDF.
        is_folder: whether it is a folder.
        files: the content of each file by its relative name; a PDF alone is ``report.pdf``.
        attachments: of the PDF by name; empty without a PDF.
        manifest: of the folder, or the one attached to the PDF; None if there is none.
        evidence: read and checked.
        unreadable: files that were not read, with the reason: links, devices, too large.
        older: documents that the folder's manifest says an earlier build made; they are not
            among ``files``.
    """

    place: Path
    is_folder: bool
    files: Mapping[str, bytes]
    attachments: Mapping[str, bytes]
    manifest: Mapping[str, Any] | None
    evidence: Evidence
    unreadable: Mapping[str, str] = field(default_factory=dict)
    older: Collection[str] = ()

    @property
    def carriers(self) -> Mapping[str, bytes]:
        """The files with the evidence: the folder's, or the attachments of a PDF alone."""
        return self.files if self.is_folder else self.attachments


def read_submission(place: Path) -> Submission:
    """Read a report's folder or PDF.

    Raises:
        RenderError: it is neither, or has no evidence that can be read.
        MismatchError: one of the two evidence files was removed.
    """
    if place.is_dir():
        return _read_folder(place)
    try:
        content = read_regular(place, MAX_BYTES)
    except OSError as error:
        raise RenderError(cannot_read(place, error)) from None
    attachments = read_attachments(content, place)
    manifest = parse_manifest(attachments.get(MANIFEST_FILE, b""))
    evidence = _evidence(attachments, place, "is not attached to it")
    return Submission(place, False, {PDF.file: content}, attachments, manifest, evidence)


def _read_folder(folder: Path) -> Submission:
    files: dict[str, bytes] = {}
    unreadable: dict[str, str] = {}
    left = MAX_BYTES
    for name in _names(folder):
        try:
            files[name] = read_inside(folder, name, left)
            left -= len(files[name])
        except OSError as error:
            unreadable[name] = error.strerror or str(error)
    manifest = load_manifest(folder) if MANIFEST_FILE in files else None
    older = [name for name in older_files(manifest or {"files": {}}) if format_of(name)]
    for name in older:
        files.pop(name, None)
    attachments: Mapping[str, bytes] = {}
    if PDF.file in files:
        attachments = read_attachments(files[PDF.file], folder / PDF.file)
    pdfs = [name for name in files if name.lower().endswith(".pdf")]
    if pdfs and not {*EVIDENCE_FILES} & {*files}:
        raise RenderError(
            f"{folder}: {EVIDENCE_FILES[0]} is not in it, so that nothing can be verified.\n"
            f"The PDF may have it attached: reportgen verify {shlex.quote(str(folder / pdfs[0]))}"
        )
    evidence = _evidence(files, folder, "is not in it")
    return Submission(folder, True, files, attachments, manifest, evidence, unreadable, older)


def _names(folder: Path) -> list[str]:
    names = []
    for here, _, files in walk(folder, lambda _: None):
        files = [name for name in files if name not in _OF_SYSTEMS]
        names += [(here / name).relative_to(folder).as_posix() for name in files]
        if len(names) > MAX_FILES:
            raise RenderError(f"{folder}: more than {MAX_FILES:,} files; a report has far fewer.")
    return sorted(names)


def _evidence(files: Mapping[str, bytes], place: Path, missing: str) -> Evidence:
    present = [name for name in EVIDENCE_FILES if name in files]
    if len(present) < len(EVIDENCE_FILES):
        lost = next(name for name in EVIDENCE_FILES if name not in files)
        # Printing or merging a PDF drops both: somebody removed one.
        kind = MismatchError if present else RenderError
        raise kind(
            f"{place}: {lost} {missing}, so that nothing can be verified.\n"
            "Printing to a new PDF or merging drops it: ask for the file as it was made."
        )
    source = str(place / EVIDENCE_FILES[0])
    if len(files[EVIDENCE_FILES[0]]) > MAX_RECORD_BYTES:
        raise RenderError(f"{source} is larger than any report's.")
    record = parse_record(files[EVIDENCE_FILES[0]], source)
    try:
        file = io.BytesIO(files[EVIDENCE_FILES[1]])
        arrays = read_arrays(file, place / EVIDENCE_FILES[1], max_bytes=MAX_ARRAY_BYTES)
    except DataError as error:
        raise RenderError(str(error).splitlines()[0]) from None
    return Evidence(record, arrays)
