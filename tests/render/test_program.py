"""The report's program as a file."""

from __future__ import annotations

import ast

import pytest
from measured import NAMES, composed

from reportgen.render import program
from reportgen.render.manuscript import Manuscript


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_the_program_of_the_report(name: str) -> None:
    report = composed(name).report
    content, others = program.write(Manuscript(report, {}))
    assert content.decode() == report.program.text
    assert others == {}
    steps = "\n".join(step.code for step in report.program.steps)
    assert ast.dump(ast.parse(content)) == ast.dump(ast.parse(steps))
