from __future__ import annotations

from pathlib import Path

import pytest
from made_up_report import made_up_pictures, made_up_report
from small_project import Quiet, build_project, content, stand_in_for_training, write_project

from reportgen.render.markdown import render_markdown
from reportgen.report_folder import is_report_file


def test_every_file_of_a_built_report_has_a_name_of_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in_for_training(monkeypatch)
    config = write_project(tmp_path / "project")
    report = content(build_project(config, tmp_path / "cache", Quiet()).folder)
    assert {"index.html", "report.md", "weights/wide.npz"} <= set(report)
    assert [name for name in report if not is_report_file(name)] == []


def test_every_kind_of_figure_has_a_name_of_a_report() -> None:
    _, figures = render_markdown(made_up_report(), made_up_pictures())
    assert figures
    assert [name for name in figures if not is_report_file(name)] == []


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
