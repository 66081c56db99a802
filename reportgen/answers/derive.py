"""Compute ``derived`` in the evidence: what follows from the measured facts by arithmetic.

``compose`` calls ``derive`` for every report, so that a derived number always agrees
with the facts that it comes from. Verdicts that change the wording (a gap, a spread-out
probability) are decided here, not in templates.
"""

from __future__ import annotations

import math

from reportgen.answers.derive_comparison import SIMILAR, derive_comparison, derive_reasons
from reportgen.answers.derive_models import CURVE_RISE, derive_model
from reportgen.config.model_settings import BETA_1, BETA_2, EPSILON, RHO
from reportgen.evaluation.intervals import SIGNIFICANT, Z95
from reportgen.evidence.derived import (
    Certainty,
    DerivedImageRecord,
    DerivedPredictionRecord,
    DerivedRecord,
    SelectionRecord,
    WorkedSoftmaxRecord,
)
from reportgen.evidence.record import EvidenceRecord, PredictionRecord, title_of_its_own
from reportgen.formatting import in_words

NEAR_CERTAIN = 0.99
CLEAR = 0.9


def derive(record: EvidenceRecord) -> DerivedRecord:
    """Everything derived from an evidence record, under the record's names.

    ``compose`` adds the origins of selections and the numbering.
    """
    models = record["models"]
    own = record["report"]["settings"].get("datasets") or {}
    predictions: dict[str, list[DerivedPredictionRecord]] = {}
    for name, model in models.items():
        for place, prediction in enumerate(model["predictions"]):
            names = model["dataset"]["class_names"]
            worked = derive_prediction(prediction, names)
            predictions.setdefault(prediction["selection"], []).append(
                {**worked, "model": name, "place": place}
            )
    return {
        "method": {
            "confidence_level": 0.95,
            "z": Z95,
            "significant": SIGNIFICANT,
            "pixel_max": 255,
            "near_certain": NEAR_CERTAIN,
            "clear": CLEAR,
            "curve_rise": CURVE_RISE,
            "similar": SIMILAR,
            "beta_1": BETA_1,
            "beta_2": BETA_2,
            "rho": RHO,
            "epsilon": EPSILON,
        },
        "n_models": len(models),
        "models": {
            name: {
                "name": name,
                "label": title_of_its_own(models, name) or name,
                **derive_model(model, own.get(model["dataset"]["name"])),
            }
            for name, model in models.items()
        },
        "predictions": predictions,
        "images": _derive_images(record),
        "selections": _derive_selections(record),
        "comparison": derive_comparison(record),
        "reasons": derive_reasons(record),
    }


def derive_prediction(prediction: PredictionRecord, names: list[str]) -> WorkedSoftmaxRecord:
    """The worked softmax of one prediction, its ranking and what a second softmax does."""
    logits = prediction["logits"]
    once, twice = prediction["probabilities"], prediction["softmax_twice"]
    order = sorted(range(len(once)), key=lambda k: (-once[k], -logits[k], k))
    argmax, label = prediction["argmax"], prediction["label"]
    others = [k for k in order if k != argmax]
    top, second = once[argmax], others[0]
    largest = max(logits)
    exponentials = [math.exp(value - largest) for value in logits]
    certainty: Certainty = (
        "near-certain" if top >= NEAR_CERTAIN else "clear" if top >= CLEAR else "spread"
    )
    return {
        "argmax_name": names[argmax],
        "argmax_position": argmax + 1,
        "position": prediction["index"] + 1,
        "label_name": names[label],
        "named": _named(names),
        "top": top,
        "certainty": certainty,
        "rest": math.fsum(once[k] for k in others),
        "runner_up": {"index": second, "name": names[second], "probability": once[second]},
        "true_probability": once[label],
        "true_rank": order.index(label) + 1,
        "sum": math.fsum(once),
        "n_zero": sum(1 for value in once if value == 0),
        "n_one": sum(1 for value in once if value == 1),
        "largest_logit": largest,
        "logits_argmax": logits.index(largest),
        "sum_of_exponentials": math.fsum(exponentials),
        "ratio_to_runner_up": _ratio(logits[argmax] - logits[second]),
        "margin": logits[argmax] - logits[second],
        "steps": [
            {
                "index": k,
                "name": names[k],
                "logit": logits[k],
                "shifted": logits[k] - largest,
                "exponential": exponentials[k],
                "probability": once[k],
                "twice": twice[k],
            }
            for k in range(len(logits))
        ],
        "twice_top": twice[argmax],
        "twice_argmax": twice.index(max(twice)),
        "twice_same": twice.index(max(twice)) == argmax,
        "twice_drop": top - twice[argmax],
        "entropy": _entropy(once),
        "twice_entropy": _entropy(twice),
    }


def _named(names: list[str]) -> bool:
    """Whether classes have names that say more than their numbers."""
    return names != [str(k) for k in range(len(names))]


def _ratio(margin: float) -> float | None:
    """Exp of a logit difference; None where that is too large to print."""
    return math.exp(margin) if margin < 40 else None


def _entropy(probabilities: list[float]) -> float:
    """Shannon entropy in nats."""
    return -math.fsum(p * math.log(p) for p in probabilities if p > 0)


def _derive_images(record: EvidenceRecord) -> dict[str, list[DerivedImageRecord]]:
    """The class name of every selected image, by selection."""
    names = {
        model["dataset"]["name"]: model["dataset"]["class_names"]
        for model in record["models"].values()
    }
    images: dict[str, list[DerivedImageRecord]] = {}
    for place, image in enumerate(record["images"]):
        of_dataset = names[image["dataset"]]
        about: DerivedImageRecord = {
            "label_name": of_dataset[image["label"]],
            "named": _named(of_dataset),
            "place": place,
        }
        images.setdefault(image["selection"], []).append(about)
    return images


def _derive_selections(record: EvidenceRecord) -> dict[str, SelectionRecord]:
    """The image numbers of each selection, how many there are, and how many are predicted right."""
    numbers: dict[str, list[int]] = {}
    for image in record["images"]:
        numbers.setdefault(image["selection"], []).append(image["index"])
    right: dict[str, list[bool]] = {}
    for model in record["models"].values():
        for prediction in model["predictions"]:
            right.setdefault(prediction["selection"], []).append(prediction["match"])
    return {
        name: {
            "n": len(indices),
            "n_words": in_words(len(indices)),
            "indices": indices,
            "n_right": right[name].count(True) if name in right else None,
            "n_wrong": right[name].count(False) if name in right else None,
        }
        for name, indices in numbers.items()
    }
