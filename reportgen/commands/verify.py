"""The command that checks a submitted report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands import options


def verify(
    report: Annotated[
        Path, typer.Argument(metavar="PDF_OR_DIR", help="A report's PDF, or its folder.")
    ],
    retrain: Annotated[
        bool, typer.Option("--retrain", help="Train the models again and compare.")
    ] = False,
    roster: Annotated[
        Path | None,
        typer.Option(metavar="ROSTER", help="Is it this student's, with this student's images?"),
    ] = None,
    data_dir: options.DataDir = None,
    cache_dir: options.CacheDir = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Tell whether a report is what its evidence says."""
    from reportgen.datasets.sources import Search
    from reportgen.verify.findings import describe
    from reportgen.verify.verify import verify_report

    search = Search.on_this_machine(
        options.cache_folder(cache_dir), data_dir=options.absolute(data_dir), allow_download=False
    )
    with options.open_terminal(quiet, to_stderr=as_json) as terminal:
        found = verify_report(report, search, terminal, retrain=retrain, roster=roster)
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False))  # noqa: T201
    elif not quiet or not found.agrees:
        typer.echo(describe(found))
    found.require_agreement()
