"""Finds the files that are installed with the program and with other packages, and fonts."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from reportgen.errors import RenderError


@cache
def templates_dir() -> Path:
    """The folder of layouts, styles, fonts and assignments.

    In a checkout it is the top-level ``templates/``; in an installed package,
    ``reportgen/templates/``.

    Raises:
        RenderError: the installation is incomplete.
    """
    package = Path(__file__).parent
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / "assignments").is_dir():
            return folder
    raise RenderError(
        f"the templates that belong to reportgen are not beside {package}.\n"
        "The installation is incomplete: install the package again."
    )


@cache
def package_dir(name: str) -> Path:
    """The folder of an installed package, found without importing it.

    Raises:
        RenderError: it is not installed.
    """
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise RenderError(
            f"the Python package {name} is not installed.\nInstall reportgen's dependencies again."
        )
    return Path(next(iter(spec.submodule_search_locations)))


@cache
def fonts_of_this_machine(pattern: str) -> tuple[Path, ...]:
    """The font files that match a Fontconfig pattern, sorted; none where Fontconfig is missing."""
    import subprocess

    # Printing sets this variable, so that Pango sees the packaged fonts only.
    environment = {key: value for key, value in os.environ.items() if key != "FONTCONFIG_FILE"}
    try:
        listing = subprocess.run(
            ["fc-list", pattern, "file"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(sorted(Path(line.rstrip(": ")) for line in listing.stdout.splitlines()))
