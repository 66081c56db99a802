"""What the PDF needs from the system, and the command that installs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from reportgen import native_libraries as native


def test_nothing_is_missing_after_set_up() -> None:
    assert native.missing_native_libraries() == []


def test_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(native.LIBRARIES, "Pango", ("libpango-of-nowhere.so.0",))
    assert native.missing_native_libraries() == ["Pango"]


@pytest.mark.parametrize(
    ("os_release", "family"),
    [
        pytest.param({"ID": "debian"}, "debian", id="debian"),
        pytest.param({"ID": "ubuntu", "ID_LIKE": "debian"}, "debian", id="ubuntu"),
        pytest.param({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "debian", id="mint"),
        pytest.param({"ID": "fedora"}, "fedora", id="fedora"),
        pytest.param({"ID": "rocky", "ID_LIKE": "rhel centos fedora"}, "fedora", id="rocky"),
        pytest.param({"ID": "alpine"}, "alpine", id="alpine"),
        pytest.param({"ID": "plan9"}, None, id="unknown"),
        pytest.param({}, None, id="empty"),
    ],
)
def test_systems_are_told_apart(os_release: dict[str, str], family: str | None) -> None:
    assert native.family_of(os_release) == family


@pytest.mark.parametrize(
    ("family", "as_root", "command"),
    [
        pytest.param(
            "debian",
            False,
            "sudo apt-get update && sudo apt-get install -y --no-install-recommends a b",
            id="debian",
        ),
        pytest.param(
            "debian",
            True,
            "apt-get update && apt-get install -y --no-install-recommends a b",
            id="debian-root",
        ),
        pytest.param("fedora", False, "sudo dnf install -y a b", id="fedora"),
        pytest.param("alpine", True, "apk add a b", id="alpine-root"),
        pytest.param("macos", False, "brew install a b", id="macos"),
    ],
)
def test_install_command_is_that_of_the_system(family: str, as_root: bool, command: str) -> None:
    assert native.install_command(family, ["a", "b"], as_root=as_root) == command


def test_unknown_system_gets_the_libraries_names() -> None:
    advice = native.install_command(None, [], as_root=False)
    assert "Pango" in advice
    assert "HarfBuzz" in advice


def test_asking_imports_nothing_that_is_installed() -> None:
    code = (
        "import sys; from reportgen.native_libraries import missing_native_libraries as ask; "
        "ask(); print(sorted({'numpy', 'pydantic', 'weasyprint'} & set(sys.modules)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "[]\n"
