"""The names in a report's folder: all that this program puts there, and nothing else."""

from __future__ import annotations

import re

from reportgen.settings import NAME_PATTERN

HTML_FILE = "index.html"
PDF_FILE = "report.pdf"
MARKDOWN_FILE = "report.md"
NOTEBOOK_FILE = "report.ipynb"
PROGRAM_FILE = "program.py"
EVIDENCE_FILE, ARRAYS_FILE = EVIDENCE_FILES = ("evidence.json", "evidence.npz")
MANIFEST_FILE = "manifest.json"

# The most that is read of one.
MAX_FILE_BYTES = 1024**3
MAX_RECORD_BYTES = 64 * 1024**2
MAX_MANIFEST_BYTES = 32 * 1024**2

_FILES = frozenset(
    (
        HTML_FILE,
        PDF_FILE,
        MARKDOWN_FILE,
        NOTEBOOK_FILE,
        PROGRAM_FILE,
        *EVIDENCE_FILES,
        MANIFEST_FILE,
    )
)
_WEIGHTS = re.compile(rf"weights/{NAME_PATTERN.removeprefix('^').removesuffix('$')}\.npz")
_FIGURES = re.compile(r"figures/figure-[0-9]{2,}(-[a-z0-9_-]+)?\.(png|svg|csv)")


def weights_file(model: str) -> str:
    """The file of a model's weights."""
    return f"weights/{model}.npz"


def figure_stem(number: int) -> str:
    """What the names of a figure's pictures and table begin with."""
    return f"figures/figure-{number:02}"


def is_report_file(name: str) -> bool:
    """Whether a report can have a file of this relative name.

    Any other file in a report's folder is a person's, whatever the manifest says.
    """
    return name in _FILES or bool(_WEIGHTS.fullmatch(name) or _FIGURES.fullmatch(name))
