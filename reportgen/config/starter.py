"""What ``reportgen init`` writes: a commented configuration and a folder for answers."""

from __future__ import annotations

import json
import os
from pathlib import Path

from reportgen.config.configuration import DEFAULT_FILE
from reportgen.config.settings import report_schema
from reportgen.errors import ConfigError
from reportgen.report_folder import FORMATS
from reportgen.storage.disk import disk_errors, is_folder, replace_file

SCHEMA_FILE = "report.schema.json"
_TEXTS = Path(__file__).parent


def write_starter(folder: Path) -> list[Path]:
    """Write the starting files into a folder and return their paths.

    An ``answers/README.txt`` that exists is left as it is.

    Raises:
        ConfigError: a ``report.toml`` exists, or ``answers`` is a link or a file; nothing is
            written then.
        StoreError: the folder cannot be written.
    """
    path, answers = folder / DEFAULT_FILE, folder / "answers"
    if os.path.lexists(path):
        raise ConfigError(f"{path} exists already and is left alone. Name another folder.")
    if os.path.lexists(answers) and not is_folder(answers):
        what = "a link, and nothing is written through it" if answers.is_symlink() else "a file"
        raise ConfigError(f"{answers} is {what}. Move it away, or name another folder.")
    report = (_TEXTS / "starter.toml").read_text(encoding="utf-8")
    schema = json.dumps(report_schema(), indent=1) + "\n"
    files = {
        path: report.replace("{formats}", json.dumps([*FORMATS])).encode(),
        folder / SCHEMA_FILE: schema.encode(),
        answers / "README.txt": (_TEXTS / "starter_answers.txt").read_bytes(),
    }
    if os.path.lexists(answers / "README.txt"):
        del files[answers / "README.txt"]
    with disk_errors(folder):
        for file, content in files.items():
            replace_file(file, content)
    return list(files)
