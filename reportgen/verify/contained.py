"""Work on what a stranger sent, in a process of its own that cannot take the machine along.

Templates of an assignment can loop or grow without end, and a parser of PDFs in C++ can
crash. There, the process ends, and a message is left.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from reportgen.errors import RenderError, ReportgenError

SECONDS = 180
MAX_MEMORY = 6 * 1024**3  # of addresses, of which libraries reserve more than they use

Result = TypeVar("Result")


def contained(
    work: Callable[..., Result], *arguments: Any, seconds: float = SECONDS, memory: int = MAX_MEMORY
) -> Result:
    """What a function returns, from a process with limits of time and memory.

    Raises:
        ReportgenError: as the function raises it.
        RenderError: it crashed, or went beyond the limits.
    """
    # A fork need not import anything again; elsewhere it is not safe, or not there.
    context: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(
        target=_run, args=(sender, memory, int(seconds), work, arguments), daemon=True
    )
    process.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            raise RenderError(
                f"it takes more than {seconds:.0f} seconds to look at: no report does."
            )
        outcome = receiver.recv()
    except EOFError:
        raise RenderError(
            "it cannot be looked at: reading it crashed, or took more memory or time\n"
            "than any report, or than this shell's own limits allow (ulimit -a lists them)."
        ) from None
    finally:
        process.kill()
        process.join()
        receiver.close()
    if isinstance(outcome, ReportgenError):
        raise outcome
    result: Result = outcome
    return result


def _run(
    sender: Connection, memory: int, seconds: int, work: Callable[..., Any], arguments: Any
) -> None:
    for each in (signal.SIGINT, signal.SIGTERM):  # what interrupts ends both, without a word here
        signal.signal(each, signal.SIG_DFL)
    _limit(memory, seconds)
    try:
        outcome = work(*arguments)
    except ReportgenError as error:
        outcome = error
    except (MemoryError, RecursionError) as error:
        what = "memory" if isinstance(error, MemoryError) else "depth"
        outcome = RenderError(
            f"it cannot be looked at: it needs more {what} than any report,\n"
            "or more than this shell's own limits allow (ulimit -a lists them)."
        )
    except Exception as error:
        what = f"{type(error).__name__}: {error}".splitlines()[0][:200]
        outcome = RenderError(f"it cannot be looked at ({what}).")
    sender.send(outcome)
    sender.close()


def _limit(memory: int, seconds: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    limits = {resource.RLIMIT_CORE: (0, 0), resource.RLIMIT_CPU: (seconds, seconds + 5)}
    if sys.platform == "linux":
        limits[resource.RLIMIT_AS] = (memory, memory)
    for kind, wanted in limits.items():
        # The shell that started this may have set lower ones, which nobody may raise.
        there = resource.getrlimit(kind)[1]
        lowest = [each if there < 0 else min(each, there) for each in wanted]
        resource.setrlimit(kind, (lowest[0], lowest[1]))
