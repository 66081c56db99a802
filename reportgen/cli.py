"""The command line, and the one boundary where an error becomes a message and an exit code.

Nothing heavy is imported here: each command imports what it runs.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from reportgen import __version__
from reportgen.commands import batch as batches
from reportgen.commands import machine, reports, site
from reportgen.commands import verify as verification
from reportgen.errors import EXIT_FAILED, EXIT_INTERRUPTED, ConfigError, ReportgenError
from reportgen.storage.disk import DISK_ERRORS, disk_message
from reportgen.storage.home import stand_in_for_home

app = typer.Typer(
    help="Coursework reports on small Keras models: trained, measured and written by one command.",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)
for command in (
    *(reports.build, reports.render, reports.check, reports.diff, reports.watch, reports.init),
    *(batches.batch, site.site, verification.verify, machine.doctor),
):
    app.command()(command)
for name, group in machine.GROUPS.items():
    app.add_typer(group, name=name)


def help_without_command(context: typer.Context) -> None:
    """Print the help where a command was left out."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for group in machine.GROUPS.values():
    group.callback(invoke_without_command=True)(help_without_command)


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
    help_without_command(context)


# The parser's error for wrong usage has no public name, but a child class has.
USAGE_ERROR: Any = typer.BadParameter.__mro__[1]


class _Boundary:
    debug = "--debug" in sys.argv


def main() -> NoReturn:
    """Run the command line and exit."""
    stand_in_for_home()
    _end_as_interrupted()
    try:
        # Typer returns an exit code for its own Exit and for Ctrl-C.
        ending = app(standalone_mode=False)
        code = ending if isinstance(ending, int) else 0
        if code == EXIT_INTERRUPTED:
            raise KeyboardInterrupt
    except ReportgenError as error:
        if _Boundary.debug:
            raise
        code = _fail(str(error), error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _ignore_interruptions()
        with contextlib.suppress(OSError):  # the terminal may be gone
            print("interrupted; what was finished is kept.", file=sys.stderr)  # noqa: T201
        # Threads of native code may still run an epoch; do not wait for them.
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = EXIT_FAILED
    except OSError as error:
        code = _fail_on_disk(error)
    except Exception as error:
        code = _fail_unexpected(error)
    sys.exit(code)


# The signals sent when a terminal closes, a service stops or a job exceeds its time limit.
_ENDINGS = (signal.SIGTERM, signal.SIGHUP)


def _end_as_interrupted() -> None:
    """Treat these signals as Ctrl-C; one that is ignored (nohup) stays ignored."""
    for each in _ENDINGS:
        if signal.getsignal(each) is signal.SIG_DFL:
            signal.signal(each, signal.default_int_handler)


def _ignore_interruptions() -> None:
    """Ignore a second Ctrl-C and further signals, so that they do not disturb the exit."""
    for each in (signal.SIGINT, *_ENDINGS):
        signal.signal(each, signal.SIG_IGN)


def _fail(message: str, code: int) -> int:
    print(f"error: {message}", file=sys.stderr)  # noqa: T201
    return code


def _fail_on_disk(error: OSError) -> int:
    """Report a full disk, or another disk error that a library raised."""
    if error.errno not in DISK_ERRORS:
        return _fail_unexpected(error)
    path = Path(os.fsdecode(error.filename)) if error.filename else Path("a temporary file")
    return _fail(disk_message(path, error), EXIT_FAILED)


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
