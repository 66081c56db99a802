"""A training on labels that mean nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from made_up_trained import make_trained
from study_of_one import measured
from training_jobs import PATTERNS, make_job

from reportgen.evaluation.scores import score_of_counts
from reportgen.studies import shuffled_labels
from reportgen.studies.shuffled_labels import measure_memory, shuffle_labels, with_shuffled_labels

NEEDS_DATA = ("*.n_images", "*.epochs", "*.seed", "*.n_labels_kept", "*.chance*")
NEEDS_TRAINING = ("*.train.loss", "*.test.loss")


def test_shuffling_keeps_images_and_the_number_of_labels() -> None:
    before = PATTERNS.y_train.copy()
    changed, n_kept = shuffle_labels(PATTERNS, 400, seed=1)
    np.testing.assert_array_equal(PATTERNS.y_train, before)
    np.testing.assert_array_equal(changed.x_train, PATTERNS.x_train[:400])
    assert np.bincount(changed.y_train).tolist() == np.bincount(before[:400]).tolist()
    assert n_kept == int((changed.y_train == before[:400]).sum())
    assert n_kept < 100
    np.testing.assert_array_equal(changed.y_test, PATTERNS.y_test)


def test_shuffled_data_have_a_digest_of_their_own() -> None:
    digests = {shuffle_labels(PATTERNS, n, seed)[0].sha256 for n in (400, 500) for seed in (1, 2)}
    assert len(digests | {PATTERNS.sha256}) == 5
    again, _ = shuffle_labels(PATTERNS, 400, 1)
    assert again.sha256 in digests
    np.testing.assert_array_equal(again.y_train, shuffle_labels(PATTERNS, 400, 1)[0].y_train)


@pytest.mark.parametrize(
    ("n_train_right", "n_test_right", "train_verdict", "test_verdict"),
    [
        (500, 9, "memorised", "chance"),
        (475, 14, "memorised", "chance"),
        (474, 9, "partly", "chance"),
        (100, 9, "not", "chance"),
        (500, 40, "memorised", "above"),
        (500, 0, "memorised", "below"),
    ],
    ids=["usual", "just-memorised", "partly", "not", "above", "below"],
)
def test_verdicts_on_shuffled_labels(
    n_train_right: int, n_test_right: int, train_verdict: str, test_verdict: str
) -> None:
    job, n_kept = with_shuffled_labels(make_job("digits"))
    made = make_trained(job)
    train = score_of_counts(n_train_right, made.train_score["n_total"], 0.1)
    test = score_of_counts(n_test_right, made.test_score["n_total"], 0.1)
    trained = replace(made, train_score=train, test_score=test)
    found = measure_memory(job, n_kept, trained)
    assert (found["train_verdict"], found["test_verdict"]) == (train_verdict, test_verdict)


def test_record_of_shuffled_labels() -> None:
    found = measured(shuffled_labels.STUDY, validation_split=0.2)
    assert (found["n_images"], found["epochs"]) == (400, 100)
    y_train, y_test = PATTERNS.y_train[:400], PATTERNS.y_test
    guesses = [np.mean(y_train == k) * np.mean(y_test == k) for k in range(10)]
    assert found["chance"] == pytest.approx(sum(guesses))
    low, high = found["chance_range"]
    assert low < found["chance"] < high
