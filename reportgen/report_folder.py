"""The names in a report's folder: all that this program puts there, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reportgen.names import NAME_PATTERN

HTML_FILE = "index.html"
PDF_FILE = "report.pdf"
MARKDOWN_FILE = "report.md"
NOTEBOOK_FILE = "report.ipynb"
PROGRAM_FILE = "program.py"
EVIDENCE_FILE, ARRAYS_FILE = EVIDENCE_FILES = ("evidence.json", "evidence.npz")
MANIFEST_FILE = "manifest.json"

# What the manifest says of characters that no font of the machine had, and the PDF is left out for.
UNDRAWABLE = "characters_without_font"

# The most that is read of one.
MAX_FILE_BYTES = 1024**3
MAX_RECORD_BYTES = 32 * 1024**2
MAX_MANIFEST_BYTES = 32 * 1024**2

FORMAT_FILES = {
    "html": HTML_FILE,
    "pdf": PDF_FILE,
    "md": MARKDOWN_FILE,
    "ipynb": NOTEBOOK_FILE,
    "py": PROGRAM_FILE,
}

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


def format_of(name: str) -> str | None:
    """The format whose file this is, such as ``pdf``; None for evidence, weights and others."""
    if _FIGURES.fullmatch(name):
        return "md"
    return next((key for key, file in FORMAT_FILES.items() if file == name), None)


def in_words(names: Iterable[str]) -> str:
    """Files of documents in words: ``report.md, report.pdf, figures/``."""
    shown = {"figures/" if _FIGURES.fullmatch(name) else name for name in names}
    return ", ".join(sorted(shown, key=lambda name: (name == "figures/", name)))


def older_notice(names: Iterable[str]) -> str:
    """What is told of documents that an earlier build made, and the last one did not."""
    return (
        f"{in_words(names)}: of an earlier build; kept, and marked as older in the manifest.\n"
        "Build in these formats too to renew them, or remove them."
    )


def files_of_report(formats: Iterable[str], models: Iterable[str]) -> list[str]:
    """The files that a report in some formats will have, figures apart."""
    documents = (FORMAT_FILES[each] for each in formats)
    return [*documents, *EVIDENCE_FILES, *map(weights_file, models)]


def is_report_file(name: str) -> bool:
    """Whether a report can have a file of this relative name.

    Any other file in a report's folder is a person's, whatever the manifest says.
    """
    return name in _FILES or bool(_WEIGHTS.fullmatch(name) or _FIGURES.fullmatch(name))
