"""``report.toml``, its folder of answers, and what the command line adds, as one frozen value."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from pydantic import ValidationError

from reportgen.config.image_seed import without_salt
from reportgen.config.settings import ReportSettings
from reportgen.config.toml_files import MAX_TOML_BYTES, load_settings, merged, nested
from reportgen.errors import ConfigError
from reportgen.storage.disk import sha256
from reportgen.storage.home import expanded
from reportgen.storage.reading import cannot_read, read_text

DEFAULT_FILE = "report.toml"
ANSWERS_FOLDER = "answers"
MAX_ANSWER_BYTES = 200 * 1024
MAX_ANSWERS = 200
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])")


@dataclass(frozen=True)
class Configuration:
    """A report's configuration.

    Attributes:
        settings: what ``report.toml`` and the command line say; never with a salt.
        folder: what relative paths in the settings are relative to.
        slug: names the report's folder.
        text: the file's text, without a salt; empty where there is no file.
        path: the file, or None.
        prose: the author's answers: ``{question id: Markdown}``.
        data_dir: the named folder of datasets, or None. It is kept apart from the
            settings because it says where the data are, not what the report is.
    """

    settings: ReportSettings
    folder: Path
    slug: str
    text: str = ""
    path: Path | None = None
    prose: dict[str, str] = field(default_factory=dict)
    data_dir: Path | None = None

    @classmethod
    def of_evidence(cls, record: Mapping[str, Any]) -> Self:
        """The configuration that evidence says it was made with; its paths point nowhere.

        Raises:
            ValidationError: its settings do not fit.
        """
        report = record["report"]
        settings = ReportSettings.model_validate_json(json.dumps(report["settings"]))
        return cls(settings, Path("/nowhere"), "report", prose=dict(report["prose"]))

    @property
    def report_date(self) -> str | None:
        """The report's date in ISO form: as set, else from SOURCE_DATE_EPOCH; never from the clock.

        Raises:
            ConfigError: SOURCE_DATE_EPOCH is not a valid time.
        """
        if self.settings.date is not None:
            return self.settings.date.isoformat()
        text = os.environ.get("SOURCE_DATE_EPOCH")
        if not text:
            return None
        try:
            return dt.datetime.fromtimestamp(int(text), dt.UTC).date().isoformat()
        except (ValueError, OverflowError, OSError):
            raise ConfigError(
                f"SOURCE_DATE_EPOCH is {text!r}; it must be seconds since 1970, such as 1767225600."
            ) from None

    def resolve(self, path: str) -> Path:
        """A path of the settings, made absolute."""
        return (self.folder / expanded(path)).absolute()


def load_config(path: Path | None) -> Configuration:
    """Read a configuration; without a path, ``./report.toml`` if it exists, else the defaults.

    Raises:
        ConfigError: a file is missing, cannot be read, or does not fit the settings.
    """
    found_in = None
    if path is None and os.path.lexists(DEFAULT_FILE):
        path = Path()
    if path is None:
        settings = ReportSettings()
        return Configuration(settings, Path.cwd(), slug_of(settings.assignment))
    if path.is_dir():
        found_in = path
        path = path / DEFAULT_FILE
    text = read_text(path, MAX_TOML_BYTES, inside=found_in)
    settings = load_settings(text, path, ReportSettings)
    if settings.salt is not None:
        settings = without_salt(settings)
        text = toml_of(settings)  # the text goes into the report; the salt must not
    folder = path.absolute().parent
    prose = load_prose(folder, ANSWERS_FOLDER)
    config = Configuration(settings, folder, slug_of_file(path), text, path, prose=prose)
    if settings.data.dir is None:
        return config
    return with_changes(config, data_dir=config.resolve(settings.data.dir))


def toml_of(settings: ReportSettings) -> str:
    """A ``report.toml`` of these settings."""
    import tomli_w

    return tomli_w.dumps(settings.model_dump(exclude_unset=True, exclude_none=True))


def with_changes(config: Configuration, **changes: Any) -> Configuration:
    """The configuration, with values of the command line in place of those of the file.

    Keys are those of ``Configuration`` or dotted keys of the settings, such as
    ``data.tier``; a None changes nothing.

    Raises:
        ConfigError: a value does not fit the settings.
    """
    given = {key: value for key, value in changes.items() if value is not None}
    own = {key: given.pop(key) for key in tuple(given) if key in Configuration.__dataclass_fields__}
    tables = config.settings.model_dump(exclude_unset=True)
    for key, value in given.items():
        tables = merged(tables, nested(key, value))
    if given:
        try:
            own["settings"] = ReportSettings.model_validate(tables)
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in fault["loc"])
            raise ConfigError(f"{where}: {fault['msg']} (it is {fault['input']!r}).") from None
    if "assignment" in given and config.path is None:
        own["slug"] = slug_of(given["assignment"])
    return replace(config, **own)


def slug_of_file(path: Path) -> str:
    """A report's folder name: after the configuration file, or after its folder.

    The folder counts if the file has the usual name, ``report.toml``.

    Raises:
        ConfigError: no folder name can be made of the file's name.
    """
    if path.name != DEFAULT_FILE:
        return slug_of(path.stem)
    folder = Path(os.path.abspath(path)).parent.name  # noqa: PTH100  resolves "..", and no links
    try:
        return slug_of(folder)
    except ConfigError:
        # The name has no usable letter or digit; a digest still tells reports apart.
        return f"report-{sha256(folder.encode())[:8]}" if folder else "report"


def slug_of(name: str) -> str:
    """A folder name for a report: the last part of a path, in lower-case ASCII and hyphens.

    Raises:
        ConfigError: nothing usable is left, or the name is reserved on some system.
    """
    plain = unicodedata.normalize("NFKC", Path(name).name or name)
    plain = unicodedata.normalize("NFD", plain).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:64].rstrip("-")
    if not _SLUG.fullmatch(slug) or _RESERVED.fullmatch(slug):
        raise ConfigError(
            f"no folder name can be made of {name!r}.\n"
            "Rename the configuration file (letters, digits, hyphens), or name the folder with -o."
        )
    return slug


def load_prose(folder: Path, inner: str = "") -> dict[str, str]:
    """The author's answers as Markdown, by question id; none if there is no such folder.

    Args:
        folder: named by a person, so it may itself be a link.
        inner: the name of a folder in it; neither it nor an answer may be a link.

    Raises:
        ConfigError: a file cannot be read, or is not UTF-8.
    """
    place = folder / inner
    if not place.is_dir():
        return {}
    try:
        # Editors' own files begin with a dot; they are skipped.
        paths = sorted(p for p in place.iterdir() if p.suffix == ".md" and p.name[0] != ".")
    except OSError as error:
        raise ConfigError(cannot_read(place, error)) from None
    if len(paths) > MAX_ANSWERS:
        raise ConfigError(f"{place} holds {len(paths)} answers; at most {MAX_ANSWERS} are read.")
    return {path.stem: read_text(path, MAX_ANSWER_BYTES, inside=folder) for path in paths}
