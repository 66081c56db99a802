"""The whole verification: level by level, each on what the ones before have read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.errors import RenderError
from reportgen.evidence import Evidence
from reportgen.image_seed import salt_in
from reportgen.verify.contained import contained
from reportgen.verify.findings import Level


@dataclass(frozen=True, eq=False)
class Examined:
    """What the contained part found, and what the others go on with.

    Attributes:
        evidence: read and checked.
        weights: the files below ``weights/`` by relative name; empty for a PDF alone.
        manifest: what the report's manifest says.
        levels: ``files``, ``evidence``, ``words`` and ``layout``.
        remarks: of these levels.
    """

    evidence: Evidence
    weights: Mapping[str, bytes]
    manifest: Mapping[str, Any]
    levels: tuple[Level, ...]
    remarks: tuple[str, ...]


def examine(place: Path) -> Examined:
    """Read, compute again and render again. What a stranger sent may do its worst here.

    Raises:
        RenderError: nothing can be read, or no evidence is there.
        MismatchError: a part of the evidence was removed.
    """
    from reportgen.verify.appearance import look_at_appearance
    from reportgen.verify.files import look_at_files, made_by_render
    from reportgen.verify.handed_in import read_handed_in
    from reportgen.verify.inside import look_inside

    handed = read_handed_in(place)
    levels = (look_at_files(handed), look_inside(handed.evidence), *look_at_appearance(handed))
    remarks = []
    if made_by_render(handed):
        remarks.append("It was written by `reportgen render`, from evidence alone.")
    if salt_in(handed.evidence.record["report"]["settings"]) is not None:
        remarks.append(
            "It is an older report that gives away the salt of its class: who has it and guesses "
            "ids can tell which images are whose. Choose another salt for the next reports."
        )
    if handed.evidence.record["report"].get("assignment_files"):
        remarks.append(
            "Its assignment is not one of the program's: the words of its templates are its "
            "author's. --roster compares it with yours."
        )
    if handed.evidence.record["report"]["prose"]:
        remarks.append(
            "Answers in the author's own words are compared with what was attached; "
            "what they claim is what the report marks."
        )
    weights = {k: v for k, v in handed.files.items() if k.startswith("weights/")}
    return Examined(handed.evidence, weights, handed.manifest or {}, tuple(levels), tuple(remarks))


def examine_contained(place: Path) -> Examined:
    """``examine``, in a process with limits.

    Raises:
        RenderError, MismatchError: as ``examine``; it crashed, or went beyond the limits.
    """
    if not place.exists():
        raise RenderError(f"{place} does not exist. Name a report's folder or its PDF.")
    return contained(examine, place)
