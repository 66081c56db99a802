"""A report's images follow from the instructor's salt, and no report carries it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from reportgen.config.assignments import load_assignment
from reportgen.config.configuration import Configuration, load_config
from reportgen.config.image_seed import MIN_SALT, image_seed, short_salt, with_salt, without_salt
from reportgen.config.settings import ReportSettings
from reportgen.errors import ConfigError
from reportgen.pipeline.plan import make_plan

SALT = "pepper and salt, and a pinch of thyme"


def write(folder: Path, text: str) -> Path:
    path = folder / "report.toml"
    path.write_text(text, encoding="utf-8")
    return path


def draw_seeds(config: Configuration) -> set[str]:
    plan = make_plan(config, load_assignment("fashion-and-digits", config.folder))
    return {
        selection.draw_seed.removesuffix(f":{name}") for name, selection in plan.selections.items()
    }


def test_the_seed_is_an_hmac_of_the_id() -> None:
    key = SALT.encode().ljust(64, b"\0")  # RFC 2104, written out
    inner = bytes(byte ^ 0x36 for byte in key) + b"reportgen image seed\0s1"
    outer = bytes(byte ^ 0x5C for byte in key) + hashlib.sha256(inner).digest()
    assert image_seed(SALT, "s1") == hashlib.sha256(outer).hexdigest()


def test_each_student_and_each_salt_has_a_seed_of_its_own() -> None:
    seeds = {image_seed(salt, f"s{k}") for salt in ("a", "b") for k in range(500)}
    assert len(seeds) == 1000


def test_what_goes_into_a_report_holds_the_seed_and_not_the_salt(tmp_path: Path) -> None:
    text = (
        f'# the salt is "{SALT}"\nstudent_id = "s1"\nselections = "personal"\nsalt = "{SALT}"\n'
        "date = 2026-01-31\n[models.digits]\nepochs = 2\n"
    )
    config = load_config(write(tmp_path, text))
    assert config.settings.salt is None
    assert config.settings.image_seed == image_seed(SALT, "s1")
    assert SALT not in config.text
    assert draw_seeds(config) == {f"personal:{image_seed(SALT, 's1')}"}


def test_the_text_in_a_report_makes_the_same_report_without_the_salt(tmp_path: Path) -> None:
    text = f'student_id = "s1"\nselections = "personal"\nsalt = "{SALT}"\n'
    config = load_config(write(tmp_path, text))
    again = load_config(write(tmp_path, config.text))
    assert (again.settings, again.text) == (config.settings, config.text)


def test_a_text_without_a_salt_is_left_as_it_is(tmp_path: Path) -> None:
    text = 'student_id = "s1" # mine\nselections = "personal"\n'
    config = load_config(write(tmp_path, text))
    assert config.text == text
    assert draw_seeds(config) == {"personal:s1"}


def test_a_salt_that_draws_nothing_goes_all_the_same() -> None:
    for settings in (
        ReportSettings(salt=SALT, student_id="s1"),
        ReportSettings(salt=SALT, selections="personal"),
    ):
        assert without_salt(settings) == settings.model_copy(update={"salt": None})


def test_an_author_stands_in_for_an_id() -> None:
    settings = without_salt(ReportSettings(salt=SALT, author="Ann", selections="personal"))
    assert settings.image_seed == image_seed(SALT, "Ann")


def test_older_settings_draw_what_they_drew(tmp_path: Path) -> None:
    new = without_salt(ReportSettings(salt=SALT, student_id="s1", selections="personal"))
    older = with_salt(new, SALT)
    assert (older.salt, older.image_seed) == (SALT, None)
    assert draw_seeds(Configuration(older, tmp_path, "r")) == {f'personal:["{SALT}", "s1"]'}


def test_salt_and_seed_together_are_refused(tmp_path: Path) -> None:
    text = f'selections = "personal"\nsalt = "{SALT}"\nimage_seed = "{"0" * 64}"\n'
    with pytest.raises(ConfigError, match=r"report.toml, line 2: salt: image_seed was made"):
        load_config(write(tmp_path, text))


@pytest.mark.parametrize("seed", ["", "0" * 63, "0" * 65, "G" * 64, "A" * 64])
def test_a_seed_that_is_none_is_refused(tmp_path: Path, seed: str) -> None:
    text = f'selections = "personal"\nimage_seed = "{seed}"\n'
    with pytest.raises(ConfigError, match=r"line 2: image_seed: it may hold 64 hexadecimal"):
        load_config(write(tmp_path, text))


def test_an_empty_salt_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="line 1: salt: "):
        load_config(write(tmp_path, 'salt = ""\n'))


def test_a_salt_that_can_be_guessed_is_told_of() -> None:
    assert short_salt([]) is None
    assert short_salt(["x" * MIN_SALT]) is None
    text = short_salt([SALT, "spring 2026"])
    assert text is not None
    assert text.startswith("the salt has 11 characters.")
    proposal = text.rpartition("\n")[2]
    assert len(proposal) == len('salt = ""') + 32
    assert short_salt(["spring 2026"]) != text  # another proposal
    assert "spring 2026" not in text
