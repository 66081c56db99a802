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

_REPORT = """\
#:schema ./report.schema.json
# A report's configuration. Every line that begins with "# " can be switched on by removing it.
# Build with: reportgen build

# title = "Basic classification"
# author = "Your name"
# course = "Your course"
# date = 2026-01-31                  # without a date the report carries none
assignment = "fashion-and-digits"    # reportgen assignments list; or a folder: "./my-assignment"
seed = 0                             # of the initial weights and the order of images
# studies = ["double_softmax"]       # beside those of the assignment
# student_id = "s1234567"            # selections = "personal", here, draws all images from it
# salt = "long, random, yours alone" # and from this; the report carries image_seed in its place

# [data]
# tier = "auto"                      # "full", "sample", or "auto": full data if they can be had
# dir = "data"                       # relative to this file; holds mnist/, fashion_mnist/ and so on

# A dataset of your own: small grey images.
# [datasets.shapes]
# dir = "shapes"                     # train-images-idx3-ubyte[.gz] and the other three
# npz = "shapes.npz"                 # or one file with x_train, y_train, x_test, y_test
# class_names = ["dash", "pole"]

# What differs from the assignment, model by model.
# [models.digits]
# dataset = "mnist"
# layers = [{ dense = 128, activation = "relu" }, { dropout = 0.2 }]
# epochs = 10
# batch_size = 32
# optimizer = "adam"                 # or "sgd", "rmsprop"
# learning_rate = 0.001
# validation_split = 0.1
# output = "logits"                  # or "softmax": softmax inside the model

# Which images are shown: numbers, or "random" (drawn from the seed).
# reportgen assignments show fashion-and-digits lists the names.
# [selections]
# predict = [300]
# verify = "random"

# [output]
# formats = {formats}
# interactive = true
# paper = "a4"                       # or "letter"
# code = "appendix"                  # or "inline", in the answers; "none"; as the assignment has it
"""

_ANSWERS = """\
# Your own answers

A file `<question>.md` here replaces the built-in answer of that question, or precedes it if it
begins with these three lines:

    ---
    position: before
    ---

`reportgen assignments show NAME` lists the questions. Write Markdown. Numbers of the run can be
used as facts, so that they stay right when you build again:

    The test accuracy is {{ fact("models.digits.test.accuracy") | percent }}.
"""


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
    schema = json.dumps(report_schema(), indent=1) + "\n"
    files = {
        path: _REPORT.replace("{formats}", json.dumps([*FORMATS])).encode(),
        folder / SCHEMA_FILE: schema.encode(),
        answers / "README.txt": _ANSWERS.encode(),
    }
    if os.path.lexists(answers / "README.txt"):
        del files[answers / "README.txt"]
    with disk_errors(folder):
        for file, content in files.items():
            replace_file(file, content)
    return list(files)
