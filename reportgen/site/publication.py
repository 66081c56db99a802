"""Publish a site: replace its folder in one step, or leave it unchanged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from reportgen.errors import ConfigError, ReportgenError, StoreError
from reportgen.publish.folder import absolute, require_free
from reportgen.publish.manifest import (
    Manifest,
    load_manifest,
    make_manifest,
    read_listed,
    read_manifest,
)
from reportgen.publish.record import Published
from reportgen.report_folder import (
    MANIFEST_FILE,
    MAX_FILE_BYTES,
    MAX_MANIFEST_BYTES,
    is_report_file,
)
from reportgen.site.collect import SITE_FILE, Summary, changed
from reportgen.site.page import GENERATOR, INDEX_FILE, MARK
from reportgen.storage import disk, folder_swap
from reportgen.storage.reading import read_inside

NO_JEKYLL_FILE = ".nojekyll"


@dataclass(frozen=True)
class PublicReport:
    """A report to publish.

    Attributes:
        summary: what the index says of it; ``place`` is its folder in the site.
        source: its folder among the reports.
        is_published: whether a folder of the earlier site has the report in its current form.
        begin: starts writing it into a new folder, and returns a function that waits until
            it is written.
    """

    summary: Summary
    source: Path
    is_published: Callable[[Path], bool]
    begin: Callable[[Path], Callable[[], object]]


def unchanged_report(summary: Summary, source: Path, published: Published) -> PublicReport:
    """A report whose folder is published as a copy."""

    def is_published(place: Path) -> bool:
        manifest = read_manifest(source)
        return manifest is not None and _content(place, MANIFEST_FILE) == _public(manifest)

    return PublicReport(
        summary, source, is_published, lambda new: partial(_copy, source, new, published)
    )


def _copy(source: Path, new: Path, published: Published) -> None:
    """Copy the files that the manifest lists, and check their digests."""
    manifest = read_manifest(source)
    if manifest is None or not published.has(manifest.digest):
        raise changed(source / MANIFEST_FILE)
    files = {MANIFEST_FILE: _public(manifest)}
    for name in manifest.about["files"]:
        if is_report_file(name) and name not in manifest.older:
            try:
                files[name] = read_listed(source, manifest.about, name)
            except OSError:
                raise changed(source / name) from None
    disk.write_folder(new, files)


def _public(manifest: Manifest) -> bytes:
    """The manifest to publish, without documents of an earlier build."""
    if not manifest.older:
        return manifest.content
    about = {key: value for key, value in manifest.about.items() if key not in ("files", "older")}
    files = {k: v for k, v in manifest.about["files"].items() if k not in manifest.older}
    return make_manifest(files, about)


def check_site_folder(folder: Path, reports: Path) -> None:
    """Check, before any work, that a site can be written into a folder.

    Raises:
        ConfigError: it is a file or link, or contains other files or the reports.
        StoreError: the folder around it cannot be written.
    """
    folder, reports = absolute(folder), absolute(reports)
    if folder == reports or folder in reports.parents:
        raise ConfigError(f"{folder} holds the reports. Name another folder with -o.")
    with folder_swap.alone_at(folder):
        disk.remove_abandoned(folder.parent)
        _require_ours(folder)


def _require_ours(folder: Path) -> None:
    folder_swap.require_folder(folder, "the site")
    folder_swap.require_movable(folder)
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
    entries: Sequence[PublicReport],
    make_index: Callable[[Sequence[Summary]], bytes],
    notice: Callable[[str], None],
) -> tuple[list[Summary], bool]:
    """Replace the content of a site's folder in one step.

    Published reports that did not change are linked, and so are files that a person added
    (``.git``, ``CNAME``). A damaged report is left out, with a notice.

    Returns:
        The summaries of the published reports, and whether anything was written.

    Raises:
        ConfigError: this program did not make the folder, or a person's file in it has a name
            that the site needs.
        StoreError: no report is left, or the disk failed; nothing changed.
    """
    folder = absolute(folder)
    with folder_swap.alone_at(folder), disk.temporary_folder(folder.parent) as new:
        _require_ours(folder)
        kept = {each.summary.place for each in entries if _is_whole(folder, each)}
        summaries = _bring(entries, folder, new, kept, notice)
        if not summaries:
            raise StoreError("no report can be published; nothing was written.")
        site = {"generator": GENERATOR, "reports": sorted(each.place for each in summaries)}
        files = {
            INDEX_FILE: make_index(summaries),
            NO_JEKYLL_FILE: b"",
            SITE_FILE: json.dumps(site, ensure_ascii=False, indent=1).encode() + b"\n",
        }
        is_there = all(_content(folder, name) == content for name, content in files.items())
        if is_there and len(kept) == len(summaries):
            return summaries, False
        disk.write_folder(new, files)
        if folder.exists():
            own = set(_our_files(folder))
            require_free(folder, _names_beside(_places(folder), new), own)
            folder_swap.take_along(folder, new, own)
        folder_swap.swap(new, folder)
    return summaries, True


def _names_beside(places: Sequence[str], new: Path) -> list[str]:
    """The files of a new site that are outside the report folders of the old one."""
    names = [path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file()]
    return [name for name in names if not name.startswith(tuple(f"{each}/" for each in places))]


def _bring(
    entries: Sequence[PublicReport],
    folder: Path,
    new: Path,
    kept: set[str],
    notice: Callable[[str], None],
) -> list[Summary]:
    """Write reports into the new site, or link them from the old one; return those there."""
    waiting = {}
    for entry in entries:
        place = new / entry.summary.place
        place.mkdir(parents=True)
        if entry.summary.place not in kept:
            waiting[entry.summary.place] = entry.begin(place)
    for inner in kept:
        _link_all(folder / inner, new / inner)
    brought = []
    for entry in entries:
        try:
            if entry.summary.place in waiting:
                waiting[entry.summary.place]()
        except ReportgenError as error:
            disk.remove_tree(new / entry.summary.place)
            notice(f"{entry.source} is left out: {str(error).splitlines()[0]}")
        else:
            brought.append(entry.summary)
    return brought


def _link_all(old: Path, new: Path) -> None:
    for name in _files_of(old):
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        folder_swap.link(old / name, new / name)
    disk.sync_folder(new)


def _is_whole(folder: Path, entry: PublicReport) -> bool:
    """Whether the old site has the report in its current form, with no file changed."""
    published = folder / entry.summary.place
    manifest = load_manifest(published)
    if manifest is None or not entry.is_published(published):
        return False
    try:
        for name in manifest["files"]:
            if is_report_file(name):
                read_listed(published, manifest, name)
    except OSError:
        return False
    return True


def _our_files(folder: Path) -> Iterator[str]:
    """Relative names of all files that reportgen wrote into a site's folder."""
    yield from (NO_JEKYLL_FILE, SITE_FILE)
    if MARK.encode() in (_content(folder, INDEX_FILE) or b""):
        yield INDEX_FILE
    for place in _places(folder):
        yield from (f"{place}/{name}" for name in _files_of(folder / place))


def _places(folder: Path) -> list[str]:
    """The folders of reports in a site's folder."""
    reports = (_site(folder) or {}).get("reports", ())
    return [place for place in reports if disk.is_inner_name(place)]


def _files_of(published: Path) -> list[str]:
    manifest = load_manifest(published) or {"files": {}}
    return [MANIFEST_FILE, *(name for name in manifest["files"] if is_report_file(name))]


def _site(folder: Path) -> dict[str, Any] | None:
    """The content of ``site.json``; None if it is missing or reportgen did not write it."""
    try:
        site = json.loads(read_inside(folder, SITE_FILE, MAX_MANIFEST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    is_ours = isinstance(site, dict) and site.get("generator") == GENERATOR
    return site if is_ours and isinstance(site.get("reports"), list) else None


def _content(folder: Path, name: str) -> bytes | None:
    try:
        return read_inside(folder, name, MAX_FILE_BYTES)
    except OSError:
        return None
