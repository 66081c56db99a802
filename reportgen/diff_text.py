"""The difference between two reports, told to a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from reportgen.diff import Move, ReportDifference
from reportgen.formatting import count

_MAX_LINES = 40
# What is worth a line of its own; the rest is counted by its group.
_HEADLINES = re.compile(
    r"models\.[^.]+\.(?:train|test)\.(?:accuracy|loss|n_correct)"
    r"|models\.[^.]+\.(?:training|dataset|architecture)\.[^.]+"
    r"|comparison\.[^.]+(?:\.\d+)?|provenance\.[^.]+|report\.[^.]+"
    r"|studies\.[^.]+\.(?:models\.[^.]+\.)?(?:mean|sd|difference)"
)


def describe(found: ReportDifference) -> str:
    """The whole difference, in lines."""
    moved = len(found.facts) + len(found.verdicts)
    lines = [f"facts: {count(moved)} of {count(found.n_facts)} differ"]
    lines += _facts(found.facts)
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


def _facts(moves: tuple[Move, ...]) -> Iterator[str]:
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
