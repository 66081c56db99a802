"""A site's folder, put in place as a whole; and an index beside its reports."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from reportgen.assembly import HTML_FILE, MARKDOWN_FILE, PDF_FILE
from reportgen.disk import (
    alone_in,
    disk_errors,
    is_inner_name,
    remove_abandoned,
    remove_tree,
    replace_file,
    sha256,
    sync_folder,
    temporary_folder,
    write_folder,
)
from reportgen.errors import ConfigError, ReportgenError, StoreError
from reportgen.publish import (
    MANIFEST_FILE,
    absolute,
    link,
    load_manifest,
    restore,
    swap,
    take_along,
)
from reportgen.site.collect import (
    ARRAYS_FILE,
    RECORD_FILE,
    SITE_FILE,
    Summary,
    changed,
)
from reportgen.site.page import GENERATOR, MARK

INDEX_FILE = "index.html"
NO_JEKYLL_FILE = ".nojekyll"
# Of a report's folder, what the public gets; anything else stays at home, listed or not.
_PUBLIC = (
    *(HTML_FILE, PDF_FILE, MARKDOWN_FILE, RECORD_FILE, ARRAYS_FILE, MANIFEST_FILE),
    *("figures/*", "weights/*.npz"),
)
_HEAD_BYTES = 64 * 1024


@dataclass(frozen=True)
class Entry:
    """A report on its way to the public.

    Attributes:
        summary: what the index says of it; ``place`` is its folder in the site.
        source: its folder at home.
        is_published: whether that folder of the site before holds it as it is now.
        write: writes it into a new folder.
    """

    summary: Summary
    source: Path
    is_published: Callable[[Path], bool]
    write: Callable[[Path], None]


def is_public(name: str) -> bool:
    """Whether a file of a report's folder belongs into public."""
    return any(fnmatchcase(name, pattern) for pattern in _PUBLIC)


def entry_of(summary: Summary, source: Path) -> Entry:
    """A report that is published as it stands in its folder."""

    def is_published(published: Path) -> bool:
        return _content(published / MANIFEST_FILE) == _content(source / MANIFEST_FILE)

    def write(new: Path) -> None:
        manifest = load_manifest(source) or {"files": {}}
        files = {MANIFEST_FILE: (source / MANIFEST_FILE).read_bytes()}
        for name, about in manifest["files"].items():
            if is_public(name):
                files[name] = (source / name).read_bytes()
                if sha256(files[name]) != about.get("sha256"):
                    raise changed(source / name)
        write_folder(new, files)

    return Entry(summary, source, is_published, write)


def write_index(path: Path, content: bytes) -> bool:
    """Put the index in its place beside the reports; return whether it had to be written.

    Raises:
        ConfigError: there is an ``index.html`` that this program did not make.
        StoreError: the folder cannot be written.
    """
    _require_own_index(path)
    with disk_errors(path):
        if _content(path) == content:
            return False
        replace_file(path, content)
    return True


def _require_own_index(path: Path) -> None:
    """Refuse to write over a page of somebody else's.

    Raises:
        ConfigError: it is there and has no mark of this program.
    """
    if path.is_symlink() or path.exists():
        with disk_errors(path):
            is_ours = path.is_file() and not path.is_symlink() and MARK in _head(path)
        if not is_ours:
            raise ConfigError(
                f"{path} was not made by reportgen site; it is left alone.\n"
                "Move it away, or write the site into a folder of its own with -o DIR."
            )


def check_site_folder(folder: Path, reports: Path) -> None:
    """Refuse, before any work, a folder that cannot take a site.

    Raises:
        ConfigError: it is a file or link, holds files of somebody else's, or holds the reports.
        StoreError: the folder around it cannot be written.
    """
    folder, reports = absolute(folder), absolute(reports)
    if folder == reports or folder in reports.parents:
        raise ConfigError(f"{folder} holds the reports. Name another folder with -o.")
    with disk_errors(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with alone_in(folder.parent):
            restore(folder)
            remove_abandoned(folder.parent)
            _require_ours(folder)


def _require_ours(folder: Path) -> None:
    if folder.is_symlink():
        raise ConfigError(f"{folder} is a link. Name the folder itself with -o.")
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder} is a file. Name a folder for the site with -o.")
    if folder.is_dir() and _site(folder) is None:
        foreign = [path.name for path in folder.iterdir() if not path.name.startswith(".")]
        if foreign:
            raise ConfigError(
                f"{folder} holds files that reportgen site did not make, such as "
                f"{min(foreign)}; it is left alone.\n"
                "Name another folder with -o, or empty this one yourself."
            )


def publish_site(
    folder: Path,
    entries: Sequence[Entry],
    make_index: Callable[[Sequence[Summary]], bytes],
    notice: Callable[[str], None],
) -> tuple[list[Summary], bool]:
    """Put a site in place of what the folder held, in one step.

    What is published already is taken over, and files that a person added (``.git``,
    ``CNAME``) are taken along. A report that turns out to be damaged is told of and left out.

    Returns:
        The reports that are published, and whether anything had to be written.

    Raises:
        ConfigError: the folder was not made by this program.
        StoreError: no report is left, or the disk failed; nothing has changed.
    """
    folder = absolute(folder)
    with (
        disk_errors(folder),
        alone_in(folder.parent),
        temporary_folder(folder.parent) as new,
    ):
        restore(folder)
        _require_ours(folder)
        kept = {each.summary.place for each in entries if _is_whole(folder, each)}
        written = [each for each in entries if _bring(each, folder, new, kept, notice)]
        summaries = [each.summary for each in written]
        if not summaries:
            raise StoreError("no report can be published; nothing was written.")
        files = {
            INDEX_FILE: make_index(summaries),
            NO_JEKYLL_FILE: b"",
            SITE_FILE: _site_json(summaries),
        }
        if len(kept) == len(entries) and _holds(folder, files):
            return summaries, False
        write_folder(new, files)
        if folder.exists():
            take_along(folder, new, set(_our_files(folder)))
        swap(new, folder)
    return summaries, True


def _bring(
    entry: Entry, folder: Path, new: Path, kept: set[str], notice: Callable[[str], None]
) -> bool:
    """Write a report into the new site, or link it from the one before."""
    place = new / entry.summary.place
    if entry.summary.place in kept:
        old = folder / entry.summary.place
        for name in _files_of(old):
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            link(old / name, place / name)
        sync_folder(place)
        return True
    try:
        place.mkdir(parents=True)
        entry.write(place)
    except ReportgenError as error:
        remove_tree(place)
        notice(f"{entry.source} is left out: {str(error).splitlines()[0]}")
        return False
    return True


def _is_whole(folder: Path, entry: Entry) -> bool:
    """Whether the site before holds the report, with every file of it in its size."""
    published = folder / entry.summary.place
    manifest = load_manifest(published)
    if manifest is None or not entry.is_published(published):
        return False
    try:
        return all(
            (published / name).stat().st_size == about["size"]
            for name, about in manifest["files"].items()
            if is_public(name)
        )
    except (OSError, KeyError, TypeError):
        return False


def _our_files(folder: Path) -> Iterator[str]:
    """Relative names of all that this program put into a site's folder."""
    yield from (INDEX_FILE, NO_JEKYLL_FILE, SITE_FILE)
    for place in (_site(folder) or {}).get("reports", ()):
        if is_inner_name(place):
            yield from (f"{place}/{name}" for name in _files_of(folder / place))


def _files_of(published: Path) -> list[str]:
    manifest = load_manifest(published) or {"files": {}}
    return [MANIFEST_FILE, *(name for name in manifest["files"] if is_public(name))]


def _site(folder: Path) -> dict[str, Any] | None:
    """What ``site.json`` says, or None where there is none of this program's."""
    try:
        site = json.loads((folder / SITE_FILE).read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    is_ours = isinstance(site, dict) and site.get("generator") == GENERATOR
    return site if is_ours and isinstance(site.get("reports"), list) else None


def _site_json(summaries: Sequence[Summary]) -> bytes:
    site = {"generator": GENERATOR, "reports": sorted(each.place for each in summaries)}
    return json.dumps(site, ensure_ascii=False, indent=1).encode() + b"\n"


def _holds(folder: Path, files: dict[str, bytes]) -> bool:
    return all(_content(folder / name) == content for name, content in files.items())


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _head(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_HEAD_BYTES).decode("utf-8", "replace")
