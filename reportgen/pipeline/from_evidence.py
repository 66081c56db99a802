"""Renders a report from evidence on disk, without TensorFlow and without judging the evidence."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from reportgen import __version__
from reportgen.answers.prose_check.statements import report_contradictions
from reportgen.config.assignments import assignment_of
from reportgen.config.image_seed import SALT_GIVEN_AWAY, salt_in
from reportgen.errors import RenderError
from reportgen.evidence.files import load_evidence, load_weights
from reportgen.evidence.record import Evidence
from reportgen.pipeline import rendering
from reportgen.pipeline.keys import all_versions
from reportgen.pipeline.ledger import Ledger, Observer, open_store
from reportgen.publish.folder import check_output, publish
from reportgen.publish.manifest import entries_of
from reportgen.publish.ownership import Owner
from reportgen.publish.record import Published
from reportgen.render.system_fonts import describe_undrawable
from reportgen.report_folder import FORMATS, MANIFEST_FILE, UNDRAWABLE, older_notice
from reportgen.storage.npz import pack_arrays


def render_evidence(
    source: Path, output: Path, formats: Collection[str] | None, cache_dir: Path, observer: Observer
) -> None:
    """Write a report's folder from evidence alone.

    Args:
        source: a folder with ``evidence.json`` and ``evidence.npz``.
        output: the report's folder.
        formats: their names; by default those of the evidence's settings.
        cache_dir: where rendered results are kept.
        observer: is told of each stage.

    Raises:
        ReportgenError: the evidence, a template or the output folder is faulty, or a font is
            missing for the PDF (the other files are written).
    """
    evidence = load_evidence(source)
    owner = Owner.of_evidence(evidence.record, str(source), Published(cache_dir))
    check_output(output, owner)
    ledger = Ledger(open_store(cache_dir, observer.notice), observer)
    if salt_in(evidence.record["report"]["settings"]) is not None:
        observer.notice(SALT_GIVEN_AWAY)
    files = rendered(evidence, source, formats, ledger)
    older = publish(output, files, owner)
    if older:
        observer.notice(older_notice(older))
    if lacking := json.loads(files[MANIFEST_FILE]).get(UNDRAWABLE):
        raise RenderError(f"{describe_undrawable(lacking)}\nThe other files are in {output}/.")


def rendered(
    evidence: Evidence, source: Path, formats: Collection[str] | None, ledger: Ledger
) -> rendering.Files:
    """Every file of a report's folder, made from evidence alone.

    Args:
        evidence: what was measured.
        source: the evidence's folder; its ``weights/`` go into the report.
        formats: their names; by default those of the evidence's settings.
        ledger: holds the store and records the stages.

    Raises:
        RenderError: the evidence lacks something, or a template is faulty.
    """
    settings = evidence.record["report"]["settings"]
    # Packed again: only the checked arrays of a file may get into the report.
    weights = {n: pack_arrays(each) for n, each in load_weights(evidence.record, source).items()}
    about = {
        "version": __version__,
        "report_key": None,
        **rendering.evidence_summary(evidence),
        "models": {},
        "versions": all_versions(),
        "inputs": {},
    }
    try:
        spec = rendering.FolderSpec(
            formats=formats or settings.get("output", {}).get("formats", tuple(FORMATS)),
            sources={},
            weights=entries_of(rendering.weight_files(weights)),
            about=about,
        )
        composed = rendering.compose_report(evidence, assignment_of(evidence.record), spec.formats)
        report_contradictions(composed.statements, ledger.observer.notice, allow=True)
        files = rendering.render_folder(composed, spec, rendering.StoreCache(ledger))
    except KeyError as error:
        raise RenderError(f"{source}/evidence.json lacks {error}.") from None
    return {**rendering.weight_files(weights), **files}
