"""What holds of every drawing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import made_up
import pytest
from own_tests import constant_of, own_test
from pictures import assert_picture_is_sound
from places import SUPPORT

import reportgen.figures
from reportgen.errors import RenderError
from reportgen.evidence.record import Evidence
from reportgen.figures.catalogue import FIGURES, check_call, draw, load_figure, plan
from reportgen.figures.drawing.spec import Drawing, FigureSpec
from reportgen.studies.catalogue import STUDIES

EVERY_FIGURE = pytest.mark.parametrize("name", FIGURES)


def arguments_of(name: str) -> dict[str, Any]:
    """The arguments that a figure is tested with; the figure's own test file has them."""
    what = "the arguments that the tests of all figures call it with"
    arguments: dict[str, Any] = constant_of("figures", name, "ARGUMENTS", what)
    return arguments


def planned(name: str, evidence: Evidence) -> FigureSpec:
    try:
        return plan(name, evidence, **arguments_of(name))
    except RenderError as error:
        error.add_note("tests/studies/test_STUDY.py makes it up in made_up(rng, models)")
        raise


def test_every_module_of_the_package_is_a_figure_and_has_a_test() -> None:
    found = {path.stem for path in Path(reportgen.figures.__file__).parent.glob("*.py")}
    assert set(FIGURES) == found - {"__init__", "catalogue"}
    assert all(isinstance(load_figure(name), Drawing) for name in FIGURES)
    assert all(own_test("figures", name) for name in FIGURES)


@EVERY_FIGURE
def test_pictures_are_sound_and_described(name: str, evidence: Evidence) -> None:
    spec = planned(name, evidence)
    assert spec.kind == name
    pictures = draw(spec)
    assert {picture.name: picture.alt for picture in pictures} == spec.alt
    for picture in pictures:
        assert_picture_is_sound(picture)
        assert len(picture.content) < 40_000


@EVERY_FIGURE
def test_the_data_are_at_hand_as_a_table(name: str, evidence: Evidence) -> None:
    table = planned(name, evidence).table
    assert table is not None
    assert table.rows
    assert all(table.header)
    assert all(len(row) == len(table.header) for row in table.rows)


@EVERY_FIGURE
@pytest.mark.parametrize(
    ("n_classes", "shape"), [(2, (5, 64)), (13, (64, 64)), (100, (1, 1))], ids=str
)
def test_datasets_of_ones_own_fit(name: str, n_classes: int, shape: tuple[int, int]) -> None:
    own = made_up.other_dataset(n_classes, shape)
    spec = planned(name, made_up.make_evidence(digits=own, fashion=own))
    for picture in draw(spec):
        assert_picture_is_sound(picture)
        assert picture.height <= 620


@EVERY_FIGURE
def test_class_names_may_hold_any_sign(name: str) -> None:
    names = ("$x^2$ & <b>", "Ärger\nim  Büro", "Ωμέγα", "\u05d0", "%s {0} \\frac", '"quoted"')
    own = made_up.MadeUpDataset("own", names, (20, 20), "own")
    for picture in draw(planned(name, made_up.make_evidence(digits=own, fashion=own))):
        assert_picture_is_sound(picture)


@EVERY_FIGURE
def test_equal_evidence_gives_equal_digests_and_pictures(name: str, evidence: Evidence) -> None:
    first, second = (planned(name, e) for e in (evidence, made_up.make_evidence()))
    assert first.digest() == second.digest()
    assert draw(first) == draw(second)


@EVERY_FIGURE
def test_other_evidence_gives_another_digest(name: str, evidence: Evidence) -> None:
    other = made_up.make_evidence(seed=1)
    if name == "curves":
        other = made_up.with_changes(other, **{"models.digits.training.history.loss.3": 0.9})
    assert planned(name, evidence).digest() != planned(name, other).digest()


def test_threads_draw_the_same(evidence: Evidence) -> None:
    specs = [planned(name, evidence) for name in FIGURES]
    alone = [draw(spec) for spec in specs]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(draw, specs * 3)) == alone * 3


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("raw_imges", {}, "Did you mean 'raw_images'"),
        ("histogram", {}, "There are: accuracy_comparison, "),
        ("curves", {"model": "digits"}, "lacks 'metric'"),
        ("spread", {"model": "digits"}, "does not take 'model'. Its arguments: none"),
        ("prediction", {"selection": "verify", "place": 1}, "[position]"),
    ],
    ids=str,
)
def test_wrong_calls_are_named(name: str, arguments: dict[str, Any], said: str) -> None:
    for call in (lambda: plan(name, made_up.make_evidence(), **arguments), None):
        with pytest.raises(RenderError) as caught:
            call() if call else check_call(name, set(arguments))
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("image_grid", {"selection": "gird"}, "Selections with images: inspect, predict"),
        ("prediction", {"selection": "verify", "position": 2}, "which has 2"),
        ("prediction", {"selection": "verify", "position": -1}, "position -1"),
        ("prediction", {"selection": "inspect"}, "no model has one"),
        ("curves", {"model": "letters", "metric": "loss"}, "There are: digits, fashion"),
        ("curves", {"model": "digits", "metric": "f1"}, "accuracy or loss"),
    ],
    ids=str,
)
def test_what_the_evidence_lacks_is_named(
    name: str, arguments: dict[str, Any], said: str, evidence: Evidence
) -> None:
    with pytest.raises(RenderError, match=re.escape(said)):
        plan(name, evidence, **arguments)


@EVERY_FIGURE
def test_a_figure_that_needs_a_study_says_which(name: str) -> None:
    said = ""
    try:
        draw(planned(name, made_up.make_evidence(studies={})))
    except RenderError as error:
        said = str(error)
    assert not said or any(f"needs the study {study!r}" in said for study in STUDIES), said


PROGRAM = textwrap.dedent(
    """
    import hashlib, sys
    import made_up
    from reportgen.figures.catalogue import FIGURES, draw, plan
    from figure_calls import CALLS

    evidence = made_up.make_evidence()
    specs = [plan(name, evidence, **CALLS[name]) for name in FIGURES]
    heavy = {"matplotlib", "PIL", "tensorflow"} & set(sys.modules)
    assert not heavy, heavy
    for spec in specs:
        for picture in draw(spec):
            print(picture.name, hashlib.sha256(picture.content).hexdigest())
    assert "matplotlib.pyplot" not in sys.modules
    from pictures import bar_chart
    print("axes", hashlib.sha256(bar_chart().content).hexdigest())
    from matplotlib.font_manager import fontManager
    fonts = {entry.name for entry in fontManager.ttflist}
    assert fonts == {"Source Sans Pro"}, "the system's fonts were searched"
    """
)


def test_bytes_do_not_depend_on_the_process_and_home_is_left_alone(tmp_path: Path) -> None:
    printed, calls = [], {name: arguments_of(name) for name in FIGURES}
    for n, (zone, hash_seed) in enumerate([("Asia/Tokyo", "1"), ("America/Lima", "2")]):
        folder = tmp_path / str(n)
        home = folder / "home"
        home.mkdir(parents=True)
        (folder / "figure_calls.py").write_text(f"CALLS = {calls!r}\n")
        if n:
            (folder / "matplotlibrc").write_text("svg.fonttype: none\nlines.linewidth: 9\n")
        home.chmod(0o500)
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, (SUPPORT, SUPPORT.parent, folder))),
            "HOME": str(home),
            "TZ": zone,
            "PYTHONHASHSEED": hash_seed,
            "LC_ALL": "C.UTF-8" if n else "C",
        }
        for name in ("MPLCONFIGDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            environment.pop(name, None)
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", PROGRAM],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert list(home.iterdir()) == []
        printed.append(done.stdout)
    assert printed[0] == printed[1]
    assert len(printed[0].splitlines()) > len(FIGURES)
