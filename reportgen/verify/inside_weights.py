"""The weights inside the evidence: the logits of the shown images follow from them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reportgen.evidence import Evidence
from reportgen.verify.findings import Difference
from reportgen.verify.network import FLOAT16, evaluate, weight_shapes


def look_at_weights_inside(evidence: Evidence) -> Iterator[Difference]:
    """Shapes of the weights as float16, and the logits that they give of the shown images."""
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
            if values is None or values.shape != shapes[each] or values.dtype != np.float16
        ]
        for each in wrong:
            yield Difference(f"evidence.npz, {prefix}{each}", "is missing or of another shape")
        if not wrong and model["predictions"]:
            yield from _logits(evidence, name, {k: v for k, v in weights.items() if v is not None})
    for each in evidence.arrays:
        if each.startswith("weights/") and each not in known:
            yield Difference(f"evidence.npz, {each}", "belongs to no layer of the evidence")


def _logits(evidence: Evidence, name: str, weights: dict[str, np.ndarray]) -> Iterator[Difference]:
    model = evidence.model(name)
    dataset = model["dataset"]["name"]
    pixels = np.stack(
        [evidence.arrays[f"{dataset}-test-{p['index']}"] for p in model["predictions"]]
    )
    layers = model["architecture"]["layers"]
    logits, bounds = evaluate(layers, weights, pixels, FLOAT16)
    for place, prediction in enumerate(model["predictions"]):
        off = np.abs(np.asarray(prediction["logits"]) - logits[place])
        if not (off <= bounds[place]).all():
            text = (
                f"do not follow from pixels and weights: off by up to {off.max():.3g}, "
                f"of which rounding explains {bounds[place][off.argmax()]:.3g}"
            )
            yield Difference(f"models.{name}.predictions.{place}.logits", text)
