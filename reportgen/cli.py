"""The commands, and the one boundary where an error becomes a message and an exit code.

Nothing heavy is imported here: each command imports what it runs.
"""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from reportgen import __version__
from reportgen.errors import EXIT_FAILED, EXIT_INTERRUPTED, ConfigError, ReportgenError

if TYPE_CHECKING:
    from reportgen.config import Configuration
    from reportgen.datasets.sources import Search
    from reportgen.terminal import Terminal

app = typer.Typer(
    help="Coursework reports on small Keras models: trained, measured and written by one command.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)
data_app = typer.Typer(help="The datasets: where they are, and how to get them.")
assignments_app = typer.Typer(help="The built-in assignments.")
app.add_typer(data_app, name="data")
app.add_typer(assignments_app, name="assignments")


class Format(StrEnum):
    """What can be written. Typer takes lists of enumerations, not of literals."""

    HTML = "html"
    PDF = "pdf"
    MD = "md"


Tier = Literal["auto", "full", "sample"]

ConfigArgument = Annotated[
    Path | None,
    typer.Argument(
        metavar="[CONFIG]", help="A report.toml; by default ./report.toml if it exists."
    ),
]
AssignmentOption = Annotated[
    str | None, typer.Option("-a", "--assignment", help="A built-in name, or a folder.")
]
TierOption = Annotated[Tier | None, typer.Option(help="Which data to use.")]
SeedOption = Annotated[int | None, typer.Option(min=0, max=2**31 - 1)]
OutputOption = Annotated[
    Path | None, typer.Option("-o", "--output", help="The report's own folder.", metavar="DIR")
]
FormatOption = Annotated[
    list[Format] | None, typer.Option("-f", "--format", help="Repeatable; by default all.")
]
DataDirOption = Annotated[
    Path | None,
    typer.Option(
        help="A folder that holds mnist/ and fashion_mnist/.",
        envvar="REPORTGEN_DATA_DIR",
        metavar="DIR",
    ),
]
CacheDirOption = Annotated[
    Path | None,
    typer.Option(help="Where results are kept.", envvar="REPORTGEN_CACHE_DIR", metavar="DIR"),
]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Print errors only.")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print a summary as JSON on standard output.")
]


def _help_without_command(context: typer.Context) -> None:
    """Print the help where a command was left out."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


data_app.callback(invoke_without_command=True)(_help_without_command)
assignments_app.callback(invoke_without_command=True)(_help_without_command)


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show a traceback when something fails.")
    ] = False,
) -> None:
    _Boundary.debug = debug
    if version:
        typer.echo(f"reportgen {__version__}")
        raise typer.Exit
    _help_without_command(context)


@app.command()
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
    allow_contradictions: Annotated[
        bool,
        typer.Option(
            "--allow-contradictions", help="Print contradicted statements, marked as such."
        ),
    ] = False,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Train, measure and write a report."""
    from reportgen.build import BuildOptions
    from reportgen.build import build as run

    configuration = _configuration(
        config,
        assignment=assignment,
        seed=seed,
        data_dir=_absolute(data_dir),
        **{
            "data.tier": data,
            "output.formats": _formats(format),
        },
    )
    options = BuildOptions(_cache_dir(cache_dir), output, force, allow_contradictions)
    with _terminal(quiet, to_stderr=as_json) as terminal:
        result = run(configuration, options, terminal)
        terminal.built(result)
    if as_json:
        print(json.dumps(result.as_json(), ensure_ascii=False))  # noqa: T201


@app.command()
def render(
    evidence_dir: Annotated[Path, typer.Argument(metavar="EVIDENCE_DIR")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="DIR")],
    format: FormatOption = None,  # noqa: A002
    cache_dir: CacheDirOption = None,
    quiet: QuietOption = False,
) -> None:
    """Write a report from evidence alone, without training."""
    from reportgen.rerender import render_evidence

    with _terminal(quiet) as terminal:
        render_evidence(evidence_dir, output, _formats(format), _cache_dir(cache_dir), terminal)


@app.command()
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
    from reportgen.check import check as run
    from reportgen.contradictions import describe

    configuration = _configuration(
        config,
        assignment=assignment,
        seed=seed,
        data_dir=_absolute(data_dir),
        **{"data.tier": data},
    )
    with _terminal(quiet=True, to_stderr=as_json) as terminal:
        found = run(configuration, _cache_dir(cache_dir), terminal)
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False))  # noqa: T201
    else:
        for statement in found.statements:
            typer.echo(describe(statement))
        typer.echo(found.summary())
    found.require_no_contradiction()


@app.command()
def init(directory: Annotated[Path, typer.Argument(metavar="[DIR]")] = Path()) -> None:
    """Write a commented report.toml and an answers/ folder to start from."""
    from reportgen.starter import write_starter

    for path in write_starter(directory):
        typer.echo(f"wrote {path}")


@app.command()
def doctor(data_dir: DataDirOption = None, cache_dir: CacheDirOption = None) -> None:
    """Say what is missing on this machine, and how to get it."""
    from reportgen.doctor import examine

    cache = _cache_dir(cache_dir)
    findings = examine(
        _search(data_dir, cache), cache_dir=cache, reports_dir=Path("reports").absolute()
    )
    for finding in findings:
        state = "ok" if finding.ok else "MISSING" if finding.required else "absent"
        typer.echo(f"{state:8} {finding.name}: {finding.detail}")
        if not finding.ok:
            typer.echo(f"{'':8} {finding.remedy}")
    if not all(finding.ok or not finding.required for finding in findings):
        raise typer.Exit(EXIT_FAILED)


@data_app.command("list")
def data_list(data_dir: DataDirOption = None, cache_dir: CacheDirOption = None) -> None:
    """List the datasets and where they are."""
    _print_datasets(data_dir, cache_dir, reread=False)


@data_app.command("verify")
def data_verify(data_dir: DataDirOption = None, cache_dir: CacheDirOption = None) -> None:
    """Read every file again and check it."""
    rows = _print_datasets(data_dir, cache_dir, reread=True)
    if any(row.state == "damaged" for row in rows):
        raise typer.Exit(EXIT_FAILED)


@data_app.command("fetch")
def data_fetch(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...")] = None,
    cache_dir: CacheDirOption = None,
    quiet: QuietOption = False,
) -> None:
    """Download the full datasets that are not here yet."""
    from reportgen.datasets.listing import fetch_datasets

    with _terminal(quiet) as terminal:
        found = fetch_datasets(
            _search(None, _cache_dir(cache_dir)), names or (), terminal.notice, terminal.download
        )
    for located in found:
        typer.echo(f"{located.title}: {located.origin}")


@assignments_app.command("list")
def assignments_list() -> None:
    """List the built-in assignments."""
    from reportgen.assignments import built_in_names, load_assignment

    for name in built_in_names():
        typer.echo(f"{name:26} {load_assignment(name, Path.cwd()).settings.summary}")


@assignments_app.command("show")
def assignments_show(name: Annotated[str, typer.Argument()]) -> None:
    """Print an assignment's questions and what each requires."""
    from reportgen.assignments import describe, load_assignment

    typer.echo(describe(load_assignment(name, Path.cwd())))


def _configuration(path: Path | None, **changes: Any) -> Configuration:
    from reportgen.config import load_config, with_changes

    return with_changes(load_config(path), **changes)


def _formats(given: list[Format] | None) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(each.value for each in given)) if given else None


def _absolute(path: Path | None) -> Path | None:
    return path.expanduser().absolute() if path is not None else None


def _cache_dir(named: Path | None) -> Path:
    if named is not None:
        return named.expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("reportgen")


def _search(data_dir: Path | None, cache_dir: Path) -> Search:
    from reportgen.datasets.sources import Search

    return Search.on_this_machine(cache_dir, data_dir=_absolute(data_dir))


def _terminal(quiet: bool, *, to_stderr: bool = False) -> Terminal:
    from reportgen.terminal import Terminal

    return Terminal(quiet=quiet, to_stderr=to_stderr)


def _print_datasets(data_dir: Path | None, cache_dir: Path | None, *, reread: bool) -> list[Any]:
    from reportgen.datasets.listing import list_datasets

    rows = list_datasets(_search(data_dir, _cache_dir(cache_dir)), reread=reread)
    for row in rows:
        typer.echo(f"{row.name:14} {row.tier:7} {row.state:8} {row.origin or row.detail}")
        if row.origin and row.detail:
            typer.echo(f"{'':31}{row.detail}")
    return list(rows)


# The parser's error for wrong usage has no public name of its own, but its child has.
USAGE_ERROR: Any = typer.BadParameter.__mro__[1]


class _Boundary:
    debug = "--debug" in sys.argv


def main() -> NoReturn:
    """Run the command line and exit."""
    try:
        app(standalone_mode=False)
        code = 0
    except typer.Exit as ending:
        code = ending.exit_code
    except ReportgenError as error:
        if _Boundary.debug:
            raise
        code = _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted; what was finished is kept.", file=sys.stderr)  # noqa: T201
        # Threads of native code may still run an epoch: they are not waited for.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EXIT_FAILED
    except Exception as error:
        code = _fail_unexpected(error)
    sys.exit(code)


def _fail(message: str, code: int) -> int:
    print(f"error: {message}", file=sys.stderr)  # noqa: T201
    return code


def _fail_unexpected(error: Exception) -> int:
    if isinstance(error, USAGE_ERROR):
        path = error.ctx.command_path if error.ctx is not None else "reportgen"
        message = error.format_message().removeprefix("Value error, ")
        return _fail(f"{message}\nTry: {path} --help", ConfigError.exit_code)
    if _Boundary.debug:
        raise error
    return _fail(
        f"{type(error).__name__}: {error}\n"
        "This is a fault in reportgen. Run the command again with --debug for a traceback:\n"
        "reportgen --debug ...",
        EXIT_FAILED,
    )
