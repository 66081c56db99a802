"""The tasks of workers: make a report, or train a model.

A task runs in another process or on another machine, so it gets all that it needs as arguments, and
uses neither folders nor the store.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reportgen.answers.prose_check.statements import report_contradictions
from reportgen.config.assignments import Assignment
from reportgen.figures import catalogue
from reportgen.pipeline import rendering

if TYPE_CHECKING:
    from reportgen.datasets.dataset import Dataset
    from reportgen.evidence.record import Evidence
    from reportgen.figures.drawing.spec import FigureSpec, Picture

MAX_PICTURE_BYTES = 8 * 1024**2


def make_report(
    evidence: Evidence,
    assignment: Assignment,
    wanted: rendering.FolderSpec,
    allow_contradictions: bool,
) -> tuple[rendering.Files, tuple[str, ...]]:
    """Make a report from evidence.

    Args:
        evidence: of the report.
        assignment: what is asked.
        wanted: what the report's folder holds beside the report.
        allow_contradictions: whether the author's own words may contradict the evidence.

    Returns:
        The files of the report's folder except the weights, and notices about contradictions
        that were allowed.

    Raises:
        RenderError: a template is faulty, a text cannot be rendered, or a renderer warned.
        MismatchError: the author's own words contradict the evidence.
    """
    composed = rendering.compose_report(evidence, assignment, wanted.formats)
    notices: list[str] = []
    report_contradictions(composed.statements, notices.append, allow=allow_contradictions)
    return rendering.render_folder(composed, wanted, picture_cache), tuple(notices)


class PictureCache(rendering.Cache):
    """Keeps the pictures that this process used last: many reports show the same figure."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self._pictures: OrderedDict[str, tuple[Picture, ...]] = OrderedDict()

    def draw(self, figures: Mapping[str, FigureSpec]) -> rendering.Pictures:
        """Draw the figures whose pictures are not at hand."""
        return {name: self._draw(spec) for name, spec in figures.items()}

    def _draw(self, spec: FigureSpec) -> tuple[Picture, ...]:
        digest = spec.digest()
        if digest not in self._pictures:
            self._pictures[digest] = catalogue.draw(spec)
            self._size += _size(self._pictures[digest])
        self._pictures.move_to_end(digest)
        while self._size > self._max_bytes and len(self._pictures) > 1:
            self._size -= _size(self._pictures.popitem(last=False)[1])
        return self._pictures[digest]


def _size(pictures: Sequence[Picture]) -> int:
    return sum(len(picture.content) for picture in pictures)


picture_cache = PictureCache(MAX_PICTURE_BYTES)


def train_model(
    dataset: Dataset, job: Mapping[str, Any], threads: int
) -> tuple[dict[str, bytes], float]:
    """Train one model; returns its files for the store, and the seconds it took.

    Args:
        dataset: sent to the workers once for many trainings.
        job: what a ``TrainingJob`` holds beside its dataset.
        threads: of the training.

    Raises:
        ConfigError: the network cannot be built from its layers.
        TrainingError: the training failed.
    """
    from reportgen.pipeline.train import train_here
    from reportgen.training.jobs import TrainingJob

    jobs = [TrainingJob(dataset=dataset, **job)]
    (packed,) = train_here(jobs, threads, lambda _: None, None)
    return packed
