"""A table of forgeries, each found whatever the report claims to be made with; and of honest
changes, none of which is called one.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image
from small_project import replace_text
from verify.conftest import attach

from reportgen.publish.manifest import entries_of
from reportgen.render.layouts import content_policy
from reportgen.storage.disk import sha256
from reportgen.verify.findings import Verification
from reportgen.verify.rerender import Rendering, formats_of, render_again, sources_of, weights_of
from reportgen.verify.submission import Submission
from reportgen.verify.verify import check_submission

Forge = Callable[[Path], None]

CLAIMS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "others": {
        "versions": {"pillow": "1.0", "zlib": "0.1", "weasyprint": "1"},
        "system_fonts": {"other.ttf": "0" * 64},
    },
}


@pytest.fixture(autouse=True)
def _rendered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rendering the same evidence gives the same files: the tests need not wait for it."""
    monkeypatch.setattr("reportgen.verify.rerender.render_again", render_once)


def render_once(submission: Submission, known: dict[str, Rendering] = {}) -> Rendering:  # noqa: B006
    manifest = {k: v for k, v in (submission.manifest or {}).items() if k != "files"}
    sources = {name: sha256(content) for name, content in sources_of(submission).items()}
    about = [manifest, sources, weights_of(submission.manifest or {}), formats_of(submission)]
    evidence = [sha256(submission.carriers[name]) for name in ("evidence.json", "evidence.npz")]
    key = json.dumps([about, evidence])
    if key not in known:
        known[key] = render_again(submission)
    return known[key]


def claim(about: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A manifest that says something else of its making; None takes a part away."""
    about = dict(about)
    for key, value in changed.items():
        if value is None:
            about.pop(key, None)
        else:
            about[key] = {**about.get(key, {}), **value}
    return about


def rewrite_manifest(pdf: Path, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """The manifest inside a PDF with other content, and nothing else changed."""
    with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
        file = opened.attachments["manifest.json"].get_file().obj
        about = edit(json.loads(file.read_bytes()))
        file.write((json.dumps(about, ensure_ascii=False, indent=1) + "\n").encode())
        opened.save(pdf)


def claim_in_pdf(pdf: Path, changed: dict[str, Any]) -> None:
    if changed:
        rewrite_manifest(pdf, lambda about: claim(about, **changed))


def claim_in_folder(folder: Path, changed: dict[str, Any]) -> None:
    """The claim in both manifests, and what they list as it is now."""

    def listed(about: dict[str, Any]) -> dict[str, Any]:
        files = {name: (folder / name).read_bytes() for name in about["files"]}
        return claim({**about, "files": entries_of(files)}, **changed)

    rewrite_manifest(folder / "report.pdf", listed)
    path = folder / "manifest.json"
    about = listed(json.loads(path.read_bytes()))
    path.write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")


def in_pdf(edit: Callable[[pikepdf.Pdf], None]) -> Forge:
    def forge(path: Path) -> None:
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            edit(pdf)
            pdf.save(path)

    return forge


def draw(commands: bytes, page: int = 0) -> Forge:
    return in_pdf(lambda pdf: pdf.pages[page].contents_add(b"\nq " + commands + b" Q"))


def a_word_covered(path: Path) -> None:
    """A white rectangle over the first letters of the first page."""
    with pypdfium2.PdfDocument(path) as pdf:
        boxes = [pdf[0].get_textpage().get_charbox(place) for place in range(3)]
    left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
    width, height = max(box[2] for box in boxes) - left, max(box[3] for box in boxes) - bottom
    box = f"{left:.2f} {bottom:.2f} {width:.2f} {height:.2f}".encode()
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        page.contents_add(b"q\n", prepend=True)  # the page's own unit is not the point
        page.contents_add(b"\nQ 1 1 1 rg " + box + b" re f")
        pdf.save(path)


def words_in_a_font_of_the_viewer(pdf: pikepdf.Pdf) -> None:
    page = pdf.pages[0]
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    name = page.add_resource(font, Name.Font)
    page.contents_add(
        f"\nq 1 1 1 rg 90 700 60 20 re f 0 g BT {name} 12 Tf 92 704 Td (99.9 %) Tj ET Q".encode()
    )


def note(pdf: pikepdf.Pdf) -> None:
    about = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[9, 9, 29, 29], Contents="99 %")
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(about)])


def hidden_note(pdf: pikepdf.Pdf) -> None:
    note(pdf)
    pdf.pages[0].obj.Annots[0].F = 2


def link_away(pdf: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.URI, URI="https://example.org/")
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 595, 842], A=action)
    page = pdf.pages[0].obj
    page.Annots = Array([*page.get("/Annots", Array()), pdf.make_indirect(link)])


def script_at_opening(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def script_of_a_page(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS="app.alert(1)"))


def script_by_name(pdf: pikepdf.Pdf) -> None:
    script = Dictionary(S=Name.JavaScript, JS="app.alert(1)")
    pdf.Root.Names.JavaScript = Dictionary(Names=Array(["x", pdf.make_indirect(script)]))


def pictures(pdf: pikepdf.Pdf) -> list[Any]:
    return [
        each
        for each in pdf.objects
        if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"
    ]


def inverted_pictures(pdf: pikepdf.Pdf) -> None:
    for each in pictures(pdf):
        each.write(bytes(255 - value for value in each.read_bytes()))


def inverted_by_decoding(pdf: pikepdf.Pdf) -> None:
    for each in pictures(pdf):
        each.Decode = Array([1, 0] * (1 if "Gray" in str(each.ColorSpace) else 3))


def other_for_print(pdf: pikepdf.Pdf) -> None:
    first = pictures(pdf)[0]
    first.Alternates = Array([Dictionary(Image=first, DefaultForPrinting=True)])


def page_turned(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Rotate = 180


def page_cut(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.CropBox = Array([0, 0, 400, 400])


def said_to_screen_readers(pdf: pikepdf.Pdf) -> None:
    spoken = next(each for each in pdf.objects if isinstance(each, Dictionary) and "/Alt" in each)
    spoken.Alt = pikepdf.String("All of it is right.")


def text_in_place_of_what_is_drawn(pdf: pikepdf.Pdf) -> None:
    some = next(
        each
        for each in pdf.objects
        if isinstance(each, Dictionary) and "/S" in each and "/K" in each
    )
    some.ActualText = pikepdf.String("99.9 %")


def other_bookmark(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines.First.Title = pikepdf.String("An accuracy of 99.9 %")


def other_title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "Another"


def other_author(pdf: pikepdf.Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:creator"] = ["Somebody Else"]


def other_description(pdf: pikepdf.Pdf) -> None:
    file = next(iter(pdf.attachments.values()))
    file.obj.Desc = pikepdf.String("An accuracy of 99.9 %")


def two_contents_of_one_attachment(pdf: pikepdf.Pdf) -> None:
    file = pdf.attachments["figure-01.csv"]
    content = file.get_file().read_bytes()
    file.obj.EF.UF, file.obj.EF.F = pdf.make_stream(content), pdf.make_stream(b"99.9 %")


def layer(pdf: pikepdf.Pdf) -> None:
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="print"))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(Order=Array([group])))


def contents(pdf: pikepdf.Pdf, change: Callable[[bytes], bytes]) -> None:
    """Other contents on the first page."""
    page = pdf.pages[0]
    page.contents_coalesce()
    page.Contents.write(change(page.Contents.read_bytes()))


def link(pdf: pikepdf.Pdf) -> Any:
    notes = (note for page in pdf.pages for note in page.obj.get("/Annots", Array()))
    return next(note for note in notes if "/Dest" in note)


def thick_border(pdf: pikepdf.Pdf) -> None:
    link(pdf).BS = Dictionary(W=400)


def link_to_another_page(pdf: pikepdf.Pdf) -> None:
    link(pdf).Dest = Array([pdf.pages[-1].obj, Name.Fit])


def link_and_then_away(pdf: pikepdf.Pdf) -> None:
    away = Dictionary(S=Name.URI, URI="https://example.org/")
    pdf.Root.Outlines.First.A = Dictionary(S=Name.GoTo, D=pdf.Root.Outlines.First.Dest, Next=away)
    del pdf.Root.Outlines.First["/Dest"]


def bookmark_away(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Outlines.First.Dest = Array([pdf.pages[-1].obj, Name.Fit])


def text_beside_the_page(pdf: pikepdf.Pdf) -> None:
    font = next(iter(pdf.pages[0].Resources.Font.keys()))
    draw_in(pdf, f"BT {font} 12 Tf 1 0 0 1 -900 -900 Tm <00240025> Tj ET".encode())


def draw_in(pdf: pikepdf.Pdf, commands: bytes) -> None:
    pdf.pages[0].contents_add(b"\nq " + commands + b" Q")


def other_word_of_what_is_drawn(pdf: pikepdf.Pdf) -> None:
    draw_in(pdf, b"/Span <</ActualText (99.9 %)>> BDC 0 0 1 1 re n EMC")


def attached_besides(pdf: pikepdf.Pdf, content: bytes = b"{}") -> Any:
    stream = pdf.make_stream(content)
    stream.Type = Name.EmbeddedFile
    files = Dictionary(F=stream, UF=stream)
    name = "evidence.json"
    return pdf.make_indirect(Dictionary(Type=Name.Filespec, F=name, UF=name, EF=files))


def associated(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AF[0] = attached_besides(pdf)


def listed_twice(pdf: pikepdf.Pdf) -> None:
    tree = pdf.Root.Names.EmbeddedFiles
    names = list(tree.Names)
    place = next(k for k in range(0, len(names), 2) if str(names[k]) == "evidence.json")
    tree.Names = Array([*names[:place], names[place], attached_besides(pdf), *names[place:]])


def listed_by_another_name(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["evidence.json"].obj.UF = pikepdf.String("evidence-of-somebody.json")


def made_on_another_day(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/CreationDate"] = "D:20200101000000Z"


def graded(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Grade"] = "A"


def printed_in_part(pdf: pikepdf.Pdf) -> None:
    pdf.Root.ViewerPreferences = Dictionary(PrintPageRange=Array([0, 0]))


def box_cut(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.TrimBox = Array([100, 100, 200, 200])


def mixed_as_for_print(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceCMYK)


def font_without_type(pdf: pikepdf.Pdf) -> None:
    font = Dictionary(Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].add_resource(font, Name.Font)


def font_embedded_twice(pdf: pikepdf.Pdf) -> None:
    for each in pdf.objects:
        if isinstance(each, Dictionary) and "/FontFile3" in each:
            each.FontFile2 = each.FontFile3
        elif isinstance(each, Dictionary) and "/FontFile2" in each:
            each.FontFile3 = each.FontFile2


def read_in_another_order(pdf: pikepdf.Pdf) -> None:
    row = next(
        each
        for each in pdf.objects
        if isinstance(each, Dictionary)
        and each.get("/S") == "/TR"
        and isinstance(each.get("/K"), Array)
        and len(each.K) > 1
    )
    row.K = Array(reversed(list(row.K)))


def marks_changed_over(pdf: pikepdf.Pdf) -> None:
    contents(
        pdf, lambda text: re.sub(rb"/MCID ([01])\b", lambda m: b"/MCID %d" % (1 - int(m[1])), text)
    )


def smoothed_pictures(pdf: pikepdf.Pdf) -> None:
    for each in pictures(pdf):
        each.Interpolate = not bool(each.get("/Interpolate", False))


def page_of_another_kind_before(path: Path) -> None:
    path.write_bytes(b"<script>alert(1)</script><!--\n" + path.read_bytes())


PDFS: dict[str, Forge] = {
    "a pale colour behind words": in_pdf(
        lambda pdf: pdf.pages[0].contents_add(b"q 1 1 0.82 rg 80 500 300 200 re f Q", prepend=True)
    ),
    "a pale sign on the margin": draw(b"0.9 g 20 300 5 150 re f 20 300 20 5 re f"),
    "a border over a page": in_pdf(thick_border),
    "a link to another page": in_pdf(link_to_another_page),
    "a bookmark to another page": in_pdf(bookmark_away),
    "a bookmark to somewhere else": in_pdf(link_and_then_away),
    "words beside the page": in_pdf(text_beside_the_page),
    "a word for something drawn": in_pdf(other_word_of_what_is_drawn),
    "another associated file": in_pdf(associated),
    "an attachment listed twice": in_pdf(listed_twice),
    "an attachment by another name": in_pdf(listed_by_another_name),
    "another day": in_pdf(made_on_another_day),
    "a grade in the metadata": in_pdf(graded),
    "pages not printed": in_pdf(printed_in_part),
    "a page cut where it is printed": in_pdf(box_cut),
    "colours mixed as for print": in_pdf(mixed_as_for_print),
    "a font that does not say it is one": in_pdf(font_without_type),
    "a font embedded twice": in_pdf(font_embedded_twice),
    "a table read in another order": in_pdf(read_in_another_order),
    "parts of a page read in another order": in_pdf(marks_changed_over),
    "pictures smoothed": in_pdf(smoothed_pictures),
    "a page of another kind before it": page_of_another_kind_before,
    "a white rectangle": draw(b"1 1 1 rg 80 560 300 120 re f"),
    "a black rectangle": draw(b"0 g 100 100 20 10 re f"),
    "a small rectangle over a word": a_word_covered,
    "a rectangle and another number": in_pdf(words_in_a_font_of_the_viewer),
    "everything grey": draw(b"0.5 g 0 0 595 842 re f", 1),
    "a note": in_pdf(note),
    "a hidden note": in_pdf(hidden_note),
    "a link": in_pdf(link_away),
    "a script at opening": in_pdf(script_at_opening),
    "a script of a page": in_pdf(script_of_a_page),
    "a script by name": in_pdf(script_by_name),
    "pictures inverted": in_pdf(inverted_pictures),
    "pictures decoded the other way": in_pdf(inverted_by_decoding),
    "another picture when printed": in_pdf(other_for_print),
    "a page turned": in_pdf(page_turned),
    "a page cut": in_pdf(page_cut),
    "words for screen readers": in_pdf(said_to_screen_readers),
    "words in place of what is drawn": in_pdf(text_in_place_of_what_is_drawn),
    "a bookmark": in_pdf(other_bookmark),
    "the title": in_pdf(other_title),
    "the author in the metadata": in_pdf(other_author),
    "what an attachment is said to be": in_pdf(other_description),
    "two contents of one attachment": in_pdf(two_contents_of_one_attachment),
    "a layer": in_pdf(layer),
    "a page put in": in_pdf(lambda pdf: pdf.add_blank_page()),
    "pages changed over": in_pdf(lambda pdf: pdf.pages.reverse()),
    "another table attached": lambda pdf: attach(pdf, {"figure-01.csv": b"class\n"}),
}


def status(place: Path) -> dict[str, str]:
    return {level.name: level.status for level in check_submission(place).levels}


@pytest.mark.parametrize("claimed", CLAIMS.values(), ids=CLAIMS.keys())
@pytest.mark.parametrize("forge", PDFS.values(), ids=PDFS.keys())
def test_a_forged_pdf_is_found_whatever_it_claims(
    pdf: Path, forge: Forge, claimed: dict[str, Any]
) -> None:
    claim_in_pdf(pdf, claimed)
    forge(pdf)
    found = status(pdf)
    assert "differs" in (found["words"], found["layout"]), found


def policy_removed(text: str) -> str:
    changed, n = re.subn(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n', "", text)
    assert n == 1
    return changed


def policy_widened(text: str) -> str:
    return text.replace("default-src &#39;none&#39;", "default-src *", 1)


def policy_moved(text: str) -> str:
    found = re.search(r'<meta http-equiv="Content-Security-Policy"[^>]*>\n', text)
    assert found
    return text.replace(found[0], "", 1).replace("<style>", found[0] + "<style>", 1)


def allowed_again(text: str) -> str:
    """The policy made to fit whatever style and script the page has."""
    style = re.search(r"<style>(.*?)</style>", text, re.S)
    script = re.search(r"<script>(.*?)</script>", text, re.S)
    assert style
    policy = content_policy(style[1], script[1] if script else None).replace("'", "&#39;")
    return re.sub(r"(Content-Security-Policy\" content=\")[^\"]*", lambda m: m[1] + policy, text)


SCRIPT = "document.body.innerHTML=document.body.innerHTML.replace('93.00','99.90')"


def script_added(text: str) -> str:
    return allowed_again(text.replace("</body>", f"<script>{SCRIPT}</script></body>"))


def script_changed(text: str) -> str:
    return allowed_again(text.replace("<script>", f"<script>{SCRIPT};", 1))


def style_changed(text: str) -> str:
    rule = ".figure{display:none}data::after{content:'99.9 %'}"
    return allowed_again(text.replace("</style>", f"{rule}</style>", 1))


def picture(change: Callable[[Image.Image], bytes]) -> Callable[[str], str]:
    """The first PNG of the page, changed."""

    def edit(text: str) -> str:
        found = re.search(r"data:image/png;base64,([A-Za-z0-9+/=]+)", text)
        assert found
        with Image.open(io.BytesIO(base64.b64decode(found[1]))) as image:
            content = change(image)
        return text.replace(found[1], base64.b64encode(content).decode())

    return edit


def saved(image: Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    return file.getvalue()


def inverted(image: Image.Image) -> bytes:
    return saved(image.convert("L").point(lambda value: 255 - value))


def animated(image: Image.Image) -> bytes:
    other = image.convert("L").point(lambda value: 255 - value)
    return saved(image.convert("L"), save_all=True, append_images=[other], duration=1)


def packed(image: Image.Image) -> bytes:
    return saved(image, compress_level=1)


def font_swapped(text: str) -> str:
    fonts = re.findall(r"data:font/woff2;base64,([A-Za-z0-9+/=]+)", text)
    assert len(fonts) > 1
    return allowed_again(text.replace(fonts[0], fonts[1], 1))


def inline_handler(text: str) -> str:
    return text.replace("<body>", '<body onload="alert(1)">')


PAGES: dict[str, Callable[[str], str]] = {
    "without its policy": policy_removed,
    "with a wider policy": policy_widened,
    "with its policy after other things": policy_moved,
    "with a script": script_added,
    "with another script": script_changed,
    "with another style": style_changed,
    "with a handler": inline_handler,
    "with a link to a script": lambda t: t.replace('href="#main"', 'href="javascript:alert(1)"'),
    "with a frame": lambda t: t.replace("</body>", '<iframe src="x"></iframe></body>'),
    "with another value behind a number": lambda t: t.replace('value="100"', 'value="900"', 1),
    "with another number": lambda t: t.replace(">100</data>", ">900</data>", 1),
    "with hidden words": lambda t: t.replace("</main>", "<p hidden>99.9 %</p></main>"),
    "with a comment": lambda t: t.replace("</main>", "<!-- 99.9 % --></main>"),
    "with an inverted picture": picture(inverted),
    "with a picture that moves": picture(animated),
    "with another drawing": lambda t: t.replace('<path d="m', '<path d="m9 9m', 1),
    "with another word in a drawing": lambda t: t.replace("</text>", "9</text>", 1),
    "with another font": font_swapped,
    "in another language": lambda t: t.replace('<html lang="en">', '<html lang="de">'),
    "that turns to another address": lambda t: t.replace(
        "</title>", '</title><meta http-equiv="refresh" content="0;url=https://example.org">'
    ),
}


@pytest.mark.parametrize("claimed", CLAIMS.values(), ids=CLAIMS.keys())
@pytest.mark.parametrize("forge", PAGES.values(), ids=PAGES.keys())
def test_a_forged_page_is_found_whatever_it_claims(
    folder: Path, forge: Callable[[str], str], claimed: dict[str, Any]
) -> None:
    path = folder / "index.html"
    text = path.read_text(encoding="utf-8")
    forged = forge(text)
    assert forged != text
    path.write_text(forged, encoding="utf-8")
    claim_in_folder(folder, claimed)
    found = status(folder)
    assert "differs" in (found["words"], found["layout"]), found


def other_figure(folder: Path) -> None:
    path = sorted((folder / "figures").glob("*.png"))[0]
    with Image.open(path) as image:
        path.write_bytes(inverted(image))


def other_drawing(folder: Path) -> None:
    path = sorted((folder / "figures").glob("*.svg"))[0]
    path.write_text(path.read_text(encoding="utf-8").replace("</svg>", "<g/></svg>"))


FILES: dict[str, Forge] = {
    "a picture": other_figure,
    "a drawing": other_drawing,
    "a table": lambda folder: replace_text(folder / "figures/figure-01.csv", ",", ",9"),
    "Markdown": lambda folder: replace_text(
        folder / "report.md", "difference is", "difference was"
    ),
}


@pytest.mark.parametrize("claimed", CLAIMS.values(), ids=CLAIMS.keys())
@pytest.mark.parametrize("forge", FILES.values(), ids=FILES.keys())
def test_a_forged_file_is_found_whatever_it_claims(
    folder: Path, forge: Forge, claimed: dict[str, Any]
) -> None:
    forge(folder)
    claim_in_folder(folder, claimed)
    found = status(folder)
    assert "differs" in (found["words"], found["layout"]), found


def test_a_claim_in_one_manifest_alone_is_found(folder: Path) -> None:
    path = folder / "manifest.json"
    about = claim(json.loads(path.read_bytes()), versions={"pillow": "1.0"})
    path.write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")
    assert status(folder)["files"] == "differs"


def picture_packed(folder: Path) -> None:
    for path in sorted((folder / "figures").glob("*.png")):
        with Image.open(path) as image:
            path.write_bytes(packed(image))


def page_packed(folder: Path) -> None:
    path = folder / "index.html"
    path.write_text(picture(packed)(path.read_text(encoding="utf-8")), encoding="utf-8")


def drawn_a_little_beside(folder: Path) -> None:
    """As another Pango might: everything of a page a fiftieth of a point to the right."""
    with pikepdf.open(folder / "report.pdf", allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        page.contents_add(b"q 1 0 0 1 0.02 0 cm\n", prepend=True)
        page.contents_add(b"\nQ")
        pdf.save(folder / "report.pdf")


def kept_by_another_program(folder: Path) -> None:
    with pikepdf.open(folder / "report.pdf", allow_overwriting_input=True) as pdf:
        pdf.docinfo["/Producer"] = "Another Program 1.0"
        for page in pdf.pages:
            page.obj.BleedBox = page.obj.MediaBox
        pdf.save(folder / "report.pdf")


HONEST: dict[str, Forge] = {
    "figures packed by another zlib": picture_packed,
    "a page packed by another zlib": page_packed,
    "drawn a little beside": drawn_a_little_beside,
    "saved by another program": kept_by_another_program,
}


@pytest.mark.parametrize("change", HONEST.values(), ids=HONEST.keys())
def test_an_honest_report_of_other_versions_is_not_proved_and_not_accused(
    folder: Path, change: Forge
) -> None:
    change(folder)
    claim_in_folder(folder, CLAIMS["others"])
    levels = check_submission(folder).levels
    assert [level.differences for level in levels] == [(), (), (), ()]
    assert [level.status for level in levels] == ["ok", "ok", "ok", "not proved"]
    assert "pillow 1.0" in levels[-1].note


def add_cover(pdf: pikepdf.Pdf) -> None:
    with pikepdf.new() as cover:
        cover.add_blank_page(page_size=(595, 842))
        pdf.pages.insert(0, cover.pages[0])


def test_a_cover_is_told_as_one(pdf: Path) -> None:
    in_pdf(add_cover)(pdf)
    words, layout = check_submission(pdf).levels[2:]
    assert words.differences == ()
    assert [each.place for each in layout.differences] == ["handed-in.pdf, page 1"]
    found = Verification("handed-in.pdf", {}, (words, layout), (), ())
    assert "text and numbers are what its evidence says" in found.verdict
