"""What the drawings say, each for itself."""

from __future__ import annotations

import io
import math
from typing import Any

import made_up
import numpy as np
import pytest
from PIL import Image

from reportgen.errors import RenderError
from reportgen.evidence.record import Evidence
from reportgen.figures.catalogue import draw, plan
from reportgen.figures.confusion_matrix import confused_pairs
from reportgen.figures.drawing.grids import columns_for, grid_for
from reportgen.figures.spec import Picture
from reportgen.figures.style import FULL_WIDTH


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return made_up.make_evidence()


def pixels(picture: Picture) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture.content)))


def named(pictures: tuple[Picture, ...], name: str) -> Picture:
    return next(picture for picture in pictures if picture.name == name)


def with_prediction(probabilities: list[float], label: int) -> Evidence:
    """Evidence whose single fashion prediction has these probabilities."""
    evidence = made_up.make_evidence()
    predictions = evidence.model("fashion")["predictions"]
    place = next(n for n, p in enumerate(predictions) if p["selection"] == "single")
    argmax = int(np.argmax(probabilities))
    image = next(n for n, i in enumerate(evidence.record["images"]) if i["selection"] == "single")
    path = f"models.fashion.predictions.{place}"
    changes = {
        f"{path}.probabilities": probabilities,
        f"{path}.argmax": argmax,
        f"{path}.label": label,
        f"{path}.match": argmax == label,
        f"images.{image}.label": label,
    }
    return made_up.with_changes(evidence, **changes)


NINE = [0.01] * 9


def test_bars_mark_one_class_as_predicted_and_true_when_right() -> None:
    spec = plan("probability_bars", with_prediction([*NINE, 0.91], 9), selection="single")
    marked = [row for row in spec.data["rows"] if row["predicted"] or row["true"]]
    assert [row["name"] for row in marked] == ["Ankle boot"]
    assert "Ankle boot, the true class, is highest with 91.0" in spec.alt["bars"]
    assert spec.table is not None
    assert spec.table.rows[9] == ("9", "Ankle boot", "0.9100", "predicted, true")


def test_bars_tell_the_true_class_when_wrong() -> None:
    spec = plan("probability_bars", with_prediction([0.9, 0.1, *NINE[:8]], 1), selection="single")
    assert spec.data["match"] is False
    assert "T-shirt/top is highest with 90.0" in spec.alt["bars"]
    assert "the true class is Trouser, 10.0" in spec.alt["bars"]


def test_a_wrong_bar_is_hatched() -> None:
    right, wrong = (
        named(
            draw(plan("probability_bars", with_prediction([0.91, *NINE], k), selection="single")),
            "bars",
        )
        for k in (0, 1)
    )
    assert b'stroke="#1a1a1a"' in wrong.content
    assert b'stroke="#1a1a1a"' not in right.content


def test_bars_do_not_round_to_certainty() -> None:
    values = [0.9996, 0.0003, 0.0001, *[0.0] * 7]
    spec = plan("probability_bars", with_prediction(values, 0), selection="single")
    texts = [row["text"].replace("\u00a0", " ") for row in spec.data["rows"]]
    assert texts[:4] == ["> 99.9 %", "< 0.1 %", "< 0.1 %", "0 %"]


def test_of_many_classes_the_probable_and_the_true_are_shown() -> None:
    own = made_up.other_dataset(60)
    evidence = made_up.make_evidence(fashion=own)
    spec = plan("probability_bars", evidence, selection="verify", position=1)
    _, prediction = evidence.predictions("verify")[1]
    rows = spec.data["rows"]
    assert sum(row["true"] for row in rows) == sum(row["predicted"] for row in rows) == 1
    n_others, together = spec.data["rest"]
    assert n_others + len(rows) == 60
    assert together + sum(row["probability"] for row in rows) == pytest.approx(1, abs=1e-6)
    assert max(row["probability"] for row in rows) == max(prediction["probabilities"])
    assert spec.table is not None
    assert len(spec.table.rows) == 60


def test_an_images_pixels_are_enlarged_exactly(evidence: Evidence) -> None:
    for kind, arguments in (("single_image", {"selection": "single"}), ("prediction", {})):
        spec = plan(kind, evidence, **{"selection": "predict", **arguments})
        drawn = pixels(named(draw(spec), "image"))
        image = spec.images["image"]
        factor = (drawn.shape[0] - 2) // image.shape[0]
        enlarged = np.kron(255 - image, np.ones((factor, factor), np.uint8))
        assert factor >= 5
        np.testing.assert_array_equal(drawn[1:-1, 1:-1], enlarged)


@pytest.mark.parametrize(
    ("kind", "selection", "factor"),
    [("image_grid", "grid", 5), ("raw_images", "inspect", 10), ("mistakes", "verify", 6)],
)
def test_every_image_is_in_the_grid(
    kind: str, selection: str, factor: int, evidence: Evidence
) -> None:
    spec = plan(kind, evidence, selection=selection)
    (picture,) = draw(spec)
    canvas = pixels(picture)
    assert canvas.ndim == 2
    windows = np.lib.stride_tricks.sliding_window_view(canvas, (28 * factor, 28 * factor))
    corners = windows[:, :, :: 14 * factor, :: 14 * factor].reshape(*windows.shape[:2], -1)
    for image in spec.images.values():
        enlarged = np.kron(255 - image, np.ones((factor, factor), np.uint8))
        probe = enlarged[:: 14 * factor, :: 14 * factor].ravel()
        places = np.argwhere((corners == probe).all(axis=2))
        assert any((windows[row, column] == enlarged).all() for row, column in places)


def test_the_raw_images_scale_runs_from_white_to_black(evidence: Evidence) -> None:
    (picture,) = draw(plan("raw_images", evidence, selection="inspect"))
    canvas = pixels(picture)
    scale = canvas[:, -130:-110]
    column = scale[:, np.argmin(scale.sum(axis=0))]
    assert {0, 255} <= set(column.tolist())
    assert len(set(column.tolist())) > 200


def test_raw_images_table_has_the_values_found(evidence: Evidence) -> None:
    spec = plan("raw_images", evidence, selection="inspect")
    assert spec.table is not None
    first = spec.images["000"]
    row = spec.table.rows[0]
    assert row[0] == "training 300"
    assert row[3:] == (
        "28 × 28",
        str(first.min()),
        str(first.max()),
        f"{first.mean():.1f}",
    )


@pytest.mark.parametrize(
    ("n", "columns"), [(1, 1), (3, 3), (5, 5), (6, 3), (9, 5), (12, 4), (25, 5), (100, 10)]
)
def test_grids_have_few_empty_places(n: int, columns: int) -> None:
    assert columns_for(n) == columns


@pytest.mark.parametrize("n", [1, 25, 99, 400])
@pytest.mark.parametrize("shape", [(1, 1), (28, 28), (64, 64), (64, 3)], ids=str)
def test_images_in_grids_stay_apart(n: int, shape: tuple[int, int]) -> None:
    grid = grid_for(n, shape, side=50, cell_width=60, text_height=12)
    assert grid.columns * grid.rows >= n > grid.columns * (grid.rows - 1)
    assert grid.width <= FULL_WIDTH
    assert grid.image_width < grid.cell_width
    assert grid.image_height + 12 < grid.cell_height


def test_a_second_softmax_is_bounded(evidence: Evidence) -> None:
    spec = plan("softmax_twice", evidence, selection="verify")
    assert spec.data["bound"] == pytest.approx(0.2319693)
    assert all(row["twice"] <= spec.data["bound"] for row in spec.data["rows"])
    assert "the bound is 23.2" in spec.alt["dots"]
    two = made_up.make_evidence(fashion=made_up.other_dataset(2))
    spec = plan("softmax_twice", two, selection="verify")
    assert spec.data["bound"] == pytest.approx(math.e / (math.e + 1))


HISTORY = "models.digits.training.history"


@pytest.mark.parametrize(
    ("metric", "validation", "best"),
    [
        ("loss", [0.3, 0.1, 0.1, 0.2], 2),
        ("loss", [0.4, 0.3, 0.2, 0.1], 4),
        ("accuracy", [0.9, 0.95, 0.97, 0.97], 3),
    ],
)
def test_curves_mark_the_first_best_validation_epoch(
    metric: str, validation: list[float], best: int
) -> None:
    history = {metric: [0.5, 0.4, 0.35, 0.3], f"val_{metric}": validation}
    spec = plan(
        "curves", made_up.make_evidence(**{HISTORY: history}), model="digits", metric=metric
    )
    assert spec.data["best"] == best
    assert f"at epoch {best}" in spec.alt["curves"]
    assert draw(spec)


@pytest.mark.parametrize("n_epochs", [1, 2, 1000])
def test_curves_without_validation(n_epochs: int) -> None:
    history = {"accuracy": [0.9] * n_epochs, "loss": [0.1] * n_epochs}
    evidence = made_up.make_evidence(**{HISTORY: history})
    for metric in ("accuracy", "loss"):
        spec = plan("curves", evidence, model="digits", metric=metric)
        assert spec.data["best"] is None
        assert "validation" not in spec.alt["curves"]
        (picture,) = draw(spec)
        assert len(picture.content) < 40_000


def test_the_comparison_has_every_accuracy(evidence: Evidence) -> None:
    spec = plan("accuracy_comparison", evidence)
    test = evidence.model("fashion")["test"]
    assert spec.table is not None
    row = spec.table.rows[3]
    assert row[:2] == ("fashion", "test")
    assert row[3] == f"{test['n_correct']:,} of 10,000"
    colours = [row["colour"] for row in spec.data["rows"]]
    markers = [row["marker"] for row in spec.data["rows"]]
    assert len(set(colours)) == len(set(markers)) == 2


@pytest.mark.parametrize("order", [("digits", "fashion"), ("fashion", "digits")])
def test_figures_have_the_more_accurate_model_first_as_tables_do(order: tuple[str, str]) -> None:
    runs = {"seeds": [0, 1], "test_accuracies": [0.9, 0.91]}
    evidence = made_up.make_evidence(
        derived={"comparison": {"higher": order[0], "lower": order[1]}},
        studies={"repeats": {"models": {"digits": runs, "fashion": runs}}},
    )
    for kind in ("accuracy_comparison", "spread"):
        table = plan(kind, evidence).table
        assert table is not None
        assert tuple(dict.fromkeys(row[0] for row in table.rows)) == order


def test_perfect_models_can_be_compared() -> None:
    perfect: dict[str, Any] = {}
    for model in ("digits", "fashion"):
        perfect[f"models.{model}.train.accuracy"] = 1.0
        perfect[f"models.{model}.test.accuracy"] = 1.0
        perfect[f"models.{model}.test.accuracy_ci95"] = [0.99962, 1.0]
    spec = plan("accuracy_comparison", made_up.make_evidence(**perfect))
    assert "digits 100" in spec.alt["accuracies"]
    assert draw(spec)


def test_the_confusion_matrix_names_the_most_frequent_mistake() -> None:
    matrix = [[0] * 10 for _ in range(10)]
    for k in range(10):
        matrix[k][k] = 1000
    matrix[6][0] = 113
    changed = made_up.make_evidence(**{"models.fashion.test.confusion_matrix": matrix})
    spec = plan("confusion_matrix", changed, model="fashion")
    assert "Shirt is taken for T-shirt/top, 113 times" in spec.alt["matrix"]
    assert confused_pairs(spec.data["names"], matrix) == [(113, 6, 0)]
    matrix[6][0] = 0
    spec = plan("confusion_matrix", changed, model="fashion")
    assert spec.alt["matrix"].endswith("no mistakes.")
    assert draw(spec)


def test_a_class_without_test_images_can_be_drawn() -> None:
    matrix = [[0] * 10 for _ in range(10)]
    matrix[3][3] = 5
    evidence = made_up.make_evidence(**{"models.digits.test.confusion_matrix": matrix})
    assert draw(plan("confusion_matrix", evidence, model="digits"))


def test_reliability_leaves_out_empty_bins() -> None:
    empty = {"lower": 0.0, "upper": 0.5, "n": 0, "confidence": None, "accuracy": None}
    full = {"lower": 0.5, "upper": 1.0, "n": 8, "confidence": 0.9, "accuracy": 0.75}
    studies = {"confidence": {"models": {"digits": {"bins": [empty, full]}}}}
    spec = plan("reliability", made_up.make_evidence(studies=studies), model="digits")
    assert [found["n"] for found in spec.data["bins"]] == [8]
    assert draw(spec)
    studies["confidence"]["models"]["digits"]["bins"] = [empty]
    with pytest.raises(RenderError, match="no images"):
        plan("reliability", made_up.make_evidence(studies=studies), model="digits")


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        ("over", "by top probability: more sure than right; mean probability 90.0\u00a0%, right"),
        ("under", "by top probability: less sure than right; mean probability 90.0\u00a0%, right"),
        ("none", "by top probability: mean probability 90.0\u00a0%, right 75.0\u00a0%."),
        (None, "by top probability: mean probability 90.0\u00a0%, right 75.0\u00a0%."),
    ],
)
def test_reliability_is_told_as_the_study_judges_it(verdict: str | None, says: str) -> None:
    found = {"lower": 0.5, "upper": 1.0, "n": 8, "confidence": 0.9, "accuracy": 0.75}
    study = {"bins": [found]} if verdict is None else {"bins": [found], "verdict": verdict}
    studies = {"confidence": {"models": {"digits": study}}}
    spec = plan("reliability", made_up.make_evidence(studies=studies), model="digits")
    assert says in spec.alt["diagram"]
    assert ("sure than right" in spec.alt["diagram"]) == (verdict in ("over", "under"))


@pytest.mark.parametrize("n_runs", [1, 5, 50])
def test_spread_shows_every_run(n_runs: int) -> None:
    values = [0.97 + 0.0001 * k for k in range(n_runs)]
    studies = {
        "repeats": {"models": {"digits": {"seeds": list(range(n_runs)), "test_accuracies": values}}}
    }
    spec = plan("spread", made_up.make_evidence(studies=studies))
    assert spec.data["rows"][0]["mean"] == pytest.approx(sum(values) / n_runs)
    assert spec.table is not None
    assert len(spec.table.rows) == n_runs
    (picture,) = draw(spec)
    hollow = [part for part in picture.content.split(b"<path ") if b'stroke="#0072b2"' in part]
    assert sum(part.count(b"m") for part in hollow) == n_runs


def test_mistakes_are_told_by_word(evidence: Evidence) -> None:
    spec = plan("mistakes", evidence, selection="verify")
    assert spec.table is not None
    assert [row[-1] for row in spec.table.rows] == ["right", "wrong"]
    assert "1 wrong, such as" in spec.alt["grid"]
    spec = plan("mistakes", evidence, selection="verify_digits")
    assert "all right" in spec.alt["grid"]
