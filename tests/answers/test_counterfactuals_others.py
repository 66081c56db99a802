"""Wording follows the facts: what a sentence says when the evidence says something else.

Here the formal response, the walkthrough and the overview. With those in
``test_counterfactuals`` the cases cover the sentences that can become false:
probabilities of 0 and 1, sums, ties, losses, flattening, certainty, labels, running
accuracies, gaps, curves, verdicts, spreads, twins, merged classes, chance, calibration,
missing errors.
"""

from __future__ import annotations

import pytest
from counterfactual import (
    Case,
    check,
    equally_sure_mistakes,
    level_pairs,
    logits_outside,
    named,
    no_validation,
    of_sample,
    one_of_each_class_more,
    paired,
    same_as_twin,
    sgd,
    still_weights,
    tanh,
)
from measured import composed, measured_evidence
from reading import read
from variants import Change, changed, every_prediction, gap, losses, no_errors, of_study

FORMAL, WALK, OVERVIEW = "formal-response", "digits-walkthrough", "fashion-overview"
ALL_RIGHT = every_prediction(True)

CASES = {
    "the random image is wrong": Case(
        FORMAL, "probability-model", every_prediction(False),
        "the prediction matches.",
        "the prediction does not match.",
        "The image was drawn at random from the 1,000 test images",
        ALL_RIGHT,
    ),
    "the walkthrough's image is wrong": Case(
        WALK, "predictions", every_prediction(False),
        "The prediction is right:",
        "The prediction is wrong:",
        "makes a batch of one",
        ALL_RIGHT,
    ),
    "an image that was named, not drawn": Case(
        FORMAL, "probability-model", named,
        "was drawn at random from the",
        "",
        "Exactly one softmax is applied",
    ),
    "a second softmax makes errors dearer": Case(
        FORMAL, "probability-model", of_study("double_softmax", loss_twice_wrong=99.0),
        "there flattening makes errors less costly on average",
        "",
        "misclassified images alone the loss goes from",
        of_study("double_softmax", loss_once_wrong=3.5, loss_twice_wrong=2.3),
    ),
    "training below test": Case(
        OVERVIEW, "results", gap(-0.05),
        "generalisation gap",
        "Test accuracy is the higher one, by 5.00 points.",
        "Accuracy is the number of correct predictions divided by the number of images.",
    ),
    "no overfitting in the curves": Case(
        WALK, "curves", losses(0.3, 0.2, 0.1),
        "The loss curves show overfitting",
        "No overfitting is visible in these curves: the validation loss is lowest after the last",
        "A training point is a running mean over the epoch",
    ),
    "a rise too small to count": Case(
        WALK, "curves", losses(0.3, 0.1, 0.102),
        "The loss curves show overfitting",
        "too small a rise to count",
        "A training point is a running mean over the epoch",
    ),
    "overfitting that lowers accuracy too": Case(
        WALK, "curves", losses(0.3, 0.1, 0.2, accuracy=-0.01),
        "The loss can rise while accuracy does not fall",
        "Accuracy ended lower as well.",
        "The loss curves show overfitting",
        losses(0.3, 0.1, 0.2),
    ),
    "training never above validation": Case(
        WALK, "curves", losses(0.3, 0.2, 0.1, accuracy=0.02),
        "training accuracy is above it for the first time in epoch 3",
        "Here training accuracy never gets above validation accuracy.",
        "No overfitting is visible in these curves",
        losses(0.3, 0.2, 0.1),
    ),
    "no validation images": Case(
        WALK, "curves", no_validation,
        "The loss curves show overfitting",
        "cannot show overfitting",
        "plt.legend()",
    ),
    "a linear twin that is better": Case(
        FORMAL, "relu-softmax", of_study("linear_twin", paired__verdict="second"),
        "the model is better than its twin by",
        "in this run the twin is the better one",
        "Without a nonlinear function between them, two dense layers",
    ),
    "a linear twin that cannot be told apart": Case(
        FORMAL, "relu-softmax", of_study("linear_twin", paired__verdict="indistinguishable"),
        "the model is better than its twin by",
        "the two are not distinguishable on these test images",
        "Negative numbers as such do no harm",
    ),
    "a twin that no image tells apart": Case(
        FORMAL, "relu-softmax", same_as_twin,
        "McNemar's test: p",
        "MNIST: model and twin are right on the same 977 of the 1,000 test images, so no image"
        " tells them apart.",
        "ReLU sets these to 0",
    ),
    "a twin that no image tells apart, in the table": Case(
        FORMAL, "relu-softmax", same_as_twin,
        "only with its twin",
        "| 0 points | none",
        "Without a nonlinear function between them, two dense layers",
    ),
    "a twin that only the approximation tells apart": Case(
        FORMAL, "relu-softmax", paired(4, 0),
        "the model is better than its twin by",
        "4 images are right only with the model, 0 only with its twin (McNemar's test: p = 0.125)."
        " The interval, an approximation, leaves out 0, but the exact test does not confirm that.",
        "A model counts as better than its twin where the interval leaves out 0",
    ),
    "a twin that loses one image": Case(
        FORMAL, "relu-softmax", paired(1, 0),
        "the model is better than its twin by",
        "1 image is right only with the model, 0 only with its twin",
        "and McNemar's exact test gives p < 0.05",
    ),
    "no dead unit": Case(
        FORMAL, "relu-softmax", of_study("linear_twin", n_dead=0),
        "are positive on no training image",
        "",
        "ReLU sets these to 0",
        of_study("linear_twin", n_dead=3),
    ),
    "another activation": Case(
        FORMAL, "relu-softmax", tanh,
        "ReLU makes the network more than a linear function of the pixels",
        "This model uses tanh in its hidden layers in place of ReLU.",
        "has 10 neurons because Fashion-MNIST has 10 classes",
    ),
    "another optimizer": Case(
        FORMAL, "loss-optimizer", sgd,
        "Adam keeps running means",
        "Gradient descent moves each weight against its gradient",
        "`compile` produces no parameters",
    ),
    "a step that does not agree": Case(
        FORMAL, "loss-optimizer", of_study("one_step", agrees=False),
        "the two agree",
        "more than rounding explains",
        "Accuracy takes no part in it and is only reported",
        of_study("one_step", agrees=True),
    ),
    "a step that is not worked out": Case(
        FORMAL, "loss-optimizer",
        of_study("one_step", supported=False, reason="it has a Dropout layer"),
        "was computed by hand",
        "The first step was not worked out by hand here: it has a Dropout layer.",
        "Accuracy takes no part in it and is only reported",
    ),
    "shuffled labels not memorised": Case(
        FORMAL, "split", of_study("shuffled_labels", train_verdict="not"),
        "network memorised",
        "the network did not memorise the shuffled labels",
        "for choices a third part, the validation set",
    ),
    "shuffled labels, and above chance": Case(
        FORMAL, "split", of_study("shuffled_labels", test_verdict="above"),
        "is near chance (",
        "is above what I count as near chance (",
        "Test accuracy applies to images that are made in the same way",
        of_study("shuffled_labels", test_verdict="chance"),
    ),
    "logits outside the walkthrough's model": Case(
        WALK, "compile", logits_outside,
        "Named by its string",
        "the loss is told `from_logits=True` and applies softmax itself",
        "Accuracy changes in jumps",
    ),
    "an error of calibration that chance rarely gives": Case(
        OVERVIEW, "confidence",
        of_study("confidence", ece_floor=0.0013, ece_floor_high=0.0007),
        "Perfect calibration would give 0.22 points on average, and no more than 0.40 points in",
        "Perfect calibration would give no more than 0.07 points in 95 % of 20,000 simulations;",
        "(the expected calibration error)",
        of_study("confidence", ece_floor=0.0022, ece_floor_high=0.004),
    ),
    "more pairs confused equally often than are named": Case(
        OVERVIEW, "results", level_pairs(7),
        "with 7 of the 7 errors.",
        "with 7 of the 49 errors, level with T-shirt/top and Pullover, with T-shirt/top and Dress"
        " and with 4 more.",
        "The most frequent confusion is between T-shirt/top and Trouser",
        level_pairs(1),
    ),
    "underconfidence": Case(
        OVERVIEW, "confidence", of_study("confidence", verdict="under"),
        "No: the model is overconfident",
        "No: the model is underconfident",
        "Confidence means the model's top probability.",
        of_study("confidence", verdict="over"),
    ),
    "no sign of miscalibration": Case(
        OVERVIEW, "confidence",
        of_study("confidence", verdict="none", ece_verdict="within chance"),
        "No: the model is overconfident",
        "These images give no reason to doubt them",
        "(the expected calibration error)",
        of_study("confidence", verdict="over", ece_verdict="beyond chance"),
    ),
    "never sure": Case(
        WALK, "predictions", of_study("confidence", sure_99__n=0),
        "with a confidence of at least 99 %",
        "On no test image is the model at least 99 % sure.",
        "(the expected calibration error)",
    ),
    "no error at all": Case(
        OVERVIEW, "confidence", no_errors,
        "The most confident one is test image",
        "The model makes no mistakes on the 1,000 test images, so there is none to show.",
        "(the expected calibration error)",
    ),
    "mistakes that are equally sure": Case(
        WALK, "predictions", equally_sure_mistakes,
        "The most confident one is test image",
        "with a probability so near to 1 that 32-bit arithmetic stores 1, though it is labelled",
        "(the expected calibration error)",
    ),
    "weights still for one reason only": Case(
        FORMAL, "loss-optimizer", still_weights(0, 7),
        "because their pixel is blank",
        "did not move. They had gradient 0, because their unit was inactive",
        "Accuracy takes no part in it and is only reported",
        still_weights(5, 7),
    ),
    "every weight moves": Case(
        FORMAL, "loss-optimizer", still_weights(0, 0),
        "did not move",
        "",
        "Accuracy takes no part in it and is only reported",
        still_weights(5, 0),
    ),
    "no error to put into the sample": Case(
        OVERVIEW, "samples", no_errors,
        "",
        "The model made no error on the whole test set, so none can be shown.",
        "drawn at random from all classes",
    ),
    "an error put into the sample": Case(
        OVERVIEW, "samples", of_study("confidence", sample__error_added=True),
        "",
        "The draw itself held no error, so the image drawn last was replaced",
        "drawn at random from all classes",
        of_study("confidence", sample__error_added=False),
    ),
    "classes that are not equally frequent": Case(
        OVERVIEW, "dataset", one_of_each_class_more,
        "equally frequent, with",
        "a class has 300 training images and 100 to 107 test images",
        "The training images fit the weights.",
    ),
    "a report from the sample": Case(
        WALK, "load", of_sample,
        "",
        "The sample of MNIST that this report was made from holds",
        "This is a fixed rescaling",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_sentence_of_the_others_changes_with_the_evidence(name: str) -> None:
    check(CASES[name])


def test_the_conclusion_follows_the_curves() -> None:
    def conclusion(change: Change) -> str:
        report = composed("digits-walkthrough", changed(measured_evidence(WALK), change)).report
        return read(report, report.closing)

    overfits = conclusion(lambda record: None)
    assert "I would stop training where the validation loss is lowest" in overfits
    assert "so next I would train longer" in conclusion(losses(0.3, 0.2, 0.1))
    assert "Next I would change the layers" in conclusion(losses(0.3, 0.1, 0.102))
    assert "the curves cannot show" in conclusion(no_validation)
