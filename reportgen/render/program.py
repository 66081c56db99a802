"""The report's program as ``program.py``."""

from __future__ import annotations

from reportgen.render.manuscript import Manuscript


def write(manuscript: Manuscript) -> tuple[bytes, dict[str, bytes]]:
    """The program, and no other files."""
    return manuscript.report.program.text.encode(), {}
