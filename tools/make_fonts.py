"""Cut the page's fonts: WOFF2 slices of the Source families, into templates/fonts/.

Run it again only when the slices or the fonts change; it needs fontTools with
Brotli and the variable Source Code Pro (package fontpkg-source-code-pro):

    python tools/make_fonts.py 'path/to/SourceCodePro[wght].ttf'

The fonts are under the SIL Open Font License, which reserves the name "Source"
for the originals, so that what is cut here is called Report Serif, Sans and Mono.
"""

from __future__ import annotations

import string
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from reportgen.render.fonts import FACES, MATH_FACE, MATH_ITALIC_FACE, SLICES, code_points
from reportgen.resources import templates_dir

FONTS = templates_dir() / "fonts"
# Unicode's mathematical italic letters, by the first of each alphabet.
MATH_ITALICS = {
    0x1D434: string.ascii_uppercase,
    0x1D44E: string.ascii_lowercase,
    0x1D6FC: "αβγδεζηθικλμνξοπρςστυφχψω∂ϵϑϰϕϱϖ",
}
FEATURES = ["kern", "liga", "ccmp", "locl", "mark", "mkmk", "tnum", "pnum", "lnum"]


def options(flavor: str | None) -> subset.Options:
    """What a cut keeps: no hints, no names, no time stamp."""
    chosen = subset.Options()
    chosen.flavor = flavor
    chosen.hinting = False
    chosen.layout_features = FEATURES
    chosen.recalc_timestamp = False
    chosen.notdef_outline = True
    chosen.name_IDs = [1, 2, 3, 4, 6] if flavor is None else []
    chosen.drop_tables = [*chosen.drop_tables, "FFTM"]
    return chosen


def cut(font: TTFont, points: frozenset[int], path: Path, flavor: str | None = "woff2") -> None:
    """Write the part of a font that draws the code points, if it draws any."""
    if points.isdisjoint(font.getBestCmap()):
        return
    chosen = options(flavor)
    subsetter = subset.Subsetter(chosen)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    subset.save_font(font, str(path), chosen)


def make_mono(variable: Path) -> None:
    """The regular weight of the monospace as a static font for paper."""
    font = instantiateVariableFont(
        TTFont(variable, recalcTimestamp=False), {"wght": 400}, static=True
    )
    for record in font["name"].names:
        text = record.toUnicode().replace("Source Code Pro", "Report Mono")
        record.string = text.replace("SourceCodePro", "ReportMono")
    slices = [*FACES[0].slices, "symbols"]
    points = frozenset().union(*(code_points(SLICES[name]) for name in slices))
    cut(font, points, FONTS / "report-mono.ttf", flavor=None)


def make_math_italic() -> None:
    """The mathematical italic letters of the formulas' font, as ordinary letters.

    A font for text: its lines are as high as those of the serif, and it has no table for formulas.
    """
    font = TTFont(MATH_FACE.path, recalcTimestamp=False)
    glyphs = font.getBestCmap()
    letters = {
        ord(letter): glyphs[0x210E if letter == "h" else first + place]
        for first, alphabet in MATH_ITALICS.items()
        for place, letter in enumerate(alphabet)
        if letter != "∂"
    }
    for table in font["cmap"].tables:
        if table.isUnicode():
            table.cmap = dict(letters)
    text = TTFont(FACES[0].path)
    for name in ("ascent", "descent", "lineGap"):
        setattr(font["hhea"], name, getattr(text["hhea"], name))
    for name in ("sTypoAscender", "sTypoDescender", "sTypoLineGap", "usWinAscent", "usWinDescent"):
        setattr(font["OS/2"], name, getattr(text["OS/2"], name))
    for record in font["name"].names:
        record.string = record.toUnicode().replace("STIX Two Math", "Report Math Italic")
        record.string = record.toUnicode().replace("STIXTwoMath", "ReportMath-Italic")
    del font["MATH"]
    cut(font, frozenset(letters), MATH_ITALIC_FACE.path, flavor=None)


def set_for_browsers(font: TTFont) -> None:
    """Thinner bars, and subscripts no lower below letters with a descender than below others.

    Browsers round bars up to whole pixels, and lower the subscript of a ``p`` by its descender,
    which TeX and the drawing on paper do not.
    """
    constants = font["MATH"].table.MathConstants
    for name in ("FractionRule", "RadicalRule", "OverbarRule"):
        getattr(constants, f"{name}Thickness").Value = 50
    constants.SubscriptBaselineDropMin.Value = 0


def main() -> None:
    """Write every slice of every face."""
    FONTS.mkdir(exist_ok=True)
    make_math_italic()
    if len(sys.argv) > 1:
        make_mono(Path(sys.argv[1]))
    for face in (*FACES, MATH_FACE, MATH_ITALIC_FACE):
        for slice_name in face.slices:
            font = TTFont(face.path, recalcTimestamp=False)
            path = FONTS / f"{face.name}-{slice_name}.woff2"
            if face is MATH_FACE:
                set_for_browsers(font)
            cut(font, code_points(SLICES[slice_name]), path)


if __name__ == "__main__":
    main()
