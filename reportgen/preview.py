"""A report on loopback while it is being written: the page, its files, and what went wrong.

The page is the published one with a script more, which asks every moment whether there is
something new. The script is added on the way to the browser and is in no file.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import threading
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from reportgen.disk import sha256
from reportgen.errors import StoreError
from reportgen.publish import load_manifest
from reportgen.reading import read_inside
from reportgen.report_folder import MAX_FILE_BYTES

LOOPBACK = "127.0.0.1"
_PAGE = "index.html"
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(">)')
# Styles go through the object model: the page's policy does not allow style attributes.
_SCRIPT = """
(() => {
  const note = document.createElement("pre");
  note.id = "reportgen-preview";
  note.setAttribute("role", "alert");
  Object.assign(note.style, {position: "fixed", inset: "0 0 auto 0", zIndex: "1000", margin: "0",
    padding: "12px 20px", maxHeight: "50vh", overflow: "auto", whiteSpace: "pre-wrap",
    font: "14px/1.5 monospace", color: "#fff", background: "#8c1d18"});
  const show = (text) => {
    note.textContent = text;
    if (text) document.body.append(note); else note.remove();
  };
  const version = document.currentScript.dataset.version;
  const ask = async () => {
    try {
      const state = await (await fetch("/state", {cache: "no-store"})).json();
      if (state.version !== version) location.reload();
      show(state.error);
    } catch {
      show("reportgen watch is not running any more.");
    }
    setTimeout(ask, 400);
  };
  ask();
})();
"""
_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_EMPTY = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>reportgen watch</title></head>
<body><p>{text}</p></body></html>
"""


@dataclass
class Preview:
    """What the browser is shown.

    Attributes:
        folder: the report's folder, which need not be there yet.
        error: what the last build failed with, or empty.
    """

    folder: Path
    error: str = ""

    def page(self) -> str:
        """The page with the script, and with the error where there is one."""
        published = self._published()
        if published is None:
            text = _EMPTY.format(text="There is no report yet." if self.error else "Building ...")
        else:
            text = _POLICY.sub(_with_script_allowed, published.decode(), count=1)
        note = f"<noscript><pre>{html.escape(self.error)}</pre></noscript>" if self.error else ""
        head, end, tail = text.rpartition("</body>")
        script = f'<script data-version="{_version(published)}">{_SCRIPT}</script>'
        return f"{head}{note}{script}{end}{tail}"

    def state(self) -> dict[str, str]:
        """What the script asks for: ``version`` changes when the page does."""
        return {"version": _version(self._published()), "error": self.error}

    def file(self, name: str) -> bytes | None:
        """A file of the report, if it has one of that name."""
        manifest = load_manifest(self.folder)
        if manifest is None or name not in manifest["files"]:
            return None
        try:
            return read_inside(self.folder, name, MAX_FILE_BYTES)
        except OSError:
            return None

    def _published(self) -> bytes | None:
        try:
            return read_inside(self.folder, _PAGE, MAX_FILE_BYTES)
        except OSError:
            return None


def _version(published: bytes | None) -> str:
    return sha256(published or b"")


def _with_script_allowed(policy: re.Match[str]) -> str:
    """The page's policy, with our script and its questions to this server added."""
    rules = [rule.split() for rule in html.unescape(policy[2]).split(";") if rule.split()]
    by_name = {name: values for name, *values in rules}
    by_name["script-src"] = [*by_name.get("script-src", []), f"'sha256-{_HASH}'"]
    by_name["connect-src"] = [*by_name.get("connect-src", []), "'self'"]
    written = "; ".join(" ".join([name, *values]) for name, values in by_name.items())
    return policy[1] + html.escape(written) + policy[3]


class PreviewServer:
    """Serves a preview on 127.0.0.1 from a thread of its own."""

    def __init__(self, preview: Preview, port: int) -> None:
        """Begin to serve; port 0 takes one that is free.

        Raises:
            StoreError: the port is taken.
        """
        try:
            self._server = _Server((LOOPBACK, port), _Handler)
        except OSError as error:
            raise StoreError(
                f"cannot serve on port {port}: {error.strerror}.\n"
                "Name another port with --port, or none to take a free one."
            ) from None
        self._server.preview = preview
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{LOOPBACK}:{self._server.server_port}/"

    def close(self) -> None:
        """End at once."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    preview: Preview


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        # A page elsewhere whose name was made to lead here is told nothing.
        port = self.server.server_port
        if self.headers.get("Host") not in (f"{LOOPBACK}:{port}", f"localhost:{port}"):
            self._answer(HTTPStatus.FORBIDDEN, b"", "text/plain")
            return
        preview, path = self.server.preview, unquote(urlsplit(self.path).path)
        if path in ("/", f"/{_PAGE}"):
            self._answer(HTTPStatus.OK, preview.page().encode(), "text/html; charset=utf-8")
        elif path == "/state":
            state = json.dumps(preview.state()).encode()
            self._answer(HTTPStatus.OK, state, "application/json")
        elif (content := preview.file(path.removeprefix("/"))) is not None:
            media = guess_type(path)[0] or "application/octet-stream"
            self._answer(HTTPStatus.OK, content, media)
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"no such file in the report\n", "text/plain")

    do_HEAD = do_GET  # noqa: N815

    def _answer(self, status: HTTPStatus, content: bytes, media: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing: the terminal shows builds."""
