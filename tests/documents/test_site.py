"""The index of a site in a browser and under validators, and its links."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from documents.html_checkers import html_validate_faults, link_faults, nu_faults, page_faults
from made_up_reports import Told, write_class, write_report

from reportgen.site.make import SiteOptions, make_site

pytestmark = [pytest.mark.documents, pytest.mark.slow]


@pytest.fixture(scope="session")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published site of a class's reports and one of another kind, under a sub-path."""
    base = tmp_path_factory.mktemp("site")
    title = "An unbrokenlongwordthatdoesnotfitintoacolumnofatableinanarrowwindow title"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REPORTGEN_CACHE_DIR", str(base / "cache"))
        write_class(base / "reports", 11)
        write_report(
            base / "reports" / "my own report, 100 %",
            report__author=None,
            report__title=title,
            comparison=None,
        )
    output = base / "sub" / "path" / "public"
    make_site(SiteOptions(base / "reports", output, None, False, base / "cache"), Told([]))
    return output


def test_the_index_is_accessible_and_quiet(public: Path) -> None:
    found = page_faults([public / "index.html"])
    assert len(found) == 6
    assert not any(found.values()), found


def test_the_index_is_valid(public: Path) -> None:
    assert nu_faults([public / "index.html"])[public / "index.html"] == []
    assert html_validate_faults([public / "index.html"])[public / "index.html"] == []


def test_every_link_of_the_index_leads_somewhere(public: Path, tmp_path: Path) -> None:
    assert link_faults([public / "index.html"])[public / "index.html"] == []
    moved = tmp_path / "elsewhere"
    shutil.copytree(public, moved)
    assert link_faults([moved / "index.html"])[moved / "index.html"] == []
    (moved / "my own report, 100 %" / "report.pdf").unlink()
    shutil.rmtree(moved / "autumn" / "s0003")
    assert len(link_faults([moved / "index.html"])[moved / "index.html"]) == 4
