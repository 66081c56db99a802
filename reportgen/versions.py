"""The versions and machine features that shape results, found without importing anything heavy."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import platform
import zlib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path

from reportgen.native_libraries import LIBRARIES
from reportgen.resources import templates_dir

PACKAGE = Path(__file__).parent

TRAINING_LIBRARIES = ("tensorflow", "keras", "numpy")
FIGURE_LIBRARIES = ("matplotlib", "numpy", "pillow", "font-source-sans-pro")
HTML_LIBRARIES = (
    *("jinja2", "markdown-it-py", "mdit-py-plugins", "nh3", "latex2mathml", "pygments"),
    *("fonttools", "font-source-sans-pro", "font-source-serif-pro"),
)
PDF_LIBRARIES = (*HTML_LIBRARIES, "weasyprint", "pydyf", "tinycss2", "ziamath", "pillow")

# Files of templates/ that a format does not read; equations reach it in the report's text.
_FOREIGN_LAYOUT = {
    "html": ("print.*", "table*", "*.ttf", "fontconfig.xml", "equations.toml"),
    "pdf": ("report.*", "head.*", "pad.*", "screen.*", "table*", "*.woff2", "equations.toml"),
    "md": ("*",),
}

# The instruction sets that XLA and oneDNN choose kernels by; other bits follow from others.
_CPU_FEATURES = ("avx", "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_tile", "asimd")


@cache
def version_of(library: str) -> str:
    """The installed version of a library, or ``missing``."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "missing"


def versions_of(libraries: Iterable[str]) -> dict[str, str]:
    """The installed versions of some libraries, by name."""
    return {library: version_of(library) for library in libraries}


@cache
def native_versions() -> dict[str, str]:
    """The versions of the native libraries that shape the bytes of PDF and NPZ files."""
    return {
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        "harfbuzz": _native_version("HarfBuzz", "hb_version_string"),
        "harfbuzz-subset": _native_version("HarfBuzz-Subset", "hb_version_string"),
        "pango": _native_version("Pango", "pango_version_string"),
    }


def _native_version(library: str, function: str) -> str:
    """What a library says of itself; a subset library loads the one that it belongs to."""
    for file in LIBRARIES[library]:
        with contextlib.suppress(OSError, AttributeError):
            ask = getattr(ctypes.CDLL(file), function)
            ask.restype = ctypes.c_char_p
            return str(ask().decode("ascii"))
    return "missing"


def all_versions() -> dict[str, str]:
    """The versions of all that shapes the bytes of a report, by name."""
    libraries = dict.fromkeys([*TRAINING_LIBRARIES, *FIGURE_LIBRARIES, *PDF_LIBRARIES])
    return {**versions_of(libraries), **native_versions()}


@lru_cache(maxsize=1)
def cpu_features() -> tuple[str, ...]:
    """The machine's kind and those of its instruction sets that results can depend on."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return (platform.machine(),)
    line = next((x for x in text.splitlines() if x.startswith(("flags", "Features"))), "")
    flags = set(line.partition(":")[2].split())
    return (platform.machine(), *(name for name in _CPU_FEATURES if name in flags))


@cache
def code_digest(*parts: str) -> str:
    """SHA-256 over the modules and tables of parts of the package, such as ``figures``."""
    state = hashlib.sha256()
    for part in parts:
        path = PACKAGE / part
        sources = (file for file in path.rglob("*") if file.suffix in (".py", ".toml"))
        for file in sorted(sources) if path.is_dir() else [path]:
            name = file.relative_to(PACKAGE).as_posix()
            state.update(name.encode() + b"\0" + file.read_bytes() + b"\0")
    return state.hexdigest()


@cache
def layout_digest(format_name: str = "all") -> str:
    """SHA-256 over the layouts, styles and fonts in ``templates/``, assignments apart.

    Args:
        format_name: ``html``, ``pdf`` or ``md`` to leave out what only the others read.
    """
    state = hashlib.sha256()
    root = templates_dir()
    foreign = _FOREIGN_LAYOUT.get(format_name, ())
    for file in sorted(root.rglob("*")):
        relative = file.relative_to(root)
        if file.is_file() and relative.parts[0] != "assignments":
            if any(relative.match(pattern) for pattern in foreign):
                continue
            state.update(relative.as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return state.hexdigest()
