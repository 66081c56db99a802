"""Set up a checkout: system packages, ``.venv`` and the package in it. Run by make.

Standard library only. It installs system packages when it may do so without a
question (root, or sudo without a password); otherwise it prints the command.
What is up to date is left alone, so that a second run takes a moment.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
SOURCES = ("pyproject.toml", "constraints.txt", "reportgen/__init__.py")
OLDEST, NEWEST = (3, 11), (3, 13)


def main() -> int:
    """Set up what the arguments ask for; return the exit code."""
    parser = argparse.ArgumentParser(description="Set up this checkout in .venv.")
    parser.add_argument("--development", action="store_true", help="the tests' packages too")
    development = parser.parse_args().development
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return fail(wrong_python())
    sys.path.insert(0, str(ROOT))
    from reportgen import native_libraries as native

    family = native.system_family()
    packages = [] if can_make_venv() else [f"python3.{sys.version_info.minor}-venv"]
    if native.missing_native_libraries():
        packages += native.PACKAGES.get(family or "", ())
    command = native.install_command(family, packages, as_root=native.is_root())
    if packages and family == "debian":
        install_debian_packages(packages)
    if not can_make_venv():
        return fail("this Python cannot make a virtual environment", f"run: {command}")
    try:
        install_package(development)
    except (OSError, subprocess.CalledProcessError) as error:
        return fail(f"the set-up of {VENV.name} stopped: {error}", "mend that, then run make again")
    missing = native.missing_native_libraries()
    if missing:
        return fail(
            f"PDF needs libraries that are missing: {', '.join(missing)}",
            f"run: {command}",
            "or, without PDF: .venv/bin/reportgen build -f html -f md",
        )
    return 0


def wrong_python() -> str:
    """Say which Python this is, which are supported, and how to choose one."""
    found = ".".join(map(str, sys.version_info[:3]))
    return (
        f"Python 3.{OLDEST[1]} to 3.{NEWEST[1]} is needed, {sys.executable} is {found}\n"
        f"choose another one with: make PYTHON=python3.{NEWEST[1]} ..."
    )


def can_make_venv() -> bool:
    """Tell whether ``.venv`` exists or can be made; Debian keeps ensurepip in a package apart."""
    return venv_works() or any(map(importlib.util.find_spec, ("ensurepip", "virtualenv")))


def venv_works() -> bool:
    """Tell whether ``.venv`` runs this Python's version and was made to its end."""
    probe = "import pip, sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run(
            [venv_python(), "-c", probe], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def venv_python() -> str:
    """Return the virtual environment's interpreter."""
    return str(VENV / "bin" / "python")


def base_python() -> str:
    """Return the interpreter outside ``.venv``: a broken ``.venv`` may be what runs this."""
    if sys.prefix == sys.base_prefix:
        return sys.executable
    return str(Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}")


def install_debian_packages(packages: list[str]) -> None:
    """Install with apt-get when no question has to be asked; a failure is found afterwards."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and (not shutil.which("sudo") or run(*sudo, "true") != 0):
        return
    say(f"Installing {' '.join(packages)}")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    apt += ["-o", "DPkg::Lock::Timeout=120"]
    run(*apt, "update")
    run(*apt, "install", "-y", "--no-install-recommends", *packages)
    importlib.invalidate_caches()


def install_package(development: bool) -> None:
    """Make ``.venv`` unless it works, and install the package unless it is up to date."""
    if not venv_works():
        say(f"Making {VENV.name} with Python {'.'.join(map(str, sys.version_info[:3]))}")
        module = "venv" if importlib.util.find_spec("ensurepip") else "virtualenv"
        subprocess.run([base_python(), "-m", module, "--clear", VENV], check=True)
    stamps = [VENV / "development.stamp"] + ([] if development else [VENV / "package.stamp"])
    if any(map(is_current, stamps)):
        return
    say("Installing reportgen's packages into .venv; the first time takes some minutes")
    pip = [venv_python(), "-m", "pip", "install", "-c", "constraints.txt"]
    pip += [] if sys.stdout.isatty() else ["-q"]
    subprocess.run([*pip, "pip"], check=True, cwd=ROOT)
    wanted = ["-e", "."] + (["--group", "dev"] if development else [])
    subprocess.run([*pip, *wanted], check=True, cwd=ROOT)
    stamps[-1].write_text(str(ROOT), encoding="utf-8")


def is_current(stamp: Path) -> bool:
    """Tell whether ``stamp`` is newer than the sources and was written for this folder."""
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != str(ROOT):
        return False
    newest = max((ROOT / source).stat().st_mtime for source in SOURCES)
    return stamp.stat().st_mtime >= newest


def run(*command: str) -> int:
    """Run ``command`` without standard input, showing only its errors; return its exit code."""
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
    ).returncode


def say(line: str) -> None:
    """Print ``line`` at once, before the output of what it announces."""
    print(line, flush=True)


def fail(*lines: str) -> int:
    """Print an error and return the exit code of a failed set-up."""
    print("error: " + "\n".join(lines), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
