"""Models are known by their own names, their datasets' names, and common words."""

from __future__ import annotations

import pytest
from made_up import DIGITS, make_evidence, other_dataset
from prose_samples import known_record

from reportgen.answers.prose_check.vocabulary import Vocabulary, find_splits


def named(text: str, vocabulary: Vocabulary) -> list[set[str]]:
    return [set(mention.names) for mention in vocabulary.find_models(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MNIST", [{"digits"}]),
        ("the MINST data", [{"digits"}]),
        ("Fashion-MNIST", [{"fashion"}]),
        ("fashion_mnist", [{"fashion"}]),
        ("Fashion_MINST and MINST", [{"fashion"}, {"digits"}]),
        ("handwritten digits against articles of clothing", [{"digits"}, {"fashion"}]),
        ("the digits model, the other one", [{"digits"}, {"fashion"}]),
        ("the number of epochs, these numbers", []),
        ("admnist", []),
    ],
)
def test_the_built_in_datasets_have_common_names(text: str, expected: list[set[str]]) -> None:
    assert named(text, Vocabulary(known_record())) == expected


def test_a_dataset_of_ones_own_is_known_by_its_name_and_title() -> None:
    record = make_evidence(fashion=other_dataset(5)).record
    record["models"]["fashion"]["dataset"]["title"] = "Garden plants"
    vocabulary = Vocabulary(record)
    assert named("own_shapes, own-shapes, Own Shapes", vocabulary) == [{"fashion"}] * 3
    assert named("the garden plants and a garden plant", vocabulary) == [{"fashion"}] * 2
    assert named("clothing", vocabulary) == []


def test_a_name_that_two_models_share_means_either() -> None:
    record = make_evidence(fashion=DIGITS).record
    assert named("the digits", Vocabulary(record)) == [{"digits", "fashion"}]
    assert named("the fashion one", Vocabulary(record)) == [{"fashion"}]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("on the training images", ["train"]),
        ("training: 99 %", ["train"]),
        ("training and test accuracy", ["train", "test"]),
        ("on images it has never seen", ["test"]),
        ("on unseen images", ["test"]),
        ("on held-out images", ["test"]),
        ("on new data", ["test"]),
        ("after training, the accuracy", []),
        ("the model trained on digits", []),
        ("training the model took 20 s", []),
        ("the new model", []),
        ("on the validation images", ["validation"]),
    ],
)
def test_parts_of_the_data_are_told_from_the_act_of_training(
    text: str, expected: list[str]
) -> None:
    assert [next(iter(mention.names)) for mention in find_splits(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two dresses", [3]),
        ("T-shirt/top", [0]),
        ("a t-shirt", [0]),
        ("the ankle boots", [9]),
        ("a boot", [9]),
        ("the top probability", []),
        ("a shirt", [6]),
    ],
)
def test_classes_are_known_in_singular_and_plural(text: str, expected: list[int]) -> None:
    found = Vocabulary(known_record()).find_classes(text, "fashion")
    assert [int(mention.only) for mention in found] == expected
