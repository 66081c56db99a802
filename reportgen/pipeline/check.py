"""``reportgen check``: configuration, templates, and the author's words against the evidence."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from reportgen.answers.prose_check.statements import Statement, contradicted
from reportgen.config.configuration import Configuration
from reportgen.datasets.sources import Search
from reportgen.errors import MismatchError, RenderError
from reportgen.pipeline.ledger import Ledger, Observer, open_store
from reportgen.pipeline.report import ReportJob


@dataclass(frozen=True)
class Checked:
    """What a check found: the author's statements, in the order of the questions."""

    statements: tuple[Statement, ...]

    def as_json(self) -> dict[str, Any]:
        """What ``check --json`` prints."""
        return {
            "statements": [_plain(each) for each in self.statements],
            "counts": {
                status: sum(each.status == status for each in self.statements)
                for status in ("supported", "contradicted", "not testable")
            },
        }

    def summary(self) -> str:
        """How many statements there are of each status, in one line."""
        if not self.statements:
            return "configuration and templates are sound; your own words state nothing testable."
        counts = self.as_json()["counts"]
        return ", ".join(f"{n} {status}" for status, n in counts.items())

    def require_no_contradiction(self) -> None:
        """Raise a ``MismatchError`` if the evidence contradicts a statement."""
        n = len(contradicted(self.statements))
        if n:
            what = "1 statement is" if n == 1 else f"{n} statements are"
            raise MismatchError(f"{what} contradicted by the evidence; see the lines above.")


def _plain(statement: Statement) -> dict[str, Any]:
    about = asdict(statement)
    return {**about, "measured": statement.measured.replace("\u00a0", " ")}


def check_configuration(config: Configuration, cache_dir: Path, observer: Observer) -> Checked:
    """Check a configuration, its assignment's templates and its author's prose; trains nothing.

    Raises:
        ConfigError: the configuration or the assignment cannot be used.
        RenderError: a template or an answer is faulty, or there is no evidence yet.
        DataError: a dataset is missing or damaged.
    """
    from reportgen.answers.compose import compose
    from reportgen.pipeline.dry_run import dry_run

    job = ReportJob.of(config)
    ledger = Ledger(open_store(cache_dir, observer.notice), observer)
    search = Search.on_this_machine(cache_dir, data_dir=config.data_dir, allow_download=False)
    run = job.run(search, ledger)
    job.require_images(run)
    dry_run(job, run)
    measured = run.stored()
    if measured is None:
        raise RenderError(
            "there is no evidence of this configuration yet, so its prose cannot be checked.\n"
            f"Build first: reportgen build {config.path or ''}".rstrip()
        )
    return Checked(compose(job.evidence(measured), job.assignment).statements)
