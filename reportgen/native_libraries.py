"""The native libraries that WeasyPrint loads to write PDF, and the command that installs them.

Standard library only: the set-up runs this before anything is installed, and a
build asks it before it starts to train.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import platform
import shlex
import sys
from collections.abc import Mapping, Sequence

# The file names are those that WeasyPrint tries, for Linux, macOS and Windows.
LIBRARIES = {
    "GObject": ("libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libgobject-2.0-0.dll"),
    "Pango": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "PangoFT2": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
    "HarfBuzz": ("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libharfbuzz-0.dll"),
    "HarfBuzz-Subset": (
        "libharfbuzz-subset.so.0",
        "libharfbuzz-subset.0.dylib",
        "libharfbuzz-subset-0.dll",
    ),
    "Fontconfig": ("libfontconfig.so.1", "libfontconfig.1.dylib", "libfontconfig-1.dll"),
}

PACKAGES: dict[str, tuple[str, ...]] = {
    "debian": (
        *("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz0b", "libharfbuzz-subset0"),
        *("fontconfig", "fonts-dejavu-core"),
    ),
    "fedora": ("pango", "harfbuzz", "fontconfig", "dejavu-sans-fonts"),
    "alpine": (
        *("so:libgobject-2.0.so.0", "so:libpango-1.0.so.0", "so:libpangoft2-1.0.so.0"),
        *("so:libharfbuzz.so.0", "so:libharfbuzz-subset.so.0", "so:libfontconfig.so.1"),
        "font-dejavu",
    ),
    "macos": ("pango",),
}
_INSTALLERS = {
    "debian": ("apt-get", "update", "&&", "apt-get", "install", "-y", "--no-install-recommends"),
    "fedora": ("dnf", "install", "-y"),
    "alpine": ("apk", "add"),
    "macos": ("brew", "install"),
}
_KINSHIP = {"ubuntu": "debian", "rhel": "fedora", "centos": "fedora"}


def missing_native_libraries() -> list[str]:
    """Return the names of the libraries that cannot be loaded, in milliseconds."""
    return [name for name, files in LIBRARIES.items() if not any(map(_loads, files))]


def system_family() -> str | None:
    """Return this system's kind, a key of ``PACKAGES``, or None when it is another one."""
    if sys.platform == "darwin":
        return "macos"
    try:
        return family_of(platform.freedesktop_os_release())
    except OSError:
        return None


def family_of(os_release: Mapping[str, str]) -> str | None:
    """Return the kind of Linux that an os-release file describes, or None."""
    for name in (os_release.get("ID", ""), *os_release.get("ID_LIKE", "").split()):
        family = _KINSHIP.get(name, name)
        if family in PACKAGES:
            return family
    return None


def install_command(family: str | None, packages: Sequence[str], *, as_root: bool) -> str:
    """Return the shell command that installs ``packages``, or advice for an unknown system."""
    if family is None:
        return (
            "install Pango, HarfBuzz with its subset library, and Fontconfig "
            "with your system's package manager"
        )
    sudo = () if as_root or family == "macos" else ("sudo",)
    words = [*sudo, *_INSTALLERS[family], *packages]
    if "&&" in words:
        start = words.index("&&") + 1
        words[start:start] = sudo
    return " ".join(word if word == "&&" else shlex.quote(word) for word in words)


def native_libraries_remedy() -> str:
    """Return the command that installs the libraries on this system."""
    family = system_family()
    return install_command(family, PACKAGES.get(family or "", ()), as_root=is_root())


def is_root() -> bool:
    """Tell whether this process may install packages without sudo."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _loads(file: str) -> bool:
    path = file
    if sys.platform == "darwin":  # Homebrew's Python finds its libraries only this way
        path = ctypes.util.find_library(file.removeprefix("lib").removesuffix(".dylib")) or file
    try:
        ctypes.CDLL(path)
    except OSError:
        return False
    return True
