"""Whatever happens to a file of the store: it is noticed, said once, and made again."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_project import (
    Quiet,
    build_project,
    content,
    stand_in_for_training_and_paper,
    write_project,
)

from reportgen.pipeline.ledger import open_store
from reportgen.storage.disk import sha256
from reportgen.storage.store import ENTRY_FILE, LAYOUT, key_of

UNREAD = ("locks", "rehearsal")  # what a dry run passed is asked for only before a training


class Stored:
    """A small project whose every result is in the store."""

    def __init__(self, base: Path) -> None:
        self.config = write_project(base / "project", all_formats=True)
        self.cache = base / "cache"
        self.pristine = base / "pristine"
        self.report = content(self.build()[1])
        shutil.copytree(self.cache, self.pristine)

    def build(self) -> tuple[Quiet, Path]:
        observer = Quiet()
        result = build_project(self.config, self.cache, observer)
        return observer, result.folder

    def files(self) -> list[Path]:
        """The files of all entries that a build reads again, in a fixed order."""
        kinds = [kind for kind in (self.cache / LAYOUT).iterdir() if kind.name not in UNREAD]
        return sorted(p for kind in kinds for p in kind.glob("??/*/**/*") if p.is_file())

    def check_mended(self, n_damaged: int = 1) -> None:
        """A build from the damaged store says so, gives the same bytes, and mends the store."""
        shutil.rmtree(self.config.parent / "report")
        observer, folder = self.build()
        said = [text for text in observer.notices if "damaged" in text]
        assert len(said) == n_damaged, observer.notices
        assert content(folder) == self.report
        shutil.rmtree(self.config.parent / "report")
        observer, folder = self.build()
        assert observer.notices == []
        assert content(folder) == self.report


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    with pytest.MonkeyPatch.context() as patch:
        stand_in_for_training_and_paper(patch)
        return Stored(tmp_path_factory.mktemp("stored"))


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in_for_training_and_paper(monkeypatch)


def flip(path: Path, draw: random.Random) -> None:
    sound = bytearray(path.read_bytes())
    sound[draw.randrange(len(sound))] ^= 1 << draw.randrange(8)
    path.write_bytes(sound)


def truncate(path: Path, draw: random.Random) -> None:
    sound = path.read_bytes()
    path.write_bytes(sound[: draw.randrange(len(sound))])


def empty(path: Path, draw: random.Random) -> None:
    path.write_bytes(b"")


def remove(path: Path, draw: random.Random) -> None:
    path.unlink()


def make_a_folder(path: Path, draw: random.Random) -> None:
    path.unlink()
    path.mkdir()


def lengthen(path: Path, draw: random.Random) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


DAMAGES = (flip, truncate, empty, remove, make_a_folder, lengthen)
Damage = Callable[[Path, random.Random], None]


def damage_one(stored: Stored, damage: Damage, draw: random.Random) -> None:
    damage(draw.choice(stored.files()), draw)
    stored.check_mended()


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_damaged_file_is_noticed_and_made_again(stored: Stored, damage: Damage) -> None:
    draw = random.Random(damage.__name__)
    for _ in range(5):
        damage_one(stored, damage, draw)


@pytest.mark.torture
@pytest.mark.parametrize(
    ("damage", "n"), [(flip, 1000), (truncate, 100), (empty, 30), (remove, 30), (lengthen, 30)]
)
def test_many_damaged_files_are_noticed_and_made_again(
    stored: Stored, damage: Damage, n: int
) -> None:
    draw = random.Random(0)
    for _ in range(n):
        damage_one(stored, damage, draw)


def entries(stored: Stored, kind: str) -> list[Path]:
    return sorted((stored.cache / LAYOUT / kind).glob("??/*"))


def exchange(one: Path, two: Path) -> None:
    aside = one.with_name("aside")
    one.rename(aside)
    two.rename(one)
    aside.rename(two)


def test_entries_in_each_others_place_are_noticed(stored: Stored) -> None:
    exchange(*entries(stored, "training"))
    stored.check_mended(n_damaged=2)


@pytest.mark.parametrize("name", ["weights.npz", ENTRY_FILE])
def test_files_in_each_others_place_are_noticed(stored: Stored, name: str) -> None:
    one, two = entries(stored, "training")
    exchange(one / name, two / name)
    stored.check_mended(n_damaged=2)


def test_an_empty_store_and_one_of_rubbish_are_filled_again(stored: Stored) -> None:
    for path in stored.files():
        path.write_bytes(b"\xff" * 200)
    n_entries = sum(path.name == ENTRY_FILE for path in stored.files())
    stored.check_mended(n_damaged=n_entries)
    shutil.rmtree(stored.cache)
    stored.check_mended(n_damaged=0)


@pytest.mark.parametrize(
    "name", ["../../secret", "/etc/hostname", "a/../../secret", "..", ".", "", "a\\b", "x\0y"]
)
def test_a_name_in_a_head_cannot_lead_out_of_its_folder(tmp_path: Path, name: str) -> None:
    notices: list[str] = []
    store = open_store(tmp_path / "cache", notices.append)
    store.put("kind", {"n": 1}, {"a": b"1"})
    (head_file,) = tmp_path.rglob(ENTRY_FILE)
    secret = head_file.parent.parent / "secret"
    secret.write_bytes(b"secret")
    head = {"key": key_of({"n": 1}), "inputs": {"n": 1}, "files": {name: sha256(b"secret")}}
    text = json.dumps(head).encode()
    head_file.write_bytes(sha256(text).encode() + b"\n" + text)
    assert store.get("kind", key_of({"n": 1})) is None
    assert len(notices) == 1
    assert secret.read_bytes() == b"secret"


def test_a_damaged_checkpoint_is_begun_anew(stored: Stored, tmp_path: Path) -> None:
    from reportgen.training.checkpoints import StoredCheckpoints

    store = open_store(tmp_path, pytest.fail)
    checkpoints = StoredCheckpoints(store, {"wide": "0" * 64})

    class Job:
        name = "wide"

    for content_ in (b"", b"\0" * 64, b"x" * 200, sha256(b"not arrays").encode() + b"not arrays"):
        store.put_checkpoint("0" * 64, content_)
        assert checkpoints.load(Job()) is None
