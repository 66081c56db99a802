import base64
import dataclasses
import hashlib
import itertools
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from made_up_report import SAMPLE_NOTICE, made_up_pictures, made_up_report
from markupsafe import Markup

from reportgen.answers.document import BLOCK, CLOSE, OPEN, Fact, Figure, Reference, Report
from reportgen.errors import RenderError
from reportgen.figures.drawing.spec import Cell, DataTable, Line, Picture
from reportgen.render.elements import raw_value
from reportgen.render.html import render_html
from reportgen.render.manuscript import Interactive

VOID = {"meta", "img", "br", "hr", "link", "image", "use", "mspace"}


class Page(HTMLParser):
    """Elements with their attributes and text, in document order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[dict[str, Any]] = []
        self._open: list[dict[str, Any]] = []
        self.feed(html)
        assert not self._open, f"not closed: {[element['tag'] for element in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        parents = [element["tag"] for element in self._open]
        element = {"tag": tag, "attrs": dict(attrs), "text": "", "in": parents}
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append({"tag": tag, "attrs": dict(attrs), "text": "", "in": []})

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open, f"</{tag}> closes nothing"
            assert self._open.pop()["tag"] == tag

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element["text"] += data

    def all(self, tag: str, **attrs: str) -> list[dict[str, Any]]:
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            element
            for element in self.elements
            if element["tag"] == tag and wanted.items() <= element["attrs"].items()
        ]


@pytest.fixture(scope="module")
def html() -> str:
    return render_html(made_up_report(tier_notice=SAMPLE_NOTICE), made_up_pictures())


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def without_figures(report: Report) -> dict[str, tuple[Picture, ...]]:
    return {block.id: () for block in report.blocks if isinstance(block, Figure)}


def test_questions_stand_in_order_with_their_prompts(page: Page) -> None:
    sections = page.all("section", class_="question")
    assert [section["attrs"]["data-question"] for section in sections] == [
        "array",
        "match",
        "compare",
        "hostile",
    ]
    for section, prompt in zip(
        sections,
        ("Find the array", "Does the model’s prediction", "Which model is better", "What happens"),
        strict=True,
    ):
        assert prompt in section["text"]


def test_every_placed_fact_is_in_the_page_with_its_raw_value(page: Page) -> None:
    shown = {
        (element["attrs"]["data-fact"], element["attrs"]["value"], element["text"])
        for element in page.all("data")
    }
    code = "epoch in range(10)"  # in a listing a fact is plain text
    for inline in made_up_report().inlines:
        if isinstance(inline, Fact) and inline.path != "models.fashion.training.epochs":
            assert (inline.path, raw_value(inline.value), inline.text) in shown
    assert any(code in element["text"] for element in page.all("pre"))


@pytest.mark.parametrize(
    ("value", "raw"),
    [(0.1 + 0.2, "0.30000000000000004"), (3, "3"), (True, "true"), (None, "null"), ("a b", "a b")],
)
def test_raw_values_are_json_and_strings_as_they_are(value: Any, raw: str) -> None:
    assert raw_value(value) == raw
    if not isinstance(value, str):
        assert json.loads(raw) == value


def test_no_bare_digit_stands_in_a_question(html: str) -> None:
    body = html[html.index("<main") : html.index("</main>")]
    for section in re.findall(r'<section class="question".*?</section>', body, re.DOTALL):
        if 'data-question="compare"' in section or 'data-question="hostile"' in section:
            continue  # these hold prose of an author's, with digits of its own
        for element in ("data", "code", "pre", "table", "math", "svg"):
            section = re.sub(f"<{element}[ >].*?</{element}>", "", section, flags=re.DOTALL)
        text = re.sub(r"<[^>]+>", "", section)
        assert re.findall(r"\S*\d\S*", text) == []


def test_numbers_of_figures_and_tables_are_facts(page: Page) -> None:
    numbers = {
        element["attrs"]["data-fact"]: element["text"]
        for element in page.all("data")
        if element["attrs"]["data-fact"].startswith("derived.numbering")
    }
    assert numbers["derived.numbering.figures.pair-300"] == "1"
    assert numbers["derived.numbering.figures.grid"] == "4"
    assert numbers["derived.numbering.tables.accuracies"] == "2"
    assert numbers["derived.numbering.questions.compare"] == "3"
    assert numbers["derived.numbering.n_questions"] == "4"


def test_the_verdict_stands_once_and_matches_once_an_image(page: Page) -> None:
    verdicts = [e for e in page.elements if "data-verdict" in e["attrs"]]
    assert [(e["attrs"]["data-question"], e["attrs"]["data-verdict"]) for e in verdicts] == [
        ("compare", "digits")
    ]
    matches = [
        (e["attrs"]["data-match"], e["text"])
        for e in page.all("span")
        if "data-match" in e["attrs"]
    ]
    assert matches == [("true", "Yes, it matches"), ("false", "no")]


def test_the_sample_notice_stands_in_the_head(page: Page, html: str) -> None:
    (notice,) = [e for e in page.elements if e["attrs"].get("class") == "tier-notice"]
    assert "Made from the bundled sample" in notice["text"]
    assert "reportgen data fetch" in notice["text"]
    assert html.index('class="tier-notice"') < html.index("<main")
    assert 'tier-notice"' not in render_html(made_up_report(), made_up_pictures())


def test_every_mark_is_replaced(html: str) -> None:
    assert not re.search("[\ue000-\uf8ff]", html)


def test_the_policy_comes_first_and_allows_only_what_is_there(html: str, page: Page) -> None:
    head = html[html.index("<head>") + 6 :].lstrip()
    assert head.startswith('<meta http-equiv="Content-Security-Policy"')
    (policy,) = [
        element["attrs"]["content"]
        for element in page.all("meta")
        if element["attrs"].get("http-equiv") == "Content-Security-Policy"
    ]
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src data:; font-src data:; style-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'"
    )
    assert html.count("<style") == 1
    assert "<script>" not in html
    assert not [e for e in page.elements if "style" in e["attrs"]]


@pytest.mark.parametrize("language", ["\ue005", '"><head>\n', "en<head>\n<head>"])
def test_nothing_in_a_report_displaces_the_policy(language: str) -> None:
    report = dataclasses.replace(made_up_report(), language=language)
    html = render_html(report, made_up_pictures())
    start = re.match(r'<!DOCTYPE html>\n<html lang="[^"<>]*">\n<head>\n', html)
    assert start is not None
    assert html[start.end() :].startswith('<meta http-equiv="Content-Security-Policy"')
    assert html.count('http-equiv="Content-Security-Policy"') == 1


def test_nothing_is_loaded_from_anywhere(page: Page, html: str) -> None:
    for element in page.elements:
        for name, value in element["attrs"].items():
            if name in ("src", "srcset", "poster", "data", "action") or (
                name == "href" and element["tag"] != "a"
            ):
                assert value.startswith(("data:", "#")), (element["tag"], name, value)
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert "@import" not in style
    assert all(url.startswith("data:") for url in re.findall(r"url\(([^)]*)", style))


def test_hostile_prose_is_harmless(page: Page, html: str) -> None:
    assert not page.all("script")
    assert not [e for e in page.elements if any(name.startswith("on") for name in e["attrs"])]
    links = [e["attrs"]["href"] for e in page.all("a")]
    assert all(link.startswith(("#", "https://")) for link in links)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    hostile = render_html(
        made_up_report(title="</title><script>x</script>", author='"><b>'), made_up_pictures()
    )
    assert not Page(hostile).all("script")


def test_links_inside_the_page_lead_somewhere(page: Page) -> None:
    ids = [e["attrs"]["id"] for e in page.elements if "id" in e["attrs"]]
    assert len(ids) == len(set(ids))
    for link in (e["attrs"]["href"] for e in page.all("a")):
        assert not link.startswith("#") or link[1:] in ids
    for element in page.elements:
        for name in ("aria-labelledby",):
            assert element["attrs"].get(name, ids[0]) in ids


def test_headings_leave_out_no_level(page: Page) -> None:
    levels = [int(e["tag"][1]) for e in page.elements if re.fullmatch("h[1-6]", e["tag"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_a_report_without_parts_has_questions_one_level_below_the_title() -> None:
    report = made_up_report()
    questions = tuple(
        type(question)(**{**vars(question), "group": None}) for question in report.questions
    )
    page = Page(render_html(made_up_report(questions=questions), made_up_pictures()))
    assert len(page.all("h2", class_="question-heading")) == 4


def test_pictures_have_alternatives_and_each_is_stored_once(page: Page, html: str) -> None:
    images = page.all("img")
    assert all(image["attrs"]["alt"] for image in images)
    stored = re.findall(r'"(data:image/[^"]+)"', html)
    assert len(stored) == len(set(stored)) == 5
    shared = page.all("svg", role="img")
    assert [e["attrs"]["aria-label"] for e in shared] == ["A grey Dress.", "The same grey Dress."]


def test_small_images_are_enlarged_as_pixels(page: Page) -> None:
    classes = {
        element["attrs"].get("alt") or element["attrs"].get("aria-label"): element["attrs"]["class"]
        for element in [*page.all("img"), *page.all("svg", role="img")]
    }
    assert "pixels" in classes["A grey Pullover."]
    assert "pixels" not in classes["A grid of 25 handwritten digits, each with its label."]


@pytest.mark.parametrize(("points", "wide"), [(269.6, False), (269.8, True), (355.0, True)])
def test_a_picture_that_scrolls_can_be_reached_by_keyboard(points: float, wide: bool) -> None:
    (grid,) = made_up_pictures()["grid"]
    pictures = made_up_pictures() | {"grid": (dataclasses.replace(grid, width=points),)}
    figure = render_html(made_up_report(), pictures).split('<figure id="figure-grid">', 1)[1]
    group, image = re.findall("<(?:div|img) [^>]*>", figure)[:2]
    assert (' wide"' in image) is wide
    assert ("tabindex" in group) is wide


def test_line_art_is_text_of_the_page_for_two_widths() -> None:
    (bars,) = (p for p in made_up_pictures()["pair-40"] if p.name == "bars")
    drawn = '<svg width="9" height="9" viewBox="0 0 9 9"><text x="1" y="1">Shirt</text></svg>'
    live = dataclasses.replace(bars, wide=drawn, narrow=drawn.replace("Shirt", "true: Shirt"))
    html = render_html(made_up_report(), made_up_pictures() | {"pair-40": (live,)})
    figure = html.split('<figure id="figure-pair-40">', 1)[1].split("</figure>", 1)[0]
    assert figure.count('role="img"') == figure.count(f'aria-label="{bars.alt}"') == 1
    assert f'<div class="wide">{drawn}</div>' in figure
    assert ">true: Shirt</text></svg></div>" in figure
    assert "data:image" not in figure
    assert "tabindex" not in figure
    alone = made_up_pictures() | {"pair-40": (dataclasses.replace(live, narrow=""),)}
    assert 'class="narrow"' not in render_html(made_up_report(), alone)


def test_small_images_of_a_grid_keep_their_pixels_and_have_text() -> None:
    (grid,) = made_up_pictures()["grid"]
    cells = (
        Cell("AAAA", 84, 84, "image 3", below=(Line("Bag", "strong"), Line("<b>", "muted"))),
        Cell("BBBB", 84, 84, "image 4", above=(Line("0", "plain", "27"),)),
    )
    shown = dataclasses.replace(grid, cells=cells)
    html = render_html(made_up_report(), made_up_pictures() | {"grid": (shown,)})
    figure = html.split('<figure id="figure-grid">', 1)[1].split("</figure>", 1)[0]
    assert '<img class="pixels" src="data:image/png;base64,AAAA" alt="image 3"' in figure
    assert figure.count('width="84" height="84"') == 2
    assert '<div class="strong">Bag</div>' in figure
    assert '<div class="muted">&lt;b&gt;</div>' in figure
    assert '<div class="plain">0 <span class="end">27</span></div>' in figure


def test_the_numbers_behind_a_figure_are_at_hand(page: Page) -> None:
    (details,) = page.all("details", class_="data")
    assert "0.9712" in details["text"]
    regions = [e for e in page.all("div") if "scroll" in e["attrs"].get("class", "")]
    assert len(regions) == 5
    assert {region["attrs"]["role"] for region in regions} == {"group"}
    assert all(region["attrs"]["tabindex"] == "0" for region in regions)
    names = [e["attrs"]["aria-label"] for e in regions]
    assert len(names) == len(set(names))


def test_the_numbers_behind_a_figure_are_aligned_and_named_by_their_class() -> None:
    report = made_up_report()
    cells = (("0", "Dress", "0.9712", ""), ("1", "Bag, 2", "<\u00a00.0001", "7"))
    table = DataTable(("index", "class", "probability", "rank"), cells, row_header=1)
    blocks = tuple(
        dataclasses.replace(block, spec=dataclasses.replace(block.spec, table=table))
        if isinstance(block, Figure) and block.id == "pair-300"
        else block
        for block in report.blocks
    )
    html = render_html(dataclasses.replace(report, blocks=blocks), made_up_pictures())
    assert (
        '<tr><td class="right">1</td><th scope="row" class="left">Bag, 2</th>'
        '<td class="right">&lt;\u00a00.0001</td><td class="right">7</td></tr>'
    ) in html.replace("<\u00a0", "&lt;\u00a0")


def test_the_first_column_of_words_names_the_rows_of_a_table(html: str) -> None:
    table = html.split('id="table-array"', 1)[1].split("</table>", 1)[0]
    first = table.split("<tbody>", 1)[1].split("</tr>", 1)[0]
    assert first.index("<td") < first.index('<th scope="row" class="left')


def test_short_expressions_do_not_break() -> None:
    text = "It has 28 × 28 pixels; p < 0.001, and $a$ = 3, but a step = 2 and cap < 3."
    report = dataclasses.replace(made_up_report(), closing=text)
    html = render_html(report, made_up_pictures()).replace("&nbsp;", "\u00a0")
    assert "28\u00a0×\u00a028 pixels; <var>p</var>\u00a0&lt;\u00a00.001, and" in html
    assert "<var>a</var>\u00a0=\u00a03, but a step = 2 and cap &lt; 3." in html


def test_landmarks_and_language(page: Page) -> None:
    assert page.all("html", lang="en")
    for tag in ("header", "main", "footer"):
        assert len(page.all(tag)) == 1
    assert page.all("a", class_="skip")[0]["attrs"]["href"] == "#main"
    assert all(cell["attrs"].get("scope") for cell in page.all("th"))


def test_formulas_are_mathml_with_their_spoken_form(page: Page) -> None:
    spoken = [e["attrs"]["alttext"] for e in page.all("math")]
    assert "p k equals e to z k" in spoken
    assert all(spoken)


def test_simple_formulas_in_a_line_are_text_in_their_own_font(html: str) -> None:
    assert "<var>z</var>" in html
    assert 'font-family:"Report Math";font-weight:400;font-style:italic' in html
    report = dataclasses.replace(made_up_report(), closing=r"As $\frac{1}{n}$ shows.")
    assert '<math display="inline" alttext="1 over n">' in render_html(report, made_up_pictures())


def test_listings_are_highlighted_by_class(page: Page) -> None:
    first, output, second = (e["text"] for e in page.all("pre"))
    assert "np.expand_dims(x_test[300], axis=0)" in first
    assert output == "shape: (28, 28)"
    assert "print('fenced')" in second
    assert page.all("span", class_="c")
    assert page.all("span", class_="k")


def test_a_contradicted_passage_is_marked_with_the_reason(page: Page) -> None:
    (passage,) = page.all("mark")
    assert passage["text"] == "Fashion is far better than digits."
    assert "the verdict is digits" in page.all("small")[0]["text"]


def test_what_is_missing_is_named_and_nothing_else(page: Page) -> None:
    (section,) = [e for e in page.all("section") if e["attrs"].get("aria-labelledby") == "missing"]
    assert "a reason that was measured" in section["text"]
    assert "the ten values" not in section["text"]
    assert section["text"].count("\n") < 8


def test_where_nothing_is_missing_nothing_is_said_of_it() -> None:
    html = render_html(made_up_report(coverage=()), made_up_pictures())
    assert "What is missing" not in html


def test_the_short_answer_comes_first_in_its_answer(html: str) -> None:
    answer = html.split('<div class="answer">', 1)[1]
    assert answer.lstrip().startswith('<div class="short-answer" data-part="short-answer">\n<p>Ten')


def test_what_goes_further_is_folded_below_its_title(page: Page, html: str) -> None:
    (part,) = page.all("details", class_="more")
    assert part["attrs"] == {"class": "more", "data-part": "more", "id": "more-1"}
    (summary,) = (e for e in page.all("summary") if "details" in e["in"] and "class" in e["text"])
    assert summary["text"] == "Every class, & what is confused"
    inside = html.split('<details class="more"', 1)[1].split("</details>", 1)[0]
    assert re.findall("<h[1-6]>", inside) == ["<h4>"]
    assert 'id="table-recall"' in inside
    assert html.index('id="more-1"') < html.index('id="question-hostile"')


def test_what_goes_further_opens_when_printed(html: str) -> None:
    printed = html.split("@media print", 1)[1]
    assert re.search(r"\.more::details-content \{[^}]*content-visibility: visible", printed)


def test_the_program_has_numbered_lines_that_answers_lead_to() -> None:
    html = render_html(made_up_report(code="appendix"), made_up_pictures())
    page = Page(html)
    lines = page.all("span", class_="line")
    assert [line["attrs"]["id"] for line in lines] == [f"line-{n}" for n in range(1, 18)]
    assert [lines[n]["text"].rstrip("\n") for n in (3, 15, 16)] == [
        "import numpy as np",
        'text = """one',
        'two"""  # <not a tag>',
    ]
    (where,) = page.all("p", class_="program-lines")
    assert where["text"] == "Code: lines 4 and 10 to 17 of the program."
    assert html.count('href="#line-4"') == html.count('href="#line-10"') == 1
    assert '<data value="17" data-fact="derived.numbering.program.match.1.1">17</data>' in html


@pytest.mark.parametrize("code", ["inline", "none"])
def test_the_program_stands_only_in_an_appendix(code: str) -> None:
    html = render_html(made_up_report(code=code), made_up_pictures())
    assert 'id="program"' not in html
    assert "The program" not in html


@pytest.mark.parametrize(("code", "shown"), [("inline", 1), ("appendix", 0), ("none", 0)])
def test_a_step_of_the_program_stands_in_the_answer_only_inline(code: str, shown: int) -> None:
    html = render_html(made_up_report(code=code), made_up_pictures())
    answer = html.split('id="question-match"', 1)[1].split("</section>", 1)[0]
    assert answer.count("expand_dims") == shown


def test_how_it_was_made_is_told(page: Page) -> None:
    (footer,) = page.all("footer")
    for words in ("Seed", "reportgen verify report.pdf", "number 12 was used in its place"):
        assert words in footer["text"]


def test_without_author_course_and_date_nothing_stands_for_them() -> None:
    html = render_html(made_up_report(author=None, course=None, date=None), made_up_pictures())
    assert "None" not in html
    assert 'class="byline"' not in html
    assert 'class="course"' not in html
    assert 'name="author"' not in html


def test_the_same_report_is_the_same_page(html: str) -> None:
    again = render_html(made_up_report(tier_notice=SAMPLE_NOTICE), made_up_pictures())
    assert again == html


def test_a_page_stays_small(html: str) -> None:
    assert len(html.encode()) < 600_000


def test_what_runs_in_the_page_is_allowed_by_its_hash() -> None:
    script = 'console.log("a < b");'
    pad = Interactive(Markup('<section class="pad">draw</section>'), Markup(script))
    html = render_html(made_up_report(), made_up_pictures(), interactive=pad)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"<script>{script}</script>" in html
    assert f"script-src 'sha256-{digest}'; " in html.replace("&#39;", "'")
    assert html.index('class="pad"') < html.index("</main>")


# Negative controls


def fails(problem: str, pictures: Any = None, **changes: Any) -> None:
    with pytest.raises(RenderError, match=problem) as caught:
        render_html(made_up_report(**changes), pictures or made_up_pictures())
    assert len(str(caught.value).splitlines()) <= 5


def test_a_figure_without_pictures_is_an_error() -> None:
    fails("figure pair-40 has no picture", made_up_pictures() | {"pair-40": ()})
    pictures = made_up_pictures()
    del pictures["grid"]
    fails("figure grid has no picture", pictures)


def test_a_picture_without_alternative_text_is_an_error() -> None:
    silent = Picture("image", "image/png", b"", 10.0, 10.0, " ")
    fails(
        "picture image of figure grid has no alternative", made_up_pictures() | {"grid": (silent,)}
    )


@pytest.mark.parametrize(
    ("intro", "problem"),
    [
        pytest.param(f"{OPEN}9999{CLOSE}", "inline element 9999", id="inline"),
        pytest.param(f"{BLOCK}9999{CLOSE}", "block 9999", id="block"),
        pytest.param(f"{BLOCK}0{CLOSE}", "stands in the report twice", id="block twice"),
        pytest.param(f"a {BLOCK}0{CLOSE}", "the introduction", id="block in text"),
        pytest.param(r"$\unknown$", r"\\unknown is not known", id="formula"),
    ],
)
def test_a_mark_that_cannot_be_followed_is_an_error(intro: str, problem: str) -> None:
    fails(problem, intro=intro)


def test_a_figure_that_stands_nowhere_is_an_error() -> None:
    fails("stands nowhere", questions=made_up_report().questions[:2], coverage=())


def test_a_reference_to_nothing_is_an_error() -> None:
    report = made_up_report()
    lost = Reference("lost", "Figure\u00a01", "derived.numbering.figures.lost", 1)
    fails("'lost'", inlines=(*report.inlines, lost))


def test_two_elements_of_one_name_are_an_error() -> None:
    report = made_up_report()
    fails("two elements", questions=(*report.questions, report.questions[0]))


def test_rows_of_different_lengths_are_an_error() -> None:
    report = made_up_report()
    blocks = list(report.blocks)
    (place,) = (n for n, b in enumerate(blocks) if getattr(b, "id", "") == "accuracies")
    table = blocks[place]
    blocks[place] = type(table)(**{**vars(table), "rows": (("a", "b"),)})
    fails("different lengths", blocks=tuple(blocks))
