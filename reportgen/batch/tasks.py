"""The tasks of workers: make a report, or train a model.

A task runs in another process or on another machine, so it gets all that it needs as arguments, and
uses neither folders nor the store.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.answers.prose_check.statements import report_contradictions
from reportgen.config.assignments import Assignment, make_assignment
from reportgen.figures.catalogue import draw as draw_figure
from reportgen.pipeline.rendering import (
    Files,
    FolderSpec,
    NoCache,
    Pictures,
    compose_report,
    render_folder,
)

if TYPE_CHECKING:
    from reportgen.config.model_settings import ModelSettings
    from reportgen.datasets.dataset import Dataset
    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.spec import FigureSpec, Picture
    from reportgen.training.jobs import Pairing, TrainingJob

MAX_PICTURE_BYTES = 8 * 1024**2


@dataclass(frozen=True)
class AssignmentTexts:
    """An assignment as a task's argument; a worker parses it once for many reports."""

    name: str
    files: tuple[tuple[str, str], ...]
    built_in: bool

    @classmethod
    def of(cls, assignment: Assignment) -> AssignmentTexts:
        """The texts of an assignment."""
        return cls(assignment.name, tuple(assignment.files.items()), assignment.built_in)


@dataclass(frozen=True)
class UntiedJob:
    """A training without its dataset, which the workers get once for many trainings."""

    name: str
    settings: ModelSettings
    seed: int
    pairing: Pairing
    may_diverge: bool

    @classmethod
    def of(cls, job: TrainingJob) -> UntiedJob:
        """A job without its dataset."""
        return cls(job.name, job.settings, job.seed, job.pairing, job.may_diverge)

    def on(self, dataset: Dataset) -> TrainingJob:
        """The job on a dataset."""
        from reportgen.training.jobs import TrainingJob

        return TrainingJob(
            self.name, self.settings, dataset, self.seed, self.pairing, self.may_diverge
        )


@lru_cache(maxsize=8)
def _read(texts: AssignmentTexts) -> Assignment:
    source = Path("assignment.toml")
    return make_assignment(texts.name, dict(texts.files), source, built_in=texts.built_in)


def make_report(
    evidence: Evidence, texts: AssignmentTexts, wanted: FolderSpec, allow_contradictions: bool
) -> tuple[Files, tuple[str, ...]]:
    """Make a report from evidence.

    Args:
        evidence: of the report.
        texts: of the assignment.
        wanted: what the report's folder holds beside the report.
        allow_contradictions: whether the author's own words may contradict the evidence.

    Returns:
        The files of the report's folder except the weights, and notices about contradictions
        that were allowed.

    Raises:
        RenderError: a template is faulty, a text cannot be rendered, or a renderer warned.
        MismatchError: the author's own words contradict the evidence.
    """
    composed = compose_report(evidence, _read(texts), wanted.formats)
    notices: list[str] = []
    report_contradictions(composed.statements, notices.append, allow=allow_contradictions)
    return render_folder(composed, wanted, picture_cache), tuple(notices)


class PictureCache(NoCache):
    """Keeps the pictures that this process used last: many reports show the same figure."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._pictures: OrderedDict[str, tuple[Picture, ...]] = OrderedDict()

    def draw(self, figures: Mapping[str, FigureSpec]) -> Pictures:
        """Draw the figures whose pictures are not at hand."""
        return {name: self._draw(spec) for name, spec in figures.items()}

    def _draw(self, spec: FigureSpec) -> tuple[Picture, ...]:
        digest = spec.digest()
        if digest not in self._pictures:
            self._pictures[digest] = draw_figure(spec)
            self._size += _size(self._pictures[digest])
        self._pictures.move_to_end(digest)
        while self._size > self._max_bytes and len(self._pictures) > 1:
            self._size -= _size(self._pictures.popitem(last=False)[1])
        return self._pictures[digest]


def _size(pictures: Sequence[Picture]) -> int:
    return sum(len(picture.content) for picture in pictures)


picture_cache = PictureCache(MAX_PICTURE_BYTES)


def train_model(dataset: Dataset, job: UntiedJob, threads: int) -> tuple[dict[str, bytes], float]:
    """Train one model on a dataset; returns its files for the store, and the seconds it took.

    Raises:
        ConfigError: the network cannot be built from its layers.
        TrainingError: the training failed.
    """
    from reportgen.pipeline.train import train_here

    (packed,) = train_here(
        [job.on(dataset)], threads=threads, on_epoch=lambda _: None, checkpoints=None
    )
    return packed
