"""A report to make: what it asks for, its record in the evidence, its sources, its key."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from reportgen import __version__
from reportgen.config.assignments import Assignment, assignment_of, load_assignment
from reportgen.config.configuration import Configuration
from reportgen.datasets.locate import Located
from reportgen.datasets.sources import Search
from reportgen.pipeline import keys
from reportgen.pipeline.ledger import Ledger
from reportgen.pipeline.plan import RunPlan, make_plan, require_images
from reportgen.pipeline.run import Measured, Run
from reportgen.pipeline.versions import TRAINING_LIBRARIES, cpu_features, versions_of
from reportgen.publish.manifest import entries_of
from reportgen.storage.disk import sha256
from reportgen.storage.store import Inputs, key_of

if TYPE_CHECKING:
    from reportgen.datasets.dataset import Dataset
    from reportgen.evidence.record import Evidence, EvidenceRecord, ProvenanceRecord, ReportRecord
    from reportgen.pipeline.rendering import FolderSpec


@dataclass(frozen=True)
class ReportJob:
    """One report: a configuration, and the assignment that it names."""

    config: Configuration
    assignment: Assignment

    @classmethod
    def of(cls, config: Configuration) -> Self:
        """The report of a configuration.

        Raises:
            ConfigError: there is no such assignment, or it is faulty.
        """
        return cls(config, load_assignment(config.settings.assignment, config.folder))

    @classmethod
    def of_evidence(cls, record: Mapping[str, Any]) -> Self:
        """The report that evidence says it belongs to; its datasets are not available.

        Raises:
            ValidationError: its settings do not fit.
            RenderError, ConfigError: from ``assignment_of``.
        """
        return cls(Configuration.of_evidence(record), assignment_of(record))

    @cached_property
    def plan(self) -> RunPlan:
        """Everything that is measured.

        Raises:
            ConfigError: from ``make_plan``.
        """
        return make_plan(self.config, self.assignment)

    def run(
        self,
        search: Search,
        ledger: Ledger,
        load: Callable[[list[Located]], dict[str, Dataset]] | None = None,
    ) -> Run:
        """The run that measures; arguments as for ``Run``."""
        return Run(self.plan, self.config.settings.data, search, ledger, load)

    def require_images(self, run: Run) -> None:
        """Refuse image numbers that do not exist, before anything is trained.

        Raises:
            ConfigError: from ``plan.require_images``.
        """
        require_images(self.config, self.assignment, self.plan, run.count_images)

    def record(self) -> ReportRecord:
        """``report`` in the evidence: titles, settings, the author's prose, a custom assignment."""
        settings = self.config.settings
        dumped = settings.model_dump(mode="json", exclude_unset=True)
        if "assignment" in dumped:
            dumped["assignment"] = self.assignment.name  # not its folder's path
        return {
            "assignment": self.assignment.name,
            "title": settings.title or self.assignment.settings.title,
            "author": settings.author,
            "course": settings.course,
            "date": self.config.report_date,
            "settings": dumped,
            "prose": self.config.prose,
            "assignment_files": {} if self.assignment.built_in else self.assignment.files,
        }

    def written_by_people(self) -> str:
        """What people wrote and the report prints, in any order."""
        report = self.record()
        settings = report["settings"]
        named = [
            [each.get("title"), *each["class_names"]]
            for each in settings.get("datasets", {}).values()
        ]
        texts = [
            *(report["title"], report["author"], report["course"], report["prose"]),
            *(report.get("assignment_files"), settings.get("student_id"), named),
        ]
        return json.dumps(texts, ensure_ascii=False)

    def provenance(self) -> ProvenanceRecord:
        """What shaped the measurements: versions, configuration, seed, threads, processor."""
        settings = self.config.settings.model_dump(mode="json")
        text = self.config.text or json.dumps(settings, sort_keys=True)
        versions = versions_of(TRAINING_LIBRARIES)
        return {
            "reportgen": __version__,
            "python": ".".join(map(str, sys.version_info[:3])),
            "tensorflow": versions["tensorflow"],
            "keras": versions["keras"],
            "numpy": versions["numpy"],
            "config_sha256": sha256(text.encode()),
            "seed": self.plan.seed,
            "threads": self.plan.threads,
            "cpu_features": list(cpu_features()),
        }

    def sources(self) -> dict[str, bytes]:
        """What the report is made from, by the name of its attachment."""
        config, assignment = self.config, self.assignment
        texts = {"report.toml": config.text} if config.text else {}
        texts |= {f"answers/{name}.md": text for name, text in config.prose.items()}
        if not assignment.built_in:
            texts |= {f"assignment/{name}": text for name, text in assignment.files.items()}
        return {name: text.encode() for name, text in texts.items()}

    def inputs(self, run: Run) -> Inputs:
        """All that the bytes of the report's folder depend on."""
        return keys.report_inputs(
            self.assignment.files,
            run.measured_inputs(),
            self.record(),
            self.sources(),
            self.provenance(),
            self.config.settings.output.formats,
        )

    def evidence(self, measured: Measured) -> Evidence:
        """The evidence: what was measured, and whose report it is."""
        from reportgen.evidence.record import SCHEMA_VERSION, Evidence

        found = measured.record
        record: EvidenceRecord = {
            "schema_version": SCHEMA_VERSION,
            "report": {**self.record(), "replacements": found["replacements"]},
            "provenance": self.provenance(),
            "models": found["models"],
            "images": found["images"],
            "comparison": found["comparison"],
            "studies": found["studies"],
            "left_out": found["left_out"],
        }
        return Evidence(record, measured.arrays)

    def folder_spec(self, run: Run, evidence: Evidence, weights: Mapping[str, bytes]) -> FolderSpec:
        """What the report's folder holds besides the report, and what its manifest says.

        Args:
            run: the one that measured.
            evidence: of the report.
            weights: each model's weights, as the bytes of an NPZ file.
        """
        from reportgen.pipeline.rendering import FolderSpec, evidence_summary, weight_files

        about = {
            "version": __version__,
            "report_key": key_of(self.inputs(run)),
            **evidence_summary(evidence),
            "versions": keys.all_versions(),
            "inputs": run.stage_inputs(),
        }
        return FolderSpec(
            self.config.settings.output.formats,
            self.sources(),
            entries_of(weight_files(weights)),
            about,
        )
