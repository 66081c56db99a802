"""A site publishes what was made here or rendered again, and only what belongs there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from made_up_reports import Told, write_class, write_report
from processes import run_reportgen
from small_project import (
    build_project,
    content,
    make_manifest_agree,
    remove_deep,
    replace_text,
    set_key,
    stand_in_for_training,
    write_project,
)

from reportgen.errors import StoreError
from reportgen.publish.folder import MANIFEST_FILE
from reportgen.publish.manifest import load_manifest
from reportgen.publish.record import Published
from reportgen.site.collect import summarize_report
from reportgen.site.make import Site, SiteOptions, make_site
from reportgen.site.publication import unchanged_report

HOSTILE = b"<!DOCTYPE html><title>x</title><script>document.title='LIVE'</script>"


def make(reports: Path, output: Path | None, notices: list[str] | None = None) -> Site:
    told = notices if notices is not None else []
    cache = Path(os.environ["REPORTGEN_CACHE_DIR"])
    return make_site(SiteOptions(reports, output, None, False, cache), Told(told))


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A report that was built here, and one that was handed in with another page."""
    stand_in_for_training(monkeypatch)
    config = write_project(tmp_path / "project")
    reports = tmp_path / "reports"
    build_project(config, tmp_path / "cache", output=reports / "ours")
    set_key(config, 'author = "Evil"')
    build_project(config, tmp_path / "elsewhere", output=reports / "theirs")
    (reports / "theirs" / "index.html").write_bytes(HOSTILE)
    make_manifest_agree(reports / "theirs")
    return reports


def test_a_page_that_was_handed_in_is_rendered_again(reports: Path) -> None:
    public = reports.parent / "public"
    notices: list[str] = []
    site = make(reports, public, notices)
    assert (site.n_reports, site.written, site.n_left_out) == (2, True, 0)
    (told,) = notices
    assert "rendered again from their evidence: theirs." in told
    page = (public / "theirs" / "index.html").read_bytes()
    assert b"LIVE" not in page
    assert b"Content-Security-Policy" in page
    assert b"Evil" in page
    assert content(public / "ours") == content(reports / "ours")
    assert {"report.md", "index.html"} <= set(content(public / "theirs"))
    before = content(public)
    assert not make(reports, public).written
    assert content(public) == before
    # What was handed in anew is rendered anew.
    config = reports.parent / "project" / "report.toml"
    set_key(config, 'title = "Another title"')
    cache = reports.parent / "elsewhere"
    build_project(config, cache, output=reports / "theirs", force=True)
    (reports / "theirs" / "index.html").write_bytes(HOSTILE)
    make_manifest_agree(reports / "theirs")
    assert make(reports, public).written
    assert b"Another title" in (public / "theirs" / "index.html").read_bytes()


def test_a_report_without_the_evidence_that_it_claims_is_left_out(reports: Path) -> None:
    (reports / "theirs" / "evidence.npz").write_bytes(b"PK")
    make_manifest_agree(reports / "theirs")
    notices: list[str] = []
    site = make(reports, reports.parent / "public", notices)
    assert (site.n_reports, site.n_left_out) == (1, 1)
    assert not (reports.parent / "public" / "theirs").exists()


def test_a_name_that_is_no_text_stops_nobody_elses_report(reports: Path) -> None:
    manifest = json.loads((reports / "theirs" / MANIFEST_FILE).read_bytes())
    manifest["files"]["\ud800"] = {"size": 1, "sha256": "0" * 64}
    (reports / "theirs" / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")
    for output in (None, reports.parent / "public"):
        site = make(reports, output)
        assert (site.n_reports, site.n_left_out) == (1, 1)


def test_folders_without_end_stop_nobody_elses_report(
    reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = reports / "handed-in" / "d"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    for _ in range(1500):
        Path("d").mkdir()
        os.chdir("d")
    monkeypatch.chdir(reports)
    try:
        for output in (None, reports.parent / "public"):
            assert make(reports, output).n_reports == 2
    finally:
        remove_deep(deep)


@pytest.mark.parametrize("agrees", [False, True], ids=["page alone", "and its manifest"])
def test_a_page_that_is_swapped_on_the_way_is_refused(
    reports: Path, tmp_path: Path, agrees: bool
) -> None:
    source, published = reports / "ours", Published(tmp_path / "cache")
    entry = unchanged_report(summarize_report(source, "ours", published), source, published)
    (tmp_path / "new").mkdir()
    finish = entry.begin(tmp_path / "new")
    (source / "index.html").write_bytes(HOSTILE)
    if agrees:
        make_manifest_agree(source)
    with pytest.raises(StoreError, match="was changed since it was made"):
        finish()
    assert content(tmp_path / "new") == {}


@pytest.mark.parametrize("name", ["ours", "theirs"])
def test_a_page_that_was_changed_in_the_site_comes_again(reports: Path, name: str) -> None:
    public = reports.parent / "public"
    make(reports, public)
    page = public / name / "index.html"
    right = page.read_bytes()
    page.write_bytes(HOSTILE.ljust(len(right)))
    assert make(reports, public).written
    assert page.read_bytes() == right


def test_the_index_leads_to_nothing_that_was_not_made_here(reports: Path) -> None:
    notices: list[str] = []
    assert make(reports, None, notices).n_reports == 2
    index = (reports / "index.html").read_text(encoding="utf-8")
    assert "ours/index.html" in index
    assert "Evil" in index
    assert "theirs/" not in index
    assert "not made here, and listed without links: theirs." in notices[0]


def test_the_index_does_not_list_what_was_changed(reports: Path) -> None:
    markdown = reports / "ours" / "report.md"
    markdown.write_bytes(markdown.read_bytes().swapcase())
    notices: list[str] = []
    site = make(reports, None, notices)
    assert (site.n_reports, site.n_left_out) == (1, 1)
    assert any("report.md was changed" in text for text in notices)


def test_an_older_document_is_not_published(tmp_path: Path, reports: Path) -> None:
    config = tmp_path / "project" / "report.toml"
    set_key(config, 'author = "A. Student"')
    set_key(config, 'title = "A new title"')
    replace_text(config, '["html", "md"]', '["html"]')
    assert build_project(config, tmp_path / "cache", output=reports / "ours").older
    notices: list[str] = []
    public = tmp_path / "public"
    make(reports, public, notices)
    found = set(content(public / "ours"))
    assert "index.html" in found
    assert not {name for name in found if name == "report.md" or name.startswith("figures/")}
    manifest = load_manifest(public / "ours")
    assert manifest is not None
    assert set(manifest["files"]) == found - {MANIFEST_FILE}
    assert "older" not in manifest
    assert any("of an earlier build, left out: report.md, figures/" in text for text in notices)
    assert "ours/report.md" not in (public / "index.html").read_text(encoding="utf-8")
    assert not make(reports, public).written


def batch_json(folder: Path, rows: dict[str, str] | None) -> None:
    about = {"generator": "reportgen", "roster": "autumn.csv"}
    (folder / "batch.json").write_text(json.dumps(about | ({"rows": rows} if rows else {})))


# What a batch's record says of s0001, what is told, and whether somebody has to do something.
STATES = {
    "failed": ("its row failed in the last batch", 1),
    "unfinished": ("the last batch ended before it was made", 1),
    "left": ("it is of nobody in autumn.csv", 0),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("where", ["reports", "reports/autumn"])
def test_only_what_the_last_batch_made_is_published(tmp_path: Path, state: str, where: str) -> None:
    write_class(tmp_path / "reports", 3)
    folder = tmp_path / "reports" / "autumn"
    rows = {"s0000": "done", "s0001": state, "s0002": "done"}
    if state == "left":
        del rows["s0001"]
    batch_json(folder, rows)
    why, n_faults = STATES[state]
    for output in (None, tmp_path / "public"):
        notices: list[str] = []
        site = make(tmp_path / where, output, notices)
        assert (site.n_reports, site.n_left_out) == (2, n_faults)
        (told,) = [text for text in notices if "s0001" in text]
        assert why in told
        assert "Grace" not in site.index.read_text(encoding="utf-8")
    assert not list((tmp_path / "public").rglob("*s0001*"))
    assert (folder / "s0001" / "index.html").is_file()


def test_what_lies_deeper_in_a_class_is_of_nobody(tmp_path: Path) -> None:
    write_class(tmp_path / "reports", 2)
    folder = tmp_path / "reports" / "autumn"
    batch_json(folder, {"s0000": "done", "s0001": "done"})
    (folder / "old").mkdir()
    shutil.copytree(folder / "s0001", folder / "old" / "s0001")
    assert make(tmp_path / "reports", tmp_path / "public").n_reports == 2


def test_a_batch_that_does_not_say_who_is_in_the_roster_is_not_published(tmp_path: Path) -> None:
    write_class(tmp_path / "reports", 2)
    write_report(tmp_path / "reports" / "mine")
    batch_json(tmp_path / "reports" / "autumn", None)
    notices: list[str] = []
    site = make(tmp_path / "reports", tmp_path / "public", notices)
    assert (site.n_reports, site.n_left_out) == (1, 2)
    assert all("Run reportgen batch again" in text for text in notices)


@pytest.mark.parametrize(
    "content", [b"", b'{"generator": "reportgen"', b"[]", b"\xff", None], ids=repr
)
def test_a_batch_whose_record_is_damaged_is_not_published(
    tmp_path: Path, content: bytes | None
) -> None:
    write_class(tmp_path / "reports", 2)
    write_report(tmp_path / "reports" / "mine")
    record = tmp_path / "reports" / "autumn" / "batch.json"
    if content is None:
        record.symlink_to("nowhere")
    else:
        record.write_bytes(content)
    notices: list[str] = []
    site = make(tmp_path / "reports", tmp_path / "public", notices)
    assert (site.n_reports, site.n_left_out) == (1, 2)
    assert all("does not say who is in the roster" in text for text in notices)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda folder: (folder / "s0001/report.pdf").unlink(), 1),
        (lambda folder: batch_json(folder, {"s0000": "done"}), 0),
        (lambda folder: batch_json(folder, {"s0000": "done", "s0001": "failed"}), 1),
    ],
    ids=["damaged", "left the roster", "failed"],
)
def test_the_command_says_by_its_exit_code_what_is_lacking(
    tmp_path: Path, change: Callable[[Path], None], code: int
) -> None:
    write_class(tmp_path / "reports", 2)
    change(tmp_path / "reports" / "autumn")
    done = run_reportgen("site", "-o", "public", cwd=tmp_path)
    assert done.returncode == code
    assert "s0001 is left out: " in done.stderr
    assert ("error: 1 report is left out" in done.stderr) == (code == 1)
    assert (tmp_path / "public" / "autumn" / "s0000").is_dir()
