"""Build again whenever a file that the report is made from is saved, and show the result.

Each build runs in a child process: it reads everything again, and no template or library
can end the watch.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from watchfiles import Change, watch

from reportgen.config.assignments import ASSIGNMENT_FILE
from reportgen.config.configuration import DEFAULT_FILE, load_config, slug_of, slug_of_file
from reportgen.config.settings import ReportSettings
from reportgen.errors import ReportgenError
from reportgen.preview import Preview, PreviewServer
from reportgen.publish.record import Published
from reportgen.resources import templates_dir

_DEBOUNCE_MS = 300
_END_SECONDS = 5.0  # how long a terminated build may take to clean up
_TEXTS = (".md", ".toml", ".py")


@dataclass(frozen=True)
class Watched:
    """What is watched.

    Attributes:
        config: the ``report.toml``, which need not exist yet.
        required: whether a build needs it: the command line names it, or it has existed.
        was_filled: whether it has had content.
        assignment: as the command line names it, or None.
        named_output: the report's folder, where the command line names it.
        options: further options of ``reportgen build``.
    """

    config: Path
    required: bool
    was_filled: bool
    assignment: str | None
    named_output: Path | None
    options: tuple[str, ...]

    @classmethod
    def find(
        cls, config: Path | None, assignment: str | None, output: Path | None, options: list[str]
    ) -> Watched:
        """What a command line means, as ``build`` would take it, without reading the file."""
        path = config or Path(DEFAULT_FILE)
        path = (path / DEFAULT_FILE if path.is_dir() else path).absolute()
        output = output and output.absolute()
        return cls(path, config is not None, False, assignment, output, tuple(options)).now()

    def now(self) -> Watched:
        """A copy that knows whether the configuration exists and has content by now."""
        size = _size(self.config)
        return dataclasses.replace(
            self,
            required=self.required or size is not None,
            was_filled=self.was_filled or bool(size),
        )

    @property
    def output(self) -> Path:
        """The report's folder."""
        if self.named_output is not None:
            return self.named_output
        default = self.assignment or ReportSettings().assignment
        slug = slug_of_file(self.config) if self.required else slug_of(default)
        return (Path("reports") / slug).absolute()

    def lack(self) -> str:
        """What a build has to wait for, in words, or an empty text.

        An editor that saves may remove or empty the file for a moment. A build would then
        replace the report by one of the default assignment.
        """
        size = _size(self.config)
        if self.required and size is None:
            return f"{self.config.name} is not there. Waiting for it."
        if self.was_filled and size == 0:
            return f"{self.config.name} is empty. Waiting for it to be written."
        return ""

    def command(self) -> list[str]:
        """The command line of the build."""
        config = [str(self.config)] if self.required else []
        assignment = ["--assignment", self.assignment] if self.assignment else []
        options = ["--output", str(self.output), *assignment, *self.options]
        return [sys.executable, "-m", "reportgen", "build", *config, *options]

    @property
    def answers(self) -> Path:
        """The folder of the author's own answers."""
        return self.config.parent / "answers"

    def own_assignment(self) -> Path | None:
        """The folder of an assignment that is not built in; None if it cannot be told."""
        try:
            config = load_config(self.config if self.required else None)
        except ReportgenError:
            return None
        name = self.assignment or config.settings.assignment
        folder = config.resolve(name)
        return folder if "/" in name and (folder / ASSIGNMENT_FILE).is_file() else None

    def folders(self) -> list[Path]:
        """The existing folders whose files matter."""
        layouts = [path for path in templates_dir().rglob("*") if path.is_dir()]
        folders = [self.config.parent, self.answers, self.own_assignment()]
        return sorted({p for p in [*folders, templates_dir(), *layouts] if p and p.is_dir()})

    def matters(self, path: Path) -> bool:
        """Whether a change of this file can change the report."""
        if path.name.startswith(".") or path.name.endswith("~"):
            return False
        if path.is_relative_to(templates_dir()):
            return True
        if path.parent == self.config.parent:
            return path in (self.config, self.answers)
        return path.suffix in _TEXTS


def _size(path: Path) -> int | None:
    """A file's size in bytes; None if there is no such file."""
    try:
        return path.stat().st_size if path.is_file() else None
    except OSError:
        return None


def watch_and_build(
    watched: Watched, cache_dir: Path, port: int, say: Callable[[str], None]
) -> None:
    """Build, serve, and build again on every change, until interrupted.

    Args:
        watched: what to build, and from what.
        cache_dir: of the builds; it tells which reports were made here.
        port: where to serve on 127.0.0.1; 0 takes a free port.
        say: prints a line on the terminal.

    Raises:
        StoreError: the port is taken.
        KeyboardInterrupt: the user ended the watch.
    """

    def is_watched(_: Change, path: str) -> bool:
        return watched.matters(Path(path))

    preview = Preview(watched.output, Published(cache_dir))
    server = PreviewServer(preview, port)
    say(f"preview: {server.address}")
    try:
        while True:
            folders = watched.folders()
            changes = watch(
                *folders,
                watch_filter=is_watched,
                debounce=_DEBOUNCE_MS,
                recursive=False,
                yield_on_timeout=True,
                rust_timeout=_DEBOUNCE_MS,
            )
            # The first round comes at once; what changes during a build is in the next one.
            for number, changed in enumerate(changes):
                if changed or number == 0:
                    _tell(changed, say)
                    watched = watched.now()
                    _build(watched, preview, say)
                    if watched.folders() != folders:
                        break
    finally:
        server.close()


def _build(watched: Watched, preview: Preview, say: Callable[[str], None]) -> None:
    """Build once, or say what the build waits for."""
    lack = watched.lack()
    if not lack:
        preview.folder = watched.output
        preview.error = run_build(watched.command(), say)
    elif preview.error != lack:
        say(lack)
        preview.error = lack


def _tell(changed: set[tuple[Change, str]], say: Callable[[str], None]) -> None:
    names = sorted({Path(path).name for _, path in changed})
    if names:
        say(f"changed: {', '.join(names[:5])}{' ...' if len(names) > 5 else ''}")


def run_build(command: Sequence[str], say: Callable[[str], None]) -> str:
    """Run a build, pass on its lines, and return its error message, or an empty text."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        assert process.stdout is not None
        try:
            lines = []
            for line in process.stdout:
                lines.append(line.rstrip("\n"))
                say(lines[-1])
        except BaseException:
            process.terminate()
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
            raise
    if process.returncode == 0:
        return ""
    starts = [number for number, line in enumerate(lines) if line.startswith("error:")]
    said = "\n".join(lines[starts[-1] :] if starts else lines[-5:])
    return said or f"the build ended with exit code {process.returncode}"
