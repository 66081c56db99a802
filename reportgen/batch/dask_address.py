"""Check within seconds whether a Dask scheduler answers at an address.

Dask itself waits for minutes if the other side accepts the connection and sends nothing, as a web
server does, such as Dask's own dashboard.
"""

from __future__ import annotations

import contextlib
import socket
from urllib.parse import urlsplit

from reportgen.errors import ConfigError, ReportgenError

CONNECT_SECONDS = 3.0
GREETING_SECONDS = 4.0
_HTTP_SECONDS = 1.0
# A scheduler sends a greeting at once, which begins with its length in 8 bytes.
_LENGTH_BYTES, _LONGEST_GREETING = 8, 1024**2


def require_scheduler(address: str) -> None:
    """Refuse an address where no Dask scheduler answers.

    Args:
        address: such as ``tcp://127.0.0.1:8786``.

    Raises:
        ConfigError: it has no host or no port.
        ReportgenError: no server answers, or another one than a Dask scheduler.
    """
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError:  # a port that is no number
        host = port = None
    if not host or not port:
        raise ConfigError(
            f"--scheduler {address!r} is no address: it takes a host and a port, "
            "such as tcp://127.0.0.1:8786."
        )
    try:
        with socket.create_connection((host, port), timeout=CONNECT_SECONDS) as connection:
            fault = _fault_of(connection) if parts.scheme == "tcp" else None
    except OSError as error:
        fault = f"no Dask scheduler answers at {address} ({error.strerror or error})."
    else:
        fault = fault and f"{fault} at {address}, and no Dask scheduler."
    if fault:
        raise ReportgenError(
            f"{fault}\n"
            "Start one: dask scheduler --host 127.0.0.1 --dashboard-address 127.0.0.1:0\n"
            "and workers: dask worker ADDRESS --nthreads 1 --dashboard-address 127.0.0.1:0\n"
            "Or leave --scheduler out to use this machine alone."
        )


def _fault_of(connection: socket.socket) -> str | None:
    """What answers instead of a scheduler, in words; None if it may be a scheduler."""
    connection.settimeout(GREETING_SECONDS)
    greeting = b""
    try:
        while len(greeting) < _LENGTH_BYTES:
            more = connection.recv(_LENGTH_BYTES - len(greeting))
            if not more:
                return "somebody hangs up"
            greeting += more
    except TimeoutError:
        is_http = _speaks_http(connection)
        return "a web server (Dask's dashboard?) is" if is_http else "somebody is silent"
    is_dask = int.from_bytes(greeting, "little") <= _LONGEST_GREETING
    return None if is_dask else "something else is"


def _speaks_http(connection: socket.socket) -> bool:
    connection.settimeout(_HTTP_SECONDS)
    with contextlib.suppress(OSError):
        connection.sendall(b"HEAD / HTTP/1.0\r\n\r\n")
        return connection.recv(5) == b"HTTP/"
    return False
