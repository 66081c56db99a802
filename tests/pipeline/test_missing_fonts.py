"""A character that no font of the machine has keeps the PDF from being made, and nothing else."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
from batch_project import Watching, run_batch, write_class
from small_project import Quiet, build_project, replace_text, write_project

from reportgen.datasets.sources import Search
from reportgen.errors import RenderError, ReportgenError
from reportgen.figures.drawing import lettering
from reportgen.pipeline.from_evidence import render_evidence
from reportgen.publish.manifest import load_manifest
from reportgen.render import system_fonts
from reportgen.verify.verify import verify_report

pytestmark = pytest.mark.usefixtures("quick_training")
MESSAGE = "no font here can draw 李 (U+674E, CJK UNIFIED IDEOGRAPH-674E): the PDF is left out."


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with no fonts beside those that come with the program."""
    monkeypatch.setattr(system_fonts, "_fonts_with", lambda point: ())
    monkeypatch.setattr(lettering, "_system_font", lambda character: None)


class Order(Quiet):
    """An observer that keeps in which order things are told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def notice(self, text: str) -> None:
        super().notice(text)
        self.told.append(text.splitlines()[0])

    def trainings(self, epochs: object) -> None:
        self.told.append("training")


def test_the_page_is_published_and_the_lack_is_told_before_training(
    tmp_path: Path, no_fonts: None
) -> None:
    config = write_project(tmp_path, all_formats=True, author="李 Ann")
    observer = Order()
    result = build_project(config, tmp_path / "cache", observer)
    assert observer.told[:2] == [MESSAGE, "training"]
    assert {"index.html", "report.md"} <= set(result.files)
    assert not (result.folder / "report.pdf").exists()
    assert "李 Ann" in (result.folder / "index.html").read_text(encoding="utf-8")
    with pytest.raises(RenderError) as caught:
        result.require_all_formats()
    lines = str(caught.value).splitlines()
    assert lines[0] == MESSAGE
    assert "apt-get install fonts-noto-cjk" in lines[1]
    assert len(lines) <= 5


def test_it_is_told_again_and_the_pdf_is_made_when_the_font_is_there(
    tmp_path: Path, no_fonts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write_project(tmp_path, all_formats=True, author="\\u0378")
    build_project(config, tmp_path / "cache")
    again = build_project(config, tmp_path / "cache")
    assert again.undrawable == "\u0378"
    font = system_fonts.FACES[-1].path
    monkeypatch.setattr(system_fonts, "_fonts_with", lambda point: (font,))
    monkeypatch.setattr("reportgen.render.pdf.render_pdf", lambda *_, **__: b"%PDF-")
    third = build_project(config, tmp_path / "cache")
    third.require_all_formats()
    assert (third.folder / "report.pdf").read_bytes() == b"%PDF-"


def test_without_a_pdf_no_font_is_asked_for(tmp_path: Path, no_fonts: None) -> None:
    config = write_project(tmp_path, author="李")
    observer = Order()
    build_project(config, tmp_path / "cache", observer).require_all_formats()
    assert observer.notices == []


def test_a_class_name_that_no_font_has_is_marked_in_the_figures(
    tmp_path: Path, no_fonts: None
) -> None:
    config = write_project(tmp_path)
    replace_text(config, '"dash"', '"dash 李"')
    result = build_project(config, tmp_path / "cache")
    assert "dash 李" in (result.folder / "index.html").read_text(encoding="utf-8")
    marked, joined = lettering.outline("a 李"), lettering.outline("a\U000e0100")
    assert (marked.vertices == lettering.outline("a \ufffd").vertices).all()
    assert (joined.vertices == lettering.outline("a").vertices).all()


def test_an_emoji_in_a_class_name_costs_the_pdf_alone(tmp_path: Path, no_fonts: None) -> None:
    config = write_project(tmp_path, all_formats=True)
    replace_text(config, '"dash"', '"👟 shoe"')
    result = build_project(config, tmp_path / "cache")
    assert result.undrawable == "👟"
    page = (result.folder / "index.html").read_text(encoding="utf-8")
    assert '<div class="plain">👟 shoe</div>' in page
    assert re.search(">true: 👟 shoe</text>", page)
    assert (result.folder / "report.md").is_file()
    assert not (result.folder / "report.pdf").exists()


def test_only_the_row_that_has_it_lacks_its_pdf(
    tmp_path: Path, no_fonts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reportgen.render.pdf.render_pdf", lambda *_, **__: b"%PDF-")
    roster = write_class(tmp_path, ["s1,Ann", "s2,李"], "id,name", all_formats=True)
    observer = Watching()
    result = run_batch(roster, observer=observer)
    told = [text for text in observer.notices if text.startswith("row ")]
    assert [text.splitlines()[0] for text in told] == [f"row 3 (s2): {MESSAGE}"]
    out = tmp_path / "out"
    assert (out / "s1/report.pdf").is_file()
    assert (out / "s2/index.html").is_file()
    assert (out / "s2/report.md").is_file()
    assert not (out / "s2/report.pdf").exists()
    about = result.as_json()
    assert (about["made"], about["failed"]) == (2, [])
    assert [each["id"] for each in about["without_pdf"]] == ["s2"]
    with pytest.raises(ReportgenError, match="1 of 2 lack their PDF") as caught:
        result.require_no_failure()
    assert f"row 3 (s2): {MESSAGE}" in str(caught.value)
    with (out / "results.csv").open(encoding="utf-8") as file:
        one, two = csv.DictReader(file)
    assert (one["state"], one["pdf"], one["error"]) == ("done", "s1/report.pdf", "")
    assert (two["state"], two["html"], two["pdf"]) == ("done", "s2/index.html", "")
    assert MESSAGE in two["error"]


def test_evidence_is_rendered_and_verified_without_the_pdf(tmp_path: Path, no_fonts: None) -> None:
    config = write_project(tmp_path, all_formats=True, author="李")
    folder = build_project(config, tmp_path / "cache").folder
    output = tmp_path / "rendered"
    with pytest.raises(RenderError, match="U\\+674E"):
        render_evidence(folder, output, None, tmp_path / "cache", Quiet())
    assert (output / "index.html").is_file()
    manifest = load_manifest(output)
    assert manifest is not None
    assert manifest["characters_without_font"] == "李"
    assert json.loads((folder / "evidence.json").read_bytes())["report"]["author"] == "李"
    levels = verify_report(folder, Search.on_this_machine(tmp_path), Quiet()).levels
    statuses = {level.name: level.status for level in levels}
    assert statuses["files"] == statuses["words"] == statuses["layout"] == "ok"


@pytest.mark.parametrize("text", ["❤\ufe0f", "a\u200db", "\U000e0100", "\u200e"])
def test_what_only_steers_other_characters_needs_no_font(text: str, no_fonts: None) -> None:
    assert system_fonts.undrawable(text) == ""
    assert system_fonts.find_system_fonts(system_fonts.uncovered(text)) == ()


@pytest.mark.parametrize(
    ("characters", "package"),
    [("🎓", "fonts-symbola"), ("김", "fonts-noto-cjk"), ("ශ", "fonts-noto-core")],
)
def test_a_package_of_debian_is_named_that_has_a_font(characters: str, package: str) -> None:
    assert system_fonts.describe_undrawable(characters).endswith(f"apt-get install {package}")
