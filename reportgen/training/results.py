"""How results of trainings are packed for the store, and unpacked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportgen.storage.store import Entry
    from reportgen.training.jobs import Trained

KIND = "training"

_SCALARS = ("name", "history", "train_n_correct", "train_n_total", "train_loss", "test_n_correct",
            "test_n_total", "test_loss", "n_parameters", "layers")  # fmt: skip


def pack_trained(trained: Trained) -> dict[str, bytes]:
    """A training's result as files: ``result.json``, ``weights.npz``, ``logits.npz``."""
    from reportgen.storage.npz import pack_arrays

    about = {name: getattr(trained, name) for name in _SCALARS}
    return {
        "result.json": json.dumps(about, ensure_ascii=False, allow_nan=False).encode(),
        "weights.npz": pack_arrays(trained.weights),
        "logits.npz": pack_arrays({"test": trained.logits_test, "train": trained.logits_train}),
    }


def unpack_trained(entry: Entry, name: str) -> Trained:
    """The result that ``pack_trained`` packed, as the model ``name``; ``seconds`` is 0."""
    from reportgen.training.jobs import Trained

    about = entry.json("result.json")
    logits = entry.arrays("logits.npz")
    return Trained(
        **{**about, "name": name},
        weights=entry.arrays("weights.npz"),
        logits_test=logits["test"],
        logits_train=logits["train"],
        seconds=0.0,
    )
