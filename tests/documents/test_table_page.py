"""The page with a table: accessible, valid, quiet, and quick and usable by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from documents.html_checkers import html_validate_faults, nu_faults, page_faults, run_in_browser
from documents.test_pages import POLICY
from made_up_table import made_up_table

from reportgen.render.table_page import Link, Number, render_table_page

pytestmark = [pytest.mark.documents, pytest.mark.slow]

COLUMN = '"Digits"; test'
MOST_SECONDS = 0.1
WAIT = "for (const end = performance.now() + 200; performance.now() < end; );"
# Changes of the page's script, and which step then goes wrong.
FAULTY = {
    "sorts digits as text": ("Number(cell.firstElementChild.value)", "NaN", "sorted"),
    "does not turn round": ("? -1 : 1", "? 1 : 1", "again"),
    "is slow": ("  show();\n  tell();", f"  show();\n  {WAIT}\n  tell();", "filter time"),
    "out of reach": ("button.type =", "button.tabIndex = -1; button.type =", "sorted"),
    "says nothing": ("(count.textContent = found + order)", "0", "found"),
}


def write(folder: Path, n_rows: int) -> Path:
    file = folder / f"table-{n_rows}.html"
    file.write_text(render_table_page(made_up_table(n_rows)), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("small"), 12)


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("large"), 1000)


def names_of(n_rows: int, column: int, *, falling: bool) -> list[str]:
    """The rows' names in the order of a column of numbers, missing ones last."""
    rows = [(row[column], cast(Link, row[1]).text) for row in made_up_table(n_rows).rows]
    numbers = [(cell.value, name) for cell, name in rows if isinstance(cell, Number)]
    sign = -1 if falling else 1
    numbers.sort(key=lambda pair: sign * pair[0])
    return [name for _, name in numbers] + [name for cell, name in rows if cell is None]


def expected_of(n_rows: int) -> dict[str, dict[str, Any]]:
    """What is to be seen after each step."""
    all_names = [cast(Link, row[1]).text for row in made_up_table(n_rows).rows]
    matching = [name for name in all_names if name == "Łucja Nowak"]
    all_rows = f"{n_rows:,} reports"
    at_search = {"sort": None, "focus": "search"}
    seen: dict[str, dict[str, Any]] = {
        "found": {"count": f"{len(matching)} of {all_rows}", "names": matching, **at_search},
        "none": {"count": f"0 of {all_rows}", "names": [], **at_search},
        "cleared": {"count": all_rows, "names": all_names, **at_search},
    }
    for step, direction in (("sorted", "ascending"), ("again", "descending")):
        seen[step] = {
            "count": f"{all_rows}, sorted by {COLUMN}, {direction}",
            "names": names_of(n_rows, 4, falling=direction == "descending"),
            "sort": [COLUMN, direction],
            "focus": COLUMN,
        }
    return seen


def use_faults(pages: Sequence[Path], n_rows: int) -> list[list[str]]:
    """What goes wrong when each page is searched and sorted by keyboard alone."""
    given = {"pages": [str(page) for page in pages], "word": "lucja no", "column": COLUMN}
    return [_faults_of(used, n_rows) for used in run_in_browser("use_table.mjs", **given)]


def _faults_of(used: dict[str, Any], n_rows: int) -> list[str]:
    faults = [f"console: {text}" for text in used["faults"]]
    for step, expected in expected_of(n_rows).items():
        seen = used.get(step, {})
        faults += [
            f"{step}: {key} {str(seen.get(key))[:80]}"
            for key in expected
            if seen.get(key) != expected[key]
        ]
    if used["without"] != {"rows": n_rows, "search": False}:
        faults.append(f"without script: {used['without']}")
    if used["filterSeconds"] > MOST_SECONDS:
        faults.append(f"filter time: {used['filterSeconds']} s")
    return faults


def test_the_page_is_accessible_and_quiet(small: Path) -> None:
    found = page_faults([small], ["light"], [320, 1280])  # a site's index is looked at in all
    assert len(found) == 2
    assert not any(found.values()), found


def test_the_page_is_valid(small: Path) -> None:
    assert nu_faults([small])[small] == []
    assert html_validate_faults([small])[small] == []


def test_a_thousand_rows_are_searched_and_sorted_by_keyboard(large: Path) -> None:
    assert use_faults([large], 1000) == [[]]


def test_faulty_scripts_are_found(small: Path, tmp_path: Path) -> None:
    page = POLICY.sub("", small.read_text(encoding="utf-8"))
    pages = []
    for name, (right, wrong, _) in FAULTY.items():
        assert right in page, name
        pages.append(tmp_path / f"{name}.html")
        pages[-1].write_text(page.replace(right, wrong, 1), encoding="utf-8")
    found = dict(zip(FAULTY, use_faults(pages, 12), strict=True))
    for name, (*_, expected) in FAULTY.items():
        assert any(fault.startswith(expected) for fault in found[name]), (name, found[name])
