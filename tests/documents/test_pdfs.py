"""PDFs under validators and against the page of the same report; and damaged ones, which fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from documents.conftest import ASSIGNMENTS
from documents.formula_checkers import FormulasOfPage, formula_faults, gap_faults
from documents.pdf_checkers import (
    PageOfReport,
    bookmark_faults,
    contents_faults,
    font_faults,
    glyph_faults,
    syntax_faults,
    text_faults,
    verapdf_faults,
)
from made_up_report import made_up_pictures, made_up_report

from reportgen.render.html import render_html
from reportgen.render.pdf import render_pdf

pytestmark = [pytest.mark.documents, pytest.mark.slow]

Damage = Callable[[pikepdf.Pdf], None]


def structure(pdf: pikepdf.Pdf, *kinds: str) -> list[Any]:
    """The structure elements of some kinds, in the order in which they are stored."""
    found = [
        item
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/S") in kinds and "/P" in item
    ]
    assert found, f"the document has no {kinds}"
    return found


def without_alternative(pdf: pikepdf.Pdf) -> None:
    del structure(pdf, "/Figure")[0].Alt


def with_untagged_drawing(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].contents_add(b"q 50 50 m 90 90 l S Q")


def with_skipped_heading(pdf: pikepdf.Pdf) -> None:
    structure(pdf, "/H2")[0].S = pikepdf.Name.H5


def without_structure(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def without_mark(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.MarkInfo


def without_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Lang


def without_title(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        del metadata["dc:title"]


def without_standard(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        del metadata["pdfuaid:part"]


def without_colour_space(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.OutputIntents


def without_font(pdf: pikepdf.Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            for key in ("/FontFile2", "/FontFile3"):
                if key in item:
                    del item[key]


def without_unicode(pdf: pikepdf.Pdf) -> None:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
            del item["/ToUnicode"]


def with_script(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("1"))
    pdf.Root.OpenAction = pdf.make_indirect(action)


def with_formula_as_figure(pdf: pikepdf.Pdf) -> None:
    structure(pdf, "/Formula")[0].S = pikepdf.Name.Figure


def with_formula_without_text(pdf: pikepdf.Pdf) -> None:
    del structure(pdf, "/Formula")[0].ActualText


def without_spoken_formula(pdf: pikepdf.Pdf) -> None:
    del structure(pdf, "/Formula")[0].Alt


def without_words_for_formula(pdf: pikepdf.Pdf) -> None:
    formula = structure(pdf, "/Formula")[0]
    del formula.Alt, formula.ActualText


def without_variables(pdf: pikepdf.Pdf) -> None:
    """Draw no text in the font of variables, as if they were pictures."""
    for page in pdf.pages:
        fonts = page.resources.get("/Font", {})
        of_formulas = {name for name in fonts if "Math" in str(fonts[name].BaseFont)}
        drawn, is_variable = [], False
        for command in pikepdf.parse_content_stream(page):
            if str(command.operator) == "Tf":
                is_variable = str(command.operands[0]) in of_formulas
            if not (is_variable and str(command.operator) in ("Tj", "TJ")):
                drawn.append(command)
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(drawn))


# What is done to a sound PDF, and how the rule that must fail begins.
UNDER_VERAPDF: dict[str, tuple[Damage, str]] = {
    "figure without alternative": (without_alternative, "ua1 7.3-1"),
    "formula without words": (without_words_for_formula, "ua1 7.7-1"),
    "untagged drawing": (with_untagged_drawing, "ua1 7.1-3"),
    "skipped heading": (with_skipped_heading, "ua1 7.4.2-1"),
    "no structure": (without_structure, "ua1 7.1"),
    "not marked as tagged": (without_mark, "3a 6.7.2"),
    "no language": (without_language, "ua1 7.2"),
    "no title": (without_title, "ua1 7.1-9"),
    "no claim of PDF/UA": (without_standard, "ua1 5-"),
    "no output intent": (without_colour_space, "3a 6.2.4.3"),
    "font not embedded": (without_font, "ua1 7.21.4.1-1"),
    "text without Unicode": (without_unicode, "3a 6.2.11.7"),
    "script": (with_script, "3a 6.5.1-1"),
}


@pytest.fixture(scope="session")
def sound_pdf() -> bytes:
    return render_pdf(
        made_up_report(), made_up_pictures(), attachments={"evidence.json": b"{}"}, epoch=0
    )


@pytest.fixture(scope="session")
def files(sound_pdf: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A sound PDF, and damaged ones by what they lack."""
    folder = tmp_path_factory.mktemp("pdfs")
    sound = folder / "sound.pdf"
    sound.write_bytes(sound_pdf)
    found = {"sound": sound}
    for number, (name, (damage, _)) in enumerate(UNDER_VERAPDF.items()):
        found[name] = folder / f"damaged-{number}.pdf"
        with pikepdf.open(sound) as pdf:
            damage(pdf)
            pdf.save(found[name])
    return found


@pytest.fixture(scope="session")
def under_verapdf(files: dict[str, Path]) -> dict[str, list[str]]:
    found = verapdf_faults(files.values())
    return {name: found[file] for name, file in files.items()}


@pytest.fixture(scope="session")
def reports_under_verapdf(reports: dict[str, Path]) -> dict[Path, list[str]]:
    return verapdf_faults(folder / "report.pdf" for folder in reports.values())


@pytest.fixture(scope="session")
def sound_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("page") / "index.html"
    page.write_text(render_html(made_up_report(), made_up_pictures()), encoding="utf-8")
    return page


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_rule_of_pdf_ua_1_and_pdf_a_3a_fails(
    assignment: str, reports: dict[str, Path], reports_under_verapdf: dict[Path, list[str]]
) -> None:
    assert reports_under_verapdf[reports[assignment] / "report.pdf"] == []


def test_a_sound_pdf_passes(under_verapdf: dict[str, list[str]]) -> None:
    assert under_verapdf["sound"] == []


@pytest.mark.parametrize("name", UNDER_VERAPDF)
def test_verapdf_sees_the_damage(name: str, under_verapdf: dict[str, list[str]]) -> None:
    rule = UNDER_VERAPDF[name][1]
    assert any(fault.startswith(rule) for fault in under_verapdf[name]), under_verapdf[name]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_pdf_is_sound(assignment: str, reports: dict[str, Path]) -> None:
    file = reports[assignment] / "report.pdf"
    assert syntax_faults(file) == []
    assert font_faults(file) == []
    assert glyph_faults(file) == []
    assert file.stat().st_size <= 1_500_000


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_pdf_says_what_the_page_says(assignment: str, reports: dict[str, Path]) -> None:
    file = reports[assignment] / "report.pdf"
    page = PageOfReport(reports[assignment] / "index.html")
    assert len(page.numbers) > 20
    assert bookmark_faults(file, page) == []
    assert contents_faults(file, page) == []
    assert text_faults(file, page) == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_pdf_has_every_formula_in_its_text(assignment: str, reports: dict[str, Path]) -> None:
    file = reports[assignment] / "report.pdf"
    page = FormulasOfPage(reports[assignment] / "index.html")
    assert formula_faults(file, page) == []
    assert gap_faults(file, page) == []


def test_a_cut_file_has_faults(sound_pdf: bytes, tmp_path: Path) -> None:
    file = tmp_path / "cut.pdf"
    file.write_bytes(sound_pdf[: len(sound_pdf) // 2])
    assert syntax_faults(file) != []


@pytest.mark.parametrize("damage", [without_font, without_unicode])
def test_a_font_that_lacks_something_is_found(damage: Damage, files: dict[str, Path]) -> None:
    assert font_faults(files["sound"]) == []
    name = next(name for name, (done, _) in UNDER_VERAPDF.items() if done is damage)
    assert font_faults(files[name]) != []


def test_a_wrong_page_number_in_the_contents_is_found(
    files: dict[str, Path], sound_page: Path, tmp_path: Path
) -> None:
    page = PageOfReport(sound_page)
    assert contents_faults(files["sound"], page) == []
    file = tmp_path / "moved.pdf"
    with pikepdf.open(files["sound"]) as pdf:
        pdf.pages.append(pdf.pages[1])
        del pdf.pages[1]
        pdf.save(file)
    assert contents_faults(file, page) != []


def test_a_missing_bookmark_is_found(files: dict[str, Path], sound_page: Path) -> None:
    page = PageOfReport(sound_page)
    assert bookmark_faults(files["sound"], page) == []
    page.headings.pop()
    assert bookmark_faults(files["sound"], page) != []


def test_a_number_that_the_pdf_lacks_is_found(files: dict[str, Path], sound_page: Path) -> None:
    page = PageOfReport(sound_page)
    assert text_faults(files["sound"], page) == []
    page.numbers.append((page.numbers[-1][0], "0.123456"))
    assert len(text_faults(files["sound"], page)) == 1


@pytest.mark.parametrize(
    ("damage", "find", "fault"),
    [
        (with_formula_as_figure, formula_faults, "on one side only"),
        (without_spoken_formula, formula_faults, "on one side only"),
        (with_formula_without_text, formula_faults, "without its text"),
        (without_variables, gap_faults, "not in the text"),
    ],
)
def test_a_formula_that_lacks_something_is_found(
    damage: Damage, find: Any, fault: str, files: dict[str, Path], sound_page: Path, tmp_path: Path
) -> None:
    page = FormulasOfPage(sound_page)
    assert page.drawn
    assert page.variables
    assert find(files["sound"], page) == []
    with pikepdf.open(files["sound"]) as pdf:
        damage(pdf)
        pdf.save(tmp_path / "damaged.pdf")
    assert any(fault in found for found in find(tmp_path / "damaged.pdf", page))
