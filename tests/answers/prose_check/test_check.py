"""Contradicted passages are marked where they stand, and told with their line."""

from __future__ import annotations

import pytest
from prose_samples import TOPICS, known_record

from reportgen.answers.document import INLINE_MARK, Contradicted, Fact
from reportgen.answers.facts import Recorder
from reportgen.answers.prose_check.check import SourceLines, check_text
from reportgen.answers.prose_check.statements import CheckedText

RECORD = known_record()


def examined(
    text: str, question: str = "accuracy", recorder: Recorder | None = None
) -> CheckedText:
    return check_text(
        text, SourceLines(text), "answers/x.md", recorder or Recorder(), RECORD, TOPICS[question]
    )


def test_a_contradicted_number_is_replaced_by_a_mark() -> None:
    recorder = Recorder()
    found = examined("Test accuracy: **98.9 %** here.", recorder=recorder)
    (inline,) = recorder.inlines
    assert isinstance(inline, Contradicted)
    assert inline.text == "98.9 %"
    assert "97.85\u00a0%" in inline.reason
    assert INLINE_MARK.sub("#", found.markdown) == "Test accuracy: **#** here."


def test_right_words_stay_as_they_are() -> None:
    text = "Test accuracy: **97.9 %**, and `code`.\n"
    assert examined(text).markdown == text


def test_several_contradictions_are_marked_in_their_places() -> None:
    recorder = Recorder()
    found = examined("Training: 99.0 %, test: 98.9 %.", recorder=recorder)
    assert INLINE_MARK.sub("#", found.markdown) == "Training: #, test: #."
    assert [inline.text for inline in recorder.inlines] == ["99.0 %", "98.9 %"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Test accuracy: 98.9 %.", 1),
        ("# Head\n\nSome words.\nThe test accuracy is\n98.9 %.", 5),
        ("- training: 99.7 %\n- test: 98.9 %\n", 2),
        ("Test accuracy: 97.9 %.\n\nTest accuracy: 98.9 %.", 3),
        ("| | Test |\n|---|---|\n| MNIST | 98.9 % |", 3),
    ],
    ids=["first", "broken line", "list", "after a right one", "table"],
)
def test_a_statement_knows_its_line(text: str, line: int) -> None:
    (wrong,) = [each for each in examined(text).statements if each.status == "contradicted"]
    assert wrong.line == line
    assert wrong.passage == "98.9 %"
    assert wrong.file == "answers/x.md"


def test_lines_are_those_of_the_file_though_facts_and_blocks_were_filled_in() -> None:
    source = '{{ fact("a") }} is one.\n\n{{ equation("softmax") }}\n\nTest accuracy: 98.9 %.\n'
    rendered = "\ue0000\ue002 is one.\n\n\n\n\ue0010\ue002\n\n\n\nTest accuracy: 98.9 %.\n"
    recorder = Recorder()
    recorder.mark(Fact("a", 0.5, "50 %"))
    found = check_text(
        rendered, SourceLines(source), "answers/x.md", recorder, RECORD, TOPICS["accuracy"]
    )
    assert [each.line for each in found.statements] == [5]


def test_a_fact_is_never_a_contradiction_but_takes_part_in_the_sentence() -> None:
    recorder = Recorder()
    recorder.mark(Fact("models.digits.train.accuracy", 0.9, "90.0 %"))
    text = "Accuracy is \ue0000\ue002 on training and 98.9 % on test images."
    found = check_text(
        text, SourceLines(text), "answers/x.md", recorder, RECORD, TOPICS["accuracy"]
    )
    assert [each.passage for each in found.statements] == ["98.9 %"]


def test_supported_statements_count_as_the_facts_that_they_state() -> None:
    found = examined("The test accuracy is 97.85 %, the training accuracy 99.66 %.")
    assert found.stated == {"models.digits.test.accuracy", "models.digits.train.accuracy"}
    found = examined("The largest probability, 0.5954, belongs to Coat.", "array")
    assert "derived.predictions.predict.0.top" in found.stated
    assert not examined("The test accuracy is 98.85 %.").stated
