"""An entry of the store whose digests agree, made up by somebody: it is damage, and made again."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from measured import measured_evidence
from small_project import (
    Quiet,
    build_project,
    content,
    stand_in_for_training_and_paper,
    write_project,
)

from reportgen.evaluation.scores import score_of_counts
from reportgen.pipeline.stored_results import is_sound
from reportgen.report_folder import FORMATS
from reportgen.storage.disk import sha256
from reportgen.storage.npz import pack_arrays
from reportgen.storage.store import ENTRY_FILE, LAYOUT

Files = dict[str, bytes]
Change = Callable[[bytes], bytes]
KINDS = ("training", "evidence", "figure", *FORMATS)


class Project:
    """A small project that was built once: its store, and what it gave."""

    def __init__(self, base: Path) -> None:
        self.config = write_project(base / "project", all_formats=True)
        self.cache = base / "cache"
        self.build()
        self.report = content(self.folder)
        shutil.copytree(self.cache, base / "pristine")

    @property
    def folder(self) -> Path:
        return self.config.parent / "report"

    def build(self) -> list[str]:
        """Build anew from the store, and return what was said."""
        shutil.rmtree(self.folder, ignore_errors=True)
        observer = Quiet()
        build_project(self.config, self.cache, observer)
        return observer.notices

    def entries(self, kind: str) -> list[Path]:
        return sorted((self.cache / LAYOUT / kind).glob("??/*"))

    def restore(self) -> None:
        shutil.rmtree(self.cache)
        shutil.copytree(self.cache.with_name("pristine"), self.cache)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    with pytest.MonkeyPatch.context() as patch:
        stand_in_for_training_and_paper(patch)
        return Project(tmp_path_factory.mktemp("built"))


@pytest.fixture
def project(built: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    stand_in_for_training_and_paper(monkeypatch)
    for name, most in (("ARRAY", 10_000_000), ("JSON", 1_000_000), ("DOCUMENT", 2_000_000)):
        monkeypatch.setattr(f"reportgen.pipeline.stored_results.MAX_{name}_BYTES", most)
    built.restore()
    return built


def read(entry: Path) -> Files:
    head = json.loads((entry / ENTRY_FILE).read_bytes().partition(b"\n")[2])
    return {name: (entry / name).read_bytes() for name in head["files"]}


def write(entry: Path, files: Files) -> None:
    """Put other files into an entry, with a head that agrees with them."""
    head = json.loads((entry / ENTRY_FILE).read_bytes().partition(b"\n")[2])
    shutil.rmtree(entry)
    entry.mkdir()
    for name, text in files.items():
        (entry / name).parent.mkdir(parents=True, exist_ok=True)
        (entry / name).write_bytes(text)
    text = json.dumps({**head, "files": {n: sha256(c) for n, c in files.items()}}).encode()
    (entry / ENTRY_FILE).write_bytes(sha256(text).encode() + b"\n" + text)


def nested(_: bytes) -> bytes:
    return b"[" * 200_000


def padded(content: bytes) -> bytes:
    return content + b" " * 2_000_000


def no_text(_: bytes) -> bytes:
    return b"\xff\xfe"


def empty_object(_: bytes) -> bytes:
    return b"{}"


def a_list(_: bytes) -> bytes:
    return b"[1]"


def json_with(**changes: Any) -> Change:
    def change(content: bytes) -> bytes:
        return json.dumps({**json.loads(content), **changes}).encode()

    return change


def scores_changed(**changes: Any) -> Change:
    return json_changed(lambda result: result["test_score"].update(changes))


def json_changed(change: Callable[[Any], object]) -> Change:
    def changed(content: bytes) -> bytes:
        value = json.loads(content)
        change(value)
        return json.dumps(value).encode()

    return changed


def arrays_changed(change: Callable[[dict[str, Any]], object]) -> Change:
    def changed(content: bytes) -> bytes:
        with np.load(io.BytesIO(content)) as archive:
            arrays = dict(archive)
        change(arrays)
        return pack_arrays(arrays)

    return changed


def pickled(_: bytes) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, test=np.array([{}], dtype=object))
    return buffer.getvalue()


def bomb(_: bytes) -> bytes:
    return pack_arrays({"test": np.zeros(20_000_000, np.uint8)})


def of_other_type(arrays: dict[str, Any]) -> None:
    arrays.update({name: values.astype(np.float64) for name, values in arrays.items()})


def of_other_shape(arrays: dict[str, Any]) -> None:
    arrays.update({name: values[..., :-1] for name, values in arrays.items()})


JSON_FILES = [("training", "result"), ("evidence", "measured"), ("figure", "pictures")]
SCORE = score_of_counts(0, 1, 0.1)
HOSTILE = [
    *[("training", "result.json", make) for make in (nested, no_text, empty_object, a_list)],
    ("training", "result.json", json_with(test_score={**SCORE, "n_correct": "many"})),
    ("training", "result.json", json_with(train_score={**SCORE, "loss": float("nan")})),
    ("training", "result.json", json_with(history={"loss": ["low"]})),
    ("training", "result.json", json_with(layers=[])),
    ("training", "result.json", json_with(layers=[{"name": "a", "kind": "dense"}])),
    ("training", "result.json", json_with(more=1)),
    ("training", "result.json", json_with(test_score=score_of_counts(0, 10**9, 0.1))),
    ("training", "result.json", json_with(test_score={**SCORE, "n_total": 0})),
    ("training", "result.json", scores_changed(accuracy=1.0)),
    ("training", "result.json", scores_changed(more=1)),
    *[("training", "weights.npz", make) for make in (nested, pickled, bomb)],
    ("training", "weights.npz", arrays_changed(of_other_type)),
    ("training", "weights.npz", arrays_changed(of_other_shape)),
    ("training", "weights.npz", arrays_changed(dict.popitem)),
    *[("training", "logits.npz", make) for make in (pickled, bomb)],
    ("training", "logits.npz", arrays_changed(dict.popitem)),
    ("training", "logits.npz", arrays_changed(of_other_shape)),
    *[(kind, f"{name}.json", padded) for kind, name in JSON_FILES],
    ("html", "index.html", padded),
    ("md", "report.md", padded),
    *[("evidence", "measured.json", make) for make in (nested, no_text, empty_object, a_list)],
    ("evidence", "measured.json", json_with(models=7)),
    ("evidence", "measured.json", json_changed(lambda r: r["images"][0].update(id="../evil"))),
    ("evidence", "measured.json", json_changed(lambda r: r["images"][0].update(label=99))),
    ("evidence", "measured.json", json_changed(lambda r: r["models"].pop("wide"))),
    (
        "evidence",
        "measured.json",
        json_changed(lambda r: r["models"]["wide"]["test"]["confusion_matrix"].pop()),
    ),
    *[("evidence", "arrays.npz", make) for make in (pickled, bomb)],
    ("evidence", "arrays.npz", arrays_changed(dict.clear)),
    *[("figure", "pictures.json", make) for make in (nested, empty_object, a_list)],
    ("figure", "pictures.json", json_changed(lambda r: r[0].update(name="../evil"))),
    ("figure", "pictures.json", json_changed(lambda r: r[0].update(width="wide"))),
    ("figure", "pictures.json", json_changed(lambda r: r[0].update(wide="<script>x</script>"))),
    ("figure", "pictures.json", json_changed(lambda r: r[0].update(cells=[["", 1]]))),
    ("figure", "pictures.json", json_changed(lambda r: r.append(r[0]))),
    ("html", "index.html", no_text),
    ("md", "report.md", no_text),
    ("pdf", "report.pdf", no_text),
]


@pytest.mark.parametrize(
    ("kind", "name", "change"),
    HOSTILE,
    ids=[f"{number}-{kind}-{name}" for number, (kind, name, _) in enumerate(HOSTILE)],
)
def test_a_result_that_was_made_up_is_made_again(
    project: Project, kind: str, name: str, change: Change
) -> None:
    entry = project.entries(kind)[0]
    files = read(entry)
    write(entry, {**files, name: change(files[name])})
    said = project.build()
    assert [text for text in said if "damaged" in text] == said
    assert said
    assert content(project.folder) == project.report
    assert project.build() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_with_a_file_more_or_less_is_made_again(project: Project, kind: str) -> None:
    for change in ("more", "less"):
        project.restore()
        entry = project.entries(kind)[0]
        files = read(entry)
        if change == "more":
            files["grades.txt"] = b"evil"
        else:
            del files[min(files, key=lambda name: (name.startswith("figures/"), name))]
        write(entry, files)
        assert ["damaged" in text for text in project.build()] == [True]
        assert content(project.folder) == project.report


def test_what_is_written_again_as_it_was_is_used(project: Project) -> None:
    for entry in [entry for kind in KINDS for entry in project.entries(kind)]:
        write(entry, read(entry))
    assert project.build() == []


@pytest.mark.parametrize(
    ("study", "sound"),
    [
        (b"{}", True),
        (b'{"runs": [{"accuracy": 0.5}], "images": []}', True),
        (b"[]", False),
        (b'{"images": 7}', False),
        (b'{"images": [{"selection": "a", "model": "b", "split": "test", "index": 1}]}', True),
        (b'{"images": [{"selection": "a", "model": "b", "split": "test", "index": -1}]}', False),
        (b'{"images": [{"id": "../evil"}]}', False),
        (b'{"a": NaN}', False),
        (b"[" * 200_000, False),
        (b'{"a":' * 200 + b"1" + b"}" * 200, False),
    ],
)
def test_what_a_study_found_is_of_the_kind_that_evidence_has(study: bytes, sound: bool) -> None:
    inputs = {"stage": "study:later"}  # of which this version knows nothing
    assert is_sound("study", inputs, {"study.json": study}) == sound
    assert not is_sound("study", inputs, {"study.json": study, "more": b""})


def test_what_a_study_of_the_catalogue_found_is_what_its_record_says() -> None:
    models = measured_evidence("fashion-and-digits").record["studies"]["double_softmax"]
    found = json.dumps(models).encode()
    inputs = {"stage": "study:double_softmax"}
    assert is_sound("study", inputs, {"study.json": found})
    assert not is_sound("study", inputs, {"study.json": found.replace(b"n_total", b"n_all")})
