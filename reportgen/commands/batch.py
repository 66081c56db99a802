"""The command that makes the reports of a whole class."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reportgen.commands import options
from reportgen.errors import ConfigError

if TYPE_CHECKING:
    from reportgen.batch.workers import Workers
    from reportgen.commands.terminal import Terminal


def batch(
    roster: Annotated[
        Path, typer.Argument(metavar="ROSTER", help="A CSV or TOML file, one student a row.")
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The batch's own folder.", metavar="DIR")
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("-j", "--jobs", min=1, max=1024, help="Processes; by default one a core."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            help="A Dask scheduler: tcp://host:port. Needs reportgen[dask].", metavar="ADDRESS"
        ),
    ] = None,
    assignment: options.Assignment = None,
    format: options.Format = None,  # noqa: A002  the option's name
    data: options.Data = None,
    data_dir: options.DataDir = None,
    cache_dir: options.CacheDir = None,
    allow_contradictions: options.AllowContradictions = False,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Make one report a row of a roster; what is there already is left as it is."""
    from reportgen.batch.roster import read_roster
    from reportgen.batch.run import BatchOptions, make_batch

    rows = read_roster(
        roster,
        assignment=assignment,
        data_dir=options.absolute(data_dir),
        **{"data.tier": data, "output.formats": options.formats(format)},
    )
    chosen = BatchOptions(options.cache_folder(cache_dir), output, allow_contradictions)
    with (
        options.open_terminal(quiet, to_stderr=as_json) as terminal,
        _open_workers(jobs, scheduler, terminal) as workers,
    ):
        result = make_batch(roster, rows, workers, chosen, terminal)
        terminal.batch_ended(result)
    if as_json:
        print(json.dumps(result.as_json(), ensure_ascii=False))  # noqa: T201
    result.require_no_failure()


def _open_workers(
    jobs: int | None, scheduler: str | None, terminal: Terminal
) -> AbstractContextManager[Workers]:
    if scheduler is None:
        from reportgen.batch.workers import open_local

        return open_local(jobs)
    if jobs is not None:
        raise ConfigError("--jobs is about this machine; a cluster has its own workers.")
    from reportgen.batch.cluster import open_cluster

    return open_cluster(scheduler, terminal.notice)
