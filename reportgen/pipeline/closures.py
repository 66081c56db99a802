"""Which of the program's own files the result of a stage depends on.

A stage starts in an entry module. Its result depends on the closure of that module's imports,
those inside functions too, on the data files and layouts that these modules name, and on the
libraries that they import. Regular expressions find all this without importing or parsing,
since a build that has nothing to do needs it, too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from reportgen.resources import templates_dir

PACKAGE = Path(__file__).parent.parent

# For each imported name, the distributions that shape bytes: its own and those that it uses.
# ``tests/pipeline/test_closures.py`` fails if an import is missing here.
LIBRARIES: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in ("jinja2", "keras", "latex2mathml", "markupsafe", "matplotlib")},
    **{name: (name,) for name in ("nh3", "numpy", "pikepdf", "pydyf", "pygments", "scipy")},
    **{name: (name,) for name in ("tensorflow", "ziafont")},
    "PIL": ("pillow",),
    "fontTools": ("fonttools",),
    "font_source_sans_pro": ("font-source-sans-pro",),
    "font_source_serif_pro": ("font-source-serif-pro",),
    "markdown_it": ("markdown-it-py",),
    "mdit_py_plugins": ("mdit-py-plugins",),
    "weasyprint": ("weasyprint", "tinycss2"),
    "ziamath": ("ziamath", "ziafont"),
    # They check settings, which are in the keys themselves, carry results or read documents that
    # came back, and make no bytes of a report.
    **dict.fromkeys(("distributed", "filelock", "platformdirs", "pooch", "pydantic"), ()),
    **dict.fromkeys(("pydantic_core", "pypdfium2", "requests", "rich", "tomli_w", "typer"), ()),
    **dict.fromkeys(("typing_extensions", "urllib3", "watchfiles"), ()),
}

_IMPORT = re.compile(r"[ \t]*(?:from ([\w.]+) import (\([^)]*\)|.*)|import ([\w.]+(?:, *[\w.]+)*))")
# Imports for the type checker alone, which never run.
_TYPES_ONLY = re.compile(r"([ \t]*)if TYPE_CHECKING:\n(?:(?:\1[ \t]+[^\n]*)?\n)+")
_BY_NAME = re.compile(r'import_module\(f?"(reportgen\.[\w.]+)\{')
# Names of files in code and layouts; a placeholder in braces matches anything.
_FILE_NAME = re.compile(r'"([^"\n]*\.(?:css|j2|js|json|toml|ttf|woff2|xml))"')
_FILLED_IN = re.compile(r"\{[^}]*\}")


@cache
def _modules() -> dict[str, bytes]:
    """The source of every module of the package, by the module's name."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = ("reportgen", *path.relative_to(PACKAGE).with_suffix("").parts)
        found[".".join(parts).removesuffix(".__init__")] = path.read_bytes()
    return found


@cache
def _data_files() -> dict[str, bytes]:
    """Tables of the package, and the layouts, styles and fonts of ``templates/``.

    Assignments are left out: each is in the key of its report.
    """
    found = {
        path.relative_to(PACKAGE).as_posix(): path.read_bytes()
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in (".toml", ".json")
        and not path.is_relative_to(PACKAGE / "templates")  # of an installed package
    }
    root = templates_dir()
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if name.parts[0] != "assignments" and path.is_file():
            found[f"templates/{name.as_posix()}"] = path.read_bytes()
    return found


@cache
def _imports(module: str) -> tuple[frozenset[str], frozenset[str]]:
    """What a module imports: modules of the package, and top-level names of others."""
    known = _modules()
    text = known[module].decode()
    for block in _matches(_TYPES_ONLY, text, "if TYPE_CHECKING:"):
        text = text.replace(block[0], "")
    named = set()
    for found in _matches(_IMPORT, text, "import "):
        base, names, plain = found.groups()
        if plain:
            named |= set(re.split(r", *", plain))
        else:
            inner = re.findall(r"\w+", re.sub("#.*", "", names))
            named |= {base, *(f"{base}.{name}" for name in inner if f"{base}.{name}" in known)}
    for start in _BY_NAME.findall(text):
        named |= {name for name in known if name.startswith(start)}
    ours = {name for name in named if name in known}
    return frozenset(ours), frozenset(name.partition(".")[0] for name in named - ours)


def _matches(pattern: re.Pattern[str], text: str, word: str) -> Iterator[re.Match[str]]:
    """Matches at the starts of lines that have the word; faster than searching the whole text."""
    at = text.find(word)
    while at >= 0:
        found = pattern.match(text, text.rfind("\n", 0, at) + 1)
        if found:
            yield found
        at = text.find(word, max(at + 1, found.end() if found else 0))


@cache
def closure(*modules: str) -> frozenset[str]:
    """The modules of this package that the given ones depend on, themselves included.

    Args:
        modules: names such as ``reportgen.render.html``.

    Raises:
        KeyError: there is no such module.
    """
    reached: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            parents = name.split(".")[:-1]
            waiting += [".".join(parents[: n + 1]) for n in range(len(parents))]
            waiting += _imports(name)[0]
    return frozenset(reached)


@cache
def data_files(*modules: str) -> frozenset[str]:
    """The data files and layouts that a closure's modules name, and those that layouts name."""
    files = _data_files()
    reached: set[str] = set()
    texts = [_modules()[name] for name in closure(*modules)]
    while texts:
        names = _FILE_NAME.findall(texts.pop().decode())
        patterns = {_FILLED_IN.sub("*", name.removeprefix("/")) for name in names}
        named = {
            file
            for file in files.keys() - reached
            if any(fnmatchcase(f"/{file}", f"*/{pattern}") for pattern in patterns)
        }
        reached |= named
        texts += [files[name] for name in named if name.endswith(".j2")]
    return frozenset(reached)


@cache
def libraries_of(*modules: str) -> tuple[str, ...]:
    """The distributions that shape what a closure makes, each once, sorted by name."""
    text = b"".join(_modules()[name] for name in closure(*modules)).decode()
    imported = {name for module in closure(*modules) for name in _imports(module)[1]}
    # Fonts are found by the names of their packages, which are not imported.
    imported |= {name for name in LIBRARIES if f'"{name}"' in text}
    return tuple(sorted({each for name in imported for each in LIBRARIES.get(name, ())}))


@cache
def code_digest(*modules: str) -> str:
    """SHA-256, hexadecimal, of all code, data files and layouts that some modules depend on.

    Args:
        modules: names; without any, the whole program counts.
    """
    parts: dict[str, bytes]
    if modules:
        parts = {name: _modules()[name] for name in closure(*modules)}
        parts |= {name: _data_files()[name] for name in data_files(*modules)}
    else:
        parts = {**_modules(), **_data_files()}
    state = hashlib.sha256()
    for name, content in sorted(parts.items()):
        state.update(f"{name}\0{len(content)}\0".encode() + content)
    return state.hexdigest()
