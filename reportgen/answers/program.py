"""The program of a report: the steps that its answers call, in their order, as one text.

All imports stand at its top, once each. What a listing in the report shows is lines of this
program, and its notebook has the same steps as cells.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reportgen.answers.document import Program, ProgramStep

IMPORTS = "imports"  # the step that shows the program's beginning
_IMPORT = re.compile(r"^(?:import|from) [^\n(\\]+$\n?", re.MULTILINE)
_GAPS = re.compile(r"\n{4,}")


@dataclass
class ProgramDraft:
    """Collects the steps that answers call.

    Attributes:
        question: the id of the question whose answer is being rendered.
        steps: by the step's name and its model's; the first call decides on the place.
        imports: the lines of all steps that import something.
    """

    question: str = ""
    steps: dict[tuple[str, str], ProgramStep] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)

    def add(self, name: str, model: str, code: str, output: str) -> int | None:
        """Add a step, unless it is there; its code and output are without marks.

        Returns:
            Its place in the finished program, or None if it only imports something, or an
            earlier step of another model is the same to the letter, with the same output: then
            a listing would repeat it.
        """
        self.imports |= set(imports_of(code))
        step = ProgramStep(name, model, self.question, "", without_imports(code), output)
        if not step.code:
            return None
        is_new = (name, model) not in self.steps
        same = [
            other
            for other in self.steps.values()
            if is_new and (other.name, other.code, other.output) == (name, step.code, output)
        ]
        self.steps.setdefault((name, model), step)
        return None if same else 1 + list(self.steps).index((name, model))

    def finish(self, head: str, beginning: str, headings: Mapping[str, str]) -> Program:
        """The program.

        Args:
            head: comments at its top.
            beginning: the step of imports, and what must stand before all others.
            headings: of the questions, by id, plain text.
        """
        imports = sorted_imports({*self.imports, *imports_of(beginning)})
        code = f"{imports}\n\n{without_imports(beginning)}".strip("\n")
        first = ProgramStep(IMPORTS, "", "", "", code, "")
        steps = (
            replace(step, heading=headings.get(step.question, "")) for step in self.steps.values()
        )
        return Program(head, (first, *steps))


def imports_of(code: str) -> list[str]:
    """The lines that import something, at the left margin and whole in one line."""
    return [line.strip() for line in _IMPORT.findall(code)]


def without_imports(code: str) -> str:
    """The code without the lines of ``imports_of``."""
    return _GAPS.sub("\n\n\n", _IMPORT.sub("", code)).strip("\n")


def sorted_imports(lines: set[str]) -> str:
    """Lines of imports in the usual order: the standard library, then, after a gap, others."""

    def order(line: str) -> tuple[bool, bool, str]:
        return _is_foreign(line), line.startswith("from"), line.lower()

    ordered = sorted(lines, key=order)
    groups = [[line for line in ordered if _is_foreign(line) is part] for part in (False, True)]
    return "\n\n".join("\n".join(group) for group in groups if group)


def _is_foreign(line: str) -> bool:
    return line.split()[1].split(".")[0] not in sys.stdlib_module_names
