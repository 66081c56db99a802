"""An assignment folder: ``assignment.toml`` and one Markdown template per question.

It may also hold ``intro.md`` and ``closing.md``, which stand before the first and
after the last answer, ``steps.py.j2`` with the code that answers show (see
``answers.steps``), and texts that its templates include.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from reportgen.config.field_types import Name
from reportgen.config.model_settings import ModelSettings, Settings
from reportgen.config.settings import Selection, Text
from reportgen.config.toml_files import MAX_TOML_BYTES, load_settings
from reportgen.errors import ConfigError, RenderError
from reportgen.names import ID_PATTERN
from reportgen.resources import templates_dir
from reportgen.storage.home import expanded
from reportgen.storage.reading import cannot_read, read_text

ASSIGNMENT_FILE = "assignment.toml"
MAX_FILES = 200
SUFFIXES = (".md", ".toml", ".j2")

QuestionId = Annotated[str, Field(pattern=ID_PATTERN)]
Paths = Annotated[  # one may be written without a list
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    Field(strict=False),
]


class SelectionSettings(Settings):
    """Images that the assignment shows: of which model's data, of which part, which numbers."""

    model: Name
    split: Literal["train", "test"] = "test"
    images: Selection
    n: int | None = Field(default=None, ge=1, le=400, description="how many, where random")
    never: Annotated[tuple[int, ...], Field(strict=False)] = Field(
        default=(), description="numbers that must not be chosen, such as the tutorial's own"
    )

    @model_validator(mode="after")
    def _consistent(self) -> SelectionSettings:
        if self.images == "random" and self.n is None:
            raise ValueError("a random selection needs n, how many images")
        if self.images != "random" and set(self.images) & set(self.never):
            raise ValueError("images holds a number that never excludes")
        return self

    @property
    def n_images(self) -> int:
        """How many images the selection has."""
        return len(self.images) if self.images != "random" else self.n or 1


class Requirement(Settings):
    """Something that an answer must hold; ``says`` names it where it is missing.

    A fact's path may hold ``*`` for any one part and ``**`` for any parts. Name a path that
    only what is asked for states, and several where a sentence that depends on the result
    states now one fact, now another: each of them counts. Give a figure and a fact where the
    figure stands only if there is something to show: without it, the fact counts.
    """

    says: Text
    fact: Paths = Field(default=(), description="a path, or several of which any counts")
    figure: str | None = Field(default=None, description="a kind of figure")
    element: Literal["match", "verdict", "equation", "table", "listing"] | None = None
    n: int = Field(default=1, ge=1, description="at least how many")

    @model_validator(mode="after")
    def _one_thing(self) -> Requirement:
        if bool(self.fact or self.figure) == bool(self.element):
            raise ValueError("give a fact, a figure (or both), or an element")
        return self

    @property
    def what(self) -> str:
        """What must be there, in words: ``2 facts models.*.test.accuracy``."""
        ways = []
        if self.figure or self.element:
            kind = f"figure {self.figure}" if self.figure else f"{self.element}"
            ways.append(kind if self.n == 1 else f"{self.n} × {kind}")
        if self.fact:
            paths = " or ".join(self.fact)
            ways.append(f"fact {paths}" if self.n == 1 else f"{self.n} facts {paths}")
        return " or ".join(ways)


class QuestionSettings(Settings):
    """A question: what is asked, of which kind it is, and what its answer must hold."""

    id: QuestionId
    heading: Text
    prompt: str = Field(min_length=1, max_length=4000)
    kind: Literal["show", "explain", "predict", "match", "measure", "compare", "step"]
    group: Text | None = Field(
        default=None, description="a heading that starts here; may hold facts, as a prompt may"
    )
    label: Text | None = Field(default=None, description="instead of Question 3 of 9")
    requires: Annotated[tuple[Requirement, ...], Field(strict=False)] = ()

    @property
    def needs_verdict(self) -> bool:
        """Whether its answer must hold the verdict of the comparison."""
        return any(requirement.element == "verdict" for requirement in self.requires)


class AssignmentSettings(Settings):
    """The whole of ``assignment.toml``."""

    title: Text
    summary: Text
    label: Literal["question", "step", "section"] = "question"
    code: Literal["inline", "appendix"] = "inline"
    models: dict[Name, ModelSettings] = Field(min_length=1, max_length=8)
    comparison: tuple[Name, Name] | None = Field(default=None, strict=False)
    studies: tuple[Name, ...] = Field(default=(), strict=False)
    selections: dict[Name, SelectionSettings] = Field(default_factory=dict)
    questions: tuple[QuestionSettings, ...] = Field(min_length=1, max_length=100, strict=False)

    @model_validator(mode="after")
    def _names_exist(self) -> AssignmentSettings:
        for name, selection in self.selections.items():
            if selection.model not in self.models:
                raise ValueError(f"selections.{name}.model: {self._no_model(selection.model)}")
        for name in self.comparison or ():
            if name not in self.models:
                raise ValueError(f"comparison: {self._no_model(name)}")
        if self.comparison and self.comparison[0] == self.comparison[1]:
            raise ValueError("comparison: name two models that differ")
        ids = [question.id for question in self.questions]
        twice = sorted({id_ for id_ in ids if ids.count(id_) > 1})
        if twice:
            raise ValueError(f"questions: the id {twice[0]} is used twice")
        for question in self.questions:
            needs = question.kind == "compare" and 'the kind "compare"'
            needs = needs or (question.needs_verdict and 'the element "verdict"')
            if needs and not self.comparison:
                raise ValueError(
                    f"questions: {question.id} has {needs}, and no models are compared; "
                    'write comparison = ["...", "..."] at the top'
                )
            if question.needs_verdict and question.kind != "compare":
                raise ValueError(
                    f'questions: {question.id} requires a verdict; give it kind = "compare"'
                )
        return self

    def draw_seeds(self, own: Mapping[str, Selection], seed: int) -> dict[str, int]:
        """What each random selection is drawn from: ``seed``, and one more for each further one.

        Args:
            own: the configuration's own selections.
            seed: of the configuration.
        """
        drawn = [n for n, plan in self.selections.items() if own.get(n, plan.images) == "random"]
        return {name: seed + place for place, name in enumerate(drawn)}

    def _no_model(self, name: str) -> str:
        return f"there is no model {name}; there are {', '.join(self.models)}"


@dataclass(frozen=True)
class Assignment:
    """An assignment with the texts of its templates.

    Attributes:
        name: the built-in name, or the folder's.
        settings: ``assignment.toml``.
        files: every text of the folder by its name, such as ``intro.md``, and the texts that
            all assignments share, as ``shared/softmax.md``.
        built_in: whether it ships with the program.
    """

    name: str
    settings: AssignmentSettings
    files: dict[str, str]
    built_in: bool

    @property
    def source(self) -> str:
        """Its ``assignment.toml``, as messages name it."""
        return f"{self.name}/{ASSIGNMENT_FILE}"

    def template(self, question_id: str) -> str:
        """The name of a question's template."""
        return f"{question_id}.md"


def built_in_names() -> list[str]:
    """The assignments that ship with the program, sorted."""
    folder = templates_dir() / "assignments"
    return sorted(path.parent.name for path in folder.glob(f"*/{ASSIGNMENT_FILE}"))


def shared_dir() -> Path:
    """The folder of texts that any assignment can include as ``shared/<name>``."""
    return templates_dir() / "assignments" / "_shared"


def load_assignment(name: str, folder: Path) -> Assignment:
    """Read an assignment by its built-in name, or from a folder relative to ``folder``.

    Raises:
        ConfigError: there is no such assignment, its settings do not fit, or a
            question has no template.
    """
    if "/" in name or "\\" in name or name in (".", ".."):
        path = (folder / expanded(name)).absolute()
        if not os.path.lexists(path / ASSIGNMENT_FILE):
            raise ConfigError(
                f"{path} holds no {ASSIGNMENT_FILE}.\n"
                "Name a folder that does, or a built-in assignment: reportgen assignments list"
            )
        return _read(path, path.name, built_in=False)
    if name not in built_in_names():
        near = difflib.get_close_matches(name, built_in_names(), n=1)
        hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(built_in_names())}."
        raise ConfigError(
            f"unknown assignment {name!r}. {hint}\n"
            f"A folder of one's own is written with a slash: ./{name}"
        )
    return _read(templates_dir() / "assignments" / name, name, built_in=True)


def _read(folder: Path, name: str, *, built_in: bool) -> Assignment:
    files = {f"shared/{file}": text for file, text in _texts(shared_dir(), ours=True).items()}
    files |= _texts(folder, ours=built_in)
    return make_assignment(name, files, folder / ASSIGNMENT_FILE, built_in=built_in)


def _texts(folder: Path, *, ours: bool) -> dict[str, str]:
    """The texts of a folder by name; links are followed only in the program's own folders."""
    try:
        # Editors' own files begin with a dot; they are skipped.
        paths = sorted(p for p in folder.iterdir() if p.suffix in SUFFIXES and p.name[0] != ".")
    except OSError as error:
        raise ConfigError(cannot_read(folder, error)) from None
    if len(paths) > MAX_FILES:
        raise ConfigError(f"{folder} holds {len(paths)} files; at most {MAX_FILES} are read.")
    inside = None if ours else folder
    return {path.name: read_text(path, MAX_TOML_BYTES, inside=inside) for path in paths}


def make_assignment(
    name: str, files: dict[str, str], source: Path, *, built_in: bool = False
) -> Assignment:
    """An assignment from the texts of its folder.

    Raises:
        ConfigError: a file is missing, its settings do not fit, or a question has no template.
    """
    if ASSIGNMENT_FILE not in files:
        raise ConfigError(f"{source} holds no {ASSIGNMENT_FILE}.")
    settings = load_settings(files[ASSIGNMENT_FILE], source, AssignmentSettings)
    assignment = Assignment(name, settings, files, built_in)
    for question in settings.questions:
        template = assignment.template(question.id)
        if template not in files:
            raise ConfigError(
                f"{source}: the question {question.id} has no template.\n"
                f"Write one to {source.parent / template}."
            )
    return assignment


def assignment_of(record: Mapping[str, Any]) -> Assignment:
    """The assignment that evidence was made for: a built-in one, or the one that it carries.

    A folder that the evidence names is never read.

    Args:
        record: a checked ``evidence.json``.

    Raises:
        RenderError: it neither names a built-in assignment nor carries one.
        ConfigError: the one that it carries is faulty.
    """
    name, files = record["report"]["assignment"], record["report"].get("assignment_files")
    if files:
        return make_assignment(name, files, Path("evidence.json"))
    if name not in built_in_names():
        raise RenderError(f"the evidence names the assignment {name!r}, which is not known here.")
    return load_assignment(name, templates_dir())


def describe_assignment(assignment: Assignment) -> str:
    """An assignment in words: its models, its selections, its questions and what they require."""
    settings = assignment.settings
    lines = [f"{assignment.name}: {settings.title}", settings.summary, "", "Models"]
    for name, model in settings.models.items():
        lines.append(f"  {name}: {model.dataset}, {model.epochs} epochs, output {model.output}")
    if settings.comparison:
        lines += ["", f"Comparison: {' and '.join(settings.comparison)}"]
    if settings.studies:
        lines += ["", f"Studies: {', '.join(settings.studies)}"]
    if settings.selections:
        lines += ["", "Selections (change them under [selections])"]
    for name, selection in settings.selections.items():
        numbers = (
            "random" if selection.images == "random" else ", ".join(map(str, selection.images))
        )
        never = f"; never {', '.join(map(str, selection.never))}" if selection.never else ""
        lines.append(f"  {name}: {selection.model}, {selection.split} images {numbers}{never}")
    lines += ["", "Questions"]
    for number, question in enumerate(settings.questions, start=1):
        lines.append(f"  {number}. {question.id}: {question.heading}")
        for requirement in question.requires:
            lines.append(f"       - {requirement.says} ({requirement.what})")
    return "\n".join(lines)
