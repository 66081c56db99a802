"""The code that answers show: the steps of a program in a file of its own.

``steps.py.j2`` is one Python program in steps. A line ``# --- step: load`` begins a step;
what stands before the first one is a note to its authors. A line ``# --- output: load``
begins what the step's ``print`` calls give. Sizes and settings in both are facts, so that
the program is that of this run: ``Dense({{ m.n_classes | literal }})``.
A template shows a step with ``{{ code("load") }}``; ``m`` is the named model, or
the only one. A step that the assignment's file lacks comes from the shared file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reportgen.errors import RenderError

STEPS_FILES = ("steps.py.j2", "shared/steps.py.j2")
_PART = re.compile(r"^# --- (step|output): ([a-z][a-z0-9-]*)[ ]*\n", re.MULTILINE)
_LIKE_A_PART = re.compile(r"^#\s*-+\s*(step|output)\b.*$", re.MULTILINE | re.IGNORECASE)
_LINE_LENGTH = 64


@dataclass(frozen=True)
class StepSource:
    """A step as its file has it: templates of its code, and of what its ``print`` calls give."""

    file: str
    code: str
    output: str


def find_step(texts: Mapping[str, str], name: str) -> StepSource:
    """A step; the assignment's file comes before the shared one.

    Args:
        texts: the assignment's files by name.
        name: the step's name.

    Raises:
        RenderError: no file has the step, or a line that begins a step or an output is faulty.
    """
    known: list[str] = []
    for file in STEPS_FILES:
        steps, outputs = _read_steps(file, texts.get(file, ""))
        if name in steps:
            return StepSource(file, steps[name], outputs.get(name, ""))
        known += steps
    raise RenderError(
        f"there is no step {name!r}. There are: {', '.join(dict.fromkeys(known)) or 'none'}."
    )


def _read_steps(file: str, text: str) -> tuple[dict[str, str], dict[str, str]]:
    """The steps of a file and their outputs, by the step's name."""
    _check_headings(file, text)
    _, *parts = _PART.split(text)
    found: dict[str, dict[str, str]] = {"step": {}, "output": {}}
    for kind, name, source in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        found[kind][name] = source.strip("\n") + "\n"
    for name in found["output"]:
        if name not in found["step"]:
            raise RenderError(f"{file}: there is an output {name!r}, but no step of that name.")
    return found["step"], found["output"]


def _check_headings(file: str, text: str) -> None:
    for found in _LIKE_A_PART.finditer(text):
        if not _PART.match(f"{found[0]}\n"):
            line = text.count("\n", 0, found.start()) + 1
            raise RenderError(
                f"{file}, line {line}: a step begins with a line such as '# --- step: load', and "
                "what it prints with '# --- output: load'; "
                "names have lower-case letters, digits and hyphens."
            )


def literal(value: Any) -> str:
    """A value as Python writes it in a program: ``60000``, ``0.2``, ``["a", "b"]``.

    A list that is too long for a line is broken into several, indented by four.
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if not isinstance(value, list):
        return repr(value)
    items = [literal(item) for item in value]
    if len(", ".join(items)) <= _LINE_LENGTH:
        return f"[{', '.join(items)}]"
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) > _LINE_LENGTH:
            lines.append("")
        lines[-1] += f"{item}, "
    return "\n".join(["[", *(f"    {line.rstrip()}" for line in lines), "]"])
