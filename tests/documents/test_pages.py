"""Pages in a browser and under HTML checkers; and faulty pages, which must fail there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from documents.conftest import ASSIGNMENTS
from documents.html_checkers import (
    SCHEMES,
    WIDTHS,
    Faults,
    html_validate_faults,
    link_faults,
    nu_faults,
    page_faults,
)
from made_up_report import made_up_pictures, made_up_report

from reportgen.render.html import render_html

pytestmark = [pytest.mark.documents, pytest.mark.slow]

POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
BODY = "</main>"

# What is done to a sound page, whether its policy is taken away first, and what must complain.
IN_BROWSER = {
    "picture without alternative": (r'(<img [^>]*)alt="[^"]*"', r"\1", False, "axe: image-alt"),
    "skipped heading": (r"<(/?)h3\b", r"<\1h5", False, "axe: heading-order"),
    "low contrast": ("--ink: #1d1c1a", "--ink: #a8a8a8", True, "axe: color-contrast"),
    "no language": ('<html lang="en">', "<html>", False, "axe: html-has-lang"),
    "no title": (r"<title>.*?</title>", "", False, "axe: document-title"),
    "field without label": (BODY, "<input>" + BODY, False, "axe: label"),
    "target too small": (
        BODY,
        '<button style="padding:0;border:0;font-size:8px">a</button>' * 2 + BODY,
        True,
        "axe: target-size",
    ),
    "text outside landmarks": ("</body>", "<p>Astray</p></body>", False, "axe: region"),
    "sideways overflow": (BODY, '<p style="width:2000px">x</p>' + BODY, True, "overflow:"),
    "script against the policy": (BODY, "<script>1</script>" + BODY, False, "console:"),
    "script with an error": (BODY, "<script>nowhere()</script>" + BODY, True, "console:"),
    "picture from elsewhere": (
        BODY,
        '<img alt="x" src="http://127.0.0.1:9/x.png">' + BODY,
        True,
        "request: http://127.0.0.1:9/x.png",
    ),
}
IN_NU = {
    "element left open": (BODY, "<p><b>x</p>" + BODY),
    "identity used twice": (BODY, '<p id="made">x</p>' + BODY),
    "caption amid its figure": (r"(<figcaption>.*?</figcaption>)", r"\1<p>x</p>"),
    "picture without alternative": (r'(<img [^>]*)alt="[^"]*"', r"\1"),
}
IN_HTML_VALIDATE = {
    "identity used twice": (BODY, '<p id="made">x</p>' + BODY, "no-dup-id"),
    "deprecated element": (BODY, "<center>x</center>" + BODY, "deprecated"),
    "unknown reference": (BODY, '<p aria-describedby="nix">x</p>' + BODY, "no-missing-references"),
}
BROKEN_LINKS = {
    "fragment": ('href="#main"', 'href="#nowhere"'),
    "file": (BODY, '<a href="missing.html">x</a>' + BODY),
}


@pytest.fixture(scope="session")
def sound_page() -> str:
    return render_html(made_up_report(), made_up_pictures())


def make_faulty(page: str, folder: Path, name: str, pattern: str, text: str) -> Path:
    changed, n = re.subn(pattern, text, page, flags=re.S)
    assert n > 0, f"{name}: the page has no {pattern}"
    file = folder / f"{name.replace(' ', '-')}.html"
    file.write_text(changed, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def faulty_pages(sound_page: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Pages that fail in the browser, and one that must not."""
    folder = tmp_path_factory.mktemp("faulty")
    made = {"sound": make_faulty(sound_page, folder, "sound", BODY, BODY)}
    for name, (pattern, text, without_policy, _) in IN_BROWSER.items():
        page = POLICY.sub("", sound_page) if without_policy else sound_page
        made[name] = make_faulty(page, folder, name, pattern, text)
    return made


@pytest.fixture(scope="session")
def in_browser(reports: dict[str, Path]) -> dict[tuple[Path, str, int], list[str]]:
    return page_faults([folder / "index.html" for folder in reports.values()])


@pytest.fixture(scope="session")
def faulty_in_browser(faulty_pages: dict[str, Path]) -> dict[str, list[str]]:
    found = page_faults([*faulty_pages.values()], ["light"], [320])
    return {name: found[page, "light", 320] for name, page in faulty_pages.items()}


@pytest.fixture(scope="session")
def under_nu(reports: dict[str, Path]) -> Faults:
    return nu_faults(folder / "index.html" for folder in reports.values())


@pytest.fixture(scope="session")
def under_html_validate(reports: dict[str, Path]) -> Faults:
    return html_validate_faults(folder / "index.html" for folder in reports.values())


@pytest.fixture(scope="session")
def linked(reports: dict[str, Path]) -> Faults:
    return link_faults(
        folder / name for folder in reports.values() for name in ("index.html", "report.md")
    )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_page_is_accessible_and_quiet(
    assignment: str,
    scheme: str,
    width: int,
    reports: dict[str, Path],
    in_browser: dict[tuple[Path, str, int], list[str]],
) -> None:
    assert in_browser[reports[assignment] / "index.html", scheme, width] == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_page_is_valid(
    assignment: str, reports: dict[str, Path], under_nu: Faults, under_html_validate: Faults
) -> None:
    page = reports[assignment] / "index.html"
    assert under_nu[page] == []
    assert under_html_validate[page] == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_page_keeps_to_its_size(assignment: str, reports: dict[str, Path]) -> None:
    page = (reports[assignment] / "index.html").read_text(encoding="utf-8")
    without_pad = re.sub(
        r'<section class="pad".*?</section>|<script>.*?</script>', "", page, flags=re.S
    )
    assert len(page.encode()) <= 1_500_000
    assert len(without_pad.encode()) <= min(600_000, len(page) - 10_000)


@pytest.mark.parametrize("file", ["index.html", "report.md"])
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_link_leads_somewhere(
    assignment: str, file: str, reports: dict[str, Path], linked: Faults
) -> None:
    assert linked[reports[assignment] / file] == []


def test_a_sound_page_passes(sound_page: str, faulty_in_browser: dict[str, list[str]]) -> None:
    assert faulty_in_browser["sound"] == []


@pytest.mark.parametrize("name", IN_BROWSER)
def test_the_browser_sees_what_is_wrong(name: str, faulty_in_browser: dict[str, list[str]]) -> None:
    expected = IN_BROWSER[name][-1]
    assert any(fault.startswith(expected) for fault in faulty_in_browser[name])


@pytest.mark.parametrize("name", IN_NU)
def test_nu_sees_what_is_wrong(name: str, sound_page: str, tmp_path: Path) -> None:
    page = make_faulty(sound_page, tmp_path, name, *IN_NU[name])
    assert nu_faults([page])[page] != []


@pytest.mark.parametrize("name", IN_HTML_VALIDATE)
def test_html_validate_sees_what_is_wrong(name: str, sound_page: str, tmp_path: Path) -> None:
    *change, rule = IN_HTML_VALIDATE[name]
    page = make_faulty(sound_page, tmp_path, name, *change)
    assert any(fault.startswith(f"{rule}:") for fault in html_validate_faults([page])[page])


@pytest.mark.parametrize("name", BROKEN_LINKS)
def test_a_broken_link_is_found(name: str, sound_page: str, tmp_path: Path) -> None:
    page = make_faulty(sound_page, tmp_path, name, *BROKEN_LINKS[name])
    assert len(link_faults([page])[page]) == 1
