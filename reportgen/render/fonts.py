"""The fonts of page and paper.

The page carries WOFF2 slices that ``tools/make_fonts.py`` cut from the same open
fonts (renamed, as their licence asks of a changed font): cutting them anew for
each report took about a second a font. A slice is put into a page only if the
page has a character of it. Paper uses the whole fonts, which WeasyPrint subsets.
"""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reportgen.resources import package_dir, templates_dir


@dataclass(frozen=True)
class Face:
    """One style of one family, by its CSS names."""

    family: str
    weight: int
    style: str
    package: str | None
    file: str
    slices: tuple[str, ...] = ("base", "latin", "greek", "cyrillic")

    @property
    def name(self) -> str:
        """The beginning of its slices' file names, and its name in the PDF's addresses."""
        family = self.family.removeprefix("Report ").lower()
        return f"{family}-{self.weight}{'-italic' if self.style == 'italic' else ''}"

    @property
    def path(self) -> Path:
        """The whole font."""
        if self.package is None:
            return templates_dir() / "fonts" / self.file
        return package_dir(self.package) / self.file


_SERIF, _SANS = "font_source_serif_pro", "font_source_sans_pro"
FACES = (
    Face("Report Serif", 400, "normal", _SERIF, "files/SourceSerifPro-Regular.otf"),
    Face("Report Serif", 400, "italic", _SERIF, "files/SourceSerifPro-It.otf"),
    Face("Report Serif", 600, "normal", _SERIF, "files/SourceSerifPro-Semibold.otf"),
    Face("Report Sans", 400, "normal", _SANS, "files/SourceSansPro-Regular.otf"),
    Face("Report Sans", 400, "italic", _SANS, "files/SourceSansPro-It.otf"),
    Face("Report Sans", 600, "normal", _SANS, "files/SourceSansPro-Semibold.otf"),
    Face("Report Mono", 400, "normal", None, "report-mono.ttf"),
    Face("Report Symbols", 400, "normal", "ziafont", "fonts/DejaVuSans.ttf", ("symbols",)),
)
MATH_FACE = Face(
    "Report Math", 400, "normal", "ziamath", "fonts/STIXTwoMath-Regular.ttf", ("math",)
)
# The letters of formulas as ordinary letters, for formulas that are text.
MATH_ITALIC_FACE = Face("Report Math", 400, "italic", None, "report-math-italic.ttf", ("letters",))

FAMILIES = frozenset(face.family for face in (*FACES, MATH_FACE))

# Characters of each slice, as CSS writes them; the symbols are what the text fonts lack.
SLICES = {
    "base": (
        "U+20-7E,U+A0,U+A9,U+AB,U+B0-B3,U+B5,U+B7,U+B9,U+BB-BE,U+D7,U+F7,U+2013-2014,"
        "U+2018-2019,U+201C-201E,U+2022,U+2026,U+2032-2033,U+2190-2193,U+2212,U+221A,U+221E,"
        "U+2248,U+2260,U+2264-2265"
    ),
    "latin": "U+A1-A8,U+AA,U+AC-AF,U+B4,U+B6,U+B8,U+BA,U+BF-D6,U+D8-F6,U+F8-24F,U+1E00-1EFF,U+20AC",
    "greek": "U+370-3FF",
    "cyrillic": "U+400-4FF,U+2116",
    "letters": "U+41-5A,U+61-7A,U+3B1-3C9,U+3D1,U+3D5-3D6,U+3F0-3F1,U+3F5",
    "symbols": (
        "U+2009,U+2011,U+202F,U+207A-207E,U+208A-208E,U+2200-2203,U+2207-220B,U+2227-222B,"
        "U+2261,U+2282-2287,U+21D0-21D4,U+25A0-25FF,U+2713-2717,U+27E8-27E9"
    ),
    "math": (
        "U+20-7E,U+A0,U+AC,U+AF,U+B0-B1,U+B7,U+D7,U+F7,U+2C6,U+2DC,U+302-307,U+391-3D6,U+3F1,"
        "U+3F5,U+2016,U+2026,U+2032-2033,U+203E,U+2061-2063,U+20D7,U+210E,U+2112-2113,U+2115,U+211D,"
        "U+2190,U+2192,U+21A6,U+21D2,U+21D4,U+2202,U+2207-2209,U+220F,U+2211-2213,U+2217-221A,"
        "U+221D-221E,U+2223,U+2225,U+222B,U+223C,U+2248,U+2260-2261,U+2264-2265,U+226A-226B,"
        "U+2299,U+22A4,U+22C5,U+22EF,U+2308-230B,U+27E8-27E9,U+1D400-1D467,U+1D53C,U+1D6FC-1D71B"
    ),
}


@cache
def code_points(unicode_range: str) -> frozenset[int]:
    """The code points of a CSS ``unicode-range``."""
    points: set[int] = set()
    for part in unicode_range.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(points)


@cache
def _rule(face: Face, slice_name: str) -> str:
    path = templates_dir() / "fonts" / f"{face.name}-{slice_name}.woff2"
    if not path.is_file():
        return ""
    data = base64.b64encode(path.read_bytes()).decode()
    return (
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};'
        f"font-style:{face.style};font-display:block;unicode-range:{SLICES[slice_name]};"
        f'src:url(data:font/woff2;base64,{data})format("woff2")}}\n'
    )


def web_font_rules(text: str, *, italic: bool, families: Collection[str] = FAMILIES) -> str:
    """``@font-face`` rules, with the fonts inside, that the characters of a page need.

    Args:
        text: the page; every character in it counts, and ``<math`` and ``<var>`` ask for the
            formulas' fonts.
        italic: whether there is italic text.
        families: the CSS names of the families that the text is set in.

    """
    points = set(map(ord, set(text)))
    slices = {name for name, chars in SLICES.items() if not points.isdisjoint(code_points(chars))}
    faces = [*FACES]
    faces += [MATH_FACE] if "<math" in text else []
    faces += [MATH_ITALIC_FACE] if "<var>" in text else []
    return "".join(
        _rule(face, slice_name)
        for face in faces
        if (italic or face.style == "normal" or face is MATH_ITALIC_FACE)
        and face.family in families
        for slice_name in face.slices
        if slice_name in slices
    )
