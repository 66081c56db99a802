"""Run work on a stranger's report in a child process with memory and time limits.

An assignment's templates can loop or grow without end, and a PDF parser in C++ can crash or be
exploited. Then the child process ends and the caller gets an error. The answer is JSON and
bytes, never pickled objects; the caller checks it.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from reportgen.errors import ConfigError, DataError, MismatchError, RenderError, ReportgenError

SECONDS = 180
MAX_MEMORY = 6 * 1024**3  # of address space; libraries reserve more of it than they use
MAX_ANSWER_BYTES = 1024**3

# Errors that keep their type; any other error of this program arrives as a RenderError.
_ERRORS: dict[str, type[ReportgenError]] = {
    each.__name__: each for each in (RenderError, MismatchError, DataError, ConfigError)
}
_CUT_OFF = (
    "it cannot be looked at: reading it crashed, or took more memory or time\n"
    "than any report, or than this shell's own limits allow (ulimit -a lists them)."
)


@dataclass(frozen=True)
class Answer:
    """The result of the work.

    Attributes:
        data: a value of JSON types.
        files: bytes by name.
    """

    data: Any
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class _Head:
    """The first part of an answer, before its files."""

    kind: Literal["answer", "RenderError", "MismatchError", "DataError", "ConfigError"]
    data: Any
    names: list[str]


_HEAD = TypeAdapter(_Head)


def run_contained(
    work: Callable[..., Answer], *arguments: Any, seconds: float = SECONDS, memory: int = MAX_MEMORY
) -> Answer:
    """Run a function in a child process with time and memory limits, and return its answer.

    Raises:
        ReportgenError: the function raised it.
        RenderError: the function crashed, or exceeded the limits.
    """
    # A forked process has all imports already; other systems cannot fork safely.
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(
        target=_run, args=(sender, memory, int(seconds), work, arguments), daemon=True
    )
    process.start()
    sender.close()
    deadline = time.monotonic() + seconds
    try:
        head = _HEAD.validate_json(_receive(receiver, deadline, seconds))
        files = {name: _receive(receiver, deadline, seconds) for name in head.names}
    except (EOFError, OSError, ValidationError):
        raise RenderError(_CUT_OFF) from None
    finally:
        process.kill()
        process.join()
        receiver.close()
    if head.kind != "answer":
        raise _ERRORS[head.kind](str(head.data))
    return Answer(head.data, files)


def _receive(receiver: Connection, deadline: float, seconds: float) -> bytes:
    if not receiver.poll(max(0.0, deadline - time.monotonic())):
        raise RenderError(f"it takes more than {seconds:.0f} seconds to look at: no report does.")
    return receiver.recv_bytes(MAX_ANSWER_BYTES)


def _run(
    sender: Connection, memory: int, seconds: int, work: Callable[..., Answer], arguments: Any
) -> None:
    _limit(memory, seconds)
    try:
        answer = work(*arguments)
        head = json.dumps({"kind": "answer", "data": answer.data, "names": list(answer.files)})
        parts = [head.encode(), *answer.files.values()]
    except Exception as error:
        parts = [_told(error)]
    for part in parts:
        sender.send_bytes(part)
    sender.close()


def _told(error: Exception) -> bytes:
    kind, text = type(error).__name__, str(error)
    if isinstance(error, MemoryError | RecursionError):
        what = "memory" if isinstance(error, MemoryError) else "depth"
        text = (
            f"it cannot be looked at: it needs more {what} than any report,\n"
            "or more than this shell's own limits allow (ulimit -a lists them)."
        )
    elif not isinstance(error, ReportgenError):
        what = f"{kind}: {text}".splitlines()[0][:200]
        text = f"it cannot be looked at ({what})."
    kind = kind if kind in _ERRORS else "RenderError"
    return json.dumps({"kind": kind, "data": text, "names": []}).encode()


def _limit(memory: int, seconds: int) -> None:
    limits = {resource.RLIMIT_CORE: (0, 0), resource.RLIMIT_CPU: (seconds, seconds + 5)}
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = (memory, memory)
    for kind, wanted in limits.items():
        # The shell may have set lower limits, and a process cannot raise those.
        there = resource.getrlimit(kind)[1]
        lowest = [each if there < 0 else min(each, there) for each in wanted]
        resource.setrlimit(kind, (lowest[0], lowest[1]))
