"""Formulas as lines of text."""

import pytest

from reportgen.render.formulas.text import plain_formula, text_formula

GAP = "\u00a0"


@pytest.mark.parametrize(
    ("tex", "html"),
    [
        ("p", "<var>p</var>"),
        ("p_k", "<var>p</var><sub><var>k</var></sub>"),
        (r"z_0, z_1, \dots", "<var>z</var><sub>0</sub>, <var>z</var><sub>1</sub>, …"),
        (
            r"p_{i, y_i}",
            "<var>p</var><sub><var>i</var>,<var>y</var><sub><var>i</var></sub></sub>",
        ),
        (r"\ln n", f"ln{GAP}<var>n</var>"),
        (r"2\ln(n)", f"2{GAP}ln(<var>n</var>)"),
        (r"\beta_1 = 0.9", f"<var>β</var><sub>1</sub>{GAP}={GAP}0.9"),
        (r"\beta_2^t", '<var>β</var><sub>2</sub><sup class="above"><var>t</var></sup>'),
        ("p_k^2", "<var>p</var><sub><var>k</var></sub><sup>2</sup>"),
        (r"\epsilon < 10^{-7}", f"<var>ϵ</var>{GAP}&lt;{GAP}10<sup>−7</sup>"),
        (r"60{,}000 \times 0.5", f"60,000{GAP}×{GAP}0.5"),
        (r"98.6\,\%", f"98.6{GAP}%"),
        (r"\eta \, g", "<var>η</var><var>g</var>"),
        (r"-x - 1", f"−<var>x</var>{GAP}−{GAP}1"),
        (r"(-1, x)", "(−1, <var>x</var>)"),
        (r"f'(x)", "<var>f</var>′(<var>x</var>)"),
        (r"\Sigma", "Σ"),
        (r"\operatorname{test error}", f"test{GAP}error"),
        (r"\sqrt{n}", "√<var>n</var>"),
        (r"\sqrt{n-1}/2", f'<span class="whole">√(<var>n</var>{GAP}−{GAP}1)/2</span>'),
        ("{}^2", "<sup>2</sup>"),
    ],
)
def test_a_simple_formula_is_a_line_of_text(tex: str, html: str) -> None:
    assert text_formula(tex) == html


def test_a_long_formula_may_break_before_its_relations() -> None:
    line = text_formula("W_2(W_1 x + b_1) + b_2 = W x + b")
    assert line is not None
    assert f" ={GAP}" in line
    assert line.count(" ") == 1


@pytest.mark.parametrize(
    "tex",
    [r"\frac{1}{n}", r"\sum_j z_j", r"\hat{p}", r"\mathbf{x}", r"x \in \mathbb{R}", r"\sqrt[3]{x}"],
)
def test_what_needs_more_than_a_line_is_no_text(tex: str) -> None:
    assert text_formula(tex) is None


@pytest.mark.parametrize(
    ("tex", "line"),
    [
        (r"p_k = \frac{e^{z_k}}{\sum_{j} e^{z_j}}", "p_k = e^(z_k) / (∑_j e^(z_j))"),
        (r"L = -\frac{1}{B} \sum_{i=1}^{B} \ln p_{i, y_i}", "L = −1 / B ∑_(i = 1)^B ln p_(i, y_i)"),
        (r"w \leftarrow w - \eta \, \frac{m}{\sqrt{v}+1}", "w ← w − η m / (√v + 1)"),
        (r"\operatorname{ReLU}(x) = \max(0, x)", "ReLU(x) = max(0, x)"),
        (r"\hat{p} \pm 2\sqrt[3]{a+b}", "p hat ± 2√^(3)(a + b)"),
        (r"x \in \mathbb{R}, \quad f'(x)", "x ∈ the real numbers, f′(x)"),
    ],
)
def test_every_formula_has_a_plain_line(tex: str, line: str) -> None:
    assert plain_formula(tex) == line
