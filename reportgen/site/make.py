"""The site: from a folder of reports to an index beside them, or to a folder to publish."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.disk import sha256, write_folder
from reportgen.errors import ConfigError
from reportgen.publish import absolute
from reportgen.site.anonymous import anonymous_files, manifest_digest
from reportgen.site.collect import Summary, collect
from reportgen.site.page import render_index
from reportgen.site.pseudonyms import Row, assign, read_table, table_path, write_table
from reportgen.site.publication import (
    INDEX_FILE,
    Entry,
    check_site_folder,
    entry_of,
    publish_site,
    write_index,
)
from reportgen.stages import Ledger, Stage
from reportgen.store import Store
from reportgen.versions import code_digest, layout_digest


@dataclass(frozen=True)
class SiteOptions:
    """What the command line decides.

    Attributes:
        reports: the folder that holds the reports.
        output: the folder to publish; None writes only the index, beside the reports.
        title: of the index; None for the course that all reports share.
        pseudonyms: whether authors are called by pseudonyms.
        cache_dir: where rendered results are kept.
    """

    reports: Path
    output: Path | None
    title: str | None
    pseudonyms: bool
    cache_dir: Path


@dataclass(frozen=True)
class Site:
    """What was made.

    Attributes:
        index: the index's path.
        n_reports: how many reports it leads to.
        written: whether anything had to be written.
        table: the private table of pseudonyms, if there is one.
    """

    index: Path
    n_reports: int
    written: bool
    table: Path | None = None


Notice = Callable[[str], None]

_MOST_NOTICES = 20


def make_site(options: SiteOptions, notice: Notice) -> Site:
    """Make the site.

    Args:
        options: what is wanted.
        notice: told of reports that are left out.

    Raises:
        ConfigError: a folder cannot be used, or a file there is somebody else's.
        StoreError: no report is usable, or the disk failed; the site is as it was.
    """
    with _few(notice) as left_out:
        if options.output is None:
            return _index(options, left_out)
        check_site_folder(options.output, options.reports)
        summaries = collect(options.reports, left_out)
        if options.pseudonyms:
            _warn_of_guessable(summaries, notice)
            return _publish_anonymously(options, options.output, summaries, left_out)
        entries = [entry_of(each, options.reports / each.place) for each in summaries]
        return _publish(options, options.output, entries, left_out)


@contextlib.contextmanager
def _few(notice: Notice) -> Iterator[Notice]:
    """Passes on notices of the first reports that are left out, and counts the others."""
    n = 0

    def count(text: str) -> None:
        nonlocal n
        n += 1
        if n <= _MOST_NOTICES:
            notice(text)

    try:
        yield count
    finally:
        if n > _MOST_NOTICES:
            notice(f"{n - _MOST_NOTICES} more reports are left out.")


def _index(options: SiteOptions, left_out: Notice) -> Site:
    if options.pseudonyms:
        raise ConfigError("--pseudonyms needs a folder to publish: -o DIR.")
    path = options.reports / INDEX_FILE
    summaries = collect(options.reports, left_out)
    written = write_index(path, render_index(summaries, options.title))
    return Site(path, len(summaries), written)


def _publish(options: SiteOptions, output: Path, entries: Sequence[Entry], notice: Notice) -> Site:
    def make_index(summaries: Sequence[Summary]) -> bytes:
        return render_index(summaries, options.title)

    summaries, written = publish_site(output, entries, make_index, notice)
    return Site(output / INDEX_FILE, len(summaries), written)


def _publish_anonymously(
    options: SiteOptions, output: Path, summaries: Sequence[Summary], notice: Notice
) -> Site:
    table = table_path(absolute(output))
    old = read_table(table)
    rows = assign(old, summaries)
    # Kept before anything is published by them; rows of reports that are away stay, too.
    gone = [row for row in old if row.report not in rows]
    write_table(table, [*gone, *rows.values()])
    ledger = Ledger(Store(options.cache_dir, notice), _Silent(notice))
    entries = [
        _anonymous_entry(each, rows, options.reports / each.place, ledger) for each in summaries
    ]
    entries.sort(key=lambda entry: entry.summary.place)
    site = _publish(options, output, entries, notice)
    write_table(table, [*gone, *rows.values()])
    ledger.store.trim()
    return dataclasses.replace(site, table=table)


def _anonymous_entry(summary: Summary, rows: dict[str, Row], source: Path, ledger: Ledger) -> Entry:
    row = rows[summary.place]
    made_from = sha256(
        f"{manifest_digest(source)} {code_digest('.')} {layout_digest()} {row.pseudonym}".encode()
    )
    shown = dataclasses.replace(summary, place=row.folder, author=row.pseudonym, student_id=None)

    def is_published(published: Path) -> bool:
        return row.made_from == made_from and row.made == manifest_digest(published)

    def write(new: Path) -> None:
        write_folder(new, anonymous_files(source, row.pseudonym, ledger))
        rows[summary.place] = dataclasses.replace(
            row, made_from=made_from, made=manifest_digest(new)
        )

    return Entry(shown, source, is_published, write)


def _warn_of_guessable(summaries: Sequence[Summary], notice: Notice) -> None:
    n = sum(each.guessable for each in summaries)
    if n:
        notice(
            f"the images of {n} of {len(summaries)} reports follow from the students' ids alone: "
            "who guesses an id can tell its report.\n"
            "Set a salt in the configuration or roster that nobody else knows, and build again."
        )


class _Silent:
    """An ``Observer`` of which only notices are heard: the stages of many reports tell nothing."""

    def __init__(self, notice: Notice) -> None:
        self._notice = notice

    def notice(self, text: str) -> None:
        self._notice(text)

    def stage(self, stage: Stage) -> None:
        pass

    def trainings(self, epochs: Mapping[str, int]) -> None:
        pass

    def epoch(self, end: object) -> None:
        pass

    def download(self, title: str, received: int, total: int) -> None:
        pass
