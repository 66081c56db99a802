"""``reportgen verify``: every level that can be reached, and what they do not prove."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from reportgen.datasets.catalogue import OwnDataset
from reportgen.datasets.sources import Search
from reportgen.pipeline.ledger import Observer
from reportgen.verify.findings import Difference, Level, Verification, not_reached
from reportgen.verify.levels import Examined, examine_contained
from reportgen.verify.sandbox import Answer, contained

_LEVEL = TypeAdapter(Level)
RETRAINING, ROSTER = "retraining", "roster"


@dataclass(frozen=True)
class Depth:
    """How far a verification goes.

    Attributes:
        search: where the datasets are looked for; nothing is downloaded.
        retrain: whether the models are trained again.
        roster: of the class, or None.
    """

    search: Search
    retrain: bool = False
    roster: Path | None = None


def verify(place: Path, depth: Depth, observer: Observer) -> Verification:
    """Verify a report.

    Args:
        place: its folder, or its PDF.
        depth: how far to go.
        observer: told of trainings.

    Raises:
        RenderError: it cannot be read, or carries no evidence.
        MismatchError: a part of its evidence was removed.
        ConfigError: the roster is faulty.
    """
    examined = examine_contained(place)
    roster = not_reached(ROSTER, "--roster ROSTER compares it with yours")
    own: dict[str, OwnDataset] = {}
    search = depth.search
    if depth.roster is not None:
        roster, own, search = _roster(examined, depth.roster, search)
    weights = _LEVEL.validate_python(contained(_weights_and_data, examined, search, own).data)
    retraining = not_reached(RETRAINING, "--retrain trains the models again")
    if depth.retrain:
        from reportgen.verify.retrain import look_at_retraining

        retraining = look_at_retraining(examined.evidence, search, own, observer)
        if retraining.status == "not reached":  # asked for all the same
            lacking = Difference(RETRAINING, f"cannot be done here: {retraining.note}")
            retraining = dataclasses.replace(retraining, differences=(lacking,))
    levels = (*examined.levels, weights, retraining, roster)
    return Verification(
        str(place), _about(examined), levels, examined.remarks, tuple(_not_proved(levels))
    )


def _weights_and_data(examined: Examined, search: Search, own: dict[str, OwnDataset]) -> Answer:
    from reportgen.verify.weights import look_at_weights_and_data

    level = look_at_weights_and_data(examined.evidence, examined.weights, search, own)
    return Answer(dataclasses.asdict(level))


def _roster(
    examined: Examined, roster: Path, search: Search
) -> tuple[Level, dict[str, OwnDataset], Search]:
    """The level of the roster, and the data that the roster knows the place of."""
    from reportgen.pipeline.plan import make_plan
    from reportgen.verify.roster import find_row, look_at_roster, read_rows

    rows = read_rows(roster)
    record = examined.evidence.record
    level = look_at_roster(record, roster, rows)
    row = find_row(record, rows)
    if row is None:
        return level, {}, search
    if search.data_dir is None:
        search = dataclasses.replace(search, data_dir=row.config.data_dir)
    return level, make_plan(row.config, row.assignment).own_datasets, search


def _about(examined: Examined) -> dict[str, Any]:
    from reportgen.verify.rerender import data_tier

    report = examined.evidence.record["report"]
    return {
        "title": report["title"],
        "author": report["author"],
        "student_id": report["settings"].get("student_id"),
        "assignment": report["assignment"],
        "data_tier": data_tier(examined.evidence),
    }


def _not_proved(levels: tuple[Level, ...]) -> list[str]:
    status = {level.name: level.status for level in levels}
    said = []
    if status[RETRAINING] != "ok":
        said.append(
            "that the measurements took place: evidence, weights and report that were made up "
            "to agree with each other are found by --retrain only"
        )
        said += [f"{each} (--retrain does)" for level in levels for each in level.left]
    if status["weights and data"] == "not reached":
        said.append("that the weights give these accuracies on the real images")
    if status[ROSTER] != "ok":
        said.append("that the report is this student's: --roster compares it with yours")
    said.append("who pressed the button: nothing in a file can show that")
    return said
