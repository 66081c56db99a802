"""Render reports again from their evidence for a site, with the author's name or a pseudonym.

A report from elsewhere may have any page, with a manifest that fits it; a page rendered here has
no scripts but ours. A report of an older version contains the salt of its class, which must not
be published.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportgen.config.assignments import assignment_of
from reportgen.config.image_seed import salt_in
from reportgen.errors import RenderError
from reportgen.evidence.files import load_evidence
from reportgen.evidence.record import Evidence, EvidenceRecord
from reportgen.pipeline.from_evidence import rendered
from reportgen.pipeline.ledger import Ledger, Observer, open_store
from reportgen.report_folder import FORMATS, MANIFEST_FILE, MAX_MANIFEST_BYTES
from reportgen.site.collect import text_or_none
from reportgen.site.names import Found, Names, Person
from reportgen.site.texts import BREAK, strings_in, texts_of
from reportgen.storage.disk import sha256, write_folder
from reportgen.storage.reading import read_inside

# Settings that shape the document or its measurements; others may name the author.
_SETTINGS = (
    *("title", "course", "date", "language", "assignment", "seed", "threads", "studies"),
    *("datasets", "models", "selections", "output"),
)

Settings = dict[str, Any]


def write_again(source: Path, formats: tuple[str, ...], cache_dir: Path, new: Path) -> str:
    """Render a report again from its evidence, without a salt; may run in another process.

    Args:
        source: the report's folder.
        formats: names of formats.
        cache_dir: the folder of the cache.
        new: an empty folder.

    Returns:
        The SHA-256 of the manifest that was written.

    Raises:
        RenderError: the evidence is faulty, or ``formats`` is empty.
        OSError: the disk failed.
    """
    if not formats:
        *titles, last = (each.title for each in FORMATS.values())
        raise RenderError(f"it has neither {', '.join(titles)} nor {last}.")
    ledger = Ledger(open_store(cache_dir, Observer().notice), Observer())
    evidence = load_evidence(source)
    public = Evidence(_without_salt(evidence.record), evidence.arrays)
    files = rendered(public, source, formats, ledger)
    write_folder(new, files)
    return sha256(files[MANIFEST_FILE])


def write_anonymously(
    source: Path, pseudonym: str, people: tuple[Person, ...], cache_dir: Path, new: Path
) -> str:
    """Render a report again without any name or id; may run in another process.

    Args:
        source: the report's folder.
        pseudonym: replaces the author's name.
        people: all whose names and ids must not be in it, including the author.
        cache_dir: the folder of the cache.
        new: an empty folder.

    Returns:
        The SHA-256 of the manifest that was written.

    Raises:
        RenderError: the evidence is faulty, or a name or id is in a text or file of the report.
        OSError: the disk failed.
    """
    ledger = Ledger(open_store(cache_dir, Observer().notice), Observer())
    write_folder(new, _anonymous_files(source, pseudonym, _prepared(people), ledger))
    return manifest_digest(new)


@lru_cache(maxsize=1)
def _prepared(people: tuple[Person, ...]) -> Names:
    """The names to search for; the cache prepares them once for many reports."""
    return Names(people)


def _anonymous_files(
    source: Path, pseudonym: str, names: Names, ledger: Ledger
) -> dict[str, bytes]:
    evidence = load_evidence(source)
    report = evidence.record["report"]
    own = Person(report["author"], text_or_none(report["settings"].get("student_id")))
    changed = Evidence(_without_person(evidence.record, pseudonym), evidence.arrays)
    _require_absent_in_words(changed.record, names, own)
    files = rendered(changed, source, None, ledger)
    for name, content in files.items():
        for text in texts_of(name, content):
            if found := names.in_file(text, own):
                raise RenderError(f"{name} would hold {_told(found, own)}.")
    return files


def _without_person(record: EvidenceRecord, pseudonym: str) -> EvidenceRecord:
    """The record with the pseudonym, and without settings that identify the author.

    With the salt of an older report, anyone could draw the images of every possible id. The
    image seed is also in the student's own report, which others may have seen.
    """
    report = record["report"]
    settings = {name: report["settings"][name] for name in _SETTINGS if name in report["settings"]}
    settings["author"] = pseudonym
    if "datasets" in settings:
        settings["datasets"] = {
            # The path of the files may contain the person's name.
            name: {**dataset, "npz": f"{name}.npz", "dir": None}
            for name, dataset in settings["datasets"].items()
        }
    anonymous: EvidenceRecord = {**record, "report": {**report, "author": pseudonym}}
    return _with_settings(anonymous, _with_image_numbers(record, settings))


def _require_absent_in_words(record: EvidenceRecord, names: Names, own: Person) -> None:
    """Raise RenderError for a name or id in the author's texts or those of the assignment."""
    report = record["report"]
    author = {
        "title": report["title"],
        "course": report["course"] or "",
        **{f"answers/{name}.md": f"{text}{BREAK}{name}" for name, text in report["prose"].items()},
    }
    own_files = report.get("assignment_files") or {}
    others = {
        "assignment": report["assignment"],
        **{f"assignment/{name}": text for name, text in own_files.items()},
        # The author is the pseudonym there.
        "settings": BREAK.join(strings_in({**report["settings"], "author": None})),
    }
    for where, text in [*author.items(), *others.items()]:
        found = names.in_words(text, own if where in author else None)
        if found is not None:
            line = f", line {found.line}," if where.endswith(".md") else ""
            raise RenderError(f"its {where}{line} holds {_told(found, own)}.")


def _told(found: Found, own: Person) -> str:
    """What was found, for a message to the instructor."""
    whose = "the author's" if found.person == own else "another student's"
    return f'"{found.written}", {whose} {found.what}'


def manifest_digest(folder: Path) -> str:
    """The SHA-256 of a report's manifest; empty without a manifest."""
    try:
        return sha256(read_inside(folder, MANIFEST_FILE, MAX_MANIFEST_BYTES))
    except OSError:
        return ""


def _without_salt(record: EvidenceRecord) -> EvidenceRecord:
    """The record without the class's salt, which older versions stored."""
    settings = dict(record["report"]["settings"])
    if salt_in(settings) is None:
        return record
    del settings["salt"]
    return _with_settings(record, _with_image_numbers(record, settings))


def _with_settings(record: EvidenceRecord, settings: Settings) -> EvidenceRecord:
    """The record with other settings and their digest.

    The digest of the original configuration would confirm a guess of what was removed.
    """
    digest = sha256(json.dumps(settings, sort_keys=True, ensure_ascii=False).encode())
    return {
        **record,
        "report": {**record["report"], "settings": settings},
        "provenance": {**record["provenance"], "config_sha256": digest},
    }


def _with_image_numbers(record: EvidenceRecord, settings: Settings) -> Settings:
    """Settings with the image numbers in place of ``personal`` selections."""
    if settings.get("selections") != "personal":
        return settings
    numbers: dict[str, list[int]] = {name: [] for name in assignment_of(record).settings.selections}
    for image in record["images"]:
        if image["selection"] in numbers:
            numbers[image["selection"]].append(image["index"])
    return {**settings, "selections": {name: drawn for name, drawn in numbers.items() if drawn}}
