"""From a composed report to the files of its folder: pure functions, bytes out.

Nothing here knows of the store or of folders, so that a build and a worker of a
batch make the same bytes from the same input. A build keeps what was rendered; it
passes a ``Keep`` that looks in the store first.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.answers.compose import Composition, without_pictures
from reportgen.answers.document import Figure, Report, strip_marks
from reportgen.answers.prose_check.contradictions import contradicted
from reportgen.evidence.record import Evidence, evidence_json
from reportgen.pipeline import keys
from reportgen.pipeline.versions import native_versions
from reportgen.publish.folder import FileEntry, entries_of, make_manifest
from reportgen.report_folder import (
    ARRAYS_FILE,
    EVIDENCE_FILE,
    HTML_FILE,
    MANIFEST_FILE,
    MARKDOWN_FILE,
    PDF_FILE,
    UNDRAWABLE,
)
from reportgen.storage.disk import sha256
from reportgen.storage.store import Inputs

if TYPE_CHECKING:
    from reportgen.figures.spec import FigureSpec, Picture
    from reportgen.render.html import Interactive

# What the manifest inside the PDF says beside the files, so that the PDF alone can be verified.
ATTACHED_KEYS = ("version", "data_tier", "models", "provenance", "versions", "system_fonts")

Files = dict[str, bytes]
Pictures = dict[str, "tuple[Picture, ...]"]
Make = Callable[[], Files]
Keep = Callable[[str, Inputs, Make], Files]


@dataclass(frozen=True, eq=False)
class Draft:
    """A composed report and what its files need beside the pictures.

    Attributes:
        report: the document.
        evidence_files: ``evidence.json`` and ``evidence.npz``.
        pad: the section in which a reader draws; None where there is none.
        n_contradicted: how many of the author's statements the evidence contradicts.
    """

    report: Report
    evidence_files: Files
    pad: Interactive | None
    n_contradicted: int

    @property
    def specs(self) -> dict[str, FigureSpec]:
        """What each figure shows, by the figure's id."""
        return {each.id: each.spec for each in self.report.blocks if isinstance(each, Figure)}


@dataclass(frozen=True, eq=False)
class Wanted:
    """What a report's folder shall hold beside what the draft says.

    Attributes:
        formats: of ``html``, ``pdf``, ``md``.
        sources: what the report was made from, attached to the PDF: the configuration,
            the author's prose, a custom assignment's files.
        weights: size and SHA-256 of each model's ``weights/<model>.npz``.
        epoch: seconds since 1970 that the PDF is dated with, or None for no date.
        about: what the manifest says beside the files; ``inputs`` has what the stages
            before were made from.
    """

    formats: Collection[str]
    sources: Mapping[str, bytes]
    weights: Mapping[str, FileEntry]
    epoch: int | None
    about: Mapping[str, Any]


def make_draft(composition: Composition, formats: Collection[str]) -> Draft:
    """All of a report that does not depend on its pictures.

    Args:
        composition: the report and its evidence.
        formats: of ``html``, ``pdf``, ``md``; the pad is for the first.
    """
    from reportgen.storage.npz import pack_arrays

    evidence = composition.evidence
    return Draft(
        composition.report,
        {
            EVIDENCE_FILE: evidence_json(evidence.record),
            ARRAYS_FILE: pack_arrays(evidence.arrays),
        },
        _pad(evidence) if "html" in formats else None,
        len(contradicted(composition.statements)),
    )


def _pad(evidence: Evidence) -> Interactive | None:
    if not evidence.record["report"]["settings"].get("output", {}).get("interactive", True):
        return None
    from reportgen.render.pad import make_pad

    return make_pad(evidence)


def figures_inputs(draft: Draft) -> Inputs:
    """All that a report's pictures depend on."""
    return keys.figures_inputs({name: spec.digest() for name, spec in draft.specs.items()})


def draw_picture(spec: FigureSpec) -> tuple[Picture, ...]:
    """The pictures of one figure."""
    from reportgen.figures.catalogue import draw

    return draw(spec)


def make_anew(stage: str, inputs: Inputs, make: Make) -> Files:  # noqa: ARG001
    """A ``Keep`` that keeps nothing."""
    return make()


def assemble(draft: Draft, pictures: Pictures, wanted: Wanted, keep: Keep = make_anew) -> Files:
    """Every file of a report's folder by relative name, except the weights.

    The PDF is left out where no font of this machine has one of its characters; the
    manifest says which.

    Args:
        draft: the report.
        pictures: of every figure, by the figure's id.
        wanted: the rest of what the folder shall hold.
        keep: called for each format with its name, what its files depend on, and how
            they are made.

    Raises:
        RenderError: a text cannot be rendered, or a renderer warned.
    """
    document = without_pictures(draft.report)
    files = dict(draft.evidence_files)
    about = {**wanted.about, "n_contradicted": draft.n_contradicted}
    made_from = {**about["inputs"], "figures": figures_inputs(draft)}
    about["inputs"] = made_from

    def kept(stage: str, inputs: Inputs, make: Make) -> Files:
        made_from[stage] = inputs
        return keep(stage, inputs, make)

    if "html" in wanted.formats:
        files |= _html(draft, pictures, document, kept)
    if "md" in wanted.formats:
        files |= _markdown(draft.report, pictures, document, kept)
    if "pdf" in wanted.formats:
        from reportgen.render.system_fonts import fonts_beside_ours, undrawable

        printed = strip_marks(json.dumps(document, ensure_ascii=False))
        if lacking := undrawable(printed):
            about[UNDRAWABLE] = lacking
        else:
            about["system_fonts"] = fonts = fonts_beside_ours(printed)
            attached = {name: about[name] for name in ATTACHED_KEYS if name in about}
            attachments = {
                **draft.evidence_files,
                **wanted.sources,
                MANIFEST_FILE: make_manifest({**entries_of(files), **wanted.weights}, attached),
            }
            files |= _pdf(draft.report, pictures, document, attachments, fonts, wanted.epoch, kept)
    files[MANIFEST_FILE] = make_manifest({**entries_of(files), **wanted.weights}, about)
    return files


def _html(draft: Draft, pictures: Pictures, document: dict[str, Any], keep: Keep) -> Files:
    pad = draft.pad
    drawn = None if pad is None else keys.digest_of(dataclasses.astuple(pad))
    inputs = keys.rendering_inputs("html", document, pictures, pad=drawn)

    def make() -> Files:
        from reportgen.render.html import render_html

        return {HTML_FILE: render_html(draft.report, pictures, interactive=pad).encode()}

    return keep("html", inputs, make)


def _markdown(report: Report, pictures: Pictures, document: dict[str, Any], keep: Keep) -> Files:
    def make() -> Files:
        from reportgen.render.markdown import render_markdown

        text, figures = render_markdown(report, pictures)
        return {MARKDOWN_FILE: text.encode(), **figures}

    return keep("md", keys.rendering_inputs("md", document, pictures), make)


def _pdf(
    report: Report,
    pictures: Pictures,
    document: dict[str, Any],
    attachments: Mapping[str, bytes],
    system_fonts: Mapping[str, str],
    epoch: int | None,
    keep: Keep,
) -> Files:
    inputs = keys.rendering_inputs(
        "pdf",
        document,
        pictures,
        native=native_versions(),
        system_fonts=dict(system_fonts),
        attachments={name: sha256(content) for name, content in attachments.items()},
        epoch=epoch,
    )

    def make() -> Files:
        from reportgen.render.pdf import render_pdf

        return {PDF_FILE: render_pdf(report, pictures, attachments=attachments, epoch=epoch)}

    return keep("pdf", inputs, make)
