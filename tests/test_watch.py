"""Saving a file makes the page in the browser new; a mistake is shown and ends nothing."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from small_project import (
    build_project,
    content,
    quick_training,
    replace_text,
    stand_in_for_training,
    write_project,
)

from reportgen.config import load_config
from reportgen.disk import TEMPORARY_PREFIX
from reportgen.errors import StoreError
from reportgen.preview import LOOPBACK, Preview, PreviewServer
from reportgen.watch import Watched, run_build

__all__ = ["quick_training"]
PATIENCE = 40.0


@dataclass
class Watching:
    """A running ``reportgen watch``."""

    process: subprocess.Popen[str]
    port: int
    project: Path

    def get(self, path: str = "/", host: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        connection.request("GET", path, headers={"Host": host} if host else {})
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")

    def wait_for(self, condition: Callable[[str], bool]) -> str:
        """The page, once it is as expected."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            page = self.get()[1]
            if condition(page):
                return page
            time.sleep(0.1)
        raise AssertionError(f"the page did not become as expected: {self.get('/state')[1]}")


@pytest.fixture
def watching(tmp_path: Path, isolated_cache_dir: Path) -> Iterator[Watching]:
    """The small project under watch; its trainings are in the store already."""
    config = write_project(tmp_path / "project")
    with pytest.MonkeyPatch.context() as patch:
        stand_in_for_training(patch)
        build_project(config, isolated_cache_dir)
    command = [sys.executable, "-m", "reportgen", "watch", "-o", "report"]
    with subprocess.Popen(
        command, cwd=config.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith(f"preview: http://{LOOPBACK}:"), line
        yield Watching(process, int(line.rstrip("/\n").rsplit(":", 1)[1]), config.parent)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 130


def test_what_is_saved_is_on_the_page(watching: Watching) -> None:
    project = watching.project
    watching.wait_for(lambda page: "I looked at the images." in page)
    version = json.loads(watching.get("/state")[1])["version"]
    replace_text(project / "answers/which.md", "I looked at", "I admired")
    page = watching.wait_for(lambda page: "I admired the images." in page)
    assert json.loads(watching.get("/state")[1]) != {"version": version, "error": ""}
    published = (project / "report" / "index.html").read_text(encoding="utf-8")
    assert "/state" in page
    assert "/state" not in published

    replace_text(project / "strokes-assignment/which.md", "The difference", "{{ nonsense }} The")
    watching.wait_for(lambda page: "error:" in page)
    state = json.loads(watching.get("/state")[1])
    assert state["error"].startswith("error: which.md, line ")
    assert "nonsense" in state["error"]
    assert "I admired the images." in watching.get()[1]

    (project / "report.toml").write_text("title = [", encoding="utf-8")
    watching.wait_for(lambda page: "not TOML" in page or "TOML" in page)
    write = (project / "strokes-assignment/which.md").write_text
    write("All is well again.\n", encoding="utf-8")
    config = 'title = "Mended"\nassignment = "./strokes-assignment"\n'
    config += '[datasets.strokes]\nnpz = "strokes.npz"\nclass_names = ["dash", "pole", "ring"]\n'
    config += '[output]\nformats = ["html"]\n'
    (project / "report.toml").write_text(config, encoding="utf-8")
    page = watching.wait_for(lambda page: "All is well again." in page and "Mended" in page)
    watching.wait_for(lambda page: "error:" not in page)

    port = watching.port
    assert watching.get(host=f"localhost:{port}")[0] == 200
    for host in (f"evil.example:{port}", "evil.example", f"{LOOPBACK}:{port + 1}", LOOPBACK):
        assert watching.get(host=host)[0] == 403
    for path in ("/../report.toml", "/%2e%2e/report.toml", "//etc/passwd", "/manifest.json/.."):
        assert watching.get(path)[0] == 404
    status, evidence = watching.get("/evidence.json")
    assert status == 200
    assert json.loads(evidence)["report"]["title"] == "Mended"


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_watch_ends_with_the_build_that_it_has_begun(watching: Watching) -> None:
    watching.wait_for(lambda page: "I looked at the images." in page)
    config = watching.project / "report.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(f"seed = 5\n{text}[models.wide]\nepochs = 1000\n", encoding="utf-8")
    watched = psutil.Process(watching.process.pid)
    wait_until(lambda: bool(watched.children()))
    builds = watched.children(recursive=True)
    watching.process.send_signal(signal.SIGTERM)
    assert watching.process.wait(20) == 130
    wait_until(lambda: not any(map(psutil.Process.is_running, builds)))
    assert list(watching.project.rglob(f"{TEMPORARY_PREFIX}*")) == []


def made_watched(tmp_path: Path, config: str | None = "report.toml") -> Watched:
    path = tmp_path / config if config else None
    return Watched.find(path, None, tmp_path / "out", ["--seed", "1"])


def test_the_files_that_a_report_is_made_from_are_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = write_project(tmp_path / "project")
    watched = made_watched(config.parent)
    assert watched.own_assignment() == config.parent / "strokes-assignment"
    folders = watched.folders()
    assert {config.parent, config.parent / "answers"} <= set(folders)
    assert any(folder.name == "fonts" for folder in folders)
    root = config.parent
    for name in ("report.toml", "answers", "answers/new.md", "strokes-assignment/assignment.toml"):
        assert watched.matters(root / name), name
    for name in ("report", "strokes.npz", ".report.toml.swp", "answers/which.md~", "notes.txt"):
        assert not watched.matters(root / name), name


def test_a_configuration_that_is_not_there_is_named_or_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    named = made_watched(tmp_path, "missing.toml")
    assert str(tmp_path / "missing.toml") in named.command()
    default = Watched.find(None, None, None, [])
    assert default.output == tmp_path / "reports" / "fashion-and-digits"
    assert not any("report.toml" in word for word in default.command())
    (tmp_path / "report.toml").write_text("", encoding="utf-8")
    assert str(tmp_path / "report.toml") in default.command()
    assert load_config(default.config).slug == tmp_path.name.replace("_", "-")


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("pass", ""),
        ("import sys; sys.exit('first\\nerror: it broke\\nmore')", "error: it broke\nmore"),
        ("import sys; sys.exit(3)", "the build ended with exit code 3"),
        ("import os; print('x', flush=True); os.kill(os.getpid(), 9)", "x"),
    ],
    ids=["done", "an error", "silent", "killed"],
)  # fmt: skip
def test_what_a_build_failed_with_is_its_error(program: str, expected: str) -> None:
    lines: list[str] = []
    assert run_build([sys.executable, "-c", program], lines.append) == expected


def test_the_preview_adds_a_script_that_the_pages_policy_allows(
    tmp_path: Path, quick_training: None
) -> None:
    config = write_project(tmp_path / "project")
    assert Preview(tmp_path / "nowhere").page().count("Building") == 1
    folder = build_project(config, tmp_path / "cache").folder
    before = content(folder)
    preview = Preview(folder, error="error: <b>")
    page = preview.page()
    assert "script-src 'sha256-" in page.replace("&#x27;", "'").replace("&#39;", "'")
    assert "connect-src" in page.partition("</head>")[0]
    assert "default-src" in page.partition("</head>")[0]
    assert "error: &lt;b&gt;" in page
    assert preview.file("report.md") == before["report.md"]
    assert preview.file("../report.toml") is None
    assert content(folder) == before


def test_a_port_that_is_taken_is_an_error(tmp_path: Path) -> None:
    server = PreviewServer(Preview(tmp_path), 0)
    port = int(server.address.rstrip("/").rsplit(":", 1)[1])
    with pytest.raises(StoreError, match="--port"):
        PreviewServer(Preview(tmp_path), port)
    server.close()
