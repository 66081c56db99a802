import pytest
from markupsafe import Markup

from reportgen.answers.document import BLOCK, CLOSE, OPEN
from reportgen.errors import RenderError
from reportgen.render.prose import render_inline, render_prose


class EchoElements:
    """Elements that show what they were asked for."""

    facts = ("97.7 %", "60,000", "T_shirt")

    def inline(self, number: int) -> Markup:
        return Markup("<data>{}</data>").format(self.facts[number])

    def inline_text(self, number: int) -> str:
        return self.facts[number]

    def block(self, number: int, heading_level: int) -> Markup:
        return Markup("<figure>{}</figure>").format(number)

    def mathematics(self, tex: str, *, display: bool) -> Markup:
        return Markup("<math>{}|{}</math>").format(tex, display)

    def listing(self, code: str, language: str) -> Markup:
        return Markup("<pre>{}:{}</pre>").format(language, code)

    def plain_table(self, table: Markup) -> Markup:
        return Markup("<div>{}</div>").format(table)


def inline_mark(number: int) -> str:
    return f"{OPEN}{number}{CLOSE}"


def block_mark(number: int) -> str:
    return f"{BLOCK}{number}{CLOSE}"


def prose(text: str, level: int = 3) -> str:
    return str(render_prose(text, EchoElements(), "the answer to x", level))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param(
            f"It is {inline_mark(0)}.", "<p>It is <data>97.7 %</data>.</p>", id="a fact in text"
        ),
        pytest.param(
            f"**{inline_mark(0)}**",
            "<p><strong><data>97.7 %</data></strong></p>",
            id="a fact in bold",
        ),
        pytest.param(
            f"`{inline_mark(1)}`", "<p><code><data>60,000</data></code></p>", id="a fact in code"
        ),
        pytest.param(
            f"a\n\n{block_mark(3)}\n\nb",
            "<p>a</p>\n<figure>3</figure>\n<p>b</p>",
            id="a block alone",
        ),
        pytest.param("$x_1$", "<p><math>x_1|False</math></p>", id="mathematics in text"),
        pytest.param("$$\nx\n$$", "<math>x|True</math>", id="displayed mathematics"),
        pytest.param(
            f"${inline_mark(1)}$", "<p><math>60{{,}}000|False</math></p>", id="a fact in a formula"
        ),
        pytest.param(
            f"```python\nn = {inline_mark(1)}\n```",
            "<pre>python:n = 60,000\n</pre>",
            id="a fact in a listing",
        ),
        pytest.param("It costs $5 or $10.", "<p>It costs $5 or $10.</p>", id="money"),
        pytest.param("It isn't Keras's.", "<p>It isn’t Keras’s.</p>", id="apostrophes"),
        pytest.param(
            f"{inline_mark(1)}'s and `f`'s",
            "<p><data>60,000</data>’s and <code>f</code>’s</p>",
            id="their ends",
        ),
        pytest.param("the means' start", "<p>the means’ start</p>", id="an apostrophe of a plural"),
        pytest.param("'the means' start", "<p>'the means' start</p>", id="single quotes"),
        pytest.param(
            "A T-shirt has p < 0.05.",
            '<p>A <span class="whole">T-shirt</span> has <var>p</var>&nbsp;&lt;&nbsp;0.05.</p>',
            id="a hyphen and a statistic",
        ),
        pytest.param("a -- b 'c' ...", "<p>a -- b 'c' ...</p>", id="no typographer"),
    ],
)
def test_marks_and_mathematics_become_elements(text: str, html: str) -> None:
    assert prose(text) == html.replace("{{,}}", "{,}")


def test_a_table_has_header_cells_and_alignment_without_styles() -> None:
    html = prose("| a | n |\n|:--|--:|\n| x | 1 |")
    assert '<th class="left" scope="col">a</th>' in html
    assert '<td class="right">1</td>' in html
    assert "style" not in html
    assert html.startswith("<div><table>")


@pytest.mark.parametrize(
    ("text", "harmful"),
    [
        pytest.param("<script>alert(1)</script>", "<script", id="script"),
        pytest.param("<img src=x onerror=alert(1)>", "<img", id="onerror"),
        pytest.param("[x](javascript:alert(1))", "<a", id="javascript link"),
        pytest.param("[x](file:///etc/passwd)", "<a", id="file link"),
        pytest.param("[x](data:text/html,<script>)", "<a", id="data link"),
        pytest.param("[x](vbscript:x)", "<a", id="vbscript link"),
        pytest.param('<a href="https://x" onclick="y">', "<a", id="raw link"),
        pytest.param("<svg onload=alert(1)>", "<svg", id="svg"),
        pytest.param("<style>p{color:red}</style>", "<style", id="style"),
        pytest.param('<base href="https://x">', "<base", id="base"),
        pytest.param('<math><mtext></math><iframe src="x">', "<iframe", id="iframe"),
        pytest.param("<!--[if IE]> x <![endif]-->", "<!--", id="comment"),
    ],
)
def test_hostile_prose_is_shown_as_text(text: str, harmful: str) -> None:
    assert harmful not in prose(text)
    assert harmful not in render_inline(text, EchoElements(), "a caption")


def test_a_link_keeps_nothing_but_its_address() -> None:
    html = prose('[x](https://example.org/?a=1&b=2 "a title")')
    assert html == '<p><a href="https://example.org/?a=1&amp;b=2">x</a></p>'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("![x](y.png)", "a picture", id="picture"),
        pytest.param("[x](other.html)", "'other.html'", id="relative link"),
        pytest.param("[x](#somewhere)", "'#somewhere'", id="fragment"),
        pytest.param("[x](//example.org/)", "'//example.org/'", id="no scheme"),
        pytest.param("[x](ftp://example.org/)", "'ftp://", id="other scheme"),
        pytest.param(f"[x](https://e.org/{inline_mark(0)})", "a fact in a link", id="fact in link"),
        pytest.param(f"a {block_mark(0)} b", "alone", id="block in text"),
        pytest.param(f"- {block_mark(0)}\n- b", "alone", id="block in a tight list"),
        pytest.param("x" * 200_001, "longer than 200 KB", id="too long"),
    ],
)
def test_what_cannot_be_shown_is_an_error_that_names_the_place(text: str, problem: str) -> None:
    with pytest.raises(RenderError, match="the answer to x") as caught:
        prose(text)
    assert problem in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 5


def test_a_block_in_a_caption_is_an_error() -> None:
    with pytest.raises(RenderError, match="the caption"):
        render_inline(block_mark(0), EchoElements(), "the caption")


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        pytest.param("# a\n\n## b\n\n# c", ["h4", "h5", "h4"], id="from one"),
        pytest.param("## a\n\n##### b\n\n### c", ["h4", "h5", "h5"], id="with gaps"),
        pytest.param("Title\n===\n\nSub\n---", ["h4", "h5"], id="underlined"),
        pytest.param("###### a", ["h4"], id="from six"),
    ],
)
def test_the_authors_headings_follow_the_questions_without_a_gap(
    text: str, levels: list[str]
) -> None:
    html = prose(text, level=4)
    assert [f"h{part[0]}" for part in html.split("<h")[1:]] == levels


def test_what_a_person_wrote_cannot_pose_as_made_by_the_program() -> None:
    forged = "\ue0030\ue002 \ue0040\ue002"
    with pytest.raises(RenderError):
        prose(forged)  # what is left of it is no mark of ours either


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("> " * 900 + "x", id="quotations"),
        pytest.param("*" * 900 + "x" + "*" * 900, id="stars"),
        pytest.param("\n".join("  " * depth + "- x" for depth in range(200)), id="lists"),
    ],
)
def test_deep_nesting_is_an_error(text: str) -> None:
    with pytest.raises(RenderError, match="nested too deeply"):
        prose(text)
