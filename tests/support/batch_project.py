"""A class of students on the small project, and workers that need no processes."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from small_project import Quiet, report_toml, write_project

from reportgen.batch.progress import Progress
from reportgen.batch.roster import read_roster
from reportgen.batch.run import BatchOptions, BatchResult, make_batch
from reportgen.batch.workers import Workers

PERSONAL = 'selections = "personal"\nsalt = "spring"\n'


class Inline:
    """Workers that run each task at once; arguments and results are pickled as if sent."""

    n = 2
    train = False
    lost: tuple[type[BaseException], ...] = ()

    def __init__(self, *, train: bool = False) -> None:
        self.train = train
        self.tasks: Counter[str] = Counter()

    def submit(self, task: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        self.tasks[task.__name__] += 1
        function, given = pickle.loads(pickle.dumps((task, arguments)))
        future: Future[Any] = Future()
        try:
            future.set_result(pickle.loads(pickle.dumps(function(*given))))
        except Exception as error:
            future.set_exception(pickle.loads(pickle.dumps(error)))
        return future

    def share(self, value: Any) -> Any:
        return value

    def renew(self) -> None: ...

    def close(self, *, at_once: bool = False) -> None: ...


class Watching(Quiet):
    """An observer that keeps how far the batch was told to be."""

    def __init__(self) -> None:
        super().__init__()
        self.progress: list[Progress] = []
        self.trained: list[str] = []

    def trainings(self, epochs: Any) -> None:
        self.trained += epochs

    def reports(self, progress: Progress) -> None:
        self.progress.append(progress)


def write_class(
    folder: Path, rows: Iterable[str], columns: str = "id,name", *, all_formats: bool = False
) -> Path:
    """The small project with a roster; returns the roster."""
    write_project(folder, all_formats=all_formats)
    text = PERSONAL + report_toml(all_formats=all_formats)
    (folder / "report.toml").write_text(text, encoding="utf-8")
    return write_roster(folder, rows, columns)


def write_roster(folder: Path, rows: Iterable[str], columns: str = "id,name") -> Path:
    """A roster in a folder."""
    path = folder / "class.csv"
    path.write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
    return path


def students(n: int) -> list[str]:
    """Rows of a roster with ids ``s0`` and so on."""
    return [f"s{k},Student {k}" for k in range(n)]


def run_batch(
    roster: Path,
    workers: Workers | None = None,
    observer: Watching | None = None,
    **options: Any,
) -> BatchResult:
    """Run a batch into ``out/`` beside the roster, with a store beside it."""
    given = {
        "cache_dir": roster.parent / "cache",
        "output": roster.parent / "out",
        "allow_download": False,
        **options,
    }
    return make_batch(
        roster,
        read_roster(roster),
        workers or Inline(),
        BatchOptions(**given),
        observer or Watching(),
    )
