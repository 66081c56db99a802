"""The seed of a student's personal images, made from the instructor's salt and the id.

Only the instructor has the salt. A report carries the seed of its one student, so that nobody
who has a report can tell which images belong to another id.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from reportgen.config.settings import ReportSettings

SALT_GIVEN_AWAY = (
    "It is an older report that gives away the salt of its class: who has it and guesses "
    "ids can tell which images are whose. Choose another salt for the next reports."
)
MIN_SALT = 16  # characters; the name of a term has fewer, and can be guessed
# Keeps this use of the salt apart from any other.
_PURPOSE = "reportgen image seed\0"


def image_seed(salt: str, who: str) -> str:
    """HMAC-SHA-256 of a student's id, with the salt as key: 64 hexadecimal digits."""
    return hmac.digest(salt.encode(), f"{_PURPOSE}{who}".encode(), "sha256").hex()


def without_salt(settings: ReportSettings) -> ReportSettings:
    """Settings that a report may carry: the student's image seed in place of the salt."""
    if settings.salt is None:
        return settings
    tables = settings.model_dump(exclude_unset=True, exclude={"salt"})
    who = settings.student_id or settings.author
    if settings.selections == "personal" and who:
        tables["image_seed"] = image_seed(settings.salt, who)
    return ReportSettings.model_validate(tables)


def with_salt(settings: ReportSettings, salt: str) -> ReportSettings:
    """Settings as an older report has them, with the salt that reports then carried."""
    tables = settings.model_dump(exclude_unset=True, exclude={"image_seed"})
    return ReportSettings.model_validate({**tables, "salt": salt})


def salt_in(settings: Mapping[str, Any]) -> str | None:
    """The salt in an older report's ``report.settings``, or None."""
    salt = settings.get("salt")
    return salt if isinstance(salt, str) else None


def short_salt(salts: Iterable[str]) -> str | None:
    """A warning to the instructor if a salt is short enough to be guessed, or None."""
    shortest = min((len(salt) for salt in salts), default=MIN_SALT)
    if shortest >= MIN_SALT:
        return None
    return (
        f"the salt has {shortest} characters. A student can try short ones until the images of a "
        "report come out, and then tell whose the others are.\n"
        "Another salt draws other images; before reports are given away, set a long one, such as:\n"
        f'salt = "{secrets.token_hex(16)}"'
    )
