"""Compare the files of a submitted report with its manifests and its evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from reportgen.config.assignments import built_in_names
from reportgen.config.configuration import Configuration
from reportgen.evidence.check import evidence_json
from reportgen.pipeline.rendering import ATTACHED_KEYS, evidence_summary
from reportgen.publish.manifest import older_files, parse_manifest
from reportgen.report_folder import EVIDENCE_FILES, MANIFEST_FILE, PDF, weights_file
from reportgen.storage.disk import sha256
from reportgen.verify.findings import Difference, Level, judged
from reportgen.verify.submission import Submission

CONFIG_FILE = "report.toml"


def check_files(submission: Submission) -> Level:
    """The level of files: checks sizes and hashes, and whether the parts fit each other."""
    found = [*_manifest(submission), *_weights(submission)]
    # For example, other programs may read another value where a key is given twice.
    if evidence_json(submission.evidence.record) != submission.carriers[EVIDENCE_FILES[0]]:
        text = "is not written as reportgen writes it: it was edited"
        found.insert(0, Difference(EVIDENCE_FILES[0], text))
    if submission.attachments:
        found += _attached(submission)
    if submission.is_folder:
        n = len(submission.files) - 1
        return judged("files", f"{n} files, by their sizes and SHA-256", found)
    n = len(submission.attachments)
    return judged("files", f"{n} attachments, by sizes and SHA-256 where listed", found)


def _manifest(submission: Submission) -> Iterator[Difference]:
    manifest = submission.manifest
    if manifest is None or not isinstance(manifest.get("files"), dict):
        yield Difference(MANIFEST_FILE, "is missing, or is no manifest of a report")
        return
    listed = manifest["files"]
    yield from _claims(submission, manifest)
    if not submission.is_folder:
        for name in EVIDENCE_FILES:
            yield from _entry(name, listed.get(name), submission.attachments[name])
        return
    for name in sorted({*listed, *submission.files, *submission.unreadable} - {MANIFEST_FILE}):
        if name in submission.older:
            # The report's claim is no excuse: a file that is not compared counts as a difference.
            yield Difference(
                name,
                "is of an earlier build, and was not compared. Build all formats again, or remove "
                "the older ones and build",
            )
        elif name in submission.unreadable:
            yield Difference(name, f"was not read: {submission.unreadable[name]}")
        elif name not in submission.files:
            yield Difference(name, f"is missing; {MANIFEST_FILE} lists it")
        elif name not in listed:
            yield Difference(name, f"was added; {MANIFEST_FILE} does not list it")
        else:
            yield from _entry(name, listed[name], submission.files[name])


def _weights(submission: Submission) -> Iterator[Difference]:
    """Missing files of weights: without them, only rounded weights would be checked."""
    if submission.is_folder and not made_by_render(submission):
        for name in map(weights_file, submission.evidence.record["models"]):
            if name not in submission.files and name not in submission.unreadable:
                yield Difference(name, "is missing; every build writes it")


def _entry(name: str, entry: Any, content: bytes) -> Iterator[Difference]:
    if entry == {"size": len(content), "sha256": sha256(content)}:
        return
    size = entry.get("size") if isinstance(entry, dict) else None
    if size != len(content):
        text = f"was changed: it has {len(content):,} bytes, and {MANIFEST_FILE} says {size}"
    else:
        text = f"was changed: its SHA-256 is not the one in {MANIFEST_FILE}"
    yield Difference(name, text)


def _claims(submission: Submission, manifest: Mapping[str, Any]) -> Iterator[Difference]:
    """What a manifest says of the report, compared with its evidence."""
    summary = evidence_summary(submission.evidence)
    expected = {"version": summary["provenance"].get("reportgen"), **summary}
    if not manifest.get("models"):
        del expected["models"]  # a report of `reportgen render` says nothing there
    for name, value in expected.items():
        if manifest.get(name) != value:
            yield Difference(
                f"{MANIFEST_FILE}, {name}", "is not what the evidence says: it was edited"
            )


def _attached(submission: Submission) -> Iterator[Difference]:
    """The attachments of the PDF, compared with the folder's files and the evidence."""
    attached = submission.attachments
    if submission.is_folder:
        for name in EVIDENCE_FILES:
            if attached.get(name) != submission.files[name]:
                text = f"is not the folder's {name}" if name in attached else "is missing"
                yield Difference(f"{PDF.file}, attachment {name}", text)
        yield from _attached_manifest(submission)
    yield from _sources(submission)


def _attached_manifest(submission: Submission) -> Iterator[Difference]:
    """The manifest in the PDF, compared with the folder's; a build writes both together."""
    inside, manifest = (
        parse_manifest(submission.attachments.get(MANIFEST_FILE, b"")),
        submission.manifest,
    )
    place = f"{PDF.file}, attachment {MANIFEST_FILE}"
    if inside is None or manifest is None:
        if inside is None:
            yield Difference(place, "is missing, or is no manifest of a report")
        return
    for key in ATTACHED_KEYS:
        if inside.get(key) != manifest.get(key):
            yield Difference(f"{place}, {key}", f"is not what the folder's {MANIFEST_FILE} says")
    for name, entry in inside["files"].items():
        kept = name in manifest["files"] and name not in older_files(manifest)
        if kept and manifest["files"][name] != entry:
            text = f"is not the {name} that the PDF was made with: one of them was changed"
            yield Difference(name, text)


def _sources(submission: Submission) -> Iterator[Difference]:
    """The report's sources, compared with those in the evidence or by their SHA-256."""
    record, attached = submission.evidence.record, submission.attachments
    there = {name for name in attached if name.startswith(("answers/", "assignment/"))}
    if made_by_render(submission) and not there and CONFIG_FILE not in attached:
        return  # it has the evidence alone
    texts = {f"answers/{name}.md": text for name, text in record["report"]["prose"].items()}
    own = record["report"].get("assignment_files") or {}
    texts |= {f"assignment/{name}": text for name, text in own.items()}
    for name in sorted({*texts, *there}):
        place = f"attachment {name}"
        if name not in attached:
            yield Difference(place, "is missing; the evidence has it")
        elif name not in texts:
            yield Difference(place, "does not belong there; the evidence does not have it")
        elif attached[name] != texts[name].encode():
            yield Difference(place, "is not what the evidence has")
    yield from _configuration(submission)


def made_by_render(submission: Submission) -> bool:
    """Whether ``reportgen render`` wrote the report, from evidence alone."""
    return submission.manifest is not None and submission.manifest.get("models") == {}


def _configuration(submission: Submission) -> Iterator[Difference]:
    record, text = submission.evidence.record, submission.attachments.get(CONFIG_FILE)
    said = record["provenance"].get("config_sha256")
    place = f"attachment {CONFIG_FILE}"
    if text is not None:
        if sha256(text) != said:
            yield Difference(place, "is not the configuration that the evidence was made from")
        return
    if record["report"]["assignment"] not in built_in_names():
        return  # the evidence does not say where the assignment's folder was
    try:
        settings = Configuration.of_evidence(record).settings
    except ValidationError:
        return  # the level of evidence reports it
    default = json.dumps(settings.model_dump(mode="json"), sort_keys=True)
    if sha256(default.encode()) != said:
        yield Difference(place, "is missing; the report was made from one")
