"""The index of a site: a table of all reports, which a reader can search and sort."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

from reportgen import __version__, formatting
from reportgen.batch.tables import verdict_in_words
from reportgen.errors import ConfigError
from reportgen.render.table_page import Cell, Column, Link, Number, TablePage, render_table_page
from reportgen.report_folder import HTML
from reportgen.site.collect import Summary, documents, has_page
from reportgen.storage.disk import disk_errors, replace_file
from reportgen.storage.reading import read_inside

INDEX_FILE = "index.html"
GENERATOR = "reportgen site"
MARK = f'<meta name="generator" content="{GENERATOR}">'

_HEAD_BYTES = 64 * 1024
_MAX_BYTES = 1024**3
_CAPTION = (
    "A name leads to the report. Accuracies are shares of the test images that the model got "
    "right; it was not trained on them."
)
_TIERS = {"full": "full", "sample": "sample", "own": "own dataset"}

Get = Callable[[Summary], "str | None"]
# Columns; a value that all reports share stands once above the table instead.
_TEXTS: dict[str, Get] = {
    "Title": lambda each: each.title,
    "Assignment": lambda each: each.assignment,
    "Course": lambda each: each.course,
    "Folder": lambda each: each.place.rpartition("/")[0] or None,
    "Date": lambda each: each.date,
    "Data": lambda each: ", ".join(_TIERS.get(tier, tier) for tier in each.data),
}


def render_index(summaries: Sequence[Summary], title: str | None) -> bytes:
    """The index of the reports as an HTML file.

    Args:
        summaries: of the reports, in the order of the rows.
        title: of the page; by default the course that all reports share.
    """
    shared = {name: value for name, get in _TEXTS.items() if (value := _shared(summaries, get))}
    shown_title = title or shared.get("Course") or "Reports"
    columns = _columns(summaries, shared)
    page = TablePage(
        title=shown_title,
        introduction=(),
        caption=_CAPTION,
        columns=[column for column, _ in columns],
        rows=[[cell(each) for _, cell in columns] for each in summaries],
        row_heading=[column.title for column, _ in columns].index("Report"),
        shared=[
            (name, value)
            for name, value in shared.items()
            if value != shown_title and name != "Folder"
        ],
        noun=("report", "reports"),
        notes=(
            f"Made by reportgen {__version__}. Each report is one page that stands alone; its "
            "numbers are measured, and the evidence for them is beside it.",
        ),
        generator=GENERATOR,
    )
    return render_table_page(page).encode()


def _shared(summaries: Sequence[Summary], get: Get) -> str | None:
    values = {get(each) for each in summaries}
    return values.pop() if len(values) == 1 and len(summaries) > 1 else None


_Columns = list[tuple[Column, Callable[[Summary], Cell]]]


def _columns(summaries: Sequence[Summary], shared: dict[str, str]) -> _Columns:
    columns: _Columns = []
    if any(each.thumbnail for each in summaries):
        columns.append((Column("Image", "picture"), lambda each: each.thumbnail))
    columns.append((Column("Report"), _name(summaries)))
    columns += [
        (Column(name), get)
        for name, get in _TEXTS.items()
        if name not in ("Date", "Data") and _varies(summaries, name, shared)
    ]
    columns += [
        (Column(f"{name.capitalize()}, test", "number"), _accuracy(name))
        for name in _models(summaries)
    ]
    if any(each.verdict for each in summaries):
        columns.append((Column("More accurate"), lambda each: verdict_in_words(each.verdict)))
    columns += [
        (Column(name), _TEXTS[name])
        for name in ("Data", "Date")
        if _varies(summaries, name, shared)
    ]
    if any(documents(each) for each in summaries):
        columns.append((Column("Files", "links"), _files))
    return columns


def _varies(summaries: Sequence[Summary], name: str, shared: dict[str, str]) -> bool:
    return name not in shared and any(map(_TEXTS[name], summaries))


def _models(summaries: Sequence[Summary]) -> list[str]:
    """The names of all models, the most frequent first."""
    counts = Counter(name for each in summaries for name in each.accuracies)
    return [name for name, _ in counts.most_common()]


def _address(summary: Summary, file: str) -> str:
    return quote(f"{summary.place}/{file}", safe="/")


def _name(summaries: Sequence[Summary]) -> Callable[[Summary], Cell]:
    """A function for a report's author; the id or folder is added where names are equal."""
    counts = Counter(each.name for each in summaries)

    def cell(summary: Summary) -> Cell:
        name = summary.name
        if counts[name] > 1:
            name = f"{name} ({summary.student_id or summary.place})"
        return Link(name, _address(summary, HTML.file)) if has_page(summary) else name

    return cell


def _files(summary: Summary) -> Cell:
    return tuple(Link(label, _address(summary, file)) for label, file in documents(summary))


def _accuracy(model: str) -> Callable[[Summary], Cell]:
    def cell(summary: Summary) -> Cell:
        value = summary.accuracies.get(model)
        return None if value is None else Number(value, formatting.percent(value))

    return cell


def write_index(path: Path, content: bytes) -> bool:
    """Write the index, and return whether it changed.

    Raises:
        ConfigError: the file exists, and ``reportgen site`` did not make it.
        StoreError: the folder cannot be written.
    """
    if _own_index(path) == content:
        return False
    with disk_errors(path):
        replace_file(path, content)
    return True


def _own_index(path: Path) -> bytes | None:
    """The existing index, or None; a ``ConfigError`` if reportgen did not make it."""
    try:
        content = read_inside(path.parent, path.name, _MAX_BYTES)
    except FileNotFoundError:
        return None
    except OSError:
        content = b""
    if MARK.encode() not in content[:_HEAD_BYTES]:
        raise ConfigError(
            f"{path} was not made by reportgen site; it is left alone.\n"
            "Move it away, or write the site into a folder of its own with -o DIR."
        )
    return content
