"""Import Matplotlib without its font list, and without touching the user's home.

On its first import by a user, Matplotlib searches all fonts of the system, which
takes up to minutes, and keeps the list in the home folder, or warns if it cannot.
The figures name the files of the fonts that they use, so that the list is not
needed: Matplotlib is shown an empty one, in a folder that lives only meanwhile.
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
from pathlib import Path


def import_matplotlib() -> None:
    """Import what the figures need of Matplotlib, in about 0.6 s; again, for nothing."""
    if "matplotlib.font_manager" in sys.modules:
        return
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
    # Where the version is not found, Matplotlib makes its list: slower, not wrong.
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
