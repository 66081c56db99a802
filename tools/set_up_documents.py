"""Set up what the document checks need: a browser, Java, and checkers. Run by make.

System packages are installed when that needs no question; otherwise the command is
printed. What is there already is left alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import set_up

FOLDER = set_up.ROOT / "tests" / "documents"
REQUIREMENTS, PACKAGES = FOLDER / "requirements.txt", FOLDER / "package.json"
JARS = Path("/usr/share/java")

# Debian packages by what shows that one is there. Chromium comes after HarfBuzz's subset
# library, which set_up installs: drawing in the library later would change the PDFs' bytes.
PROGRAMS = {
    "chromium": "chromium",
    "javac": "default-jdk-headless",
    "node": "nodejs",
    "npm": "npm",
    "pdftoppm": "poppler-utils",
}
LIBRARIES = {
    "jaxb-runtime.jar": "libjaxb-java",
    "jaxb-api.jar": "libjaxb-api-java",
    "txw2.jar": "libtxw2-java",
    "istack-commons-runtime.jar": "libistack-commons-java",
    "FastInfoset.jar": "libfastinfoset-java",
    "stax-ex.jar": "libstax-ex-java",
    "javax.activation.jar": "libactivation-java",
}


def main() -> int:
    """Install what is missing; return the exit code."""
    packages = missing_packages()
    if packages:
        set_up.install_debian_packages(packages)
    packages = missing_packages()
    if packages:
        return set_up.fail(
            f"the document checks need packages that are missing: {', '.join(packages)}",
            f"run: sudo apt-get install -y --no-install-recommends {' '.join(packages)}",
        )
    pip = [set_up.venv_python(), "-m", "pip", "install", "-q", "--no-deps", "-r", str(REQUIREMENTS)]
    npm = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    try:
        install_once(REQUIREMENTS, set_up.VENV / "documents.stamp", pip)
        install_once(PACKAGES, FOLDER / "node_modules" / "documents.stamp", [*npm, "--silent"])
    except (OSError, subprocess.CalledProcessError) as error:
        return set_up.fail(f"the set-up of the document checks stopped: {error}")
    return 0


def missing_packages() -> list[str]:
    """List the Debian packages of programs and libraries that are not there."""
    programs = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    return programs + [package for jar, package in LIBRARIES.items() if not (JARS / jar).exists()]


def install_once(wanted: Path, stamp: Path, command: list[str]) -> None:
    """Run an installer unless ``stamp`` holds what ``wanted`` asks for."""
    if stamp.exists() and stamp.read_bytes() == wanted.read_bytes():
        return
    set_up.say(f"Installing what {wanted.relative_to(set_up.ROOT)} lists")
    subprocess.run(command, check=True, cwd=FOLDER)
    stamp.write_bytes(wanted.read_bytes())


if __name__ == "__main__":
    sys.exit(main())
