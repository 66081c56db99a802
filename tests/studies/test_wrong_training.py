"""Trainings with a mistake made on purpose, and the one without hidden layers."""

import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from made_up_trained import make_trained
from training_jobs import PATTERNS, make_job

from reportgen.evaluation.comparison import compare_on_same_images
from reportgen.studies import linear_baseline, shuffled_labels, wrong_pairing
from reportgen.studies.context import Study, StudyContext
from reportgen.studies.shuffled_labels import measure_memory, shuffle_labels, with_shuffled_labels
from reportgen.studies.wrong_pairing import loss_floor


def measured(study: Study, **settings: Any) -> dict[str, Any]:
    """The study of one made-up model."""
    job = make_job("digits", **settings)
    context = StudyContext({"digits": job}, {"digits": make_trained(job)})
    extra = {extra.name: make_trained(extra) for extra in study.plan_jobs(context)}
    found: dict[str, Any] = study.measure(replace(context, extra=extra))["models"]["digits"]
    json.dumps(found, allow_nan=False)
    return found


def test_each_mistake_pairs_the_loss_with_the_other_output() -> None:
    for output in ("logits", "softmax"):
        context = StudyContext({"digits": make_job("digits", output=output)})
        planned = wrong_pairing.STUDY.plan_jobs(context)
        assert [(job.settings.output, job.pairing) for job in planned] == [
            ("softmax", "softmax_as_logits"),
            ("logits", "logits_as_probabilities"),
        ]


def test_loss_of_a_second_softmax_has_a_floor() -> None:
    assert loss_floor(10) == pytest.approx(1.461, abs=5e-4)
    most_certain = math.e / (math.e + 99)
    assert loss_floor(100) == pytest.approx(-math.log(most_certain))


def test_record_of_the_wrong_pairing() -> None:
    found = measured(wrong_pairing.STUDY)
    mistaken = found["softmax_as_logits"]
    assert (mistaken["first_loss"], mistaken["last_loss"], mistaken["lowest_loss"]) == (2, 1.5, 1.5)
    assert mistaken["above_floor"]
    assert found["logits_as_probabilities"]["loss_floor"] is None
    assert mistaken["paired"]["difference"] == pytest.approx(
        found["model_test"]["accuracy"] - mistaken["test"]["accuracy"]
    )


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
    trained = replace(make_trained(job), train_n_correct=n_train_right, test_n_correct=n_test_right)
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


def test_baseline_is_the_output_layer_alone() -> None:
    found = measured(linear_baseline.STUDY)
    assert found["n_parameters"] == 650
    assert found["paired"]["difference"] == pytest.approx(
        found["model_test"]["accuracy"] - found["test"]["accuracy"]
    )


@pytest.mark.parametrize(
    ("n_first", "n_second", "verdict"),
    [(90, 45, "first"), (45, 90, "second"), (60, 60, "indistinguishable")],
    ids=["first", "second", "same"],
)
def test_two_models_on_the_same_images(n_first: int, n_second: int, verdict: str) -> None:
    job = make_job()
    right = 5 * np.eye(10)[PATTERNS.y_test]

    def with_right(n: int) -> Any:
        logits = right.copy()
        logits[n:] = np.roll(right[n:], 1, axis=1)
        return make_trained(job, logits_test=logits)

    first, second = (with_right(n).logits_test for n in (n_first, n_second))
    found = compare_on_same_images(first, second, PATTERNS.y_test)
    assert found["verdict"] == verdict
    assert found["difference"] == pytest.approx((n_first - n_second) / 90)
    assert found["size"] == abs(found["difference"])
    assert found["n_discordant"] == abs(n_first - n_second)
    if found["n_discordant"]:
        low, high = found["size_ci95"]
        assert low <= found["size"] <= high
    else:
        assert found["ci95"] is found["size_ci95"] is None
