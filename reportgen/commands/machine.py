"""The commands about this machine: missing parts, datasets, assignments, stored results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from reportgen.commands import options
from reportgen.errors import EXIT_FAILED

data_app = typer.Typer(help="The datasets: where they are, and how to get them.")
assignments_app = typer.Typer(help="The built-in assignments.")
cache_app = typer.Typer(help="Finished results, which builds reuse.")
GROUPS = {"data": data_app, "assignments": assignments_app, "cache": cache_app}


def doctor(data_dir: options.DataDir = None, cache_dir: options.CacheDir = None) -> None:
    """Say what is missing on this machine, and how to get it."""
    from reportgen.doctor import examine_machine

    cache = options.absolute(cache_dir) or options.usual_cache_folder()
    findings = examine_machine(
        options.search(data_dir, cache), cache_dir=cache, reports_dir=Path("reports").absolute()
    )
    for finding in findings:
        state = "ok" if finding.ok else "MISSING" if finding.required else "absent"
        typer.echo(f"{state:8} {finding.name}: {finding.detail}")
        if not finding.ok:
            typer.echo(f"{'':8} {finding.remedy}")
    if not all(finding.ok or not finding.required for finding in findings):
        raise typer.Exit(EXIT_FAILED)


@data_app.command("list")
def data_list(data_dir: options.DataDir = None, cache_dir: options.CacheDir = None) -> None:
    """List the datasets and where they are."""
    _print_datasets(data_dir, cache_dir, reread=False)


@data_app.command("verify")
def data_verify(data_dir: options.DataDir = None, cache_dir: options.CacheDir = None) -> None:
    """Read every file again and check it."""
    rows = _print_datasets(data_dir, cache_dir, reread=True)
    if any(row.state == "damaged" for row in rows):
        raise typer.Exit(EXIT_FAILED)


@data_app.command("fetch")
def data_fetch(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...")] = None,
    cache_dir: options.CacheDir = None,
    quiet: options.Quiet = False,
) -> None:
    """Download the full datasets that are not here yet."""
    from reportgen.datasets.listing import fetch_datasets

    with options.open_terminal(quiet) as terminal:
        found = fetch_datasets(
            options.search(None, options.cache_folder(cache_dir)),
            names or (),
            terminal.notice,
            terminal.download,
        )
    for located in found:
        typer.echo(f"{located.title}: {located.origin}")


@assignments_app.command("list")
def assignments_list() -> None:
    """List the built-in assignments."""
    from reportgen.config.assignments import built_in_names, load_assignment

    for name in built_in_names():
        typer.echo(f"{name:26} {load_assignment(name, Path.cwd()).settings.summary}")


@assignments_app.command("show")
def assignments_show(name: Annotated[str, typer.Argument()]) -> None:
    """Print an assignment's questions and what each requires."""
    from reportgen.config.assignments import describe_assignment, load_assignment

    typer.echo(describe_assignment(load_assignment(name, Path.cwd())))


@cache_app.command("info")
def cache_info(cache_dir: options.CacheDir = None, as_json: options.Json = False) -> None:
    """Say where results are kept, of which kinds, and how much room they take."""
    from reportgen.cache import describe_cache, summarize_cache

    summary = summarize_cache(options.cache_folder(cache_dir))
    typer.echo(json.dumps(summary.as_json()) if as_json else describe_cache(summary))


@cache_app.command("clear")
def cache_clear(cache_dir: options.CacheDir = None) -> None:
    """Remove all results; downloaded datasets stay."""
    from reportgen.cache import clear_cache

    typer.echo(clear_cache(options.cache_folder(cache_dir)))


def _print_datasets(data_dir: Path | None, cache_dir: Path | None, *, reread: bool) -> list[Any]:
    from reportgen.datasets.listing import list_datasets

    rows = list_datasets(options.search(data_dir, options.cache_folder(cache_dir)), reread=reread)
    for row in rows:
        found = row.located.origin if row.located else row.detail
        typer.echo(f"{row.name:14} {row.tier:7} {row.state:8} {found}")
        if row.located and row.detail:
            typer.echo(f"{'':31}{row.detail}")
    return list(rows)
