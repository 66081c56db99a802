"""The user's home folder, and how libraries go on where there is none.

A service, or a container under a number of its own, may run without HOME and without an entry
in the table of users. Libraries then stop while they are imported, or make a folder named "~".
"""

from __future__ import annotations

import os
from pathlib import Path

NO_HOME = os.devnull  # nothing can be made below it, not even by root


def stand_in_for_home() -> None:
    """Give libraries and child processes a home folder that holds nothing, where there is none."""
    if os.path.expanduser("~") == "~":  # noqa: PTH111  Path.home() raises an error here
        os.environ["HOME"] = NO_HOME


def is_homeless(folder: Path) -> bool:
    """Whether a folder would be in a home folder that is not there."""
    return folder.is_relative_to(NO_HOME)


def expanded(path: Path | str) -> Path:
    """A path that a person wrote, with ``~`` put in place where its user has a home folder."""
    return Path(os.path.expanduser(path))  # noqa: PTH111  Path.expanduser() raises an error
