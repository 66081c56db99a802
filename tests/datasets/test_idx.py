from __future__ import annotations

import gzip
import hashlib
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_datasets import idx_bytes, one_message

from reportgen.datasets import idx
from reportgen.datasets.idx import idx_header, read_idx
from reportgen.errors import DataError

IMAGES = np.arange(7 * 5 * 3, dtype=np.uint8).reshape(7, 5, 3)
CONTENT = idx_bytes(IMAGES)


def containers() -> dict[str, bytes]:
    half = len(CONTENT) // 2
    return {
        "plain": CONTENT,
        "gzip": gzip.compress(CONTENT),
        "two gzip members": gzip.compress(CONTENT[:half]) + gzip.compress(CONTENT[half:]),
        "members that split the header": gzip.compress(CONTENT[:3]) + gzip.compress(CONTENT[3:]),
        "zero padding": gzip.compress(CONTENT) + b"\0" * 100,
        "an empty member": gzip.compress(CONTENT) + gzip.compress(b""),
    }


@pytest.mark.parametrize("container", containers())
def test_content_is_the_same_in_every_container(container: str, tmp_path: Path) -> None:
    file = tmp_path / "images"
    file.write_bytes(containers()[container])
    content = read_idx(file, rank=3)
    assert content.shape == IMAGES.shape
    assert bytes(content.values) == IMAGES.tobytes()
    assert content.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_gzip_is_recognised_by_content_whatever_the_name(tmp_path: Path) -> None:
    (tmp_path / "images.gz").write_bytes(CONTENT)
    (tmp_path / "images").write_bytes(gzip.compress(CONTENT))
    assert read_idx(tmp_path / "images.gz", rank=3) == read_idx(tmp_path / "images", rank=3)


def test_reads_more_than_one_piece(tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(0, 256, (500, 60, 60)).astype(np.uint8)
    file = tmp_path / "images.gz"
    file.write_bytes(gzip.compress(idx_bytes(values), 1))
    content = read_idx(file, rank=3)
    assert bytes(content.values) == values.tobytes()
    assert content.sha256 == hashlib.sha256(idx_bytes(values)).hexdigest()


def test_header_is_the_published_layout() -> None:
    assert idx_header((60_000, 28, 28)).hex() == "000008030000ea600000001c0000001c"


BAD = {
    "empty": (b"", "too short"),
    "cut in the header": (CONTENT[:9], "too short"),
    "another format": (b"\x89PNG\r\n\x1a\n" + CONTENT, "begins 89 50 4e 47"),
    "labels for images": (idx_bytes(np.zeros(90, np.uint8)), "not an IDX file of images"),
    "floats": (b"\0\0\x0d\x03" + CONTENT[4:], "begins 00 00 0d 03"),
    "one byte short": (CONTENT[:-1], "has 120 bytes where its header announces 121"),
    "one byte long": (CONTENT + b"!", "has 122 bytes where its header announces 121"),
    "huge": (idx_header((2**32 - 1,) * 3), "is the most"),
    "gzip of too little": (gzip.compress(CONTENT[:-1]), "announces 105; it is cut"),
    "gzip of too much": (gzip.compress(CONTENT + b"!"), "more than the 105 bytes"),
    "gzip announcing what it cannot hold": (
        gzip.compress(idx_header((900, 900, 900))),
        "more than",
    ),
    "junk after gzip": (gzip.compress(CONTENT) + b"junk", "damaged gzip"),
    "wrong checksum": (gzip.compress(CONTENT)[:-8] + b"\0" * 8, "damaged gzip"),
    "a web page instead": (b"<!DOCTYPE html><title>Sign in</title>", "begins 3c 21 44 4f"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_named_with_what_is_wrong(case: str, tmp_path: Path) -> None:
    content, reason = BAD[case]
    file = tmp_path / "train-images-idx3-ubyte.gz"
    file.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_idx(file, rank=3)
    message = one_message(caught.value)
    assert message.startswith(f"{file}: ")
    assert reason in message


@pytest.mark.parametrize("container", ["plain", "gzip", "two gzip members"])
def test_no_cut_file_is_taken_for_a_whole_one(container: str, tmp_path: Path) -> None:
    whole = containers()[container]
    file = tmp_path / "images"
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(DataError):
            read_idx(file, rank=3)


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, len(CONTENT) - 1), mask=st.integers(1, 255))
def test_no_flipped_byte_goes_unnoticed(
    at: int, mask: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    flipped = bytearray(CONTENT)
    flipped[at] ^= mask
    file = tmp_path_factory.mktemp("flipped") / "images"
    file.write_bytes(flipped)
    try:
        content = read_idx(file, rank=3)
    except DataError:
        return
    assert content.sha256 == hashlib.sha256(flipped).hexdigest()
    assert content.sha256 != hashlib.sha256(CONTENT).hexdigest()


def test_a_bomb_is_given_up_before_it_fills_the_memory(tmp_path: Path) -> None:
    file = tmp_path / "images.gz"
    file.write_bytes(gzip.compress(idx_header((10, 28, 28)) + bytes(60_000_000), 1))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="more than the 7,840 bytes"):
            read_idx(file, rank=3)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_large_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idx, "MAX_BYTES", 100)
    (tmp_path / "images").write_bytes(CONTENT)
    with pytest.raises(DataError, match="announces 121 bytes; 100 is the most"):
        read_idx(tmp_path / "images", rank=3)


@pytest.mark.parametrize("kind", ["absent", "a folder"])
def test_a_file_that_cannot_be_opened(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "images"
    if kind == "a folder":
        file.mkdir()
    with pytest.raises(DataError, match=r"does not exist|not a regular file") as caught:
        read_idx(file, rank=3)
    assert str(file) in one_message(caught.value)
