"""Whose a batch's folder is, what it says of each row, and what is told of all the rest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_project import Inline, Watching, run_batch, students, write_class, write_roster
from small_project import build_project, content, make_manifest_agree

from reportgen.batch import tables
from reportgen.batch.outcomes import TABLE_FILES, read_batch
from reportgen.errors import ConfigError
from reportgen.storage.disk import replace_file

pytestmark = pytest.mark.usefixtures("quick_training")


def rows_of(folder: Path) -> dict[str, str]:
    record = read_batch(folder)
    assert record is not None
    assert record.rows is not None
    return dict(record.rows)


def states(result: Any) -> list[str]:
    return [outcome.state for outcome in result.outcomes]


def test_who_left_the_roster_keeps_the_folder_and_is_told_of(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(3))
    assert run_batch(roster).left == ()
    kept = content(tmp_path / "out" / "s2")
    write_roster(tmp_path, students(2))
    for _ in range(2):  # at every batch, not only at the first
        result = run_batch(roster, observer=(observer := Watching()))
        assert result.left == ("s2",)
        assert result.as_json()["left"] == ["s2"]
        assert any(
            "1 report in " in text and "of nobody in class.csv: s2." in text
            for text in observer.notices
        )
    assert content(tmp_path / "out" / "s2") == kept
    assert rows_of(tmp_path / "out") == {"s0": "done", "s1": "done"}


def test_a_row_that_fails_now_is_marked_and_its_report_of_before_told_of(tmp_path: Path) -> None:
    write_class(tmp_path, [])
    (tmp_path / "p").mkdir()
    roster = write_roster(tmp_path, ["s0,A,", "s1,B,"], "id,name,prose")
    run_batch(roster)
    kept = content(tmp_path / "out" / "s1")
    (tmp_path / "p" / "which.md").write_text("{{ nothing }}", encoding="utf-8")
    write_roster(tmp_path, ["s0,A,", "s1,New,p"], "id,name,prose")
    result = run_batch(roster, observer=(observer := Watching()))
    assert states(result) == ["up to date", "failed"]
    assert rows_of(tmp_path / "out") == {"s0": "done", "s1": "failed"}
    assert any("earlier batch, whose rows failed now: s1." in text for text in observer.notices)
    assert content(tmp_path / "out" / "s1") == kept


def test_an_interrupted_batch_says_which_rows_it_did_not_get_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import reportgen.batch.run as batch_run

    roster = write_class(tmp_path, students(4))
    run_batch(write_roster(tmp_path, students(1)))
    make_reports = batch_run.make_reports

    def interrupted(*given: Any, **options: Any) -> Iterator[Any]:
        for number, made in enumerate(make_reports(*given, **options)):
            if number == 2:
                raise KeyboardInterrupt
            yield made

    monkeypatch.setattr(batch_run, "make_reports", interrupted)
    write_roster(tmp_path, students(4))
    with pytest.raises(KeyboardInterrupt):
        run_batch(roster)
    found = sorted(rows_of(tmp_path / "out").values())
    assert found == ["done", "done", "done", "unfinished"]
    monkeypatch.setattr(batch_run, "make_reports", make_reports)
    run_batch(roster)
    assert set(rows_of(tmp_path / "out").values()) == {"done"}


@pytest.mark.parametrize("name", TABLE_FILES)
def test_a_table_with_a_persons_marks_in_it_is_not_replaced(tmp_path: Path, name: str) -> None:
    roster = write_class(tmp_path, students(2))
    run_batch(roster)
    table = tmp_path / "out" / name
    with table.open("ab") as file:
        file.write(b"Ann: 1.3, well done\n")
    before = content(tmp_path / "out")
    write_roster(tmp_path, students(1))
    with pytest.raises(ConfigError, match=f"{name} .* was changed since; it is left alone"):
        run_batch(roster)
    assert content(tmp_path / "out") == before
    # The way out, and after it all goes on as ever; so it does on another machine.
    table.rename(tmp_path / "marks")
    run_batch(roster)
    run_batch(roster)
    assert table.is_file()
    assert (tmp_path / "marks").read_bytes() == before[name]
    (tmp_path / "cache").rename(tmp_path / "cache-of-before")
    run_batch(roster)


def test_a_batch_that_is_cut_off_between_its_tables_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    roster = write_class(tmp_path, students(2))
    run_batch(roster)
    write_roster(tmp_path, students(1))
    written: list[str] = []

    def cut_off(path: Path, content: bytes, **options: bool) -> None:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(path.name)
        replace_file(path, content, **options)

    with monkeypatch.context() as patch:
        patch.setattr(tables, "replace_file", cut_off)
        with pytest.raises(KeyboardInterrupt):
            run_batch(roster)
    assert len(written) == 2
    run_batch(roster)


def test_another_roster_is_refused_and_leaves_all_as_it_was(tmp_path: Path) -> None:
    first = write_class(tmp_path / "a", students(2))
    second = write_class(tmp_path / "b", ["s0,Somebody Else", "x1,X"])
    out, cache = tmp_path / "out", tmp_path / "cache"
    run_batch(first, output=out, cache_dir=cache)
    before = content(out)
    with pytest.raises(ConfigError, match="Name another folder with -o") as caught:
        run_batch(second, output=out, cache_dir=cache)
    assert caught.value.exit_code == 2
    assert str(first) in str(caught.value)
    assert str(second) in str(caught.value)
    other = second.rename(second.with_name("other.csv"))
    with pytest.raises(ConfigError, match="holds the reports of"):
        run_batch(other, output=out, cache_dir=cache)
    assert content(out) == before
    # Without the record, the roster's name tells.
    shutil.rmtree(cache)
    with pytest.raises(ConfigError, match=r"holds the reports of class\.csv"):
        run_batch(other, output=out, cache_dir=cache)


def test_a_roster_that_was_moved_with_its_reports_or_renamed_goes_on(tmp_path: Path) -> None:
    roster = write_class(tmp_path / "a", students(2))
    cache = tmp_path / "cache"
    run_batch(roster, output=tmp_path / "a" / "out", cache_dir=cache)
    (tmp_path / "a").rename(tmp_path / "moved")
    roster = tmp_path / "moved" / "class.csv"
    out = tmp_path / "moved" / "out"
    assert set(states(run_batch(roster, output=out, cache_dir=cache))) == {"up to date"}
    roster = roster.rename(roster.with_name("export-2.csv"))
    observer = Watching()
    result = run_batch(roster, observer=observer, output=out, cache_dir=cache)
    assert set(states(result)) == {"up to date"}
    assert any("was made from class.csv; it is now that of" in text for text in observer.notices)


def test_a_students_folder_is_not_replaced_by_a_build_of_another_configuration(
    tmp_path: Path,
) -> None:
    roster = write_class(tmp_path, students(2))
    run_batch(roster)
    config = tmp_path / "mine.toml"
    config.write_text((tmp_path / "report.toml").read_text("utf-8"), encoding="utf-8")
    with pytest.raises(ConfigError, match="holds the report of"):
        build_project(config, tmp_path / "cache", output=tmp_path / "out" / "s1")


def test_a_hostile_page_in_a_students_folder_is_not_up_to_date(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(2))
    run_batch(roster)
    folder = tmp_path / "out" / "s1"
    before = content(folder)
    (folder / "index.html").write_text("<script>1</script>", encoding="utf-8")
    make_manifest_agree(folder)
    assert states(run_batch(roster)) == ["up to date", "made"]
    assert content(folder) == before
    assert states(run_batch(roster, Inline())) == ["up to date", "up to date"]


def test_formats_that_are_left_out_are_kept_and_told_once(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(3))
    run_batch(roster)
    text = (tmp_path / "report.toml").read_text("utf-8").replace('["html", "md"]', '["html"]')
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    for _ in range(2):
        run_batch(roster, observer=(observer := Watching()))
        (told,) = [each for each in observer.notices if "earlier build" in each]
        assert told.startswith("in 3 reports: report.md, figures/")
    assert (tmp_path / "out" / "s2" / "report.md").is_file()
