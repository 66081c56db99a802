"""The ledger of a build: each stage, whether its result was reused, why not, and its time."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reportgen.formatting import few
from reportgen.storage.store import Entry, Inputs, Store, key_of

if TYPE_CHECKING:
    from pathlib import Path

    from reportgen.training.jobs import EpochEnd

_EMPTY_KINDS = ("data", "rehearsal")  # entries without files: only a record


class Observer:
    """Is told of the progress of a build. This one shows nothing; others inherit from it."""

    def notice(self, text: str) -> None:
        """Show a text that a person should read; the build goes on."""

    def stage(self, stage: Stage) -> None:
        """A stage has ended."""

    def trainings(self, epochs: Mapping[str, int]) -> None:
        """Trainings begin: how many epochs each has."""

    def epoch(self, end: EpochEnd) -> None:
        """A model has finished an epoch; may come from another thread."""

    def download(self, title: str, received: int, total: int) -> None:
        """A download has received some of its bytes."""


@dataclass(frozen=True)
class Stage:
    """One stage that ended.

    Attributes:
        name: such as ``train:digits``.
        reused: whether its result was in the store already.
        seconds: wall time.
        why: why it was not reused, in words for a person; empty if it was.
    """

    name: str
    reused: bool
    seconds: float
    why: str = ""


@dataclass
class Timing:
    """Whether a stage's result was reused, and why not; known when the stage ends."""

    reused: bool = False
    why: str = ""


def open_store(cache_dir: Path, notify: Callable[[str], None]) -> Store:
    """The store below a cache folder; each result is checked when it is read."""
    return Store(cache_dir, notify, _is_sound)


def _is_sound(kind: str, inputs: Inputs, files: Mapping[str, bytes]) -> bool:
    if kind in _EMPTY_KINDS:
        return True
    from reportgen.pipeline.stored_results import is_sound  # needs NumPy

    return is_sound(kind, inputs, files)


class Ledger:
    """Records the stages of a build and tells why one runs again.

    Args:
        store: holds the results of stages.
        observer: is told of each stage.
        previous: the inputs of each stage in the previous build, by the stage's name.
        force: whether everything is made again, whatever the store has.

    Attributes:
        stages: in the order in which they ended.
    """

    def __init__(
        self,
        store: Store,
        observer: Observer,
        previous: Mapping[str, Inputs] | None = None,
        *,
        force: bool = False,
    ) -> None:
        self.store = store
        self.observer = observer
        self.force = force
        self.stages: list[Stage] = []
        self._previous = previous if isinstance(previous, dict) else {}

    def record(self, name: str, reused: bool, seconds: float, why: str = "") -> None:
        """Note that a stage has ended."""
        self.stages.append(Stage(name, reused, seconds, "" if reused else why))
        self.observer.stage(self.stages[-1])

    @contextlib.contextmanager
    def timed(self, name: str) -> Iterator[Timing]:
        """Time a stage; the block sets whether its result was reused, and why not."""
        timing = Timing()
        start = time.perf_counter()
        yield timing
        self.record(name, timing.reused, time.perf_counter() - start, timing.why)

    def why(self, name: str, inputs: Inputs) -> str:
        """Which inputs differ from the previous build's, such as ``epochs 10 -> 12``."""
        before = self._previous.get(name)
        return "first time" if before is None else describe_change(before, inputs)

    def stored(
        self, name: str, kind: str, inputs: Inputs, make: Callable[[], Mapping[str, bytes]]
    ) -> Entry:
        """The result of a stage, from the store; if the store lacks it, it is made and stored."""
        why = self.why(name, inputs)
        with self.timed(name) as timing:
            entry, timing.reused = self.look_up(kind, inputs, make)
            timing.why = why
        return entry

    def lacks(self, kind: str, inputs: Inputs) -> bool:
        """Whether the store lacks the result of these inputs, or everything is made again."""
        return self.force or self.store.get(kind, key_of(inputs)) is None

    def look_up(
        self, kind: str, inputs: Inputs, make: Callable[[], Mapping[str, bytes]]
    ) -> tuple[Entry, bool]:
        """The entry of these inputs, made if the store lacks it, and whether it was reused."""
        entry = None if self.force else self.store.get(kind, key_of(inputs))
        if entry is not None:
            return entry, True
        return self.store.put(kind, inputs, make()), False


def describe_change(before: Any, after: Any) -> str:
    """The differences of two inputs in words, at most three of them.

    Of a digest, only the name is given.
    """
    changes = list(dict.fromkeys(_changes(before, json.loads(json.dumps(after)), "inputs")))
    if not changes:
        return "not in the store"
    return few(changes, 3)


def _changes(before: Any, after: Any, name: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys([*before, *after]):
            inner = str(key)
            yield from _changes(before.get(key), after.get(key), inner)
    elif before != after:
        values = (_shown(before), _shown(after))
        yield f"{name} changed" if None in values else f"{name} {values[0]} -> {values[1]}"


def _shown(value: Any) -> str | None:
    text = "none" if value is None else str(value)
    is_digest = isinstance(value, str) and len(value) == 64
    return None if is_digest or len(text) > 60 else text
