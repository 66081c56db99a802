"""The versions and machine features that shape results, found without importing anything heavy."""

from __future__ import annotations

import contextlib
import ctypes
import platform
import zlib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path

from reportgen.native_libraries import LIBRARIES

TRAINING_LIBRARIES = ("tensorflow", "keras", "numpy")
# The instruction sets that XLA and oneDNN choose kernels by; kernels round differently.
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
    """The version that a library reports; HarfBuzz-Subset reports that of HarfBuzz."""
    for file in LIBRARIES[library]:
        with contextlib.suppress(OSError, AttributeError):
            ask = getattr(ctypes.CDLL(file), function)
            ask.restype = ctypes.c_char_p
            return str(ask().decode("ascii"))
    return "missing"


@lru_cache(maxsize=1)
def cpu_features() -> tuple[str, ...]:
    """The machine's architecture, and its instruction sets that results can depend on."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="ignore")
    except OSError:
        return (platform.machine(),)
    line = next((x for x in text.splitlines() if x.startswith(("flags", "Features"))), "")
    flags = set(line.partition(":")[2].split())
    return (platform.machine(), *(name for name in _CPU_FEATURES if name in flags))
