"""What an examination of an author's answer finds; the checker itself is not needed to read it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["supported", "contradicted", "not testable"]


@dataclass(frozen=True)
class Statement:
    """One thing that an author's answer states.

    Attributes:
        file: ``answers/<question>.md``.
        line: in that file, from 1.
        passage: the words that carry it.
        sentence: in which they stand, without markup.
        status: what the evidence says of it.
        measured: what was measured, or why it cannot be tested.
    """

    file: str
    line: int
    passage: str
    sentence: str
    status: Status
    measured: str


@dataclass(frozen=True)
class Examination:
    """An answer with its contradicted passages marked, its statements, and the facts it states."""

    markdown: str
    statements: tuple[Statement, ...]
    stated: frozenset[str]
