"""What comes from outside is read only if it is a regular, bounded file inside its folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reportgen.errors import ConfigError
from reportgen.storage.reading import RefusedFileError, read_inside, read_regular, read_text

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX systems")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file of five bytes, and a secret beside it."""
    (tmp_path / "secret").write_bytes(b"secret")
    inner = tmp_path / "folder" / "inner"
    inner.mkdir(parents=True)
    (inner / "file").write_bytes(b"12345")
    return tmp_path / "folder"


def test_a_regular_file_is_read_up_to_its_bound(folder: Path) -> None:
    assert read_inside(folder, "inner/file", 5) == b"12345"
    assert read_regular(folder / "inner" / "file", 5) == b"12345"


def test_a_larger_file_is_refused_before_it_is_read(folder: Path) -> None:
    with (folder / "sparse").open("wb") as file:
        file.truncate(2**40)
    for read in (
        lambda: read_inside(folder, "inner/file", 4),
        lambda: read_inside(folder, "sparse", 10**6),
        lambda: read_regular(folder / "sparse", 10**6),
    ):
        with pytest.raises(RefusedFileError, match="larger than"):
            read()


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_refused_at_once(folder: Path, make) -> None:
    make(folder / "odd")
    for read in (
        lambda: read_inside(folder, "odd", 100),
        lambda: read_regular(folder / "odd", 100),
    ):
        with pytest.raises(OSError, match="not a regular file"):
            read()


def test_a_device_is_refused() -> None:
    with pytest.raises(RefusedFileError, match="not a regular file"):
        read_regular(Path("/dev/zero"), 100)


@pytest.mark.parametrize("target", ["../secret", "/proc/self/environ", "/dev/zero", "inner/file"])
def test_a_link_is_followed_only_where_a_person_named_it(folder: Path, target: str) -> None:
    (folder / "link").symlink_to(target)
    with pytest.raises(RefusedFileError, match="it is a link"):
        read_inside(folder, "link", 10**6)
    if target == "../secret":
        assert read_regular(folder / "link", 10**6) == b"secret"


def test_a_link_on_the_way_is_not_followed(folder: Path) -> None:
    (folder / "way").symlink_to("..")
    with pytest.raises(RefusedFileError, match="it is a link"):
        read_inside(folder, "way/secret", 100)
    (folder.parent / "named").symlink_to(folder)
    assert read_inside(folder.parent / "named", "inner/file", 100) == b"12345"


@pytest.mark.parametrize("name", ["../secret", "/etc/hostname", "inner/../../secret", "", "a\0b"])
def test_a_name_that_leads_out_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(RefusedFileError, match="leads out"):
        read_inside(folder, name, 100)


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        read_inside(folder, "inner/other", 100)
    assert caught.value.filename == str(folder / "inner" / "other")


def test_a_text_may_have_a_mark_in_front_and_any_line_ends(folder: Path) -> None:
    path = folder / "inner" / "text"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\n")
    assert read_text(path, 100) == read_text(path, 100, inside=folder) == "one\ntwo\n"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("link", "cannot read {path}: it is a link.\nCopy the file itself there."),
        ("none", "{path} does not exist."),
        ("inner", "cannot read {path}: it is not a regular file."),
        ("bytes", "{path}, line 2: not UTF-8. Save the file as UTF-8."),
        ("large", "cannot read {path}: it is larger than 100 bytes."),
    ],
)
def test_a_text_that_is_not_read_is_named_with_the_way_out(
    folder: Path, name: str, said: str
) -> None:
    (folder / "link").symlink_to("inner/file")
    (folder / "bytes").write_bytes(b"one\n\xff\n")
    (folder / "large").write_bytes(b" " * 101)
    with pytest.raises(ConfigError) as caught:
        read_text(folder / name, 100, inside=folder)
    assert str(caught.value) == said.format(path=folder / name)
