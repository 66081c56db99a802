"""Models, training and evaluation: the only code that imports TensorFlow, and only when it runs.

``train_models`` takes ``TrainingJob`` records and returns ``Trained`` ones.
"""

from reportgen.training.architecture import plan_network
from reportgen.training.jobs import (
    Checkpoint,
    Checkpoints,
    EpochEnd,
    Pairing,
    Trained,
    TrainingJob,
)
from reportgen.training.tensorflow_setup import warm_up
from reportgen.training.trainer import train_models

__all__ = [
    "Checkpoint",
    "Checkpoints",
    "EpochEnd",
    "Pairing",
    "Trained",
    "TrainingJob",
    "plan_network",
    "train_models",
    "warm_up",
]
