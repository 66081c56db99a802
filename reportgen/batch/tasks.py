"""What workers do: pure functions, values in and values out, no folder and no store.

They run in processes of this machine or on others alike, so nothing here depends on
where it runs: what a task needs is among its arguments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.config.assignments import Assignment, make_assignment

if TYPE_CHECKING:
    from reportgen.config.model_settings import ModelSettings
    from reportgen.datasets.dataset import Dataset
    from reportgen.evidence.record import Evidence
    from reportgen.figures.spec import FigureSpec, Picture
    from reportgen.pipeline.rendering import ComposedReport, Files, FolderSpec, Pictures
    from reportgen.training.jobs import Pairing, TrainingJob


@dataclass(frozen=True)
class AssignmentTexts:
    """An assignment on its way to a worker, which reads it once for many reports."""

    name: str
    files: tuple[tuple[str, str], ...]
    built_in: bool

    @classmethod
    def of(cls, assignment: Assignment) -> AssignmentTexts:
        """The texts of an assignment."""
        return cls(assignment.name, tuple(assignment.files.items()), assignment.built_in)


@dataclass(frozen=True)
class UntiedJob:
    """A training without its dataset, which many trainings share and which travels once."""

    name: str
    settings: ModelSettings
    seed: int
    pairing: Pairing

    @classmethod
    def of(cls, job: TrainingJob) -> UntiedJob:
        """What a job is beside its dataset."""
        return cls(job.name, job.settings, job.seed, job.pairing)

    def on(self, dataset: Dataset) -> TrainingJob:
        """The job on a dataset."""
        from reportgen.training.jobs import TrainingJob

        return TrainingJob(self.name, self.settings, dataset, self.seed, self.pairing)


@lru_cache(maxsize=8)
def _read(texts: AssignmentTexts) -> Assignment:
    source = Path("assignment.toml")
    return make_assignment(texts.name, dict(texts.files), source, built_in=texts.built_in)


def draft_report(
    evidence: Evidence, texts: AssignmentTexts, formats: Collection[str], allow: bool
) -> tuple[ComposedReport, list[str]]:
    """Compose a report.

    Args:
        evidence: what was measured.
        texts: what is asked.
        formats: of ``html``, ``pdf``, ``md``.
        allow: whether the author's own words may contradict the evidence.

    Returns:
        The draft, and notices of contradictions that were allowed.

    Raises:
        RenderError: a template is faulty.
        MismatchError: the author's own words contradict the evidence.
    """
    from reportgen.answers.prose_check.contradictions import settle_contradictions
    from reportgen.pipeline.rendering import compose_report

    composed = compose_report(evidence, _read(texts), formats)
    notices: list[str] = []
    settle_contradictions(composed.statements, notices.append, allow=allow)
    return composed, notices


def draw_figures(specs: Sequence[FigureSpec]) -> list[tuple[Picture, ...]]:
    """The pictures of some figures, in their order."""
    from reportgen.pipeline.rendering import draw_figure

    return [draw_figure(spec) for spec in specs]


def render_report(draft: ComposedReport, pictures: Pictures, wanted: FolderSpec) -> Files:
    """The files of a report's folder, except the weights.

    Raises:
        RenderError: a text cannot be rendered, or a renderer warned.
    """
    from reportgen.pipeline.rendering import NoCache, render_folder

    class Drawn(NoCache):
        def draw(self, figures: Mapping[str, FigureSpec]) -> Pictures:  # noqa: ARG002
            return pictures

    return render_folder(draft, wanted, Drawn())


def train_model(dataset: Dataset, job: UntiedJob, threads: int) -> tuple[dict[str, bytes], float]:
    """Train one model on a dataset; its files of the store, and the seconds that it took.

    Raises:
        ConfigError: the network cannot be built from its layers.
        TrainingError: the training failed.
    """
    from reportgen.pipeline.train import train_here

    (packed,) = train_here(
        [job.on(dataset)], threads=threads, on_epoch=lambda _: None, checkpoints=None
    )
    return packed
