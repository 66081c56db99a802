"""Make a site: an index beside the reports, or a folder of reports and their index to publish."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from reportgen.batch.progress import BatchObserver, Meter
from reportgen.batch.workers import open_local
from reportgen.errors import ConfigError, ReportgenError, StoreError
from reportgen.formatting import few
from reportgen.pipeline.keys import anonymous_inputs, rendered_again_inputs
from reportgen.pipeline.ledger import open_store
from reportgen.publish.folder import absolute
from reportgen.publish.record import Published
from reportgen.report_folder import formats_among
from reportgen.site.collect import Notice, Summary, collect, require_unchanged
from reportgen.site.names import Person
from reportgen.site.page import INDEX_FILE, render_index, write_index
from reportgen.site.pseudonyms import Row, assign, people_of, read_table, table_path, write_table
from reportgen.site.publication import (
    PublicReport,
    check_site_folder,
    publish_site,
    unchanged_report,
)
from reportgen.site.rerender import manifest_digest, write_again, write_anonymously
from reportgen.storage.store import Store, key_of
from reportgen.training.tensorflow_setup import available_cores


@dataclass(frozen=True)
class SiteOptions:
    """The options of ``reportgen site``.

    Attributes:
        reports: the folder of the reports.
        output: the folder to publish; None to write only the index, beside the reports.
        title: of the index; None for the course that all reports share.
        pseudonyms: whether pseudonyms replace the authors' names.
        cache_dir: the folder of the cache.
    """

    reports: Path
    output: Path | None
    title: str | None
    pseudonyms: bool
    cache_dir: Path


@dataclass(frozen=True)
class Site:
    """A site that was made.

    Attributes:
        index: the index's path.
        n_reports: how many reports it lists.
        written: whether anything changed.
        table: the private table of pseudonyms, if there is one.
        n_left_out: how many reports are left out because of a fault.
    """

    index: Path
    n_reports: int
    written: bool
    table: Path | None = None
    n_left_out: int = 0

    def require_whole(self) -> None:
        """Raise a ``ReportgenError`` if a report is left out because of a fault."""
        if self.n_left_out:
            what = "1 report is" if self.n_left_out == 1 else f"{self.n_left_out:,} reports are"
            raise ReportgenError(f"{what} left out of {self.index}; the notes say why.")


Submit = Callable[..., "Future[str]"]

_MOST_NOTICES = 20
_RENDERED = "rendered-again"


def make_site(options: SiteOptions, observer: BatchObserver) -> Site:
    """Make the site.

    Args:
        options: of the command line.
        observer: called for reports that are left out, and for those that are rendered.

    Raises:
        ConfigError: a folder cannot be used, or has a file that the site would overwrite.
        StoreError: there is no intact report, or the disk failed; the site did not change.
    """
    published = Published(options.cache_dir)
    notices = _Notices(observer.notice)
    try:
        if options.output is None:
            site = _index(options, published, notices)
        else:
            check_site_folder(options.output, options.reports)
            summaries = collect(options.reports, published, notices.left_out, notices.tell)
            if options.pseudonyms:
                _warn_of_guessable(summaries, observer.notice)
                site = _publish_anonymously(
                    options, options.output, summaries, observer, notices.left_out
                )
            else:
                site = _publish_named(
                    options, options.output, summaries, published, observer, notices.left_out
                )
    finally:
        if notices.n > _MOST_NOTICES:
            observer.notice(f"{notices.n - _MOST_NOTICES} more reports are left out.")
    return dataclasses.replace(site, n_left_out=notices.n_left_out)


class _Notices:
    """Passes the first notices on, and counts all: ``n_left_out`` are about a fault."""

    def __init__(self, notice: Notice) -> None:
        self.n = self.n_left_out = 0
        self._notice = notice

    def tell(self, text: str) -> None:
        self.n += 1
        if self.n <= _MOST_NOTICES:
            self._notice(text)

    def left_out(self, text: str) -> None:
        self.n_left_out += 1
        self.tell(text)


def _index(options: SiteOptions, published: Published, notices: _Notices) -> Site:
    """Write the index beside the reports, without links to those not made on this machine."""
    if options.pseudonyms:
        raise ConfigError("--pseudonyms needs a folder to publish: -o DIR.")
    path = options.reports / INDEX_FILE
    summaries = []
    for each in collect(options.reports, published, notices.left_out, notices.tell):
        try:
            if each.is_ours:
                require_unchanged(options.reports / each.place, each)
        except StoreError as error:
            why = str(error).splitlines()[0]
            notices.left_out(f"{options.reports / each.place} is left out: {why}")
        else:
            summaries.append(each if each.is_ours else dataclasses.replace(each, files=()))
    if not summaries:
        raise StoreError(f"no whole report below {options.reports}.\nMake one: reportgen build")
    foreign = [each.place for each in summaries if not each.is_ours]
    if foreign:
        notices.tell(
            f"not made here, and listed without links: {few(foreign)}.\n"
            "Build them again; or with -o DIR they are rendered again from their evidence."
        )
    written = write_index(path, render_index(summaries, options.title))
    return Site(path, len(summaries), written)


def _publish_named(
    options: SiteOptions,
    output: Path,
    summaries: Sequence[Summary],
    published: Published,
    observer: BatchObserver,
    left_out: Notice,
) -> Site:
    """Copy the reports made on this machine; render others, and those with a salt, again."""
    again = {each.place: each for each in summaries if not each.is_ours or each.has_salt}
    _tell_of_rendering(again.values(), observer.notice)
    store = open_store(options.cache_dir, observer.notice)
    with _submitter(len(again)) as submit:
        entries = [
            _rendered(each, options, submit, store)
            if each.place in again
            else unchanged_report(each, options.reports / each.place, published)
            for each in summaries
        ]
        site = _publish(options, output, entries, left_out)
    if again:
        store.trim()
    return site


def _tell_of_rendering(again: Collection[Summary], notice: Notice) -> None:
    foreign = [each.place for each in again if not each.is_ours]
    if foreign:
        notice(f"not made here, and so rendered again from their evidence: {few(foreign)}.")
    older = [each.place for each in again if each.has_salt]
    if older:
        notice(
            f"older reports, published without the salt that they give away: {few(older)}.\n"
            "Choose another salt for the next class: whoever has one of these has it."
        )


def _rendered(summary: Summary, options: SiteOptions, submit: Submit, store: Store) -> PublicReport:
    """A report that is published as it is rendered from its evidence."""
    source = options.reports / summary.place
    formats = formats_among(summary.files)
    inputs = rendered_again_inputs(manifest_digest(source), formats)

    def is_published(place: Path) -> bool:
        made = store.get(_RENDERED, key_of(inputs))
        return made is not None and made.files["made"] == manifest_digest(place).encode()

    def begin(new: Path) -> Callable[[], object]:
        future = submit(write_again, source, formats, options.cache_dir, new)
        return lambda: store.put(_RENDERED, inputs, {"made": future.result().encode()})

    return PublicReport(summary, source, is_published, begin)


def _publish(
    options: SiteOptions, output: Path, entries: Sequence[PublicReport], notice: Notice
) -> Site:
    def make_index(summaries: Sequence[Summary]) -> bytes:
        return render_index(summaries, options.title)

    summaries, written = publish_site(output, entries, make_index, notice)
    return Site(output / INDEX_FILE, len(summaries), written)


def _publish_anonymously(
    options: SiteOptions,
    output: Path,
    summaries: Sequence[Summary],
    observer: BatchObserver,
    left_out: Notice,
) -> Site:
    table = table_path(absolute(output))
    old = read_table(table)
    rows = assign(old, summaries)
    # Write the table before publishing any pseudonym. It keeps rows of removed reports.
    gone = [row for row in old if row.report not in rows]
    write_table(table, [*gone, *rows.values()])
    people = people_of(options.reports, summaries, [*gone, *rows.values()])
    keys = {
        each.place: _made_from(options.reports / each.place, rows[each.place].pseudonym, people)
        for each in summaries
    }
    pending = [place for place, key in keys.items() if rows[place].made_from != key]
    meter = Meter(len(pending), 0, 0, observer) if pending else None
    with _submitter(len(pending)) as submit:
        renderer = _Renderer(options, rows, keys, people, submit, meter)
        entries = [renderer.entry(each) for each in summaries]
        entries.sort(key=lambda entry: entry.summary.place)
        site = _publish(options, output, entries, left_out)
    write_table(table, [*gone, *rows.values()])
    open_store(options.cache_dir, observer.notice).trim()
    return dataclasses.replace(site, table=table)


def _made_from(report: Path, pseudonym: str, people: Sequence[Person]) -> str:
    """The key of everything that the published report under a pseudonym depends on."""
    names = [(each.name or "", each.student_id or "") for each in people]
    return key_of(anonymous_inputs(manifest_digest(report), pseudonym, names))


@contextlib.contextmanager
def _submitter(n: int) -> Iterator[Submit]:
    """Run several tasks in worker processes, but a single one at once in this process."""
    if n < 2:
        yield _at_once
        return
    try:
        with open_local(min(n, available_cores())) as workers:
            yield workers.submit
    except BrokenExecutor:
        raise StoreError(
            "a process that renders ended unexpectedly; nothing was published.\n"
            "Run the command again: what was rendered is kept."
        ) from None


def _at_once(task: Callable[..., str], /, *arguments: object) -> Future[str]:
    future: Future[str] = Future()
    try:
        future.set_result(task(*arguments))
    except (ReportgenError, OSError) as error:
        future.set_exception(error)
    return future


@dataclass(frozen=True)
class _Renderer:
    """Renders reports under pseudonyms, and keeps the rows of their table, by report, up to date.

    ``keys`` has the key of everything that a report depends on; no report may name ``people``.
    """

    options: SiteOptions
    rows: dict[str, Row]
    keys: Mapping[str, str]
    people: tuple[Person, ...]
    submit: Submit
    meter: Meter | None

    def entry(self, summary: Summary) -> PublicReport:
        """A report to publish under its author's pseudonym."""
        row = self.rows[summary.place]
        shown = dataclasses.replace(
            summary, place=row.folder, author=row.pseudonym, student_id=None
        )
        source = self.options.reports / summary.place

        def is_published(published: Path) -> bool:
            is_same = row.made_from == self.keys[summary.place]
            return is_same and row.made == manifest_digest(published)

        def begin(new: Path) -> Callable[[], object]:
            arguments = (source, row.pseudonym, self.people, self.options.cache_dir, new)
            return partial(self._finish, row, self.submit(write_anonymously, *arguments))

        return PublicReport(shown, source, is_published, begin)

    def _finish(self, row: Row, future: Future[str]) -> None:
        try:
            made = future.result()
        except ReportgenError:
            self._count(Meter.failed)
            raise
        self._count(Meter.made)
        self.rows[row.report] = dataclasses.replace(row, made_from=self.keys[row.report], made=made)

    def _count(self, how: Callable[[Meter], None]) -> None:
        if self.meter is not None:
            how(self.meter)


def _warn_of_guessable(summaries: Sequence[Summary], notice: Notice) -> None:
    n = sum(each.guessable for each in summaries)
    if n:
        notice(
            f"the images of {n} of {len(summaries)} reports follow from the students' ids alone: "
            "who guesses an id can tell its report. (A salt that stands in older reports is no "
            "secret.)\n"
            "Set a salt in the configuration or roster that nobody else knows, and build again."
        )
