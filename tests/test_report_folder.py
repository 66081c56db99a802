from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from made_up_report import made_up_report, written_in
from small_project import Quiet, build_project, content, stand_in_for_training, write_project

from reportgen.pipeline.stored_results import is_sound
from reportgen.report_folder import FORMATS, Format, format_of, is_report_file
from reportgen.site.texts import texts_of
from reportgen.verify.rerender import _compare


def test_every_file_of_a_built_report_has_a_name_of_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in_for_training(monkeypatch)
    config = write_project(tmp_path / "project")
    report = content(build_project(config, tmp_path / "cache", Quiet()).folder)
    assert {"index.html", "report.md", "weights/wide.npz"} <= set(report)
    assert [name for name in report if not is_report_file(name)] == []


@pytest.fixture(params=FORMATS)
def made_in(request: pytest.FixtureRequest) -> Format:
    return FORMATS[request.param]


def test_a_format_writes_files_of_its_own_the_same_each_time(made_in: Format) -> None:
    files = written_in(made_in, made_up_report())
    assert written_in(made_in, made_up_report()) == files
    assert {format_of(name) for name in files} == {made_in}
    assert all(map(is_report_file, files))


def test_a_damaged_document_in_the_store_is_told(made_in: Format) -> None:
    files = written_in(made_in, made_up_report())
    assert is_sound(made_in.name, {}, files)
    assert not is_sound(made_in.name, {}, {})
    assert not is_sound(made_in.name, {}, {**files, "other": b"x"})
    assert not is_sound(made_in.name, {}, {**files, made_in.file: b"\xff"})


def test_a_name_is_found_in_every_format(made_in: Format) -> None:
    def finds(author: str, name: str) -> bool:
        document = written_in(made_in, made_up_report(author=author))[made_in.file]
        return any(name in text for text in texts_of(made_in.file, document))

    assert finds("Łada Lovelace", "Łada Lovelace")
    assert not finds("Grace Hopper", "Łada Lovelace")


def test_verify_finds_other_words_in_every_format(made_in: Format) -> None:
    def beside(report: Any) -> Any:
        return SimpleNamespace(files=written_in(made_in, report), report=report, is_folder=True)

    ours, theirs = made_up_report(), made_up_report(author="A forged author.")
    found = _compare(made_in.file, beside(theirs), beside(ours))
    assert any("forged" in each.text for each in found.words)


@pytest.mark.parametrize(
    "name",
    [
        *("grades.txt", "figures/mine.png", "figures/figure-01.psd", "figures/a/figure-01.png"),
        *("weights/link/evil.npz", "weights/../evil.npz", "weights/Wide.npz", "weights/.npz"),
        *("index.html/", "./index.html", "INDEX.HTML", "index.html\n", "weights/wide.npz\n", ""),
    ],
)
def test_any_other_name_is_a_persons(name: str) -> None:
    assert not is_report_file(name)
