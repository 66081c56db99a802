import itertools
import re

import pytest
from made_up_report import SAMPLE_NOTICE, made_up_pictures, made_up_report
from markdown_it import MarkdownIt

from reportgen.answers.document import BLOCK, CLOSE, OPEN, Fact, Passage
from reportgen.errors import RenderError
from reportgen.figures.drawing.spec import Picture
from reportgen.render.markdown import render_markdown
from reportgen.render.markdown_text import (
    escape_text,
    github_tex,
    heading_slugs,
    map_segments,
    set_heading_levels,
    tame_prose,
)


@pytest.fixture(scope="module")
def rendered() -> tuple[str, dict[str, bytes]]:
    return render_markdown(made_up_report(tier_notice=SAMPLE_NOTICE), made_up_pictures())


@pytest.fixture(scope="module")
def text(rendered: tuple[str, dict[str, bytes]]) -> str:
    return rendered[0]


def test_questions_numbers_and_marks(text: str) -> None:
    for question in made_up_report().questions:
        assert f": {escape_text(question.heading)}\n\n> {question.prompt}" in text
    for inline in made_up_report().inlines:
        if isinstance(inline, Fact):
            assert inline.text in text
    assert not re.search("[\ue000-\uf8ff]", text)


def test_every_file_that_it_names_exists_and_none_besides(
    rendered: tuple[str, dict[str, bytes]],
) -> None:
    text, files = rendered
    named = set(re.findall(r"\]\((figures/[^)]+)\)", text))
    assert named == set(files)
    assert files["figures/figure-01-image.png"].startswith(b"\x89PNG")
    assert files["figures/figure-01-bars.svg"].startswith(b"<svg")


def test_one_picture_shown_twice_is_one_file(text: str) -> None:
    assert text.count("(figures/figure-01-image.png)") == 2
    assert "![The same grey Dress.](figures/figure-01-image.png)" in text


def test_every_picture_has_an_alternative(text: str) -> None:
    assert "![]" not in text
    assert text.count("![") == 6


def test_links_inside_lead_to_headings_by_githubs_rules(text: str) -> None:
    anchors = set()
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = re.sub(r"\\(.)", r"\1", heading)
        anchors.add(re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-"))
    links = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert "question-1-of-4-the-array-of-predictions" in links
    assert links <= anchors


def test_headings_leave_out_no_level(text: str) -> None:
    levels = [int(t.tag[1]) for t in MarkdownIt().parse(text) if t.type == "heading_open"]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_no_raw_html_but_what_folds(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(text)
    folds = [t.content.strip() for t in tokens if t.type == "html_block"]
    assert folds == [
        "<details>\n<summary>Every class, &amp; what is confused</summary>",
        "</details>",
    ]
    tokens = [t for t in tokens if t.type != "html_block"]
    kinds = {t.type for t in tokens} | {c.type for t in tokens for c in t.children or ()}
    assert "html_block" not in kinds
    assert "html_inline" not in kinds
    hrefs = [c.attrGet("href") for t in tokens for c in t.children or () if c.type == "link_open"]
    assert all(str(href).startswith(("#", "https://", "figures/")) for href in hrefs)


def test_the_short_answer_comes_first(text: str) -> None:
    prompt = made_up_report().questions[0].prompt
    assert f"> {prompt}\n\n**Short answer.** Ten probabilities" in text


def test_a_short_answer_that_is_a_list_stands_below_its_label() -> None:
    listed = Passage("short-answer", "", "- One.\n- Two.\n")
    blocks = (listed, *made_up_report().blocks[1:])
    text, _ = render_markdown(made_up_report(blocks=blocks), made_up_pictures())
    assert "\n\n**Short answer.**\n\n- One.\n- Two.\n\n" in text


def test_what_goes_further_is_folded_with_its_blocks(text: str) -> None:
    inside = text.split("<details>", 1)[1].split("</details>", 1)[0]
    assert "</summary>\n\n#### Below the fold\n\nThe lowest" in inside
    assert "[Table 3](#question-3-of-4-which-model-is-better)" in inside.replace("\u00a0", " ")
    assert inside.endswith("| Shirt | 66.0 % |\n\n")


def test_the_program_has_numbered_lines_that_answers_lead_to() -> None:
    text, _ = render_markdown(made_up_report(code="appendix"), made_up_pictures())
    assert "\n\nCode: lines 4 and 10 to 17 of [the program](#the-program).\n" in text
    assert "## The program\n\n```text\n 1  # Basic" in text
    assert '\n15\n16  text = """one\n17  two"""  # <not a tag>\n```' in text
    assert "- [The program](#the-program)" in text


def test_tables_are_githubs(text: str) -> None:
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text)
    assert sum(t.type == "table_open" for t in tokens) == 5
    assert "| 3 | **Dress** | -1.25 | 0.9712 |" in text
    assert "| --: | :-- | --: | --: |" in text


def test_the_notice_stands_at_the_top(text: str) -> None:
    assert "> [!NOTE]\n> **Made from the bundled sample:**" in text
    assert text.index("[!NOTE]") < text.index("**Contents**")
    assert "[!NOTE]" not in render_markdown(made_up_report(), made_up_pictures())[0]


def test_formulas_stay_tex(text: str) -> None:
    assert "$$\np_k = \\frac{e^{z_k}}{\\sum_{j} e^{z_j}}\n$$" in text
    assert r"$\ln(p_i/p_j) = z_i - z_j$" in text
    assert github_tex(r"\operatorname{softmax}(z)") == r"\mathrm{softmax}(z)"


def test_a_block_in_a_list_is_indented_with_it() -> None:
    report = made_up_report()
    place = next(n for n, b in enumerate(report.blocks) if type(b).__name__ == "Listing")
    intro = f"1. one\n\n   {BLOCK}{place}{CLOSE}\n\n2. two"
    text = render_markdown(made_up_report(intro=intro), made_up_pictures())[0]
    assert "   ```python\n   # One image" in text
    assert "   ```\n\n   ```text\n   shape: (28, 28)\n   ```" in text


@pytest.mark.parametrize(
    ("plain", "escaped"),
    [
        ("(60000, 28, 28)", "(60000, 28, 28)"),
        ("class_1 *x*", r"class\_1 \*x\*"),
        ("< 0.1 %", r"\< 0.1 %"),
        ("a|b", r"a\|b"),
        ("&lt;", "&amp;lt;"),
        ("R&D", "R&D"),
        ("$5", r"\$5"),
    ],
)
def test_text_is_escaped_so_that_it_shows_as_it_is(plain: str, escaped: str) -> None:
    assert escape_text(plain) == escaped
    html = MarkdownIt("commonmark").renderInline(escaped)
    assert html == plain.replace("&", "&amp;").replace("<", "&lt;")


@pytest.mark.parametrize(
    ("written", "tamed"),
    [
        ("<b>x</b>", "&lt;b>x&lt;/b>"),
        ("1 < 2", "1 < 2"),
        ("<https://example.org>", "<https://example.org>"),
        ("<!-- x -->", "&lt;!-- x -->"),
        ("[x](javascript:y)", r"[x]\(javascript:y)"),
        ("[x]( DATA:y)", r"[x]\( DATA:y)"),
    ],
)
def test_raw_html_and_script_links_are_shown_as_text(written: str, tamed: str) -> None:
    assert tame_prose(written) == tamed


def test_code_and_mathematics_are_told_from_prose() -> None:
    text = "a `b|c` $d$ e\n\n```\nf $g$\n```\n\n$$h$$ costs $5 or $6\n"
    kinds = []
    for kind in ("prose", "code", "math"):

        def note(part: str, kind: str = kind) -> str:
            kinds.append((kind, part))
            return part

        if kind == "prose":
            prose = note
        elif kind == "code":
            code = note
        else:
            math = note
    assert map_segments(text, prose=prose, code=code, math=math) == text
    assert ("code", "`b|c`") in kinds
    assert ("code", "```\nf $g$\n```") in kinds
    assert ("math", "$d$") in kinds
    assert ("math", "$$h$$") in kinds
    assert ("prose", " costs $5 or $6\n") in kinds


def test_slugs_count_repeated_headings() -> None:
    text = "# A b\n\n## \ue006x\ue002A b\n\n## \ue006y\ue002C `d` & E!\n"
    assert heading_slugs(text) == {"x": "a-b-1", "y": "c-d--e"}


@pytest.mark.parametrize(
    ("written", "shifted"),
    [
        ("# a\n\ntext\n\n## b", "#### a\n\ntext\n\n##### b"),
        ("a\n===\n\nb\n---", "#### a\n\n\n##### b\n"),
        ("```\n# no heading\n```", "```\n# no heading\n```"),
    ],
)
def test_the_authors_headings_are_shifted(written: str, shifted: str) -> None:
    assert set_heading_levels(written, 4, "the answer") == shifted


@pytest.mark.parametrize(
    ("intro", "problem"),
    [
        pytest.param(f"{OPEN}9999{CLOSE}", "inline element 9999", id="inline"),
        pytest.param(f"{BLOCK}9999{CLOSE}", "block 9999", id="block"),
        pytest.param(f"a {BLOCK}0{CLOSE}", "alone", id="block in text"),
        pytest.param("![x](y.png)", "a picture", id="picture"),
    ],
)
def test_what_cannot_be_shown_is_an_error(intro: str, problem: str) -> None:
    with pytest.raises(RenderError, match=problem):
        render_markdown(made_up_report(intro=intro), made_up_pictures())


def test_a_figure_without_pictures_or_alternative_is_an_error() -> None:
    silent = Picture("image", "image/png", b"", 10.0, 10.0, "")
    for pictures, problem in (((), "no picture"), ((silent,), "no alternative text")):
        with pytest.raises(RenderError, match=problem):
            render_markdown(made_up_report(), made_up_pictures() | {"grid": pictures})
