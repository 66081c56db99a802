"""What a build needs from this machine, whether it is there, and the command that gets it."""

from __future__ import annotations

import importlib.metadata
import shlex
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from reportgen.datasets.listing import DatasetStatus, list_datasets
from reportgen.datasets.sources import Search
from reportgen.errors import DataError, RenderError
from reportgen.native_libraries import missing_native_libraries, native_libraries_remedy
from reportgen.render.fonts import FACES, MATH_FACE, Face
from reportgen.report_folder import BUILD_WITHOUT_PRINT
from reportgen.resources import templates_dir
from reportgen.storage.home import expanded, is_homeless

SUPPORTED_PYTHON = ((3, 11), (3, 13))


@dataclass(frozen=True)
class Finding:
    """The result of one check.

    Attributes:
        name: what was checked, in words.
        ok: whether it is there and works.
        detail: what was found, or what is wrong.
        remedy: the command or the step that mends it; empty if all is well.
        required: whether the default report cannot be built without it.
    """

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    required: bool = True


def examine_machine(search: Search, cache_dir: Path, reports_dir: Path) -> list[Finding]:
    """Check everything that a build needs; import neither TensorFlow nor WeasyPrint.

    Args:
        search: where data is looked for; nothing is downloaded.
        cache_dir: the store; it need not exist yet.
        reports_dir: where reports are written; it need not exist yet.
    """
    return [
        examine_python(),
        examine_tensorflow(),
        examine_native_libraries(),
        examine_fonts(),
        examine_templates(),
        *examine_data(search),
        examine_folder("cache folder", cache_dir, "export REPORTGEN_CACHE_DIR={}/reportgen-cache"),
        examine_folder("reports folder", reports_dir, "reportgen build -o {}/report"),
    ]


def examine_python(version: tuple[int, int, int] = sys.version_info[:3]) -> Finding:
    """Whether this Python is one that is supported."""
    oldest, newest = SUPPORTED_PYTHON
    found = ".".join(map(str, version))
    if oldest <= version[:2] <= newest:
        return Finding("Python", True, found)
    wanted = f"3.{oldest[1]} to 3.{newest[1]}"
    remedy = f"make PYTHON=python3.{newest[1]} package"
    return Finding("Python", False, f"{found}; {wanted} is supported", remedy)


def examine_tensorflow() -> Finding:
    """Whether TensorFlow is installed; it is not imported, which takes seconds."""
    if find_spec("tensorflow") is None:
        remedy = f"{shlex.quote(sys.executable)} -m pip install tensorflow"
        return Finding("TensorFlow", False, "not installed; training needs it", remedy)
    return Finding("TensorFlow", True, importlib.metadata.version("tensorflow"))


def examine_native_libraries() -> Finding:
    """Whether the libraries that WeasyPrint writes PDF with can be loaded."""
    missing = missing_native_libraries()
    if not missing:
        return Finding("libraries for PDF", True, "all found")
    remedy = f"{native_libraries_remedy()}\nor, without PDF: {BUILD_WITHOUT_PRINT}"
    return Finding("libraries for PDF", False, f"missing: {', '.join(missing)}", remedy)


def examine_fonts() -> Finding:
    """Whether the typefaces of the reports are installed."""
    faces = (*FACES, MATH_FACE)
    missing = [face for face in faces if not _is_there(face)]
    if not missing:
        return Finding("fonts", True, ", ".join(dict.fromkeys(face.family for face in faces)))
    packages = {(face.package or "reportgen").replace("_", "-") for face in missing}
    pip = f"{shlex.quote(sys.executable)} -m pip install --force-reinstall"
    families = ", ".join(dict.fromkeys(face.family for face in missing))
    return Finding("fonts", False, f"missing: {families}", f"{pip} {' '.join(sorted(packages))}")


def examine_templates() -> Finding:
    """Whether layouts, styles and assignments came with the program."""
    try:
        return Finding("templates", True, str(templates_dir()))
    except RenderError as error:
        return _from_error("templates", error)


def examine_data(search: Search) -> list[Finding]:
    """Where each dataset is: one finding for each of its tiers."""
    try:
        rows = list_datasets(search)
    except DataError as error:
        return [_from_error("data", error)]
    samples = {row.name for row in rows if row.tier == "sample"}
    return [
        _data_finding(row, named=search.data_dir is not None, sampled=row.name in samples)
        for row in rows
    ]


def examine_folder(name: str, folder: Path, remedy: str) -> Finding:
    """Whether files can be made in ``folder``, or in the nearest parent that exists.

    Args:
        name: of the finding.
        folder: need not exist yet.
        remedy: has ``{}`` where a folder goes that can be written.
    """
    if is_homeless(folder):
        fault: str | None = "there is no home folder for it"
    else:
        fault = _fault_of(folder)
    if fault is None:
        return Finding(name, True, str(folder))
    places = (expanded("~"), Path.cwd(), _temporary_folder())
    writable = next((path for path in places if path.is_dir() and not _fault_of(path)), "/a/folder")
    return Finding(name, False, fault, remedy.format(shlex.quote(str(writable))))


def _temporary_folder() -> Path:
    try:
        return Path(tempfile.gettempdir())
    except FileNotFoundError:  # no folder for them can be written
        return Path()


def _fault_of(folder: Path) -> str | None:
    """Why no file can be made in a folder, or in the nearest parent that exists; or None."""
    nearest = next((path for path in (folder, *folder.absolute().parents) if path.exists()), folder)
    try:
        with tempfile.TemporaryFile(dir=nearest):
            return None
    except OSError as error:
        return f"cannot write {nearest}: {error.strerror or error}"


def _data_finding(row: DatasetStatus, *, named: bool, sampled: bool) -> Finding:
    name = f"{row.title}, {row.tier}"
    if row.located is not None:
        return Finding(name, True, f"{row.located.origin}, {row.located.files[0].parent}")
    if row.state == "missing":
        detail = f"not on this machine{'; the bundled sample stands in' if sampled else ''}"
        return Finding(name, False, detail, "reportgen data fetch", required=False)
    detail, _, advice = row.detail.partition("\n")
    if row.tier == "full" and not named:
        return Finding(name, False, detail, "reportgen data fetch", required=False)
    return Finding(name, False, detail, advice)


def _from_error(name: str, error: Exception) -> Finding:
    detail, _, remedy = str(error).partition("\n")
    return Finding(name, False, detail, remedy)


def _is_there(face: Face) -> bool:
    try:
        return face.path.is_file()
    except RenderError:
        return False
