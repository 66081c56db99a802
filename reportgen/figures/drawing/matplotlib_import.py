"""Import Matplotlib without the system's fonts, the user's settings or files in the home.

On a user's first import, Matplotlib searches all fonts of the system, which can take
minutes, and keeps the list in the home folder, or warns if it cannot. The figures use
fonts that come with packages and do not need that list. ``import_matplotlib`` therefore
writes an empty list to a temporary folder, which it removes after the import. ``axes``
adds the packaged fonts to the list.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import json
import os
import re
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from reportgen.figures.drawing.style import COLOURS, HAIRLINE, INK, MUTED, TEXT_SIZE, TRACK

# On top of Matplotlib's defaults: the same drawings on every machine, in the figures' look.
_SETTINGS: dict[str, Any] = {
    "svg.hashsalt": "reportgen",
    "svg.fonttype": "path",
    "path.simplify": False,
    "text.parse_math": False,  # class names may hold dollar signs
    "font.family": "Source Sans Pro",
    "font.size": TEXT_SIZE,
    "text.color": INK,
    "axes.titlesize": TEXT_SIZE,
    "axes.titleweight": "semibold",
    "axes.titlelocation": "left",
    "axes.labelcolor": MUTED,
    "axes.edgecolor": MUTED,
    "axes.linewidth": HAIRLINE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.prop_cycle": f"cycler(color={list(COLOURS.values())})",
    "grid.color": TRACK,
    "grid.linewidth": 0.8,
    **{f"{axis}tick.{part}": MUTED for axis in "xy" for part in ("color", "labelcolor")},
    **{f"{axis}tick.labelsize": TEXT_SIZE for axis in "xy"},
    "figure.titlesize": TEXT_SIZE,
    "figure.titleweight": "semibold",
    "legend.fontsize": TEXT_SIZE,
    "legend.frameon": False,
}


@cache
def import_matplotlib() -> None:
    """Import the parts of Matplotlib that all figures need (0.6 s), and fix its settings."""
    if "matplotlib.font_manager" not in sys.modules:
        _import_with_empty_font_list()
    import matplotlib as mpl

    # A user's matplotlibrc must not change a figure. The backend stays unset: no windows.
    settings: dict[Any, Any] = {**mpl.rcParamsDefault, **_SETTINGS}
    settings.pop("backend")
    mpl.rcParams.update(settings)


def _import_with_empty_font_list() -> None:
    before = os.environ.get("MPLCONFIGDIR")
    with tempfile.TemporaryDirectory(prefix="reportgen-matplotlib-") as folder:
        os.environ["MPLCONFIGDIR"] = folder
        try:
            import matplotlib as mpl

            _write_empty_font_list(Path(folder))
            mpl.get_cachedir()
            importlib.import_module("matplotlib.font_manager")
        finally:
            if before is None:
                del os.environ["MPLCONFIGDIR"]
            else:
                os.environ["MPLCONFIGDIR"] = before


def _write_empty_font_list(folder: Path) -> None:
    # If the version is not found, Matplotlib makes its own list, which is only slower.
    found = importlib.util.find_spec("matplotlib.font_manager")
    assert found is not None
    assert found.origin is not None
    source = Path(found.origin).read_text(encoding="utf-8")
    version = re.search(r"^class FontManager:.*?^    __version__ = (\S+)$", source, re.M | re.S)
    if version is None:
        return
    number = ast.literal_eval(version[1])
    fonts = {
        "__class__": "FontManager",
        "_version": number,
        "_FontManager__default_weight": "normal",
        "default_size": None,
        "defaultFamily": {"ttf": "DejaVu Sans", "afm": "Helvetica"},
        "afmlist": [],
        "ttflist": [],
    }
    text = json.dumps(fonts)
    (folder / f"fontlist-v{number}.json").write_text(text, encoding="utf-8")
