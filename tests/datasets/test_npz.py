from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_datasets import digests, one_message, small_arrays, write_npz

from reportgen.datasets import npz
from reportgen.datasets.npz import read_npz
from reportgen.errors import DataError

ARRAYS = small_arrays()
KEYS = ("x_train", "y_train", "x_test", "y_test")


def npy_bytes(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def write_members(path: Path, **changed: bytes | None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, array in zip(KEYS, ARRAYS, strict=True):
            content = changed.get(key, npy_bytes(array))
            if content is not None:
                archive.writestr(f"{key}.npy", content)
    return path


@pytest.mark.parametrize(
    "convert",
    [
        pytest.param(lambda array: array, id="bytes"),
        pytest.param(lambda array: array.astype(np.int64), id="int64"),
        pytest.param(lambda array: array.astype(">u2"), id="big-endian"),
        pytest.param(np.asfortranarray, id="column-major"),
    ],
)
def test_content_and_digests_equal_those_of_idx_files(convert: Any, tmp_path: Path) -> None:
    content = read_npz(write_npz(tmp_path / "a.npz", [convert(array) for array in ARRAYS]))
    assert content.digests == digests(ARRAYS)
    for read, array in zip(content.arrays, ARRAYS, strict=True):
        assert read.dtype == np.uint8
        np.testing.assert_array_equal(read, array)


def test_other_members_are_not_looked_at(tmp_path: Path) -> None:
    path = write_members(tmp_path / "a.npz")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("evil.npy", npy_bytes(np.array([object()], dtype=object)))
    assert read_npz(path).digests == digests(ARRAYS)


def lying_header(shape: tuple[int, ...]) -> bytes:
    honest = npy_bytes(ARRAYS[0])
    told = str(shape)
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {told}, }}"
    return honest[:10] + header.ljust(117).encode() + b"\n" + honest[128:]


BAD = {
    "objects": ({"x_train": npy_bytes(np.array([None] * 3, dtype=object))}, "type object"),
    "floats": ({"x_train": npy_bytes(ARRAYS[0] / 255)}, "type float64"),
    "durations": ({"y_train": npy_bytes(ARRAYS[1].astype("m8[s]"))}, "type timedelta64"),
    "no labels": ({"y_test": None}, "no array y_test; it holds: x_test, x_train, y_train"),
    "flat images": ({"x_test": npy_bytes(ARRAYS[2].reshape(20, 20))}, "(images, height, width)"),
    "one-hot labels": ({"y_train": npy_bytes(np.eye(30, dtype=np.uint8))}, "(images,) is needed"),
    "negative": ({"y_train": npy_bytes(ARRAYS[1].astype(int) - 1)}, "outside 0 to 255"),
    "too bright": ({"x_train": npy_bytes(ARRAYS[0].astype(int) + 1)}, "outside 0 to 255"),
    "8 TiB announced": ({"x_train": lying_header((2**33, 32, 32))}, "announces 8,796,093,022,208"),
    "negative shape": ({"x_train": lying_header((-1, 5, 4))}, "announces the shape (-1, 5, 4)"),
    "no header": ({"x_train": b"hello"}, "does not begin as an array of NumPy does"),
    "nonsense header": (
        {"x_train": npy_bytes(ARRAYS[0]).replace(b"'descr'", b"((((((('")},
        "does not begin as an array of NumPy does",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_array_is_named_with_what_is_wrong(case: str, tmp_path: Path) -> None:
    members, reason = BAD[case]
    path = write_members(tmp_path / "a.npz", **members)
    with pytest.raises(DataError) as caught:
        read_npz(path)
    message = one_message(caught.value)
    assert message.startswith(f"{path}: ")
    assert reason in message


def test_a_large_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(npz, "MAX_BYTES", 1000)
    with pytest.raises(DataError, match="1,000 is the most"):
        read_npz(write_members(tmp_path / "a.npz"))


def test_no_cut_file_is_taken_for_a_whole_one(tmp_path: Path) -> None:
    path = write_members(tmp_path / "a.npz")
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError):
            read_npz(path)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_flipped_byte_changes_nothing_or_is_an_error(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = write_members(tmp_path_factory.mktemp("flipped") / "a.npz")
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        assert read_npz(path).digests == digests(ARRAYS)
    except DataError as error:
        one_message(error)


@pytest.mark.parametrize("kind", ["absent", "no ZIP file"])
def test_a_file_that_cannot_be_opened(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    if kind == "no ZIP file":
        path.write_bytes(b"hello")
    with pytest.raises(DataError) as caught:
        read_npz(path)
    assert str(path) in one_message(caught.value)
