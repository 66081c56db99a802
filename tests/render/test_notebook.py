"""The report as a notebook: text, pictures and the program's cells."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from made_up_report import made_up_pictures, made_up_report
from measured import NAMES, composed

from reportgen.answers.document import BLOCK, CLOSE, Passage
from reportgen.figures.drawing.spec import Picture
from reportgen.render import notebook
from reportgen.render.manuscript import Manuscript

Cells = list[dict[str, Any]]
PIXEL = Picture("a", "image/png", b"\x89PNG", 1.0, 1.0, "A picture.")


def cells_of(report: Any, pictures: Any) -> Cells:
    content, others = notebook.write(Manuscript(report, pictures))
    assert others == {}
    import nbformat

    nbformat.validate(nbformat.reads(content.decode(), as_version=nbformat.NO_CONVERT))
    found: Cells = json.loads(content)["cells"]
    return found


def built_in(name: str) -> Cells:
    report = composed(name).report
    figures = {block.id: (PIXEL,) for block in report.blocks if hasattr(block, "spec")}
    return cells_of(report, figures)


def text_of(cells: Cells, kind: str) -> str:
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == kind)


@pytest.mark.parametrize("name", NAMES)
def test_the_code_of_a_notebook_is_the_program(name: str) -> None:
    found = composed(name).report.program
    code = [cell for cell in built_in(name) if cell["cell_type"] == "code"]
    assert ["".join(cell["source"]) for cell in code] == [step.code for step in found.steps]
    for cell, step in zip(code, found.steps, strict=True):
        printed = ["".join(output["text"]) for output in cell["outputs"]]
        assert printed == ([f"{step.output}\n"] if step.output else [])
        assert cell["execution_count"] is None


@pytest.mark.parametrize("name", NAMES)
def test_its_text_is_that_of_the_report_and_nothing_of_this_machine(name: str) -> None:
    cells = built_in(name)
    text = text_of(cells, "markdown")
    for question in composed(name).report.questions:
        assert f": {question.heading}\n" in text
    assert not re.search(r"[\ue000-\ue00f]|/home|/tmp|/work|\]\(figures|\]\(#", text)
    assert len({cell["id"] for cell in cells}) == len(cells)


def test_a_step_stands_where_its_answer_shows_it() -> None:
    cells = cells_of(made_up_report(), made_up_pictures())
    kinds = [cell["cell_type"] for cell in cells]
    place = next(k for k, cell in enumerate(cells) if "expand_dims" in "".join(cell["source"]))
    assert kinds[place - 2 : place + 2] == ["markdown", "code", "code", "markdown"]
    assert "batch:" in "".join(cells[place - 2]["source"])
    assert "softmax is applied" in "".join(cells[place + 1]["source"])
    assert cells[place]["outputs"][0]["text"] == ["shape: (28, 28)\n"]


def test_pictures_are_in_it_with_a_short_name() -> None:
    text = text_of(cells_of(made_up_report(), made_up_pictures()), "markdown")
    images = re.findall(r"!\[[^\]]+\]\[(picture-\d+)\]", text)
    addresses = re.findall(r"^\[(picture-\d+)\]: data:(\S+);base64,(\S+)$", text, re.MULTILINE)
    assert {name for name, _, _ in addresses} == set(images)
    shown = {(media, base64.b64decode(data)) for _, media, data in addresses}
    expected = {(p.media, p.content) for group in made_up_pictures().values() for p in group}
    assert shown == expected


def test_code_in_a_part_that_is_folded_follows_it() -> None:
    report = made_up_report()
    place = next(n for n, b in enumerate(report.blocks) if getattr(b, "step", None))
    more = Passage("more", "How", f"So:\n\n{BLOCK}{place}{CLOSE}\n")
    last = report.questions[-1]
    changed = made_up_report(blocks=(*report.blocks, more), questions=(
        *(q for q in report.questions if q.id not in ("match", last.id)),
        type(last)(**{**vars(last), "answer": f"A.\n\n{BLOCK}{len(report.blocks)}{CLOSE}\n"}),
    ))  # fmt: skip
    cells = cells_of(changed, made_up_pictures())
    at = next(k for k, cell in enumerate(cells) if "<summary>How<" in "".join(cell["source"]))
    assert "".join(cells[at]["source"]).rstrip().endswith("</details>")
    assert [cell["cell_type"] for cell in cells[at + 1 : at + 3]] == ["code", "code"]
