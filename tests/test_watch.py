"""Saving a file makes the page in the browser new; a mistake is shown and ends nothing."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from processes import running, wait_until
from small_project import (
    build_project,
    content,
    make_manifest_agree,
    replace_text,
    set_key,
    stand_in_for_training,
    write_project,
)

from reportgen.config.configuration import load_config
from reportgen.errors import StoreError
from reportgen.preview import LOOPBACK, Preview, PreviewServer, _Handler
from reportgen.publish.record import Published
from reportgen.storage.disk import TEMPORARY_PREFIX
from reportgen.watch import Watched, run_build

PATIENCE = 40.0


@dataclass
class Watching:
    """A running ``reportgen watch``."""

    process: subprocess.Popen[str]
    port: int
    project: Path
    said: str = ""

    def get(self, path: str = "/", host: str | None = None) -> tuple[int, str]:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        connection.request("GET", path, headers={"Host": host} if host else {})
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")

    def headers(self, path: str = "/") -> http.client.HTTPMessage:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        connection.request("HEAD", path)
        return connection.getresponse().headers

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
    with running(
        command, cwd=config.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith(f"preview: http://{LOOPBACK}:"), line
        watching = Watching(process, int(line.rstrip("/\n").rsplit(":", 1)[1]), config.parent)
        yield watching
        process.send_signal(signal.SIGINT)
        watching.said = process.communicate(timeout=20)[0]
    assert process.returncode == 130
    assert "Traceback" not in watching.said


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
    default = default.now()
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
    published = Published(tmp_path / "cache")
    assert Preview(tmp_path / "nowhere", published).page().count("Building") == 1
    folder = build_project(config, tmp_path / "cache").folder
    before = content(folder)
    preview = Preview(folder, published, error="error: <b>")
    page = preview.page()
    assert "script-src 'sha256-" in page.replace("&#x27;", "'").replace("&#39;", "'")
    assert "connect-src" in page.partition("</head>")[0]
    assert "default-src" in page.partition("</head>")[0]
    assert "error: &lt;b&gt;" in page
    assert preview.file("report.md") == before["report.md"]
    assert preview.file("../report.toml") is None
    assert content(folder) == before


def test_a_port_that_is_taken_is_an_error(tmp_path: Path) -> None:
    preview = Preview(tmp_path, Published(tmp_path / "cache"))
    server = PreviewServer(preview, 0)
    port = int(server.address.rstrip("/").rsplit(":", 1)[1])
    with pytest.raises(StoreError, match="--port"):
        PreviewServer(preview, port)
    server.close()


def test_a_configuration_that_is_away_for_a_moment_is_waited_for(watching: Watching) -> None:
    project = watching.project
    config, away = project / "report.toml", project / "away.toml"
    watching.wait_for(lambda page: "I looked at the images." in page)
    before = content(project / "report")
    for take_away in (lambda: config.rename(away), lambda: config.write_bytes(b"")):
        text = config.read_bytes()
        take_away()
        watching.wait_for(lambda page: "Waiting for it" in page)
        # A change that would build, while there is nothing to build.
        (project / "answers/new.md").write_text("x", encoding="utf-8")
        time.sleep(1.5)
        (project / "answers/new.md").unlink()
        assert "I looked at the images." in watching.get()[1]
        assert content(project / "report") == before
        away.write_bytes(text)
        away.replace(config)
        watching.wait_for(lambda page: "Waiting for it" not in page)
    set_key(config, 'title = "Back again"')
    watching.wait_for(lambda page: "Back again" in page)


def test_a_browser_that_goes_away_is_not_told_of(watching: Watching) -> None:
    """The fixture looks for a traceback among what the program has said."""
    watching.wait_for(lambda page: "I looked at the images." in page)
    for _ in range(5):
        gone = socket.create_connection((LOOPBACK, watching.port), timeout=10)
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        gone.sendall(f"GET / HTTP/1.1\r\nHost: {LOOPBACK}:{watching.port}\r\n\r\n".encode())
        gone.close()  # at once, and with a reset
    assert "I looked at the images." in watching.get()[1]


def test_the_preview_says_what_a_page_may_do(watching: Watching) -> None:
    watching.wait_for(lambda page: "I looked at the images." in page)
    page = watching.headers()
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert "connect-src 'self'" in page["Content-Security-Policy"]
    for path in ("/", "/state", "/evidence.json", "/report.md", "/nowhere"):
        headers = watching.headers(path)
        assert headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
        assert headers["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in watching.headers("/evidence.json")["Content-Security-Policy"]


def test_only_what_was_made_here_is_shown(tmp_path: Path, quick_training: None) -> None:
    folder = build_project(write_project(tmp_path / "project"), tmp_path / "cache").folder
    ours = Preview(folder, Published(tmp_path / "cache"))
    # The same folder, as another person's: handed in, and never built here.
    handed_in = Preview(folder, Published(tmp_path / "other"))
    assert "I looked at the images." in ours.page()
    assert ours.file("report.md") == (folder / "report.md").read_bytes()
    assert "I looked at the images." not in handed_in.page()
    assert handed_in.file("report.md") is None

    markdown = (folder / "report.md").read_bytes()
    (folder / "report.md").unlink()
    (tmp_path / "secret").write_bytes(markdown)
    (folder / "report.md").symlink_to(tmp_path / "secret")
    assert ours.file("report.md") is None

    page = folder / "index.html"
    page.write_bytes(page.read_bytes().replace(b"</body>", b"<script>stolen()</script></body>"))
    assert "stolen()" not in ours.page()
    make_manifest_agree(folder)
    assert "stolen()" not in ours.page()
    assert ours.file("evidence.json") is None


def test_a_connection_that_says_nothing_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _Handler.timeout <= 30
    monkeypatch.setattr(_Handler, "timeout", 0.2)
    server = PreviewServer(Preview(tmp_path, Published(tmp_path / "cache")), 0)
    port = int(server.address.rstrip("/").rsplit(":", 1)[1])
    try:
        with socket.create_connection((LOOPBACK, port), timeout=20) as silent:
            assert silent.recv(1) == b""
    finally:
        server.close()


def test_a_configuration_that_appears_has_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    watched = Watched.find(None, None, None, [])
    assert (watched.lack(), watched.command()[4:6]) == ("", ["--output", str(watched.output)])
    config = tmp_path / "report.toml"
    config.write_text("", encoding="utf-8")  # nothing needs to be in it
    watched = watched.now()
    assert (watched.lack(), watched.output.name) == ("", load_config(config).slug)
    config.write_text("seed = 1\n", encoding="utf-8")
    watched = watched.now()
    config.write_text("", encoding="utf-8")
    assert "is empty" in watched.now().lack()
    config.unlink()
    assert "is not there" in watched.now().lack()
    assert watched.now().output.name != "fashion-and-digits"
    assert str(config) in watched.now().command()
