"""What every test stands on: a store of its own, no data but the sample, no way to the network."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import settings
from processes import children

# A time limit for each example says more about the machine than about the code. Where CI is
# set, Hypothesis loads a profile of its own, which also draws the same examples each time.
if "CI" not in os.environ:
    settings.register_profile("local", deadline=None)
    settings.load_profile("local")

# Nothing listens there, so that a download fails at once; loopback servers of tests stay open.
NOWHERE = "http://127.0.0.1:9"
# Only tests that ask for the full data see it: the others do the same on every machine.
FULL_DATA = os.environ.pop("REPORTGEN_DATA_DIR", None) or os.environ.get("TESTS_FULL_DATA", "")
os.environ["TESTS_FULL_DATA"] = FULL_DATA  # for the processes that pytest-xdist starts
PROXY_VARIABLES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


# A background job often ignores Ctrl-C, and nohup a closed terminal. A signal that is ignored
# is ignored by child processes, too; one that is handled is not. So tests can end their children.
for name in ("SIGINT", "SIGTERM", "SIGHUP"):
    number = getattr(signal, name, None)
    if number is not None and signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, lambda *_: None)


@pytest.fixture(autouse=True)
def isolated_cache_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of the test's own, and downloads that fail, here and in child processes."""
    cache_dir = tmp_path / "cache"
    monkeypatch.setenv("REPORTGEN_CACHE_DIR", str(cache_dir))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    for name in PROXY_VARIABLES:
        monkeypatch.setenv(name, NOWHERE)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1,localhost")
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return cache_dir


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    """A test that leaves a process behind fails itself, and none after it."""
    before = children()
    yield
    left = [each for each in children() if each not in before]
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
            process.wait(10)
    assert not left, f"the test left processes behind: {left}"


@pytest.fixture
def quick_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up training in the place of TensorFlow."""
    from small_project import stand_in_for_training

    stand_in_for_training(monkeypatch)


@pytest.fixture
def no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """A training that begins fails the test."""
    from small_project import stand_in_for_training

    def train_models(*arguments: object, **options: object) -> list[object]:
        raise AssertionError("training began")

    stand_in_for_training(monkeypatch, train_models)


@pytest.fixture
def full_data() -> Path:
    """The folder with both full datasets; without one the test is skipped."""
    if not FULL_DATA:
        pytest.skip("REPORTGEN_DATA_DIR does not name the full data")
    return Path(FULL_DATA).absolute()
