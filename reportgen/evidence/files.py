"""Reads evidence and weights from files and checks them; no name in them is trusted as a path."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.errors import DataError, RenderError
from reportgen.evidence.check import check_record
from reportgen.evidence.record import Evidence, EvidenceRecord
from reportgen.evidence.weights import MAX_WEIGHT_BYTES, Weights, read_weights
from reportgen.report_folder import ARRAYS_FILE, EVIDENCE_FILE, MAX_RECORD_BYTES, weights_file
from reportgen.storage.npz import read_arrays
from reportgen.storage.reading import cannot_read, read_inside, read_regular

MAX_ARRAY_BYTES = 256 * 1024**2


def load_record(place: Path) -> EvidenceRecord:
    """Read and check the ``evidence.json`` of a report.

    Args:
        place: a report's folder, or the file itself.

    Raises:
        RenderError: the file is missing, is not JSON, or does not satisfy the schema.
    """
    path = place / EVIDENCE_FILE if place.is_dir() else place
    try:
        if path == place:
            content = read_regular(path, MAX_RECORD_BYTES)
        else:
            content = read_inside(place, EVIDENCE_FILE, MAX_RECORD_BYTES)
    except OSError as error:
        raise RenderError(cannot_read(path, error)) from None
    return parse_record(content, str(path))


def parse_record(content: bytes, source: str) -> EvidenceRecord:
    """The record that the bytes of an ``evidence.json`` hold, checked.

    Raises:
        RenderError: naming ``source``: it is not JSON, or does not satisfy the schema.
    """
    try:
        record = json.loads(content)
    except UnicodeDecodeError:
        raise RenderError(
            f"{source} is not JSON. Name a report's folder, or its evidence.json."
        ) from None
    except (ValueError, RecursionError) as error:
        raise RenderError(f"{source} is not JSON: {error}.") from None
    return check_record(record, source)


def load_evidence(folder: Path) -> Evidence:
    """Read ``evidence.json`` and ``evidence.npz`` from a folder.

    Raises:
        RenderError: one is missing, damaged, or not what it claims to be.
    """
    return with_arrays(load_record(folder), folder)


def with_arrays(record: EvidenceRecord, folder: Path) -> Evidence:
    """A record with the arrays of the ``evidence.npz`` in a folder.

    Raises:
        RenderError: the file is missing, damaged, or lacks an image of the record.
    """
    path = folder / ARRAYS_FILE
    try:
        content = read_inside(folder, ARRAYS_FILE, MAX_ARRAY_BYTES)
    except OSError as error:
        raise RenderError(cannot_read(path, error)) from None
    return Evidence(record, parse_arrays(content, path, record))


def parse_arrays(content: bytes, path: Path, record: EvidenceRecord) -> dict[str, NDArray[Any]]:
    """The arrays that the bytes of an ``evidence.npz`` hold, checked.

    Raises:
        RenderError: naming ``path``: it is damaged, or lacks an image of the record.
    """
    try:
        arrays = read_arrays(io.BytesIO(content), path, max_bytes=MAX_ARRAY_BYTES)
    except DataError as error:
        raise RenderError(str(error)) from None
    for image in record["images"]:
        pixels = arrays.get(image["id"])
        if pixels is None:
            raise RenderError(f"{path} lacks the pixels of {image['id']}.")
        if pixels.ndim != 2 or pixels.dtype != np.uint8 or not pixels.size:
            raise RenderError(f"{path}: {image['id']} is not a grey image.")
    return arrays


def load_weights(record: EvidenceRecord, folder: Path) -> dict[str, Weights]:
    """The weights of each model whose file is in a report's folder.

    Raises:
        RenderError: a file is there and is not read, or holds something else.
    """
    found = {}
    for name, model in record["models"].items():
        path = folder / weights_file(name)
        try:
            content = read_inside(folder, weights_file(name), MAX_WEIGHT_BYTES)
            found[name] = read_weights(content, path, model)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise RenderError(cannot_read(path, error)) from None
        except DataError as error:
            what = str(error).splitlines()[0]
            raise RenderError(f"{what}\nRemove it to go on without these weights.") from None
    return found
