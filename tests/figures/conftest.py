"""Made-up evidence that tests of figures read."""

from __future__ import annotations

import made_up
import pytest

from reportgen.evidence.record import Evidence


@pytest.fixture(scope="package")
def evidence() -> Evidence:
    return made_up.make_evidence()
