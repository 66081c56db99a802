"""Compares two reports: their facts, verdicts, and the sentences that follow from them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.answers.compose import compose
from reportgen.answers.document import BLOCK_MARK, Figure, Report, Table, strip_marks, unfolded
from reportgen.answers.prose_check.sentences import GAP, read_sentences
from reportgen.config.assignments import assignment_of
from reportgen.errors import ConfigError, RenderError
from reportgen.evaluation.intervals import sample_sd
from reportgen.evidence.files import load_record, with_arrays
from reportgen.evidence.record import SPLITS, EvidenceRecord
from reportgen.formatting import count
from reportgen.verify.texts import replaced

_MAX_LINES = 40
# Facts that get a line each; the others are counted by group.
_HEADLINES = re.compile(
    r"models\.[^.]+\.(?:train|test)\.(?:accuracy|loss|n_correct)"
    r"|models\.[^.]+\.(?:training|dataset|architecture)\.[^.]+"
    r"|comparison\.[^.]+(?:\.\d+)?|provenance\.[^.]+|report\.[^.]+"
    r"|studies\.[^.]+\.(?:models\.[^.]+\.)?(?:mean|sd|difference)"
)
# Not facts: the comparison of sentences covers these.
_TEXTS = ("prose", "assignment_files", "settings")


@dataclass(frozen=True)
class Move:
    """A fact that differs.

    Attributes:
        path: where it is in the evidence.
        old, new: its values; None where a report does not have it.
        difference: new minus old, for numbers.
        seed_ratio: the size of the difference in standard deviations of the same value
            over repeated trainings with other seeds, where a report measured them.
    """

    path: str
    old: Any
    new: Any
    difference: float | None = None
    seed_ratio: float | None = None


@dataclass(frozen=True)
class Rewording:
    """The sentences that differ in a part: a question's id, ``introduction``, and so on."""

    part: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True)
class ReportDifference:
    """All that differs between two reports.

    Attributes:
        n_facts: how many facts there are in either report.
        facts: those that differ, except verdicts.
        verdicts: conclusions and matches that changed.
        sentences: those that differ; None if they cannot be compared (``note`` says why).
        note: a remark for the reader, or empty.
    """

    n_facts: int
    facts: tuple[Move, ...]
    verdicts: tuple[Move, ...]
    sentences: tuple[Rewording, ...] | None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """What ``diff --json`` prints."""
        sentences = self.sentences
        return {
            "n_facts": self.n_facts,
            "facts": [vars(move) for move in self.facts],
            "verdicts": [
                {"path": move.path, "old": move.old, "new": move.new} for move in self.verdicts
            ],
            "sentences": None if sentences is None else [vars(each) for each in sentences],
            "note": self.note,
        }


def compare_reports(old: Path, new: Path) -> ReportDifference:
    """Compare two reports, each a report's folder or an ``evidence.json``.

    Raises:
        RenderError: one has no readable evidence.
    """
    records = (load_record(old), load_record(new))
    before, after = (dict(_facts(record, "")) for record in records)
    paths = list(dict.fromkeys([*before, *after]))
    spreads = seed_spreads(records[1]) or seed_spreads(records[0])
    moves = [
        _move(path, before.get(path), after.get(path), spreads)
        for path in paths
        if not _same(before.get(path), after.get(path))
    ]
    try:
        sentences, note = _rewordings(_parts(old, records[0]), _parts(new, records[1])), ""
    except (RenderError, ConfigError) as error:
        sentences, note = None, f"sentences are not compared: {str(error).splitlines()[0]}"
    return ReportDifference(
        len(paths),
        tuple(move for move in moves if not is_verdict(move.path)),
        tuple(move for move in moves if is_verdict(move.path)),
        sentences,
        note,
    )


def _facts(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every single value of the evidence with its path."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if path != "report" or name not in _TEXTS:
                yield from _facts(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _facts(inner, f"{path}.{place}")
    else:
        yield path, value


def _same(old: Any, new: Any) -> bool:
    return type(old) is type(new) and (old == new or (old != old and new != new))


def is_verdict(path: str) -> bool:
    """Whether a fact is a conclusion rather than a measurement."""
    name = path.rsplit(".", 1)[-1]
    return name in ("verdict", "match", "complete") or name.endswith("_verdict")


def _move(path: str, old: Any, new: Any, spreads: Mapping[str, float]) -> Move:
    if not all(isinstance(x, int | float) and not isinstance(x, bool) for x in (old, new)):
        return Move(path, old, new)
    difference = new - old
    sd = spreads.get(path, 0.0)
    return Move(path, old, new, difference, abs(difference) / sd if sd > 0 else None)


def seed_spreads(record: EvidenceRecord) -> dict[str, float]:
    """Standard deviations over seeds, by the fact's path, as the study of repeats measured them."""
    runs = record["studies"].get("repeats", {}).get("models", {})
    spreads: dict[str, float] = {}
    for name, about in runs.items():
        for part in SPLITS:
            accuracies = about.get(f"{part}_accuracies", [])
            sd = sample_sd(accuracies) if len(accuracies) > 1 else None
            if sd and name in record["models"]:
                spreads[f"models.{name}.{part}.accuracy"] = sd
                n_total = record["models"][name][part]["n_total"]
                spreads[f"models.{name}.{part}.n_correct"] = sd * n_total
    if record["comparison"]:
        both = [f"models.{name}.test.accuracy" for name in record["comparison"]["models"]]
        if all(path in spreads for path in both):
            sd = math.hypot(*(spreads[path] for path in both))
            spreads["comparison.test_accuracy_difference"] = sd
    return spreads


def _parts(place: Path, record: EvidenceRecord) -> dict[str, list[str]]:
    """The sentences of each part of the report that the evidence gives."""
    evidence = with_arrays(record, place if place.is_dir() else place.parent)
    report = compose(evidence, assignment_of(record)).report
    parts = {
        "title": [report.title],
        "introduction": _sentences(report.intro, report),
        "notice": _sentences(report.tier_notice or "", report),
    }
    for question in report.questions:
        text = f"{question.prompt}\n\n{question.answer}"
        parts[question.id] = _sentences(text, report)
    parts["conclusion"] = _sentences(report.closing, report)
    parts["notes"] = list(report.notes)
    return parts


def _sentences(text: str, report: Report) -> list[str]:
    """A text's sentences, and those of the captions of its figures and tables."""
    text = unfolded(text, report.blocks)
    blocks = [report.blocks[int(mark)] for mark in BLOCK_MARK.findall(text)]
    captions = [block.caption for block in blocks if isinstance(block, Figure | Table)]
    plain = [
        strip_marks(sentence.text).replace(GAP, "…")
        for part in (BLOCK_MARK.sub("", text), *captions)
        for sentence in read_sentences(part, report.inlines)
    ]
    return [sentence for sentence in plain if sentence.strip()]


def _rewordings(
    old: Mapping[str, list[str]], new: Mapping[str, list[str]]
) -> tuple[Rewording, ...]:
    found = []
    for part in dict.fromkeys([*old, *new]):
        before, after = old.get(part, []), new.get(part, [])
        changes = list(replaced(before, after))
        if changes:
            removed = tuple(before[k] for there, _ in changes for k in there)
            added = tuple(after[k] for _, here in changes for k in here)
            found.append(Rewording(part, removed, added))
    return tuple(found)


def describe_difference(found: ReportDifference) -> str:
    """The differences as lines of text."""
    moved = len(found.facts) + len(found.verdicts)
    lines = [f"facts: {count(moved)} of {count(found.n_facts)} differ"]
    lines += _move_lines(found.facts)
    lines += [f"verdicts: {_how_many(len(found.verdicts))}"]
    lines += [f"  {move.path}: {_value(move.old)} -> {_value(move.new)}" for move in found.verdicts]
    if found.sentences is None:
        lines.append(found.note)
        return "\n".join(lines)
    lines += [f"sentences: {_how_many(len(found.sentences))}"]
    for rewording in found.sentences:
        lines.append(f"  {rewording.part}")
        lines += [f"    - {sentence}" for sentence in rewording.removed]
        lines += [f"    + {sentence}" for sentence in rewording.added]
    return "\n".join(lines)


def _how_many(n: int) -> str:
    return "none changed" if n == 0 else f"{count(n)} changed"


def _move_lines(moves: tuple[Move, ...]) -> Iterator[str]:
    headlines = [move for move in moves if _HEADLINES.fullmatch(move.path)]
    for move in headlines[:_MAX_LINES]:
        yield f"  {move.path}: {_value(move.old)} -> {_value(move.new)}{_by_how_much(move)}"
    told = {move.path for move in headlines[:_MAX_LINES]}
    groups: dict[str, list[Move]] = {}
    for move in moves:
        if move.path not in told:
            groups.setdefault(_group(move.path), []).append(move)
    for group, inner in groups.items():
        sizes = [abs(move.difference) for move in inner if move.difference is not None]
        most = f", by at most {max(sizes):.4g}" if sizes else ""
        yield f"  {group}: {count(len(inner))} differ{most}"


def _group(path: str) -> str:
    parts = path.split(".")
    n_names = next((k for k, part in enumerate(parts) if part.isdigit()), len(parts))
    return ".".join(parts[: min(n_names, 3)])


def _by_how_much(move: Move) -> str:
    if move.difference is None:
        return ""
    change = f"  ({move.difference:+.4g}"
    if move.seed_ratio is not None:
        change += f", {move.seed_ratio:.1f} times the standard deviation over seeds"
    return change + ")"


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, float):
        return f"{value:.6g}"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
