"""Folders of reports made up for tests of the site: true evidence and manifests, short files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from made_up import make_evidence
from small_project import Quiet

from reportgen.batch.progress import Progress
from reportgen.evidence.check import evidence_json
from reportgen.evidence.record import Evidence
from reportgen.publish.manifest import entries_of, make_manifest, read_manifest
from reportgen.publish.record import Published
from reportgen.report_folder import MANIFEST_FILE
from reportgen.storage.npz import pack_arrays

FIRST = ("Ada", "Grace", "Łucja", "Søren", "Zoë", "Олена", "Ελένη", "Mei")
LAST = ("Lovelace", "Hopper", "Nowak", "Kierkegaard", "García", "Шевченко", "Wang")
PAGE = '<!DOCTYPE html>\n<html lang="en">\n<title>Report</title>\n<h1>Report of {}</h1>\n</html>\n'


class Told(Quiet):
    """An observer that keeps notices in a list, and how many reports were rendered."""

    def __init__(self, notices: list[str]) -> None:
        super().__init__()
        self.notices = notices
        self.progress: list[Progress] = []

    def reports(self, progress: Progress) -> None:
        self.progress.append(progress)


def report_files(evidence: Evidence, **about: Any) -> dict[str, bytes]:
    """A report's files, the documents being short."""
    author = str(evidence.record["report"]["author"])
    files = {
        "index.html": PAGE.format(author).encode(),
        "report.pdf": b"%PDF-1.7 " + author.encode(),
        "report.md": f"# Report of {author}\n".encode(),
        "figures/figure-01-grid.svg": b"<svg/>",
        "evidence.json": evidence_json(evidence.record),
        "evidence.npz": pack_arrays(evidence.arrays),
        "weights/digits.npz": b"weights",
    }
    return {**files, MANIFEST_FILE: make_manifest(entries_of(files), {"version": "1", **about})}


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def write_report(folder: Path, *, seed: int = 0, **changes: Any) -> None:
    """A report's folder, as if built here; ``changes`` are values at paths of its record."""
    values = {name.replace("__", "."): value for name, value in changes.items()}
    files = report_files(make_evidence(seed=seed, **values))
    write_files(folder, files)
    record(folder)


def record(folder: Path) -> None:
    """Note that a report was made here, whatever it holds; the store is the test's own."""
    found = read_manifest(folder)
    assert found is not None
    Published(Path(os.environ["REPORTGEN_CACHE_DIR"])).add(found.digest, "")


def write_class(folder: Path, n: int) -> None:
    """Reports of a class in ``autumn/``, with what a batch leaves beside them."""
    for number, author in enumerate(names(n)):
        write_report(
            folder / "autumn" / f"s{number:04}",
            seed=number,
            report__author=author,
            report__settings={"student_id": f"s{number:04}", "selections": "personal"},
            report__date=f"2026-11-{1 + number % 28:02}",
            models__digits__test__accuracy=0.97 + number % 10 / 1000,
        )
    for name in ("key.csv", "key.html", "results.csv", "results.html"):
        (folder / "autumn" / name).write_text("for the instructor alone", encoding="utf-8")


def names(n: int) -> Iterator[str]:
    """Names of authors, one after the other."""
    for number in range(n):
        yield f"{FIRST[number % len(FIRST)]} {LAST[number // 8 % len(LAST)]}"
