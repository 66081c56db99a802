"""The options that commands share, and the values that they stand for."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from reportgen.datasets.catalogue import BUILTINS
from reportgen.errors import ConfigError
from reportgen.report_folder import FORMATS
from reportgen.storage.home import expanded, is_homeless

if TYPE_CHECKING:
    from reportgen.commands.terminal import Terminal
    from reportgen.config.configuration import Configuration
    from reportgen.datasets.sources import Search


# Typer takes lists of enumerations, not of literals.
FormatName = StrEnum("FormatName", [*FORMATS])  # type: ignore[misc]

Config = Annotated[
    Path | None,
    typer.Argument(
        metavar="[CONFIG]", help="A report.toml; by default ./report.toml if it exists."
    ),
]
Assignment = Annotated[
    str | None, typer.Option("-a", "--assignment", help="A built-in name, or a folder.")
]
Data = Annotated[Literal["auto", "full", "sample"] | None, typer.Option(help="Which data to use.")]
Seed = Annotated[int | None, typer.Option(min=0, max=2**31 - 1)]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="The report's own folder.", metavar="DIR")
]
Format = Annotated[
    list[FormatName] | None, typer.Option("-f", "--format", help="Repeatable; by default all.")
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        help=f"A folder that holds {' and '.join(f'{name}/' for name in BUILTINS)}.",
        envvar="REPORTGEN_DATA_DIR",
        metavar="DIR",
    ),
]
CacheDir = Annotated[
    Path | None,
    typer.Option(help="Where results are kept.", envvar="REPORTGEN_CACHE_DIR", metavar="DIR"),
]
AllowContradictions = Annotated[
    bool,
    typer.Option("--allow-contradictions", help="Print contradicted statements, marked as such."),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print errors only.")]
Json = Annotated[bool, typer.Option("--json", help="Print a summary as JSON on standard output.")]


def configuration_of(path: Path | None, **changes: Any) -> Configuration:
    """The configuration in a file, or the default one, with what the command line changes."""
    from reportgen.config.configuration import load_config, with_changes

    return with_changes(load_config(path), **changes)


def formats(given: list[FormatName] | None) -> tuple[str, ...] | None:
    """The formats that were asked for, each once; None for the configuration's own."""
    return tuple(dict.fromkeys(each.value for each in given)) if given else None


def absolute(path: Path | None) -> Path | None:
    """The absolute path, with ``~`` expanded; None stays None."""
    return expanded(path).absolute() if path is not None else None


def cache_folder(named: Path | None) -> Path:
    """Where results are kept: the named folder, or the user's own.

    Raises:
        ConfigError: none was named, and the user has no home folder.
    """
    folder = absolute(named) or usual_cache_folder()
    if is_homeless(folder):
        raise ConfigError(
            "results are kept in the home folder, and there is none here.\n"
            "Name a folder for them with --cache-dir, or: export REPORTGEN_CACHE_DIR=/a/folder"
        )
    return folder


def usual_cache_folder() -> Path:
    """Where results are kept unless a folder is named."""
    from platformdirs import user_cache_path

    return user_cache_path("reportgen")


def search(data_dir: Path | None, cache_dir: Path) -> Search:
    """Where datasets are looked for."""
    from reportgen.datasets.sources import Search

    return Search.on_this_machine(cache_dir, data_dir=absolute(data_dir))


def open_terminal(quiet: bool, *, to_stderr: bool = False) -> Terminal:
    """The output of a command's progress and results on the terminal."""
    from reportgen.commands.terminal import Terminal

    return Terminal(quiet=quiet, to_stderr=to_stderr)
