"""The one contract of imports: a package imports only packages to its left, however late."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from places import ROOT

ORDER = """
    errors names formatting resources native_libraries report_folder < storage < config
    < evaluation < datasets < training < studies < evidence < figures < answers < render < publish
    < pipeline < batch < verify < site < diff cache doctor preview watch < commands < cli
    < __main__
""".replace("<", "").split()

# Where a heavy library may be imported; what runs elsewhere starts without it.
HOMES = {"tensorflow": "training", "keras": "training", "matplotlib": "figures"}
HOMES |= {"weasyprint": "render", "pydyf": "render"}

MODULE_NAME = re.compile(r"reportgen(\.\w+)+\.?(:\w+)?")


def named_in(node: ast.AST) -> list[str]:
    """What a node imports; a string that is the name of a module counts as an import of it."""
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom():
            assert node.level == 0, "relative imports are not read"
            return [f"{node.module}.{alias.name}" for alias in node.names]
        case ast.Constant(value=str(text)) if MODULE_NAME.fullmatch(text):
            return [text.partition(":")[0].removesuffix(".")]
    return []


def imports(package: Path) -> dict[str, set[str]]:
    """What each module of a package imports: for types and late in a function, too.

    Returns:
        Modules of the package without its name, such as ``config.dates``, the package itself being
        the empty name; of libraries all names in full.
    """
    sources = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        sources[".".join(parts).removesuffix("__init__").removesuffix(".")] = path.read_bytes()
    found = {}
    for module, source in sources.items():
        names = {name for node in ast.walk(ast.parse(source)) for name in named_in(node)}
        found[module] = {
            next((own for own in own_names(name) if own in sources), name) for name in names
        } - {module, ""}
    return found


def own_names(name: str) -> Iterator[str]:
    """The names that a module of the package may have, longest first: its own, its parents'."""
    first, *inner = name.split(".")
    if first == "reportgen":
        for length in range(len(inner), -1, -1):
            yield ".".join(inner[:length])


def place(module: str) -> int:
    """Where in the order the package of a module stands; the program's own name stands first."""
    return ORDER.index(module.split(".")[0]) if module else -1


def faults(package: Path) -> set[str]:
    """What is against the contract, one line each."""
    graph = imports(package)
    unknown = {module.split(".")[0] for module in graph if module} - set(ORDER)
    if unknown:
        return {f"{name} has no place in the order" for name in unknown}
    found = set()
    for module, names in graph.items():
        for name in names:
            if name in graph:
                strays = place(name) > place(module)
            else:
                library = name.split(".")[0]
                strays = module.split(".")[0] != HOMES.get(library, module.split(".")[0])
            if strays:
                found.add(f"{module} imports {name}")
    arrows = {
        module: {name for name in names if f"{module} imports {name}" not in found}
        for module, names in graph.items()
    }
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        found.add("a cycle: " + ", ".join(sorted(set(error.args[1]))))
    return found


def test_imports_follow_the_order_of_the_packages() -> None:
    assert faults(ROOT / "reportgen") == set()


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"storage.py": "from reportgen import errors", "errors.py": ""}, None),
        ({"training/fit.py": "import tensorflow as tf\nimport keras.layers"}, None),
        ({"errors.py": "import reportgen.cli"}, "errors imports cli"),
        ({"errors.py": "from reportgen import __version__, cli"}, "errors imports cli"),
        ({"errors.py": "from reportgen.cli import main"}, "errors imports cli"),
        ({"errors.py": "def late():\n    from reportgen import cli"}, "errors imports cli"),
        ({"errors.py": "if TYPE_CHECKING:\n    import reportgen.cli"}, "errors imports cli"),
        ({"errors.py": "RUN = 'reportgen.cli:main'"}, "errors imports cli"),
        ({"errors.py": "import_module(f'reportgen.render.{name}')"}, "errors imports render"),
        ({"render/page.py": "from reportgen.cli import main"}, "render.page imports cli"),
        ({"render/page.py": "def late(): import keras"}, "render.page imports keras"),
        ({"cli.py": "import matplotlib.pyplot"}, "cli imports matplotlib.pyplot"),
        ({"cli.py": "from weasyprint import HTML"}, "cli imports weasyprint.HTML"),
        ({"helpers/text.py": ""}, "helpers has no place in the order"),
        (
            {
                "render/page.py": "from reportgen.render import html",
                "render/html.py": "def late(): from reportgen.render.page import layout",
            },
            "a cycle: render.html, render.page",
        ),
    ],
)
def test_what_is_against_the_contract_is_found(
    tmp_path: Path, files: dict[str, str], fault: str | None
) -> None:
    for name in ("__init__.py", "cli.py", "render/__init__.py", *files):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(files.get(name, ""), encoding="utf-8")
    assert faults(tmp_path) == ({fault} if fault else set())
