"""The commands that make reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands import options


def build(
    config: options.Config = None,
    assignment: options.Assignment = None,
    output: options.Output = None,
    format: options.Format = None,  # noqa: A002  the option's name
    data: options.Data = None,
    data_dir: options.DataDir = None,
    seed: options.Seed = None,
    cache_dir: options.CacheDir = None,
    force: Annotated[bool, typer.Option("--force", help="Compute everything again.")] = False,
    allow_contradictions: options.AllowContradictions = False,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Train, measure and write a report."""
    from reportgen.pipeline.build import BuildOptions, build_report

    configuration = options.configuration_of(
        config,
        assignment=assignment,
        seed=seed,
        data_dir=options.absolute(data_dir),
        **{"data.tier": data, "output.formats": options.formats(format)},
    )
    chosen = BuildOptions(options.cache_folder(cache_dir), output, force, allow_contradictions)
    with options.open_terminal(quiet, to_stderr=as_json) as terminal:
        result = build_report(configuration, chosen, terminal)
        terminal.built(result)
    if as_json:
        print(json.dumps(result.as_json(), ensure_ascii=False))  # noqa: T201
    result.require_all_formats()


def render(
    evidence_dir: Annotated[Path, typer.Argument(metavar="EVIDENCE_DIR")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR")],
    format: options.Format = None,  # noqa: A002
    cache_dir: options.CacheDir = None,
    quiet: options.Quiet = False,
) -> None:
    """Write a report from evidence alone, without training."""
    from reportgen.pipeline.from_evidence import render_evidence

    with options.open_terminal(quiet) as terminal:
        render_evidence(
            evidence_dir, output, options.formats(format), options.cache_folder(cache_dir), terminal
        )


def check(
    config: options.Config = None,
    assignment: options.Assignment = None,
    data: options.Data = None,
    data_dir: options.DataDir = None,
    seed: options.Seed = None,
    cache_dir: options.CacheDir = None,
    as_json: options.Json = False,
) -> None:
    """Check configuration, templates and your own words against what was measured."""
    from reportgen.answers.prose_check.statements import describe_statement
    from reportgen.pipeline.check import check_configuration

    configuration = options.configuration_of(
        config,
        assignment=assignment,
        seed=seed,
        data_dir=options.absolute(data_dir),
        **{"data.tier": data},
    )
    with options.open_terminal(quiet=True, to_stderr=as_json) as terminal:
        found = check_configuration(configuration, options.cache_folder(cache_dir), terminal)
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False))  # noqa: T201
    else:
        for statement in found.statements:
            typer.echo(describe_statement(statement))
        typer.echo(found.summary())
    found.require_no_contradiction()


def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A report's folder or evidence.json.")],
    new: Annotated[Path, typer.Argument(metavar="NEW")],
    as_json: options.Json = False,
) -> None:
    """Tell which facts, verdicts and sentences differ between two reports."""
    from reportgen.diff import compare_reports, describe_difference

    found = compare_reports(old, new)
    typer.echo(
        json.dumps(found.as_json(), ensure_ascii=False) if as_json else describe_difference(found)
    )


def watch(
    config: options.Config = None,
    assignment: options.Assignment = None,
    output: options.Output = None,
    format: options.Format = None,  # noqa: A002
    data: options.Data = None,
    data_dir: options.DataDir = None,
    seed: options.Seed = None,
    cache_dir: options.CacheDir = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where to serve; by default a free port.")
    ] = 0,
) -> None:
    """Build again on every change, and show the report in the browser meanwhile."""
    from reportgen.watch import Watched, watch_and_build

    cache = options.cache_folder(cache_dir)
    given = [
        ("--data", data),
        ("--data-dir", options.absolute(data_dir)),
        ("--seed", seed),
        ("--cache-dir", cache),
        *(("--format", name) for name in options.formats(format) or ()),
    ]
    chosen = [str(word) for option in given if option[1] is not None for word in option]
    watched = Watched.find(config, assignment, output, chosen)
    watch_and_build(watched, cache, port, typer.echo)


def init(directory: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path()) -> None:
    """Write a commented report.toml and an answers/ folder to start from."""
    from reportgen.config.starter import write_starter

    for path in write_starter(directory):
        typer.echo(f"wrote {path}")
