"""A site without names: neither name nor id is anywhere in what is published."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdf
import pytest
from made_up_reports import Told, write_class
from small_project import (
    build_project,
    content,
    replace_text,
    set_key,
    stand_in_for_training,
    write_project,
)

from reportgen.config.image_seed import image_seed
from reportgen.errors import ConfigError, StoreError
from reportgen.site.make import Site, SiteOptions, make_site
from reportgen.site.pseudonyms import Row, assign, read_table, write_table

NAME, ID, SALT = "Augusta Byron-King", "s7654321", "pepper-and-salt-and-thyme"
SEED = image_seed(SALT, ID)
WORDS = ("augusta", "byron", "king,", ID, SALT, SEED)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``reports/autumn/s7654321`` and the store that it was rendered in."""
    base = tmp_path_factory.mktemp("pseudonyms")
    config = write_project(base / NAME, all_formats=True)
    set_key(config, f'author = "{NAME}"')
    set_key(config, f'student_id = "{ID}"')
    set_key(config, f'salt = "{SALT}"')
    set_key(config, 'selections = "personal"')
    with pytest.MonkeyPatch.context() as patch:
        stand_in_for_training(patch)
        build_project(config, base / "cache", output=base / "reports" / "autumn" / ID)
        replace_text(config.parent / "answers/which.md", "I looked at", "I, Augusta, looked at")
        build_project(config, base / "cache", output=base / "signed")
    return base


@pytest.fixture
def base(built: Path, tmp_path: Path) -> Path:
    """The same, for a test to change."""
    for name in ("reports", "signed"):
        shutil.copytree(built / name, tmp_path / name)
    return tmp_path


def make(base: Path, built: Path, notices: list[str] | None = None) -> Site:
    options = SiteOptions(base / "reports", base / "public", None, True, built / "cache")
    return make_site(options, Told(notices if notices is not None else []))


def texts_of(files: dict[str, bytes]) -> Iterator[tuple[str, str]]:
    """Every text in the files, in every form in which a reader can come to it."""
    for name, held in files.items():
        yield name, name
        if name.endswith(".npz"):
            with zipfile.ZipFile(io.BytesIO(held)) as archive:
                yield name, " ".join(archive.namelist())
        elif name.endswith(".pdf"):
            with pikepdf.open(io.BytesIO(held)) as pdf:
                with pdf.open_metadata() as metadata:
                    yield name, str(metadata)
                yield name, str({str(key): str(value) for key, value in pdf.docinfo.items()})
                attached = {n: f.get_file().read_bytes() for n, f in pdf.attachments.items()}
            for inner, text in texts_of(attached):
                yield f"{name}: {inner}", text
            reader = pypdf.PdfReader(io.BytesIO(held))
            yield name, "\n".join(page.extract_text() for page in reader.pages)
        else:
            yield name, held.decode("latin-1" if name.endswith(".png") else "utf-8")


def test_neither_name_nor_id_is_anywhere(base: Path, built: Path) -> None:
    at_home = dict(texts_of(content(base / "reports")))
    for word in ("augusta", "byron", ID, SEED):  # what is looked for is there to be found
        assert any(word in text.casefold() for text in at_home.values()), word
    assert not any(SALT in text for text in at_home.values())
    notices: list[str] = []
    site = make(base, built, notices)
    assert notices == []
    assert site.n_reports == 1
    published = content(base / "public")
    assert len(published) > 8
    for where, text in texts_of(published):
        for word in WORDS:
            assert word not in text.casefold(), (where, word)
    page = next(
        text for name, text in published.items() if name.count("/") == 1 and ".html" in name
    )
    assert re.search(rb'class="author">Student [2-9B-Z]{5}<', page)


def test_nothing_that_follows_from_the_name_is_published(base: Path, built: Path) -> None:
    make(base, built)
    public = b"".join(content(base / "public").values())
    home = base / "reports" / "autumn" / ID
    record = json.loads((home / "evidence.json").read_bytes())
    manifest = json.loads((home / "manifest.json").read_bytes())
    for digest in (record["provenance"]["config_sha256"], manifest["report_key"]):
        assert digest.encode() not in public
    for each in manifest["inputs"].get("html", {}).get("document", {}).values():
        assert isinstance(each, str)
    with_name = manifest["inputs"]["html"]["document"]["author"]
    assert with_name.encode() not in public


def test_the_table_is_private_and_beside_the_site(base: Path, built: Path) -> None:
    site = make(base, built)
    assert site.table == base / "public-pseudonyms.csv"
    assert site.table.stat().st_mode & 0o077 == 0
    rows = list(csv.DictReader(io.StringIO(site.table.read_text(encoding="utf-8"))))
    assert [(row["report"], row["student_id"], row["author"]) for row in rows] == [
        (f"autumn/{ID}", ID, NAME)
    ]
    assert (base / "public" / rows[0]["folder"] / "index.html").is_file()
    assert not list((base / "public").rglob("*pseudonyms*"))


def test_again_the_same_and_nothing_to_do(base: Path, built: Path) -> None:
    assert make(base, built).written
    before, table = content(base / "public"), (base / "public-pseudonyms.csv").read_bytes()
    assert not make(base, built).written
    assert content(base / "public") == before
    shutil.rmtree(base / "public")
    assert make(base, built).written
    assert content(base / "public") == before
    assert (base / "public-pseudonyms.csv").read_bytes() == table


def test_pseudonyms_do_not_follow_from_the_person(base: Path, built: Path) -> None:
    make(base, built)
    first = (base / "public-pseudonyms.csv").read_bytes()
    (base / "public-pseudonyms.csv").unlink()
    make(base, built)
    assert (base / "public-pseudonyms.csv").read_bytes() != first


@pytest.mark.usefixtures("in_one_process")
def test_a_report_that_names_its_author_in_prose_is_left_out(base: Path, built: Path) -> None:
    shutil.copytree(base / "signed", base / "reports" / "signed")
    notices: list[str] = []
    assert make(base, built, notices).n_reports == 1
    assert notices == [
        f'{base / "reports/signed"} is left out: its answers/which.md, line 4, holds "Augusta", '
        "the author's name."
    ]
    shutil.rmtree(base / "reports" / "autumn")
    with pytest.raises(StoreError, match="no report can be published"):
        make(base, built, notices)


@pytest.mark.slow
def test_several_reports_are_rendered_in_processes_and_those_left_out_are_no_change(
    base: Path, built: Path
) -> None:
    shutil.copytree(base / "reports" / "autumn", base / "reports" / "spring")
    shutil.copytree(base / "signed", base / "reports" / "signed")
    options = SiteOptions(base / "reports", base / "public", None, True, built / "cache")
    told = Told([])
    site = make_site(options, told)
    assert (site.n_reports, site.written, len(told.notices)) == (2, True, 1)
    assert (told.progress[-1].done, told.progress[-1].failed, told.progress[-1].left) == (2, 1, 0)
    folders = sorted(path.parent.name for path in (base / "public").glob("*/index.html"))
    assert folders[1].startswith(f"{folders[0]}-")  # one person, two reports
    for where, text in texts_of(content(base / "public")):
        assert not any(word in text.casefold() for word in WORDS), where
    again = make_site(options, told)
    assert (again.n_reports, again.written, len(told.notices)) == (2, False, 2)


def test_images_that_follow_from_the_id_alone_are_told_of(tmp_path: Path) -> None:
    write_class(tmp_path / "reports", 2)
    notices: list[str] = []
    with pytest.raises(StoreError):  # made-up evidence cannot be rendered
        make(tmp_path, tmp_path, notices)
    assert notices[0].startswith("the images of 2 of 2 reports follow from the students' ids")


def row(report: str, person: str, pseudonym: str = "") -> Row:
    return Row(report, person, "", pseudonym, pseudonym.lower().replace(" ", "-"))


class _Summary:
    def __init__(self, place: str, student_id: str | None, author: str | None = None) -> None:
        self.place, self.student_id, self.author = place, student_id, author


def test_one_person_has_one_pseudonym_and_many_folders() -> None:
    rows = assign(
        [row("old/a", "a", "Student 22222")],
        [_Summary("b/a", "a"), _Summary("a/a", "a"), _Summary("c", None, "A")],  # type: ignore[list-item]
    )
    assert rows["a/a"].pseudonym == rows["b/a"].pseudonym == "Student 22222"
    assert [rows[place].folder for place in ("a/a", "b/a")] == [
        "student-22222-2",
        "student-22222-3",
    ]
    assert rows["c"].pseudonym != "Student 22222"


def test_a_report_of_another_person_gets_another_pseudonym() -> None:
    rows = assign([row("r", "a", "Student 22222")], [_Summary("r", "b")])  # type: ignore[list-item]
    assert rows["r"].pseudonym != "Student 22222"


def test_pseudonyms_differ() -> None:
    rows = assign([], [_Summary(str(n), str(n)) for n in range(2000)])  # type: ignore[misc]
    assert len({each.pseudonym for each in rows.values()}) == 2000
    assert len({each.folder for each in rows.values()}) == 2000


@pytest.mark.parametrize("author", ["=cmd()", "'=x", "a,b", 'say "x"', "two\nlines", "Łódź", "-"])
def test_a_table_is_read_as_it_was_written(tmp_path: Path, author: str) -> None:
    rows = [Row("r", "", author, "Student 22222", "student-22222", "x", "y")]
    write_table(tmp_path / "t.csv", rows)
    assert read_table(tmp_path / "t.csv") == rows
    assert not re.search(rb"(^|[,\n])[=@+]", (tmp_path / "t.csv").read_bytes())


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\xff", "HEADER\nr,,,P,../x,,\n"])
def test_a_damaged_table_stops_the_site(tmp_path: Path, text: str) -> None:
    header = "report,student_id,author,pseudonym,folder,made_from,made"
    (tmp_path / "t.csv").write_bytes(text.replace("HEADER", header).encode("latin-1"))
    with pytest.raises(ConfigError, match="is not a table of pseudonyms"):
        read_table(tmp_path / "t.csv")
