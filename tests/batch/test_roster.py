"""Rosters are read as spreadsheets write them, and every faulty row is named at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.batch.ids import MAX_LENGTH, fault_of_id, folder_of
from reportgen.batch.roster import RosterRow, read_roster
from reportgen.config.assignments import built_in_names, load_assignment
from reportgen.config.configuration import load_config
from reportgen.errors import ConfigError
from reportgen.pipeline.plan import choose_images, make_plan
from reportgen.report_folder import BATCH_FORMATS

GOOD = "id,name,seed\ns1,Ann Lee,1\ns2,Bo Chu,2\n"


def write(folder: Path, text: str | bytes, name: str = "class.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def read(folder: Path, text: str | bytes, name: str = "class.csv") -> tuple[RosterRow, ...]:
    return read_roster(write(folder, text, name))


def fails(folder: Path, text: str | bytes, name: str = "class.csv") -> str:
    with pytest.raises(ConfigError) as caught:
        read(folder, text, name)
    message = str(caught.value)
    assert 1 <= len(message.splitlines()) <= 5
    assert name in message.splitlines()[0]
    return message


def test_a_row_is_a_configuration_with_its_own_author_and_id(tmp_path: Path) -> None:
    write(tmp_path, 'title = "Term paper"\n[models.digits]\nepochs = 4\n', "report.toml")
    header = "ID, Name ,seed,models.digits.batch_size,selections.predict,date,output.interactive\n"
    write(tmp_path, header + 'S-7,Ann  Lee,3,64,"300",2026-01-31,FALSE\n')
    (row,) = read_roster(tmp_path / "class.csv")
    settings = row.config.settings
    assert (row.number, row.id, row.name, row.folder) == (2, "S-7", "Ann Lee", "s-7")
    assert (settings.author, settings.student_id, settings.seed) == ("Ann Lee", "S-7", 3)
    assert settings.title == "Term paper"
    assert (settings.models["digits"].epochs, settings.models["digits"].batch_size) == (4, 64)
    assert settings.selections == {"predict": (300,)}
    assert settings.output.interactive is False
    assert str(settings.date) == "2026-01-31"


def test_a_batch_writes_programs_only_when_asked(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "id,name\ns1,Ann\n")
    assert row.config.settings.output.formats == BATCH_FORMATS
    assert {"ipynb", "py"} & {*BATCH_FORMATS} == set()
    (row,) = read_roster(tmp_path / "class.csv", **{"output.formats": ("py",)})
    assert row.config.settings.output.formats == ("py",)
    write(tmp_path, '[output]\nformats = ["ipynb", "pdf"]\n', "report.toml")
    (row,) = read(tmp_path, "id,name\ns1,Ann\n")
    assert row.config.settings.output.formats == ("ipynb", "pdf")


def test_a_rows_text_is_a_configuration_that_says_the_same(tmp_path: Path) -> None:
    write(tmp_path, "[models.digits]\nlayers = [{dense = 8}, {dropout = 0.5}]\n", "report.toml")
    text = 'id,name,title,selections.predict\ns1,Ann,"Say ""hi""",300\n'
    (row,) = read(tmp_path, text)
    path = tmp_path / "alone.toml"
    path.write_text(row.config.text, encoding="utf-8")
    alone = load_config(path)
    assert alone.settings == row.config.settings
    assert alone.settings.model_dump(exclude_unset=True) == row.config.settings.model_dump(
        exclude_unset=True
    )
    assert tomllib.loads(row.config.text)["title"] == 'Say "hi"'


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(GOOD.encode("utf-8-sig"), id="mark in front"),
        pytest.param(GOOD.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(GOOD.replace(",", ";"), id="semicolons"),
        pytest.param(GOOD.replace(",", "\t"), id="tabs"),
        pytest.param(GOOD.replace(",", "\t").encode("utf-16"), id="UTF-16"),
        pytest.param("sep=;\r\n" + GOOD.replace(",", ";"), id="separator line"),
        pytest.param(GOOD.replace("Ann Lee", '"Ann Lee"').replace("s2", '"s2"'), id="quotes"),
        pytest.param(GOOD.replace("\n", ",,\n") + ",,,\n\n", id="empty cells and rows"),
        pytest.param(GOOD.replace("id,name", "ID, Name "), id="capitals"),
        pytest.param(GOOD.rstrip("\n"), id="no last line end"),
    ],
)
def test_all_that_spreadsheets_write_is_read_alike(text: str | bytes, tmp_path: Path) -> None:
    rows = read(tmp_path, text)
    found = [(row.id, row.name, row.config.settings.seed) for row in rows]
    assert found == [("s1", "Ann Lee", 1), ("s2", "Bo Chu", 2)]


@pytest.mark.parametrize(
    "name",
    [
        *("Мария Иванова", "王小明", "محمد", "Łukasz Żółw", "O'Neill, Jr."),
        pytest.param("زهرا حسین\u200cزاده", id="Persian"),
        pytest.param("ශ්\u200dරී පෙරේරා", id="Sinhala"),
        pytest.param("র\u200d্যাব", id="Bengali"),
        pytest.param("Ann 👩\u200d🎓", id="joined emoji"),
    ],
)
def test_names_of_any_script_are_kept(name: str, tmp_path: Path) -> None:
    (row,) = read(tmp_path, f'id;name\ns1;"{name}"\n')
    assert row.config.settings.author == row.name == name


def test_a_toml_roster_is_a_report_toml_with_students(tmp_path: Path) -> None:
    text = (
        'title = "T"\nselections = "personal"\nsalt = "a"\n[models.digits]\nepochs = 2\n'
        '[[students]]\nid = "s1"\nname = "Ann"\n'
        '[[students]]\nid = 2\nname = "Bo"\nseed = 5\nmodels.digits.epochs = 3\n'
    )
    one, two = read(tmp_path, text, "class.toml")
    assert (one.number, two.number, two.id, two.folder) == (1, 2, "2", "2")
    assert one.config.settings.models["digits"].epochs == 2
    assert two.config.settings.models["digits"].epochs == 3
    assert two.config.settings.title == "T"


def test_a_toml_roster_may_have_a_byte_order_mark(tmp_path: Path) -> None:
    text = 'title = "T"\n[[students]]\nid = "s1"\nname = "Ann"\n'
    (row,) = read(tmp_path, text.encode("utf-8-sig"), "class.toml")
    (tmp_path / "report.toml").write_text('title = "T"\n', encoding="utf-8-sig")
    (beside,) = read(tmp_path, "id,name\ns1,Ann\n")
    assert (row.id, row.config.settings.title) == (beside.id, beside.config.settings.title)


def test_a_row_can_have_answers_of_its_own(tmp_path: Path) -> None:
    question = load_assignment("fashion-and-digits", tmp_path).settings.questions[0].id
    for folder, words in (("answers", "for all"), ("prose/s2", "my own")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / f"{question}.md").write_text(words)
    one, two = read(tmp_path, "id,name,prose\ns1,A,\ns2,B,prose/s2\n")
    assert one.config.prose == {question: "for all"}
    assert two.config.prose == {question: "my own"}


def test_what_the_command_line_says_comes_first(tmp_path: Path) -> None:
    path = write(tmp_path, "id,name,assignment\ns1,A,formal-response\n")
    (row,) = read_roster(path, assignment="fashion-overview", **{"data.tier": "sample"})
    assert row.assignment.name == "fashion-overview"
    assert row.config.settings.data.tier == "sample"


# what is wrong -> the roster, and what the message must name
BAD = {
    "duplicate id": (GOOD + "s1,Cy,3\n", ["row 4", "'s1'", "row 2 already"]),
    "path as id": ("id,name\n../x,A\n", ["row 2", "'../x'", "path"]),
    "absolute path as id": ("id,name\n/etc/x,A\n", ["row 2", "'/etc/x'"]),
    "backslash": ("id,name\na\\b,A\n", ["row 2", "path"]),
    "wide dots and slash": ("id,name\n．．／x,A\n", ["row 2", "path"]),
    "two dots": ("id,name\n..,A\n", ["row 2", "path"]),
    "empty id": ("id,name\n,A\n", ["row 2", "id is empty"]),
    "300 characters": (f"id,name\n{'x' * 300},A\n", ["row 2", "300 characters", "at most 64"]),
    "reserved name": ("id,name\nCON,A\naux,B\n", ["row 2 (CON)", "row 3 (aux)", "folder"]),
    "only punctuation": ("id,name\n---,A\n", ["row 2", "'---'", "folder"]),
    "case collision": ("id,name\nab1,A\nAB1,B\n", ["row 3", "'AB1'", "'ab1' in row 2"]),
    "width collision": ("id,name\nab1,A\nａｂ1,B\n", ["row 3", "row 2"]),
    "punctuation collision": ("id,name\na.b,A\na-b,B\n", ["row 3", "'a.b' in row 2"]),
    "control character": ("id,name\na\x1bb,A\n", ["row 2", "cannot be seen"]),
    "joiner in a Latin name": ("id,name\na,Ann\u200cLee\n", ["row 2", "name", "cannot be seen"]),
    "joiner after a space": ("id,name\na,\u0645 \u200d\n", ["row 2", "name", "cannot be seen"]),
    "two joiners": ("id,name\na,\u0645\u200d\u200d\u0645\n", ["row 2", "name", "cannot be seen"]),
    "joiner in an id": ("id,name\n\u0645\u200c\u0645,A\n", ["row 2", "id", "cannot be seen"]),
    "hidden turn of direction": ("id,name\na,x\u202ey\n", ["row 2", "name", "cannot be seen"]),
    "empty name": ("id,name\na,\n", ["row 2", "name is empty"]),
    "long name": (f"id,name\na,{'n' * 301}\n", ["row 2", "name", "300"]),
    "unknown column": ("id,name,sed\na,A,1\n", ["row 1", "'sed'", "Did you mean 'seed'?"]),
    "unknown inner column": (
        "id,name,models.digits.epocs\na,A,1\n",
        ["row 1", "Did you mean 'models.digits.epochs'?"],
    ),
    "column of nothing": ("id,name,hobby\na,A,tea\n", ["row 1", "'hobby'", "such as seed"]),
    "column twice": ("id,name,seed,Seed\na,A,1,2\n", ["row 1", "'seed'", "2 times"]),
    "author as column": ("id,name,author\na,A,B\n", ["row 1", "author", "taken from name"]),
    "no id column": ("number,name\n1,A\n", ["row 1", "'number'", "'id' is missing"]),
    "wrong type": ("id,name,seed\na,A,x\n", ["row 2 (a)", "seed", "integer", "'x'"]),
    "out of range": ("id,name,models.digits.epochs\na,A,0\n", ["row 2", "epochs", "0"]),
    "negative image": ("id,name,selections.predict\na,A,-1\n", ["selections.predict[0]", "-1"]),
    "unknown word": ("id,name,data.tier\na,A,sampel\n", ["data.tier", "sample?"]),
    "unknown assignment": ("id,name,assignment\na,A,fashion-overvew\n", ["fashion-overview?"]),
    "unknown model": ("id,name,models.digit.epochs\na,A,1\n", ["row 2", "'digit'", "digits?"]),
    "excluded image": ("id,name,selections.predict\na,A,0\n", ["row 2", "predict", "tutorial"]),
    "two keys in a cell": ('id,name,seed\na,A,"1\nauthor = 2"\n', ["row 2", "seed"]),
    "cells beyond": ("id,name\na,A,1,2\n", ["row 2", "2 cells", "last column"]),
    "column without name": ("id,name,,seed\na,A,7,1\n", ["row 2", "'7'", "without a name"]),
    "missing prose": ("id,name,prose\na,A,nowhere\n", ["row 2", "prose", "nowhere"]),
    "open quote": ('id,name\na,"A\n', ["not a CSV file"]),
    "binary file": (b"id,name\na,\0\n", ["not a text file"]),
    "other encoding": ("id,name\na,Müller\n".encode("latin-1"), ["line 2", "not UTF-8"]),
    "no rows": ("id,name\n", ["no students"]),
    "nothing": ("", ["empty", "id,name"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_named_by_row_and_column(case: str, tmp_path: Path) -> None:
    text, wanted = BAD[case]
    message = fails(tmp_path, text)
    for part in wanted:
        assert part in message, message
    assert [path.name for path in tmp_path.iterdir()] == ["class.csv"]


def test_every_bad_row_is_named_at_once(tmp_path: Path) -> None:
    rows = ["ok1,A,1", "b1,B,x", "b2,C,y", "b3,D,-1", ",E,1", "ok1,F,1", "ok2,,1", "b4,G,z"]
    message = fails(tmp_path, "id,name,seed\n" + "\n".join(rows) + "\n")
    assert "7 of 8 rows" in message
    for number in (3, 4, 5):
        assert f"row {number} (" in message
    assert message.endswith("... and 4 more in rows 6-9.")


def test_a_fault_that_all_rows_share_is_told_once(tmp_path: Path) -> None:
    write(tmp_path, "[models.digit]\nepochs = 1\n", "report.toml")
    message = fails(tmp_path, "id,name\na,A\nb,B\nc,C\n")
    assert message.count("'digit'") == 1
    assert "rows 2-4: models" in message


def test_a_bad_row_of_a_toml_roster_is_named(tmp_path: Path) -> None:
    row = '[[students]]\nid = "a"\nname = "A"\n'
    message = fails(tmp_path, row + row.replace('"a"', '"b"') + "sed = 1\n", "class.toml")
    assert "row 2 (b): unknown key sed. Did you mean seed?" in message
    assert "id must be text" in fails(tmp_path, row.replace('"a"', "[1]"), "class.toml")
    assert "[[students]]" in fails(tmp_path, "students = 3\n", "class.toml")
    assert "no students" in fails(tmp_path, "seed = 3\n", "class.toml")


def test_a_bad_report_toml_beside_the_roster_is_named(tmp_path: Path) -> None:
    write(tmp_path, "sed = 1\n", "report.toml")
    with pytest.raises(ConfigError, match=r"report\.toml, line 1: unknown key sed"):
        read(tmp_path, GOOD)


def test_a_thousand_rows_are_read(tmp_path: Path) -> None:
    text = "id,name,seed\n" + "".join(f"s{k},Student {k},{k % 2}\n" for k in range(1000))
    rows = read(tmp_path, text)
    assert len({row.folder for row in rows}) == 1000


@given(st.text(max_size=80))
def test_a_folder_is_always_one_safe_name(text: str) -> None:
    if fault_of_id(text) is None:
        folder = folder_of(text)
        assert folder.isascii()
        assert 1 <= len(folder) <= MAX_LENGTH
        assert not set(folder) - set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert not folder.startswith("-")


def test_ids_of_other_scripts_have_folders_of_their_own() -> None:
    ids = ["学生1", "老师1", "Łu1", "u1", "Мария", "Марья", "é1", "e1x"]
    assert len({folder_of(each) for each in ids}) == len(ids)
    assert folder_of("é1") == "e1"


def images(row: RosterRow, n_available: int = 10_000) -> dict[str, tuple[int, ...]]:
    plan = make_plan(row.config, row.assignment)
    return {name: choose_images(s, n_available).indices for name, s in plan.selections.items()}


@pytest.mark.parametrize("assignment", built_in_names())
def test_personal_images_follow_from_id_and_salt_alone(assignment: str, tmp_path: Path) -> None:
    write(
        tmp_path,
        f'assignment = "{assignment}"\nselections = "personal"\nsalt = "s"\n',
        "report.toml",
    )
    rows = read(tmp_path, "id,name\n" + "".join(f"s{k},Student {k}\n" for k in range(300)))
    chosen = [images(row) for row in rows]
    if not chosen[0]:
        return
    never = {n: s.never for n, s in rows[0].assignment.settings.selections.items()}
    for drawn in chosen:
        assert all(not set(numbers) & set(never[name]) for name, numbers in drawn.items())
    (again,) = read(tmp_path, "id,name,seed\ns7,Another Name,9\n")
    assert images(again) == chosen[7]
    write(
        tmp_path,
        f'assignment = "{assignment}"\nselections = "personal"\nsalt = "t"\n',
        "report.toml",
    )
    (salted,) = read(tmp_path, "id,name\ns7,A\n")
    assert images(salted) != chosen[7]


def test_two_students_almost_never_have_the_same_images(tmp_path: Path) -> None:
    write(tmp_path, 'selections = "personal"\nsalt = "s"\n', "report.toml")
    rows = read(tmp_path, "id,name\n" + "".join(f"s{k},Student {k}\n" for k in range(2000)))
    assert len({repr(images(row)) for row in rows}) == 2000
