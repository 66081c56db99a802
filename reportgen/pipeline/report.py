"""What a report is made from: its record in the evidence, its sources, and the inputs of it all."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from reportgen import __version__
from reportgen.config.assignments import Assignment
from reportgen.config.configuration import Configuration
from reportgen.config.dates import report_date
from reportgen.pipeline import keys
from reportgen.pipeline.plan import RunPlan
from reportgen.pipeline.run import Computation, Measured
from reportgen.pipeline.versions import TRAINING_LIBRARIES, cpu_features, versions_of
from reportgen.publish.folder import entries_of
from reportgen.storage.disk import sha256
from reportgen.storage.store import Inputs, key_of

if TYPE_CHECKING:
    from reportgen.evidence.record import Evidence
    from reportgen.pipeline.rendering import FolderSpec


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


def written_by_people(report: Mapping[str, Any]) -> str:
    """What people wrote and a report prints, in any order.

    Args:
        report: of ``report_record``.
    """
    settings = report["settings"]
    named = [
        [each.get("title"), *each["class_names"]] for each in settings.get("datasets", {}).values()
    ]
    keys = ("title", "author", "course", "prose", "assignment_files")
    texts = [*(report[key] for key in keys), settings.get("student_id"), named]
    return json.dumps(texts, ensure_ascii=False)


def provenance(config: Configuration, plan: RunPlan) -> dict[str, Any]:
    """What shaped the measurements: versions, configuration, seed, threads, processor."""
    text = config.text or json.dumps(config.settings.model_dump(mode="json"), sort_keys=True)
    return {
        "reportgen": __version__,
        "python": ".".join(map(str, sys.version_info[:3])),
        **versions_of(TRAINING_LIBRARIES),
        "config_sha256": sha256(text.encode()),
        "seed": plan.seed,
        "threads": plan.threads,
        "cpu_features": list(cpu_features()),
    }


def make_evidence(
    config: Configuration, report: dict[str, Any], plan: RunPlan, measured: Measured
) -> Evidence:
    """The evidence of a report: what was measured, and whose report it is."""
    from reportgen.evidence.record import SCHEMA_VERSION, Evidence

    found = measured.record
    record: Any = {
        "schema_version": SCHEMA_VERSION,
        "report": {**report, "replacements": found["replacements"]},
        "provenance": provenance(config, plan),
        **{name: found[name] for name in ("models", "images", "comparison", "studies")},
    }
    return Evidence(record, measured.arrays)


def source_files(config: Configuration, assignment: Assignment) -> dict[str, bytes]:
    """What the report was made from, by the name of its attachment."""
    sources = {"report.toml": config.text.encode()} if config.text else {}
    sources |= {f"answers/{name}.md": text.encode() for name, text in config.prose.items()}
    if not assignment.built_in:
        sources |= {f"assignment/{name}": text.encode() for name, text in assignment.files.items()}
    return sources


def report_inputs(
    config: Configuration,
    assignment: Assignment,
    plan: RunPlan,
    computation: Computation,
    report: dict[str, Any],
) -> Inputs:
    """All that the folder's bytes depend on."""
    return keys.report_inputs(
        assignment.files,
        computation.measured_inputs(),
        report,
        source_files(config, assignment),
        provenance(config, plan),
        config.settings.output.formats,
    )


def make_folder_spec(
    config: Configuration,
    assignment: Assignment,
    computation: Computation,
    evidence: Evidence,
    inputs: Inputs,
    measured: Measured,
) -> FolderSpec:
    """What the folder of a report shall hold, and what its manifest says.

    Args:
        config, assignment: of the report.
        computation: what it was computed by; ``measured`` its result.
        evidence: of the report.
        inputs: of ``report_inputs``.
    """
    from reportgen.pipeline.rendering import FolderSpec, weight_files

    models = {
        name: {
            "train_accuracy": model["train"]["accuracy"],
            "test_accuracy": model["test"]["accuracy"],
        }
        for name, model in evidence.record["models"].items()
    }
    about = {
        "version": __version__,
        "report_key": key_of(inputs),
        "data_tier": measured.tier,
        "models": models,
        "provenance": evidence.record["provenance"],
        "versions": keys.all_versions(),
        "inputs": computation.stage_inputs(),
    }
    return FolderSpec(
        formats=config.settings.output.formats,
        sources=source_files(config, assignment),
        weights=entries_of(weight_files(measured.weights)),
        about=about,
    )
