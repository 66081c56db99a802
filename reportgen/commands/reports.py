"""The commands that make reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from reportgen.commands.options import (
    AllowContradictionsOption,
    AssignmentOption,
    CacheDirOption,
    ConfigArgument,
    DataDirOption,
    FormatOption,
    JsonOption,
    OutputOption,
    QuietOption,
    SeedOption,
    TierOption,
    absolute,
    cache_folder,
    configuration_of,
    formats,
    open_terminal,
)


def build(
    config: ConfigArgument = None,
    assignment: AssignmentOption = None,
    output: OutputOption = None,
    format: FormatOption = None,  # noqa: A002  the option's name
    data: TierOption = None,
    data_dir: DataDirOption = None,
    seed: SeedOption = None,
    cache_dir: CacheDirOption = None,
    force: Annotated[bool, typer.Option("--force", help="Compute everything again.")] = False,
    allow_contradictions: AllowContradictionsOption = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Train, measure and write a report."""
    from reportgen.pipeline.build import BuildOptions, build_report

    configuration = configuration_of(
        config,
        assignment=assignment,
        seed=seed,
        data_dir=absolute(data_dir),
        **{"data.tier": data, "output.formats": formats(format)},
    )
    options = BuildOptions(cache_folder(cache_dir), output, force, allow_contradictions)
    with open_terminal(quiet, to_stderr=as_json) as terminal:
        result = build_report(configuration, options, terminal)
        terminal.built(result)
    if as_json:
        print(json.dumps(result.as_json(), ensure_ascii=False))  # noqa: T201
    result.require_all_formats()


def render(
    evidence_dir: Annotated[Path, typer.Argument(metavar="EVIDENCE_DIR")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR")],
    format: FormatOption = None,  # noqa: A002
    cache_dir: CacheDirOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write a report from evidence alone, without training."""
    from reportgen.pipeline.from_evidence import render_evidence

    with open_terminal(quiet) as terminal:
        render_evidence(evidence_dir, output, formats(format), cache_folder(cache_dir), terminal)


def check(
    config: ConfigArgument = None,
    assignment: AssignmentOption = None,
    data: TierOption = None,
    data_dir: DataDirOption = None,
    seed: SeedOption = None,
    cache_dir: CacheDirOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check configuration, templates and your own words against what was measured."""
    from reportgen.answers.prose_check.statements import describe_statement
    from reportgen.pipeline.check import check_configuration

    configuration = configuration_of(
        config,
        assignment=assignment,
        seed=seed,
        data_dir=absolute(data_dir),
        **{"data.tier": data},
    )
    with open_terminal(quiet=True, to_stderr=as_json) as terminal:
        found = check_configuration(configuration, cache_folder(cache_dir), terminal)
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
    as_json: JsonOption = False,
) -> None:
    """Tell which facts, verdicts and sentences differ between two reports."""
    from reportgen.diff import compare_reports, describe_difference

    found = compare_reports(old, new)
    typer.echo(
        json.dumps(found.as_json(), ensure_ascii=False) if as_json else describe_difference(found)
    )


def watch(
    config: ConfigArgument = None,
    assignment: AssignmentOption = None,
    output: OutputOption = None,
    format: FormatOption = None,  # noqa: A002
    data: TierOption = None,
    data_dir: DataDirOption = None,
    seed: SeedOption = None,
    cache_dir: CacheDirOption = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where to serve; by default a free port.")
    ] = 0,
) -> None:
    """Build again on every change, and show the report in the browser meanwhile."""
    from reportgen.watch import Watched, watch_and_build

    cache = cache_folder(cache_dir)
    given = [
        ("--data", data),
        ("--data-dir", absolute(data_dir)),
        ("--seed", seed),
        ("--cache-dir", cache),
        *(("--format", name) for name in formats(format) or ()),
    ]
    options = [str(word) for option in given if option[1] is not None for word in option]
    watched = Watched.find(config, assignment, output, options)
    watch_and_build(watched, cache, port, typer.echo)


def init(directory: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path()) -> None:
    """Write a commented report.toml and an answers/ folder to start from."""
    from reportgen.config.starter import write_starter

    for path in write_starter(directory):
        typer.echo(f"wrote {path}")
