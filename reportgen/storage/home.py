"""The user's home folder, which may be missing.

A service or a container may run without HOME and without an entry in the table of users. Libraries
then fail while they are imported, or make a folder named "~".
"""

from __future__ import annotations

import os
from pathlib import Path

NO_HOME = os.devnull  # nothing can be made below it, not even by root


def stand_in_for_home() -> None:
    """Set HOME to an empty folder, for libraries and child processes, if there is no home."""
    if os.path.expanduser("~") == "~":  # noqa: PTH111  Path.home() raises an error here
        os.environ["HOME"] = NO_HOME


def is_homeless(folder: Path) -> bool:
    """Whether a folder would be in a missing home folder."""
    return folder.is_relative_to(NO_HOME)


def expanded(path: Path | str) -> Path:
    """A path with ``~`` replaced by the home folder, if there is one."""
    return Path(os.path.expanduser(path))  # noqa: PTH111  Path.expanduser() raises an error
