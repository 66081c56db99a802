"""Pages under a browser with axe, the Nu checker, html-validate and a link checker."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NODE_MODULES = FOLDER / "node_modules"
SCHEMES = ("light", "dark")
WIDTHS = (320, 768, 1280)

Faults = dict[Path, list[str]]


def run(*command: str | Path, given: str | None = None, may_fail: bool = False) -> str:
    """What a command prints; its errors are those of the test."""
    # Rendering a PDF hides the system's fonts from this process, which a browser would not survive.
    environment = {name: value for name, value in os.environ.items() if name != "FONTCONFIG_FILE"}
    done = subprocess.run(
        [*map(str, command)],
        input=given,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert may_fail or done.returncode == 0, f"{command[0]} {command[1]}: {done.stderr[-3000:]}"
    return done.stdout


def run_in_browser(script: str, **asked: Any) -> Any:
    """The JSON that one of this folder's scripts prints after using Chromium."""
    given = json.dumps({"chromium": shutil.which("chromium"), **asked})
    return json.loads(run("node", FOLDER / script, given=given))


def page_faults(
    pages: Sequence[Path], schemes: Sequence[str] = SCHEMES, widths: Sequence[int] = WIDTHS
) -> dict[tuple[Path, str, int], list[str]]:
    """Per page, colour scheme and width: axe's violations, overflow, console, requests."""
    names = [str(page) for page in pages]
    found = run_in_browser("check_pages.mjs", pages=names, schemes=schemes, widths=widths)
    return {(Path(f["page"]), f["scheme"], f["width"]): f["faults"] for f in found}


def nu_faults(pages: Iterable[Path]) -> Faults:
    """Errors of the Nu HTML checker, by page."""
    jar = NODE_MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    pages = list(pages)
    options = ("--format", "json", "--errors-only", "--also-check-css", "--exit-zero-always")
    command = ("java", "-jar", jar, *options, "--stdout", *pages)
    faults: Faults = {page: [] for page in pages}
    for message in json.loads(run(*command))["messages"]:
        faults[Path(message["url"].removeprefix("file:"))].append(message["message"])
    return faults


def html_validate_faults(pages: Iterable[Path]) -> Faults:
    """What html-validate reports, by page."""
    found = json.loads(run("node", FOLDER / "validate_html.mjs", *pages))
    return {Path(result["file"]): result["faults"] for result in found}


def link_faults(files: Iterable[Path]) -> Faults:
    """Links and fragments of pages or Markdown that lead nowhere; nothing is asked of a network."""
    files = list(files)
    options = ("--offline", "--include-fragments", "--no-progress", "--format", "json")
    output = run(lychee(), *options, *files, may_fail=True)
    errors = json.loads(output)["error_map"]
    return {file: [error["url"] for error in errors.get(str(file), [])] for file in files}


def lychee() -> Path:
    import sys

    return Path(sys.executable).parent / "lychee"
