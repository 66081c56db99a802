"""The main job: from a configuration to a report's folder, doing only what is not done yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reportgen import __version__
from reportgen.assignments import Assignment, load_assignment
from reportgen.compute import Computation, Measured
from reportgen.config import Configuration
from reportgen.datasets.sources import Search
from reportgen.dates import epoch_of, report_date
from reportgen.disk import sha256
from reportgen.errors import RenderError
from reportgen.native_libraries import missing_native_libraries, native_libraries_remedy
from reportgen.plan import RunPlan, make_plan
from reportgen.publish import MANIFEST_FILE, check_output, is_intact, load_manifest, publish
from reportgen.stages import Ledger, Observer, Stage
from reportgen.store import Inputs, Store, key_of
from reportgen.versions import (
    TRAINING_LIBRARIES,
    all_versions,
    code_digest,
    cpu_features,
    layout_digest,
    versions_of,
)

if TYPE_CHECKING:
    from reportgen.evidence import Evidence

ALL_CODE = "."


@dataclass(frozen=True)
class BuildOptions:
    """What the command line decides and no report depends on."""

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
        data_tier: ``full`` or ``sample``.
        stages: in the order in which they ended.
        models: ``{name: {"train_accuracy", "test_accuracy"}}``, as fractions.
        up_to_date: whether nothing had to be done.
    """

    folder: Path
    files: tuple[str, ...]
    data_tier: str
    stages: tuple[Stage, ...]
    models: dict[str, dict[str, float]]
    up_to_date: bool

    def as_json(self) -> dict[str, Any]:
        """The summary that ``build --json`` prints."""
        return {
            "report_dir": str(self.folder),
            "files": list(self.files),
            "data_tier": self.data_tier,
            "stages": [
                {"name": s.name, "reused": s.reused, "seconds": round(s.seconds, 4), "why": s.why}
                for s in self.stages
            ],
            "models": self.models,
        }


def build(config: Configuration, options: BuildOptions, observer: Observer) -> BuildResult:
    """Build a report.

    Raises:
        ReportgenError: anything that a person can act on; the folder is as it was.
    """
    settings = config.settings
    assignment = load_assignment(settings.assignment, config.folder)
    plan = make_plan(config, assignment)
    folder = options.output or Path("reports") / config.slug
    check_output(folder)
    if "pdf" in settings.output.formats:
        _require_native_libraries()
    manifest = load_manifest(folder) or {}
    store = Store(options.cache_dir, observer.notice)
    ledger = Ledger(store, observer, manifest.get("inputs", {}), force=options.force)
    search = Search.on_this_machine(
        options.cache_dir, data_dir=config.data_dir, allow_download=options.allow_download
    )
    computation = Computation(plan, settings.data, search, ledger)
    report = report_record(config, assignment)
    inputs = _report_inputs(config, assignment, plan, computation, report)
    # A report that contradicts its evidence is looked at again, to say so again, and one that
    # is printed in fonts of the system, which may be others by now.
    once_more = manifest.get("n_contradicted") or manifest.get("system_fonts")
    same = manifest.get("report_key") == key_of(inputs) and not once_more
    if same and not options.force:
        result = _up_to_date(folder, manifest, ledger)
        if result is not None:
            return result
    return _build(config, assignment, computation, report, inputs, folder, options)


def _build(
    config: Configuration,
    assignment: Assignment,
    computation: Computation,
    report: dict[str, Any],
    inputs: Inputs,
    folder: Path,
    options: BuildOptions,
) -> BuildResult:
    from reportgen.produce import produce

    ledger = computation.ledger
    if options.force or computation.stored() is None:
        from reportgen.rehearse import rehearse

        rehearse(config, assignment, computation, report)
    measured = computation.measured()
    evidence = make_evidence(config, report, computation.plan, measured)
    record = evidence.record
    models = {
        name: {
            "train_accuracy": model["train"]["accuracy"],
            "test_accuracy": model["test"]["accuracy"],
        }
        for name, model in record["models"].items()
    }
    about = {
        "version": __version__,
        "report_key": key_of(inputs),
        "data_tier": measured.tier,
        "models": models,
        "provenance": record["provenance"],
        "versions": all_versions(),
        "inputs": ledger.inputs,
    }
    files, _ = produce(
        evidence,
        assignment,
        config.settings.output.formats,
        ledger,
        sources=source_files(config, assignment),
        weights=measured.weights,
        epoch=epoch_of(report["date"]),
        about=about,
        allow_contradictions=options.allow_contradictions,
    )
    publish(folder, files)
    ledger.store.trim()
    return BuildResult(
        folder, tuple(files), measured.tier, tuple(ledger.stages), models, up_to_date=False
    )


def make_evidence(
    config: Configuration, report: dict[str, Any], plan: RunPlan, measured: Measured
) -> Evidence:
    """The evidence of a report: what was measured, and whose report it is."""
    from reportgen.evidence import SCHEMA_VERSION, Evidence

    found = measured.record
    record = {
        "schema_version": SCHEMA_VERSION,
        "report": {**report, "replacements": found["replacements"]},
        "provenance": provenance(config, plan),
        **{name: found[name] for name in ("models", "images", "comparison", "studies")},
    }
    return Evidence(record, measured.entry.arrays("arrays.npz"))


def _up_to_date(folder: Path, manifest: Mapping[str, Any], ledger: Ledger) -> BuildResult | None:
    """The result of a build that has nothing to do, or None if the folder was changed."""
    if not is_intact(folder, manifest) or not _is_complete(manifest):
        ledger.observer.notice(f"{folder} was changed since it was made; it is made again.")
        return None
    for name in manifest["inputs"]:
        if not name.startswith("data:"):
            ledger.record(name, reused=True, seconds=0.0)
    return BuildResult(
        folder,
        (*manifest["files"], MANIFEST_FILE),
        manifest["data_tier"],
        tuple(ledger.stages),
        manifest["models"],
        up_to_date=True,
    )


def _is_complete(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest, which anyone may have edited, says what a build's summary needs."""
    kinds = {"inputs": dict, "models": dict, "data_tier": str}
    return all(isinstance(manifest.get(name), kind) for name, kind in kinds.items())


def _require_native_libraries() -> None:
    missing = missing_native_libraries()
    if missing:
        raise RenderError(
            f"the PDF needs native libraries that are missing: {', '.join(missing)}.\n"
            f"Install them: {native_libraries_remedy()}\n"
            "Or build without the PDF: reportgen build -f html -f md"
        )


def report_record(config: Configuration, assignment: Assignment) -> dict[str, Any]:
    """``report`` in the evidence: titles, settings, the author's prose, a custom assignment."""
    settings = config.settings
    dumped = settings.model_dump(mode="json", exclude_unset=True)
    if "assignment" in dumped:
        dumped["assignment"] = assignment.name  # not where its folder is on this machine
    return {
        "assignment": assignment.name,
        "title": settings.title or assignment.settings.title,
        "author": settings.author,
        "course": settings.course,
        "date": report_date(config),
        "settings": dumped,
        "prose": config.prose,
        "assignment_files": {} if assignment.built_in else assignment.files,
    }


def provenance(config: Configuration, plan: RunPlan) -> dict[str, Any]:
    """What shaped the measurements: versions, configuration, seed, threads, processor."""
    text = config.text or json.dumps(config.settings.model_dump(mode="json"), sort_keys=True)
    return {
        "reportgen": __version__,
        "python": ".".join(map(str, _python_version())),
        **versions_of(TRAINING_LIBRARIES),
        "config_sha256": sha256(text.encode()),
        "seed": plan.seed,
        "threads": plan.threads,
        "cpu_features": list(cpu_features()),
    }


def _python_version() -> tuple[int, int, int]:
    import sys

    return sys.version_info[:3]


def source_files(config: Configuration, assignment: Assignment) -> dict[str, bytes]:
    """What the report was made from, by the name of its attachment."""
    sources = {"report.toml": config.text.encode()} if config.text else {}
    sources |= {f"answers/{name}.md": text.encode() for name, text in config.prose.items()}
    if not assignment.built_in:
        sources |= {f"assignment/{name}": text.encode() for name, text in assignment.files.items()}
    return sources


def _report_inputs(
    config: Configuration,
    assignment: Assignment,
    plan: RunPlan,
    computation: Computation,
    report: dict[str, Any],
) -> Inputs:
    """All that the folder's bytes depend on."""
    return {
        "stage": "report",
        "version": __version__,
        "code": code_digest(ALL_CODE),
        "layout": layout_digest(),
        "assignment": {n: sha256(text.encode()) for n, text in assignment.files.items()},
        "measured": computation.measured_inputs(),
        "report": report,
        "sources": {n: sha256(c) for n, c in source_files(config, assignment).items()},
        "provenance": provenance(config, plan),
        "versions": all_versions(),
        "formats": sorted(config.settings.output.formats),
    }
