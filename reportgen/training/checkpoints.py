"""Checkpoints of unfinished trainings in the store, so that a killed build can resume."""

from __future__ import annotations

import io
import json
import math
from typing import TYPE_CHECKING, Any

from reportgen.errors import DataError
from reportgen.storage.disk import sha256
from reportgen.storage.store import Store, unpack_arrays

if TYPE_CHECKING:
    from reportgen.training.jobs import Checkpoint, TrainingJob


class StoredCheckpoints:
    """Checkpoints of unfinished trainings, one file per training; each is checked when it is read.

    Args:
        store: keeps them below its root.
        keys: the store's key of each job, by the job's name.
    """

    def __init__(self, store: Store, keys: dict[str, str]) -> None:
        self._store = store
        self._keys = keys

    def load(self, job: TrainingJob) -> Checkpoint | None:
        """The last checkpoint of this job; None if there is none, or it is damaged."""
        content = self._store.get_checkpoint(self._keys[job.name])
        if content is None or sha256(content[64:]).encode() != content[:64]:
            return None
        import numpy as np

        from reportgen.training.jobs import Checkpoint

        try:
            arrays = unpack_arrays(content[64:])
            about = json.loads(arrays.pop("about").tobytes())
            history = {key: _numbers(values) for key, values in about["history"].items()}
            if not all(np.isfinite(array).all() for array in arrays.values()):
                return None
            return Checkpoint(int(about["epoch"]), arrays, history)
        except (DataError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            # Another version of the program wrote it, or it is forged.
            return None

    def save(self, job: TrainingJob, checkpoint: Checkpoint) -> None:
        """Store this checkpoint in place of the previous one.

        Raises:
            StoreError: the disk is full or the folder cannot be written.
        """
        import numpy as np

        about = json.dumps({"epoch": checkpoint.epoch, "history": checkpoint.history}).encode()
        arrays = {**checkpoint.arrays, "about": np.frombuffer(about, dtype=np.uint8)}
        buffer = io.BytesIO()
        np.savez(buffer, allow_pickle=False, **arrays)
        packed = buffer.getvalue()
        self._store.put_checkpoint(self._keys[job.name], sha256(packed).encode() + packed)

    def remove(self, name: str) -> None:
        """Delete the checkpoint of a finished job, by the job's name."""
        self._store.remove_checkpoint(self._keys[name])


def _numbers(values: list[Any]) -> list[float]:
    """The values, if all are finite numbers."""
    if not all(type(value) in (int, float) and math.isfinite(value) for value in values):
        raise ValueError("a history holds numbers")
    return values
