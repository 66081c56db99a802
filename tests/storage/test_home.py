"""Without HOME and without an entry in the table of users, as in many containers, all works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from reportgen.storage.home import expanded

# The table of users is asked where HOME is not set; here it knows nobody.
WITHOUT_HOME = """
import os, pwd, sys
del os.environ["HOME"]
def nobody(uid):
    raise KeyError(uid)
pwd.getpwuid = nobody
"""
RUN = f"{WITHOUT_HOME}from reportgen.cli import main; main()"


def run(folder: Path, *arguments: str, program: str = RUN) -> subprocess.CompletedProcess[str]:
    folder.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_a_user_is_found_to_have_no_home_by_the_test_itself() -> None:
    program = f"{WITHOUT_HOME}from pathlib import Path; Path.home()"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "Could not determine home directory" in done.stderr


@pytest.mark.slow
def test_a_whole_report_is_built_without_a_home_folder(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    options = ["--data", "sample", "-a", "digits-walkthrough", "-o", "report"]
    done = run(folder, "build", *options)
    assert done.returncode == 0, done.stderr
    assert (folder / "report/report.pdf").is_file()
    assert [path.name for path in folder.iterdir()] == ["report"]
    assert "warning" not in done.stderr.lower()
    assert "Fontconfig" not in done.stderr


def test_the_doctor_names_a_folder_for_results_where_there_is_no_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "project"
    assert run(folder, "doctor").returncode == 0
    monkeypatch.delenv("REPORTGEN_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    done = run(folder, "doctor")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("MISSING"))
    assert lines[place].endswith("cache folder: there is no home folder for it")
    assert lines[place + 1].strip() == f"export REPORTGEN_CACHE_DIR={folder}/reportgen-cache"
    assert list(folder.iterdir()) == []


def test_without_a_home_folder_a_folder_for_results_must_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REPORTGEN_CACHE_DIR")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    done = run(tmp_path / "project", "build")
    assert done.returncode == 2
    assert done.stderr.startswith("error: results are kept in the home folder")
    assert "REPORTGEN_CACHE_DIR" in done.stderr


def test_the_home_of_a_user_that_nobody_knows_stays_as_it_is_written(tmp_path: Path) -> None:
    assert expanded("~nobody-of-that-name/data") == Path("~nobody-of-that-name/data")
    (tmp_path / "project").mkdir()
    text = '[data]\ndir = "~nobody-of-that-name/data"\n'
    (tmp_path / "project/report.toml").write_text(text, encoding="utf-8")
    done = run(tmp_path / "project", "build", program="from reportgen.cli import main; main()")
    assert done.returncode == 1
    assert "~nobody-of-that-name/data: does not exist" in done.stderr


KERAS = """
from reportgen.training.tensorflow_setup import configure
configure(1)
import os, keras
print(keras.config.epsilon(), os.environ["KERAS_HOME"])
"""


@pytest.mark.slow
def test_settings_that_a_user_made_for_keras_change_no_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "keras.json").write_text('{"epsilon": 0.5, "floatx": "float64"}')
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    done = run(tmp_path / "project", program=KERAS)
    assert done.stdout == f"1e-07 {tmp_path}\n", done.stderr
