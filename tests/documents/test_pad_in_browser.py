"""The drawing pad in Chromium, as hands and keyboards use it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from documents.conftest import N_PICTURES, build
from documents.html_checkers import run_in_browser

from reportgen.evidence.files import load_evidence

pytestmark = [pytest.mark.documents, pytest.mark.slow]

MODEL = "fashion"


@pytest.fixture(scope="session")
def predictions(pad_report: Path) -> list[dict[str, Any]]:
    evidence = load_evidence(pad_report)
    return [p for p in evidence.model(MODEL)["predictions"] if p["selection"] == "predict"]


@pytest.fixture(scope="session")
def used(pad_report: Path, predictions: list[dict[str, Any]]) -> dict[str, Any]:
    evidence = load_evidence(pad_report)
    records = evidence.images("predict")
    assert [r["index"] for r in records] == [p["index"] for p in predictions]
    pictures = [evidence.arrays[record["id"]].ravel().tolist() for record in records]
    page, number = str(pad_report / "index.html"), [*evidence.record["models"]].index(MODEL)
    found: dict[str, Any] = run_in_browser(
        "use_pad.mjs", page=page, number=number, pictures=pictures
    )
    return found


def test_probabilities_agree_with_keras(
    used: dict[str, Any], predictions: list[dict[str, Any]]
) -> None:
    expected = np.array([prediction["probabilities"] for prediction in predictions])
    found = np.array(used["probabilities"])
    assert found.shape == expected.shape == (N_PICTURES, 10)
    assert np.abs(found - expected).max() < 0.01
    assert np.ptp(expected.argmax(axis=1)) > 0


@pytest.mark.parametrize("hand", ["mouse", "touch"])
def test_a_three_that_is_drawn_is_answered(used: dict[str, Any], hand: str) -> None:
    assert used[hand]["ink"] > 40
    assert used[hand]["answer"].startswith("The digits model answers 3 (argmax 3, probability")
    assert len(used[hand]["rows"]) == 10


def test_keys_draw_a_line_and_the_cursor_is_seen(used: dict[str, Any]) -> None:
    drawn = used["keyboard"]
    assert drawn["ink"] >= 17
    assert drawn["cursor"]
    assert drawn["place"].startswith("Row 23, column 15: grey 255")
    assert drawn["answer"].startswith("The digits model answers ")


def test_undo_clear_images_and_models(used: dict[str, Any], pad_report: Path) -> None:
    steps = used["controls"]
    assert steps["undone"]["ink"] == steps["cleared"]["ink"] == 0
    assert steps["cleared"]["answer"] == "Draw, or begin with a test image."
    evidence = load_evidence(pad_report)
    first = evidence.model("digits")["predictions"][0]
    names = evidence.class_names("digits")
    assert steps["image"]["answer"].startswith(
        f"Test image {first['index']}, label {names[first['label']]}: "
        f"the digits model answers {names[first['argmax']]} "
    )
    clothing = evidence.class_names(MODEL)
    rows = [row.split("\t")[0].strip() for row in steps["other"]["rows"]]
    assert [row.removeprefix("▸").strip() for row in rows] == clothing


def test_keys_stop_where_something_scrolls_and_nowhere_else(used: dict[str, Any]) -> None:
    wide, narrow = used["stops"]
    assert wide["wrong"] == narrow["wrong"] == 0
    assert narrow["scrolling"] > wide["scrolling"] + 5


def test_nothing_complains_and_without_script_the_pad_is_hidden(used: dict[str, Any]) -> None:
    assert used["faults"] == []
    assert used["hiddenWithoutScript"]


def test_the_page_stays_within_its_size_with_the_pad(pad_report: Path) -> None:
    assert (pad_report / "index.html").stat().st_size <= 1_500_000


def test_without_the_pad_there_is_no_script(cache_dir: Path, tmp_path: Path) -> None:
    config = tmp_path / "report.toml"
    config.write_text("[output]\ninteractive = false\n", encoding="utf-8")
    build(cache_dir, tmp_path / "report", config, "--format", "html")
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert len(page.encode()) <= 600_000
    assert "<script" not in page
    assert "script-src" not in page
