"""The weights inside the evidence: the logits of the shown images follow from them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reportgen.evidence.record import Evidence
from reportgen.evidence.weights import kept_weights, weight_shapes
from reportgen.verify.findings import Difference
from reportgen.verify.network import evaluate


def look_at_weights_inside(evidence: Evidence) -> Iterator[Difference]:
    """Shapes and types of the weights, and the logits that they give of the shown images."""
    known = set()
    for name, model in evidence.record["models"].items():
        layers = model["architecture"]["layers"]
        shapes = weight_shapes(layers, model["dataset"]["test_shape"][1:])
        prefix = f"weights/{name}/"
        known |= {prefix + each for each in shapes}
        weights = {each: evidence.arrays.get(prefix + each) for each in shapes}
        wrong = [
            each
            for each, values in weights.items()
            if values is None or values.shape != shapes[each] or not _is_kept(values)
        ]
        for each in wrong:
            yield Difference(
                f"evidence.npz, {prefix}{each}", "is missing or of another shape or type"
            )
        if not wrong and model["predictions"]:
            yield from _logits(evidence, name, {k: v for k, v in weights.items() if v is not None})
    for each in evidence.arrays:
        if each.startswith("weights/") and each not in known:
            yield Difference(f"evidence.npz, {each}", "belongs to no layer of the evidence")


def _is_kept(values: np.ndarray) -> bool:
    """Whether weights are finite, and of the type that evidence keeps such values in."""
    if values.dtype not in (np.float16, np.float32) or not np.isfinite(values).all():
        return False
    return bool(values.dtype == kept_weights(values).dtype)


def _logits(evidence: Evidence, name: str, weights: dict[str, np.ndarray]) -> Iterator[Difference]:
    model = evidence.model(name)
    dataset = model["dataset"]["name"]
    pixels = np.stack(
        [evidence.arrays[f"{dataset}-test-{p['index']}"] for p in model["predictions"]]
    )
    layers = model["architecture"]["layers"]
    logits, bounds = evaluate(layers, weights, pixels)
    for place, prediction in enumerate(model["predictions"]):
        off = np.abs(np.asarray(prediction["logits"]) - logits[place])
        if not (off <= bounds[place]).all():
            text = (
                f"do not follow from pixels and weights: off by up to {off.max():.3g}, "
                f"of which rounding explains {bounds[place][off.argmax()]:.3g}"
            )
            yield Difference(f"models.{name}.predictions.{place}.logits", text)
