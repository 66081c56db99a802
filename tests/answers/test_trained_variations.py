"""The answers read right under real trainings too, which end as no made-up training does."""

from __future__ import annotations

import pytest
from measured import NAMES
from silly import sentences, silly, untrue
from trained_variations import TRAINED, trained_variations

from reportgen.answers.compose import compose

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("assignment", NAMES)
def test_nothing_reads_silly_after_a_real_training(assignment: str) -> None:
    found = []
    for variation in TRAINED:
        loaded, evidence = trained_variations()[assignment, variation]
        composition = compose(evidence, loaded)
        text, record = sentences(composition.report), composition.evidence.record
        found += [(variation, each) for each in silly(composition)]
        found += [(variation, each) for each in untrue(text, record)]
    assert found == []


def test_real_trainings_fail_in_every_way() -> None:
    records = [evidence.record for _, evidence in trained_variations().values()]
    learned = {
        derived["learned"]
        for loaded, evidence in trained_variations().values()
        for derived in compose(evidence, loaded).evidence.record["derived"]["models"].values()
    }
    assert learned >= {"yes", "no", "one class"}
    assert any("diverged" in why for record in records for why in record["left_out"].values())
