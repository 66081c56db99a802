"""The second half of a build: from evidence to the files of a report, without TensorFlow."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from reportgen.answers.compose import Composition, compose, without_pictures
from reportgen.answers.document import Figure, Report, strip_marks
from reportgen.assignments import Assignment
from reportgen.contradictions import contradicted, settle_contradictions
from reportgen.disk import sha256
from reportgen.evidence import Evidence, evidence_json
from reportgen.publish import MANIFEST_FILE, make_manifest
from reportgen.stages import Ledger
from reportgen.store import Entry, Inputs, pack_arrays
from reportgen.versions import (
    FIGURE_LIBRARIES,
    HTML_LIBRARIES,
    PDF_LIBRARIES,
    code_digest,
    layout_digest,
    native_versions,
    versions_of,
)

if TYPE_CHECKING:
    from reportgen.figures.spec import FigureSpec, Picture
    from reportgen.render.html import Interactive

HTML_FILE, PDF_FILE, MARKDOWN_FILE = "index.html", "report.pdf", "report.md"

# What the manifest inside the PDF says beside the files: what shapes no file stays outside.
_ATTACHED = ("version", "data_tier", "models", "provenance")

Files = dict[str, bytes]
Pictures = dict[str, "tuple[Picture, ...]"]


def produce(
    evidence: Evidence,
    assignment: Assignment,
    formats: Collection[str],
    ledger: Ledger,
    *,
    sources: Mapping[str, bytes],
    weights: Mapping[str, bytes],
    epoch: int | None,
    about: Mapping[str, Any],
    allow_contradictions: bool,
) -> tuple[Files, Composition]:
    """Every file of a report's folder, by relative name.

    Args:
        evidence: what was measured.
        assignment: what is asked.
        formats: of ``html``, ``pdf``, ``md``.
        ledger: holds the store and records the stages.
        sources: what the report was made from, attached to the PDF: the configuration,
            the author's prose, a custom assignment's files.
        weights: each model's weights as NPZ bytes.
        epoch: seconds since 1970 that the PDF is dated with, or None for no date.
        about: what the manifest says beside the files.
        allow_contradictions: whether the author's own words may contradict the evidence;
            they are marked then.

    Raises:
        RenderError: a template or figure is faulty, or a renderer warned.
        MismatchError: the author's own words contradict the evidence.
    """
    composition = compose(evidence, assignment)
    statements = composition.statements
    settle_contradictions(statements, ledger.observer, allow=allow_contradictions)
    report = composition.report
    files: Files = {
        "evidence.json": evidence_json(composition.evidence.record),
        "evidence.npz": pack_arrays(evidence.arrays),
        **{f"weights/{name}.npz": content for name, content in weights.items()},
    }
    pictures = draw_figures(report, ledger)
    document = without_pictures(report)
    if "html" in formats:
        files |= _html(report, pictures, document, _pad(evidence), ledger)
    if "md" in formats:
        files |= _markdown(report, pictures, document, ledger)
    if "pdf" in formats:
        attachments = {
            "evidence.json": files["evidence.json"],
            "evidence.npz": files["evidence.npz"],
            **sources,
            MANIFEST_FILE: make_manifest(files, {name: about[name] for name in _ATTACHED}),
        }
        fonts = _system_fonts(document)
        files |= _pdf(report, pictures, document, attachments, fonts, epoch, ledger)
        about = {**about, "system_fonts": fonts}
    n_contradicted = len(contradicted(statements))
    files[MANIFEST_FILE] = make_manifest(files, {**about, "n_contradicted": n_contradicted})
    return files, composition


def draw_figures(report: Report, ledger: Ledger) -> Pictures:
    """The pictures of every figure, by the figure's id; each drawn once and kept."""
    specs = {block.id: block.spec for block in report.blocks if isinstance(block, Figure)}
    base = {
        "stage": "figure",
        "code": code_digest("figures", "formatting.py"),
        "versions": versions_of(FIGURE_LIBRARIES),
    }
    pictures, all_there = {}, True
    why = ledger.why("figures", {**base, "figures": _digests(specs)})
    ledger.inputs["figures"] = {**base, "figures": _digests(specs)}
    with ledger.timed("figures") as timing:
        for name, spec in specs.items():
            entry, reused = ledger.look_up(
                "figure", {**base, "spec": spec.digest()}, partial(_draw, spec)
            )
            all_there = all_there and reused
            pictures[name] = _pictures(entry)
        timing.reused, timing.why = all_there, why
    return pictures


def _digests(specs: Mapping[str, FigureSpec]) -> dict[str, str]:
    return {name: spec.digest() for name, spec in specs.items()}


def _draw(spec: FigureSpec) -> Files:
    from reportgen.figures.catalogue import draw

    pictures = draw(spec)
    about = [{**dataclasses.asdict(picture), "content": None} for picture in pictures]
    files = {f"{number}.bin": picture.content for number, picture in enumerate(pictures)}
    return {**files, "pictures.json": json.dumps(about).encode()}


def _pictures(entry: Entry) -> tuple[Picture, ...]:
    from reportgen.figures.spec import Picture

    return tuple(
        Picture(**{**about, "content": entry.files[f"{number}.bin"]})
        for number, about in enumerate(entry.json("pictures.json"))
    )


def _render_inputs(
    stage: str, pictures: Pictures, document: dict[str, Any], libraries: tuple[str, ...]
) -> Inputs:
    return {
        "stage": stage,
        "code": code_digest("render", "figures/spec.py", "figures/style.py", "formatting.py"),
        "layout": layout_digest(stage),
        "versions": versions_of(libraries),
        "document": {name: _digest(value) for name, value in document.items()},
        "figures": {
            name: _digest([{**vars(each), "content": sha256(each.content)} for each in group])
            for name, group in pictures.items()
        },
    }


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode())


def _pad(evidence: Evidence) -> Interactive | None:
    if not evidence.record["report"]["settings"].get("output", {}).get("interactive", True):
        return None
    from reportgen.render.pad import make_pad

    return make_pad(evidence)


def _html(
    report: Report,
    pictures: Pictures,
    document: dict[str, Any],
    pad: Interactive | None,
    ledger: Ledger,
) -> Files:
    def make() -> Files:
        from reportgen.render.html import render_html

        return {HTML_FILE: render_html(report, pictures, interactive=pad).encode()}

    inputs = _render_inputs("html", pictures, document, HTML_LIBRARIES)
    inputs["pad"] = None if pad is None else _digest(dataclasses.astuple(pad))
    return ledger.stored("html", "html", inputs, make).files


def _markdown(
    report: Report, pictures: Pictures, document: dict[str, Any], ledger: Ledger
) -> Files:
    def make() -> Files:
        from reportgen.render.markdown import render_markdown

        text, figures = render_markdown(report, pictures)
        return {MARKDOWN_FILE: text.encode(), **figures}

    inputs = _render_inputs("md", pictures, document, HTML_LIBRARIES)
    return ledger.stored("md", "md", inputs, make).files


def _system_fonts(document: dict[str, Any]) -> dict[str, str]:
    from reportgen.render.system_fonts import fonts_beside_ours

    return fonts_beside_ours(strip_marks(json.dumps(document, ensure_ascii=False)))


def _pdf(
    report: Report,
    pictures: Pictures,
    document: dict[str, Any],
    attachments: Mapping[str, bytes],
    system_fonts: Mapping[str, str],
    epoch: int | None,
    ledger: Ledger,
) -> Files:
    def make() -> Files:
        from reportgen.render.pdf import render_pdf

        return {PDF_FILE: render_pdf(report, pictures, attachments=attachments, epoch=epoch)}

    inputs = {
        **_render_inputs("pdf", pictures, document, PDF_LIBRARIES),
        "native": native_versions(),
        "system_fonts": dict(system_fonts),
        "attachments": {name: sha256(content) for name, content in attachments.items()},
        "epoch": epoch,
    }
    return ledger.stored("pdf", "pdf", inputs, make).files
