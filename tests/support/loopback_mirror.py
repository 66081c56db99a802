"""A mirror on the loopback address that serves files well or badly, as a test asks."""

from __future__ import annotations

import contextlib
import gzip
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Behaviour = str


class Mirror:
    """A running server; ``address(behaviour)`` is a mirror that behaves in that way.

    Behaviours: ``good``, ``truncates`` (closes half-way), ``stalls`` (half-way, for ever),
    ``silent`` (never answers), ``drips`` (10 kB a second), ``understates`` and
    ``overstates`` (a wrong Content-Length), ``other`` (other content, well-formed), ``page``
    (HTML with status 200), ``endless``, ``unpacked`` (without gzip), ``chunked-cut`` (chunks
    without an end), ``status-500``, ``status-404``, ``recovers`` (fails once a file).
    """

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.requests: Counter[tuple[str, str]] = Counter()
        self.closing = threading.Event()

    def address(self, behaviour: Behaviour) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{behaviour}/"


@contextlib.contextmanager
def serving(files: Mapping[str, bytes], other: Mapping[str, bytes]) -> Iterator[Mirror]:
    """Serve ``files`` by name; ``other`` has the same names with other content."""
    mirror: Mirror

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(head=True)

        def do_GET(self) -> None:
            self._answer(head=False)

        def _answer(self, *, head: bool) -> None:
            self.close_connection = True
            _, behaviour, name = self.path.split("/")
            count = mirror.requests[behaviour, name]
            mirror.requests[behaviour, name] += not head
            with contextlib.suppress(ConnectionError):
                answer(self, behaviour, files[name], other[name], count, head)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    def answer(
        handler: Handler, behaviour: str, body: bytes, other_body: bytes, count: int, head: bool
    ) -> None:
        if behaviour == "silent":
            mirror.closing.wait(60)
            return
        if behaviour.startswith("status-") or (behaviour == "recovers" and count == 0 and not head):
            status = int(behaviour.removeprefix("status-")) if "-" in behaviour else 503
            handler.send_response(status)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        body = {
            "other": other_body,
            "page": b"<!DOCTYPE html><title>Please sign in</title>",
            "unpacked": gzip.decompress(body),
        }.get(behaviour, body)
        length = len(body) + {"understates": -5, "overstates": 5}.get(behaviour, 0)
        handler.send_response(200)
        if behaviour == "chunked-cut":
            handler.send_header("Transfer-Encoding", "chunked")
        elif behaviour != "endless":
            handler.send_header("Content-Length", str(length))
        handler.end_headers()
        if not head:
            send_body(handler, behaviour, body)

    def send_body(handler: Handler, behaviour: str, body: bytes) -> None:
        half = body[: len(body) // 2]
        if behaviour == "truncates":
            handler.wfile.write(half)
        elif behaviour == "chunked-cut":
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(half), half))
        elif behaviour == "stalls":
            handler.wfile.write(half)
            handler.wfile.flush()
            mirror.closing.wait(60)
        elif behaviour == "drips":
            for at in range(0, len(body), 20):
                handler.wfile.write(body[at : at + 20])
                handler.wfile.flush()
                time.sleep(0.002)
        elif behaviour == "endless":
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and not mirror.closing.is_set():
                handler.wfile.write(bytes(2**16))
        else:
            handler.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    mirror = Mirror(server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield mirror
    finally:
        mirror.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()
