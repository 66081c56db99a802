"""Serves a report on 127.0.0.1 while its author writes: the page, its files, build errors.

The page is the published one with one more script, which asks every 0.4 s whether there is
something new. The server adds the script; no file contains it. Only what this program published
is shown: a page that somebody else put into the folder could run anything.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import html
import json
import re
import sys
import threading
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from reportgen.errors import StoreError
from reportgen.publish.manifest import read_listed, read_manifest
from reportgen.publish.record import Published
from reportgen.report_folder import HTML
from reportgen.storage.disk import sha256

LOOPBACK = "127.0.0.1"
_PAGE = HTML.file
_POLICY = re.compile(r'(<meta http-equiv="Content-Security-Policy" content=")([^"]*)(">)')
# It sets styles through the DOM: the page's policy forbids style attributes.
_SCRIPT = "\n" + Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
_HASH = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
_NOTHING = "default-src 'none'"
_EMPTY = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>reportgen watch</title>
<meta http-equiv="Content-Security-Policy" content="{_NOTHING}"></head>
<body><p>{{text}}</p></body></html>
"""
# Only a header can forbid other pages to frame this one; a page's own policy cannot.
_NOT_FRAMED = "frame-ancestors 'none'"
_STYLED = f"{_NOTHING}; style-src 'unsafe-inline'"  # SVG pictures contain styles
_TIMEOUT_S = 10
_ATTEMPTS = 2


@dataclass
class Preview:
    """What the browser shows.

    Attributes:
        folder: the report's folder, which need not exist yet.
        published: the record of what was made here.
        error: the last build's error message, or empty.
    """

    folder: Path
    published: Published
    error: str = ""

    def page(self) -> str:
        """The page with the script, and with the error where there is one."""
        published = self.file(_PAGE)
        if published is None:
            text = _EMPTY.format(text="There is no report yet." if self.error else "Building ...")
        else:
            text = published.decode()
        text = _POLICY.sub(_with_script_allowed, text, count=1)
        note = f"<noscript><pre>{html.escape(self.error)}</pre></noscript>" if self.error else ""
        head, end, tail = text.rpartition("</body>")
        script = f'<script data-version="{_version(published)}">{_SCRIPT}</script>'
        return f"{head}{note}{script}{end}{tail}"

    def state(self) -> dict[str, str]:
        """What the script asks for: ``version`` changes when the page does."""
        return {"version": _version(self.file(_PAGE)), "error": self.error}

    def file(self, name: str) -> bytes | None:
        """The content of a file of the report as it was published, or None."""
        for _ in range(_ATTEMPTS):  # a build may replace the report meanwhile
            manifest = read_manifest(self.folder)
            if manifest is None or not self.published.has(manifest.digest):
                return None
            if name not in manifest.about["files"] or name in manifest.older:
                return None
            with contextlib.suppress(OSError):
                return read_listed(self.folder, manifest.about, name)
        return None


def policy_of(page: str) -> str:
    """A page's content security policy, or else one that forbids everything."""
    policy = _POLICY.search(page)
    return html.unescape(policy[2]) if policy else _NOTHING


def _version(published: bytes | None) -> str:
    return sha256(published or b"")


def _with_script_allowed(policy: re.Match[str]) -> str:
    """The page's policy, with our script and its requests to this server added."""
    rules = [rule.split() for rule in html.unescape(policy[2]).split(";") if rule.split()]
    by_name = {name: values for name, *values in rules}
    by_name["script-src"] = [*by_name.get("script-src", []), f"'sha256-{_HASH}'"]
    by_name["connect-src"] = [*by_name.get("connect-src", []), "'self'"]
    written = "; ".join(" ".join([name, *values]) for name, values in by_name.items())
    return policy[1] + html.escape(written) + policy[3]


class PreviewServer:
    """Serves a preview on 127.0.0.1 in a background thread."""

    def __init__(self, preview: Preview, port: int) -> None:
        """Begin to serve; port 0 takes a free port.

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
        """The page's URL."""
        return f"http://{LOOPBACK}:{self._server.server_port}/"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    preview: Preview

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a closed connection: the browser has reloaded the page, or was closed."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _TIMEOUT_S

    def do_GET(self) -> None:
        # Refuse DNS rebinding: another site's page whose host name was made to lead here.
        port = self.server.server_port
        if self.headers.get("Host") not in (f"{LOOPBACK}:{port}", f"localhost:{port}"):
            self._answer(HTTPStatus.FORBIDDEN, b"", "text/plain")
            return
        preview, path = self.server.preview, unquote(urlsplit(self.path).path)
        if path in ("/", f"/{_PAGE}"):
            page = preview.page()
            media = "text/html; charset=utf-8"
            self._answer(HTTPStatus.OK, page.encode(), media, policy_of(page))
        elif path == "/state":
            state = json.dumps(preview.state()).encode()
            self._answer(HTTPStatus.OK, state, "application/json")
        elif (content := preview.file(path.removeprefix("/"))) is not None:
            media = guess_type(path)[0] or "application/octet-stream"
            # A PDF has no policy: a browser's PDF viewer needs styles and scripts.
            policy = "" if media == "application/pdf" else _STYLED
            self._answer(HTTPStatus.OK, content, media, policy)
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"no such file in the report\n", "text/plain")

    do_HEAD = do_GET  # noqa: N815

    def _answer(
        self, status: HTTPStatus, content: bytes, media: str, policy: str = _NOTHING
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        policies = [each for each in (policy, _NOT_FRAMED) if each]
        self.send_header("Content-Security-Policy", "; ".join(policies))
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        """Log nothing: the terminal shows builds."""
