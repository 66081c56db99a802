"""The settings of a report that a person can write, as frozen and strict Pydantic models.

``configuration`` reads ``report.toml`` into ``ReportSettings``; ``assignments`` reads
``assignment.toml``, which shares ``ModelSettings``. Both refuse unknown keys.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from reportgen.config.field_types import Name
from reportgen.config.model_settings import Layer, Output, Settings
from reportgen.names import IMAGE_SEED_PATTERN
from reportgen.report_folder import FORMATS

if TYPE_CHECKING:
    FormatName = str  # the type checker wants to see the names
else:
    FormatName = Literal[tuple(FORMATS)]

ImageNumber = Annotated[int, Field(ge=0, le=10_000_000)]


class DataSettings(Settings):
    """Which tier to use, and where the files are."""

    tier: Literal["auto", "full", "sample"] = "auto"
    dir: str | None = Field(
        default=None, min_length=1, description="holds mnist/, fashion_mnist/ and so on"
    )


class OwnDatasetSettings(Settings):
    """A dataset of one's own: a folder of four IDX files, or one NPZ file."""

    dir: str | None = Field(default=None, min_length=1)
    npz: str | None = Field(default=None, min_length=1)
    class_names: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = Field(
        min_length=2, max_length=100, strict=False
    )
    title: str | None = Field(default=None, min_length=1, max_length=100)

    @model_validator(mode="after")
    def _one_source(self) -> OwnDatasetSettings:
        if (self.dir is None) == (self.npz is None):
            raise ValueError("give either dir or npz")
        if len(set(self.class_names)) != len(self.class_names):
            raise ValueError("class_names must differ from each other")
        return self


class OutputSettings(Settings):
    """What is written."""

    formats: tuple[FormatName, ...] = Field(default=tuple(FORMATS), min_length=1, strict=False)
    interactive: bool = True
    paper: Literal["a4", "letter"] = "a4"
    code: Literal["inline", "appendix", "none"] | None = Field(
        default=None, description="where code stands; the assignment's own choice if left out"
    )


ImageNumbers = Annotated[tuple[ImageNumber, ...], Field(min_length=1, max_length=400, strict=False)]


Selection = Annotated[
    Annotated[Literal["random"], Tag("word")] | Annotated[ImageNumbers, Tag("numbers")],
    Discriminator(lambda value: "word" if isinstance(value, str) else "numbers"),
]
Selections = Annotated[
    Annotated[Literal["personal"], Tag("word")] | Annotated[dict[Name, Selection], Tag("table")],
    Discriminator(lambda value: "word" if isinstance(value, str) else "table"),
]
Text = Annotated[str, Field(min_length=1, max_length=300)]


class ModelChanges(Settings):
    """What differs from the assignment for one model: any key of ``ModelSettings``."""

    dataset: Name | None = None
    layers: tuple[Layer, ...] | None = Field(default=None, max_length=12, strict=False)
    epochs: int | None = Field(default=None, ge=1, le=1000)
    batch_size: int | None = Field(default=None, ge=1, le=100_000)
    optimizer: Literal["adam", "sgd", "rmsprop"] | None = None
    learning_rate: float | None = Field(default=None, gt=0.0, le=10.0)
    validation_split: float | None = Field(default=None, ge=0.0, lt=1.0)
    output: Output | None = None
    repeats: int | None = Field(default=None, ge=1, le=50)
    engine: Literal["compiled", "fit"] | None = None


class ReportSettings(Settings):
    """The whole of ``report.toml``."""

    title: Text | None = None
    author: Text | None = None
    course: Text | None = None
    date: datetime.date | None = None
    language: Literal["en"] = "en"
    assignment: str = Field(default="fashion-and-digits", min_length=1, max_length=300)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)
    threads: int = Field(default=1, ge=1, le=64)
    studies: tuple[Name, ...] = Field(default=(), strict=False)
    student_id: Text | None = None
    salt: Text | None = Field(
        default=None,
        description="of a class, known to the instructor alone: personal images are drawn from it "
        "and the student's id; a report carries image_seed in its place",
    )
    image_seed: str | None = Field(
        default=None,
        pattern=IMAGE_SEED_PATTERN,
        description="what a student's personal images are drawn from, made from salt and id",
    )
    data: DataSettings = DataSettings()
    datasets: dict[Name, OwnDatasetSettings] = Field(default_factory=dict)
    models: dict[Name, ModelChanges] = Field(default_factory=dict)
    selections: Selections = Field(default_factory=dict)
    output: OutputSettings = OutputSettings()

    @model_validator(mode="after")
    def _one_source_of_images(self) -> ReportSettings:
        if self.salt is not None and self.image_seed is not None:
            raise ValueError("salt: image_seed was made from a salt already; leave one of them out")
        return self


def report_schema() -> dict[str, Any]:
    """The JSON Schema of ``report.toml``, for editors that complete and check."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | ReportSettings.model_json_schema()
