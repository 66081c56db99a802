"""Render a report again from its evidence, and compare each of its files with the result.

What is compared, and how strictly, never depends on what the report says of how it was made,
since a forger can write that, too. It only helps to explain what was found.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reportgen import __version__
from reportgen.answers.document import Report
from reportgen.config.assignments import assignment_of
from reportgen.errors import ConfigError, RenderError
from reportgen.pipeline.keys import all_versions, rendering_versions
from reportgen.pipeline.rendering import (
    Cache,
    Files,
    FolderSpec,
    compose_report,
    evidence_summary,
    render_folder,
)
from reportgen.render.system_fonts import describe_undrawable
from reportgen.report_folder import (
    EVIDENCE_FILES,
    FORMATS,
    MANIFEST_FILE,
    UNDRAWABLE,
    content_of,
    formats_among,
    is_data_file,
)
from reportgen.verify.files import made_by_render
from reportgen.verify.findings import Difference, Level, judged, not_proved, not_reached
from reportgen.verify.pdf_compare import compare_pdfs
from reportgen.verify.submission import Submission
from reportgen.verify.texts import (
    ONLY_MARKUP,
    Compared,
    check_policy,
    compare_lines,
    compare_pages,
    compare_pictures,
)

# Libraries that shape a report's words and pictures; TensorFlow and Keras shape the evidence.
SHAPING = frozenset(rendering_versions())
WORDS, LAYOUT = "words", "layout"
_MAX_NAMED = 4


@dataclass(frozen=True, eq=False)
class Rendering:
    """A report rendered from the evidence on this machine.

    Attributes:
        report: the document.
        files: every file but weights, by relative name, with the folder's manifest.
        other_versions: ``name theirs (here ours)`` for each program, library and font whose
            version in the report's manifest or evidence is not the one here.
        failed: files that cannot be rendered here, with the reason.
    """

    report: Report
    files: Files
    other_versions: tuple[str, ...]
    failed: Mapping[str, str] = field(default_factory=dict)


def render_again(submission: Submission) -> Rendering:
    """Render a submitted report from its own evidence.

    Raises:
        RenderError: the evidence, a template or an answer in it cannot be rendered.
    """
    formats = formats_of(submission)
    try:
        return _render(submission, formats)
    except RenderError as error:
        others = [name for name in formats if not FORMATS[name].is_printed]
        if not submission.is_folder or not others or len(others) == len(formats):
            raise
        # For example, this machine lacks a font; the other files can still be compared.
        rendering = _render(submission, others)
        why = str(error).splitlines()[0]
        failed = {FORMATS[name].file: why for name in formats if name not in others}
        return dataclasses.replace(rendering, failed=failed)


def _render(submission: Submission, formats: Sequence[str]) -> Rendering:
    evidence, manifest = submission.evidence, submission.manifest or {}
    try:
        assignment = assignment_of(evidence.record)
        composed = compose_report(evidence, assignment, formats)
        # As submitted: another zlib would compress the same arrays to other bytes.
        sent = {name: submission.carriers[name] for name in EVIDENCE_FILES}
        composed = dataclasses.replace(composed, evidence_files=sent)
        spec = FolderSpec(formats, sources_of(submission), weights_of(manifest), _about(submission))
        files = render_folder(composed, spec, Cache())
    except (KeyError, TypeError, ValueError, LookupError, ArithmeticError, ConfigError) as error:
        raise RenderError(
            f"cannot be rendered from its evidence ({type(error).__name__}: {error})."
        ) from None
    made = json.loads(files[MANIFEST_FILE])
    if UNDRAWABLE in made:
        raise RenderError(f"cannot be printed again: {describe_undrawable(made[UNDRAWABLE])}")
    fonts = made.get("system_fonts", {})
    return Rendering(composed.report, files, other_versions(submission, fonts))


def formats_of(submission: Submission) -> tuple[str, ...]:
    """The formats of the report, by the files that its manifest lists or that it has."""
    names = {*submission.files, *((submission.manifest or {}).get("files") or {})} - {
        *submission.older
    }
    return formats_among(names)


def sources_of(submission: Submission) -> dict[str, bytes]:
    """The attached sources of the report, as submitted."""
    return {
        name: content
        for name, content in submission.attachments.items()
        if name == "report.toml" or name.startswith(("answers/", "assignment/"))
    }


def weights_of(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest's entries for the weights, which rendering does not make."""
    files = manifest.get("files")
    entries = files if isinstance(files, dict) else {}
    return {name: entry for name, entry in entries.items() if name.startswith("weights/")}


def _about(submission: Submission) -> dict[str, Any]:
    """What the manifest must say of the report; library versions are copied from it."""
    summary, manifest = evidence_summary(submission.evidence), submission.manifest or {}
    if made_by_render(submission):
        summary["models"] = {}
    version = summary["provenance"].get("reportgen", __version__)
    about = {"version": version, **summary, "inputs": {}}
    if "versions" in manifest:
        about["versions"] = manifest["versions"]
    return about


def other_versions(submission: Submission, fonts: Mapping[str, str]) -> tuple[str, ...]:
    """The versions that the report says it was made with and that differ here.

    Args:
        submission: the report.
        fonts: the system fonts that it uses on this machine: SHA-256 by file name.
    """
    manifest = submission.manifest or {}
    claimed = manifest.get("versions")
    theirs = {k: v for k, v in claimed.items() if k in SHAPING} if isinstance(claimed, dict) else {}
    theirs["reportgen"] = submission.evidence.record["provenance"].get("reportgen", __version__)
    ours = {**all_versions(), "reportgen": __version__}
    if isinstance(used := manifest.get("system_fonts"), dict) and used != fonts:
        theirs["fonts"] = ", ".join(map(str, used)) or "the packaged ones"
        ours["fonts"] = ", ".join(fonts) or "none besides"
    return tuple(
        f"{name} {version} (here {ours.get(name, 'missing')})"
        for name, version in sorted(theirs.items())
        if version != ours.get(name)
    )


def compare_rendering(submission: Submission) -> tuple[Level, Level]:
    """The levels of words (and numbers) and of layout (and pictures)."""
    try:
        rendering = render_again(submission)
    except RenderError as error:
        why = str(error).splitlines()[0]
        note = f"rendered again from the evidence{_made_with(other_versions(submission, {}))}"
        found = judged(WORDS, note, [Difference("evidence.json", why)])
        return found, not_reached(LAYOUT, "it cannot be rendered again")
    return _judge(submission, rendering)


def _judge(submission: Submission, rendering: Rendering) -> tuple[Level, Level]:
    compared = Compared()
    n_same = 0
    names = [name for name in rendering.files if name in submission.files and name != MANIFEST_FILE]
    for name in names:
        if submission.files[name] == rendering.files[name]:
            n_same += 1
            if content_of(name) == "html":
                compared.layout += check_policy(name, submission.files[name])
            continue
        found = _compare(name, submission, rendering)
        for kind in dataclasses.fields(Compared):
            getattr(compared, kind.name).extend(getattr(found, kind.name))
    for name, why in rendering.failed.items():
        compared.words.append(Difference(name, f"was not compared: {why}"))
    claim = _made_with(rendering.other_versions)
    said = f"{', '.join(_shown(names))}: every word, number and table follows from the evidence"
    may = "".join(f"; {each}" for each in compared.remarks) + (claim if n_same < len(names) else "")
    compared.words.sort(key=lambda each: each.text == ONLY_MARKUP)
    words = judged(WORDS, said + (may if compared.words else ""), compared.words)
    same = f"{n_same} of {len(names)} files have the same bytes"
    if compared.layout:
        return words, judged(LAYOUT, f"{same}{may}", compared.layout)
    if compared.inexact:
        note = (
            f"{same}; text, pictures, links and scripts of the others are the same, not every "
            f"byte: {', '.join(compared.inexact)}{claim}"
        )
        return words, not_proved(LAYOUT, note)
    return words, judged(LAYOUT, f"figures, fonts and structure; {same}", [])


def _made_with(others: tuple[str, ...]) -> str:
    if not others:
        return ""
    named = ", ".join(others[:_MAX_NAMED]) + (", ..." if len(others) > _MAX_NAMED else "")
    return f"; it says that it was made with {named}: if so, verify it with those"


def _shown(names: list[str]) -> list[str]:
    outer = [name for name in names if "/" not in name and not name.startswith("evidence")]
    return [*outer, *sorted({f"{name.split('/')[0]}/" for name in names if "/" in name})]


def _compare(name: str, submission: Submission, rendering: Rendering) -> Compared:
    found, expected = submission.files[name], rendering.files[name]
    kind = content_of(name)
    if kind == "html":
        return compare_pages(name, found, expected, rendering.report)
    if kind == "pdf":
        shown = name if submission.is_folder else submission.place.name
        return compare_pdfs(shown, found, expected)
    if kind == "text" or name.endswith(".csv"):
        return compare_lines(name, found, expected)
    if is_data_file(name):
        return Compared([Difference(name, "is not of the sample that the report was made from")])
    return compare_pictures(name, found, expected, rendering.report)
