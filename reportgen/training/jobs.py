"""What goes into a training and what comes out of it. Nothing here needs TensorFlow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from reportgen.config.model_settings import ModelSettings
from reportgen.datasets.dataset import Dataset
from reportgen.errors import TrainingError
from reportgen.evaluation.scores import Score

Array = NDArray[Any]
Pairing = Literal["matched", "softmax_as_logits", "logits_as_probabilities"]


@dataclass(frozen=True)
class TrainingJob:
    """One model to train.

    Attributes:
        name: the model's name in the report, such as ``digits``.
        settings: layers, optimizer, epochs and the like.
        dataset: what it learns from. A study that trains on other images or labels
            passes a changed copy (``dataclasses.replace``).
        seed: initial weights, dropout and the order of images follow from it.
        pairing: how the loss reads the model's output. Any other than ``matched`` is a
            deliberate mistake, to measure its cost; no setting chooses it.
        may_diverge: whether a loss that is not finite is a result, as for a study's training.
    """

    name: str
    settings: ModelSettings
    dataset: Dataset
    seed: int
    pairing: Pairing = "matched"
    may_diverge: bool = False

    @property
    def n_fitted(self) -> int:
        """How many training images are fitted to; those after them validate, as in Keras."""
        return math.floor(len(self.dataset.x_train) * (1.0 - self.settings.validation_split))

    @property
    def image_shape(self) -> tuple[int, int]:
        """Height and width of one image, in pixels."""
        height, width = self.dataset.x_train.shape[1:]
        return height, width


@dataclass(frozen=True)
class EpochEnd:
    """A progress record: one model has finished one epoch.

    ``epoch`` counts from 1; ``seconds`` is the wall time of this epoch, the first
    including compilation. The validation values are None without a validation split.
    """

    name: str
    epoch: int
    epochs: int
    loss: float
    accuracy: float
    val_loss: float | None
    val_accuracy: float | None
    seconds: float


@dataclass(frozen=True, eq=False)
class Trained:
    """One trained model, its logits and its scores.

    Attributes:
        name: the job's name.
        weights: float32 arrays in network order, named ``dense_1/kernel`` and so on.
        history: one value per epoch of ``accuracy`` and ``loss``, running means over the
            images while the weights change, as Keras's ``fit`` reports them; with a
            validation split also ``val_accuracy`` and ``val_loss``, after the epoch.
        logits_test: float32, shape (n_test, n_classes): the softmax's input,
            even where the model includes the softmax.
        logits_train: the same, shape (n_fitted, n_classes), for all images fitted to.
        train_score: of ``logits_train``, after the last update, in inference mode.
        test_score: of ``logits_test``.
        seconds: wall time of building, training and measuring.
        n_parameters: number of trained parameters.
        layers: from the input to the output; each has at least ``name``, ``kind``,
            ``output_shape`` (without the batch) and ``n_parameters``, all of JSON types.
    """

    name: str
    weights: dict[str, NDArray[np.float32]]
    history: dict[str, list[float]]
    logits_test: NDArray[np.float32]
    logits_train: NDArray[np.float32]
    train_score: Score
    test_score: Score
    seconds: float
    n_parameters: int
    layers: list[dict[str, Any]]


@dataclass(frozen=True)
class Diverged:
    """A training whose loss was no finite number any more.

    Attributes:
        name: the job's name.
        epoch: in which this showed, from 1.
        seconds: wall time until then.
    """

    name: str
    epoch: int
    seconds: float

    def error(self, settings: ModelSettings) -> TrainingError:
        """What a user is told of a model with these settings."""
        return TrainingError(
            f"model {self.name!r}: the loss is not a finite number any more in epoch {self.epoch}\n"
            f"lower its learning_rate, now {settings.effective_learning_rate:g} "
            f"with {settings.optimizer}, and build again"
        )


@dataclass(frozen=True, eq=False)
class FirstStep:
    """The first update of a training, as Keras makes it.

    Attributes:
        rows: int32, shape (n,): which of the training images are in the first batch.
        loss: of that batch before the update, mean over its images, in nats.
        before, after: the weights before and after the update, float32, named as in ``Trained``.
    """

    rows: NDArray[np.int32]
    loss: float
    before: dict[str, NDArray[np.float32]]
    after: dict[str, NDArray[np.float32]]


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """All that a training needs to resume after ``epoch`` epochs and end with the same bits.

    ``arrays`` holds every variable of the model (weights, states of random generators)
    and of the optimizer by name; ``history`` what ``Trained.history`` holds so far.
    """

    epoch: int
    arrays: dict[str, Array]
    history: dict[str, list[float]]


class Checkpoints(Protocol):
    """Stores checkpoints. Training threads call it, one thread per job."""

    def load(self, job: TrainingJob) -> Checkpoint | None:
        """The last checkpoint of this job, or None."""

    def save(self, job: TrainingJob, checkpoint: Checkpoint) -> None:
        """Store this checkpoint in place of the previous one."""
