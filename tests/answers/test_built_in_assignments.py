"""The five built-in assignments: complete, in their style, and with no number typed by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from measured import NAMES, SHAPES, assignment_and_evidence, composed, measured_evidence
from reading import prose, read, read_answer, read_report
from variants import VARIANTS, changed

from reportgen.answers.compose import compose
from reportgen.answers.document import Figure, Listing, Match, Table
from reportgen.config.assignments import built_in_names, load_assignment

FIGURES = {
    "fashion-and-digits": [
        *("raw_images", "prediction", "prediction", "softmax_twice", "image_grid"),
        *("prediction", "prediction", "confusion_matrix", "confusion_matrix"),
    ],
    "fashion-and-digits-notes": [
        *("raw_images", "reliability", "prediction", "prediction", "mistakes", "probability_bars"),
        *("softmax_twice", "image_grid", "prediction", "prediction", "spread"),
        *("confusion_matrix", "confusion_matrix"),
    ],
    "formal-response": ["single_image", "probability_bars"],
    "digits-walkthrough": [
        *("single_image", "curves", "curves", "single_image", "reliability", "mistakes"),
    ],
    "fashion-overview": ["mistakes", "reliability", "mistakes"],
}
STUDIES = {
    "fashion-and-digits": {"double_softmax", "reasons"},
    "fashion-and-digits-notes": {
        *("double_softmax", "reasons", "linear_baseline", "confidence", "repeats"),
    },
    "formal-response": {"double_softmax", "linear_twin", "shuffled_labels", "one_step"},
    "digits-walkthrough": {"confidence"},
    "fashion-overview": {"confidence"},
}
LABELS = {
    "formal-response": [
        "Question A",
        "Question B",
        "Question C",
        "Question D.1",
        "Question D.2",
        "Question D.3",
        "Question D.4",
    ],
    "digits-walkthrough": [f"Step {n} of 9" for n in range(1, 10)],
}
MATCHES = {
    "fashion-and-digits": 2,
    "fashion-and-digits-notes": 2,
    "formal-response": 1,
    "digits-walkthrough": 1,
    "fashion-overview": 0,
}


def test_there_are_five() -> None:
    assert set(built_in_names()) == set(NAMES) == set(FIGURES)


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_is_asked_for_is_there(name: str) -> None:
    composition = composed(name)
    report, studies = composition.report, composition.evidence.record["studies"]
    assert len(report.coverage) >= len(report.questions)
    assert [item for item in report.coverage if not item.is_covered] == []
    kinds = [block.spec.kind for block in report.blocks if isinstance(block, Figure)]
    assert kinds[: len(FIGURES[name])] == FIGURES[name]
    assert set(studies) == STUDIES[name]
    assert sum(isinstance(inline, Match) for inline in report.inlines) == MATCHES[name]
    verdicts = [question.verdict for question in report.questions if question.verdict]
    assert verdicts == (["digits"] if name.startswith("fashion-and-digits") else [])


@pytest.mark.parametrize("name", LABELS)
def test_labels_follow_the_original(name: str) -> None:
    report = composed(name).report
    assert [read(report, question.label) for question in report.questions] == LABELS[name]


def test_letters_come_first_and_parts_stand_under_d() -> None:
    groups = [question.group for question in composed("formal-response").report.questions]
    assert groups == [None, None, None, "D: Questions on the MNIST dataset", None, None, None]


ARRAY = re.compile(r"^\[(?:\d\.\d*(?:e[+-]\d+)?\s*)+\]$", re.MULTILINE)


@pytest.mark.parametrize("name", ["fashion-and-digits", "fashion-and-digits-notes"])
def test_the_array_is_given_as_numpy_prints_it(name: str) -> None:
    composition = composed(name)
    for question, selection in (("predictions-array", "predict"), ("single-prediction", "single")):
        answer = read_answer(composition.report, question)
        found = ARRAY.search(answer)
        assert found, answer
        printed = [float(number) for number in found[0].strip("[]").split()]
        shown = next(
            p
            for p in composition.evidence.record["models"]["fashion"]["predictions"]
            if p["selection"] == selection
        )
        assert printed == pytest.approx(shown["probabilities"], rel=1e-3, abs=5.1e-4)
        assert "Table" not in answer[: found.start()]


def test_notes_are_in_bullets() -> None:
    for question in composed("fashion-and-digits-notes").report.questions:
        lines = [line for line in question.answer.split("\n") if line.strip()]
        plain = [x for x in lines if x[0] not in "-\ue001" and not x.startswith("  ")]
        assert len(plain) <= 1, (question.id, plain)


def test_the_walkthrough_ends_with_a_conclusion_on_overfitting() -> None:
    report = composed("digits-walkthrough").report
    conclusion = read(report, report.closing)
    assert "after epoch 13 the network overfitted. Its validation loss went up" in conclusion


def test_the_walkthrough_has_104_938_parameters_and_its_steps() -> None:
    report = composed("digits-walkthrough").report
    assert "(784 × 128 + 128) + (128 × 32 + 32) + (32 × 10 + 10) = 104,938" in read_answer(
        report, "build"
    )
    assert "75 steps per epoch and 1,875 in all" in read_answer(report, "train")
    assert sum(isinstance(block, Listing) for block in report.blocks) == 10


DECIMAL = re.compile(r"\d[.,]\d|\d\s?%|per ?cent\s+of")


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("name", NAMES)
def test_no_decimal_and_no_percentage_is_typed_by_hand(name: str, variant: str) -> None:
    evidence = changed(measured_evidence(name), *VARIANTS[variant])
    report = composed(name, evidence).report
    texts = [report.intro, report.closing]
    texts += [text for q in report.questions for text in (q.prompt, q.answer)]
    texts += [block.caption for block in report.blocks if isinstance(block, Figure | Table)]
    for text in texts:
        assert DECIMAL.findall(prose(report, text)) == []


@pytest.mark.parametrize("name", NAMES)
def test_paragraphs_do_not_run_into_each_other(name: str) -> None:
    report = composed(name).report
    for question in report.questions:
        text = prose(report, question.answer)
        assert re.findall(r"[^\n]*[.:?]\n(?:\*\*|[A-Z])[^\n]*", text) == []
        assert re.findall(r"\S+ {2,}\S+", text) == []


OWN = {"shapes": {"npz": "shapes.npz", "class_names": list(SHAPES), "title": "Shapes"}}
OF_MNIST = re.compile(
    r"(?<![\d.,])28\b(?![.,]\d)|\b784\b|\b60,?000\b|\b10,?000\b|m[ni]{2}st\b|\bten\b|digit|numeral|cloth|garment"
    r"|fashion|handwrit|\bletters\b|10 (?:classes|neurons|units|probabilities|scores|numbers)",
    re.IGNORECASE,
)
# What "fashion" and "digits" are called where both show the same dataset.
NAMES_OF_MODELS = re.compile(r"(?:Fashion|Digits)(?=, t)|(?<!handwritten )\b(?:fashion|digits)\b")


@pytest.mark.parametrize("name", NAMES)
def test_with_another_dataset_nothing_speaks_of_mnist(name: str) -> None:
    assignment = load_assignment(name, Path())
    models = {model: {"dataset": "shapes"} for model in assignment.settings.models}
    assignment, evidence = assignment_and_evidence(name, datasets=OWN, models=models)
    composition = compose(evidence, assignment)
    assert [item for item in composition.report.coverage if not item.is_covered] == []
    text = NAMES_OF_MODELS.sub("", read_report(composition))
    assert [found[0] for found in OF_MNIST.finditer(text)] == []
    assert "20 × 24" in text or "(20, 24)" in text or name == "fashion-overview"
    assert "Shapes" in text


@pytest.mark.parametrize("name", [n for n in NAMES if n != "fashion-overview"])
def test_with_another_dataset_in_place_of_digits_its_answers_are_of_that_dataset(
    name: str,
) -> None:
    changes = {"datasets": OWN, "models": {"digits": {"dataset": "shapes"}}}
    assignment, evidence = assignment_and_evidence(name, **changes)
    report = compose(evidence, assignment).report
    of_digits = {
        "fashion-and-digits": ("digits-grid", "digits-accuracy", "digits-verify"),
        "fashion-and-digits-notes": ("digits-grid", "digits-accuracy", "digits-verify"),
        "formal-response": ("training-shape", "training-labels", "test-shape"),
        "digits-walkthrough": [question.id for question in report.questions],
    }
    for question in of_digits[name]:
        text = re.sub('weights/digits|"digits"', "", read_answer(report, question))
        assert [found[0] for found in OF_MNIST.finditer(text)] == []
    assert "MNIST " not in read_report(compose(evidence, assignment)).replace("Fashion-MNIST", "")
