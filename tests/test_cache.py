from __future__ import annotations

import json
from pathlib import Path

import pytest
from processes import run_reportgen

from reportgen.cache import clear_cache, describe_cache, summarize_cache
from reportgen.pipeline.ledger import open_store
from reportgen.storage.store import CHECKPOINTS, LAYOUT


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A cache folder with three results, a checkpoint and a downloaded dataset."""
    folder = tmp_path / "a cache"
    store = open_store(folder, pytest.fail)
    store.put("figure", {"n": 1}, {"a": bytes(100)})
    store.put("figure", {"n": 2}, {"a": bytes(100), "inner/b": bytes(100)})
    store.put("html", {"n": 3}, {"index.html": bytes(5000)})
    (folder / LAYOUT / CHECKPOINTS).mkdir()
    (folder / LAYOUT / CHECKPOINTS / ("0" * 64)).write_bytes(bytes(70))
    (folder / "datasets" / "mnist").mkdir(parents=True)
    (folder / "datasets" / "mnist" / "x").write_bytes(bytes(3_000_000))
    return folder


def test_every_byte_is_counted_under_its_kind(filled: Path) -> None:
    summary = summarize_cache(filled)
    found = {total.kind: total.n_entries for total in summary.kinds}
    assert found == {"html": 1, "figure": 2, "checkpoints": 1}
    on_disk = [path for path in (filled / LAYOUT).rglob("*") if path.is_file()]
    assert summary.size == sum(path.stat().st_size for path in on_disk)
    assert summary.downloads == 3_000_000
    text = describe_cache(summary)
    assert str(filled) in text
    assert "4.3 GB" in text
    assert "Downloaded datasets: 3.0 MB" in text


def test_clearing_keeps_downloads_and_can_be_repeated(filled: Path) -> None:
    assert "removed 4 results" in clear_cache(filled)
    assert not (filled / LAYOUT).exists()
    assert (filled / "datasets" / "mnist" / "x").is_file()
    assert "removed 0 results" in clear_cache(filled)


def test_clearing_leaves_what_another_process_is_writing(filled: Path) -> None:
    store = open_store(filled, pytest.fail)
    with store.lock("training", "k", lambda: None):
        clear_cache(filled)
        locks = list((filled / LAYOUT / "locks").iterdir())
        assert len(locks) == 1


def test_the_commands_say_what_is_there_and_remove_it(filled: Path) -> None:
    place = ("--cache-dir", str(filled))
    assert (
        json.loads(run_reportgen("cache", "info", "--json", *place).stdout)["entries"]["figure"]
        == 2
    )
    assert "html" in run_reportgen("cache", "info", *place).stdout
    assert str(filled) in run_reportgen("cache", "clear", *place).stdout
    assert json.loads(run_reportgen("cache", "info", "--json", *place).stdout)["size"] == 0
