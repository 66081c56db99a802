"""Rendering under pseudonyms without new processes."""

from __future__ import annotations

import contextlib

import pytest
from batch_project import Inline


@pytest.fixture
def in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports are rendered by this process, which has loaded everything."""
    workers = contextlib.nullcontext(Inline())
    monkeypatch.setattr("reportgen.site.make.open_local", lambda n: workers)
