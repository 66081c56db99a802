"""How results of trainings are packed for the store, and unpacked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportgen.storage.store import Entry
    from reportgen.training.jobs import Diverged, Trained

KIND = "training"
DIVERGED_FILE = "diverged.json"

_PLAIN = ("name", "history", "train_score", "test_score", "n_parameters", "layers")


def pack_trained(trained: Trained | Diverged) -> dict[str, bytes]:
    """A training's result as files: ``result.json``, ``weights.npz``, ``logits.npz``.

    Of one that diverged, there is ``diverged.json`` alone.
    """
    from reportgen.storage.npz import pack_arrays
    from reportgen.training.jobs import Diverged

    if isinstance(trained, Diverged):
        return {DIVERGED_FILE: json.dumps({"epoch": trained.epoch}).encode()}
    about = {name: getattr(trained, name) for name in _PLAIN}
    return {
        "result.json": json.dumps(about, ensure_ascii=False, allow_nan=False).encode(),
        "weights.npz": pack_arrays(trained.weights),
        "logits.npz": pack_arrays({"test": trained.logits_test, "train": trained.logits_train}),
    }


def unpack_trained(entry: Entry, name: str) -> Trained | Diverged:
    """The result that ``pack_trained`` packed, as the model ``name``; ``seconds`` is 0."""
    from reportgen.training.jobs import Diverged, Trained

    if DIVERGED_FILE in entry.files:
        return Diverged(name, entry.json(DIVERGED_FILE)["epoch"], 0.0)
    about = entry.json("result.json")
    logits = entry.arrays("logits.npz")
    return Trained(
        **{**about, "name": name},
        weights=entry.arrays("weights.npz"),
        logits_test=logits["test"],
        logits_train=logits["train"],
        seconds=0.0,
    )
