from __future__ import annotations

import math
from dataclasses import replace

import pytest
from made_up import make_evidence

from reportgen.answers.derive import derive, derive_prediction
from reportgen.datasets.catalogue import MNIST

NAMES = ["a", "b", "c"]


def prediction(probabilities: list[float], label: int) -> dict[str, object]:
    logits = [math.log(p) for p in probabilities]
    return {
        "index": 0,
        "logits": logits,
        "probabilities": probabilities,
        "softmax_twice": [0.3, 0.4, 0.3],
        "argmax": probabilities.index(max(probabilities)),
        "label": label,
    }


@pytest.mark.parametrize(
    ("top", "certainty"), [(0.995, "near-certain"), (0.95, "clear"), (0.6, "spread")]
)
def test_certainty_follows_the_top_probability(top: float, certainty: str) -> None:
    found = derive_prediction(prediction([(1 - top) * 0.4, top, (1 - top) * 0.6], 1), NAMES)
    assert found["certainty"] == certainty
    assert found["rest"] == pytest.approx(1 - top)
    assert found["argmax_name"] == "b"
    assert found["runner_up"]["name"] == "c"


def test_a_worked_softmax_agrees_with_itself() -> None:
    found = derive_prediction(prediction([0.2, 0.5, 0.3], 0), NAMES)
    for step in found["steps"]:
        share = step["exponential"] / found["sum_of_exponentials"]
        assert share == pytest.approx(step["probability"])
    assert found["true_rank"] == 3
    assert found["true_probability"] == 0.2
    assert found["ratio_to_runner_up"] == pytest.approx(0.5 / 0.3)
    assert found["entropy"] == pytest.approx(1.0297, abs=1e-4)


@pytest.mark.parametrize(
    ("train", "test", "verdict"),
    [(9900, 9700, "gap"), (9710, 9700, "none"), (9700, 9700, "none"), (9500, 9700, "reversed")],
)
def test_the_gap_is_judged_by_the_interval_of_the_test_accuracy(
    train: int, test: int, verdict: str
) -> None:
    from reportgen.evaluation.intervals import wilson_interval

    evidence = make_evidence(
        **{
            "models.digits.train.accuracy": train / 10_000,
            "models.digits.test.accuracy": test / 10_000,
            "models.digits.test.accuracy_ci95": list(wilson_interval(test, 10_000)),
        }
    )
    gap = derive(evidence.record)["models"]["digits"]["gap"]
    assert gap["verdict"] == verdict
    assert gap["difference"] == pytest.approx((train - test) / 10_000)


@pytest.mark.parametrize(
    ("losses", "verdict", "best"),
    [
        ([0.3, 0.2, 0.1], "none", 3),
        ([0.3, 0.1, 0.12], "overfitting", 2),
        ([0.3, 0.1, 0.104], "none", 2),
        ([0.1, 0.1, 0.1], "none", 1),
    ],
    ids=["falls", "rises", "rises too little", "level: the first minimum counts"],
)
def test_overfitting_shows_where_the_validation_loss_rises_enough(
    losses: list[float], verdict: str, best: int
) -> None:
    history = {
        "accuracy": [0.7, 0.8, 0.9],
        "loss": [0.5, 0.3, 0.2],
        "val_accuracy": [0.7, 0.8, 0.82],
        "val_loss": losses,
    }
    evidence = make_evidence(**{"models.digits.training.history": history})
    curves = derive(evidence.record)["models"]["digits"]["curves"]
    assert (curves["verdict"], curves["best_epoch"]) == (verdict, best)
    assert curves["accuracy_verdict"] in ("rose", "same")


def test_steps_count_the_last_smaller_batch() -> None:
    evidence = make_evidence(
        **{
            "models.digits.training.batch_size": 32,
            "models.digits.train.n_total": 48_001,
            "models.digits.training.epochs": 25,
        }
    )
    model = derive(evidence.record)["models"]["digits"]
    assert (model["steps_per_epoch"], model["n_steps"]) == (1501, 37_525)
    assert model["n_validation_images"] == 60_000 - 48_001


@pytest.mark.parametrize(
    ("verdict", "higher"),
    [("digits", "digits"), ("fashion", "fashion"), ("indistinguishable", "digits")],
)
def test_the_stored_verdict_is_used_and_not_computed_again(verdict: str, higher: str) -> None:
    evidence = make_evidence(**{"comparison.verdict": verdict})
    comparison = derive(evidence.record)["comparison"]
    assert comparison["higher"] == higher
    assert comparison["distinguishable"] == (verdict != "indistinguishable")


def test_curves_tell_where_training_overtakes_validation() -> None:
    evidence = make_evidence(
        **{
            "models.digits.training.history": {
                "accuracy": [0.90, 0.95, 0.97, 0.99],
                "val_accuracy": [0.95, 0.95, 0.96, 0.97],
                "loss": [0.30, 0.20, 0.10, 0.05],
                "val_loss": [0.20, 0.15, 0.11, 0.14],
            }
        }
    )
    curves = derive(evidence.record)["models"]["digits"]["curves"]
    assert curves["first_accuracy_above_epoch"] == 3
    assert curves["first_loss_below_epoch"] == 3
    assert (curves["best_epoch"], curves["n_after_best"], curves["n_epochs"]) == (3, 1, 4)
    assert (curves["best_train_loss"], curves["last_train_loss"]) == (0.10, 0.05)
    assert (curves["best_train_accuracy"], curves["last_train_accuracy"]) == (0.97, 0.99)
    assert curves["train_loss_fell"]


def test_training_that_never_overtakes_validation_has_no_such_epoch() -> None:
    worse = {"accuracy": [0.5, 0.6], "val_accuracy": [0.6, 0.6]}
    losses = {"loss": [1.5, 1.2], "val_loss": [1.2, 1.2]}
    evidence = make_evidence(**{"models.digits.training.history": worse | losses})
    curves = derive(evidence.record)["models"]["digits"]["curves"]
    assert curves["first_accuracy_above_epoch"] is None
    assert curves["first_loss_below_epoch"] is None


def test_hidden_layers_are_those_with_weights_before_the_output() -> None:
    assert derive(make_evidence().record)["models"]["digits"]["n_hidden_layers"] == 1


@pytest.mark.parametrize(
    ("digits", "fashion", "judged"),
    [(9200, 8400, "consistent"), (8400, 9200, "against"), (9000, 9001, "not supported")],
    ids=["same-order", "reversed", "alike"],
)
def test_linear_baseline_is_held_against_the_comparison(
    digits: int, fashion: int, judged: str
) -> None:
    counts = {"digits": digits, "fashion": fashion}
    baseline = {
        name: {"test": {"n_correct": n, "n_total": 10_000}, "paired": {"verdict": "first"}}
        for name, n in counts.items()
    }
    measured = {
        "within_class": 42.0,
        "between_share": 0.2,
        "nearest_centroid": {"n_correct": 8200, "n_total": 10_000},
        "errors": {"n_pairs": 45, "n_top_pairs": 3, "n_wrong": 100, "top_share": 0.3},
        "merged": None,
    }
    record = make_evidence().record
    record["studies"]["linear_baseline"] = {"models": baseline}
    record["studies"]["reasons"] = {"models": {"digits": measured, "fashion": measured}}
    assert record["comparison"]["verdict"] == "digits"
    assert derive(record)["reasons"]["linear_baseline"] == judged


def test_a_program_reads_a_built_in_dataset_that_keras_lacks_from_its_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    record = make_evidence().record
    assert derive(record)["models"]["digits"]["keras_dataset"] == "mnist"
    changed = {"mnist": replace(MNIST, keras=None)}
    monkeypatch.setattr("reportgen.answers.derive_models.BUILTINS", changed)
    found = derive(record)["models"]["digits"]
    loaded = [found[key] for key in ("keras_dataset", "idx_folder", "npz_file")]
    assert loaded == [None, "mnist", None]


def test_right_and_wrong_predictions_of_a_selection_are_counted() -> None:
    record = make_evidence().record
    found = derive(record)["selections"]
    shown = [p for model in record["models"].values() for p in model["predictions"]]
    for name, about in found.items():
        matches = [p["match"] for p in shown if p["selection"] == name]
        counts = (sum(matches), len(matches) - sum(matches)) if matches else (None, None)
        assert (about["n_right"], about["n_wrong"]) == counts
    assert {about["n_right"] is None for about in found.values()} == {True, False}
