"""What a verification found: levels that were reached or not, and differences with their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reportgen.errors import MismatchError

Status = Literal["ok", "differs", "not reached"]


@dataclass(frozen=True)
class Difference:
    """Something that is not what it must be.

    Attributes:
        place: a file, a page, a question, or a fact's path in the evidence.
        text: what is there, and what belongs there.
    """

    place: str
    text: str


@dataclass(frozen=True)
class Level:
    """One thing that was looked at.

    Attributes:
        name: such as ``files``.
        status: ``ok``, ``differs`` or ``not reached``.
        note: what was compared, or why nothing was.
        differences: what was found.
    """

    name: str
    status: Status
    note: str
    differences: tuple[Difference, ...] = ()


def judged(name: str, note: str, differences: Iterable[Difference]) -> Level:
    """A level that was reached: it differs if there is any difference."""
    found = tuple(differences)
    return Level(name, "differs" if found else "ok", note, found)


def not_reached(name: str, why: str) -> Level:
    """A level that nothing is said of."""
    return Level(name, "not reached", why)


@dataclass(frozen=True)
class Verification:
    """The whole judgement of one report.

    Attributes:
        place: what was verified, as it was named.
        about: whose report it claims to be: ``title``, ``author``, ``student_id``,
            ``assignment``, ``data_tier``.
        levels: in the order in which they build on each other.
        remarks: what a person should know, none of it a difference.
        not_proved: what these levels cannot show.
    """

    place: str
    about: Mapping[str, Any]
    levels: tuple[Level, ...]
    remarks: tuple[str, ...]
    not_proved: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether no level that was reached differs."""
        return all(level.status != "differs" for level in self.levels)

    def require_agreement(self) -> None:
        """Raise a ``MismatchError`` if any level differs."""
        levels = [level for level in self.levels if level.status == "differs"]
        if levels:
            n = sum(len(level.differences) for level in levels)
            names = ", ".join(level.name for level in levels)
            raise MismatchError(
                f"{self.place} is not what its evidence says: "
                f"{n} {'difference' if n == 1 else 'differences'} in {names}."
            )

    def as_json(self) -> dict[str, Any]:
        """What ``verify --json`` prints."""
        return {
            "place": self.place,
            "agrees": self.agrees,
            "about": dict(self.about),
            "levels": [
                {
                    "name": level.name,
                    "status": level.status,
                    "note": level.note,
                    "differences": [vars(each) for each in level.differences],
                }
                for level in self.levels
            ],
            "remarks": list(self.remarks),
            "not_proved": list(self.not_proved),
        }
