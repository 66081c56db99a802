"""Every mistake of the hand-ins that the assignments come from: not made, and put right.

A wrong statement is looked for, as a pattern, in the answers of all built-in assignments
under evidence of every kind; prompts may quote it. What is right must stand in the answer
to its question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from measured import NAMES, composed, measured_evidence
from reading import program, read, read_answer
from variants import VARIANTS, changed


@dataclass(frozen=True)
class Mistake:
    """A wrong statement as patterns, and what is right: (assignment, question, pattern)."""

    wrong: tuple[str, ...]
    right: tuple[tuple[str, str, str], ...]


TUTORIAL = ("fashion-and-digits", "fashion-and-digits-notes")


def in_both(question: str, *patterns: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((name, question, pattern) for name in TUTORIAL for pattern in patterns)


MISTAKES = {
    "softmax sets the highest to 1": Mistake(
        (r"softmax[^.]*(?:sets?|makes?|turns?) the (?:highest|largest)[^.]* (?:in)?to (?:1|one)",),
        (
            ("formal-response", "relu-softmax", r"exponential of each logit by the sum of all"),
            ("formal-response", "relu-softmax", r"every result is positive, they add up to 1"),
            ("formal-response", "relu-softmax", r"a larger logit gets a larger probability"),
            *in_both("softmax-argmax", r"divide[sd] (?:it )?by the sum of all"),
        ),
    ),
    "argmax assigns 1 to the largest": Mistake(
        (
            r"arg ?max[^.]*(?:assign(?:s|ing)?|maps?|sets?)\b[^.]*\b(?:1|one)\b",
            r"arg ?max[^.]*(?:pulls?|extracts?|gives|returns) the (?:largest|highest) value",
        ),
        (
            *in_both("softmax-argmax", r"\*index\*", r"one-hot encoding", r"`np\.max`"),
            ("formal-response", "probability-model", r"`np\.argmax` gives \d"),
        ),
    ),
    "softmax removes the need to find the maximum": Mistake(
        (
            r"softmax[^.]*(?:no need|removes? the need|so that? (?:we|you|one) (?:do|does)n.t)",
            r"argmax is (?:not|no longer) needed",
        ),
        (
            *in_both("single-prediction", r"(?i)argmax[^.]* still needed"),
            ("formal-response", "relu-softmax", r"`np\.argmax` is still needed"),
        ),
    ),
    "softmax acts on label predictions": Mistake(
        (r"softmax[^.]*(?:label predictions|predicted labels|predictions? of the labels?)",),
        in_both("softmax-argmax", r"\*logits\*"),
    ),
    "each entry is a percentage": Mistake(
        (r"(?:entry|entries|numbers?) (?:is|are|shows?) (?:a |the )?percentages?",),
        in_both("predictions-array", r"is a probability, not a percentage"),
    ),
    "probabilities were already produced earlier": Mistake(
        (
            r"already (?:been )?(?:produced|computed|calculated) (?:earlier|previously|before)",
            r"(?:earlier|previous) (?:array|predictions?) (?:is|are) (?:re)?used(?! again)",
        ),
        in_both("single-prediction", r"goes through `probability_model`, whose last layer \*is\*"),
    ),
    "a second softmax warps the data": Mistake(
        (r"\bwarps?\b",),
        in_both(
            "single-prediction",
            r"the class would stay",
            r"would fall from [\d.> ]+ to [\d.]+",
            r"no result can exceed 0\.2320",
        ),
    ),
    "ReLU exists because negative values do harm": Mistake(
        (
            r"negative (?:values|numbers|outputs)[^.]*(?:adverse|affect|hurt|damage|harmful)",
            r"negative (?:values|numbers|outputs)[^.]*\bharms?\b(?<!do no harm)",
        ),
        (
            ("formal-response", "relu-softmax", r"Negative numbers as such do no harm"),
            ("formal-response", "relu-softmax", r"weights, biases and logits may all be negative"),
            ("formal-response", "relu-softmax", r"linear twin"),
        ),
    ),
    "the loss relays accuracy, and compile makes the parameters": Mistake(
        (
            r"loss[^.]*(?:relays?|reports|measures) (?:the )?(?:model's )?accura",
            r"`compile`[^.]*(?:produces|computes|finds|estimates) (?:the )?(?:model )?parameters",
            r"loss is (?:the )?accuracy",
        ),
        (
            ("formal-response", "loss-optimizer", r"[Bb]ackpropagation"),
            ("formal-response", "loss-optimizer", r"Adam"),
            ("formal-response", "loss-optimizer", r"in `fit`"),
            ("formal-response", "loss-optimizer", r"`compile` produces no parameters"),
            ("formal-response", "loss-optimizer", r"Accuracy takes no part in it"),
        ),
    ),
    "the test set shows use in the real world": Mistake(
        (r"taught (?:how )?to respond", r"external validity", r"real[- ]world (?:use|application)"),
        (
            ("formal-response", "split", r"training images serve to fit the model's weights"),
            ("formal-response", "split", r"new images from the same source"),
            ("formal-response", "split", r"Other cameras[^.]* are not covered"),
            ("formal-response", "split", r"validation set"),
        ),
    ),
    "handwritten letters, and argmax over the labels": Mistake(
        (
            r"hand-?\s?written letters",
            r"argmax[^.]*(?:over|of|from|among) the (?:test )?labels",
        ),
        (
            ("formal-response", "probability-model", r"digits, not letters"),
            ("formal-response", "probability-model", r"Argmax is taken over the model's predict"),
            ("formal-response", "probability-model", r"label comes in only afterwards"),
        ),
    ),
    "a histogram of probabilities": Mistake(
        (r"histogram (?:of|shows|illustrates)", r"accompanying histogram"),
        (("formal-response", "probability-model", r"bar chart, one bar a class"),),
    ),
    "ten outputs because of clothing only": Mistake(
        (r"one for each (?:type|kind|piece) of clothing",),
        (
            ("formal-response", "relu-softmax", r"because Fashion-MNIST has 10 classes"),
            (
                *("formal-response", "relu-softmax"),
                r"MNIST model of part D there are 10 as well, one for each of the classes 0, 1, 2",
            ),
        ),
    ),
    "MINST": Mistake((r"(?i)minst",), in_both("comparison", r"\bMNIST\b")),
    "which is better, without figures": Mistake(
        (),
        in_both("comparison", r"97\.70 %", r"87\.50 %", r"99\.50 %", r"91\.00 %", r"interval of"),
    ),
    "digits vary less": Mistake(
        (
            r"\b(?:because|since|as)\b[^.]*(?:vary less|do not vary as much|varies less)",
            r"(?:vary less|do not vary as much)[^.]*(?:therefore|so they)",
        ),
        in_both("comparison", r"mean squared distance of an image to the mean of its class"),
    ),
    "the gap is passed over": Mistake(
        (),
        (
            *in_both("digits-accuracy", r"generalisation gap"),
            ("digits-walkthrough", "evaluate", r"generalisation gap"),
            ("fashion-overview", "results", r"generalisation gap"),
        ),
    ),
    "scored consistently in the lower 90s": Mistake(
        (r"\bconsistently\b", r"(?:lower|upper|mid) \d0s"),
        (
            ("fashion-and-digits-notes", "comparison", r"five runs: from [\d.]+ % to [\d.]+ % on"),
            ("fashion-and-digits-notes", "comparison", r"sample standard deviation [\d.]+ points"),
            ("fashion-and-digits-notes", "comparison", r"MNIST \| 4 \| \d+ of 1,000"),
        ),
    ),
    "metrics promised and not given": Mistake(
        (),
        (
            ("digits-walkthrough", "evaluate", r"accuracy of 97\.70 %"),
            ("digits-walkthrough", "evaluate", r"a loss of \d\.\d{4}"),
        ),
    ),
    "silent on the split": Mistake(
        (),
        (
            ("digits-walkthrough", "train", r"sets the \*last\* 600 of the 3,000"),
            ("digits-walkthrough", "train", r"before anything is shuffled"),
            ("digits-walkthrough", "train", r"The other 2,400 are fitted to"),
        ),
    ),
    "a certain accuracy": Mistake(
        (r"a certain accuracy",),
        (("fashion-overview", "results", r"test accuracy of 87\.50 % and a test loss of \d"),),
    ),
    "two layers, then three items": Mistake(
        (r"two (?:fully connected|dense) \(?dense\)? layers:",),
        (
            ("fashion-overview", "architecture", r"three layers and 101,770 parameters"),
            ("fashion-overview", "architecture", r"Flatten[^.]*\. It has no parameters"),
        ),
    ),
    "softmax confidence can be trusted as it is": Mistake(
        (r"softmax[^.]*(?:calibrated|guarantee)",),
        (
            ("fashion-overview", "confidence", r"nothing in it makes them agree"),
            ("fashion-overview", "confidence", r"expected calibration error"),
        ),
    ),
    "fixed rescaling called normalisation": Mistake(
        (r"\bnormali[sz]",),
        (("digits-walkthrough", "load", r"fixed rescaling[^.]*not standardisation"),),
    ),
    "Keras runs on top of TensorFlow and nothing else": Mistake(
        (r"on top of TensorFlow",),
        (("fashion-overview", "libraries", r"it can use JAX or PyTorch instead"),),
    ),
    "intervals overlap, so there is no difference": Mistake(
        (r"intervals? (?:do|does)? ?(?:not )?overlap",), in_both("comparison", r"Newcombe")
    ),
}


@pytest.fixture(scope="module")
def answers() -> dict[tuple[str, str, str], str]:
    """Every answer, introduction and conclusion under evidence of every kind."""
    found = {}
    for name in NAMES:
        for variant, changes in VARIANTS.items():
            report = composed(name, changed(measured_evidence(name), *changes)).report
            for question in report.questions:
                found[name, variant, question.id] = read(report, question.answer)
            found[name, variant, "around"] = read(report, f"{report.intro}\n{report.closing}")
    return found


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_wrong_statement_stands_in_no_answer_whatever_the_evidence(
    mistake: str, answers: dict[tuple[str, str, str], str]
) -> None:
    for pattern in MISTAKES[mistake].wrong:
        for place, text in answers.items():
            found = re.search(pattern, text, re.IGNORECASE)
            assert found is None, f"{place}: {found and found[0]!r}"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_is_right_stands_where_its_question_is(
    mistake: str, answers: dict[tuple[str, str, str], str]
) -> None:
    for name, question, pattern in MISTAKES[mistake].right:
        text = answers[name, "as measured", question]
        assert re.search(pattern, text), f"{name}, {question}: no {pattern!r}"


WRONG_SENTENCES = {
    "softmax sets the highest to 1": "The softmax function sets the highest probability to 1.",
    "argmax assigns 1 to the largest": "Then argmax maps the largest value to 1.",
    "each entry is a percentage": "Each number is a percentage of how sure the model is.",
    "a second softmax warps the data": "It would warp the data in no helpful way.",
    "ReLU exists because negative values do harm": "Negative values can adversely affect it.",
    "handwritten letters, and argmax over the labels": "These are handwritten letters.",
    "MINST": "The MINST model is better.",
    "a certain accuracy": "It achieves a certain accuracy on the test set.",
    "scored consistently in the lower 90s": "It scored consistently at 95.",
    "digits vary less": "It is easier because numbers vary less.",
    "the test set shows use in the real world": "It tells us the external validity.",
}


@pytest.mark.parametrize("mistake", WRONG_SENTENCES)
def test_the_patterns_find_the_mistakes_as_they_were_made(mistake: str) -> None:
    sentence = WRONG_SENTENCES[mistake]
    assert any(re.search(p, sentence, re.IGNORECASE) for p in MISTAKES[mistake].wrong)


def test_curves_are_drawn_one_metric_a_figure_with_labels_and_legend() -> None:
    report = composed("digits-walkthrough").report
    assert read_answer(report, "curves").count("Figure ") == 2
    code = program(report)
    plotting = code[code.index("for metric in") :]
    for call in ("plt.figure()", "plt.xlabel(", "plt.ylabel(", "plt.legend()"):
        assert plotting.index(call) < plotting.index("plt.show()")
