"""Pictures of a made-up report's pages, and how they are compared with those that are kept.

``python tests/documents/golden_pictures.py`` (``make golden``) takes them anew. Look at each
before it is committed: what is kept is what the pages should look like.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FOLDER = Path(__file__).parent
GOLDEN = FOLDER / "golden"
SHOTS = {"light-1280": ("light", 1280), "dark-1280": ("dark", 1280), "light-320": ("light", 320)}
DPI = 100
LEVELS = 32  # shades of grey that are kept
MOST_DIFFERENT = 0.001  # share of pixels
STEP = 3 * 255 / (LEVELS - 1)  # a pixel that differs by less is the same


def take_pictures(folder: Path) -> dict[str, Path]:
    """Pictures of every page of the made-up report, in the browser and on paper, by name."""
    from documents.html_checkers import run, run_in_browser
    from made_up_report import made_up_pictures, made_up_report

    from reportgen.render.html import render_html
    from reportgen.render.pdf import render_pdf

    report, figures = made_up_report(), made_up_pictures()
    page, paper = folder / "index.html", folder / "report.pdf"
    page.write_text(render_html(report, figures), encoding="utf-8")
    paper.write_bytes(render_pdf(report, figures, attachments={}, epoch=0))
    shots = [
        {"page": str(page), "scheme": scheme, "width": width, "to": str(folder / f"{name}.png")}
        for name, (scheme, width) in SHOTS.items()
    ]
    run_in_browser("pictures.mjs", shots=shots)
    run("pdftoppm", "-r", str(DPI), "-gray", "-png", paper, folder / "paper")
    taken = {}
    for file in sorted(folder.glob("*.png")):
        image = Image.open(file).convert("L").quantize(LEVELS, dither=Image.Dither.NONE)
        image.save(file, optimize=True)
        taken[file.stem] = file
    return taken


def difference(one: Path, other: Path) -> float:
    """The share of pixels that differ visibly; 1 where the sizes differ."""
    first, second = _greys(one), _greys(other)
    if first.shape != second.shape:
        return 1.0
    return float((np.abs(first - second) > STEP).mean())


def _greys(file: Path) -> NDArray[np.int16]:
    return np.asarray(Image.open(file).convert("L"), dtype=np.int16)


def main() -> None:
    """Keep new pictures in place of the old."""
    sys.path[:0] = [str(FOLDER.parent), str(FOLDER.parent / "support")]
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        for name, file in take_pictures(Path(folder)).items():
            (GOLDEN / f"{name}.png").write_bytes(file.read_bytes())


if __name__ == "__main__":
    main()
