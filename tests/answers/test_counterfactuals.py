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
    set_aside,
    softmax_inside,
    top_stored,
    training_reversed,
)
from measured import measured_evidence
from variants import certain, changed, every_prediction, gap, of_study, swapped, verdict

DEFAULT, NOTES = "fashion-and-digits", "fashion-and-digits-notes"
ALL_RIGHT = every_prediction(True)
SURE, UNSURE = certain(0.9995), certain(0.5)

CASES = {
    "an output of exactly 0": Case(
        DEFAULT, "predictions-array", top_stored(0.99, zeros=2),
        "",
        "Stored in 32 bits, two of them are so small that 0 is left.",
        "Every entry lies between 0 and 1, and together they make 1 (up to rounding).",
        top_stored(0.9999),
    ),
    "an output of exactly 1": Case(
        NOTES, "predictions-array", top_stored(1.0),
        "The largest entry, > 0.9999, has index",
        "Stored in 32 bits, the largest is so near to 1 that 1 is left.",
        "Every entry lies between 0 and 1, and together they make 1 (up to rounding).",
        top_stored(0.99999),
    ),
    "outputs of exactly 0 and 1": Case(
        NOTES, "predictions-array", top_stored(1.0, zeros=1),
        "",
        "one of them is so small that 0 is left and the largest is so near to 1 that 1 is left.",
        "An entry is a probability, not a percentage",
        top_stored(0.99999),
    ),
    "a probability that is spread": Case(
        DEFAULT, "predictions-array", UNSURE,
        "The model is nearly certain, which does not by itself make it right.",
        "The model leaves 0.5000 to other classes.",
        "(counted from 0), which stands for",
        SURE,
    ),
    "a probability that is clear, not certain": Case(
        NOTES, "predictions-array", certain(0.95),
        "The model is nearly certain",
        "The model clearly prefers one class, but leaves 0.0500 to the others.",
        "measured frequency",
        SURE,
    ),
    "a prediction that is wrong": Case(
        DEFAULT, "argmax-label", every_prediction(False),
        "Yes, it matches:",
        "No, it does not match:",
        "is no measure of accuracy",
        ALL_RIGHT,
    ),
    "a wrong prediction and its true class": Case(
        NOTES, "single-prediction", every_prediction(False),
        "Yes, it matches:",
        "The model gives the true class,",
        "Argmax is still needed",
        ALL_RIGHT,
    ),
    "a verified image that is wrong": Case(
        DEFAULT, "verify-predictions", every_prediction(False),
        "which is right.",
        "which is wrong: the label is",
        "Figure 2 and Figure 3 show test images 20 and 40 with their predictions",
        ALL_RIGHT,
    ),
    "verified images that are all wrong": Case(
        NOTES, "digits-verify", every_prediction(False),
        "with their predictions, which are both right.",
        "with their predictions, which are both wrong.",
        "show test images 17 and 14",
        ALL_RIGHT,
    ),
    "a second softmax changes some classes": Case(
        DEFAULT, "single-prediction", of_study("double_softmax", n_changed_class=3),
        "The predicted class changes for none of the 1,000 test images.",
        "changes for 3 of the 1,000 test images, where rounding merges near-equal leaders.",
        "none can exceed 0.2320",
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
        "finds no better class",
    ),
    "a second softmax on an array that is uniform": Case(
        DEFAULT, "single-prediction", near_uniform,
        "For this image the top probability would fall from",
        "nearly equal probabilities have nothing left to flatten",
        "two results can differ by a factor of at most $e$",
    ),
    "fit's running accuracy above the measured one": Case(
        DEFAULT, "digits-accuracy", running_accuracy(0.9999),
        ", below the measured accuracy",
        ", above the measured accuracy",
        "a running mean while the weights still change, which is another quantity",
        running_accuracy(0.9),
    ),
    "training equals test": Case(
        DEFAULT, "digits-accuracy", gap(0.0),
        "The tutorial calls this gap overfitting",
        "Training and test accuracy are equal",
        "The 95 % confidence interval of the test accuracy",
    ),
    "a gap too small to see": Case(
        NOTES, "digits-accuracy", gap(0.002),
        "The tutorial calls this gap overfitting; strictly it is a generalisation gap",
        "holds 0, so no generalisation gap is visible",
        "The 95 % confidence interval of the test accuracy",
    ),
    "images set aside for validation": Case(
        NOTES, "digits-accuracy", set_aside,
        "of 3,000 correct)",
        "of 2,400 correct; the other 600 were set aside for validation)",
        "The 95 % confidence interval of the test accuracy",
    ),
    "the other model better": Case(
        DEFAULT, "comparison", swapped,
        "The MNIST model is more accurate",
        "The Fashion-MNIST model is more accurate",
        "the higher score means an easier task for this network, not a better design",
    ),
    "not distinguishable": Case(
        DEFAULT, "comparison", verdict("indistinguishable"),
        "The MNIST model is more accurate",
        "These test images cannot tell which model is more accurate",
        "Both models have the same layers and training",
    ),
    "no difference, no reasons": Case(
        NOTES, "comparison", verdict("indistinguishable"),
        "None of this proves a cause.",
        "That does not prove the two equal. No difference is established, so there is none to",
        "Mean squared distance to the class's mean image",
    ),
    "no difference, no judgements": Case(
        DEFAULT, "comparison", verdict("indistinguishable"),
        "As a reason",
        "Measured on pixels from 0 to 1 and on errors.",
        "Test accuracy of naming the class with the nearest mean image",
    ),
    "trained for unequal times": Case(
        DEFAULT, "comparison", other_training,
        "Both models have the same layers and training",
        "but were not trained in the same way, so the higher score alone does not tell an easier",
        "The MNIST model is more accurate",
    ),
    "models of one design, trained for unequal times": Case(
        NOTES, "comparison", other_training,
        "so the higher score means an easier task for this network, not a better design",
        "so the higher score alone does not tell",
        "points, Newcombe)",
    ),
    "look-alike classes, but models trained for unequal times": Case(
        DEFAULT, "comparison", other_training,
        "Probably because the network confuses four classes of Fashion-MNIST",
        "Perhaps because the network confuses four classes of Fashion-MNIST",
        "The MNIST model is more accurate",
        reasons("fashion", merged__accuracy=0.97, merged__gain=0.095),
    ),
    "unequal layers": Case(
        NOTES, "comparison", other_layers,
        "means an easier task for this network, not a better design",
        "The models differ in their layers, but were trained in the same way, so the higher score"
        " alone does not tell an easier task from a better model.",
        "The MNIST model is more accurate",
    ),
    "images of the better class vary more": Case(
        DEFAULT, "comparison", reasons("digits", within_class=9999.0),
        "Images of a class vary hardly less in MNIST, if at all",
        "Images of a class do not vary less in MNIST: mean squared distance",
        "None of this proves a cause.",
    ),
    "images of the better class vary less": Case(
        DEFAULT, "comparison", reasons("digits", within_class=1.0),
        "Images of a class vary hardly less in MNIST, if at all",
        "Mean squared distance to the class's mean image | 1.0 | 58.6 | consistent",
        "None of this proves a cause.",
    ),
    "the nearest mean image the other way round": Case(
        DEFAULT, "comparison",
        reasons("digits", nearest_centroid__n_correct=10, nearest_centroid__accuracy=0.01),
        "the class with the nearest mean image | 10.0 % | 10.5 % | against",
        "the class with the nearest mean image | 1.0 % | 10.5 % | against",
        "None of this proves a cause.",
        reasons("digits", nearest_centroid__n_correct=100, nearest_centroid__accuracy=0.1),
    ),
    "merging that does not narrow the difference": Case(
        DEFAULT, "comparison", reasons("fashion", merged__accuracy=0.876, merged__gain=0.001),
        "if these count as one, the difference of 10.20 percentage points shrinks by",
        ", which does not narrow the difference.",
        "that the finished model confuses most on its training images",
        reasons("fashion", merged__accuracy=0.97, merged__gain=0.095),
    ),
    "classes that lie closer together, in spite of a few that look alike": Case(
        DEFAULT, "comparison", reasons("digits", between_share=0.001),
        "",
        "The mean images of the classes lie closer together in MNIST (0.1 % of the variation lies"
        " between classes, against 0.3 %). An average over all classes can hide a few that are"
        " hard to tell apart:",
        "None of this proves a cause.",
        reasons("fashion", merged__accuracy=0.97, merged__gain=0.095),
    ),
    "classes that lie closer together, but are told apart": Case(
        DEFAULT, "comparison",
        reasons("digits", nearest_centroid__n_correct=800, nearest_centroid__accuracy=0.8),
        "",
        "Yet giving each image the class of the nearest mean image gets more of MNIST right (80",
        "The mean images of the classes lie closer together in MNIST",
        reasons("digits", between_share=0.001),
    ),
    "a reversed single run": Case(
        NOTES, "comparison",
        runs("digits", [0.977, 0.98, 0.98, 0.80, 0.98], n_higher_wins=4,
             separation__complete=False),
        "All five MNIST runs beat all five Fashion-MNIST runs",
        "The runs of the two models overlap: the MNIST model is ahead with 4 of the 5 seeds.",
        "The MNIST model is more accurate",
    ),
    "runs without any spread": Case(
        NOTES, "comparison", runs("digits", [0.977] * 5),
        "mean 97.70 %, sample standard deviation 0.28 points",
        "five runs: 97.70 % in each, sample standard deviation 0 points.",
        "The Fashion-MNIST model, five runs",
    ),
    "repeated runs that cannot tell": Case(
        NOTES, "comparison", runs("digits", [0.97, 0.98, 0.97, 0.98, 0.97],
                                  verdict="indistinguishable"),
        "Allowing for both the choice of test images and the seed, the means still differ by",
        "Allowing for both the choice of test images and the seed, the means cannot be told apart",
        "The MNIST model is more accurate",
    ),
    "a softmax inside the model": Case(
        DEFAULT, "softmax-argmax", softmax_inside,
        "It was applied by appending a `Softmax` layer to the trained model",
        "It is the activation of the model's last layer",
        "returns an *index*",
    ),
    "pairs confused equally often": Case(
        DEFAULT, "comparison", level_pairs(2),
        "the pair confused most is T-shirt/top and Trouser (7 times).",
        "is T-shirt/top and Trouser (7 times), level with T-shirt/top and Pullover.",
        "Confusion matrix of the Fashion-MNIST model",
        level_pairs(1),
    ),
    "three pairs confused equally often": Case(
        DEFAULT, "comparison", level_pairs(3),
        ", level with 0 and 2.",
        "level with T-shirt/top and Pullover and with T-shirt/top and Dress.",
        "the pair confused most is T-shirt/top and Trouser (7 times)",
        level_pairs(2),
    ),
    "more pairs confused equally often than are named": Case(
        DEFAULT, "comparison", level_pairs(7),
        "level with T-shirt/top and Pullover and with T-shirt/top and Dress.",
        "level with T-shirt/top and Pullover, with T-shirt/top and Dress and with 4 more.",
        "the pair confused most is T-shirt/top and Trouser (7 times)",
        level_pairs(3),
    ),
    "errors too few for more pairs": Case(
        DEFAULT, "comparison", level_pairs(2, n=1),
        "Share of errors in the 3 most confused pairs | 100 % | 100 % | against",
        "Share of errors in the 3 most confused pairs | 100 % | 100 % | unclear",
        "the pair confused most is",
        level_pairs(2, n=2),
    ),
    "fitted to fewer images": Case(
        DEFAULT, "comparison", fewer_images,
        "not a better design",
        "; they were fitted to 3,000 (MNIST) and 2,500 images (Fashion-MNIST), so the higher",
        "The MNIST model is more accurate",
    ),
    "no meaning without a difference": Case(
        NOTES, "comparison", verdict("indistinguishable"),
        "so the higher score means an easier task",
        "No difference is established, so there is none to explain.",
        "Both models have the same layers and training",
    ),
    "the other order on the training images": Case(
        DEFAULT, "comparison", training_reversed,
        "",
        "; on the training images the Fashion-MNIST model is ahead.",
        "The MNIST model is more accurate",
    ),
    "seeds that never differ": Case(
        NOTES, "comparison",
        runs("digits", [0.977] * 5, n_ties=5, n_higher_wins=0, separation__complete=False),
        "All five MNIST runs beat all five Fashion-MNIST runs",
        "With every seed the two models are equally accurate.",
        "The MNIST model is more accurate",
    ),
    "reruns without any spread": Case(
        NOTES, "comparison", runs("digits", [0.977] * 5),
        "If runs scatter normally, one more run of MNIST reaches",
        "That all runs of MNIST are equal does not mean that another one must give the same.",
        "If runs scatter normally, one more run of Fashion-MNIST reaches",
    ),
    "two logits that are equal": Case(
        DEFAULT, "softmax-argmax", equal_logits,
        "The logit of",
        "The two largest logits are equal.",
        "returns an *index*",
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
