"""Who has one report of a class, and guesses ids, cannot tell the others under pseudonyms."""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from batch_project import run_batch, students, write_class
from made_up_reports import Told
from small_project import Quiet, content, replace_text, stand_in_for_training

from reportgen.batch.roster import read_roster
from reportgen.config.image_seed import image_seed
from reportgen.diff import compare_reports
from reportgen.pipeline.from_evidence import render_evidence
from reportgen.site.make import SiteOptions, make_site
from reportgen.site.pseudonyms import read_table
from reportgen.verify.findings import Difference
from reportgen.verify.roster import check_roster
from reportgen.verify.verify import CheckedSubmission, check_submission

pytestmark = pytest.mark.usefixtures("in_one_process")

N = 3
IDS = [f"s{number}" for number in range(12)]
POOLS = {"shown": (300, 3), "predicted": (100, 1)}  # images there are, and how many are drawn
SALT = "a salt that nobody can guess"


def make_class(folder: Path) -> Path:
    """Reports of a class with images of their own, and a site of them under pseudonyms."""
    roster = write_class(folder, students(N), all_formats=True)
    replace_text(folder / "report.toml", 'salt = "spring"', f'salt = "{SALT}"')
    with pytest.MonkeyPatch.context() as patch:
        stand_in_for_training(patch)
        assert run_batch(roster).failed == []
    return folder


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_class(tmp_path_factory.mktemp("new"))


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as reports were made before, with the salt in each of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reportgen.batch.roster.without_salt", lambda settings: settings)
        return make_class(tmp_path_factory.mktemp("older"))


def publish(base: Path, *, pseudonyms: bool, notices: list[str] | None = None) -> Path:
    public = base / ("hidden" if pseudonyms else "named")
    options = SiteOptions(base / "out", public, None, pseudonyms, base / "cache")
    make_site(options, Told(notices if notices is not None else []))
    return public


def words_in(pdf: Path) -> set[str]:
    """All that a PDF gives away: its attachments' words, quoted texts and whole texts."""
    with pikepdf.open(pdf) as opened:
        texts = [f.get_file().read_bytes().decode("latin-1") for f in opened.attachments.values()]
    found = {"", *texts}
    for text in texts:
        found |= set(re.findall(r'"([^"\n]{1,300})"', text)) | set(re.findall(r"[\w-]{4,}", text))
    return found


def identities(words: set[str], id: str) -> Iterator[str]:
    """All that the images of an id might be drawn from, given the words of somebody's report."""
    yield f"personal:{id}"
    for word in words:
        yield f"personal:{json.dumps([word, id])}"
        yield f"personal:{image_seed(word, id)}"
        yield f"personal:{word}{id}"


def unmask(pdf: Path, public: Path, ids: list[str]) -> dict[str, str]:
    """Whose the published reports are, as far as one PDF and a list of ids tell."""
    words = words_in(pdf)
    images = {}
    for path in public.glob("*/evidence.json"):
        shown: dict[str, list[int]] = {}
        for image in json.loads(path.read_bytes())["images"]:
            shown.setdefault(image["selection"], []).append(image["index"])
        images[json.dumps([shown[name] for name in POOLS])] = path.parent.name
    found = {}
    for id in ids:
        for identity in identities(words, id):
            drawn = [
                random.Random(f"{identity}:{name}").sample(range(n), k)
                for name, (n, k) in POOLS.items()
            ]
            if (folder := images.get(json.dumps(drawn))) is not None:
                found[folder] = id
    return found


def test_one_report_and_guessed_ids_tell_nothing_of_the_others(new: Path) -> None:
    notices: list[str] = []
    public = publish(new, pseudonyms=True, notices=notices)
    assert notices == []
    assert unmask(new / "out/s0/report.pdf", public, IDS) == {}


def test_the_attack_works_on_reports_that_carry_the_salt(older: Path) -> None:
    notices: list[str] = []
    public = publish(older, pseudonyms=True, notices=notices)
    assert f"the images of {N} of {N} reports follow from" in notices[0]
    truth = {row.folder: row.student_id for row in read_table(older / "hidden-pseudonyms.csv")}
    assert unmask(older / "out/s0/report.pdf", public, IDS) == truth
    assert len(truth) == N


@pytest.mark.parametrize("age", ["new", "older"])
def test_no_published_file_holds_salt_or_seed(age: str, request: pytest.FixtureRequest) -> None:
    base = request.getfixturevalue(age)
    seeds = [image_seed(SALT, id) for id in IDS[:N]]
    for where, text in texts_below(publish(base, pseudonyms=True)):
        assert "personal" not in text, where
        assert not any(secret in text for secret in (SALT, *seeds)), where


def test_older_reports_are_published_under_names_without_their_salt(older: Path) -> None:
    notices: list[str] = []
    public = publish(older, pseudonyms=False, notices=notices)
    assert notices[0].startswith("older reports, published without the salt that they give away:")
    folders = sorted(path.parent for path in public.rglob("evidence.json"))
    assert len(folders) == N
    for where, text in texts_below(public):
        assert SALT not in text, where
    home = json.loads((older / "out/s1/evidence.json").read_bytes())["provenance"]["config_sha256"]
    assert home.encode() not in b"".join(content(public).values())  # salts could be tried with it
    found = check_submission(public / "s1")
    assert differences(found) == []
    assert not any("salt" in remark for remark in found.remarks)
    before = content(public)
    options = SiteOptions(older / "out", public, None, False, older / "cache")
    assert not make_site(options, Told([])).written
    assert content(public) == before


def test_new_reports_are_published_as_they_are(new: Path) -> None:
    notices: list[str] = []
    public = publish(new, pseudonyms=False, notices=notices)
    assert notices == []
    held = content(public / "s1")
    assert held == {name: content(new / "out/s1")[name] for name in held}
    assert not any(SALT in text for _, text in texts_below(public))


def test_no_file_of_a_class_holds_the_salt(new: Path) -> None:
    texts = list(texts_below(new / "out"))
    assert any("image_seed" in text for _, text in texts)
    for where, text in texts:
        assert SALT not in text, where
    seeds = {id: image_seed(SALT, id) for id in IDS[:N]}
    for where, text in texts:
        for id, seed in seeds.items():
            assert seed not in text or where.startswith(f"{id}/"), where


def texts_below(folder: Path) -> Iterator[tuple[str, str]]:
    """Each file as text, and the attachments of PDFs."""
    for name, held in content(folder).items():
        yield name, held.decode("latin-1")
        if name.endswith(".pdf"):
            with pikepdf.open(folder / name) as opened:
                for inner, file in opened.attachments.items():
                    yield f"{name}: {inner}", file.get_file().read_bytes().decode("latin-1")


@pytest.mark.parametrize("age", ["new", "older"])
def test_reports_of_any_age_are_their_students(age: str, request: pytest.FixtureRequest) -> None:
    base = request.getfixturevalue(age)
    roster = base / "class.csv"
    rows = read_roster(roster)
    record = check_submission(base / "out/s1").evidence.record
    level = check_roster(record, roster, rows)
    assert (level.status, level.differences) == ("ok", ())
    record["report"]["settings"]["student_id"] = "s2"
    record["report"]["author"] = "Student 2"
    level = check_roster(record, roster, rows)
    assert any("are those of s1" in each.text for each in level.differences)
    told = " ".join(each.text for each in level.differences)
    assert SALT not in told
    assert image_seed(SALT, "s2") not in told


@pytest.mark.parametrize("age", ["new", "older"])
def test_another_salt_in_the_roster_is_told_without_telling_it(
    age: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    base = request.getfixturevalue(age)
    roster = write_class(tmp_path, students(N), all_formats=True)
    replace_text(tmp_path / "report.toml", 'salt = "spring"', 'salt = "quite another salt"')
    record = check_submission(base / "out/s1").evidence.record
    level = check_roster(record, roster, read_roster(roster))
    key = "image_seed" if age == "new" else "salt"
    assert f"report.settings.{key}" in {each.place for each in level.differences}
    told = " ".join(each.text for each in level.differences)
    assert not any(secret in told for secret in (SALT, "quite another salt"))


def differences(found: CheckedSubmission) -> list[Difference]:
    """What is found, but for logits: those of the made-up training follow from no weights."""
    all_found = [each for level in found.levels for each in level.differences]
    return [each for each in all_found if not each.place.startswith("models.")]


def test_older_reports_are_read_and_told_of(older: Path, tmp_path: Path) -> None:
    for place in (older / "out/s1", older / "out/s1/report.pdf"):
        found = check_submission(place)
        assert differences(found) == []
        assert any("gives away the salt" in remark for remark in found.remarks)
    quiet = Quiet()
    render_evidence(older / "out/s1", tmp_path / "again", ("md",), tmp_path / "cache", quiet)
    assert any("gives away the salt" in notice for notice in quiet.notices)
    assert (tmp_path / "again/report.md").is_file()
    assert compare_reports(older / "out/s1", tmp_path / "again") is not None


def test_new_reports_give_nothing_away_to_remark_on(new: Path) -> None:
    found = check_submission(new / "out/s1/report.pdf")
    assert differences(found) == []
    assert not any("salt" in remark for remark in found.remarks)


def test_reports_under_pseudonyms_verify(new: Path) -> None:
    for folder in itertools.islice(publish(new, pseudonyms=True).glob("student-*"), 2):
        found = check_submission(folder)
        assert differences(found) == []
