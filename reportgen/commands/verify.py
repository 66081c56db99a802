"""The command that checks a submitted report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.options import (
    CacheDirOption,
    DataDirOption,
    JsonOption,
    QuietOption,
    absolute,
    cache_folder,
    open_terminal,
)


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
    data_dir: DataDirOption = None,
    cache_dir: CacheDirOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Tell whether a report is what its evidence says."""
    from reportgen.datasets.sources import Search
    from reportgen.verify.findings import describe
    from reportgen.verify.verify import Depth, verify_report

    search = Search.on_this_machine(
        cache_folder(cache_dir), data_dir=absolute(data_dir), allow_download=False
    )
    with open_terminal(quiet, to_stderr=as_json) as terminal:
        found = verify_report(report, Depth(search, retrain, roster), terminal)
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False))  # noqa: T201
    elif not quiet or not found.agrees:
        typer.echo(describe(found))
    found.require_agreement()
