"""From evidence to the files of a report's folder, without TensorFlow.

A report is composed, its figures are drawn, and each format is rendered. A cache supplies what
was made before; the bytes are the same without it. Nothing here writes a folder.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from reportgen.answers.compose import Composition, compose, without_pictures
from reportgen.answers.document import Figure, Report, strip_marks
from reportgen.answers.prose_check.statements import Statement, contradicted
from reportgen.config.assignments import Assignment
from reportgen.datasets.catalogue import BUILTINS
from reportgen.datasets.sources import SAMPLE_FOLDER
from reportgen.evidence.check import evidence_json
from reportgen.evidence.record import SPLITS, Evidence
from reportgen.figures.catalogue import draw as draw_figure
from reportgen.figures.drawing.spec import FigureSpec, Picture, pack_pictures, unpack_pictures
from reportgen.pipeline import keys
from reportgen.pipeline.ledger import Ledger
from reportgen.pipeline.versions import native_versions
from reportgen.publish.manifest import FileEntry, entries_of, make_manifest
from reportgen.render.manuscript import Interactive, Manuscript
from reportgen.render.pad import make_pad
from reportgen.render.system_fonts import fonts_beside_ours, undrawable
from reportgen.report_folder import (
    ARRAYS_FILE,
    EVIDENCE_FILE,
    FORMATS,
    MANIFEST_FILE,
    UNDRAWABLE,
    Format,
    data_folder,
    some_program,
    weights_file,
)
from reportgen.storage.disk import sha256
from reportgen.storage.npz import pack_arrays
from reportgen.storage.store import Inputs

FIGURE_KIND = "figure"
# What the manifest inside the PDF says besides the files, so that the PDF alone can be verified.
ATTACHED_KEYS = ("version", "data_tier", "models", "provenance", "versions", "system_fonts")

Files = dict[str, bytes]
Pictures = dict[str, tuple[Picture, ...]]


@dataclass(frozen=True, eq=False)
class ComposedReport:
    """A report and all that its files are made from, except pictures.

    Attributes:
        report: the document.
        statements: the author's statements, compared with the evidence.
        evidence_files: ``evidence.json`` and ``evidence.npz``.
        data_files: the sample's images and labels, which its program loads, where that is shown.
        pad: the section in which a reader draws, or None.
        epoch: the PDF's date in seconds since 1970, or None for no date.
    """

    report: Report
    statements: tuple[Statement, ...]
    evidence_files: Files
    data_files: Files
    pad: Interactive | None
    epoch: int | None

    @property
    def figures(self) -> dict[str, FigureSpec]:
        """What each figure shows, by the figure's id."""
        return {each.id: each.spec for each in self.report.blocks if isinstance(each, Figure)}


@dataclass(frozen=True, eq=False)
class FolderSpec:
    """What a report's folder and its manifest hold besides the report itself.

    Attributes:
        formats: their names.
        sources: what the report was made from, attached to the PDF: the configuration,
            the author's prose, a custom assignment's files.
        weights: size and SHA-256 of each model's ``weights/<model>.npz``.
        about: what the manifest says besides the files; its ``inputs`` are those of the
            earlier stages.
    """

    formats: Collection[str]
    sources: Mapping[str, bytes]
    weights: Mapping[str, FileEntry]
    about: Mapping[str, Any]


def evidence_summary(evidence: Evidence) -> dict[str, Any]:
    """What a manifest says of the evidence."""
    return {
        "data_tier": evidence.data_tier,
        "models": {
            name: {f"{part}_accuracy": model[part]["accuracy"] for part in SPLITS}
            for name, model in evidence.record["models"].items()
        },
        "provenance": evidence.record["provenance"],
    }


class Cache:
    """Supplies pictures and files. This one makes all of them anew; others keep some."""

    def draw(self, figures: Mapping[str, FigureSpec]) -> Pictures:
        """The pictures of figures, by the figure's id."""
        return {name: draw_figure(spec) for name, spec in figures.items()}

    def render(self, name: str, inputs: Inputs, make: Callable[[], Files]) -> Files:  # noqa: ARG002
        """The files of a format, given its name, what they depend on, and how they are made."""
        return make()


@dataclass(frozen=True)
class StoreCache(Cache):
    """Keeps pictures and files in the store; the ledger records the stages."""

    ledger: Ledger

    def draw(self, figures: Mapping[str, FigureSpec]) -> Pictures:
        """Draw the figures that the store lacks."""
        pictures, reused = {}, []
        why = self.ledger.why("figures", keys.figures_inputs(figures))
        with self.ledger.timed("figures") as timing:
            for name, spec in figures.items():
                inputs = keys.figure_inputs(spec)
                make = partial(lambda spec: pack_pictures(draw_figure(spec)), spec)
                entry, is_reused = self.ledger.look_up(FIGURE_KIND, inputs, make)
                reused.append(is_reused)
                pictures[name] = unpack_pictures(entry.files)
            timing.reused, timing.why = all(reused), why
        return pictures

    def render(self, name: str, inputs: Inputs, make: Callable[[], Files]) -> Files:
        """Render what the store lacks."""
        return self.ledger.stored(name, name, inputs, make).files


def compose_report(
    evidence: Evidence, assignment: Assignment, formats: Collection[str]
) -> ComposedReport:
    """Answer an assignment from evidence.

    Args:
        evidence: what was measured.
        assignment: what is asked.
        formats: their names; the pad and the data are there only if one of them needs them.

    Raises:
        RenderError: a template is faulty.
    """
    composition = compose(evidence, assignment)
    evidence = composition.evidence  # with the values that were derived
    return ComposedReport(
        composition.report,
        composition.statements,
        {EVIDENCE_FILE: evidence_json(evidence.record), ARRAYS_FILE: pack_arrays(evidence.arrays)},
        _data_files(evidence) if some_program(formats) or _shows_code(composition) else {},
        _pad(evidence) if any(FORMATS[name].has_pad for name in formats) else None,
        _epoch(evidence.record["report"]["date"]),
    )


def _epoch(date: str | None) -> int | None:
    """Midnight UTC of an ISO date in seconds since 1970."""
    if date is None:
        return None
    return int(dt.datetime.fromisoformat(date).replace(tzinfo=dt.UTC).timestamp())


def _pad(evidence: Evidence) -> Interactive | None:
    if not evidence.record["report"]["settings"].get("output", {}).get("interactive", True):
        return None
    return make_pad(evidence)


def _shows_code(composition: Composition) -> bool:
    report = composition.report
    return bool(report.program.steps) and report.code != "none"


def _data_files(evidence: Evidence) -> Files:
    """The files of each bundled sample that a model was trained on."""
    files: Files = {}
    for model in evidence.record["models"].values():
        name, digest = model["dataset"]["name"], model["dataset"]["sha256"]
        builtin = BUILTINS.get(name)
        if builtin and builtin.sample and builtin.sample.sha256 == digest:
            for path in sorted((SAMPLE_FOLDER / name).iterdir()):
                files[f"{data_folder(name)}/{path.name}"] = path.read_bytes()
    return files


def weight_files(weights: Mapping[str, bytes]) -> Files:
    """Each model's weights, as NPZ bytes, under the name that they have in the folder."""
    return {weights_file(name): content for name, content in weights.items()}


def render_folder(composed: ComposedReport, spec: FolderSpec, cache: Cache) -> Files:
    """Every file of a report's folder by relative name, except the weights.

    The PDF is left out where no font of this machine has one of its characters; the
    manifest says which.

    Raises:
        RenderError: a figure or a text cannot be rendered, or a renderer warned.
    """
    pictures = cache.draw(composed.figures)
    document = without_pictures(composed.report)
    files = {**composed.evidence_files, **composed.data_files}
    inputs = {**spec.about["inputs"], "figures": keys.figures_inputs(composed.figures)}
    about = {
        **spec.about,
        "inputs": inputs,
        "n_contradicted": len(contradicted(composed.statements)),
    }
    chosen = [FORMATS[name] for name in FORMATS if name in spec.formats]
    for made_in in sorted(chosen, key=lambda each: each.is_printed):
        manuscript, others = Manuscript(composed.report, pictures), dict[str, Any]()
        if made_in.has_pad:
            manuscript = dataclasses.replace(manuscript, pad=composed.pad)
            others["pad"] = composed.pad and keys.digest_of(dataclasses.astuple(composed.pad))
        if made_in.is_printed:
            printed = strip_marks(json.dumps(document, ensure_ascii=False))
            printed += "".join(_words_at_images(pictures))
            if lacking := undrawable(printed):
                about[UNDRAWABLE] = lacking
                continue
            about["system_fonts"] = fonts = fonts_beside_ours(printed)
            enclosed = _enclosed(composed, spec, files, about)
            manuscript = dataclasses.replace(manuscript, attachments=enclosed, epoch=composed.epoch)
            others["native"] = native_versions()
            others["system_fonts"] = fonts
            others["attachments"] = {name: sha256(content) for name, content in enclosed.items()}
            others["epoch"] = composed.epoch
        name = made_in.name
        inputs[name] = keys.rendering_inputs(name, document, pictures, **others)
        files |= cache.render(name, inputs[name], partial(_write, made_in, manuscript))
    files[MANIFEST_FILE] = make_manifest({**entries_of(files), **spec.weights}, about)
    return files


def _words_at_images(pictures: Pictures) -> Iterator[str]:
    """The text that a format sets beside the images of its figures."""
    for cell in (c for group in pictures.values() for each in group for c in each.cells):
        for line in (*cell.above, *cell.below):
            yield line.text + line.end


def _enclosed(
    composed: ComposedReport, spec: FolderSpec, files: Files, about: Mapping[str, Any]
) -> Files:
    """The attachments of a printed report: evidence, sources, a manifest of the other files."""
    attached = {name: about[name] for name in ATTACHED_KEYS if name in about}
    manifest = make_manifest({**entries_of(files), **spec.weights}, attached)
    return {**composed.evidence_files, **spec.sources, MANIFEST_FILE: manifest}


def _write(made_in: Format, manuscript: Manuscript) -> Files:
    renderer = import_module(f"reportgen.render.{made_in.renderer}")
    document, others = renderer.write(manuscript)
    return {made_in.file: document, **others}
