import re

import pytest

from reportgen.errors import RenderError
from reportgen.render.formulas.equations import formula_mathml, formula_picture
from reportgen.render.formulas.speech import spoken_tex
from reportgen.render.formulas.tex_words import ACCENTS, FONTS, FUNCTIONS, SILENT, WORDS

COMMANDS = sorted({word for word in (*WORDS, *FUNCTIONS) if word.startswith("\\")} | SILENT)


@pytest.mark.parametrize(
    ("tex", "spoken"),
    [
        (r"x", "x"),
        (r"W_1 x", "capital w sub 1 x"),
        (r"\frac{1}{B}", "1 over capital b"),
        (
            r"p_k = \frac{e^{z_k}}{\sum_{j=1}^{n} e^{z_j}}",
            "p sub k equals the fraction e to the power z sub k, end power, over the sum from "
            "j equals 1 to n of e to the power z sub j, end power, end fraction",
        ),
        (r"\arg\max_k p_k", "arg max over k of p sub k"),
        (r"\hat{p} \pm 2\sqrt{a}", "p hat plus or minus 2 the square root of a"),
        (r"x^2 + y^{\top}", "x squared plus y transpose"),
        (r"10^{-6}", "10 to the power minus 6"),
        (r"60{,}000 \times 0.5", "60,000 times 0.5"),
        (r"\text{train accuracy} \ge 0.9", "train accuracy is at least 0.9"),
        (r"\operatorname{softmax}(z)", "softmax open parenthesis z close parenthesis"),
        (r"\left( \frac{a}{b} \right]", "open parenthesis a over b close bracket"),
        (r"\sqrt[3]{x+1}", "the root of degree 3 of x plus 1, end root"),
        (r"p_{i,y_i}", "p sub i, y sub i, end sub"),
        (r"f'(x)", "f prime open parenthesis x close parenthesis"),
        (r"x \in \mathbb{R}", "x in the real numbers"),
    ],
)
def test_formulas_are_said_in_words(tex: str, spoken: str) -> None:
    assert spoken_tex(tex) == spoken


@pytest.mark.parametrize(
    ("tex", "problem"),
    [
        (r"\foo x", r"the command \foo is not known"),
        (r"\input{x}", r"the command \input is not known"),
        (r"{x", "} is missing"),
        (r"x}", "} has no beginning"),
        (r"\frac{a}", "it ends too early"),
        (r"\left( x", r"\right is missing"),
        (r"\left a \right)", "a is no delimiter"),
        (r"x_1_2", "two _ after each other"),
        (r"x^10", "write {10} in braces"),
        (r"\text{abc", "does not end"),
        (r"\mathrm x", "a text in braces is missing"),
        (r"a & b", "the character & has no meaning"),
        (r" ", "it is empty"),
        ("{" * 60 + "x" + "}" * 60, "nested too deeply"),
        (r"\sqrt" * 3000 + "x", "nested too deeply"),
        (r"\left(" * 3000 + "x", "nested too deeply"),
        (r"\text", "it ends too early"),
    ],
)
def test_what_cannot_be_set_is_an_error_that_says_why(tex: str, problem: str) -> None:
    for draw in (
        spoken_tex,
        lambda source: formula_mathml(source, display=True, spoken=""),
        lambda source: formula_picture(source, display=True, size=10),
    ):
        with pytest.raises(RenderError) as caught:
            draw(tex)
        assert problem in str(caught.value)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_drawn_by_both_converters(command: str) -> None:
    tex = f"a {command} b"
    assert "\\" not in formula_mathml(tex, display=True, spoken="")
    bare = formula_picture("a b", display=True, size=10)
    picture = formula_picture(tex, display=True, size=10)
    assert picture.width > bare.width


@pytest.mark.parametrize("command", [*ACCENTS, *sorted(FONTS), r"\mathbb", r"\mathrm", r"\sqrt"])
def test_every_command_with_an_argument_is_drawn(command: str) -> None:
    tex = f"{command}{{R}}"
    mathml = formula_mathml(tex, display=False, spoken="")
    assert "\\" not in mathml
    assert re.search(r"[RℛℝℜR𝐑𝑅]", mathml)
    assert formula_picture(tex, display=False, size=10).width > 5


def test_mathml_has_limits_names_with_space_and_its_spoken_form() -> None:
    mathml = formula_mathml(r"\sum_{i=1}^{n} \ln x_i < \max(0, x)", display=True, spoken='a < "b"')
    assert '<munderover><mo lspace="0" rspace="0.167em">∑</mo>' in mathml
    assert '<mo form="prefix" lspace="0" rspace="0.167em">ln</mo>' in mathml
    assert '<mo form="prefix" lspace="0" rspace="0">max</mo>' in mathml
    assert 'alttext="a &lt; &quot;b&quot;"' in mathml
    assert 'display="block"' in mathml


def test_limits_in_a_fraction_stand_beside_the_sum() -> None:
    mathml = formula_mathml(r"\frac{1}{\sum_j z_j}", display=True, spoken="")
    assert '<msub><mo lspace="0" rspace="0">∑</mo>' in mathml
    assert "munder" not in formula_mathml(r"\sum_j z_j", display=False, spoken="")


def test_a_sign_belongs_to_its_number() -> None:
    sign = '<mo form="prefix" lspace="0" rspace="0">−</mo>'
    assert f"<mo>=</mo>{sign}" in formula_mathml("a = -1", display=True, spoken="")
    assert sign not in formula_mathml("a - 1", display=True, spoken="")
    apart = formula_picture("a = 0 - 1", display=True, size=10)
    assert formula_picture("a = -1", display=True, size=10).width < apart.width - 5


def test_the_picture_of_a_formula_knows_its_baseline() -> None:
    x = formula_picture("x", display=False, size=10)
    p = formula_picture("p_k", display=False, size=10)
    assert abs(x.depth) < 1.0
    assert 1.5 < p.depth < 5.0
    assert p.height > p.depth
    assert p.svg.startswith(b"<svg")
    assert b"<use" not in p.svg
    assert b"<text" not in p.svg


def test_the_picture_grows_with_the_text() -> None:
    small = formula_picture(r"\frac{a}{b}", display=True, size=10)
    large = formula_picture(r"\frac{a}{b}", display=True, size=20)
    assert large.width == pytest.approx(2 * small.width, rel=0.02)
