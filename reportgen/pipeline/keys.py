"""What the result of each stage depends on: the one place where keys are made.

A stage's inputs are plain JSON data; the store's key is their SHA-256. They include the digest
of the code and the versions of the libraries, both found from the stage's entry modules.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reportgen import __version__
from reportgen.config.model_settings import ModelSettings
from reportgen.pipeline.closures import code_digest, libraries_of
from reportgen.pipeline.versions import cpu_features, native_versions, versions_of
from reportgen.report_folder import FORMATS
from reportgen.storage.disk import sha256
from reportgen.storage.store import Inputs, key_of

if TYPE_CHECKING:
    from reportgen.figures.drawing.spec import FigureSpec, Picture
    from reportgen.pipeline.plan import RunPlan
    from reportgen.training.jobs import TrainingJob

# The entry modules of the stages.
TRAINING = ("reportgen.training.trainer", "reportgen.training.results")
STUDIES = ("reportgen.studies.run",)
MEASUREMENT = ("reportgen.pipeline.measure",)
FIGURES = ("reportgen.figures.catalogue",)
RENDERING = {each.name: (f"reportgen.render.{each.renderer}",) for each in FORMATS.values()}
_AFTER_EVIDENCE = (*FIGURES, *(module for modules in RENDERING.values() for module in modules))


def all_versions() -> dict[str, str]:
    """The versions of all libraries that shape the bytes of a report, by name."""
    libraries = libraries_of(*TRAINING, *STUDIES, *MEASUREMENT, *_AFTER_EVIDENCE)
    return {**versions_of(libraries), **native_versions()}


def rendering_versions() -> dict[str, str]:
    """The versions of the libraries that shape a report's files from its evidence, by name."""
    return {**versions_of(libraries_of(*_AFTER_EVIDENCE)), **native_versions()}


def _program(stage: str, modules: Sequence[str]) -> Inputs:
    return {
        "stage": stage,
        "code": code_digest(*modules),
        "versions": versions_of(libraries_of(*modules)),
    }


def training_inputs(
    settings: ModelSettings,
    data_sha256: str,
    n_classes: int,
    seed: int,
    threads: int,
    pairing: str = "matched",
) -> Inputs:
    """All that the bits of a training depend on.

    Args:
        settings: of the model; those that do not shape its training are left out.
        data_sha256: of the dataset's content, hexadecimal.
        n_classes: of the dataset, which decides on the size of the output.
        seed, threads: as used.
        pairing: how the loss reads the output; only studies use another than ``matched``.
    """
    shaping = settings.model_dump(mode="json", exclude={"dataset", "repeats"})
    return {
        **_program("train", TRAINING),
        "model": {**shaping, "learning_rate": settings.effective_learning_rate},
        "data": data_sha256,
        "n_classes": n_classes,
        "seed": seed,
        "threads": threads,
        "pairing": pairing,
        "cpu": list(cpu_features()),
    }


def inputs_of_job(job: TrainingJob, threads: int) -> Inputs:
    """As ``training_inputs``, of a job whose dataset is loaded."""
    data = job.dataset
    return training_inputs(
        job.settings, data.sha256, data.n_classes, job.seed, threads, job.pairing
    )


def study_inputs(
    name: str, plan: RunPlan, models: Mapping[str, Inputs], titles: Mapping[str, Any]
) -> Inputs:
    """All that a study's result depends on.

    Args:
        name: of the study.
        plan: of the run.
        models: the inputs of each model's training.
        titles: title, class names and tier of each dataset.
    """
    return {
        **_program(f"study:{name}", STUDIES),
        "repeats": {model: settings.repeats for model, settings in plan.models.items()},
        "comparison": list(plan.comparison or ()),
        "models": models,
        "titles": titles,
    }


def measured_inputs(
    plan: RunPlan, models: Mapping[str, Inputs], titles: Mapping[str, Any]
) -> Inputs:
    """All that the measured part of the evidence depends on. Arguments as for ``study_inputs``."""
    studies = {name: study_inputs(name, plan, models, titles) for name in plan.studies}
    return {
        **_program("evidence", MEASUREMENT),
        "models": models,
        "titles": titles,
        "selections": {name: vars(chosen) for name, chosen in plan.selections.items()},
        "comparison": list(plan.comparison or ()),
        "studies": {name: key_of(inputs) for name, inputs in studies.items()},
    }


def dry_run_inputs(
    plan: RunPlan, files: Mapping[str, str], report: Mapping[str, Any], datasets: Mapping[str, Any]
) -> Inputs:
    """All that the outcome of a dry run depends on.

    Args:
        plan: of the run.
        files: the texts of the assignment's files, by name.
        report: ``report`` of the evidence, with the author's prose.
        datasets: title, class names, tier and image size of each.
    """
    return {
        "stage": "rehearsal",
        "code": code_digest(),
        "versions": all_versions(),
        "assignment": {name: sha256(text.encode()) for name, text in files.items()},
        "report": json.loads(json.dumps(report)),
        "plan": repr(plan),
        "datasets": datasets,
    }


def figure_inputs(figure: FigureSpec) -> Inputs:
    """All that a figure's pictures depend on."""
    return {**_program("figure", FIGURES), "spec": figure.digest()}


def figures_inputs(figures: Mapping[str, FigureSpec]) -> Inputs:
    """All that a report's pictures depend on."""
    digests = {name: spec.digest() for name, spec in figures.items()}
    return {**_program("figure", FIGURES), "figures": digests}


def rendering_inputs(
    stage: str,
    document: Mapping[str, Any],
    pictures: Mapping[str, Sequence[Picture]],
    **others: Any,
) -> Inputs:
    """All that the files of a format depend on.

    Args:
        stage: the format's name.
        document: the report without its pictures, as plain data.
        pictures: those of each figure, by the figure's id.
        others: what else goes into the format's files.
    """
    return {
        **_program(stage, RENDERING[stage]),
        "document": {name: digest_of(value) for name, value in document.items()},
        "figures": {
            name: digest_of([{**vars(each), "content": sha256(each.content)} for each in group])
            for name, group in pictures.items()
        },
        **others,
    }


def digest_of(value: Any) -> str:
    """SHA-256 of plain JSON data, hexadecimal."""
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode())


def report_inputs(
    assignment: Mapping[str, str],
    measured: Inputs,
    report: Mapping[str, Any],
    sources: Mapping[str, bytes],
    provenance: Mapping[str, Any],
    formats: Sequence[str],
) -> Inputs:
    """All that the bytes of a report's folder depend on.

    Args:
        assignment: the texts of the assignment's files, by name.
        measured: what ``measured_inputs`` returns.
        report, provenance: of the evidence.
        sources: what is attached to the PDF, by name.
        formats: names of those that are written.
    """
    return {
        "stage": "report",
        "version": __version__,
        "code": code_digest(),
        "assignment": {name: sha256(text.encode()) for name, text in assignment.items()},
        "measured": measured,
        "report": report,
        "sources": {name: sha256(content) for name, content in sources.items()},
        "provenance": provenance,
        "versions": all_versions(),
        "formats": sorted(formats),
    }


def rendered_again_inputs(manifest: str, formats: Sequence[str]) -> Inputs:
    """All that a report depends on when it is rendered again because it was made elsewhere.

    Args:
        manifest: SHA-256 of the submitted report's manifest.
        formats: names of those that it is rendered in.
    """
    return {"code": code_digest(), "manifest": manifest, "formats": list(formats)}


def anonymous_inputs(manifest: str, pseudonym: str, people: Sequence[Sequence[str]]) -> Inputs:
    """All that a report depends on when it is rendered again under a pseudonym.

    Args:
        manifest: SHA-256 of the manifest of the report with names.
        pseudonym: what its author is called instead.
        people: name and id of each person whose traces are searched for in it.
    """
    return {
        "code": code_digest(),
        "manifest": manifest,
        "pseudonym": pseudonym,
        "people": [list(each) for each in people],
    }
