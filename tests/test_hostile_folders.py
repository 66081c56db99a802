"""Every place where a file is read, and every kind of file that must not be read there.

Nothing hangs, fills the memory or gets into a report: each is one short error, at once.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import small_project
from small_datasets import small_arrays, write_folder, write_npz
from small_project import build_project, content, replace_text, write_project

from reportgen.cli import main

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc, pipes and limits")

SECONDS = 20  # even on a busy machine
MEMORY = 1024**3
SECRET = "CANARY of somebody else's"

Kind = Callable[[Path, Path], None]


def make_link(path: Path, secret: Path) -> None:
    path.symlink_to(os.path.relpath(secret, path.parent))


def make_sparse(path: Path, secret: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)


def make_socket(path: Path, secret: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the names of sockets are short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


LINKS: dict[str, Kind] = {
    "a link to a secret": make_link,
    "a link to /proc/self/environ": lambda path, _: path.symlink_to("/proc/self/environ"),
    "a link to /dev/zero": lambda path, _: path.symlink_to("/dev/zero"),
    "a link to itself": lambda path, _: path.symlink_to(path.name),
}
KINDS: dict[str, Kind] = {
    **LINKS,
    "a pipe": lambda path, _: os.mkfifo(path),
    "a socket": make_socket,
    "a sparse file": make_sparse,
    "a folder": lambda path, _: path.mkdir(),
}


@dataclass(frozen=True)
class Place:
    """A file, the command that reads it, and what is allowed there.

    Attributes:
        file: relative to the folder of the test.
        command: run in that folder.
        named: whether a person named the file, so that a link is followed.
        codes: what the command may end with.
    """

    file: str
    command: str
    named: bool = False
    codes: tuple[int, ...] = (1, 2)


BUILD = "build project/report.toml -o out --quiet -f html"
BATCH = "-o out --jobs 1 --quiet"
RENDER = "render handed -o out --quiet -f html"
PLACES = {
    "configuration": Place("project/report.toml", BUILD, named=True),
    "configuration in a folder": Place("project/report.toml", BUILD.replace("/report.toml", "")),
    "answer": Place("project/answers/images.md", BUILD),
    "answer, checked": Place("project/answers/images.md", "check project/report.toml"),
    "assignment": Place("project/strokes-assignment/assignment.toml", BUILD),
    "template": Place("project/strokes-assignment/images.md", BUILD),
    "included text": Place("project/strokes-assignment/leak.md", BUILD),
    "NPZ": Place("project/strokes.npz", BUILD, named=True),
    "images": Place("project/shapes/train-images-idx3-ubyte.gz", "build idx.toml -o out --quiet"),
    "labels": Place("project/shapes/t10k-labels-idx1-ubyte.gz", "build idx.toml -o out --quiet"),
    "data folder": Place(
        "data/mnist/train-images-idx3-ubyte",
        "build -a digits-walkthrough --data-dir data -o out --quiet",
        named=True,
    ),
    "CSV roster": Place("project/class.csv", f"batch project/class.csv {BATCH}", named=True),
    "TOML roster": Place("project/class.toml", f"batch project/class.toml {BATCH}", named=True),
    "report.toml beside a roster": Place("project/report.toml", f"batch project/s.csv {BATCH}"),
    "answer of a class": Place("project/answers/images.md", f"batch project/s.csv {BATCH}"),
    "answer of a row": Place("project/prose/images.md", f"batch project/prose.csv {BATCH}"),
    "manifest": Place("handed/manifest.json", "build project/report.toml -o handed --quiet"),
    "evidence, rendered": Place("handed/evidence.json", RENDER),
    "arrays, rendered": Place("handed/evidence.npz", RENDER),
    "weights, rendered": Place("handed/weights/wide.npz", RENDER),
    "evidence, compared": Place("handed/evidence.json", "diff made handed"),
    "evidence by its name": Place(
        "handed/evidence.json", "diff made handed/evidence.json", named=True
    ),
    "arrays, compared": Place("handed/evidence.npz", "diff made handed", codes=(0,)),
    "evidence, verified": Place("handed/evidence.json", "verify handed --quiet", codes=(3,)),
    "weights, verified": Place("handed/weights/wide.npz", "verify handed --quiet", codes=(3,)),
    "PDF, verified": Place("report.pdf", "verify report.pdf --quiet", named=True),
    "manifest, published": Place("reports/a/manifest.json", "site reports -o out --quiet"),
    "evidence, published": Place("reports/a/evidence.json", "site reports -o out --quiet"),
    "page, published": Place("reports/a/index.html", "site reports -o out --quiet"),
    "weights, published": Place("reports/a/weights/wide.npz", "site reports -o out --quiet"),
    "weights under pseudonyms": Place(
        "reports/a/weights/wide.npz", "site reports -o out --pseudonyms --quiet"
    ),
    "pseudonyms": Place(
        "out-pseudonyms.csv", "site reports -o out --pseudonyms --quiet", named=True
    ),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a report of its own in ``made``."""
    base = tmp_path_factory.mktemp("hostile")
    config = write_project(base / "project")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SOURCE_DATE_EPOCH", raising=False)
        small_project.stand_in_for_training(patch)
        build_project(config, base / "cache", output=base / "made")
    return base


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own, in which all is sound yet; the secret is beside it."""
    folder = tmp_path / "folder"
    shutil.copytree(made, folder)
    project = folder / "project"
    shutil.copytree(folder / "made", folder / "handed")
    shutil.copytree(folder / "made", folder / "reports" / "a")
    write_folder(project / "shapes", small_arrays(300, 100, (8, 6)))
    write_folder(folder / "data" / "mnist", small_arrays(), gzipped=False)
    shutil.copy(project / "report.toml", folder / "idx.toml")
    replace_text(folder / "idx.toml", 'npz = "strokes.npz"', 'dir = "project/shapes"')
    replace_text(folder / "idx.toml", "./strokes", "./project/strokes")
    (project / "answers" / "images.md").write_text("My own words.\n", encoding="utf-8")
    (project / "prose").mkdir()
    (project / "s.csv").write_text("id,name\ns1,A. Student\n", encoding="utf-8")
    (project / "class.csv").write_text("id,name\ns1,A. Student\n", encoding="utf-8")
    (project / "class.toml").write_text("", encoding="utf-8")
    (project / "prose.csv").write_text("id,name,prose\ns1,A,prose\n", encoding="utf-8")
    small_project.stand_in_for_training(monkeypatch)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("REPORTGEN_CACHE_DIR", str(folder / "cache"))
    (tmp_path / "secret").write_text(SECRET, encoding="utf-8")
    return folder


@pytest.fixture
def limits() -> Iterator[None]:
    """Little time and memory more than the tests have taken by now."""

    def stop(*_: object) -> None:
        raise AssertionError("it hangs")

    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)}
    alarm = signal.signal(signal.SIGALRM, stop)
    old = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, old[1]))
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    resource.setrlimit(resource.RLIMIT_AS, old)
    signal.signal(signal.SIGALRM, alarm)
    for each, handler in before.items():
        signal.signal(each, handler)


def run(command: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run the command line here; returns its exit code."""
    monkeypatch.setattr(sys, "argv", ["reportgen", *command.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def put(kind: Kind, path: Path, secret: Path) -> None:
    path.unlink(missing_ok=True)
    kind(path, secret)


def require_short(error: str) -> None:
    assert error.startswith("error: ")
    assert len(error.splitlines()) <= 5
    assert "Traceback" not in error
    assert "fault in reportgen" not in error


def require_absent(folder: Path) -> None:
    """The secret, and what is in this process's environment, are in no file below."""
    environment = Path("/proc/self/environ").read_bytes()[:40]
    for name, found in content(folder).items() if folder.is_dir() else ():
        assert SECRET.encode() not in found, name
        assert not environment or environment not in found, name


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_file_there_is_one_short_error_at_once(
    place: str,
    kind: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    about = PLACES[place]
    put(KINDS[kind], folder / about.file, folder.parent / "secret")
    code = run(about.command, monkeypatch)
    output, error = capfd.readouterr()
    assert code in about.codes, error
    if code:
        require_short(error.partition("error: ")[1] + error.partition("error: ")[2])
    require_absent(folder / "out")
    if not about.named:
        assert SECRET not in output + error
    if kind in LINKS and not about.named and code != 3 and "site" not in about.command:
        assert "it is a link" in output + error or "reportgen did not make" in error


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize("command", [BUILD, RENDER, "site reports -o out --quiet"])
def test_all_is_made_where_nothing_is_hostile(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(command, monkeypatch) == 0


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize(
    ("command", "inner"),
    [
        (BUILD, "project/answers"),
        (RENDER, "handed/weights"),
        ("build idx.toml -o out --quiet", None),
    ],
)
def test_a_folder_in_a_folder_is_no_way_out(
    command: str,
    inner: str | None,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Nor may a link lead to a file that would be taken for what it should be."""
    if inner is not None:
        moved = (folder / inner).rename(folder.parent / "elsewhere")
        (folder / inner).symlink_to(moved)
    else:
        file = folder / "project" / "shapes" / "train-images-idx3-ubyte.gz"
        file.symlink_to(file.rename(folder.parent / "elsewhere"))
    assert run(command, monkeypatch) in (1, 2)
    error = capfd.readouterr().err
    require_short(error)
    assert "it is a link.\nCopy the file itself there." in error
    assert not (folder / "out").exists()


@pytest.mark.usefixtures("limits")
def test_a_person_may_name_links(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("project", "handed"):
        (folder / name).rename(folder.parent / name)
        (folder / name).symlink_to(folder.parent / name)
    write_npz(folder.parent / "other.npz", small_arrays(300, 100, (8, 6)))
    (folder / "project" / "strokes.npz").unlink()
    (folder / "project" / "strokes.npz").symlink_to(folder.parent / "other.npz")
    assert run(BUILD, monkeypatch) == 0
    assert run(RENDER.replace("-o out", "-o again"), monkeypatch) == 0


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize("where", ["in front", "behind", "beside"])
def test_render_takes_weights_and_not_their_file(
    where: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ZIP file can carry anything around its members."""
    path = folder / "handed" / "weights" / "wide.npz"
    sound = path.read_bytes()
    if where == "beside":
        with zipfile.ZipFile(path, "a") as archive:
            archive.comment = SECRET.encode()
    else:
        secret = SECRET.encode()
        path.write_bytes(secret + sound if where == "in front" else sound[:-2] + b"\x19\0" + secret)
    assert run(RENDER, monkeypatch) in (0, 1)
    require_absent(folder / "out")
    if (folder / "out").exists():
        assert (folder / "out" / "weights" / "wide.npz").read_bytes() == sound


@pytest.mark.usefixtures("limits")
def test_render_refuses_other_arrays(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    weights = folder / "handed" / "weights"
    shutil.copy(weights / "narrow.npz", weights / "wide.npz")
    assert run(RENDER, monkeypatch) == 1
    error = capfd.readouterr().err
    require_short(error)
    assert "wide.npz: does not hold the weights" in error
    (weights / "wide.npz").unlink()  # as the error says
    assert run(RENDER, monkeypatch) == 0


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize("name", [".#which.md", "._which.md"])
def test_what_editors_leave_is_passed_over(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for inner in ("answers", "strokes-assignment"):
        (folder / "project" / inner / name).symlink_to("somebody@somewhere.1234")
    assert run(BUILD, monkeypatch) == 0


@pytest.mark.usefixtures("limits")
def test_answers_without_end_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for number in range(201):
        (folder / "project" / "answers" / f"a{number}.md").write_text("x", encoding="utf-8")
    assert run(BUILD, monkeypatch) == 2
    assert "203 answers; at most 200 are read" in capfd.readouterr().err


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize("inner", ["answers", "strokes-assignment"])
@pytest.mark.parametrize("name", [b"caf\xe9.md", b"two\nlines.md", b"\x1b[31mred.md"])
def test_a_name_that_is_no_text_is_refused(
    name: bytes,
    inner: str,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (folder / "project" / inner / os.fsdecode(name)).write_text("x", encoding="utf-8")
    assert run(BUILD, monkeypatch) == 2
    error = capfd.readouterr().err
    require_short(error)
    assert "its name is no text. Rename it." in error
    assert len(error.splitlines()) == 1
    assert "\x1b" not in error


@pytest.mark.usefixtures("limits")
@pytest.mark.parametrize("key", ["npz", "dir"])
def test_a_path_with_a_nul_is_one_short_error(
    key: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    config = folder / "project" / "report.toml"
    replace_text(config, 'npz = "strokes.npz"', f'{key} = "a\\u0000b"')
    assert run(BUILD, monkeypatch) in (1, 2)
    require_short(capfd.readouterr().err)
