"""The one date that a report can have: as set, or of SOURCE_DATE_EPOCH; never the clock's."""

from __future__ import annotations

import datetime as dt
import os

from reportgen.config.configuration import Configuration
from reportgen.errors import ConfigError


def report_date(config: Configuration) -> str | None:
    """The report's date in ISO form: as set, else of SOURCE_DATE_EPOCH, else None."""
    if config.settings.date is not None:
        return config.settings.date.isoformat()
    text = os.environ.get("SOURCE_DATE_EPOCH")
    if not text:
        return None
    try:
        return dt.datetime.fromtimestamp(int(text), dt.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        raise ConfigError(
            f"SOURCE_DATE_EPOCH is {text!r}; it must be seconds since 1970, such as 1767225600."
        ) from None


def epoch_of(date: str | None) -> int | None:
    """Midnight UTC of an ISO date in seconds since 1970; None without a date."""
    if date is None:
        return None
    return int(dt.datetime.fromisoformat(date).replace(tzinfo=dt.UTC).timestamp())
