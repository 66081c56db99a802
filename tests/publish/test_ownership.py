"""A report is not replaced by another configuration's, and is kept up to date by its own."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from places import SUPPORT
from small_project import (
    Quiet,
    build_project,
    content,
    make_manifest_agree,
    replace_text,
    set_key,
    write_project,
)

from reportgen.cache import clear_cache
from reportgen.errors import ConfigError
from reportgen.pipeline.from_evidence import render_evidence
from reportgen.publish.folder import MANIFEST_FILE
from reportgen.publish.manifest import read_manifest
from reportgen.publish.record import RECORD_FILE, Published
from reportgen.storage.disk import sha256

pytestmark = pytest.mark.usefixtures("quick_training")

# A folder handed in: built on another machine, so that nothing here has a record of it.
ELSEWHERE = "elsewhere"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The folder that two projects are built into."""
    return tmp_path / "out"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def project(folder: Path, author: str) -> Path:
    return write_project(folder, author=author)


def author_in(folder: Path) -> str:
    return str(json.loads((folder / "evidence.json").read_bytes())["report"]["author"])


def forge(folder: Path, name: str, change: bytes) -> None:
    """Change a file of a report, and the manifest so that it agrees."""
    (folder / name).write_bytes((folder / name).read_bytes() + change)
    make_manifest_agree(folder)


def test_another_configurations_report_is_refused_before_anything_is_done(
    tmp_path: Path, out: Path, cache: Path
) -> None:
    ann, bo = project(tmp_path / "a/hw1", "Ann"), project(tmp_path / "b/hw1", "Bo")
    build_project(ann, cache, output=out)
    before = content(out)
    with pytest.raises(ConfigError, match="Name another folder with -o") as caught:
        build_project(bo, cache, output=out)
    assert caught.value.exit_code == 2
    for config in (ann, bo):
        assert str(config) in str(caught.value)
    assert content(out) == before
    # The way out leads to two reports, and the first is still its owner's.
    build_project(bo, cache, output=tmp_path / "out-2")
    assert author_in(tmp_path / "out-2") == "Bo"
    assert build_project(ann, cache, output=out).up_to_date


@pytest.mark.parametrize("line", ['title = "New"', 'author = "Bo"', "seed = 5"])
def test_an_edited_configuration_builds_again(
    tmp_path: Path, out: Path, cache: Path, line: str
) -> None:
    config = project(tmp_path / "hw1", "Ann")
    build_project(config, cache, output=out)
    set_key(config, line)
    assert not build_project(config, cache, output=out).up_to_date
    shutil.rmtree(cache / "v1")
    set_key(config, "seed = 6")
    assert not build_project(config, cache, output=out).up_to_date


def test_a_project_can_be_moved_with_its_report_or_without(tmp_path: Path, cache: Path) -> None:
    config = project(tmp_path / "hw1", "Ann")
    build_project(config, cache)
    (tmp_path / "hw1").rename(tmp_path / "hw2")
    config = tmp_path / "hw2" / "report.toml"
    assert build_project(config, cache).up_to_date
    moved = config.rename(tmp_path / "hw2" / "mine.toml")
    set_key(moved, 'title = "New"')
    assert not build_project(moved, cache).up_to_date


def test_a_configuration_is_known_by_any_of_its_names(tmp_path: Path, cache: Path) -> None:
    config = project(tmp_path / "real" / "hw1", "Ann")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "link").symlink_to(tmp_path / "real")
    build_project(config, cache, output=tmp_path / "out")
    alias = tmp_path / "deep" / "er" / "link" / "hw1" / "report.toml"
    assert build_project(alias, cache, output=tmp_path / "out").up_to_date
    set_key(config, "seed = 2")
    assert not build_project(alias, cache, output=tmp_path / "out").up_to_date
    # Through the link, too, the other's is known: nothing but the file tells the two apart.
    other = project(tmp_path / "real" / "hw2", "Ann")
    build_project(alias, cache, output=tmp_path / "deep" / "er" / "link" / "out")
    with pytest.raises(ConfigError, match="holds the report of"):
        build_project(other, cache, output=tmp_path / "real" / "out")


def test_the_cache_folder_may_be_the_one_around_the_report(tmp_path: Path) -> None:
    config = project(tmp_path / "one", "A. Student")
    child = multiprocessing.get_context("fork").Process(
        target=build_project, args=(config, tmp_path), kwargs={"output": tmp_path / "out"}
    )
    child.start()
    child.join(60)
    assert child.exitcode == 0  # and not None, as of one that waits for itself
    assert author_in(tmp_path / "out") == "A. Student"


def test_configurations_that_say_the_same_are_two_even_after_the_cache_is_cleared(
    tmp_path: Path, out: Path, cache: Path
) -> None:
    ann, bo = project(tmp_path / "hw1", "Ann"), project(tmp_path / "hw2", "Ann")
    build_project(ann, cache, output=out)
    with pytest.raises(ConfigError, match="holds the report of"):
        build_project(bo, cache, output=out)
    clear_cache(cache)
    with pytest.raises(ConfigError, match="holds the report of"):
        build_project(bo, cache, output=out)
    assert build_project(ann, cache, output=out).up_to_date


def test_without_the_record_evidence_tells_whose_a_report_is(
    tmp_path: Path, out: Path, cache: Path
) -> None:
    ann, bo = project(tmp_path / "hw1", "Ann"), project(tmp_path / "hw2", "Bo")
    build_project(ann, cache, output=out)
    shutil.rmtree(cache)
    with pytest.raises(ConfigError, match="its author is Ann, not Bo") as caught:
        build_project(bo, cache, output=out)
    assert len(str(caught.value).splitlines()) <= 5
    set_key(ann, 'title = "New"')
    build_project(ann, cache, output=out)
    assert author_in(out) == "Ann"
    (out / "evidence.json").unlink()
    shutil.rmtree(cache)
    with pytest.raises(ConfigError, match=r"has no evidence\.json"):
        build_project(ann, cache, output=out)


def test_render_does_not_replace_another_report(tmp_path: Path, out: Path, cache: Path) -> None:
    ann, bo = project(tmp_path / "hw1", "Ann"), project(tmp_path / "hw2", "Bo")
    a, b = build_project(ann, cache).folder, build_project(bo, cache).folder
    with pytest.raises(ConfigError, match="its author is Bo, not Ann"):
        render_evidence(a, b, None, cache, Quiet())
    render_evidence(a, out, None, cache, Quiet())
    render_evidence(a, out, ["html"], cache, Quiet())
    render_evidence(a, a, None, cache, Quiet())
    assert author_in(a) == author_in(out) == "Ann"
    assert not build_project(ann, cache).up_to_date


def test_a_hostile_page_is_not_up_to_date_though_its_manifest_agrees(
    tmp_path: Path, cache: Path
) -> None:
    config = project(tmp_path / "hw1", "Ann")
    folder = build_project(config, cache).folder
    before = content(folder)
    assert build_project(config, cache).up_to_date
    forge(folder, "index.html", b"<script>alert(1)</script>")
    result = build_project(config, cache, observer := Quiet())
    assert not result.up_to_date
    assert any("was not made here, or was changed" in text for text in observer.notices)
    assert content(folder) == before
    assert build_project(config, cache).up_to_date


def test_a_folder_of_another_machine_is_built_again(tmp_path: Path, cache: Path) -> None:
    config = project(tmp_path / "hw1", "Ann")
    build_project(config, tmp_path / ELSEWHERE)
    assert not build_project(config, cache).up_to_date
    assert build_project(config, cache).up_to_date


def test_formats_that_are_left_out_are_kept_and_marked(tmp_path: Path, cache: Path) -> None:
    config = project(tmp_path / "hw1", "Ann")
    folder = build_project(config, cache).folder
    old = content(folder)
    figures = {name for name in old if name.startswith("figures/")}
    assert len(figures) > 1
    set_key(config, 'title = "A new title"')
    replace_text(config, '["html", "md"]', '["html"]')
    for up_to_date in (False, True):
        result = build_project(config, cache, observer := Quiet())
        assert result.up_to_date is up_to_date
        assert any("report.md, figures/: of an earlier build" in text for text in observer.notices)
        assert set(result.older) == {"report.md", *figures}
        assert set(result.files) == set(content(folder))
    now = content(folder)
    assert {name: now[name] for name in result.older} == {name: old[name] for name in result.older}
    assert b"A new title" in now["index.html"]
    manifest = json.loads(now[MANIFEST_FILE])
    assert set(manifest["older"]) == set(result.older)
    for name, entry in manifest["files"].items():
        assert entry == {"size": len(now[name]), "sha256": sha256(now[name])}
    # Older stays older, and a build of all formats makes everything anew.
    set_key(config, "seed = 3")
    assert set(build_project(config, cache).older) == set(result.older)
    replace_text(config, '["html"]', '["html", "md"]')
    assert build_project(config, cache).older == ()
    assert "older" not in json.loads((folder / MANIFEST_FILE).read_bytes())
    assert b"A new title" in (folder / "report.md").read_bytes()


def test_an_older_document_that_a_person_removed_stays_away(tmp_path: Path, cache: Path) -> None:
    config = project(tmp_path / "hw1", "Ann")
    folder = build_project(config, cache).folder
    replace_text(config, '["html", "md"]', '["html"]')
    build_project(config, cache)
    (folder / "report.md").unlink()
    shutil.rmtree(folder / "figures")
    assert build_project(config, cache).older == ()
    assert not (folder / "report.md").exists()
    assert build_project(config, cache).up_to_date


def test_the_record_is_private_bounded_and_read_though_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = [f"{number:064x}" for number in range(40)]
    record = Published(tmp_path / "cache")
    assert not record.has(digests[0])
    record.add(digests[0], "../a\n b.toml")
    record.add(digests[0], "../c.toml")
    file = tmp_path / "cache" / RECORD_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    other = Published(tmp_path / "cache")
    assert other.origins(digests[0]) == ("../a\n b.toml", "../c.toml")
    before = file.read_bytes()
    other.add(digests[0], "../c.toml")
    assert file.read_bytes() == before
    file.write_bytes(before + digests[1].encode()[:30])
    record.add(digests[2], "")
    assert [record.has(digest) for digest in digests[:3]] == [True, False, True]
    monkeypatch.setattr("reportgen.publish.record.MAX_BYTES", 1000)
    for digest in digests:
        other.add(digest, "x.toml")
    assert file.stat().st_size <= 1000
    assert record.has(digests[-1])
    assert not record.has(digests[3])


def test_a_configuration_that_cannot_be_looked_for_is_gone(tmp_path: Path, cache: Path) -> None:
    config = project(tmp_path / "hw1", "Ann")
    folder = build_project(config, cache).folder
    digest = sha256((folder / MANIFEST_FILE).read_bytes())
    for origin in ("x" * 5000, "\\u0000", "\\ud800"):
        (cache / RECORD_FILE).write_text(f'{digest} "{origin}"\n', encoding="ascii")
        build_project(config, cache)


def test_the_folder_says_nothing_of_this_machine(tmp_path: Path, cache: Path) -> None:
    first = build_project(project(tmp_path / "one/hw1", "Ann"), cache).folder
    second = build_project(project(tmp_path / "other" / "place", "Ann"), cache).folder
    assert content(first) == content(second)
    found = read_manifest(first)
    assert found is not None
    assert set(Published(cache).origins(found.digest)) == {"../report.toml"}


def test_the_command_builds_two_projects_of_init(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(SUPPORT / "small_project.py"), *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env=dict(os.environ),
        )

    for name in ("hw1", "hw2"):
        project(tmp_path / name, name)
        done = run("build", f"{name}/report.toml", "--quiet")
        assert done.returncode == 0, done.stderr
    assert author_in(tmp_path / "reports/hw1") == "hw1"
    assert author_in(tmp_path / "reports/hw2") == "hw2"
    done = run("build", "hw2/report.toml", "-o", "reports/hw1")
    assert done.returncode == 2
    assert done.stderr.startswith("error: reports/hw1 holds the report of hw1/report.toml, ")
    assert "hw2/report.toml" in done.stderr
    assert "-o" in done.stderr
