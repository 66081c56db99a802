"""Wording follows the facts where they are rare: one epoch, one image, stored zeros, ties."""

from __future__ import annotations

from typing import Any

import pytest
from counterfactual import Case, check, no_validation, top_stored
from measured import composed, measured_evidence
from reading import read
from variants import changed, losses, of_study

DEFAULT, NOTES = "fashion-and-digits", "fashion-and-digits-notes"
FORMAL, WALK, OVERVIEW = "formal-response", "digits-walkthrough", "fashion-overview"


def leaders_merged(record: dict[str, Any]) -> None:
    """The largest logit comes second: in 32 bits its probability equals that of the first."""
    for model in record["models"].values():
        for p in model["predictions"]:
            n = len(p["logits"])
            p["logits"] = [0.0] * (n - 2) + [5.0, 5.0 + 2**-21]
            p["probabilities"] = [0.01] * (n - 2) + [0.46, 0.46]
            p["argmax"] = n - 2


def linear(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        for layer in model["architecture"]["layers"][:-1]:
            if layer.get("activation"):
                layer["activation"] = "linear"


def own_data(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        model["dataset"] |= {"name": "own", "title": "Own"}
    for image in record["images"]:
        image["dataset"] = "own"


def one_epoch(record: dict[str, Any]) -> None:
    losses(0.3)(record)
    for model in record["models"].values():
        model["training"]["epochs"] = 1


def large_batches(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        model["training"]["batch_size"] = 5000


def one_sample_image(record: dict[str, Any]) -> None:
    for found in record["studies"]["confidence"]["models"].values():
        found["sample"] |= {"n": 1, "n_right": 1, "n_wrong": 0}


def one_grid_image(record: dict[str, Any]) -> None:
    first = next(image for image in record["images"] if image["selection"] == "grid")
    others = [image for image in record["images"] if image["selection"] != "grid"]
    record["images"] = [first, *others]


CASES = {
    "leaders merged by rounding": Case(
        DEFAULT, "softmax-argmax", leaders_merged,
        "argmax of the logits would do",
        "Argmax of the logits is 9, not 8: in 32 bits the two probabilities are equal, and",
        "argmax gives one index",
    ),
    "leaders merged, in notes": Case(
        NOTES, "softmax-argmax", leaders_merged,
        "For the class alone, argmax of the logits would do",
        "exceeds that of Bag so slightly that in 32 bits both get the same probability.",
        "of equal entries, the first.",
    ),
    "a runner-up stored as 0": Case(
        DEFAULT, "predictions-array", top_stored(1.0, zeros=9),
        "",
        "with 0 (so small that 32-bit arithmetic stores 0).",
        "(counted from 0), which stands for",
        top_stored(0.9, zeros=0),
    ),
    "one epoch": Case(
        WALK, "curves", one_epoch,
        "The loss curves show overfitting",
        "One epoch makes no curve, so nothing can be said of overfitting: the validation loss",
        "A training point is a running mean over the epoch",
        losses(0.3, 0.2, 0.4),
    ),
    "a level validation loss": Case(
        WALK, "curves", losses(0.3, 0.2, 0.2),
        "The loss curves show overfitting",
        "and ends at 0.200, and has not risen.",
        "A training point is a running mean over the epoch",
        losses(0.3, 0.2, 0.4),
    ),
    "batches larger than the data": Case(
        WALK, "train", large_batches,
        "After each batch of 32 images",
        "After each batch of up to 5,000 images Adam changes the weights",
        "before anything is shuffled",
    ),
    "no validation images to plot": Case(
        WALK, "curves", no_validation,
        "No overfitting is visible",
        "cannot show overfitting",
        "",
        losses(0.3, 0.2, 0.1),
    ),
    "linear hidden layers": Case(
        FORMAL, "relu-softmax", linear,
        "ReLU makes the network more than a linear function of the pixels",
        "The hidden layers of this model have no activation, so it is linear up to the logits.",
        "Negative numbers as such do no harm",
    ),
    "data that the tutorial does not have": Case(
        DEFAULT, "training-images", own_data,
        "which the tutorial shows",
        "",
        "Only the image numbers differ from the tutorial's; no pixel was changed.",
    ),
    "one sample image, which is right": Case(
        OVERVIEW, "samples", one_sample_image,
        "are predicted correctly",
        "Of 1 test image drawn at random from all classes, 1 is predicted correctly and none"
        " wrongly.",
        "Test images with the predicted class",
    ),
    "labels that were partly learned": Case(
        FORMAL, "split", of_study("shuffled_labels", train_verdict="partly"),
        "Judged by training accuracy these would be successes",
        "memorised a part of the shuffled labels, 1,998 of 2,000",
        "To show this, the labels of some training images",
        of_study("shuffled_labels", train_verdict="memorised", test_verdict="chance"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_sentence_changes_with_rare_evidence(name: str) -> None:
    check(CASES[name])


@pytest.mark.parametrize("name", [DEFAULT, NOTES])
def test_a_grid_of_one_image_is_asked_for_and_shown_as_one(name: str) -> None:
    report = composed(name, changed(measured_evidence(name), one_grid_image)).report
    question = next(question for question in report.questions if question.id == "digits-grid")
    assert "a plot of one image from the data with its label" in read(report, question.prompt)
    alts = [block.spec.alt["grid"] for block in report.blocks if "grid" in getattr(block, "id", "")]
    assert [
        alt.startswith("Greyscale training image of 28 by 28 pixels, labelled") for alt in alts
    ] == [True]
