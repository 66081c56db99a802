"""A report from evidence on disk: no training, no TensorFlow, no judgement of the evidence."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from reportgen import __version__
from reportgen.assembly import Files, Wanted
from reportgen.assignments import Assignment, load_assignment, make_assignment
from reportgen.dates import epoch_of
from reportgen.errors import DataError, RenderError
from reportgen.evidence import Evidence, load_record
from reportgen.keys import all_versions
from reportgen.npz import read_arrays
from reportgen.ownership import Owner
from reportgen.produce import produce, weight_files
from reportgen.publish import check_output, entries_of, publish
from reportgen.published import Published
from reportgen.report_folder import older_notice
from reportgen.stages import Ledger, Observer
from reportgen.store import Store

MAX_ARRAY_BYTES = 256 * 1024**2


def load_evidence(folder: Path) -> Evidence:
    """Read ``evidence.json`` and ``evidence.npz`` from a folder.

    Raises:
        RenderError: one is missing, damaged, or not what it claims to be.
    """
    return with_arrays(load_record(folder / "evidence.json"), folder)


def with_arrays(record: dict[str, Any], folder: Path) -> Evidence:
    """A record with the arrays of the ``evidence.npz`` in a folder.

    Raises:
        RenderError: the file is missing, damaged, or lacks an image of the record.
    """
    try:
        arrays = read_arrays(folder / "evidence.npz", max_bytes=MAX_ARRAY_BYTES)
    except DataError as error:
        raise RenderError(str(error)) from None
    missing = [image["id"] for image in record["images"] if image["id"] not in arrays]
    if missing:
        raise RenderError(f"{folder / 'evidence.npz'} lacks the pixels of {missing[0]}.")
    return Evidence(record, arrays)


def assignment_of(record: dict[str, Any]) -> Assignment:
    """The assignment that evidence was made for: a built-in one, or the one it carries."""
    report = record["report"]
    files = report.get("assignment_files") or {}
    if files:
        return make_assignment(report["assignment"], files, Path("evidence.json"))
    return load_assignment(report["assignment"], Path.cwd())


def render_evidence(
    source: Path,
    output: Path,
    formats: Collection[str] | None,
    cache_dir: Path,
    observer: Observer,
) -> None:
    """Write a report's folder from evidence alone.

    Args:
        source: a folder with ``evidence.json`` and ``evidence.npz``.
        output: the report's folder.
        formats: of ``html``, ``pdf``, ``md``; by default those of the evidence's settings.
        cache_dir: where rendered results are kept.
        observer: told of stages.

    Raises:
        ReportgenError: the evidence, a template or the output folder is faulty.
    """
    evidence = load_evidence(source)
    owner = Owner.of_evidence(evidence.record, str(source), Published(cache_dir))
    check_output(output, owner)
    ledger = Ledger(Store(cache_dir, observer.notice), observer)
    older = publish(output, rendered(evidence, source, formats, ledger), owner)
    if older:
        observer.notice(older_notice(older))


def rendered(
    evidence: Evidence, source: Path, formats: Collection[str] | None, ledger: Ledger
) -> Files:
    """Every file of a report's folder, made from evidence alone.

    Args:
        evidence: what was measured.
        source: the folder that it is from, whose ``weights/`` are taken over.
        formats: of ``html``, ``pdf``, ``md``; by default those of the evidence's settings.
        ledger: holds the store and records the stages.

    Raises:
        RenderError: the evidence lacks something, or a template is faulty.
    """
    settings = evidence.record["report"]["settings"]
    weights = {
        name: path.read_bytes()
        for name in evidence.record["models"]
        if (path := source / "weights" / f"{name}.npz").is_file()
    }
    tiers = {model["dataset"]["tier"] for model in evidence.record["models"].values()}
    about = {
        "version": __version__,
        "report_key": None,
        "data_tier": "sample" if "sample" in tiers else "full",
        "models": {},
        "provenance": evidence.record["provenance"],
        "versions": all_versions(),
        "inputs": {},
    }
    try:
        wanted = Wanted(
            formats=formats or settings.get("output", {}).get("formats", ("html", "pdf", "md")),
            sources={},
            weights=entries_of(weight_files(weights)),
            epoch=epoch_of(evidence.record["report"]["date"]),
            about=about,
        )
        assignment = assignment_of(evidence.record)
        files, _ = produce(evidence, assignment, wanted, weights, ledger, allow_contradictions=True)
    except KeyError as error:
        raise RenderError(f"{source}/evidence.json lacks {error}.") from None
    return files
