"""The errors a user can meet, drawn as a tree.

    ReportgenError          exit code 1: the run failed
    ├── ConfigError         exit code 2: wrong usage or configuration
    ├── DataError           exit code 1: a dataset is missing or damaged
    ├── TrainingError       exit code 1: training cannot go on
    ├── StoreError          exit code 1: the store or the disk failed
    ├── RenderError         exit code 1: a template, a figure or the PDF failed
    └── MismatchError       exit code 3: a check found a mismatch

Every message is one to five lines: what is wrong, where, and the way out.
Only ``cli.main`` turns an error into an exit code.
"""

from __future__ import annotations

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_MISMATCH = 3
EXIT_INTERRUPTED = 130


class ReportgenError(Exception):
    """The root: something a user can act on went wrong."""

    exit_code = EXIT_FAILED


class ConfigError(ReportgenError):
    """A configuration, an assignment or a command line that cannot be used."""

    exit_code = EXIT_USAGE


class DataError(ReportgenError):
    """A dataset that is missing, damaged or not what it claims to be."""


class TrainingError(ReportgenError):
    """Training that cannot go on, for example because the loss is not finite."""


class StoreError(ReportgenError):
    """The store or an output folder cannot be read or written."""


class RenderError(ReportgenError):
    """A template, figure or document that cannot be rendered without a fault."""


class MismatchError(ReportgenError):
    """A check found that a report and its evidence disagree."""

    exit_code = EXIT_MISMATCH
