"""The formats of a report, and the names of all files that this program puts into its folder."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from reportgen.names import NAME_PATTERN

EVIDENCE_FILE, ARRAYS_FILE = EVIDENCE_FILES = ("evidence.json", "evidence.npz")
MANIFEST_FILE = "manifest.json"

Content = Literal["html", "pdf", "text"]

# The manifest's key for characters that no font of the machine had; the PDF is left out then.
UNDRAWABLE = "characters_without_font"

# The most bytes that are read of a file.
MAX_FILE_BYTES = 1024**3
MAX_RECORD_BYTES = 32 * 1024**2
MAX_MANIFEST_BYTES = 32 * 1024**2


@dataclass(frozen=True)
class Format:
    """A format that a report is written in.

    Attributes:
        name: in settings, on the command line, and of its stage.
        file: the document in the report's folder.
        title: what a reader calls the document, within a sentence.
        content: how words are found in the document: by ``verify``, which compares them, and
            by an anonymous site, which looks for names.
        renderer: the module of ``render`` whose ``write`` makes the files.
        has_pad: whether a reader can draw in it.
        is_program: whether it is code to run; a batch writes it only when asked, and the images of
            the sample lie beside it.
        is_printed: whether native libraries lay it out in fonts of the machine; such a format
            is made last, and what it was made from is attached to it.
        other_files: a pattern of further files, relative to the folder; by default there are none.
    """

    name: str
    file: str
    title: str
    content: Content
    renderer: str
    has_pad: bool = False
    is_program: bool = False
    is_printed: bool = False
    other_files: str = "(?!)"

    @property
    def label(self) -> str:
        """The title with a capital letter."""
        return self.title[0].upper() + self.title[1:]

    def has_file(self, name: str) -> bool:
        """Whether a file of this relative name belongs to the format."""
        return name == self.file or bool(re.fullmatch(self.other_files, name))


_FIGURES = r"figures/figure-[0-9]{2,}(-[a-z0-9_-]+)?\.(png|svg|csv)"

HTML = Format(
    name="html", file="index.html", title="page", content="html", renderer="html", has_pad=True
)
PDF = Format(
    name="pdf", file="report.pdf", title="PDF", content="pdf", renderer="pdf", is_printed=True
)
MARKDOWN = Format(
    name="md",
    file="report.md",
    title="Markdown",
    content="text",
    renderer="markdown",
    other_files=_FIGURES,
)
NOTEBOOK = Format(
    name="ipynb",
    file="report.ipynb",
    title="notebook",
    content="text",
    renderer="notebook",
    is_program=True,
)
PROGRAM = Format(
    name="py",
    file="program.py",
    title="program",
    content="text",
    renderer="program",
    is_program=True,
)
FORMATS = {each.name: each for each in (HTML, PDF, MARKDOWN, NOTEBOOK, PROGRAM)}
BATCH_FORMATS = tuple(each.name for each in FORMATS.values() if not each.is_program)
BUILD_WITHOUT_PRINT = "reportgen build" + "".join(
    f" -f {each.name}" for each in FORMATS.values() if not each.is_printed
)

_NAME = NAME_PATTERN.removeprefix("^").removesuffix("$")
_WEIGHTS = re.compile(rf"weights/{_NAME}\.npz")
_DATA = re.compile(rf"data/{_NAME}/(train|t10k)-(images-idx3|labels-idx1)-ubyte\.gz")


def weights_file(model: str) -> str:
    """The name of a model's file of weights, relative to the folder."""
    return f"weights/{model}.npz"


def data_folder(dataset: str) -> str:
    """The name of a sample's folder, relative to the report's."""
    return f"data/{dataset}"


def figure_stem(number: int) -> str:
    """How the names of a figure's pictures and table begin."""
    return f"figures/figure-{number:02}"


def format_of(name: str) -> Format | None:
    """The format whose file this is; None for evidence, weights and others."""
    return next((each for each in FORMATS.values() if each.has_file(name)), None)


def content_of(name: str) -> Content | None:
    """How words are found in a document; None for any other file."""
    return next((each.content for each in FORMATS.values() if each.file == name), None)


def formats_among(names: Collection[str]) -> tuple[str, ...]:
    """The formats whose documents are among some files."""
    return tuple(each.name for each in FORMATS.values() if each.file in names)


def some_printed(formats: Iterable[str]) -> bool:
    """Whether any of some formats is printed."""
    return any(FORMATS[name].is_printed for name in formats)


def in_words(names: Iterable[str]) -> str:
    """Files of documents in words: ``report.md, report.pdf, figures/``."""
    shown = {"figures/" if re.fullmatch(_FIGURES, name) else name for name in names}
    return ", ".join(sorted(shown, key=lambda name: (name == "figures/", name)))


def older_notice(names: Iterable[str]) -> str:
    """The notice about documents that an earlier build made, and the last one did not."""
    return (
        f"{in_words(names)}: of an earlier build; kept, and marked as older in the manifest.\n"
        "Build in these formats too to renew them, or remove them."
    )


def files_of_report(formats: Iterable[str], models: Iterable[str]) -> list[str]:
    """The files that a report in some formats will have, except figures, data and manifest."""
    return [*(FORMATS[name].file for name in formats), *EVIDENCE_FILES, *map(weights_file, models)]


def is_report_file(name: str) -> bool:
    """Whether a report can have a file of this relative name.

    Any other file in a report's folder is a person's, whatever the manifest says.
    """
    is_other = name in (*EVIDENCE_FILES, MANIFEST_FILE) or _WEIGHTS.fullmatch(name)
    return format_of(name) is not None or bool(is_other) or is_data_file(name)


def is_data_file(name: str) -> bool:
    """Whether a file of this relative name holds images or labels that a program loads."""
    return _DATA.fullmatch(name) is not None


def some_program(formats: Iterable[str]) -> bool:
    """Whether any of some formats is code to run."""
    return any(FORMATS[name].is_program for name in formats)
