"""Decide whether a model learned anything that its test images show."""

from __future__ import annotations

from reportgen.evaluation.scores import ratio
from reportgen.evidence.derived import LearnedRecord
from reportgen.evidence.record import TestScore

NEARLY_ALL = 0.95  # of the test images get one class


def derive_learned(test: TestScore, names: list[str]) -> LearnedRecord:
    """What the confusion matrix says of a failed training.

    ``one class`` needs that most images of the other classes get the class as well, so that
    a good model of a lopsided dataset is not meant. Where all test images are of one class,
    they cannot show a failure, and the answer is ``yes``.

    Args:
        test: ``models.<name>.test`` of the evidence.
        names: of the classes, in label order.
    """
    matrix = test["confusion_matrix"]
    classes = range(len(matrix))
    labels = [sum(row) for row in matrix]
    named = [sum(row[k] for row in matrix) for k in classes]
    total = sum(labels)
    common, favourite = labels.index(max(labels)), named.index(max(named))
    others, missed = total - labels[favourite], named[favourite] - matrix[favourite][favourite]
    share = named[favourite] / total
    accuracy, low = test["accuracy"], test["accuracy_ci95"][0]
    best = ratio(labels[common], total)
    return {
        "learned": (
            "yes"
            if labels[common] == total
            else "one class"
            if share >= NEARLY_ALL and 2 * missed > others
            else "no"
            if accuracy <= best["accuracy"]
            else "unclear"
            if low <= best["accuracy"]
            else "yes"
        ),
        "one_answer": {**best, "class_name": names[common]},
        "named_most": {"class_name": names[favourite], "n": named[favourite], "share": share},
    }
