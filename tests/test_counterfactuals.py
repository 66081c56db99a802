"""Wording follows the facts: what a sentence says when the evidence says something else.

Each case changes measured evidence in one way and names a sentence that was there before
and is gone, the one that stands there instead, and one that must not change. Together they
cover the sentences that can become false: probabilities of 0 and 1, sums, ties, losses,
flattening, certainty, labels, running accuracies, gaps, curves, verdicts, spreads, twins,
merged classes, chance, calibration, missing errors.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import pytest
from measured import composed, measured_evidence
from reading import read, read_answer
from variants import (
    Change,
    certain,
    changed,
    every_prediction,
    gap,
    losses,
    no_errors,
    of_study,
    swapped,
    verdict,
)


@dataclass(frozen=True)
class Case:
    """A change of the evidence, and what it does to one answer; empty: nothing goes, or comes.

    ``first`` is made to the measured evidence before the answer is read for the first time.
    """

    assignment: str
    question: str
    change: Change
    gone: str
    there: str
    stays: str
    first: Change = lambda record: None


def top_stored(top: float, zeros: int = 0) -> Change:
    """Probabilities as float32 may store them: a top of exactly 1, others of exactly 0."""

    def change(record: dict[str, Any]) -> None:
        for model in record["models"].values():
            for p in model["predictions"]:
                others = [k for k in range(len(p["probabilities"])) if k != p["argmax"]]
                p["probabilities"][p["argmax"]] = top
                for k in others[:zeros]:
                    p["probabilities"][k] = 0.0

    return change


def near_uniform(record: dict[str, Any]) -> None:
    """Probabilities that a second softmax cannot flatten any more."""
    for model in record["models"].values():
        for p in model["predictions"]:
            n = len(p["probabilities"])
            p["probabilities"] = p["softmax_twice"] = [1 / n] * n
            p["argmax"] = 0


def lost_leader(record: dict[str, Any]) -> None:
    """A second softmax after which another class is first."""
    for model in record["models"].values():
        for p in model["predictions"]:
            twice = p["softmax_twice"]
            twice[(p["argmax"] + 1) % len(twice)] = max(twice) + 0.001


def equally_sure_mistakes(record: dict[str, Any]) -> None:
    """The two most confident mistakes, both with a probability stored as exactly 1."""
    for found in record["studies"]["confidence"]["models"].values():
        for mistake in found["mistakes"][:2]:
            mistake["probability"] = 1.0


def level_pairs(record: dict[str, Any]) -> None:
    """Two pairs of classes that are confused equally often."""
    for found in record["studies"]["reasons"]["models"].values():
        first, second, third = found["errors"]["top_pairs"]
        second["n"], third["n"] = first["n"], first["n"] - 1


def fewer_images(record: dict[str, Any]) -> None:
    train = record["models"]["fashion"]["train"]
    train |= {"n_total": 2500, "n_correct": min(train["n_correct"], 2500)}


def still_weights(blank: int, other: int) -> Change:
    """Weights on the pixels that the first step left where they were."""
    values = {"n_still": blank + other, "n_still_blank": blank, "n_still_other": other}
    return of_study("one_step", **{f"first_layer__{key}": n for key, n in values.items()})


def equal_logits(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        for p in model["predictions"]:
            p["logits"] = [0.0] * len(p["logits"])


def running_accuracy(value: float) -> Change:
    def change(record: dict[str, Any]) -> None:
        for model in record["models"].values():
            model["training"]["history"]["accuracy"][-1] = value

    return change


def runs(model: str, accuracies: list[float], **comparison: Any) -> Change:
    """Other test accuracies of the repeated runs of a model."""

    def change(record: dict[str, Any]) -> None:
        study = record["studies"]["repeats"]
        found = study["models"][model]
        mean = sum(accuracies) / len(accuracies)
        spread = sum((value - mean) ** 2 for value in accuracies) / (len(accuracies) - 1)
        found |= {
            "test_accuracies": accuracies,
            "mean": mean,
            "sd": spread**0.5,
            "lowest": min(accuracies),
            "highest": max(accuracies),
        }
        for run, accuracy in zip(found["runs"], accuracies, strict=True):
            run["accuracy"] = accuracy
        for path, value in comparison.items():
            node = study["comparison"]
            *parents, last = path.split("__")
            for part in parents:
                node = node[part]
            node[last] = value

    return change


def reasons(model: str, **values: Any) -> Change:
    def change(record: dict[str, Any]) -> None:
        found = record["studies"]["reasons"]["models"][model]
        for path, value in values.items():
            node = found
            *parents, last = path.split("__")
            for part in parents:
                node = node[part]
            node[last] = value

    return change


def other_training(record: dict[str, Any]) -> None:
    record["models"]["fashion"]["training"]["epochs"] += 5


def other_layers(record: dict[str, Any]) -> None:
    record["models"]["fashion"]["architecture"]["layers"][1]["units"] = 64


def softmax_inside(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        model["architecture"]["output"] = "softmax"
        model["architecture"]["layers"][-1]["activation"] = "softmax"


def logits_outside(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        model["architecture"]["output"] = "logits"
        model["architecture"]["layers"][-1]["activation"] = "linear"


def sgd(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        model["training"] |= {"optimizer": "sgd", "learning_rate": 0.01}
    for found in record["studies"]["one_step"]["models"].values():
        found["optimizer"] = "sgd"
        found["chosen"] |= {"m": None, "v": None, "correction": None}


def tanh(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        for layer in model["architecture"]["layers"][:-1]:
            if layer.get("activation"):
                layer["activation"] = "tanh"
    for found in record["studies"]["linear_twin"]["models"].values():
        found["n_dead"] = None


def no_validation(record: dict[str, Any]) -> None:
    model = record["models"]["digits"]
    model["training"]["validation_split"] = 0.0
    model["train"] |= {"n_total": 3000, "n_correct": 2985}
    for name in ("val_loss", "val_accuracy"):
        del model["training"]["history"][name]


def one_of_each_class_more(record: dict[str, Any]) -> None:
    record["models"]["fashion"]["dataset"]["test_class_counts"][3] += 7


def named(record: dict[str, Any]) -> None:
    record["report"]["settings"]["selections"] = {"chosen": [300]}


def of_sample(record: dict[str, Any]) -> None:
    for model in record["models"].values():
        model["dataset"]["tier"] = "sample"


DEFAULT, NOTES, FORMAL = "fashion-and-digits", "fashion-and-digits-notes", "formal-response"
WALK, OVERVIEW = "digits-walkthrough", "fashion-overview"
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
        "The model leaves a good part of the probability to other classes.",
        "Indices count from 0",
        SURE,
    ),
    "a probability that is clear, not certain": Case(
        NOTES, "single-prediction", certain(0.95),
        "The model is nearly certain here",
        "The model clearly prefers one class, but leaves some probability to others.",
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
    "the random image is wrong": Case(
        FORMAL, "probability-model", every_prediction(False),
        "the prediction matches.",
        "the prediction does not match.",
        "drawn at random from the 1,000 test images",
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
        "drawn at random from the",
        "For test image 805 `np.argmax` gives",
        "Exactly one softmax",
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
        DEFAULT, "single-prediction", of_study("double_softmax", loss_verdict="lower"),
        "the mean loss rises from",
        "the mean loss does not rise: it goes from",
        "would only make the numbers useless as probabilities",
    ),
    "a second softmax makes errors dearer": Case(
        FORMAL, "probability-model", of_study("double_softmax", loss_twice_wrong=99.0),
        "there, flattening makes confident errors less costly",
        "",
        "misclassified images alone the loss goes from",
        of_study("double_softmax", loss_once_wrong=3.5, loss_twice_wrong=2.3),
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
        "the test accuracy is known to within its 95 % interval",
    ),
    "training below test": Case(
        OVERVIEW, "results", gap(-0.05),
        "Training accuracy is",
        "so there is no sign of overfitting here",
        "Accuracy is the number of right predictions divided by the number of images.",
    ),
    "a gap too small to see": Case(
        NOTES, "digits-accuracy", gap(0.002),
        "This generalisation gap is what",
        "holds 0, so no generalisation gap is visible",
        "the test accuracy is known to within",
    ),
    "no overfitting in the curves": Case(
        WALK, "curves", losses(0.3, 0.2, 0.1),
        "The loss curves show overfitting",
        "No overfitting is visible in these curves: the validation loss is lowest after the last",
        "The two curves are not measured alike.",
    ),
    "a rise too small to count": Case(
        WALK, "curves", losses(0.3, 0.1, 0.102),
        "The loss curves show overfitting",
        "too small a rise to count",
        "The two curves are not measured alike.",
    ),
    "overfitting that lowers accuracy too": Case(
        WALK, "curves", losses(0.3, 0.1, 0.2, accuracy=-0.01),
        "The loss can rise while accuracy does not fall",
        "Here validation accuracy ended lower as well.",
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
    "the other model better": Case(
        DEFAULT, "comparison", swapped,
        "The MNIST model is the more accurate one",
        "The Fashion-MNIST model is the more accurate one",
        "The test sets hold different images",
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
        "but were not trained in the same way, which may be part of the difference",
        "The MNIST model is the more accurate one",
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
        "merging closes at least half of the difference",
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
        "All runs have the same accuracy, which does not mean that another run must.",
        "Fashion-MNIST, five runs",
    ),
    "repeated runs that cannot tell": Case(
        NOTES, "comparison", runs("digits", [0.97, 0.98, 0.97, 0.98, 0.97],
                                  verdict="indistinguishable"),
        "For new images and new seeds together MNIST is the more accurate one as well",
        "For new images and new seeds together the two are not distinguishable",
        "The MNIST model is the more accurate one",
    ),
    "a linear twin that is better": Case(
        FORMAL, "relu-softmax", of_study("linear_twin", paired__verdict="second"),
        "the nonlinear model is better than its linear twin",
        "in this run the linear twin is the better one",
        "Without a nonlinear function between them, two layers with the weights",
    ),
    "a linear twin that cannot be told apart": Case(
        FORMAL, "relu-softmax", of_study("linear_twin", paired__verdict="indistinguishable"),
        "the nonlinear model is better than its linear twin",
        "the two are not distinguishable on these test images",
        "Negative numbers as such do no harm",
    ),
    "no dead unit": Case(
        FORMAL, "relu-softmax", of_study("linear_twin", n_dead=0),
        "never positive on any of these images and contribute nothing",
        "every hidden unit is positive on some image",
        "and ReLU sets these to 0",
        of_study("linear_twin", n_dead=3),
    ),
    "another activation": Case(
        FORMAL, "relu-softmax", tanh,
        "ReLU makes the network more than a linear function",
        "In this run the hidden layers use tanh instead of ReLU, for the same purpose.",
        "there are 10 neurons in the last layer because Fashion-MNIST has 10 classes",
    ),
    "another optimizer": Case(
        FORMAL, "loss-optimizer", sgd,
        "Adam keeps running means",
        "Gradient descent moves each weight against its gradient",
        "`compile` produces no parameters",
    ),
    "a step that does not agree": Case(
        FORMAL, "loss-optimizer", of_study("one_step", agrees=False),
        "this is what Keras does",
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
        "of the shuffled labels (",
        "the network did not get round to memorising the shuffled labels",
        "**A third part for choices.**",
    ),
    "shuffled labels, and above chance": Case(
        FORMAL, "split", of_study("shuffled_labels", test_verdict="above"),
        "on the test images its accuracy is near chance",
        "right more often than chance explains",
        "**How far it reaches.**",
        of_study("shuffled_labels", test_verdict="chance"),
    ),
    "a softmax inside the model": Case(
        DEFAULT, "softmax-argmax", softmax_inside,
        "The model was trained to put out logits.",
        "so what `predict` returns are probabilities already",
        "It returns an *index*",
    ),
    "logits outside the walkthrough's model": Case(
        WALK, "compile", logits_outside,
        "Softmax is in the model",
        "the loss is told `from_logits=True` and applies softmax itself",
        "it changes in steps",
    ),
    "underconfidence": Case(
        OVERVIEW, "confidence", of_study("confidence", verdict="under"),
        "No: on average the model is surer than it is right.",
        "No: on average the model is right more often than it is sure.",
        "Softmax makes the probabilities add up to 1",
        of_study("confidence", verdict="over"),
    ),
    "no sign of miscalibration": Case(
        OVERVIEW, "confidence",
        of_study("confidence", verdict="none", ece_verdict="within chance"),
        "so these probabilities should not be taken at their word",
        "so these images give no reason to doubt the probabilities",
        "(the expected calibration error)",
        of_study("confidence", verdict="over", ece_verdict="beyond chance"),
    ),
    "never sure": Case(
        WALK, "predictions", of_study("confidence", sure_99__n=0),
        "Of the",
        "On no test image is the model at least 99 % sure.",
        "the mean top probability is",
    ),
    "no error at all": Case(
        OVERVIEW, "confidence", no_errors,
        "The most confident one is test image",
        "The model makes no mistakes on the 1,000 test images, so there is none to show.",
        "the mean top probability is",
    ),
    "mistakes that are equally sure": Case(
        WALK, "predictions", equally_sure_mistakes,
        "The most confident one is test image",
        "with a probability so near to 1 that 32-bit arithmetic stores 1, though it is labelled",
        "the mean top probability is",
    ),
    "pairs confused equally often": Case(
        DEFAULT, "comparison", level_pairs,
        "",
        ", level with ",
        "The most confused pair of Fashion-MNIST is",
    ),
    "fitted to fewer images": Case(
        DEFAULT, "comparison", fewer_images,
        "so what differs is the task",
        "but were fitted to 3,000 and 2,500 images, which may be part of the difference",
        "The MNIST model is the more accurate one",
    ),
    "no meaning without a difference": Case(
        NOTES, "comparison", verdict("indistinguishable"),
        "so a higher score means an easier task",
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
        "Its accuracy will not be exactly that of this report",
    ),
    "weights still for one reason only": Case(
        FORMAL, "loss-optimizer", still_weights(0, 7),
        "because their pixel is blank",
        "7 because their gradient was 0, or too small to show in 32 bits, for a reason",
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
    "two logits that are equal": Case(
        DEFAULT, "softmax-argmax", equal_logits,
        "The logit of",
        "The two largest logits are equal.",
        "It returns an *index*",
    ),
    "no error to put into the sample": Case(
        OVERVIEW, "samples", no_errors,
        "",
        "The model made no error on the whole test set, so none can be shown.",
        "A sample this small gives an impression, not a measurement",
    ),
    "an error put into the sample": Case(
        OVERVIEW, "samples", of_study("confidence", sample__error_added=True),
        "",
        "The draw itself held no error, so the last image was replaced",
        "A sample this small gives an impression, not a measurement",
        of_study("confidence", sample__error_added=False),
    ),
    "classes that are not equally frequent": Case(
        OVERVIEW, "dataset", one_of_each_class_more,
        "The classes are equally frequent",
        "a class has 300 to 300 training images and 100 to 107 test images",
        "The split serves an honest measurement.",
    ),
    "a report from the sample": Case(
        WALK, "evaluate", of_sample,
        "something else differs too.\n",
        "this report was made from a sample of it",
        "`accuracy_score` is the share of images",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_sentence_changes_with_the_evidence_and_others_do_not(name: str) -> None:
    case = CASES[name]
    evidence = changed(measured_evidence(case.assignment), case.first)
    other = changed(evidence, case.change)
    before = read_answer(composed(case.assignment, evidence).report, case.question)
    after = read_answer(composed(case.assignment, other).report, case.question)
    assert case.gone or case.there
    if case.gone:
        assert case.gone in before
        assert case.gone not in after
    if case.there:
        assert case.there in after
        assert case.there not in before
    assert case.stays in before
    assert case.stays in after


def test_the_conclusion_follows_the_curves() -> None:
    def conclusion(change: Change) -> str:
        report = composed("digits-walkthrough", changed(measured_evidence(WALK), change)).report
        return read(report, report.closing)

    assert "The loss curves show overfitting" in conclusion(lambda record: None)
    assert "No overfitting is visible" in conclusion(losses(0.3, 0.2, 0.1))
    assert "the curves cannot show" in conclusion(no_validation)


def test_a_changed_record_leaves_the_measured_one_alone() -> None:
    evidence = measured_evidence(DEFAULT)
    before = copy.deepcopy(evidence.record)
    changed(evidence, swapped, every_prediction(False))
    assert evidence.record == before
