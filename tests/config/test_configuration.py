from __future__ import annotations

import json
from pathlib import Path

import pytest

from reportgen.config.configuration import load_config, slug_of, with_changes
from reportgen.config.settings import ReportSettings, report_schema
from reportgen.config.starter import write_starter
from reportgen.config.toml_files import load_settings
from reportgen.errors import ConfigError

# configuration text -> what the message must name: line, key, what is wrong or valid
BAD = {
    "unknown key": ('titel = "x"', ["line 1", "titel", "Did you mean title?"]),
    "unknown inner key": ("[models.digits]\nepochz = 3", ["line 2", "epochz", "epochs?"]),
    "unknown layer": ("[models.digits]\nlayers = [{dens = 3}]", ["line 2", "layers[0]", "dense"]),
    "unknown layer key": (
        '[models.digits]\nlayers = [{dense = 3, activtion = "relu"}]',
        ["line 2", "layers[0].activtion", "activation?"],
    ),
    "no finite number": (
        "[models.digits]\nlearning_rate = nan",
        ["line 2", "learning_rate", "nan"],
    ),
    "wrong type": ('seed = "a"', ["line 1", "seed", "integer", "'a'"]),
    "boolean for a number": ("[models.digits]\nepochs = true", ["line 2", "epochs", "integer"]),
    "out of range": ("[models.digits]\nepochs = 0", ["line 2", "epochs", "0"]),
    "near value": ('[data]\ntier = "sampel"', ["line 2", "data.tier", "sample?"]),
    "negative image": ("[selections]\npredict = [1,\n -1]", ["line 2", "selections.predict[1]"]),
    "unknown word": ('[selections]\npredict = "rando"', ["selections.predict", "random?"]),
    "unknown format": ('[output]\nformats = ["docx"]', ["output.formats[0]", "html"]),
    "no class names": ('[datasets.a]\ndir = "x"', ["datasets.a.class_names", "missing"]),
    "two sources": (
        '[datasets.a]\ndir = "x"\nnpz = "y"\nclass_names = ["a", "b"]',
        ["datasets.a", "either dir or npz"],
    ),
    "date in quotes": ('date = "2026-01-31"', ["line 1", "as 2026-01-31, without quotes"]),
    "date with a time": (
        "date = 2026-01-31T10:00:00Z",
        ["line 1", "as 2026-01-31, without quotes (it is 2026-01-31 10:00:00+00:00)"],
    ),
    "date of a letter": ('date = "31.01.2026"', ["line 1", "date", "without quotes", "31.01."]),
    "curly quotes": ("author = “Ann”", ["not valid TOML", "line 1", "straight ones"]),
    "a quote that a curly one closes": (
        'author = "Ann” # she',
        ["not valid TOML", "straight ones"],
    ),
    "no TOML": ("title = = 1", ["not valid TOML", "line 1"]),
    "deep nesting": ("x = " + "[" * 5000, ["nested too deeply"]),
    "huge integer": ("seed = " + "9" * 5000, ["digit"]),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_configuration_is_named_by_file_line_and_key(case: str, tmp_path: Path) -> None:
    text, wanted = BAD[case]
    path = tmp_path / "report.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert 1 <= len(message.splitlines()) <= 5
    for part in wanted:
        assert part in message


@pytest.mark.parametrize("faulty", ["title = = 1 # “”", 'title = "“Ann”" "x"'])
def test_curly_quotes_that_do_no_harm_are_not_blamed(faulty: str, tmp_path: Path) -> None:
    path = tmp_path / "report.toml"
    path.write_text(faulty, encoding="utf-8")
    with pytest.raises(ConfigError, match="not valid TOML") as caught:
        load_config(path)
    assert "straight" not in str(caught.value)


def test_a_byte_order_mark_in_front_is_no_part_of_a_file(tmp_path: Path) -> None:
    config = tmp_path / "report.toml"
    config.write_text('title = "Ours"\n', encoding="utf-8-sig")
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers/digits-accuracy.md").write_text("Mine.\n", encoding="utf-8-sig")
    loaded = load_config(config)
    assert loaded.settings.title == "Ours"
    assert loaded.text == 'title = "Ours"\n'
    assert loaded.prose == {"digits-accuracy": "Mine.\n"}


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "report.toml"
    path.write_bytes(b'seed = 1\ntitle = "\xff"\n')
    with pytest.raises(ConfigError, match="line 2: not UTF-8"):
        load_config(path)


def test_what_the_command_line_says_wins_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "my_report.toml"
    path.write_text('title = "T"\nseed = 1\n[data]\ntier = "full"\ndir = "d"\n', encoding="utf-8")
    config = with_changes(load_config(path), **{"data.tier": "sample", "seed": None})
    assert (config.settings.data.tier, config.settings.seed) == ("sample", 1)
    assert config.settings.title == "T"
    assert config.slug == "my-report"
    assert config.data_dir == tmp_path / "d"


def test_without_a_file_the_slug_follows_the_assignment() -> None:
    config = with_changes(load_config(None), assignment="formal-response")
    assert config.slug == "formal-response"


@pytest.mark.parametrize(
    ("place", "slug"),
    [
        ("hw1/report.toml", "hw1"),
        ("hw1/../hw2/report.toml", "hw2"),
        ("hw1/seed-7.toml", "seed-7"),
        ("課題/report.toml", "report-33b6b4eb"),
    ],
    ids=["folder", "dots", "file", "no letters"],
)
def test_the_slug_follows_the_file_or_its_folder(tmp_path: Path, place: str, slug: str) -> None:
    for folder in ("hw1", "hw2", "課題"):
        (tmp_path / folder).mkdir()
    (tmp_path / place).write_text("", encoding="utf-8")
    assert load_config(tmp_path / place).slug == slug
    if place.endswith("/report.toml"):
        assert load_config((tmp_path / place).parent).slug == slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Über_Bericht 2", "uber-bericht-2"), ("．．／x", "x"), ("a" * 80, "a" * 64)],
    ids=["accents", "full-width dots", "long"],
)
def test_slugs_are_plain(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@pytest.mark.parametrize("name", ["...", "CON", "日本"])
def test_a_name_that_makes_no_folder_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="no folder name"):
        slug_of(name)


def test_the_starting_configuration_is_valid_as_it_is_and_with_every_line_switched_on(
    tmp_path: Path,
) -> None:
    report, schema, answers = write_starter(tmp_path)
    text = report.read_text(encoding="utf-8")
    load_settings(text, report, ReportSettings)
    switched_on = [
        line[2:]
        if line.startswith("# ") and ("=" in line.split("#")[1] or line[2] == "[")
        else line
        for line in text.splitlines()
    ]
    full = "\n".join(line for line in switched_on if not line.startswith('dir = "shapes"'))
    settings = load_settings(full, report, ReportSettings)
    assert settings.models["digits"].epochs == 10
    assert settings.output.paper == "a4"
    assert json.loads(schema.read_text(encoding="utf-8")) == report_schema()
    assert answers.is_file()


def test_init_leaves_an_existing_configuration_alone(tmp_path: Path) -> None:
    (tmp_path / "report.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="exists already"):
        write_starter(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["report.toml"]


def test_init_writes_through_no_link_and_over_no_file(tmp_path: Path) -> None:
    victim, new = tmp_path / "victim", tmp_path / "new"
    victim.mkdir()
    new.mkdir()
    (victim / "thesis.tex").write_text("mine", encoding="utf-8")
    (new / "answers").symlink_to(victim)
    with pytest.raises(ConfigError, match="answers is a link"):
        write_starter(new)
    assert [path.name for path in new.iterdir()] == ["answers"]
    (new / "answers").unlink()
    (new / "answers").write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="answers is a file"):
        write_starter(new)
    (new / "answers").unlink()
    (new / "report.toml").symlink_to(victim / "absent")
    with pytest.raises(ConfigError, match="exists already"):
        write_starter(new)
    (new / "report.toml").unlink()
    (new / "report.schema.json").symlink_to(victim / "thesis.tex")
    (new / "answers").mkdir()
    (new / "answers" / "README.txt").write_text("mine", encoding="utf-8")
    written = write_starter(new)
    assert [path.name for path in written] == ["report.toml", "report.schema.json"]
    assert (new / "answers" / "README.txt").read_text(encoding="utf-8") == "mine"
    assert [path.name for path in victim.iterdir()] == ["thesis.tex"]
    assert (victim / "thesis.tex").read_text(encoding="utf-8") == "mine"
