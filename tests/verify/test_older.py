"""Files that no build of now has made: told as such, and never a reason to pass."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest
from small_project import Quiet

from reportgen.datasets.sources import Search
from reportgen.errors import MismatchError, RenderError
from reportgen.evidence.files import load_record
from reportgen.pipeline.from_evidence import render_evidence
from reportgen.verify.verify import check_submission, verify_report


def found_in(folder: Path) -> dict[str, str]:
    """What differs, by its place."""
    levels = check_submission(folder).levels
    return {each.place: each.text for level in levels for each in level.differences}


def test_a_document_of_an_earlier_build_is_a_mismatch(
    folder: Path, search: Search, tmp_path: Path
) -> None:
    render_evidence(folder, folder, ["html"], tmp_path / "cache", Quiet())
    found = found_in(folder)
    assert {"report.md", "report.pdf"} <= set(found)
    assert all("is of an earlier build, and was not compared" in text for text in found.values())
    with pytest.raises(MismatchError) as caught:
        verify_report(folder, search, Quiet()).require_agreement()
    assert caught.value.exit_code == 3
    # The way out: all formats again.
    render_evidence(folder, folder, None, tmp_path / "cache", Quiet())
    assert found_in(folder) == {}


@pytest.mark.parametrize("name", ["index.html", "report.pdf", "report.md", "evidence.json"])
def test_a_report_that_calls_its_files_older_does_not_pass(folder: Path, name: str) -> None:
    """Whatever is called older, a change of it or the word itself is found."""
    if name != "evidence.json":
        (folder / name).write_bytes((folder / name).read_bytes() + b"<script>1</script>")
    path = folder / "manifest.json"
    manifest = json.loads(path.read_bytes())
    path.write_text(json.dumps({**manifest, "older": [name]}), encoding="utf-8")
    found = found_in(folder)
    if name == "evidence.json":
        assert found == {}  # it is compared as ever
    else:
        assert "earlier build" in found[name]


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini"])
def test_what_a_file_manager_leaves_is_no_part_of_a_report(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\0")
    (folder / "figures" / name).write_bytes(b"\0")
    assert found_in(folder) == {}
    (folder / f"{name}.html").write_bytes(b"\0")
    assert list(found_in(folder)) == [f"{name}.html"]


def test_what_is_no_report_is_told_with_the_way_out(
    folder: Path, search: Search, tmp_path: Path
) -> None:
    def told(place: Path) -> str:
        with pytest.raises(RenderError) as caught:
            verify_report(place, search, Quiet())
        return str(caught.value)

    alone = tmp_path / "handed in" / "Ann's report.pdf"
    alone.parent.mkdir()
    shutil.copy(folder / "report.pdf", alone)
    *_, command = told(alone.parent).split("reportgen verify ")
    assert shlex.split(command) == [str(alone)]
    verify_report(alone, search, Quiet()).require_agreement()
    assert told(folder / "index.html").endswith(
        "index.html is no PDF. Name a report's folder or its PDF."
    )
    alone.write_bytes(alone.read_bytes()[:60_000])
    assert "is damaged or truncated (" in told(alone)
    assert "0x" not in told(alone)
    with pytest.raises(RenderError, match="Name a report's folder, or its evidence"):
        load_record(folder / "report.pdf")
