"""Progress bars for trainings and downloads. Importing this imports Rich."""

from __future__ import annotations

from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn


class Bars:
    """Live bars on a terminal, one per name; lines can be printed above them meanwhile."""

    def __init__(self, stream: TextIO) -> None:
        console = Console(file=stream, highlight=False, soft_wrap=True)
        self._tasks: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description:20}"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total}"),
            TextColumn("{task.fields[text]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._progress.start()

    def show(self, name: str, completed: int, total: int, text: str) -> None:
        """Move a bar on, or begin it."""
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=total, text=text)
        self._progress.update(self._tasks[name], completed=completed, total=total, text=text)

    def line(self, text: str) -> None:
        """Print a line above the bars."""
        self._progress.console.print(text, markup=False)

    def close(self) -> None:
        """Remove the bars."""
        self._progress.stop()
