"""What a person sees while a command runs: live progress, or plain lines without a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from reportgen.batch.progress import BatchObserver, Progress
from reportgen.pipeline.ledger import Stage

if TYPE_CHECKING:
    from reportgen.batch.run import BatchResult
    from reportgen.commands.progress_bars import Bars
    from reportgen.pipeline.build import BuildResult
    from reportgen.site.make import Site
    from reportgen.training.jobs import EpochEnd

PLAIN_LINE_SECONDS = 2.0


class Terminal(BatchObserver):
    """An observer that prints: stages as lines, trainings and downloads as bars.

    Without a terminal, bars become plain lines, at most one per model every two seconds.
    """

    def __init__(self, *, quiet: bool, to_stderr: bool) -> None:
        self._out = sys.stderr if to_stderr else sys.stdout
        self._quiet = quiet
        self._bars: Bars | None = None
        self._last_line: dict[str, float] = {}
        self._start = time.perf_counter()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self._close_bars()

    def notice(self, text: str) -> None:
        """Print a notice to standard error."""
        if self._quiet:
            return
        if self._bars is not None:
            self._bars.line(f"note: {text}")
        else:
            print(f"note: {text}", file=sys.stderr, flush=True)  # noqa: T201

    def stage(self, stage: Stage) -> None:
        """Print a stage that ended, and why it was not reused."""
        self._close_bars()
        state = "reused" if stage.reused else f"{stage.why} ({stage.seconds:.1f} s)"
        self._line(f"{stage.name}: {state}")

    def trainings(self, epochs: Mapping[str, int]) -> None:
        """Begin a bar for each training."""
        if self._quiet or not epochs:
            return
        if self._out.isatty():
            for name, total in epochs.items():
                self._open_bars().show(name, 0, total, "starting")
        else:
            self._line(f"training {', '.join(epochs)} ...")

    def epoch(self, end: EpochEnd) -> None:
        """Move a training's bar on."""
        if self._quiet:
            return
        text = f"loss {end.loss:.4f}  accuracy {end.accuracy:.4f}"
        if self._bars is not None:
            self._bars.show(end.name, end.epoch, end.epochs, text)
        elif self._is_due(end.name) or end.epoch == end.epochs:
            left = (end.epochs - end.epoch) * end.seconds
            self._line(
                f"{end.name}: epoch {end.epoch}/{end.epochs}  {text}  about {left:.0f} s left"
            )

    def download(self, title: str, received: int, total: int) -> None:
        """Move a download's bar on."""
        if self._quiet:
            return
        text = f"{received / 1e6:.1f} of {total / 1e6:.1f} MB"
        if self._out.isatty():
            self._open_bars().show(title, received, total, text)
        elif self._is_due(title):
            self._line(f"{title}: {text}")

    def reports(self, progress: Progress) -> None:
        """Move a batch's bar on."""
        if self._quiet:
            return
        if self._out.isatty():
            ended = progress.done + progress.failed
            self._open_bars().show("reports", ended, progress.total, str(progress))
        elif self._is_due("reports") or not progress.left:
            self._line(f"reports: {progress}")

    def batch_ended(self, result: BatchResult) -> None:
        """Print where the reports are, and how many of each state."""
        self._close_bars()
        about = result.as_json()
        self._line(
            f"{result.folder}/: {about['made']} made, {about['up_to_date']} up to date, "
            f"{len(about['failed'])} failed, in {result.seconds:.1f} s"
        )

    def built(self, result: BuildResult) -> None:
        """Print where the report is, and its accuracies."""
        self._close_bars()
        if self._quiet:
            return
        for name, scores in result.models.items():
            self._line(
                f"{name}: training accuracy {scores['train_accuracy']:.4f}, "
                f"test accuracy {scores['test_accuracy']:.4f}"
            )
        if result.data_tier == "sample":
            self.notice(
                "made from the bundled sample, and the report says so.\n"
                "For the full data: reportgen data fetch, then build again."
            )
        took = time.perf_counter() - self._start
        state = "up to date" if result.up_to_date else f"written in {took:.1f} s"
        self._line(f"{result.folder}/: {state}")

    def site_made(self, site: Site) -> None:
        """Print where the index is, and where the names of the pseudonyms are kept."""
        self._close_bars()
        reports = "1 report" if site.n_reports == 1 else f"{site.n_reports:,} reports"
        state = "written" if site.written else "up to date"
        self._line(f"{site.index}: {reports}, {state}")
        if site.table is not None:
            self._line(f"{site.table}: who is who; keep it to yourself")

    def _line(self, text: str) -> None:
        if not self._quiet:
            print(text, file=self._out, flush=True)

    def _open_bars(self) -> Bars:
        if self._bars is None:
            # Importing Rich takes 0.1 s, too long for a build with nothing to do.
            from reportgen.commands.progress_bars import Bars

            self._bars = Bars(self._out)
        return self._bars

    def _close_bars(self) -> None:
        if self._bars is not None:
            self._bars.close()
            self._bars = None

    def _is_due(self, name: str) -> bool:
        now = time.perf_counter()
        if now - self._last_line.get(name, 0.0) < PLAIN_LINE_SECONDS:
            return False
        self._last_line[name] = now
        return True
