"""The five built-in reports as text, made from trainings that never took place.

``python tests/support/snapshots.py`` (``make snapshots``) writes them anew. Read ``git diff``
before they are committed: what is kept is what the reports should say.
"""

from __future__ import annotations

import numpy as np
from measured import NAMES, composed, measured_evidence
from places import ROOT

from reportgen.answers.document import Figure
from reportgen.figures.drawing.pixels import png_file
from reportgen.figures.drawing.spec import Picture
from reportgen.render.markdown import render_markdown

PIXEL = png_file(np.zeros((1, 1), np.uint8))
FOLDER = ROOT / "tests" / "answers" / "snapshots"


def snapshot(name: str) -> str:
    """A report in Markdown: the same on every machine and with every version of a library."""
    evidence = measured_evidence(name)
    provenance = evidence.record["provenance"]
    provenance |= dict.fromkeys(("reportgen", "python", "tensorflow", "keras", "numpy"), "1.2.3")
    provenance["config_sha256"] = "0" * 64
    report = composed(name, evidence).report
    pictures = {
        figure.id: tuple(
            Picture(part, "image/png", PIXEL, 1.0, 1.0, alt)
            for part, alt in figure.spec.alt.items()
        )
        for figure in report.blocks
        if isinstance(figure, Figure)
    }
    return render_markdown(report, pictures)[0]


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in NAMES:
        (FOLDER / f"{each}.txt").write_text(snapshot(each), encoding="utf-8")
