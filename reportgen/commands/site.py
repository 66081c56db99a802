"""The command that makes the site over many reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands import options


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
        bool, typer.Option("--pseudonyms", help="Publish without names and ids; needs -o.")
    ] = False,
    cache_dir: options.CacheDir = None,
    quiet: options.Quiet = False,
) -> None:
    """Make the static site: an index over the reports, ready to publish."""
    from reportgen.site.make import SiteOptions, make_site

    chosen = SiteOptions(
        reports, options.absolute(output), title, pseudonyms, options.cache_folder(cache_dir)
    )
    with options.open_terminal(quiet) as terminal:
        made = make_site(chosen, terminal)
        terminal.site_made(made)
    made.require_whole()
