"""The dry run: a report rendered with synthetic results before training.

A faulty template fails before training. Every template of the assignment and every answer of
the author is rendered several times, with results that reach different branches. The results
pass through the real measurements and studies, so that every fact exists.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from reportgen.datasets.catalogue import BUILTINS
from reportgen.errors import RenderError
from reportgen.pipeline.keys import dry_run_inputs
from reportgen.pipeline.plan import RunPlan
from reportgen.pipeline.report import ReportJob
from reportgen.pipeline.run import Measured, Run
from reportgen.studies.catalogue import load_study

if TYPE_CHECKING:
    from reportgen.answers.document import Report
    from reportgen.datasets.dataset import Dataset
    from reportgen.evidence.record import Evidence
    from reportgen.pipeline.synthetic import Outcome

_FEWEST_IMAGES = 40

# A description; the shares that are right: of the test images, of the first model and of the
# others, and of the training images; the margin of the logits; whether they overfit.
_CASES: tuple[tuple[str, float, float, float, float, bool], ...] = (
    ("the first model right, the others often wrong", 1.0, 0.6, 1.0, 12.0, True),
    ("the first model wrong, the others mostly right", 0.0, 0.9, 1.0, 3.0, False),
    ("models alike, half of the images right, unsure", 0.5, 0.5, 0.5, 1.0, True),
    ("all images right, with certainty", 1.0, 1.0, 0.4, 200.0, False),
    ("all images wrong", 0.0, 0.0, 0.4, 0.5, True),
)


def dry_run(job: ReportJob, run: Run) -> None:
    """Render an assignment's templates and the author's prose with synthetic results.

    The store records a dry run that passed; it is not repeated.

    Args:
        job: whose templates and prose are rendered.
        run: knows where the datasets are; nothing is trained.

    Raises:
        RenderError: a template is faulty; the message names it and the line.
        ConfigError: a network cannot be built from its layers, or the assignment requires a
            figure or a fact that no run has.
        DataError: one of the user's own datasets is damaged.
    """
    datasets = {
        name: [located.title, list(located.class_names), located.tier, *_shape(name, run)]
        for name, located in run.located.items()
    }
    inputs = dry_run_inputs(run.plan, job.assignment.files, job.record(), datasets)

    def make() -> dict[str, bytes]:
        _render_all(job, run)
        return {}

    run.ledger.look_up("rehearsal", inputs, make)


def _shape(name: str, run: Run) -> tuple[int, int]:
    """Height and width of a dataset's images, in pixels; a user's own dataset is read."""
    if name in BUILTINS:
        return BUILTINS[name].image_shape
    height, width = run.datasets[name].x_train.shape[1:]
    return height, width


def _render_all(job: ReportJob, run: Run) -> None:
    from reportgen.answers.compose import compose
    from reportgen.answers.coverage import check_facts_required, check_figures_required
    from reportgen.answers.template_checks import check_names

    config, assignment = job.config, job.assignment
    check_figures_required(assignment)
    records = []
    for description, evidence in synthetic_cases(job, run):
        try:
            composition = compose(evidence, assignment)
            _check_texts(composition.report)
        except RenderError as error:
            raise RenderError(
                f"{error}\nFound before training, with made-up results: {description}."
            ) from None
        records.append(composition.evidence.record)
    if not config.settings.models:  # a changed model may lack what the assignment's own has
        check_facts_required(assignment, records)
    # Shared texts are those of other assignments too.
    own = (name for name in assignment.files if not name.startswith("shared/"))
    texts = {name: assignment.files[name] for name in own if name.endswith(".md")}
    texts |= {f"answers/{name}.md": text for name, text in config.prose.items()}
    for name, text in texts.items():
        check_names(text, name, composition.evidence, assignment.files)


def _check_texts(report: Report) -> None:
    """Check the text around facts and figures; otherwise it is rendered only after training."""
    from reportgen.answers.document import Figure, unfolded
    from reportgen.render.prose import check_text

    texts = [(report.intro, "intro.md"), (report.closing, "closing.md")]
    for question in report.questions:
        texts += [
            (question.prompt, f"the prompt of {question.id}"),
            (unfolded(question.answer, report.blocks), f"the answer to {question.id}"),
        ]
    for block in report.blocks:
        if isinstance(block, Figure):
            texts.append((block.caption, f"the caption of {block.id}"))
    for text, where in texts:
        check_text(text, where, lambda number: report.inlines[number].text)


def synthetic_cases(job: ReportJob, run: Run) -> Iterator[tuple[str, Evidence]]:
    """For each case: a description of its synthetic results, and the evidence made of them."""
    from reportgen.pipeline.synthetic import Outcome, make_dataset

    plan = run.plan
    # Enough for every selection, whatever numbers it excludes.
    needed = (each.n + len(each.never) + 1 for each in plan.selections.values())
    n_images = max((_FEWEST_IMAGES, *needed))
    datasets = {
        name: make_dataset(located, _shape(name, run), n_images)
        for name, located in run.located.items()
    }
    for description, first, others, train, margin, overfits in _CASES:
        outcomes = {
            name: Outcome(others if k else first, train, margin, overfits)
            for k, name in enumerate(plan.models)
        }
        yield description, job.evidence(_synthetic_results(plan, datasets, outcomes))


def _synthetic_results(
    plan: RunPlan, datasets: Mapping[str, Dataset], outcomes: Mapping[str, Outcome]
) -> Measured:
    from reportgen.pipeline.measure import measure
    from reportgen.pipeline.synthetic import make_first_step, make_trained
    from reportgen.studies.context import StudyContext
    from reportgen.studies.run import jobs_of, make_study, parted
    from reportgen.training.jobs import TrainingJob

    def take(models: list[str]) -> dict[str, Any]:
        return {model: make_first_step(jobs[model]) for model in models}

    jobs = {
        name: TrainingJob(name, settings, datasets[settings.dataset], plan.seed)
        for name, settings in plan.models.items()
    }
    trained = {name: make_trained(job, outcomes[name]) for name, job in jobs.items()}
    context = StudyContext(jobs, comparison=plan.comparison)
    fallback = next(iter(outcomes.values()))
    studies = {}
    for name in plan.studies:
        study = load_study(name)
        extra = {
            job.name: make_trained(job, outcomes.get(job.name.partition(" (")[0], fallback))
            for job in jobs_of(study, context)
        }
        studies[name] = make_study(study, context, {**trained, **extra}, take)
    shown = [image for found in studies.values() for image in found.get("images", [])]
    record, arrays = measure(plan, jobs, trained, shown)
    made, left_out = parted(studies)
    return Measured({**record, "studies": made, "left_out": left_out}, arrays, {})
