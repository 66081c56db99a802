"""The result of a verification: a status and differences for each level, and a summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from reportgen.errors import MismatchError

Status = Literal["ok", "differs", "not proved", "not reached"]
MAX_SHOWN = 12
MAX_LINES = 30  # of differences in all, so that they fit on a screen
_WIDTH = 18


@dataclass(frozen=True)
class Difference:
    """Something in a report that is not as expected.

    Attributes:
        place: a file, a page, a question, or a fact's path in the evidence.
        text: what is there, and what is expected.
    """

    place: str
    text: str


@dataclass(frozen=True)
class Level:
    """One kind of check and its outcome.

    Attributes:
        name: such as ``files``.
        status: ``ok``; ``differs``; ``not proved``: this machine cannot confirm the level, and
            its differences, if any, do not show a change; ``not reached``: not compared.
        note: what was compared, or why nothing was.
        differences: what was found.
        left: what this level does not prove although a reader might think so.
    """

    name: str
    status: Status
    note: str
    differences: tuple[Difference, ...] = ()
    left: tuple[str, ...] = ()


def judged(name: str, note: str, differences: Iterable[Difference]) -> Level:
    """A level that was checked: ``differs`` if there is any difference, else ``ok``."""
    found = tuple(differences)
    return Level(name, "differs" if found else "ok", note, found)


def not_proved(name: str, note: str, differences: Iterable[Difference] = ()) -> Level:
    """A level that was checked, but that this machine cannot confirm."""
    return Level(name, "not proved", note, tuple(differences))


def not_reached(name: str, why: str) -> Level:
    """A level that was not checked."""
    return Level(name, "not reached", why)


@dataclass(frozen=True)
class Verification:
    """The whole judgement of one report.

    Attributes:
        place: the folder or PDF, as the user named it.
        about: whose report it claims to be: ``title``, ``author``, ``student_id``,
            ``assignment``, ``data_tier``.
        levels: each builds on those before it.
        remarks: notes for the reader that are not differences.
        not_proved: what these levels cannot show.
    """

    place: str
    about: Mapping[str, Any]
    levels: tuple[Level, ...]
    remarks: tuple[str, ...]
    not_proved: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether no level has a difference, also none that is ``not proved``."""
        return not any(level.differences for level in self.levels)

    @property
    def verdict(self) -> str:
        """The judgement in a few words; it claims no more than what was found."""
        differing = {level.name for level in self.levels if level.status == "differs"}
        if differing == {"layout"}:
            return "its text and numbers are what its evidence says, but not how they are shown"
        if differing:
            return "it is not what its evidence says"
        if not self.agrees:
            return "nothing shows that it was changed, but it cannot be confirmed here"
        if any(level.status == "not proved" for level in self.levels):
            return "nothing that was looked at differs, but not all of it could be proved"
        return "what was looked at agrees"

    def require_agreement(self) -> None:
        """Raise a ``MismatchError`` if any level has a difference."""
        levels = [level for level in self.levels if level.differences]
        if levels:
            n = sum(len(level.differences) for level in levels)
            names = ", ".join(level.name for level in levels)
            count = f"{n} {'difference' if n == 1 else 'differences'} in {names}"
            raise MismatchError(f"{self.place}: {self.verdict}: {count}.")

    def as_json(self) -> dict[str, Any]:
        """What ``verify --json`` prints."""
        return {
            "place": self.place,
            "agrees": self.agrees,
            "verdict": self.verdict,
            "about": dict(self.about),
            "levels": [
                {key: value for key, value in asdict(level).items() if key != "left"}
                for level in self.levels
            ],
            "remarks": list(self.remarks),
            "not_proved": list(self.not_proved),
        }


def describe(found: Verification) -> str:
    """The verification as lines for a terminal."""
    # Without control characters, which could steer the terminal.
    return "\n".join(
        "".join(char if char.isprintable() else " " for char in line) for line in _lines(found)
    )


def _lines(found: Verification) -> Iterator[str]:
    yield f"{found.place}: {_whose(found)}"
    for level in found.levels:
        n = len(level.differences)
        count = f"{n} {'difference' if n == 1 else 'differences'} in: " if n else ""
        yield f"{level.name:<{_WIDTH}}{level.status:<13}{count}{level.note}"
    left = MAX_LINES
    for level in found.levels:
        n = min(MAX_SHOWN, left)
        left -= min(n, len(level.differences))
        yield from _differences(level, n)
    yield from (f"note: {remark}" for remark in found.remarks)
    yield f"{found.verdict}. This does not prove:"
    yield from (f"  - {each}" for each in found.not_proved)


def _whose(found: Verification) -> str:
    about = found.about
    author = about["author"] or "no author"
    id = f" ({about['student_id']})" if about["student_id"] else ""
    return f"{author}{id}, {about['assignment']}, {about['data_tier']} data"


def _differences(level: Level, n: int) -> Iterator[str]:
    if not level.differences:
        return
    yield f"{level.name}:"
    for each in level.differences[:n]:
        yield f"  {each.place}: {each.text}"
    left = len(level.differences) - n
    if left > 0:
        yield f"  ... and {left} more (--json lists them)"
