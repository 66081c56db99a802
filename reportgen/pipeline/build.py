"""Builds a report's folder from a configuration; what was made before is reused."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen.config.configuration import Configuration
from reportgen.datasets.sources import Search
from reportgen.errors import RenderError
from reportgen.formatting import few
from reportgen.native_libraries import missing_native_libraries, native_libraries_remedy
from reportgen.pipeline.ledger import Ledger, Observer, Stage, open_store
from reportgen.pipeline.report import ReportJob
from reportgen.pipeline.run import Run
from reportgen.publish.folder import check_output, publish
from reportgen.publish.manifest import Manifest, is_intact, read_manifest
from reportgen.publish.ownership import Owner
from reportgen.publish.record import Published
from reportgen.render.system_fonts import describe_undrawable, undrawable
from reportgen.report_folder import (
    BUILD_WITHOUT_PRINT,
    MANIFEST_FILE,
    UNDRAWABLE,
    files_of_report,
    older_notice,
    some_printed,
)
from reportgen.storage.store import key_of

if TYPE_CHECKING:
    from reportgen.answers.document import Coverage


@dataclass(frozen=True)
class BuildOptions:
    """Options of the command line that do not change what a report says."""

    cache_dir: Path
    output: Path | None = None
    force: bool = False
    allow_contradictions: bool = False
    allow_download: bool = True


@dataclass(frozen=True)
class BuildResult:
    """What a build did.

    Attributes:
        folder: the report's folder.
        files: relative names of what it holds.
        older: files of an earlier build, in formats that this one was not asked for.
        data_tier: ``full`` or ``sample``.
        stages: in the order in which they ended.
        models: ``{name: {"train_accuracy", "test_accuracy"}}``, as fractions.
        up_to_date: whether nothing had to be done.
        undrawable: characters that no font of this machine has; if any, the PDF is left out.
    """

    folder: Path
    files: tuple[str, ...]
    older: tuple[str, ...]
    data_tier: str
    stages: tuple[Stage, ...]
    models: dict[str, dict[str, float]]
    up_to_date: bool
    undrawable: str = ""

    def as_json(self) -> dict[str, Any]:
        """The summary that ``build --json`` prints."""
        return {
            "report_dir": str(self.folder),
            "files": list(self.files),
            "older": list(self.older),
            "data_tier": self.data_tier,
            "stages": [
                {"name": s.name, "reused": s.reused, "seconds": round(s.seconds, 4), "why": s.why}
                for s in self.stages
            ],
            "models": self.models,
        }

    def require_all_formats(self) -> None:
        """Raise a ``RenderError`` if the PDF was left out."""
        if self.undrawable:
            raise RenderError(
                f"{describe_undrawable(self.undrawable)}\n"
                f"Then build again. The other files are in {self.folder}/."
            )


def build_report(config: Configuration, options: BuildOptions, observer: Observer) -> BuildResult:
    """Build a report.

    Raises:
        ReportgenError: anything that a person can act on; the folder is unchanged.
    """
    job, formats = ReportJob.of(config), config.settings.output.formats
    folder = options.output or Path("reports") / config.slug
    owner = Owner.of_configuration(config, job.assignment, Published(options.cache_dir))
    check_output(folder, owner, files_of_report(formats, job.plan.models))
    if some_printed(formats):
        require_native_libraries()
    found = read_manifest(folder)
    manifest = found.about if found else {}
    store = open_store(options.cache_dir, observer.notice)
    ledger = Ledger(store, observer, manifest.get("inputs", {}), force=options.force)
    search = Search.on_this_machine(
        options.cache_dir, data_dir=config.data_dir, allow_download=options.allow_download
    )
    run = job.run(search, ledger)
    # A report that contradicts its evidence is checked again, so that the contradiction is
    # reported again. So is one that needs fonts of the system, which may have changed.
    reasons = ("n_contradicted", "system_fonts", UNDRAWABLE)
    check_again = any(manifest.get(reason) for reason in reasons)
    same = manifest.get("report_key") == key_of(job.inputs(run)) and not check_again
    if found and same and not options.force:
        result = _up_to_date(folder, found, owner, ledger)
        if result is not None:
            return result
    return _build(job, run, folder, owner, options)


def _build(
    job: ReportJob, run: Run, folder: Path, owner: Owner, options: BuildOptions
) -> BuildResult:
    from reportgen.answers.prose_check.statements import report_contradictions
    from reportgen.pipeline.rendering import StoreCache, compose_report, render_folder, weight_files

    ledger = run.ledger
    printed = some_printed(job.config.settings.output.formats)
    if printed and (lacking := undrawable(job.written_by_people())):
        ledger.observer.notice(describe_undrawable(lacking))  # before the training
    if options.force or run.stored() is None:
        from reportgen.pipeline.dry_run import dry_run

        job.require_images(run)
        dry_run(job, run)
    measured = run.measured()
    evidence = job.evidence(measured)
    spec = job.folder_spec(run, evidence, measured.weights)
    composed = compose_report(evidence, job.assignment, spec.formats)
    report_contradictions(
        composed.statements, ledger.observer.notice, allow=options.allow_contradictions
    )
    rendered = render_folder(composed, spec, StoreCache(ledger))
    files = {**weight_files(measured.weights), **rendered}
    _tell_what_is_missing(composed.report.coverage, ledger.observer)
    older = publish(folder, files, owner)
    if older:
        ledger.observer.notice(older_notice(older))
    ledger.store.trim()
    return BuildResult(
        folder=folder,
        files=(*files, *older),
        older=older,
        data_tier=evidence.data_tier,
        stages=tuple(ledger.stages),
        models=spec.about["models"],
        up_to_date=False,
        undrawable=json.loads(files[MANIFEST_FILE]).get(UNDRAWABLE, ""),
    )


def _tell_what_is_missing(coverage: Sequence[Coverage], observer: Observer) -> None:
    """Tell which required items no answer holds; the report names them at its end."""
    missing = [f"{item.question} ({item.item})" for item in coverage if not item.is_covered]
    if missing:
        observer.notice(f"answers lack what is required: {few(missing)}.")


def _up_to_date(folder: Path, found: Manifest, owner: Owner, ledger: Ledger) -> BuildResult | None:
    """The result of a build that has nothing to do, or None if the folder was changed."""
    manifest = found.about
    if not owner.published.has(found.digest):
        ledger.observer.notice(f"{folder} was not made here, or was changed; it is made again.")
        return None
    if not is_intact(folder, manifest) or not _is_complete(manifest):
        ledger.observer.notice(f"{folder} was changed since it was made; it is made again.")
        return None
    if found.older:
        ledger.observer.notice(older_notice(found.older))
    for name in manifest["inputs"]:
        if not name.startswith("data:"):
            ledger.record(name, reused=True, seconds=0.0)
    return BuildResult(
        folder=folder,
        files=(*manifest["files"], MANIFEST_FILE),
        older=found.older,
        data_tier=manifest["data_tier"],
        stages=tuple(ledger.stages),
        models=manifest["models"],
        up_to_date=True,
    )


def _is_complete(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest, which anyone may have edited, has what a build's summary needs."""
    kinds = {"inputs": dict, "models": dict, "data_tier": str}
    return all(isinstance(manifest.get(name), kind) for name, kind in kinds.items())


def require_native_libraries() -> None:
    """Raise a ``RenderError`` if a library that the PDF needs is missing."""
    missing = missing_native_libraries()
    if missing:
        raise RenderError(
            f"the PDF needs native libraries that are missing: {', '.join(missing)}.\n"
            f"Install them: {native_libraries_remedy()}\n"
            f"Or build without the PDF: {BUILD_WITHOUT_PRINT}"
        )
