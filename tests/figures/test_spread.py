"""Test accuracies of repeated trainings."""

from __future__ import annotations

import made_up
import pytest

from reportgen.figures.catalogue import draw, plan

ARGUMENTS = {}


@pytest.mark.parametrize("n_runs", [1, 5, 50])
def test_spread_shows_every_run(n_runs: int) -> None:
    values = [0.97 + 0.0001 * k for k in range(n_runs)]
    place = "studies.repeats.models.digits"
    changes = {f"{place}.seeds": list(range(n_runs)), f"{place}.test_accuracies": values}
    spec = plan("spread", made_up.make_evidence(**changes))
    assert spec.data["rows"][0]["mean"] == pytest.approx(sum(values) / n_runs)
    assert spec.table is not None
    assert [row[0] for row in spec.table.rows].count(spec.data["rows"][0]["name"]) == n_runs
    (picture,) = draw(spec)
    hollow = [part for part in picture.content.split(b"<path ") if b'stroke="#0072b2"' in part]
    assert sum(part.count(b"m") for part in hollow) == n_runs
