"""What a person sees while a command runs: live progress, or plain lines without a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from reportgen.stages import Stage

if TYPE_CHECKING:
    from reportgen.build import BuildResult
    from reportgen.training.jobs import EpochEnd

PLAIN_LINE_SECONDS = 2.0


class Terminal:
    """An ``Observer`` that prints: stages as lines, trainings and downloads as bars.

    Without a terminal, bars become plain lines, at most one every two seconds a model.
    """

    def __init__(self, *, quiet: bool, to_stderr: bool) -> None:
        stream = sys.stderr if to_stderr else sys.stdout
        self._quiet = quiet
        self._out = Console(file=stream, highlight=False, soft_wrap=True)
        self._err = Console(file=sys.stderr, highlight=False, soft_wrap=True)
        self._progress: Progress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._last_line: dict[str, float] = {}
        self._start = time.perf_counter()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_progress()

    def notice(self, text: str) -> None:
        """Print a notice to standard error."""
        if not self._quiet:
            self._err.print(f"note: {text}", markup=False)

    def stage(self, stage: Stage) -> None:
        """Print a stage that ended, and why it was not reused."""
        self._stop_progress()
        if self._quiet:
            return
        state = "reused" if stage.reused else f"{stage.why} ({stage.seconds:.1f} s)"
        self._out.print(f"{stage.name}: {state}", markup=False)

    def trainings(self, epochs: Mapping[str, int]) -> None:
        """Begin a bar for each training."""
        if self._quiet or not epochs:
            return
        if self._out.is_terminal:
            self._begin_progress()
            for name, total in epochs.items():
                self._add_task(name, total, "starting")
        else:
            self._out.print(f"training {', '.join(epochs)} ...", markup=False)

    def epoch(self, end: EpochEnd) -> None:
        """Move a training's bar on."""
        if self._quiet:
            return
        text = f"loss {end.loss:.4f}  accuracy {end.accuracy:.4f}"
        if self._progress is not None and end.name in self._tasks:
            self._progress.update(self._tasks[end.name], completed=end.epoch, text=text)
        elif self._is_due(end.name) or end.epoch == end.epochs:
            left = (end.epochs - end.epoch) * end.seconds
            self._out.print(
                f"{end.name}: epoch {end.epoch}/{end.epochs}  {text}  about {left:.0f} s left",
                markup=False,
            )

    def download(self, title: str, received: int, total: int) -> None:
        """Move a download's bar on."""
        if self._quiet:
            return
        text = f"{received / 1e6:.1f} of {total / 1e6:.1f} MB"
        if self._out.is_terminal:
            self._begin_progress()
            if title not in self._tasks:
                self._add_task(title, total, text)
            assert self._progress is not None
            self._progress.update(self._tasks[title], completed=received, total=total, text=text)
        elif self._is_due(title):
            self._out.print(f"{title}: {text}", markup=False)

    def built(self, result: BuildResult) -> None:
        """Print where the report is, and its accuracies."""
        self._stop_progress()
        if self._quiet:
            return
        for name, scores in result.models.items():
            self._out.print(
                f"{name}: training accuracy {scores['train_accuracy']:.4f}, "
                f"test accuracy {scores['test_accuracy']:.4f}",
                markup=False,
            )
        if result.data_tier == "sample":
            self._err.print(
                "note: made from the bundled sample, and the report says so.\n"
                "For the full data: reportgen data fetch, then build again.",
                markup=False,
            )
        took = time.perf_counter() - self._start
        state = "up to date" if result.up_to_date else f"written in {took:.1f} s"
        self._out.print(f"{result.folder}/: {state}", markup=False)

    def _begin_progress(self) -> None:
        if self._progress is None:
            self._progress = Progress(
                TextColumn("{task.description:20}"),
                BarColumn(),
                TextColumn("{task.completed}/{task.total}"),
                TextColumn("{task.fields[text]}"),
                TimeRemainingColumn(),
                console=self._out,
                transient=True,
            )
            self._progress.start()

    def _add_task(self, name: str, total: int, text: str) -> None:
        assert self._progress is not None
        self._tasks[name] = self._progress.add_task(name, total=total, text=text)

    def _stop_progress(self) -> None:
        if self._progress is not None:
            self._progress.stop()
            self._progress = None
            self._tasks.clear()

    def _is_due(self, name: str) -> bool:
        now = time.perf_counter()
        if now - self._last_line.get(name, 0.0) < PLAIN_LINE_SECONDS:
            return False
        self._last_line[name] = now
        return True
