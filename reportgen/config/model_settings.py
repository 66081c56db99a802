"""The settings of a model: its network and how it is trained, as a person can write them.

They are separate from a report's settings, so that a change of those retrains nothing.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from reportgen.config.field_types import Name

Activation = Literal["relu", "tanh", "sigmoid", "linear"]
Output = Literal["logits", "softmax"]

# Adam (betas), RMSprop (rho), both (epsilon): defaults of Keras, which no setting changes.
BETA_1, BETA_2, RHO, EPSILON = 0.9, 0.999, 0.9, 1e-7


class Settings(BaseModel):
    """Common behaviour: frozen, no unknown keys, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class DenseLayer(Settings):
    """A fully connected layer: ``{dense = 128, activation = "relu"}``."""

    dense: int = Field(ge=1, le=4096, description="number of units")
    activation: Activation = "relu"


class DropoutLayer(Settings):
    """Dropout during training: ``{dropout = 0.2}``."""

    dropout: float = Field(ge=0.0, lt=1.0, description="share of units set to 0")


class Conv2DLayer(Settings):
    """A two-dimensional convolution: ``{conv2d = 32, kernel_size = 3}``."""

    conv2d: int = Field(ge=1, le=512, description="number of filters")
    kernel_size: int = Field(default=3, ge=1, le=11)
    activation: Activation = "relu"


class MaxPooling2DLayer(Settings):
    """Pooling by the maximum: ``{max_pooling2d = 2}``."""

    max_pooling2d: int = Field(ge=2, le=8, description="side of the pooled square")


class FlattenLayer(Settings):
    """An explicit Flatten: ``{flatten = true}``. Without one, it precedes the first dense layer."""

    flatten: Literal[True] = True


LAYER_KINDS = ("dense", "dropout", "conv2d", "max_pooling2d", "flatten")


def _layer_kind(layer: object) -> str | None:
    keys = layer if isinstance(layer, dict) else getattr(layer, "__dict__", {})
    return next((kind for kind in LAYER_KINDS if kind in keys), None)


Layer = Annotated[
    Annotated[DenseLayer, Tag("dense")]
    | Annotated[DropoutLayer, Tag("dropout")]
    | Annotated[Conv2DLayer, Tag("conv2d")]
    | Annotated[MaxPooling2DLayer, Tag("max_pooling2d")]
    | Annotated[FlattenLayer, Tag("flatten")],
    Discriminator(
        _layer_kind,
        custom_error_type="layer_kind",
        custom_error_message=f"a layer has one of the keys {', '.join(LAYER_KINDS)}",
    ),
]


class ModelSettings(Settings):
    """One model: what it is trained on, of which layers, and how.

    ``layers`` run from the input to the last hidden layer; the output layer, one
    unit a class, is added. ``output`` decides the loss, so that a loss that does
    not fit the output cannot be configured.
    """

    dataset: Name
    layers: tuple[Layer, ...] = Field(default=(DenseLayer(dense=128),), max_length=12, strict=False)
    epochs: int = Field(default=10, ge=1, le=1000)
    batch_size: int = Field(default=32, ge=1, le=100_000)
    optimizer: Literal["adam", "sgd", "rmsprop"] = "adam"
    learning_rate: float | None = Field(
        default=None, gt=0.0, le=10.0, description="by default Keras's own for the optimizer"
    )
    validation_split: float = Field(default=0.0, ge=0.0, lt=1.0)
    output: Output = "logits"
    repeats: int = Field(
        default=1, ge=1, le=50, description="runs with seeds of their own; above 1 they are studied"
    )
    engine: Literal["compiled", "fit"] = Field(
        default="compiled", description="fit is Keras's Model.fit, kept as the reference"
    )

    @property
    def effective_learning_rate(self) -> float:
        """The learning rate in use: the one set, or Keras's default for the optimizer."""
        default = {"adam": 0.001, "sgd": 0.01, "rmsprop": 0.001}
        return self.learning_rate if self.learning_rate is not None else default[self.optimizer]
