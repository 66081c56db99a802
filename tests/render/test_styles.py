"""Colours of the style sheets, by WCAG's contrast formula."""

import re
from itertools import product

import pytest

from reportgen.render.listings import highlight_code
from reportgen.resources import templates_dir

SCREEN = (templates_dir() / "screen.css").read_text(encoding="utf-8")
PRINT = (templates_dir() / "print.css").read_text(encoding="utf-8")
TEXT = ("ink", "muted", "link", "notice")
CODE = ("code-comment", "code-keyword", "code-string", "code-number", "code-name")


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def variables(theme: int) -> dict[str, str]:
    """The colours of the first (light) or second (dark) set of variables."""
    block = re.findall(r":root \{(.*?)\}", SCREEN, re.DOTALL)[theme]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def test_the_formula_is_wcags() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_and_code_pass_on_every_ground_of_the_page(theme: int) -> None:
    colours = variables(theme)
    for ground, text in product(("paper", "wash"), (*TEXT, *CODE)):
        assert contrast(colours[ground], colours[text]) >= 4.5, (ground, text)


def test_text_on_paper_passes() -> None:
    coloured = re.findall(r"[{;] ?color: (#[0-9a-f]{6})", PRINT)
    assert len(set(coloured)) > 5
    for text in coloured:
        assert contrast(text, "#ffffff") >= 4.5, text
        assert contrast(text, "#f6f4f0") >= 4.5, text


def test_page_and_paper_colour_every_class_of_listings() -> None:
    code = "# c\nfor x in f(1):\n    @d\n    print('s', 2.0) if not x else None"
    classes = set(re.findall(r'class="(\w+)"', highlight_code(code, "python")))
    assert classes == {"c", "k", "s", "m", "nb"}
    for name in classes:
        assert f".code .{name} {{" in SCREEN
        assert f"\n.{name} {{" in PRINT


def test_paper_asks_for_no_font_features_as_weasyprint_leaks_with_them() -> None:
    rules = re.sub(r"/\*.*?\*/", "", PRINT, flags=re.DOTALL)
    assert not re.search(r"font-(variant|feature|kerning)", rules)


def test_print_is_always_light() -> None:
    for scheme in re.findall(r"@media ([^{]*prefers-color-scheme: dark[^{]*)", SCREEN):
        assert scheme.startswith("screen and")
