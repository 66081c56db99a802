import base64
import io
import re

import pytest
from fontTools.ttLib import TTFont

from reportgen.render.fonts import (
    FACES,
    MATH_FACE,
    MATH_ITALIC_FACE,
    SLICES,
    code_points,
    web_font_rules,
)
from reportgen.resources import templates_dir


def names(rules: str) -> set[tuple[str, str, str]]:
    pattern = r'family:"Report (\w+)";font-weight:(\d+);font-style:(\w+)'
    return {tuple(found) for found in re.findall(pattern, rules)}


def test_code_points_reads_what_css_writes() -> None:
    assert code_points("U+41-43,U+A0") == {0x41, 0x42, 0x43, 0xA0}


def test_a_page_carries_only_what_its_characters_need() -> None:
    plain = web_font_rules("Hello", italic=False)
    assert names(plain) == {
        ("Serif", "400", "normal"),
        ("Serif", "600", "normal"),
        ("Sans", "400", "normal"),
        ("Sans", "600", "normal"),
        ("Mono", "400", "normal"),
    }
    assert ("Serif", "400", "italic") in names(web_font_rules("Hello", italic=True))
    assert ("Math", "400", "normal") in names(web_font_rules("<math>", italic=False))
    assert ("Math", "400", "italic") in names(web_font_rules("<var>", italic=False))
    assert ("Symbols", "400", "normal") in names(web_font_rules("✓", italic=False))
    assert len(web_font_rules("Hello Ж", italic=False)) > len(plain)


@pytest.mark.parametrize("face", [*FACES, MATH_FACE, MATH_ITALIC_FACE], ids=lambda face: face.name)
def test_every_slice_draws_what_it_says(face) -> None:
    for name in face.slices:
        path = templates_dir() / "fonts" / f"{face.name}-{name}.woff2"
        if not path.exists():
            assert not code_points(SLICES[name]) & set(TTFont(face.path).getBestCmap())
            continue
        wanted = code_points(SLICES[name]) & set(TTFont(face.path).getBestCmap())
        assert wanted
        assert wanted <= set(TTFont(path).getBestCmap())


def test_letters_in_text_are_those_of_the_drawn_formulas() -> None:
    text, drawn = TTFont(MATH_ITALIC_FACE.path), TTFont(MATH_FACE.path)
    alphabets = {"A": "𝐴", "z": "𝑧", "h": "ℎ", "β": "𝛽", "ε": "𝜀", "ϵ": "𝜖", "φ": "𝜑", "ϕ": "𝜙"}
    for letter, mathematical in alphabets.items():
        ours, theirs = text.getBestCmap()[ord(letter)], drawn.getBestCmap()[ord(mathematical)]
        assert text["glyf"][ours].coordinates == drawn["glyf"][theirs].coordinates
        assert text["hmtx"][ours] == drawn["hmtx"][theirs]


def test_the_rules_hold_whole_fonts() -> None:
    for data in re.findall(r"base64,([^)]+)\)", web_font_rules("abc", italic=False)):
        assert TTFont(io.BytesIO(base64.b64decode(data))).getGlyphOrder()


def test_the_text_fonts_draw_everything_that_the_program_writes() -> None:
    written = {chr(point) for point in code_points(SLICES["base"])} - {"\u00a0"}
    for face in FACES[:4]:
        if face.style == "normal":
            cmap = TTFont(face.path).getBestCmap()
            assert {char for char in written if ord(char) not in cmap} == set()
