"""What of an author's Markdown is read as prose, and where it stands."""

from __future__ import annotations

import pytest

from reportgen.answers.document import Fact
from reportgen.answers.prose_check.sentences import NOWHERE, read_sentences


def texts(markdown: str) -> list[str]:
    return [sentence.text for sentence in read_sentences(markdown)]


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("It is 97.7 %. That is good.", ["It is 97.7 %.", "That is good."]),
        ("It is **97.7** %, *really*.", ["It is 97.7 %, really."]),
        ("As in Fig. 3, e.g. there.", ["As in Fig. 3, e.g. there."]),
        ("One\ntwo.", ["One two."]),
        ("# Head\n\nText.", ["Head", "Text."]),
        ("- one\n- two", ["one", "two"]),
        ("See [the page](https://example.org/97.7) now.", ["See the page now."]),
        ("A fact&nbsp;is 5&nbsp;%.", ["A fact is 5 %."]),
        ("`0.97` of `fashion_mnist`", ["0.97 of fashion_mnist"]),
        ("$97.7\\,\\%$ right", ["97.7   % right"]),
        ("[1. 2. 3.] is one.", ["[1. 2. 3.] is one."]),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_prose_is_read_as_a_reader_sees_it(markdown: str, expected: list[str]) -> None:
    assert texts(markdown) == expected


@pytest.mark.parametrize(
    "markdown",
    [
        "> quoted 0.5",
        "```\ncode 0.5\n```",
        "    indented 0.5",
        "$$\nx = 0.5\n$$",
        "> - quoted list 0.5",
    ],
    ids=["quote", "fence", "indented", "equation", "list in a quote"],
)
def test_quotes_code_and_equations_are_no_prose(markdown: str) -> None:
    assert not any("0.5" in text for text in texts(markdown))


def test_code_and_formulas_inside_a_line_are_left_out() -> None:
    (sentence,) = read_sentences("The call `fit(epochs=10)` and $x = 0.5$ end.")
    assert "0.5" not in sentence.text
    assert "epochs" not in sentence.text


def test_each_character_knows_its_place() -> None:
    markdown = (
        "# Head\n\nIt is **97.7** % on\n*test* images.\n\n| a | b |\n|---|---|\n| x | 5 % |\n"
    )
    for sentence in read_sentences(markdown):
        for character, place in zip(sentence.text, sentence.places, strict=True):
            if place != NOWHERE:
                assert markdown[place] == character or (
                    character == " " and markdown[place].isspace()
                )


def test_a_cell_is_read_with_its_row_and_column() -> None:
    markdown = "| Model | Train | Test |\n|---|---|---|\n| MNIST | 99 % | 97 % |\n"
    *_, last = texts(markdown)
    assert last == "Model MNIST, Test: 97 %"


def test_a_fact_is_written_out_but_not_typed() -> None:
    facts = [Fact("models.digits.test.accuracy", 0.97, "97.0 %")]
    (sentence,) = read_sentences("It is \ue0000\ue002 here.", facts)
    assert sentence.text == "It is 97.0 % here."
    assert not sentence.typed(6, 12)
    assert sentence.typed(0, 6)


def test_a_passage_is_the_longest_unbroken_part() -> None:
    markdown = "It reaches **98.9** % there."
    (sentence,) = read_sentences(markdown)
    start, end = sentence.passage(sentence.text.index("98.9"), sentence.text.index("%") + 1)
    assert markdown[start:end] == "98.9"
