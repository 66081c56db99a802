"""The command that makes the site over many reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.options import (
    CacheDirOption,
    QuietOption,
    absolute,
    cache_folder,
    open_terminal,
)


def site(
    reports: Annotated[
        Path, typer.Argument(metavar="[REPORTS_DIR]", help="The folder that holds the reports.")
    ] = Path("reports"),
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="DIR",
            help="A folder to publish; by default only REPORTS_DIR/index.html is written.",
        ),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="By default the course that the reports share.")
    ] = None,
    pseudonyms: Annotated[
        bool,
        typer.Option("--pseudonyms", help="Publish without names and ids; needs -o."),
    ] = False,
    cache_dir: CacheDirOption = None,
    quiet: QuietOption = False,
) -> None:
    """Make the static site: an index over the reports, ready to publish."""
    from reportgen.site.make import SiteOptions, make_site

    options = SiteOptions(reports, absolute(output), title, pseudonyms, cache_folder(cache_dir))
    with open_terminal(quiet) as terminal:
        made = make_site(options, terminal)
        terminal.site_made(made)
    made.require_whole()
