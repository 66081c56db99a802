"""The set-up that make runs: what it installs, and what it says when it cannot."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from places import ROOT

from reportgen import native_libraries

SCRIPT = ROOT / "tools" / "set_up.py"


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module that cannot install system packages."""
    spec = importlib.util.spec_from_file_location("set_up", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(sys, "argv", ["set_up.py"])
    monkeypatch.setattr(module, "install_debian_packages", lambda packages: None)
    monkeypatch.setattr(native_libraries, "system_family", lambda: "debian")
    return module


def test_unsupported_python_is_named_with_the_way_out() -> None:
    pretend = (
        "import runpy, sys; sys.version_info = (3, 10, 4, 'final', 0); "
        f"sys.argv = ['set_up.py']; runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("error: Python 3.11 to 3.13 is needed")
    assert "3.10.4" in done.stderr
    assert "make PYTHON=python3.13" in done.stderr


def test_bare_debian_gets_one_command_for_all_that_is_missing(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(set_up, "can_make_venv", lambda: False)
    monkeypatch.setattr(set_up, "install_package", lambda development: pytest.fail("installed"))
    monkeypatch.setattr(native_libraries, "missing_native_libraries", lambda: ["Pango"])
    assert set_up.main() == 1
    error, command = capsys.readouterr().err.splitlines()
    assert error.startswith("error: ")
    assert f"apt-get install -y --no-install-recommends python3.{sys.version_info.minor}-venv" in (
        command
    )
    assert "libpango-1.0-0" in command


def test_missing_libraries_stop_make_only_after_the_package_is_installed(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installed = []
    monkeypatch.setattr(set_up, "can_make_venv", lambda: True)
    monkeypatch.setattr(set_up, "install_package", installed.append)
    monkeypatch.setattr(native_libraries, "missing_native_libraries", lambda: ["Pango"])
    assert set_up.main() == 1
    assert installed == [False]
    message = capsys.readouterr().err
    assert message.startswith("error: PDF needs libraries that are missing: Pango\n")
    assert "apt-get install" in message
    assert "-f html -f md" in message


def test_complete_machine_is_set_up_in_silence(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(set_up, "can_make_venv", lambda: True)
    monkeypatch.setattr(set_up, "install_package", lambda development: None)
    monkeypatch.setattr(native_libraries, "missing_native_libraries", list)
    assert set_up.main() == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("folder", "stamp_age_s", "current"),
    [
        pytest.param(None, 0, True, id="nothing-changed"),
        pytest.param(None, 100, False, id="constraints-newer"),
        pytest.param("elsewhere", 0, False, id="checkout-moved"),
    ],
)
def test_package_is_installed_again_only_when_something_changed(
    set_up: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    folder: str | None,
    stamp_age_s: int,
    current: bool,
) -> None:
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "SOURCES", ("constraints.txt",))
    source, stamp = tmp_path / "constraints.txt", tmp_path / "stamp"
    source.write_text("a==1")
    stamp.write_text(folder or str(tmp_path))
    moment = source.stat().st_mtime - stamp_age_s
    os.utime(stamp, (moment, moment))
    assert set_up.is_current(stamp) is current


def test_package_is_installed_when_it_never_was(set_up: ModuleType, tmp_path: Path) -> None:
    assert not set_up.is_current(tmp_path / "stamp")
