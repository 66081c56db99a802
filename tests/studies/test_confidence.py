import json
from typing import Any

import numpy as np
import pytest
from made_up_trained import make_trained
from numpy.typing import NDArray
from training_jobs import make_job, make_patterns

from reportgen.evaluation.scores import ratio
from reportgen.studies.confidence import (
    N_BINS,
    STUDY,
    Bin,
    Confidence,
    Sure,
    distribution_of_count,
    draw_sample,
    measure_confidence,
)
from reportgen.studies.context import StudyContext

NEEDS_DATA = (
    "*.bins.*er",
    "*.ece_floor*",
    "*.n_simulations",
    "*.gap_bound",
    "*.sure_*",
    "*.sample.*",
)
NEEDS_TRAINING: tuple[str, ...] = ()

NAMES = tuple("abcdefghij")


def made_up(rng: np.random.Generator, models: dict[str, Any]) -> dict[str, Any]:
    """The study with numbers that agree with a record of models; figures are tested with it."""
    found: dict[str, Confidence] = {}
    for name, model in models.items():
        n_total, accuracy = model["test"]["n_total"], model["test"]["accuracy"]
        sizes = rng.multinomial(n_total, np.geomspace(1, 400, N_BINS) / 1400.0)
        bins: list[Bin] = []
        for k, n in enumerate(sizes):
            lower, upper = k / N_BINS, (k + 1) / N_BINS
            confidence = (lower + upper) / 2
            n_right = round(n * max(0.0, confidence - 0.04))
            bins.append(
                {
                    "lower": lower,
                    "upper": upper,
                    "n": int(n),
                    "n_correct": n_right,
                    "confidence": confidence if n else None,
                    "accuracy": n_right / int(n) if n else None,
                }
            )
        found[name] = {
            **ratio(model["test"]["n_correct"], n_total),
            "n_wrong": n_total - model["test"]["n_correct"],
            "bins": bins,
            "n_bins": len(bins),
            "n_filled_bins": sum(1 for each in bins if each["n"]),
            "ece": 0.04,
            "ece_floor": 0.002,
            "ece_floor_high": 0.003,
            "n_simulations": 20_000,
            "ece_verdict": "beyond chance",
            "mean_confidence": min(1.0, accuracy + 0.01),
            "gap": min(1.0, accuracy + 0.01) - accuracy,
            "gap_size": min(1.0, accuracy + 0.01) - accuracy,
            "gap_bound": 0.005,
            "verdict": "over",
            "sure_99": _sure(0.99, n_total),
            "sure_90": _sure(0.9, n_total),
            "n_mistakes": 0,
            "mistakes": [],
            "mistakes_selection": None,
            "sample": {
                "selection": f"sample_{name}",
                "n": 15,
                "n_right": 15,
                "n_wrong": 0,
                "error_added": False,
            },
        }
    return {"models": found}


def _sure(threshold: float, n: int) -> Sure:
    return {
        "threshold": threshold,
        "n": n,
        "share": 1.0,
        "n_correct": n,
        "n_wrong": 0,
        "accuracy": 1.0,
    }


def two_class(top: list[float], right: list[bool]) -> dict[str, Any]:
    """Measure predictions of class 0 with these probabilities; wrong ones are really class 1."""
    p = np.array(top)
    logits = np.log(np.stack([p, 1 - p], axis=1)).astype(np.float32)
    return measure_confidence(logits, np.where(right, 0, 1), ("a", "b"))


def calibrated(n: int = 6000) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Logits, and labels drawn from their own probabilities."""
    rng = np.random.default_rng(5)
    logits = rng.normal(0.0, 2.5, (n, 10))
    p = np.exp(logits)
    p /= p.sum(axis=1, keepdims=True)
    labels = (p.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)
    return logits.astype(np.float32), np.minimum(labels, 9)


def test_bins_hold_every_image_once_and_say_how_often_it_is_right() -> None:
    found = two_class([0.78] * 10 + [0.55] * 4, [True] * 6 + [False] * 4 + [True, False] * 2)
    filled = [b for b in found["bins"] if b["n"]]
    assert [(b["n"], b["n_correct"], b["accuracy"]) for b in filled] == [(4, 2, 0.5), (10, 6, 0.6)]
    assert [b["confidence"] for b in filled] == pytest.approx([0.55, 0.78])
    assert [b["lower"] for b in filled] == pytest.approx([8 / 15, 11 / 15])
    assert (found["n_bins"], found["n_filled_bins"]) == (15, 2)
    empty = found["bins"][0]
    assert (empty["n"], empty["confidence"], empty["accuracy"]) == (0, None, None)
    assert found["ece"] == pytest.approx((10 * 0.18 + 4 * 0.05) / 14)


def test_bins_are_closed_on_the_right() -> None:
    certain = measure_confidence(
        np.array([[200.0, 0.0], [0.0, 0.0]], np.float32), np.array([0, 0]), ("a", "b")
    )
    assert certain["bins"][14]["n"] == 1  # exactly 1
    assert certain["bins"][7]["n"] == 1  # one half lies inside the eighth
    on_an_edge = np.log(np.array([[0.6, 0.4]])).astype(np.float32)
    bins = measure_confidence(on_an_edge, np.array([0]), ("a", "b"))["bins"]
    (only,) = [b for b in bins if b["n"]]
    assert only["lower"] < only["confidence"] <= only["upper"] + 1e-7


@pytest.mark.parametrize(
    ("factor", "verdict", "ece_verdict"),
    [
        (1.0, "none", "within chance"),
        (2.0, "over", "beyond chance"),
        (0.5, "under", "beyond chance"),
    ],
    ids=["calibrated", "too-sure", "too-unsure"],
)
def test_verdict_on_logits_that_are_stretched(
    factor: float, verdict: str, ece_verdict: str
) -> None:
    logits, labels = calibrated()
    found = measure_confidence(logits * np.float32(factor), labels, NAMES)
    assert found["verdict"] == verdict
    assert found["ece_verdict"] == ece_verdict
    assert found["gap"] == pytest.approx(found["mean_confidence"] - found["accuracy"])
    assert found["gap_size"] == abs(found["gap"])
    assert 0 < found["ece_floor"] < found["ece_floor_high"]


def test_bound_of_the_gap_is_that_of_independent_draws() -> None:
    found = two_class([0.8] * 100, [True] * 80 + [False] * 20)
    assert found["gap_bound"] == pytest.approx(1.959964 * np.sqrt(100 * 0.16) / 100)
    assert found["verdict"] == "none"


@pytest.mark.parametrize("n", [1, 2, 3, 5, 8, 1000])
def test_distribution_of_a_count_is_that_of_the_draws_one_by_one(n: int) -> None:
    chances = np.random.default_rng(n).beta(5, 1, n)
    expected = np.ones(1)
    for p in chances:
        expected = np.convolve(expected, [1 - p, p])
    found = distribution_of_count(chances)
    assert found == pytest.approx(expected, abs=1e-14)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()


def test_chance_is_simulated_often_enough_for_its_quantile() -> None:
    # Without an error in 93.7 % of cases: the 95 % quantile is that of a single error.
    found = two_class([1 - 0.065 / 150] * 150, [True] * 150)
    assert found["ece_floor_high"] == pytest.approx(1 / 150 - 0.065 / 150, rel=1e-3)
    no_error = np.prod(1 - np.full(150, 0.065 / 150))
    assert no_error == pytest.approx(0.937, abs=5e-4)
    mean = 0.065 / 150 * no_error * 2  # below the expected count and above it, to first order
    assert found["ece_floor"] == pytest.approx(mean, rel=0.05)
    assert found["ece_verdict"] == "within chance"


def test_where_an_error_is_rarer_than_five_percent_none_is_within_chance() -> None:
    found = two_class([1 - 0.02 / 150] * 150, [True] * 150)
    assert found["ece"] == found["ece_floor_high"] < found["ece_floor"]
    assert found["ece_verdict"] == "within chance"


@pytest.mark.parametrize(
    ("n_wrong", "verdict"), [(0, "none"), (1, "none"), (2, "over")], ids=["none", "one", "two"]
)
def test_one_error_where_it_is_not_rare_is_no_overconfidence(n_wrong: int, verdict: str) -> None:
    # An error or more has a probability of 6.3 %, two or more of 0.2 %; 1.96 standard errors
    # are half an error.
    right = [True] * (150 - n_wrong) + [False] * n_wrong
    found = two_class([1 - 0.065 / 150] * 150, right)
    assert found["verdict"] == verdict
    assert found["gap_bound"] == pytest.approx(1 / 150 - 0.065 / 150, rel=1e-3)


def test_counts_of_sure_predictions() -> None:
    found = two_class([0.995] * 8 + [0.95] * 4 + [0.6] * 3, [True] * 7 + [False] * 8)
    assert found["sure_99"] == {
        "threshold": 0.99,
        "n": 8,
        "share": 8 / 15,
        "n_correct": 7,
        "n_wrong": 1,
        "accuracy": 7 / 8,
    }
    assert (found["sure_90"]["n"], found["sure_90"]["n_correct"]) == (12, 7)
    assert two_class([0.6], [True])["sure_90"]["accuracy"] is None


def test_mistakes_come_most_confident_first_and_at_most_nine() -> None:
    found = two_class([0.7, 0.9, 0.8, 0.9] * 4, [False] * 15 + [True])
    assert [m["index"] for m in found["mistakes"]] == [1, 3, 5, 7, 9, 11, 13, 2, 6]
    first = found["mistakes"][0]
    assert (first["label"], first["label_name"]) == (1, "b")
    assert (first["argmax"], first["argmax_name"]) == (0, "a")
    assert first["probability"] == pytest.approx(0.9)
    assert first["true_probability"] == pytest.approx(0.1)
    assert (found["n_mistakes"], found["n_wrong"]) == (9, 15)


def test_of_equally_confident_mistakes_the_less_probable_label_comes_first() -> None:
    logits = np.array([[60, 2, 0], [60, 1, 0], [60, 3, 0], [4, 3, 0]], dtype=np.float32)
    found = measure_confidence(logits, np.array([1, 1, 1, 1]), ("a", "b", "c"))
    assert [m["probability"] for m in found["mistakes"][:3]] == [1.0, 1.0, 1.0]
    assert [m["index"] for m in found["mistakes"]] == [1, 0, 2, 3]


def test_sample_is_even_over_the_classes() -> None:
    labels = np.repeat(np.arange(5), [200, 100, 50, 20, 3])
    sample, added = draw_sample(labels, np.ones(373, dtype=bool), seed=3)
    assert np.bincount(labels[sample]).tolist() == [3, 3, 3, 3, 3]
    assert sample == sorted(set(sample))
    assert not added
    assert sample == draw_sample(labels, np.ones(373, dtype=bool), seed=3)[0]
    assert sample != draw_sample(labels, np.ones(373, dtype=bool), seed=4)[0]


def test_sample_holds_an_error_if_there_is_any() -> None:
    labels = np.arange(400) % 10
    right = np.ones(400, dtype=bool)
    right[123] = False
    sample, added = draw_sample(labels, right, seed=0)
    assert added
    assert 123 in sample
    assert len(set(sample)) == 15
    all_wrong, added = draw_sample(labels, ~np.ones(400, dtype=bool), seed=0)
    assert not added
    assert len(all_wrong) == 15


def test_sample_of_few_images_is_all_of_them() -> None:
    assert draw_sample(np.array([0, 1, 1]), np.array([True, True, True]), 0) == ([0, 1, 2], False)


def test_study_asks_for_the_images_that_it_speaks_of() -> None:
    job = make_job("digits")
    found = STUDY.measure(StudyContext({"digits": job}, {"digits": make_trained(job)}))
    digits = found["models"]["digits"]
    mistakes = [i for i in found["images"] if i["selection"] == digits["mistakes_selection"]]
    assert [i["index"] for i in mistakes] == [m["index"] for m in digits["mistakes"]]
    sample = [i["index"] for i in found["images"] if i["selection"] == "sample_digits"]
    assert len(sample) == digits["sample"]["n"] == 15
    assert digits["sample"]["n_right"] + digits["sample"]["n_wrong"] == 15
    assert {i["model"] for i in found["images"]} == {"digits"}
    json.dumps(found, allow_nan=False)


def test_study_of_a_model_without_errors_shows_none() -> None:
    dataset = make_patterns()
    job = make_job("digits", dataset=dataset)
    perfect = make_trained(job, logits_test=5 * np.eye(10)[dataset.y_test])
    found = STUDY.measure(StudyContext({"digits": job}, {"digits": perfect}))
    assert found["models"]["digits"]["mistakes_selection"] is None
    assert found["models"]["digits"]["n_mistakes"] == 0
    assert {i["selection"] for i in found["images"]} == {"sample_digits"}
