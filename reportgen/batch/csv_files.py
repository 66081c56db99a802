"""A CSV file as spreadsheets write it: any of three separators, with or without a mark in front."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from reportgen.errors import ConfigError
from reportgen.storage.reading import cannot_read, read_regular

MAX_BYTES = 64 * 1024**2
MAX_CELL = 10_000
_SEPARATORS = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """A table of texts.

    Attributes:
        columns: the first row, in lower case.
        rows: (number, cells) of the rows that are not empty. A number is what a
            spreadsheet shows: the first row, with the columns' names, is 1.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file: comma, semicolon or tab; UTF-8 or UTF-16; any line ends.

    Raises:
        ConfigError: it is missing, unreadable, too large, in another encoding, not CSV,
            or has no row of columns.
    """
    text = _decoded(path)
    marked = _SEPARATOR_LINE.match(text)
    if marked:
        text = text[marked.end() :]
    separator = marked[1] if marked else _separator(text)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise ConfigError(f"{path} is not a CSV file: {error}.") from None
    rows = [
        (number, tuple(cell.strip() for cell in record))
        for number, record in enumerate(records, start=1)
        if any(cell.strip() for cell in record)
    ]
    if not rows:
        raise ConfigError(f"{path} is empty. Its first row names the columns: id,name,...")
    (_, columns), *students = rows
    return Sheet(tuple(name.lower() for name in columns), tuple(students))


def _decoded(path: Path) -> str:
    try:
        content = read_regular(path, MAX_BYTES)
    except OSError as error:
        raise ConfigError(cannot_read(path, error)) from None
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path}, line {line}: not UTF-8. Save the file as CSV UTF-8.") from None
    if "\0" in text:
        raise ConfigError(f"{path} is not a text file. Save the roster as CSV UTF-8.")
    return text


def _separator(text: str) -> str:
    """The separator that the first row with anything in it uses most, outside quotes."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(_SEPARATORS, key=bare.count)
