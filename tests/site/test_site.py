"""The index beside the reports, and the folder that is ready to publish."""

from __future__ import annotations

import errno
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from made_up import make_evidence
from made_up_reports import Told, record, report_files, write_class, write_files, write_report
from processes import run_reportgen
from small_project import content

from reportgen.errors import ConfigError, StoreError
from reportgen.publish.manifest import entries_of, load_manifest, make_manifest
from reportgen.report_folder import MANIFEST_FILE
from reportgen.site.make import Site, SiteOptions, make_site
from reportgen.site.page import MARK
from reportgen.storage import disk, folder_swap


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value or "" for name, value in attributes if name == "href"]


def links_of(page: Path) -> list[str]:
    links = _Links()
    links.feed(page.read_text(encoding="utf-8"))
    return [link for link in links.found if not link.startswith("#")]


def make(reports: Path, output: Path | None = None, notices: list[str] | None = None) -> Site:
    options = SiteOptions(reports, output, None, False, reports.parent / "cache")
    return make_site(options, Told(notices if notices is not None else []))


def words_of(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"<(style|script)>.*?</\1>", "", text, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\u00a0", " ")


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """Three reports of a class, and one that is nobody's."""
    write_class(tmp_path / "reports", 3)
    write_report(
        tmp_path / "reports" / "my report & more",
        report__author=None,
        report__title="What <i>clothes</i> are",
        report__course="Another course",
        comparison__verdict="indistinguishable",
        models__fashion__dataset__tier="sample",
        models__digits__dataset__tier="sample",
    )
    return tmp_path / "reports"


def test_the_index_says_what_the_evidence_says(reports: Path) -> None:
    assert make(reports).n_reports == 4
    words = words_of(reports / "index.html")
    for text in (
        *("Ada Lovelace", "Grace Lovelace", "Łucja Lovelace", "my report &amp; more"),
        *("Basic classification", "What &lt;i&gt;clothes&lt;/i&gt; are"),
        *("Machine learning", "Another course", "fashion-and-digits", "2026-11-01"),
        *("97.0 %", "97.1 %", "digits", "no difference shown", "full", "sample", "4 reports"),
    ):
        assert text in words
    assert "Test image 300: " in (reports / "index.html").read_text(encoding="utf-8")


def test_every_link_is_relative_and_leads_to_a_file(reports: Path) -> None:
    make(reports)
    links = links_of(reports / "index.html")
    assert len(links) == 4 * 3
    for link in links:
        assert not link.startswith(("/", "http", "file:"))
        assert (reports / unquote(link)).is_file()


def test_those_who_have_the_same_name_can_be_told_apart(tmp_path: Path) -> None:
    settings = [{"student_id": "s-1"}, {"student_id": "s-2"}, {}]
    for number, each in enumerate(settings):
        folder = tmp_path / "reports" / f"r{number}"
        write_report(folder, seed=number, report__author="Ann Lee", report__settings=each)
    write_report(tmp_path / "reports" / "r9", report__author="Bo")
    make(tmp_path / "reports")
    words = words_of(tmp_path / "reports" / "index.html")
    for text in ("Ann Lee (s-1)", "Ann Lee (s-2)", "Ann Lee (r2)", "Bo "):
        assert text in words
    assert "Bo (" not in words


def test_what_all_reports_share_is_said_once(tmp_path: Path) -> None:
    write_class(tmp_path / "reports", 5)
    make(tmp_path / "reports")
    words = words_of(tmp_path / "reports" / "index.html")
    assert words.count("fashion-and-digits") == 1
    assert words.count("Machine learning") == 2  # the title, twice
    assert "autumn" not in words


def test_two_runs_give_the_same_bytes_and_the_second_writes_nothing(reports: Path) -> None:
    assert make(reports).written
    before = (reports / "index.html").stat()
    assert not make(reports).written
    after = (reports / "index.html").stat()  # when it was last read may differ
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_page_of_somebody_elses_is_left_alone(reports: Path) -> None:
    (reports / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="was not made by reportgen site"):
        make(reports)
    (reports / "index.html").unlink()
    (reports / "target.html").write_text(MARK, encoding="utf-8")
    (reports / "index.html").symlink_to("target.html")
    with pytest.raises(ConfigError, match="was not made by reportgen site"):
        make(reports)


def damage(reports: Path, how: str) -> None:
    folder = reports / "autumn" / "s0001"
    if how == "manifest":
        (folder / MANIFEST_FILE).write_text("{", encoding="utf-8")
    elif how == "evidence":
        file = folder / "evidence.json"
        file.write_bytes(file.read_bytes().replace(b"Grace", b"Grass"))
    elif how == "a missing file":
        (folder / "report.pdf").unlink()
    elif how == "a shorter file":
        (folder / "index.html").write_text("", encoding="utf-8")
    elif how == "a link":
        shutil.copy(folder / "report.md", reports / "elsewhere.md")
        (folder / "report.md").unlink()
        (folder / "report.md").symlink_to(reports / "elsewhere.md")
    else:
        files = report_files(make_evidence())
        name, content = {
            "not evidence": ("evidence.json", b'{"schema_version": 1}\n'),
            "pictures": ("evidence.npz", b"PK"),
        }[how]
        del files[MANIFEST_FILE]
        files[name] = content
        files[MANIFEST_FILE] = make_manifest(entries_of(files), {})
        write_files(folder, files)


DAMAGES = [
    "manifest",
    "evidence",
    "a missing file",
    "a shorter file",
    "a link",
    "not evidence",
    "pictures",
]


@pytest.mark.parametrize("how", DAMAGES)
@pytest.mark.parametrize("is_published", [False, True], ids=["index", "folder"])
def test_a_damaged_report_is_told_of_and_left_out(
    reports: Path, how: str, is_published: bool
) -> None:
    damage(reports, how)
    notices: list[str] = []
    site = make(reports, reports.parent / "public" if is_published else None, notices)
    assert site.n_reports == 3
    assert len(notices) == 1
    assert "s0001 is left out: " in notices[0]
    assert "\n" not in notices[0]
    assert "Grace" not in site.index.read_text(encoding="utf-8")
    assert not (reports.parent / "public" / "autumn" / "s0001").exists()


def test_many_damaged_reports_are_counted(tmp_path: Path) -> None:
    write_class(tmp_path / "reports", 30)
    for file in (tmp_path / "reports" / "autumn").glob("s00[012]?/report.pdf"):
        if file.parent.name != "s0000":
            file.unlink()
    notices: list[str] = []
    assert make(tmp_path / "reports", None, notices).n_reports == 1
    assert len(notices) == 21
    assert notices[-1] == "9 more reports are left out."


def test_without_a_usable_report_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not a folder"):
        make(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(StoreError, match="no report below"):
        make(tmp_path / "empty")
    write_report(tmp_path / "one" / "report")
    (tmp_path / "one" / "report" / "report.pdf").unlink()
    with pytest.raises(StoreError, match="no whole report below"):
        make(tmp_path / "one")
    assert not list(tmp_path.rglob("index.html"))[1:]
    write_report(tmp_path / "report")
    with pytest.raises(ConfigError, match="is itself a report"):
        make(tmp_path / "report")


def test_the_public_gets_reports_and_nothing_else(reports: Path) -> None:
    folder = reports / "autumn" / "s0000"
    (folder / "notes.txt").write_text("private", encoding="utf-8")
    manifest = json.loads((folder / MANIFEST_FILE).read_bytes())
    key = folder / "key.csv"
    key.write_text("secret", encoding="utf-8")
    manifest["files"]["key.csv"] = {"size": 6, "sha256": "0" * 64}
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")
    record(folder)
    make(reports, reports.parent / "public")
    published = content(reports.parent / "public")
    kinds = {re.sub(r"^(autumn/s\d{4}|my report & more)/", "REPORT/", name) for name in published}
    assert kinds == {
        *("index.html", ".nojekyll", "site.json"),
        *("REPORT/index.html", "REPORT/report.pdf", "REPORT/report.md", "REPORT/manifest.json"),
        *("REPORT/evidence.json", "REPORT/evidence.npz", "REPORT/figures/figure-01-grid.svg"),
        "REPORT/weights/digits.npz",
    }
    at_home = content(reports)
    assert all(
        published[name] == at_home[name] for name in published if name.count("/") and "/" in name
    )


def test_a_published_site_is_brought_up_to_date(reports: Path) -> None:
    public = reports.parent / "public"
    assert make(reports, public).written
    before = content(public)
    (public / "CNAME").write_text("reports.example.org", encoding="utf-8")
    (public / ".git").mkdir()
    (public / ".git" / "HEAD").write_text("ref: x", encoding="utf-8")
    assert not make(reports, public).written
    kept = (public / "autumn" / "s0002" / "report.pdf").stat().st_ino
    write_report(reports / "autumn" / "s0001", report__author="Grace Changed")
    shutil.rmtree(reports / "autumn" / "s0000")
    assert make(reports, public).written
    after = content(public)
    assert after.pop("CNAME") == b"reports.example.org"
    assert after.pop(".git/HEAD") == b"ref: x"
    assert b"Grace Changed" in after["autumn/s0001/index.html"]
    assert not [name for name in after if "s0000" in name]
    same = {name for name in after if name.startswith(("autumn/s0002", "my report"))}
    assert len(same) == 16
    assert all(after[name] == before[name] for name in same)
    assert (public / "autumn" / "s0002" / "report.pdf").stat().st_ino == kept
    assert not list(reports.parent.glob(".reportgen-*"))


def test_a_published_file_that_went_missing_comes_again(reports: Path) -> None:
    public = reports.parent / "public"
    make(reports, public)
    (public / "autumn" / "s0001" / "report.pdf").unlink()
    assert make(reports, public).written
    assert (public / "autumn" / "s0001" / "report.pdf").is_file()


def test_a_site_within_the_reports_is_not_taken_for_reports(reports: Path) -> None:
    make(reports, reports / "public")
    assert make(reports, reports / "public").n_reports == 4
    assert make(reports).n_reports == 4


def test_a_full_disk_leaves_the_site_as_it_was(
    reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    public = reports.parent / "public"
    make(reports, public)
    before = content(public)
    write_report(reports / "autumn" / "s0001", report__author="Grace Changed")
    steps = ((disk, "write_folder"), (folder_swap, "take_along"), (folder_swap, "swap"))
    for module, step in steps:
        with monkeypatch.context() as patch:
            patch.setattr(module, step, fail)
            with pytest.raises(StoreError, match="No space left on device"):
                make(reports, public)
        assert content(public) == before
        assert not list(reports.parent.glob(".reportgen-*"))


@pytest.mark.parametrize("what", ["file", "link", "foreign files", "the reports", "around"])
def test_a_folder_that_is_not_a_site_is_left_alone(reports: Path, what: str) -> None:
    public = reports.parent / "public"
    expected = {
        "file": "is a file",
        "link": "is a link",
        "foreign files": "holds files that reportgen site did not make, such as thesis.txt",
        "the reports": "holds the reports",
        "around": "holds the reports",
    }
    if what == "file":
        public.write_text("x", encoding="utf-8")
    elif what == "link":
        (reports.parent / "target").mkdir()
        public.symlink_to(reports.parent / "target")
    elif what == "foreign files":
        public.mkdir()
        (public / "thesis.txt").write_text("x", encoding="utf-8")
    else:
        public = reports if what == "the reports" else reports.parent
    before = content(reports)
    with pytest.raises(ConfigError, match=expected[what]):
        make(reports, public)
    assert content(reports) == before


@pytest.mark.parametrize("name", ["index.html", "autumn/s0001/report.pdf", "autumn"])
def test_a_persons_file_where_the_site_needs_one_is_not_replaced(reports: Path, name: str) -> None:
    public = reports.parent / "public"
    (public / name).parent.mkdir(parents=True)
    (public / name).write_text("mine", encoding="utf-8")
    site = {"generator": "reportgen site", "reports": ["elsewhere"]}
    (public / "site.json").write_text(json.dumps(site), encoding="utf-8")
    before = content(public)
    with pytest.raises(ConfigError, match=f"{name} was not made by reportgen"):
        make(reports, public)
    assert content(public) == before


def test_a_published_report_without_its_manifest_is_published_again(reports: Path) -> None:
    public = reports.parent / "public"
    make(reports, public)
    before = content(public)
    (public / "autumn" / "s0001" / "manifest.json").unlink()
    (public / "autumn" / "s0001" / "index.html").write_text("changed", encoding="utf-8")
    assert make(reports, public).written
    assert content(public) == before


def test_links_to_folders_are_not_followed(reports: Path) -> None:
    write_report(reports.parent / "private" / "secret")
    (reports / "linked").symlink_to(reports.parent / "private")
    assert make(reports).n_reports == 4


def test_a_hostile_manifest_leads_nowhere(reports: Path) -> None:
    secret = reports.parent / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    folder = reports / "autumn" / "s0000"
    manifest = json.loads((folder / MANIFEST_FILE).read_bytes())
    manifest["files"]["figures/../../../../secret.txt"] = {"size": 6, "sha256": "0" * 64}
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")
    notices: list[str] = []
    assert make(reports, reports.parent / "public", notices).n_reports == 3
    assert len(notices) == 1
    assert "secret" not in str(content(reports.parent / "public").keys())


def test_the_command(reports: Path) -> None:
    done = run_reportgen("site", NO_COLOR="1", cwd=reports.parent)
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "reports/index.html: 4 reports, written\n",
        "",
    )
    done = run_reportgen("site", "-o", "public", "--title", "Our <reports>", cwd=reports.parent)
    assert done.returncode == 0
    assert "<h1>Our &lt;reports&gt;</h1>" in (reports.parent / "public/index.html").read_text(
        encoding="utf-8"
    )
    assert load_manifest(reports.parent / "public") is None
    for arguments, code, text in (
        (("nowhere",), 2, "error: nowhere is not a folder."),
        (("--pseudonyms",), 2, "error: --pseudonyms needs a folder to publish: -o DIR."),
    ):
        done = run_reportgen("site", *arguments, cwd=reports.parent)
        assert done.returncode == code
        assert done.stderr.startswith(text)
