"""The studies that an assignment or a configuration can ask for, by name.

Each is a module of this package. ``load_study`` imports it, so that checking settings needs no
NumPy. Evidence has its studies in this order.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportgen.studies.context import Study

STUDIES = (
    "double_softmax",
    "reasons",
    "linear_baseline",
    "confidence",
    "repeats",
    "linear_twin",
    "wrong_pairing",
    "shuffled_labels",
    "one_step",
)

OTHER_NAMES = {"calibration": "confidence"}


def load_study(name: str) -> Study:
    """The constant ``STUDY`` of the module named ``name``, a name in ``STUDIES``."""
    study: Study = import_module(f"reportgen.studies.{name}").STUDY
    return study
