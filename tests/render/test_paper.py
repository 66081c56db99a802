from __future__ import annotations

import io

import pikepdf
import pytest
from made_up_report import made_up_pictures, made_up_report

from reportgen.render.pdf import render_pdf

LISTS = {
    "tight": "- one\n- two\n",
    "loose": "- one\n\n- two\n\n  and a second paragraph\n",
    "nested": "- one\n  - inner\n\n    of two paragraphs\n- two\n",
    "numbered": "1. one\n\n2. two\n\n   - inner\n",
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS)
def test_list_items_hold_labels_and_bodies_only(text: str) -> None:
    report = made_up_report(intro=text)
    content = render_pdf(report, made_up_pictures(), attachments={}, epoch=0)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        items = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/LI"
        ]
        kinds = {str(kid.S) for item in items for kid in item.K}
        assert len(items) >= 2
        assert kinds == {"/Lbl", "/LBody"}
        assert all(kid.P.objgen == item.objgen for item in items for kid in item.K)


def test_formulas_are_tagged_as_such_and_not_as_figures() -> None:
    text = "Softmax gives\n\n$$p_k = \\frac{e^{z_k}}{Z}$$\n\nand $\\frac{1}{n}$ is its mean."
    content = render_pdf(made_up_report(intro=text), made_up_pictures(), attachments={}, epoch=0)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        tagged = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary)]
        formulas = [item for item in tagged if item.get("/S") == "/Formula"]
        said = {(str(each.Alt), str(each.ActualText)) for each in formulas}
        assert ("1 over n", "1 / n") in said
        assert all(each.K[1].S == "/Span" for each in formulas)
        assert all(each.K[1].P.objgen == each.objgen for each in formulas)
        assert not any("\x1f" in str(item.get("/Alt", "")) for item in tagged)
