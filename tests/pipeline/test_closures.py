"""A stage's key follows from all that the stage's code really is."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from places import SUPPORT
from small_project import replace_text, set_key, write_project

from reportgen.pipeline import closures, keys
from reportgen.resources import templates_dir

STAGES = {
    "train": keys.TRAINING,
    "study": keys.STUDIES,
    "evidence": keys.MEASUREMENT,
    "figures": keys.FIGURES,
    **keys.RENDERING,
}


def module_name(path: Path) -> str:
    parts = ("reportgen", *path.relative_to(closures.PACKAGE).with_suffix("").parts)
    return ".".join(parts).removesuffix(".__init__")


SOURCES = {module_name(path): path for path in sorted(closures.PACKAGE.rglob("*.py"))}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the package, read in place of the program's own."""
    copy = tmp_path / "reportgen"
    left = shutil.ignore_patterns("__pycache__", "sample", "templates")
    shutil.copytree(closures.PACKAGE, copy, ignore=left)
    monkeypatch.setattr(closures, "PACKAGE", copy)
    forget()
    yield copy
    monkeypatch.undo()
    forget()


def forget() -> None:
    for value in vars(closures).values():
        if hasattr(value, "cache_clear"):
            value.cache_clear()


class Imports(ast.NodeVisitor):
    """The imports of a module that run, as the interpreter's own parser sees them."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_If(self, node: ast.If) -> None:
        if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.names |= {alias.name for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        assert node.module is not None
        assert node.level == 0
        self.names.add(node.module)
        inner = (f"{node.module}.{alias.name}" for alias in node.names)
        self.names |= {name for name in inner if name in SOURCES}


@pytest.mark.parametrize("module", SOURCES)
def test_the_quick_look_finds_the_imports_that_the_parser_finds(module: str) -> None:
    visitor = Imports()
    visitor.visit(ast.parse(SOURCES[module].read_bytes()))
    ours = {name for name in visitor.names if name in SOURCES}
    others = {name.partition(".")[0] for name in visitor.names - ours} - {"reportgen"}
    found_ours, found_others = closures._imports(module)
    assert found_ours >= ours
    assert found_others >= others
    known = sys.stdlib_module_names | closures.LIBRARIES.keys()
    assert others <= known, "closures.LIBRARIES lacks it"


def test_the_distributions_of_the_libraries_are_those_that_are_installed() -> None:
    for name in {each for group in closures.LIBRARIES.values() for each in group}:
        assert metadata.version(name)


@pytest.mark.parametrize("stage", STAGES)
def test_a_change_of_any_module_of_a_closure_changes_the_key(
    monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    modules, sources = STAGES[stage], dict(closures._modules())
    before, members = closures.code_digest(*modules), closures.closure(*modules)
    assert set(modules) <= members < set(sources)
    for module, content in sources.items():
        changed = {**sources, module: content + b"# changed\n"}
        monkeypatch.setattr(closures, "_modules", lambda changed=changed: changed)
        assert (closures.code_digest.__wrapped__(*modules) != before) == (module in members), module


def test_a_training_depends_on_its_own_package_and_little_else() -> None:
    """Whatever is added here trains every model of every user again when it changes."""
    modules = closures.closure(*keys.TRAINING)
    others = {name for name in modules if not name.startswith("reportgen.training")}
    packages = {name for name in SOURCES if SOURCES[name].name == "__init__.py"}
    assert {name.removeprefix("reportgen.") for name in others - packages} == {
        *("config.field_types", "config.model_settings", "datasets.dataset"),
        *("errors", "names", "storage.npz"),
        *("evaluation.numerics", "evaluation.record_types", "evaluation.scores"),
    }
    assert closures.libraries_of(*keys.TRAINING) == ("keras", "numpy", "tensorflow")


def test_a_new_import_however_late_belongs_to_the_closure(package: Path) -> None:
    for text in (
        "import reportgen.diff\n",
        "from reportgen import diff\n",
        "from reportgen.diff import (\n    Changes,  # what differs\n)\n",
        "def later():\n    from reportgen import diff\n",
    ):
        path = package / "render" / "html.py"
        content = path.read_bytes()
        path.write_bytes(content + text.encode())
        forget()
        assert "reportgen.diff" in closures.closure("reportgen.render.html")
        path.write_bytes(content)
    forget()
    assert "reportgen.diff" not in closures.closure("reportgen.render.html")


def test_types_alone_do_not_belong_to_the_closure(package: Path) -> None:
    with (package / "render" / "html.py").open("a", encoding="utf-8") as file:
        file.write("if TYPE_CHECKING:\n    from reportgen import diff\n\n    import scipy\n")
    forget()
    assert "reportgen.diff" not in closures.closure("reportgen.render.html")
    assert "scipy" not in closures.libraries_of("reportgen.render.html")


@pytest.mark.parametrize(
    ("modules", "name", "expected"),
    [
        (keys.RENDERING["html"], "templates/screen.css", True),
        (keys.RENDERING["html"], "templates/macros.html.j2", True),  # named by a layout alone
        (keys.RENDERING["html"], "templates/fonts/serif-400-latin.woff2", True),
        (keys.RENDERING["html"], "templates/print.css", False),
        (keys.RENDERING["pdf"], "templates/print.css", True),
        (keys.RENDERING["pdf"], "templates/screen.css", False),
        (keys.RENDERING["md"], "templates/screen.css", False),
        (("reportgen.answers.compose",), "templates/equations.toml", True),
        (("reportgen.answers.compose",), "answers/prose_check/words.toml", True),
        (keys.TRAINING, "templates/screen.css", False),
    ],
)
def test_data_files_belong_to_what_names_them(
    modules: tuple[str, ...], name: str, expected: bool
) -> None:
    assert (name in closures.data_files(*modules)) is expected
    assert (closures._data_files().keys() >= {name}) is True


# Carries out stages and keeps what they make; what it writes is only as they gave it.
PLUMBING = {
    "reportgen." + name
    for name in (
        *("pipeline.build", "pipeline.ledger", "pipeline.rendering", "pipeline.run"),
        *("pipeline.train", "storage.disk", "storage.locks", "storage.reading", "storage.store"),
        *("training.checkpoints",),
    )
}
WATCH = """
import json, sys, threading
from pathlib import Path
import keras, matplotlib.figure, weasyprint  # not ours, and slow to load under a trace
from small_project import build_project
import reportgen
from reportgen.pipeline.ledger import Ledger
from reportgen.pipeline import rendering, train as trainings

ROOT, PACKAGE = Path(sys.argv[2]).resolve(), Path(reportgen.__file__).parent
stage, ran, read = None, {}, {}

def watch(frame, event, argument):
    if event == "call" and stage:
        ran.setdefault(stage, set()).add(frame.f_code.co_filename)

def opened(event, arguments):
    if event == "open" and stage and isinstance(arguments[0], str):
        read.setdefault(stage, set()).add(arguments[0])

def during(owner, name, stage_of):
    inner = getattr(owner, name)
    def wrapped(*arguments, **named):
        global stage
        before = stage
        def noted(make):
            def made():
                global stage
                stage = stage_of(*arguments)
                try:
                    return make()
                finally:
                    stage = before
            return made
        return inner(*arguments[:-1], noted(arguments[-1]), **named)
    setattr(owner, name, wrapped)

during(Ledger, "look_up", lambda ledger, kind, inputs, make: kind)
real = trainings.train_here
def train(*arguments, **named):
    global stage
    stage = "training"
    try:
        return real(*arguments, **named)
    finally:
        stage = None
trainings.train_missing.__defaults__ = (train,)
threading.settrace(watch)  # of calls only, as a profiler would also be told of C functions
sys.settrace(watch)
sys.addaudithook(opened)
build_project(Path(sys.argv[1]), Path(sys.argv[1]).parent / "cache")
sys.settrace(None)
names = lambda found, root: sorted(
    str(Path(f).resolve().relative_to(root)) for f in found
    if Path(f).resolve().is_relative_to(root)
)
print(json.dumps({
    "ran": {kind: names(files, PACKAGE) for kind, files in ran.items()},
    "read": {kind: names(files, ROOT) for kind, files in read.items()},
}))
"""


@pytest.mark.slow
def test_what_runs_while_a_stage_is_made_belongs_to_its_closure(tmp_path: Path) -> None:
    config = write_project(tmp_path / "project", all_formats=True)
    studies = '"double_softmax", "confidence", "repeats", "reasons", "one_step", "linear_twin"'
    set_key(config, f"studies = [{studies}]")
    for epochs in ("epochs = 3", "epochs = 2"):  # a study would repeat a training 5 times
        file = config.parent / "strokes-assignment" / "assignment.toml"
        replace_text(file, epochs, f"{epochs}\nrepeats = 2")
    ended = subprocess.run(
        [sys.executable, "-c", WATCH, str(config), str(templates_dir())],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(SUPPORT)},
    )
    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout.splitlines()[-1])
    kinds = {
        "training": keys.TRAINING,
        "study": keys.STUDIES,
        "evidence": keys.MEASUREMENT,
        "figure": keys.FIGURES,
        **keys.RENDERING,
    }
    for kind, modules in kinds.items():
        ran = {
            module_name(closures.PACKAGE / name)
            for name in seen["ran"][kind]
            if not name.startswith("templates/")
        }
        allowed = closures.closure(*modules) | PLUMBING
        assert ran - allowed == set(), kind
        assert len(ran - PLUMBING) >= 2, kind  # the watch sees something
        read = {f"templates/{name}" for name in seen["read"].get(kind, ())}
        assert read <= closures.data_files(*modules), kind
    assert seen["read"]["html"]
