"""What the test file of one figure, study or renderer gives to the tests of all of them."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from places import ROOT


def own_test(package: str, name: str) -> ModuleType:
    """The module of tests of a module of ``reportgen/<package>``."""
    path = f"tests/{package}/test_{name}.py"
    if not (ROOT / path).is_file():
        pytest.fail(f"reportgen/{package}/{name}.py has no tests: write {path}")
    return import_module(f"{package}.test_{name}")


def constant_of(package: str, name: str, constant: str, meaning: str) -> Any:
    """A constant of it."""
    module = own_test(package, name)
    if not hasattr(module, constant):
        pytest.fail(f"tests/{package}/test_{name}.py lacks {constant}: {meaning}")
    return getattr(module, constant)
