import dataclasses
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest
from made_up_report import SAMPLE_NOTICE, made_up_pictures, made_up_report
from places import SUPPORT

from reportgen.answers.document import Fact, Figure
from reportgen.errors import RenderError
from reportgen.figures.drawing.spec import Picture
from reportgen.render import system_fonts
from reportgen.render.paper import print_html
from reportgen.render.pdf import render_pdf
from reportgen.render.pdf_parts import Resource

ATTACHMENTS = {
    "evidence.json": b'{"schema_version": 1}\n',
    "manifest.json": b"{}\n",
    "report.toml": b'title = "x"\n',
}
HEAD = '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>t</title>'
LONG_TITLE = ("A title of very many words " * 8).strip()


@pytest.fixture(scope="module")
def pdf() -> bytes:
    report = made_up_report(tier_notice=SAMPLE_NOTICE)
    return render_pdf(report, made_up_pictures(), attachments=ATTACHMENTS, epoch=1_700_000_000)


@pytest.fixture(scope="module")
def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def squeezed(text: str) -> str:
    """Text without spaces and end-of-line hyphens, as lines are broken anywhere."""
    return re.sub(r"[\s\u00a0\u00ad\u2010-]+", "", text)


@pytest.fixture(scope="module")
def bare() -> pypdf.PdfReader:
    """On US Letter, with a long title, without author, date and attachments."""
    report = made_up_report(title=LONG_TITLE, author=None, date=None, paper="letter")
    pdf = render_pdf(report, made_up_pictures(), attachments={}, epoch=None)
    return pypdf.PdfReader(io.BytesIO(pdf))


@pytest.fixture(scope="module")
def document(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def objects(document: pikepdf.Pdf, **wanted: str) -> list[Any]:
    return [
        item
        for item in document.objects
        if isinstance(item, pikepdf.Dictionary)
        and all(str(item.get(f"/{key}", "")) == f"/{value}" for key, value in wanted.items())
    ]


def test_every_question_and_every_number_is_in_the_text(pages: list[str]) -> None:
    text = squeezed("".join(pages))
    report = made_up_report()
    for question in report.questions:
        assert squeezed(question.heading) in text
        assert squeezed(re.sub("[`*]", "", question.prompt).replace("'", "’")) in text
    for inline in report.inlines:
        if isinstance(inline, Fact):
            assert squeezed(inline.text) in text, inline.path
    for block in report.blocks:
        if isinstance(block, Figure):
            assert f"Figure{block.number}." in text
    assert squeezed("Made from the bundled sample") in text
    assert squeezed("Ελληνικά, Кириллица, naïve Łódź") in text


def test_bookmarks_are_the_headings(pdf: bytes) -> None:
    def titles(items: list[Any]) -> list[Any]:
        return [titles(item) if isinstance(item, list) else item["/Title"] for item in items]

    assert titles(pypdf.PdfReader(io.BytesIO(pdf)).outline) == [
        "Basic classification of clothing and of handwritten digits",
        [
            "The two datasets",
            [
                "Question 1 of 4 The array of predictions",
                "Question 2 of 4 Does the prediction match the label?",
            ],
            "The comparison",
            [
                "Question 3 of 4 Which model is better?",
                ["A heading of the author’s", ["and one below it"]],
                'Question 4 of 4 A heading with <b> & "quotes"',
            ],
            "Conclusion",
            "More",
            [
                "Question 3 of 4: Which model is better? Every class, & what is confused",
                ["Below the fold"],
            ],
            "What is missing",
            "How this report was made",
        ],
    ]


def test_what_goes_further_stands_in_an_appendix_with_pages_both_ways(pages: list[str]) -> None:
    def page_with(text: str) -> int:
        (number,) = (n for n, page in enumerate(pages, start=1) if text in page)
        return number

    there = re.search(r"More: Every class, & what is confused, page (\d+)", "".join(pages))
    back = re.search(r"To the answer, page (\d+)", "".join(pages))
    assert there
    assert back
    assert int(there[1]) == page_with("Below the fold") > page_with("Both models learned")
    assert int(back[1]) == page_with("Which model is better at predicting")
    assert pages[int(there[1]) - 1].startswith("More\n")


def test_the_program_has_numbered_lines_and_answers_their_pages() -> None:
    report = made_up_report(code="appendix")
    pdf = render_pdf(report, made_up_pictures(), attachments={}, epoch=None)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    where = r"Code: lines 4 \(page (\d+)\) and 10 to 17 \(page (\d+)\) of the program\."
    found = re.search(where, " ".join("".join(pages).split()))
    assert found
    page = pages[int(found[1]) - 1]
    assert found[1] == found[2]
    assert re.search(r'^ *16 +text = """one$', page, re.MULTILINE)
    assert re.search(r"^ *4 +import numpy as np$", page, re.MULTILINE)


def test_contents_give_the_right_pages(pages: list[str]) -> None:
    listed = re.findall(r"^(.+?)\s+(?:\.\s*){3,}(\d+)$", pages[0], re.MULTILINE)
    assert len(listed) == 10
    assert [int(page) for _, page in listed] == sorted(int(page) for _, page in listed)
    for heading, page in listed:
        lines = [line.strip() for line in pages[int(page) - 1].splitlines()]
        assert any(line.endswith(heading.strip()) for line in lines), heading  # after its label


def test_each_line_of_the_contents_is_one_link(pdf: bytes) -> None:
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    links = [str(link.get_object()["/Dest"]) for link in page["/Annots"]]
    listed = links[: links.index("made") + 1]  # after them come links of the text
    assert len(listed) == len(set(listed)) == 10


def test_no_heading_holds_another(document: pikepdf.Pdf) -> None:
    headings = re.compile("/H[1-6]")

    def check(element: Any, inside: bool) -> int:
        if not isinstance(element, pikepdf.Dictionary):
            return 0
        is_heading = bool(headings.fullmatch(str(element.get("/S", ""))))
        assert not (inside and is_heading)
        kids = element.get("/K", [])
        kids = kids if isinstance(kids, pikepdf.Array) else [kids]
        return is_heading + sum(check(kid, inside or is_heading) for kid in kids)

    assert check(document.Root.StructTreeRoot, inside=False) > 9


def test_running_head_and_page_numbers(pages: list[str]) -> None:
    n = len(pages)
    for number, text in enumerate(pages, start=1):
        assert f"Page {number} of {n}" in text
    assert all(text.count("Ada Lovelace") == 1 for text in pages)
    assert "Basic classification of clothing and of handwritten digits" in pages[1]


def test_a_long_title_is_shortened_in_the_running_head(bare: pypdf.PdfReader) -> None:
    second = bare.pages[1].extract_text()
    assert "A title of very many words A title" in second
    assert "…" in second
    assert LONG_TITLE not in second.replace("\n", " ")


def test_outside_links_are_printed_with_their_address(pages: list[str]) -> None:
    assert "https://keras.io/guides/" in "".join(pages)


def test_paper_is_a4_or_letter(pdf: bytes, bare: pypdf.PdfReader) -> None:
    a4 = pypdf.PdfReader(io.BytesIO(pdf))
    for reader, size in ((a4, (595.28, 841.89)), (bare, (612.0, 792.0))):
        for page in reader.pages:
            box = page.mediabox
            assert (float(box.width), float(box.height)) == pytest.approx(size, abs=0.1)


def test_it_claims_both_standards_and_is_well_formed(document: pikepdf.Pdf) -> None:
    assert document.check_pdf_syntax() == []
    xmp = document.Root.Metadata.read_bytes().decode()
    assert re.search(r'pdfaid:part="3"', xmp)
    assert re.search(r'pdfaid:conformance="A"', xmp)
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert "pdfaExtension:schemas" in xmp
    assert xmp.count("<rdf:RDF") == xmp.count("</rdf:RDF>") == 1
    assert str(document.Root.Lang) == "en"
    assert document.Root.MarkInfo.Marked == True  # noqa: E712 pikepdf's own boolean
    assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
    assert document.Root.ViewerPreferences.DisplayDocTitle == True  # noqa: E712
    assert str(document.docinfo.Title).startswith("Basic classification")
    assert str(document.docinfo.Author) == "Ada Lovelace"
    assert str(document.docinfo.CreationDate) == "D:20231114221320Z"


def test_every_figure_of_the_structure_has_an_alternative(document: pikepdf.Pdf) -> None:
    alternatives = [str(item.Alt) for item in objects(document, Type="StructElem", S="Figure")]
    assert "A grey Pullover." in alternatives
    formulas = [str(item.Alt) for item in objects(document, Type="StructElem", S="Formula")]
    assert "p k equals e to z k" in formulas
    assert all(alternatives)


def test_every_font_is_ours_embedded_and_mapped(document: pikepdf.Pdf) -> None:
    fonts = objects(document, Type="Font", Subtype="Type0")
    names = {str(font.BaseFont).split("+")[1] for font in fonts}
    assert names >= {"Report-Serif", "Report-Sans", "Report-Mono"}
    assert all(name.startswith("Report-") for name in names)
    assert all("/ToUnicode" in font for font in fonts)
    for descriptor in objects(document, Type="FontDescriptor"):
        assert "/FontFile3" in descriptor or "/FontFile2" in descriptor


def test_attachments_carry_content_kind_and_fixed_dates(document: pikepdf.Pdf) -> None:
    attached = {str(item.UF): item for item in objects(document, Type="Filespec")}
    assert set(attached) == {*ATTACHMENTS, "figure-01.csv"}
    for name, content in ATTACHMENTS.items():
        file = attached[name].EF.F
        assert file.read_bytes() == content
        assert str(file.Params.ModDate) == "D:20231114221320Z"
        assert attached[name].AFRelationship == "/Source"
    assert attached["figure-01.csv"].AFRelationship == "/Data"
    assert b"Dress,0.9712\r\n" in attached["figure-01.csv"].EF.F.read_bytes()
    assert attached["evidence.json"].EF.F.Subtype == "/application/json"
    names = [str(name) for name in document.Root.Names.EmbeddedFiles.Names][::2]
    assert names == sorted(names)


def test_without_a_date_it_carries_none(bare: pypdf.PdfReader) -> None:
    assert bare.metadata is not None
    assert "/CreationDate" not in bare.metadata
    assert "/ModDate" not in bare.metadata


SCRIPT = """
import hashlib, sys
import made_up_report as m
from reportgen.render.html import render_html
from reportgen.render.markdown import render_markdown
from reportgen.render.pdf import render_pdf
report, pictures = m.made_up_report(), m.made_up_pictures()
page = render_html(report, pictures).encode()
assert "weasyprint" not in sys.modules
text, files = render_markdown(report, pictures)
pdf = render_pdf(report, pictures, attachments={"b": b"1", "a": b"2"}, epoch=None)
assert render_pdf(report, pictures, attachments={"b": b"1", "a": b"2"}, epoch=None) == pdf
assert render_html(report, pictures).encode() == page
assert not {"tensorflow", "keras", "matplotlib"} & set(sys.modules)
for part in (page, text.encode(), repr(files).encode(), pdf):
    print(hashlib.sha256(part).hexdigest())
"""


def test_the_same_report_is_the_same_bytes_whatever_the_surroundings(tmp_path: Path) -> None:
    surroundings = [
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
        {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "1"},
    ]
    hashes = set()
    for number, surrounding in enumerate(surroundings):
        folder = tmp_path / str(number)
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-W", "error::UserWarning", "-c", SCRIPT],
            env={**os.environ, "PYTHONPATH": str(SUPPORT), "HOME": str(folder), **surrounding},
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        hashes.add(done.stdout)
        assert list(folder.iterdir()) == []  # nothing is written, no font cache either
    assert len(hashes) == 1


# What must fail


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param('<img alt="x" src="file:///etc/passwd">', id="file"),
        pytest.param('<img alt="x" src="https://example.org/x.png">', id="https"),
        pytest.param('<img alt="x" src="report:picture/9">', id="unknown picture"),
        pytest.param('<img alt="x" src="data:image/png;base64,AA">', id="data"),
        pytest.param("<style>@import url(http://169.254.169.254/)</style>", id="import"),
        pytest.param(
            "<style>@font-face{font-family:x;src:url(file:///etc/passwd)}</style>", id="font"
        ),
        pytest.param('<link rel="attachment" href="file:///etc/passwd">', id="attachment"),
        pytest.param('<link rel="stylesheet" href="file:///etc/passwd">', id="style sheet"),
        pytest.param('<base href="file:///etc/"><img alt="x" src="passwd">', id="base"),
        pytest.param('<object data="file:///etc/passwd">x</object>', id="object"),
        pytest.param('<p style="background:url(file:///etc/passwd)">x</p>', id="background"),
        pytest.param('<img alt="x" src="report:svg">', id="svg with a file in it"),
        pytest.param('<img alt="x" src="report:bomb">', id="svg entity bomb"),
    ],
)
def test_nothing_but_the_documents_own_files_can_be_read(markup: str) -> None:
    inside = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        b'<image href="file:///etc/passwd" width="9" height="9"/></svg>'
    )
    bomb = (
        b'<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b']><svg xmlns="http://www.w3.org/2000/svg"><title>&j;</title></svg>'
    )
    files = {
        "report:svg": Resource(inside, "image/svg+xml"),
        "report:bomb": Resource(bomb, "image/svg+xml"),
    }
    with pytest.raises(RenderError):
        print_html(f"{HEAD}</head><body><h1>x</h1>{markup}</body></html>", files, [], 0)


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        pytest.param(
            f'{HEAD}</head><body><img alt="" src="report:p"></body></html>',
            "no required alt",
            id="picture without alternative",
        ),
        pytest.param(
            "<!DOCTYPE html><html><head><title>t</title></head><body><p>x</p></body></html>",
            'Missing required "lang"',
            id="no language",
        ),
        pytest.param(
            f'{HEAD}</head><body><a href="#nowhere">x</a></body></html>',
            "No anchor #nowhere",
            id="dead link",
        ),
        pytest.param(
            f"{HEAD}</head><body>{'<b>' * 900}x</body></html>", "nested too deeply", id="nesting"
        ),
    ],
)
def test_what_weasyprint_would_only_log_is_an_error(
    html: str, problem: str, capfd: pytest.CaptureFixture[str]
) -> None:
    files = {"report:p": Resource(made_up_pictures()["single"][0].content, "image/png")}
    with pytest.raises(RenderError, match=problem) as caught:
        print_html(html, files, [], 0)
    assert len(str(caught.value).splitlines()) <= 5
    assert capfd.readouterr().err == ""


def test_a_damaged_picture_is_an_error() -> None:
    broken = Picture("grid", "image/png", b"no image", 10.0, 10.0, "x")
    pictures = made_up_pictures() | {"grid": (broken,)}
    with pytest.raises(RenderError):
        render_pdf(made_up_report(), pictures, attachments={}, epoch=None)


def test_a_character_that_no_font_draws_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_fonts, "_fonts_with", lambda point: ())
    with pytest.raises(RenderError, match=r"U\+674E.*\n.*fonts-noto-cjk") as caught:
        render_pdf(made_up_report(author="李"), made_up_pictures(), attachments={}, epoch=None)
    assert len(str(caught.value).splitlines()) <= 5


def test_a_system_font_draws_what_ours_lack(monkeypatch: pytest.MonkeyPatch) -> None:
    symbols = system_fonts.FACES[-1].path
    monkeypatch.setattr(system_fonts, "_covered", lambda: frozenset(range(0x20, 0x2000)))
    monkeypatch.setattr(system_fonts, "_fonts_with", lambda point: (symbols,))
    pdf = render_pdf(made_up_report(author="A ⚀"), made_up_pictures(), attachments={}, epoch=None)
    assert "⚀" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_a_list_that_goes_on_after_an_equation_keeps_counting() -> None:
    report = made_up_report()
    counted = "\n\n1. one\n2. two\n\n$$x$$\n\n3. three\n4. four\n"
    question = dataclasses.replace(report.questions[0], answer=report.questions[0].answer + counted)
    report = dataclasses.replace(report, questions=(question, *report.questions[1:]))
    pdf = render_pdf(report, made_up_pictures(), attachments={}, epoch=None)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    assert re.search(r"\b1\.\s+2\.\s+3\.\s+4\.", text)
