"""The studies that an assignment or a configuration can ask for, by name.

The functions behind them are imported when they run, so that settings can be checked
without NumPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportgen.studies.context import Study

STUDIES: dict[str, str] = {
    "double_softmax": "what a second softmax does, over the whole test set",
    "reasons": "distances, baselines and confusions that may explain a difference",
    "linear_baseline": "the accuracy without hidden layers (one short training a model)",
    "confidence": "reliability of the probabilities, and the most confident mistakes",
    "repeats": "the spread over repeated trainings with other seeds",
    "linear_twin": "the same network with linear activations (one training a model)",
    "wrong_pairing": "the cost of a loss that misreads the output (two trainings a model)",
    "shuffled_labels": "what a model memorises when the labels mean nothing (one training)",
    "one_step": "loss and first update of the weights, worked out by hand",
}

OTHER_NAMES = {"calibration": "confidence"}


def load_study(name: str) -> Study:
    """The study of a name in ``STUDIES``; its module has it as ``STUDY``."""
    study: Study = import_module(f"reportgen.studies.{name}").STUDY
    return study
