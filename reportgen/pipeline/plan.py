"""What a run will do: the assignment with the configuration's changes applied."""

from __future__ import annotations

import difflib
import json
import random
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from reportgen.config.assignments import Assignment, SelectionSettings
from reportgen.config.configuration import Configuration
from reportgen.config.model_settings import ModelSettings
from reportgen.config.settings import ReportSettings
from reportgen.datasets.catalogue import BUILTINS, OwnDataset
from reportgen.datasets.replacement import replace_index
from reportgen.errors import ConfigError
from reportgen.studies.catalogue import OTHER_NAMES, STUDIES


@dataclass(frozen=True)
class Selection:
    """Images to show: numbers, or how many to draw and from which seed.

    A whole number seeds ``numpy.random.default_rng``, as a student's own program would do; an
    identity, which personal images are drawn from, seeds ``random.Random``.
    """

    model: str
    split: Literal["train", "test"]
    images: tuple[int, ...] | None
    n: int
    never: tuple[int, ...]
    draw_seed: str | int


@dataclass(frozen=True)
class RunPlan:
    """Everything that is measured.

    Attributes:
        models: effective settings by name, in the assignment's order.
        selections: by name, in the assignment's order.
        studies: names, in the catalogue's order.
        comparison: the two models that are compared, or None.
        own_datasets: the user's own datasets, by name.
        seed, threads: as set.
    """

    models: dict[str, ModelSettings]
    selections: dict[str, Selection]
    studies: tuple[str, ...]
    comparison: tuple[str, str] | None
    own_datasets: dict[str, OwnDataset]
    seed: int
    threads: int

    @property
    def dataset_names(self) -> tuple[str, ...]:
        """The datasets in use, each once, in the order of the models."""
        return tuple(dict.fromkeys(model.dataset for model in self.models.values()))


def make_plan(config: Configuration, assignment: Assignment) -> RunPlan:
    """Apply a configuration to an assignment.

    Raises:
        ConfigError: the configuration names a model, selection, study or dataset that
            does not exist, or an image number that the assignment excludes.
    """
    settings = config.settings
    own = {
        name: OwnDataset.from_settings(name, dataset, config.folder)
        for name, dataset in settings.datasets.items()
    }
    source = str(config.path or "the command line")
    _require_known("models", settings.models, assignment.settings.models, source)
    models = {
        name: _changed(name, model, settings, source)
        for name, model in assignment.settings.models.items()
    }
    for name, model in models.items():
        changed = name in settings.models and settings.models[name].dataset
        _require_dataset(name, model.dataset, own, source if changed else assignment.source)
    studies = set()
    for named, where in ((assignment.settings, assignment.source), (settings, source)):
        asked = {OTHER_NAMES.get(name, name) for name in named.studies}
        _require_known("studies", asked, STUDIES, where)
        studies |= asked
    if any(model.repeats > 1 for model in models.values()):
        studies.add("repeats")
    return RunPlan(
        models=models,
        selections=_selections(settings, assignment, source),
        studies=tuple(name for name in STUDIES if name in studies),
        comparison=assignment.settings.comparison,
        own_datasets=own,
        seed=settings.seed,
        threads=settings.threads,
    )


def _changed(
    name: str, model: ModelSettings, settings: ReportSettings, source: str
) -> ModelSettings:
    changes = settings.models.get(name)
    if changes is None:
        return model
    given = changes.model_dump(exclude_unset=True, exclude_none=True)
    try:
        return ModelSettings.model_validate({**model.model_dump(exclude_unset=True), **given})
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise ConfigError(f"{source}: models.{name}: {fault['msg']}.") from None


def _require_dataset(model: str, name: str, own: Mapping[str, OwnDataset], source: str) -> None:
    try:
        _require_known(f"models.{model}.dataset", [name], {**BUILTINS, **own}, source)
    except ConfigError as error:
        raise ConfigError(
            f"{error}\nA dataset of one's own is described in report.toml, under [datasets.{name}]."
        ) from None


def _require_known(key: str, given: Iterable[str], known: Collection[str], source: str) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
            raise ConfigError(f"{source}: {key}: {name!r} is not known. {hint}")


def _selections(
    settings: ReportSettings, assignment: Assignment, source: str
) -> dict[str, Selection]:
    planned = assignment.settings.selections
    personal = settings.selections == "personal"
    if personal and not (settings.image_seed or settings.student_id or settings.author):
        raise ConfigError(
            f'{source}: selections = "personal" draws images from the student\'s id.\n'
            'Set student_id = "..." (or author).'
        )
    own = settings.selections if isinstance(settings.selections, dict) else {}
    _require_known("selections", own, planned, source)
    identity = personal_identity(settings) if personal else None
    seeds = assignment.settings.draw_seeds(own, settings.seed)
    return {
        name: _selection(
            name,
            plan,
            "random" if personal else own.get(name),
            f"{identity}:{name}" if personal else seeds.get(name, ""),
            source if name in own else assignment.source,
        )
        for name, plan in planned.items()
    }


def personal_identity(settings: ReportSettings) -> str:
    """What a student's personal images are drawn from: the image seed, or else the id alone.

    Older reports have the salt in their settings; theirs are drawn from salt and id.
    """
    if settings.image_seed is not None:
        return f"personal:{settings.image_seed}"
    who = settings.student_id or settings.author
    return f"personal:{who if settings.salt is None else json.dumps([settings.salt, who])}"


def _selection(
    name: str, plan: SelectionSettings, own: Any, draw_seed: str | int, source: str
) -> Selection:
    images = plan.images if own is None else own
    if images == "random":
        return Selection(plan.model, plan.split, None, plan.n_images, plan.never, draw_seed)
    for number in images:
        if number in plan.never:
            raise ConfigError(
                f"{source}: selections.{name}: image {number} is the one that the tutorial shows.\n"
                f"Choose a number other than {', '.join(map(str, plan.never))}."
            )
    if len(set(images)) != len(images):
        raise ConfigError(f"{source}: selections.{name}: a number is given twice.")
    return Selection(plan.model, plan.split, tuple(images), len(images), plan.never, "")


def require_images(
    config: Configuration,
    assignment: Assignment,
    plan: RunPlan,
    count_own: Callable[[str, str], int],
) -> None:
    """Refuse image numbers that do not exist, before anything is trained.

    For a built-in dataset the full edition counts: on the sample, numbers that only the full
    data have are replaced. An assignment's own numbers are replaced, too, where a
    configuration puts its own dataset in place of a built-in one.

    Args:
        config, assignment: of the report.
        plan: made from both.
        count_own: gives how many images a dataset of the user has, from its name and the part
            (``train`` or ``test``).

    Raises:
        ConfigError: naming the file, the key, the number and how many images there are.
    """
    chosen = config.settings.selections
    own = chosen if isinstance(chosen, dict) else {}
    for name, selection in plan.selections.items():
        dataset = plan.models[selection.model].dataset
        edition = BUILTINS[dataset].full if dataset in BUILTINS else None
        if selection.images is None or (edition is None and name not in own):
            continue
        if edition is not None:
            n = edition.n_train if selection.split == "train" else edition.n_test
        else:
            n = count_own(dataset, selection.split)
        title = BUILTINS[dataset].title if edition else plan.own_datasets[dataset].title
        source = str(config.path or "the command line") if name in own else assignment.source
        part = "training" if selection.split == "train" else "test"
        for number in selection.images:
            if number >= n:
                raise ConfigError(
                    f"{source}: selections.{name}: there is no image {number}: {title} has "
                    f"{n:,} {part} images.\nChoose numbers from 0 to {n - 1}."
                )


@dataclass(frozen=True)
class ChosenImages:
    """The image numbers of a selection, and those that had to be replaced: (asked, used)."""

    indices: tuple[int, ...]
    replaced: tuple[tuple[int, int], ...]


def _drawn(selection: Selection, free: Sequence[int], n_available: int) -> list[int]:
    """Different numbers out of ``free``, those below ``n_available`` that may be chosen."""
    if isinstance(selection.draw_seed, str):
        return random.Random(selection.draw_seed).sample(free, selection.n)  # noqa: S311
    import numpy as np

    rng = np.random.default_rng(selection.draw_seed)
    drawn: list[int] = []
    while len(drawn) < selection.n:  # one at a time, so that the first is ``rng.integers(n)``
        number = int(rng.integers(n_available))
        if number not in selection.never and number not in drawn:
            drawn.append(number)
    return drawn


def choose_images(selection: Selection, n_available: int) -> ChosenImages:
    """The image numbers to show, given how many images there are.

    Numbers that the data lack are replaced deterministically; a random selection
    follows from its seed alone.

    Raises:
        DataError: there are fewer images than the selection needs.
    """
    if selection.images is None:
        free = [k for k in range(n_available) if k not in selection.never]
        if len(free) >= selection.n:
            return ChosenImages(tuple(_drawn(selection, free, n_available)), ())
    asked = selection.images or tuple(range(selection.n))
    taken = set(selection.never) | {number for number in asked if number < n_available}
    used, replaced = [], []
    for number in asked:
        if number < n_available:
            used.append(number)
            continue
        other = replace_index(number, n_available, taken)
        taken.add(other)
        used.append(other)
        replaced.append((number, other))
    return ChosenImages(tuple(used), tuple(replaced))
