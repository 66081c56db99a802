"""Wording follows the facts: what a sentence says when the evidence says something else.

Here the two assignments on clothing and digits. With those in
``test_counterfactuals_others`` the cases cover the sentences that can become false:
probabilities of 0 and 1, sums, ties, losses, flattening, certainty, labels, running
accuracies, gaps, curves, verdicts, spreads, twins, merged classes, chance, calibration,
missing errors.
"""

from __future__ import annotations

import copy

import pytest
from counterfactual import (
    Case,
    check,
    equal_logits,
    fewer_images,
    level_pairs,
    lost_leader,
    near_uniform,
    other_layers,
    other_training,
    reasons,
    running_accuracy,
    runs,
    softmax_inside,
    top_stored,
)
from measured import measured_evidence
from variants import (
    certain,
    changed,
    every_prediction,
    gap,
    of_study,
    swapped,
    verdict,
)

DEFAULT, NOTES = "fashion-and-digits", "fashion-and-digits-notes"
ALL_RIGHT = every_prediction(True)
SURE, UNSURE = certain(0.9995), certain(0.5)

CASES = {
    "an output of exactly 0": Case(
        DEFAULT, "predictions-array", top_stored(0.99, zeros=2),
        "",
        "two of them are so small that 0 is stored",
        "In exact arithmetic every entry lies between 0 and 1",
        top_stored(0.9999),
    ),
    "an output of exactly 1": Case(
        NOTES, "predictions-array", top_stored(1.0),
        "The largest entry is > 0.9999 at index",
        "the largest is so near to 1 that 1 is stored",
        "In exact arithmetic every entry lies between 0 and 1",
        top_stored(0.99999),
    ),
    "a probability that is spread": Case(
        DEFAULT, "predictions-array", UNSURE,
        "The model is nearly certain here",
        "of the probability to other classes.",
        "Indices count from 0",
        SURE,
    ),
    "a probability that is clear, not certain": Case(
        NOTES, "single-prediction", certain(0.95),
        "The model is nearly certain here",
        "The model clearly prefers one class, but leaves 0.0500 to the others.",
        "The model expects a batch",
        SURE,
    ),
    "a prediction that is wrong": Case(
        DEFAULT, "argmax-label", every_prediction(False),
        "Yes, it matches.",
        "No, it does not match.",
        "says little about accuracy, which takes many images",
        ALL_RIGHT,
    ),
    "a wrong prediction and its true class": Case(
        NOTES, "single-prediction", every_prediction(False),
        "Yes, the prediction matches the label.",
        "The model gives the true class,",
        "Argmax is still needed",
        ALL_RIGHT,
    ),
    "a verified image that is wrong": Case(
        DEFAULT, "verify-predictions", every_prediction(False),
        "so the prediction is right.",
        "so the prediction is wrong; the true class has",
        "A triangle marks the predicted class and a dot the true one.",
        ALL_RIGHT,
    ),
    "a second softmax changes some classes": Case(
        DEFAULT, "single-prediction", of_study("double_softmax", n_changed_class=3),
        "test images the predicted class stays the same for 1,000, while",
        "and changes for 3, where rounding merges near-equal leaders",
        "no result can exceed 0.2320",
    ),
    "a second softmax changes this class": Case(
        NOTES, "single-prediction", lost_leader,
        "the class would stay",
        "the class would change, because 32-bit arithmetic can no longer tell the leaders apart",
        "whose last layer *is* softmax",
    ),
    "a second softmax does not raise the loss": Case(
        DEFAULT, "single-prediction", of_study("double_softmax", loss_verdict="not higher"),
        "the mean loss rises from",
        "the mean loss does not rise: it goes from",
        "would find no better class",
    ),
    "a second softmax on an array that is uniform": Case(
        DEFAULT, "single-prediction", near_uniform,
        "For this image the top probability would fall from",
        "nearly equal probabilities have nothing left to flatten",
        "two results can differ by a factor of at most $e$",
    ),
    "no ties below the top": Case(
        NOTES, "single-prediction", of_study("double_softmax", n_with_ties_twice=0),
        "so that their order can no longer be seen",
        "",
        "the predicted class stays the same for",
        of_study("double_softmax", n_with_ties_twice=500),
    ),
    "fit's running accuracy above the measured one": Case(
        DEFAULT, "digits-accuracy", running_accuracy(0.9999),
        ", below the measured one",
        ", above the measured one",
        "a running mean over an epoch while the weights still change",
        running_accuracy(0.9),
    ),
    "training equals test": Case(
        DEFAULT, "digits-accuracy", gap(0.0),
        "This generalisation gap is what the tutorial calls overfitting",
        "Training and test accuracy are equal",
        "The 95 % interval of the test accuracy",
    ),
    "a gap too small to see": Case(
        NOTES, "digits-accuracy", gap(0.002),
        "This generalisation gap is what",
        "holds 0, so no generalisation gap is visible",
        "The 95 % interval of the test accuracy",
    ),
    "the other model better": Case(
        DEFAULT, "comparison", swapped,
        "The MNIST model is the more accurate one",
        "The Fashion-MNIST model is the more accurate one",
        "The two models are of one design",
    ),
    "not distinguishable": Case(
        DEFAULT, "comparison", verdict("indistinguishable"),
        "The MNIST model is the more accurate one",
        "That does not prove them equal; it says that these images cannot tell.",
        "Both models have the same layers and were trained in the same way",
    ),
    "no difference, no reasons": Case(
        NOTES, "comparison", verdict("indistinguishable"),
        "*Do the images of a class vary less in MNIST?*",
        "Where no difference is established there is none to explain",
        "Mean squared distance to the class's mean image",
    ),
    "trained for unequal times": Case(
        DEFAULT, "comparison", other_training,
        "so what differs is the task",
        "but were not trained in the same way. Where they differ, that may be part of the",
        "The MNIST model is the more accurate one",
    ),
    "models of one design, trained for unequal times": Case(
        DEFAULT, "comparison", other_training,
        "The two models are of one design, so the higher score",
        "so a higher score alone does not tell",
        "points (Newcombe)",
    ),
    "unequal layers": Case(
        NOTES, "comparison", other_layers,
        "means an easier task for this kind of network, not a better design",
        "does not tell an easier task from a better model",
        "The MNIST model is the more accurate one",
    ),
    "images of the better class vary more": Case(
        DEFAULT, "comparison", reasons("digits", within_class=9999.0),
        "The two are about as large, so this common explanation is not supported.",
        "They vary *more* in MNIST, which speaks against this reason.",
        "Merging can never lower accuracy",
    ),
    "the nearest mean image the other way round": Case(
        DEFAULT, "comparison",
        reasons("digits", nearest_centroid__n_correct=10, nearest_centroid__accuracy=0.01),
        "the two cannot be told apart, so this is unclear",
        "without a network the order is reversed, which speaks against this reason",
        "Merging can never lower accuracy",
        reasons("digits", nearest_centroid__n_correct=100, nearest_centroid__accuracy=0.1),
    ),
    "merging that does not narrow the difference": Case(
        DEFAULT, "comparison", reasons("fashion", merged__accuracy=0.876, merged__gain=0.001),
        "at least half, which is consistent with look-alike classes",
        "merging does not narrow the difference, which speaks against this reason",
        "Merging can never lower accuracy, so only the comparison counts",
        reasons("fashion", merged__accuracy=0.97, merged__gain=0.095),
    ),
    "a reversed single run": Case(
        NOTES, "comparison",
        runs("digits", [0.977, 0.98, 0.98, 0.80, 0.98], n_higher_wins=4,
             separation__complete=False),
        "in every one of the five pairs",
        "in four of the five pairs, and the runs of the two models overlap",
        "The MNIST model is the more accurate one",
    ),
    "runs without any spread": Case(
        NOTES, "comparison", runs("digits", [0.977] * 5),
        "mean 97.70 %, sample standard deviation 0.28 points",
        "five runs: 97.70 % on the test images in each, a standard deviation of 0 points, which"
        " does not mean that another run",
        "Fashion-MNIST, five runs",
    ),
    "repeated runs that cannot tell": Case(
        NOTES, "comparison", runs("digits", [0.97, 0.98, 0.97, 0.98, 0.97],
                                  verdict="indistinguishable"),
        "For new images and new seeds together the MNIST model is the more accurate one as well",
        "For new images and new seeds together the two are not distinguishable",
        "The MNIST model is the more accurate one",
    ),
    "a softmax inside the model": Case(
        DEFAULT, "softmax-argmax", softmax_inside,
        "The model was trained to put out logits.",
        "so what `predict` returns are probabilities already",
        "It returns an *index*",
    ),
    "pairs confused equally often": Case(
        DEFAULT, "comparison", level_pairs(2),
        "(7 of 7 errors); of MNIST",
        "is T-shirt/top and Trouser (7 of 14 errors), level with T-shirt/top and Pullover; of",
        "The most confused pair of Fashion-MNIST is",
        level_pairs(1),
    ),
    "three pairs confused equally often": Case(
        DEFAULT, "comparison", level_pairs(3),
        ", level with 0 and 2. The",
        "level with T-shirt/top and Pullover and with T-shirt/top and Dress; of MNIST",
        "The most confused pair of Fashion-MNIST is",
        level_pairs(2),
    ),
    "more pairs confused equally often than are named": Case(
        DEFAULT, "comparison", level_pairs(7),
        "level with T-shirt/top and Pullover and with T-shirt/top and Dress; of MNIST",
        "level with T-shirt/top and Pullover, with T-shirt/top and Dress and with 4 more; of MNIST",
        "The most confused pair of Fashion-MNIST is",
        level_pairs(3),
    ),
    "errors too few for more pairs": Case(
        DEFAULT, "comparison", level_pairs(2, n=1),
        "and 100 % of those of MNIST, so this is unclear.",
        "and 100 % of those of MNIST, but so few errors fill no more pairs, so this is unclear.",
        "The most confused pair of Fashion-MNIST is",
        level_pairs(2, n=2),
    ),
    "fitted to fewer images": Case(
        DEFAULT, "comparison", fewer_images,
        "so what differs is the task",
        "; they were fitted to 3,000 (MNIST) and 2,500 images (Fashion-MNIST). Where they differ",
        "The MNIST model is the more accurate one",
    ),
    "no meaning without a difference": Case(
        NOTES, "comparison", verdict("indistinguishable"),
        "so the higher score means an easier task",
        "On the training images the accuracies are 99.50 % (MNIST) and",
        "Both models have the same layers and were trained in the same way",
    ),
    "seeds that never differ": Case(
        NOTES, "comparison",
        runs("digits", [0.977] * 5, n_ties=5, n_higher_wins=0, separation__complete=False),
        "in every one of the five pairs",
        "Seed by seed, neither model is ahead in any of the five pairs",
        "The MNIST model is the more accurate one",
    ),
    "reruns without any spread": Case(
        NOTES, "digits-accuracy", runs("digits", [0.977] * 5),
        "One more run is expected to reach",
        "All five runs of this report reached 97.70 % on the test images.",
        "Its accuracy need not be exactly that of this report",
    ),
    "two logits that are equal": Case(
        DEFAULT, "softmax-argmax", equal_logits,
        "The logit of",
        "The two largest logits are equal.",
        "It returns an *index*",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_sentence_changes_with_the_evidence_and_others_do_not(name: str) -> None:
    check(CASES[name])


def test_a_changed_record_leaves_the_measured_one_alone() -> None:
    evidence = measured_evidence(DEFAULT)
    before = copy.deepcopy(evidence.record)
    changed(evidence, swapped, every_prediction(False))
    assert evidence.record == before
