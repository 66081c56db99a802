"""A batch: makes every report of a roster that is missing, and the tables of all reports."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from reportgen.batch.outcomes import (
    DONE,
    FAILED,
    UNFINISHED,
    RowOutcome,
    claim,
    folder_for,
    folders_beside,
    tell_what_stays,
    write_batch,
)
from reportgen.batch.progress import BatchObserver, Meter
from reportgen.batch.roster import RosterRow
from reportgen.batch.scheduler import Made, Order, make_reports
from reportgen.batch.shared import SharedRuns, run_key
from reportgen.batch.tables import write_tables
from reportgen.batch.training import train_all
from reportgen.batch.workers import Workers
from reportgen.config.image_seed import short_salt
from reportgen.datasets.sources import Search
from reportgen.errors import ReportgenError, StoreError
from reportgen.formatting import few
from reportgen.pipeline.build import require_native_libraries
from reportgen.pipeline.ledger import open_store
from reportgen.pipeline.rendering import weight_files
from reportgen.publish.folder import publish, require_ours
from reportgen.publish.manifest import is_intact, read_manifest
from reportgen.publish.ownership import Owner
from reportgen.publish.record import Published
from reportgen.render.system_fonts import describe_undrawable, fonts_beside_ours, undrawable
from reportgen.report_folder import MANIFEST_FILE, UNDRAWABLE, some_printed
from reportgen.storage.disk import disk_errors
from reportgen.storage.folder_swap import restore
from reportgen.storage.store import key_of

_MAX_TOLD = 3


@dataclass(frozen=True)
class BatchOptions:
    """What the command line decides and no report depends on."""

    cache_dir: Path
    output: Path | None = None
    allow_contradictions: bool = False
    allow_download: bool = True


@dataclass(frozen=True)
class BatchResult:
    """What a batch did.

    Attributes:
        folder: the batch's folder.
        outcomes: one a row, in the roster's order.
        seconds: wall time.
        left: folders of reports that belong to no row.
    """

    folder: Path
    outcomes: tuple[RowOutcome, ...]
    seconds: float
    left: tuple[str, ...] = ()

    @property
    def failed(self) -> list[RowOutcome]:
        """The rows that failed."""
        return [outcome for outcome in self.outcomes if outcome.state == "failed"]

    @property
    def without_pdf(self) -> list[RowOutcome]:
        """The rows whose PDF was left out."""
        return [each for each in self.outcomes if each.error and each.state != "failed"]

    def as_json(self) -> dict[str, Any]:
        """The summary that ``batch --json`` prints."""
        states = [outcome.state for outcome in self.outcomes]
        return {
            "batch_dir": str(self.folder),
            "rows": len(states),
            "made": states.count("made"),
            "up_to_date": states.count("up to date"),
            "failed": [_told(each) for each in self.failed],
            "without_pdf": [_told(each) for each in self.without_pdf],
            "left": list(self.left),
            "seconds": round(self.seconds, 3),
        }

    def require_no_failure(self) -> None:
        """Raise a ``ReportgenError`` that names the rows that failed or lack their PDF."""
        failed, without = self.failed, self.without_pdf
        wrong = [*failed, *without]
        if not wrong:
            return
        n, shown = len(self.outcomes), wrong[:_MAX_TOLD]
        counts = [f"{len(failed)} of {n} reports failed"] if failed else []
        counts += [f"{len(without)} of {n} lack their PDF"] if without else []
        lines = [
            f"{' and '.join(counts)}. Run the command again for these alone:",
            *(f"row {e.row.number} ({e.row.id}): {e.error.splitlines()[0]}" for e in shown),
        ]
        if len(wrong) > _MAX_TOLD:
            lines.append(f"... and {len(wrong) - _MAX_TOLD} more: {self.folder / 'results.csv'}")
        raise ReportgenError("\n".join(lines))


def _told(outcome: RowOutcome) -> dict[str, Any]:
    return {"row": outcome.row.number, "id": outcome.row.id, "error": outcome.error}


def make_batch(
    roster: Path,
    rows: Sequence[RosterRow],
    workers: Workers,
    options: BatchOptions,
    observer: BatchObserver,
) -> BatchResult:
    """Make the reports of a roster into ``<folder>/<id>/``.

    A report that was made from the same inputs before is left as it is. A row that fails
    does not stop the others.

    Args:
        roster: names the folder.
        rows: of ``read_roster``.
        workers: make the reports; they are not closed.
        options: of the command line.
        observer: told of progress and notices.

    Raises:
        ConfigError: the folder holds something else.
        RenderError: native libraries that a PDF needs are missing.
        StoreError: the store or the folder cannot be written.
    """
    start = time.perf_counter()
    folder = folder_for(roster, options.output)
    if any(some_printed(row.config.settings.output.formats) for row in rows):
        require_native_libraries()
    published = Published(options.cache_dir)
    claim(folder, roster, published, observer.notice)
    salts = [row.salt for row in rows if row.salt and row.config.settings.image_seed]
    if (text := short_salt(salts)) is not None:
        observer.notice(text)
    batch_run = _Batch(folder, options, observer, published)
    pending = batch_run.find_pending(rows)
    batch_run.tell_of_missing_fonts(pending)
    write_batch(folder, roster, batch_run.states(rows), published)
    try:
        pending = batch_run.train(pending, workers)
        batch_run.make(rows, pending, workers)
    finally:
        write_batch(folder, roster, batch_run.states(rows), published)
    batch_run.store.trim()
    outcomes = tuple(batch_run.outcomes[row.folder] for row in rows)
    write_tables(folder, roster, outcomes, published)
    left = folders_beside(folder, {row.folder for row in rows})
    tell_what_stays(folder, roster, outcomes, left, batch_run.older, observer.notice)
    return BatchResult(folder, outcomes, time.perf_counter() - start, tuple(left))


class _Batch:
    """One batch under way: what became of each row so far, by the row's folder."""

    def __init__(
        self, folder: Path, options: BatchOptions, observer: BatchObserver, published: Published
    ) -> None:
        self.folder = folder
        self.options = options
        self.observer = observer
        self.store = open_store(options.cache_dir, observer.notice)
        self.published = published
        search = partial(
            Search.on_this_machine, options.cache_dir, allow_download=options.allow_download
        )
        self.shared = SharedRuns(self.store, observer, lambda folder: search(data_dir=folder))
        self.outcomes: dict[str, RowOutcome] = {}
        self.older: dict[str, tuple[str, ...]] = {}

    def states(self, rows: Sequence[RosterRow]) -> dict[str, str]:
        """The state of each row so far, for ``batch.json``."""
        found = {name: outcome.state for name, outcome in self.outcomes.items()}
        named = {"made": DONE, "up to date": DONE, "failed": FAILED}
        return {row.folder: named.get(found.get(row.folder, ""), UNFINISHED) for row in rows}

    def find_pending(self, rows: Sequence[RosterRow]) -> list[RosterRow]:
        """The rows without a current report, grouped by run; a row that cannot be made fails."""
        runs: dict[str, list[RosterRow]] = {}
        for row in rows:
            try:
                with disk_errors(self.folder / row.folder):
                    restore(self.folder / row.folder)
                require_ours(self.folder / row.folder)
                self._owner(row).require_own(self.folder / row.folder)
                if self._is_current(row):
                    self.outcomes[row.folder] = RowOutcome(row, "up to date")
                    continue
                job = row.job
                job.require_images(self.shared.run(job))
            except ReportgenError as error:
                self._fail(row, error)
                continue
            runs.setdefault(run_key(job), []).append(row)
        return [row for some in runs.values() for row in some]

    def tell_of_missing_fonts(self, pending: Sequence[RosterRow]) -> None:
        """Tell, before any training, whose PDF will be left out."""
        printed = [row for row in pending if some_printed(row.config.settings.output.formats)]
        lacking = [
            (row, found) for row in printed if (found := undrawable(row.job.written_by_people()))
        ]
        if not lacking:
            return
        shown = few([f"row {row.number} ({row.id})" for row, _ in lacking], _MAX_TOLD)
        characters = "".join(dict.fromkeys("".join(found for _, found in lacking)))
        self.observer.notice(f"{shown}: {describe_undrawable(characters)}")

    def _is_current(self, row: RosterRow) -> bool:
        folder = self.folder / row.folder
        found = read_manifest(folder)
        if found is None or not self.published.has(found.digest):
            return False
        manifest = found.about
        if manifest.get("report_key") != self._report_key(row):
            return False
        if manifest.get(UNDRAWABLE):
            return False
        if manifest.get("n_contradicted") and not self.options.allow_contradictions:
            return False
        if not _has_its_fonts(row, manifest) or not is_intact(folder, manifest):
            return False
        self._note_older(row, found.older)
        return True

    def _note_older(self, row: RosterRow, older: tuple[str, ...]) -> None:
        if older:
            self.older[row.folder] = older

    def _report_key(self, row: RosterRow) -> str:
        job = row.job
        run = self.shared.run(job).with_selections(job.plan.selections)
        return key_of(job.inputs(run))

    def train(self, pending: list[RosterRow], workers: Workers) -> list[RosterRow]:
        """Make the trainings that are missing, and return the rows whose runs did not fail."""
        first: dict[tuple[str, str], RosterRow] = {}
        runs: dict[str, list[RosterRow]] = {}
        for row in pending:
            key = run_key(row.job)
            first.setdefault((key, row.assignment.name), row)
            runs.setdefault(key, []).append(row)
        for key, error in train_all(list(first.values()), self.shared, workers).items():
            for row in runs[key]:
                self._fail(row, error)
        return [row for row in pending if row.folder not in self.outcomes]

    def make(self, rows: Sequence[RosterRow], pending: list[RosterRow], workers: Workers) -> None:
        """Make the reports, and publish each when it is ready."""
        n_done = len(rows) - len(pending) - self._n_failed()
        meter = Meter(len(rows), n_done, self._n_failed(), self.observer)
        made = make_reports(
            self._orders(pending, meter),
            workers,
            allow_contradictions=self.options.allow_contradictions,
        )
        for each in made:
            row = each.order.row
            for text in each.notices:
                self.observer.notice(f"{row.id}: {text}")
            error = each.error or self._publish(each)
            if error is None:
                self.outcomes[row.folder] = RowOutcome(row, "made", _why_without_pdf(each.files))
                meter.made()
            else:
                self._fail(row, error)
                meter.failed()

    def _orders(self, pending: list[RosterRow], meter: Meter) -> Iterator[Order]:
        for row in pending:
            try:
                order = self._order(row)
            except StoreError:
                raise
            except ReportgenError as error:
                self._fail(row, error)
                meter.failed()
            else:
                yield order

    def _order(self, row: RosterRow) -> Order:
        job = row.job
        shared = self.shared.run(job)
        shared.finish()
        run = shared.with_selections(job.plan.selections)
        measured = run.measured(keep=False)
        evidence = job.evidence(measured)
        spec = job.folder_spec(run, evidence, measured.weights)
        return Order(row, evidence, spec, measured.weights)

    def _publish(self, made: Made) -> ReportgenError | None:
        folder = self.folder / made.order.row.folder
        try:
            files = {**weight_files(made.order.weights), **made.files}
            older = publish(folder, files, self._owner(made.order.row))
        except StoreError:
            raise
        except ReportgenError as error:
            return error
        self._note_older(made.order.row, older)
        return None

    def _owner(self, row: RosterRow) -> Owner:
        return Owner.of_student(row.config, self.published)

    def _fail(self, row: RosterRow, error: Exception) -> None:
        text = str(error)
        if not isinstance(error, ReportgenError):
            text = f"{type(error).__name__}: {error} (a fault in reportgen)"
        self.outcomes[row.folder] = RowOutcome(row, "failed", text)
        self.observer.notice(f"row {row.number} ({row.id}) failed: {text}")

    def _n_failed(self) -> int:
        return sum(outcome.state == "failed" for outcome in self.outcomes.values())


def _has_its_fonts(row: RosterRow, manifest: Mapping[str, Any]) -> bool:
    """Whether this machine still has the same fonts of its own that the PDF was printed in.

    Only text that people wrote can need fonts beside the packaged ones.
    """
    recorded = manifest.get("system_fonts")
    return not recorded or fonts_beside_ours(row.job.written_by_people()) == recorded


def _why_without_pdf(files: Mapping[str, bytes]) -> str:
    """Why a report has no PDF; empty where it has one, or was not asked for it."""
    lacking = json.loads(files[MANIFEST_FILE]).get(UNDRAWABLE)
    return describe_undrawable(lacking) if lacking else ""
