"""Whose report a folder holds: one configuration must not replace another's report."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.config.assignments import Assignment
from reportgen.config.configuration import Configuration
from reportgen.errors import ConfigError
from reportgen.publish.manifest import read_manifest
from reportgen.publish.record import Published
from reportgen.report_folder import EVIDENCE_FILE, MAX_RECORD_BYTES
from reportgen.storage.reading import read_inside

_NAMES = ("author", "student_id", "assignment", "title")


@dataclass(frozen=True)
class Owner:
    """Who publishes a report.

    Attributes:
        published: the record of what was made here.
        source: the configuration's file, or None where there is none.
        name: what the report is made from, in words for messages.
        identity: the ``author``, ``student_id``, ``assignment`` and ``title`` that its report
            must have; any that is left out may be different.
    """

    published: Published
    source: Path | None
    name: str
    identity: Mapping[str, str | None]

    @classmethod
    def of_configuration(
        cls, config: Configuration, assignment: Assignment, published: Published
    ) -> Owner:
        """The owner of a configuration's report."""
        settings = config.settings
        title = settings.title or assignment.settings.title
        values = (settings.author, settings.student_id, assignment.name, title)
        identity = dict(zip(_NAMES, values, strict=True))
        if settings.author or settings.student_id:
            del identity["title"]  # a person's report of an assignment may get another title
        name = str(config.path) if config.path else f"the assignment {assignment.name}"
        return cls(published, config.path, name, identity)

    @classmethod
    def of_student(cls, config: Configuration, published: Published) -> Owner:
        """The owner of a row's report, whose folder is named after the student's id."""
        id = config.settings.student_id
        return cls(published, config.path, f"student {id}", {"student_id": id})

    @classmethod
    def of_evidence(cls, record: Mapping[str, Any], name: str, published: Published) -> Owner:
        """The owner of a report that is rendered from evidence."""
        return cls(published, None, name, _identity(record))

    def origin(self, folder: Path) -> str:
        """The configuration's file, relative to the report's folder; empty without a file."""
        return "" if self.source is None else relative_origin(self.source, folder)

    def require_own(self, folder: Path) -> None:
        """Refuse a folder that holds the report of another configuration.

        The record knows the configuration of a report that was made here. Any other (made
        elsewhere, before the cache folder was removed, or from a file that is gone) is
        recognised by its evidence.

        Raises:
            ConfigError: the folder holds another report.
        """
        found = read_manifest(folder)
        if found is None:
            return
        origins = self.published.origins(found.digest)
        own = self.origin(folder)
        if own and own in origins:
            return
        others = sources_of(origins, folder)
        if self.source is not None and any(map(self.source.samefile, others)):
            return
        other = next(iter(others), None)
        if own and other is not None:
            raise ConfigError(
                f"{folder} holds the report of {shown_path(other)}, and is not replaced by that of "
                f"{self.name}.\nName another folder with -o."
            )
        unlike = self._unlike(folder)
        if unlike:
            raise ConfigError(
                f"{folder} holds another report than that of {self.name}: {unlike}.\n"
                "Name another folder with -o; or move that one away, if you do not need the report "
                "there."
            )

    def _unlike(self, folder: Path) -> str:
        """How the report in a folder differs from this owner's, in words; empty if it does not."""
        try:
            record = json.loads(read_inside(folder, EVIDENCE_FILE, MAX_RECORD_BYTES))
            theirs = _identity(record)
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return f"it has no {EVIDENCE_FILE} that tells whose it is"
        for name, value in self.identity.items():
            if theirs[name] != value:
                what = name.replace("_", " ")
                return f"its {what} is {theirs[name] or 'not named'}, not {value or 'left out'}"
        return ""


def _identity(record: Mapping[str, Any]) -> dict[str, str | None]:
    report = record["report"]
    id = report["settings"].get("student_id")
    values = (report["author"], id, report["assignment"], report["title"])
    if not all(value is None or isinstance(value, str) for value in values):
        raise TypeError("a name is no text")
    return dict(zip(_NAMES, values, strict=True))


def relative_origin(source: Path, folder: Path) -> str:
    """A file relative to the folder of the report made from it, so that both can be moved."""
    return os.path.relpath(source, folder)


def sources_of(origins: Iterable[str], folder: Path) -> list[Path]:
    """The files that a folder's reports were made from, as far as they still exist."""
    # Without resolving links, as relative_origin does: a link may lead to the folder.
    paths = [Path(os.path.normpath(folder.absolute() / origin)) for origin in origins if origin]
    return [path for path in paths if os.path.isfile(path)]  # noqa: PTH113  never an error


def shown_path(path: Path) -> str:
    """A path relative to the working folder, if it is inside."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100  resolves "..", and no links
    try:
        return str(whole.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(whole)
