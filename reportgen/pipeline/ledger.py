"""What a build does, stage by stage: reused or not, why, and how long it took."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from reportgen.storage.store import Entry, Inputs, Store, key_of

if TYPE_CHECKING:
    from pathlib import Path

    from reportgen.training.jobs import EpochEnd

_EMPTY_KINDS = ("data", "rehearsal")  # whose entries only tell that something was done


class Observer(Protocol):
    """Who is told how a build goes: the terminal, a server, or nobody."""

    def notice(self, text: str) -> None:
        """Something that a person should know; the build goes on."""

    def stage(self, stage: Stage) -> None:
        """A stage has ended."""

    def trainings(self, epochs: Mapping[str, int]) -> None:
        """Trainings begin: how many epochs each has."""

    def epoch(self, end: EpochEnd) -> None:
        """A model has finished an epoch; may come from another thread."""

    def download(self, title: str, received: int, total: int) -> None:
        """A download goes on, in bytes."""


class Silent:
    """An ``Observer`` that tells nobody."""

    def notice(self, text: str) -> None:
        """Say nothing."""

    def stage(self, stage: Stage) -> None:
        """Say nothing."""

    def trainings(self, epochs: Mapping[str, int]) -> None:
        """Say nothing."""

    def epoch(self, end: EpochEnd) -> None:
        """Say nothing."""

    def download(self, title: str, received: int, total: int) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Stage:
    """One stage that ended.

    Attributes:
        name: such as ``train:digits``.
        reused: whether its result was there already.
        seconds: wall time.
        why: why it was not reused, in words for a person; empty if it was.
    """

    name: str
    reused: bool
    seconds: float
    why: str = ""


@dataclass
class Timing:
    """What is known of a stage only when it ends."""

    reused: bool = False
    why: str = ""


def open_store(cache_dir: Path, notify: Callable[[str], None]) -> Store:
    """The store of a user, whose results are checked when they are read; see ``Store``."""
    return Store(cache_dir, notify, _is_sound)


def _is_sound(kind: str, inputs: Inputs, files: Mapping[str, bytes]) -> bool:
    if kind in _EMPTY_KINDS:
        return True
    from reportgen.pipeline.stored_results import is_sound  # needs NumPy

    return is_sound(kind, inputs, files)


class Ledger:
    """Records stages, the inputs that they were made from, and tells why one runs again.

    Attributes:
        force: everything is made again, whatever the store has.
        stages: in the order in which they ended.
        inputs: of each stage, by its name; the next build compares with them.
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
        """Run a stage; whether it was reused, and why not, is set on what is yielded."""
        timing = Timing()
        start = time.perf_counter()
        yield timing
        self.record(name, timing.reused, time.perf_counter() - start, timing.why)

    def why(self, name: str, inputs: Inputs) -> str:
        """Which inputs differ from those of the build before: ``epochs 10 -> 12``."""
        before = self._previous.get(name)
        return "first time" if before is None else describe_change(before, inputs)

    def stored(
        self, name: str, kind: str, inputs: Inputs, make: Callable[[], Mapping[str, bytes]]
    ) -> Entry:
        """The result of a stage: from the store, or made, kept and returned."""
        why = self.why(name, inputs)
        with self.timed(name) as timing:
            entry, timing.reused = self.look_up(kind, inputs, make)
            timing.why = why
        return entry

    def lacks(self, kind: str, inputs: Inputs) -> bool:
        """Whether the result of these inputs has to be made."""
        return self.force or self.store.get(kind, key_of(inputs)) is None

    def look_up(
        self, kind: str, inputs: Inputs, make: Callable[[], Mapping[str, bytes]]
    ) -> tuple[Entry, bool]:
        """The entry of these inputs, and whether it was there; if not it is made and kept."""
        entry = None if self.force else self.store.get(kind, key_of(inputs))
        if entry is not None:
            return entry, True
        return self.store.put(kind, inputs, make()), False


def describe_change(before: Any, after: Any) -> str:
    """The differences of two inputs in words, at most three of them.

    Digests differ without telling; they are named only.
    """
    changes = list(dict.fromkeys(_changes(before, json.loads(json.dumps(after)), "inputs")))
    if not changes:
        return "not in the store"
    more = f" and {len(changes) - 3} more" if len(changes) > 3 else ""
    return ", ".join(changes[:3]) + more


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
