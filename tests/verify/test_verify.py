"""At least forty reports, genuine and spoilt, each judged rightly and told of in its place."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from small_project import Quiet, replace_text
from verify.conftest import (
    attach,
    edit_arrays,
    edit_record,
    make_manifest_agree,
    train_consistently,
)

from reportgen.batch.roster import read_roster
from reportgen.datasets.catalogue import OwnDataset
from reportgen.datasets.sources import Search
from reportgen.errors import MismatchError, RenderError, ReportgenError
from reportgen.pipeline.keys import all_versions
from reportgen.report_folder import FORMATS
from reportgen.verify.findings import Difference, Level, Verification, describe
from reportgen.verify.retrain import check_retraining, tolerance
from reportgen.verify.roster import check_roster
from reportgen.verify.sandbox import Answer, run_contained
from reportgen.verify.verify import check_in_sandbox, check_submission, verify_report
from reportgen.verify.weights import check_weights_and_data

Spoil = Callable[[Path], None]


def differences(place: Path) -> list[tuple[str, Difference]]:
    levels = check_submission(place).levels
    return [(level.name, each) for level in levels for each in level.differences]


def resave(**options: Any) -> Spoil:
    def save(pdf: Path) -> None:
        with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
            opened.save(pdf, **options)

    return save


GENUINE: dict[str, Spoil] = {
    "untouched": lambda pdf: None,
    "saved again": resave(),
    "object streams": resave(object_stream_mode=pikepdf.ObjectStreamMode.generate),
    "linearized": resave(linearize=True),
    "uncompressed": resave(
        compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized
    ),
    "compressed again": resave(recompress_flate=True),
    "normalised by qpdf's QDF": resave(qdf=True, static_id=True),
    "encrypted without a password": resave(encryption=pikepdf.Encryption(owner="x", user="")),
}


@pytest.mark.parametrize("change", GENUINE.values(), ids=GENUINE.keys())
def test_a_genuine_pdf_agrees_however_it_was_saved(pdf: Path, change: Spoil) -> None:
    change(pdf)
    found = check_submission(pdf)
    assert differences(pdf) == []
    assert [level.status for level in found.levels] == ["ok"] * 4


@pytest.mark.parametrize("name", ["a", "b", "lies", "render"])
def test_a_genuine_folder_agrees(made: Path, name: str) -> None:
    assert differences(made / name) == []


@pytest.mark.parametrize("name", ["lies", "render"])
def test_a_genuine_pdf_alone_agrees(made: Path, name: str) -> None:
    assert differences(made / name / "report.pdf") == []


def test_a_report_of_one_format_agrees(made: Path, tmp_path: Path) -> None:
    from reportgen.pipeline.from_evidence import render_evidence

    for name in FORMATS:
        render_evidence(made / "a", tmp_path / name, [name], tmp_path / "cache", Quiet())
        assert differences(tmp_path / name) == []


def put(path: str, value: Any) -> Spoil:
    """Change a value of the evidence, with the manifest made to agree."""

    def edit(record: dict[str, Any]) -> None:
        *parents, last = path.split(".")
        node: Any = record
        for step in parents:
            node = node[int(step) if isinstance(node, list) else step]
        old = node[int(last) if isinstance(node, list) else last]
        new = value(old) if callable(value) else value
        assert new != old
        node[int(last) if isinstance(node, list) else last] = new

    return lambda folder: edit_record(folder, edit)


def other_prediction(record: dict[str, Any]) -> None:
    prediction = record["models"]["narrow"]["predictions"][0]
    prediction["argmax"] = (prediction["argmax"] + 1) % 3
    prediction["match"] = prediction["argmax"] == prediction["label"]


WIDE = "models.wide"
EVIDENCE: dict[str, tuple[Spoil, str]] = {
    "accuracy without its counts": (put(f"{WIDE}.test.accuracy", 0.99), f"{WIDE}.test.accuracy"),
    "training accuracy": (put(f"{WIDE}.train.accuracy", 0.99), f"{WIDE}.train.accuracy"),
    "counts without the matrix": (put(f"{WIDE}.test.n_correct", 99), f"{WIDE}.test.n_correct"),
    "a total": (put(f"{WIDE}.test.n_total", 200), f"{WIDE}.test.n_total"),
    "a loss below 0": (put(f"{WIDE}.train.loss", -0.1), f"{WIDE}.train"),
    "the matrix": (
        put(f"{WIDE}.test.confusion_matrix.0.0", lambda n: n + 1),
        f"{WIDE}.test.confusion_matrix",
    ),
    "an interval": (put(f"{WIDE}.test.accuracy_ci95.0", 0.1), f"{WIDE}.test.accuracy_ci95.0"),
    "the interval of the difference": (
        put("comparison.difference_ci95.0", 0.001),
        "comparison.difference_ci95.0",
    ),
    "the difference": (
        put("comparison.test_accuracy_difference", 0.5),
        "comparison.test_accuracy_difference",
    ),
    "the verdict": (
        put("comparison.verdict", lambda old: "wide" if old != "wide" else "narrow"),
        "comparison.verdict",
    ),
    "images that only one model has right": (
        put("comparison.n_discordant.0", lambda n: n + 1),
        "comparison.n_discordant",
    ),
    "images compared as if they were others": (
        put("comparison.n_discordant", None),
        "comparison.n_discordant",
    ),
    "what is compared": (put("comparison.models", ["narrow", "wide"]), "comparison.models"),
    "a probability": (
        put("models.narrow.predictions.0.probabilities.0", 0.123),
        "models.narrow.predictions.0.probabilities.0",
    ),
    "a second softmax": (
        put("models.narrow.predictions.0.softmax_twice.1", 0.1),
        "models.narrow.predictions.0.softmax_twice.1",
    ),
    "a logit": (
        put("models.narrow.predictions.0.logits.2", lambda z: z + 5.0),
        "models.narrow.predictions.0.logits",
    ),
    "what is predicted": (
        lambda folder: edit_record(folder, other_prediction),
        "models.narrow.predictions.0.argmax",
    ),
    "a match": (
        put("models.narrow.predictions.0.match", lambda old: not old),
        "models.narrow.predictions.0.match",
    ),
    "a label": (put("images.3.label", lambda k: (k + 1) % 3), "images.3.label"),
    "an image's number": (put("images.3.index", lambda k: (k + 1) % 100), "images.3"),
    "how long it was trained": (put(f"{WIDE}.training.epochs", 30), f"{WIDE}.training.epochs"),
    "a batch's size": (put(f"{WIDE}.training.batch_size", 8), f"{WIDE}.training.batch_size"),
    "the seed": (put("provenance.seed", 5), "provenance.seed"),
    "history": (put(f"{WIDE}.training.history.accuracy.0", 0.7777), f"{WIDE}.training.history"),
    "parameters": (
        put(f"{WIDE}.architecture.n_parameters", 7),
        f"{WIDE}.architecture.n_parameters",
    ),
    "a layer": (
        put(f"{WIDE}.architecture.layers.1.n_parameters", 7),
        f"{WIDE}.architecture.layers.1.n_parameters",
    ),
    "the author": (put("report.author", "Somebody Else"), "report.author"),
    "the title": (put("report.title", "Another title"), "report.title"),
}


@pytest.mark.parametrize(("spoil", "place"), EVIDENCE.values(), ids=EVIDENCE.keys())
def test_evidence_that_was_edited_and_rendered_again_is_found(
    made: Path, tmp_path: Path, folder: Path, spoil: Spoil, place: str
) -> None:
    # Rendered again, words and files agree: only what follows from other values tells.
    spoil(folder)
    from reportgen.verify.recompute import recompute_evidence
    from reportgen.verify.submission import read_submission

    level = recompute_evidence(read_submission(folder).evidence)
    assert level.status == "differs"
    assert any(each.place.startswith(place) for each in level.differences), level.differences


def edit_pixels(arrays: dict[str, np.ndarray]) -> None:
    name = next(name for name in arrays if name.startswith("strokes-test"))
    arrays[name] = 255 - arrays[name]


def edit_weights(arrays: dict[str, np.ndarray]) -> None:
    arrays["weights/narrow/dense_2/bias"] += np.float16(3)


def add_array(arrays: dict[str, np.ndarray]) -> None:
    arrays["something"] = np.zeros(3, np.uint8)


def swap_figure(folder: Path) -> None:
    pictures = sorted((folder / "figures").glob("*.png"))
    other = sorted((folder / "figures").glob("*.svg"))[0]
    pictures[0].write_bytes(other.read_bytes())
    make_manifest_agree(folder)


def swap_picture_in(name: str) -> Spoil:
    def swap(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        start = text.index("data:image/")
        path.write_text(text[: start + 60] + "QkJC" + text[start + 64 :], encoding="utf-8")
        make_manifest_agree(folder)

    return swap


def edit_text(name: str, old: str, new: str) -> Spoil:
    def spoil(folder: Path) -> None:
        replace_text(folder / name, old, new)
        make_manifest_agree(folder)

    return spoil


def link_out(folder: Path) -> None:
    (folder / "report.md").unlink()
    (folder / "report.md").symlink_to("/etc/hostname")


def of_another(made: Path, *names: str) -> Spoil:
    def spoil(folder: Path) -> None:
        for name in names:
            shutil.copy(made / "b" / name, folder / name)
        make_manifest_agree(folder)

    return spoil


FOLDERS: dict[str, tuple[Spoil, str, str]] = {
    "a sentence in the page": (
        edit_text("index.html", "Images with their labels", "Images with my labels"),
        "words",
        "index.html, question images",
    ),
    "a number in the page": (
        edit_text("index.html", "100</data>", "900</data>"),
        "words",
        "index.html, question which",
    ),
    "a value behind a number": (
        edit_text("index.html", 'value="100"', 'value="900"'),
        "words",
        "index.html, fact models.wide.test.n_total",
    ),
    "a style of the page": (
        edit_text("index.html", "</style>", "p{color:red}</style>"),
        "layout",
        "index.html, line",
    ),
    "a picture in the page": (swap_picture_in("index.html"), "layout", "index.html, figure 1"),
    "a picture in the notebook": (swap_picture_in("report.ipynb"), "layout", "report.ipynb"),
    "a sentence in the notebook": (
        edit_text("report.ipynb", "Images with their labels", "Images with my labels"),
        "words",
        "report.ipynb, line",
    ),
    "a line of the program": (
        edit_text("program.py", "# A. Student", "# B. Student"),
        "words",
        "program.py, line 2",
    ),
    "a sentence in Markdown": (
        edit_text("report.md", "Images with their labels", "Images with my labels"),
        "words",
        "report.md, line",
    ),
    "a swapped figure": (swap_figure, "layout", "figures/figure-01"),
    "a table of a figure": (
        lambda folder: (folder / "figures/figure-01.csv").write_text("nothing\n"),
        "words",
        "figures/figure-01.csv",
    ),
    "a file removed": (lambda folder: (folder / "report.md").unlink(), "files", "report.md"),
    "a file added": (lambda folder: (folder / "x.txt").write_text("x"), "files", "x.txt"),
    "a link put in": (link_out, "files", "report.md"),
    "the manifest": (
        lambda folder: replace_text(folder / "manifest.json", '"full"', '"sample"'),
        "files",
        "manifest.json, data_tier",
    ),
    "the manifest removed": (
        lambda folder: (folder / "manifest.json").unlink(),
        "files",
        "manifest.json",
    ),
    "pixels": (lambda folder: edit_arrays(folder, edit_pixels), "evidence", "models.narrow"),
    "weights in the evidence": (
        lambda folder: edit_arrays(folder, edit_weights),
        "evidence",
        "models.narrow.predictions.0.logits",
    ),
    "weights removed without a trace": (
        lambda folder: [
            (folder / "weights/wide.npz").unlink(),
            replace_text(folder / "manifest.json", "weights/wide.npz", "weights/narrow.npz"),
        ],
        "files",
        "weights/wide.npz",
    ),
    "an array added": (
        lambda folder: edit_arrays(folder, add_array),
        "evidence",
        "evidence.npz, something",
    ),
    "a number in text and evidence": (
        put(f"{WIDE}.test.accuracy", 0.99),
        "words",
        "index.html, question which",
    ),
}


@pytest.mark.parametrize(("spoil", "level", "place"), FOLDERS.values(), ids=FOLDERS.keys())
def test_a_spoilt_folder_is_found_and_the_place_told(
    folder: Path, spoil: Spoil, level: str, place: str
) -> None:
    spoil(folder)
    found = differences(folder)
    assert any(name == level and each.place.startswith(place) for name, each in found), found


def test_a_number_in_text_evidence_and_manifest_is_found(folder: Path, tmp_path: Path) -> None:
    from reportgen.pipeline.from_evidence import render_evidence

    put(f"{WIDE}.test.accuracy", 0.99)(folder)
    render_evidence(folder, tmp_path / "forged", None, tmp_path / "cache", Quiet())
    for place in (tmp_path / "forged", tmp_path / "forged/report.pdf"):
        found = differences(place)
        assert {name for name, _ in found} == {"evidence"}
        assert found[0][1].place == f"{WIDE}.test.accuracy"


@pytest.mark.parametrize(
    "names", [("evidence.json", "evidence.npz"), ("report.pdf",), ("index.html",)]
)
def test_files_of_another_student_are_found(
    made: Path, folder: Path, names: tuple[str, ...]
) -> None:
    of_another(made, *names)(folder)
    assert differences(folder)


def draw_over(pdf: Path) -> None:
    with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
        opened.pages[1].contents_add(b"q 1 0 0 rg 100 100 50 50 re f Q")
        opened.save(pdf)


def other_picture(pdf: Path) -> None:
    with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
        for obj in opened.objects:
            if isinstance(obj, pikepdf.Stream) and obj.get("/Subtype") == "/Image":
                content = bytearray(obj.read_bytes())
                content[0] ^= 0xFF
                obj.write(bytes(content))
                break
        opened.save(pdf)


def retitle(pdf: Path) -> None:
    with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
        opened.docinfo["/Title"] = "Another"
        opened.save(pdf)


def drop_page(pdf: Path) -> None:
    with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
        del opened.pages[-1]
        opened.save(pdf)


def add_script(pdf: Path) -> None:
    with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
        opened.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        opened.save(pdf)


def add_note(pdf: Path) -> None:
    with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.FreeText,
            Rect=[0, 0, 9, 9],
            Contents="99 %",
        )
        page = opened.pages[0]
        page.obj["/Annots"] = opened.make_indirect(pikepdf.Array([opened.make_indirect(note)]))
        opened.save(pdf)


def change_words(pdf: Path) -> None:
    """Swap the first two glyph strings of a page: other words, by the same font."""
    with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
        page = opened.pages[0]
        commands = list(pikepdf.parse_content_stream(page))
        shown = [k for k, c in enumerate(commands) if str(c.operator) == "TJ"]
        first, second = shown[0], shown[1]
        a, b = commands[first], commands[second]
        commands[first], commands[second] = b, a
        page.Contents = opened.make_stream(pikepdf.unparse_content_stream(commands))
        opened.save(pdf)


PDFS: dict[str, tuple[Spoil, str, str]] = {
    "words of a page": (change_words, "words", "handed-in.pdf, page 1"),
    "a drawing over a page": (draw_over, "layout", "handed-in.pdf, page 2"),
    "a picture": (other_picture, "layout", "handed-in.pdf, page"),
    "the metadata": (retitle, "layout", "handed-in.pdf, the metadata"),
    "a page removed": (drop_page, "words", "handed-in.pdf"),
    "a script": (add_script, "layout", "handed-in.pdf, its catalogue's /OpenAction"),
    "a note laid over": (add_note, "layout", "handed-in.pdf, page 1, a link or note"),
    "an attachment added": (
        lambda pdf: attach(pdf, {"more.txt": b"x"}),
        "words",
        "handed-in.pdf, attachment more.txt",
    ),
    "a table removed": (
        lambda pdf: attach(pdf, {"figure-01.csv": None}),
        "words",
        "handed-in.pdf, attachment figure-01.csv",
    ),
    "the configuration removed": (
        lambda pdf: attach(pdf, {"assignment/which.md": None}),
        "files",
        "attachment assignment/which.md",
    ),
    "another configuration": (
        lambda pdf: attach(pdf, {"report.toml": b"seed = 9\n"}),
        "files",
        "attachment report.toml",
    ),
    "another answer": (
        lambda pdf: attach(pdf, {"answers/which.md": b"Nothing.\n"}),
        "files",
        "attachment answers/which.md",
    ),
    "the manifest removed": (
        lambda pdf: attach(pdf, {"manifest.json": None}),
        "files",
        "manifest.json",
    ),
}


@pytest.mark.parametrize(("spoil", "level", "place"), PDFS.values(), ids=PDFS.keys())
def test_a_spoilt_pdf_is_found_and_the_place_told(
    pdf: Path, spoil: Spoil, level: str, place: str
) -> None:
    spoil(pdf)
    found = differences(pdf)
    assert any(name == level and each.place.startswith(place) for name, each in found), found


def test_another_students_evidence_in_a_pdf_is_found(made: Path, pdf: Path) -> None:
    names = ("evidence.json", "evidence.npz", "manifest.json")
    with pikepdf.open(made / "b/report.pdf") as other:
        files = {name: other.attachments[name].get_file().read_bytes() for name in names}
    attach(pdf, dict(files))
    assert any(name == "words" and "page 1" in each.place for name, each in differences(pdf))


def test_evidence_without_its_arrays_was_tampered_with(pdf: Path) -> None:
    attach(pdf, {"evidence.npz": None})
    with pytest.raises(MismatchError, match=r"evidence\.npz is not attached"):
        check_submission(pdf)


def bomb(pdf: Path) -> None:
    zeros = zlib.compressobj(9)
    packed = b"".join(zeros.compress(bytes(1024**2)) for _ in range(300)) + zeros.flush()
    with pikepdf.open(pdf, allow_overwriting_input=True) as opened:
        stream = opened.make_stream(b"")
        stream.write(packed, filter=pikepdf.Name.FlateDecode)
        opened.attachments["evidence.json"].obj.EF.F = stream
        opened.save(pdf, recompress_flate=False)


def nest(pdf: Path) -> None:
    pdf.write_bytes(b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"\nendobj\n%%EOF")


UNREADABLE: dict[str, Spoil] = {
    "truncated": lambda pdf: pdf.write_bytes(pdf.read_bytes()[:-2000]),
    "no PDF": lambda pdf: pdf.write_bytes(b"Dear Professor, the dog ate it."),
    "empty": lambda pdf: pdf.write_bytes(b""),
    "a bomb": bomb,
    "nested deeply": nest,
    "encrypted": resave(encryption=pikepdf.Encryption(owner="x", user="y")),
    "no evidence": lambda pdf: attach(pdf, {"evidence.json": None, "evidence.npz": None}),
    "evidence that is no JSON": lambda pdf: attach(pdf, {"evidence.json": b"{" * 9}),
    "arrays that are no NPZ": lambda pdf: attach(pdf, {"evidence.npz": b"PK"}),
}


@pytest.mark.parametrize("spoil", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_said_in_few_lines(pdf: Path, spoil: Spoil) -> None:
    spoil(pdf)
    with pytest.raises(RenderError) as caught:
        check_submission(pdf)
    assert 1 <= len(str(caught.value).splitlines()) <= 5


def _loop() -> None:
    while True:
        pass


def _grow() -> bytes:
    return bytes(10**10)


def _answer_in_pickle() -> Any:
    class Sly(dict):  # type: ignore[type-arg]
        """Pickled, it would run a command."""

        def __reduce__(self) -> Any:
            return os.system, ("false",)

    return Answer(Sly(a=1))


def _answer_no_json() -> Any:
    return Answer({"a": object()})


def _crash() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
@pytest.mark.parametrize("work", [_loop, _grow, _crash])
def test_hostile_work_ends_in_a_message(work: Callable[[], Any]) -> None:
    with pytest.raises(RenderError):
        run_contained(work, seconds=1, memory=8 * 1024**3)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize("limit", ["-t 100", "-v 4194304", "-S -t 100"])
def test_lower_limits_of_the_shell_are_left_as_they_are(limit: str) -> None:
    code = (
        "from reportgen.verify.sandbox import Answer, run_contained; "
        "print(run_contained(Answer, 5).data)"
    )
    command = f'ulimit {limit} && exec {sys.executable} -c "{code}"'
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("5\n", "")


def test_other_versions_are_said_and_words_still_compared(
    pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = {**all_versions(), "weasyprint": "99"}
    monkeypatch.setattr("reportgen.verify.rerender.all_versions", lambda: versions)
    resave()(pdf)
    assert [level.status for level in check_submission(pdf).levels[2:]] == ["ok", "ok"]
    retitle(pdf)  # it depends on no version
    words, layout = check_submission(pdf).levels[2:]
    assert (words.status, layout.status) == ("ok", "differs")
    assert "weasyprint" in layout.note


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_the_answer_of_hostile_work_is_json_alone() -> None:
    answer = run_contained(_answer_in_pickle)
    assert type(answer.data) is dict
    assert answer.data == {"a": 1}
    with pytest.raises(RenderError, match="JSON"):
        run_contained(_answer_no_json)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_errors_of_the_contained_part_keep_their_kind(pdf: Path) -> None:
    attach(pdf, {"evidence.npz": None})
    with pytest.raises(MismatchError, match=r"evidence\.npz is not attached"):
        check_in_sandbox(pdf)


def weights_level(folder: Path, search: Search, strokes: dict[str, OwnDataset]) -> Level:
    checked = check_submission(folder)
    return check_weights_and_data(checked.evidence, checked.weights, search, strokes)


def test_weights_are_evaluated_where_the_data_are_at_hand(
    folder: Path, pdf: Path, search: Search, strokes: dict[str, OwnDataset]
) -> None:
    assert weights_level(folder, search, strokes).status == "ok"
    assert weights_level(pdf, search, strokes).status == "ok"
    assert weights_level(pdf, search, {}).status == "not reached"


def swap_weights(folder: Path) -> None:
    path = folder / "weights/wide.npz"
    from reportgen.storage.npz import pack_arrays
    from reportgen.storage.store import unpack_arrays

    weights = {name: -values for name, values in unpack_arrays(path.read_bytes()).items()}
    path.write_bytes(pack_arrays(weights))
    make_manifest_agree(folder)


WEIGHTS: dict[str, tuple[Spoil, str]] = {
    "swapped weights": (swap_weights, "weights/wide.npz"),
    "a whole other accuracy": (put(f"{WIDE}.test.n_correct", 99), f"{WIDE}.test.n_correct"),
    "a training accuracy": (put(f"{WIDE}.train.n_correct", 299), f"{WIDE}.train.n_correct"),
    "a loss": (put(f"{WIDE}.test.loss", 0.01), f"{WIDE}.test.loss"),
    "a training image": (
        lambda folder: edit_arrays(folder, lambda arrays: arrays.update(
            {k: 255 - v for k, v in arrays.items() if k.startswith("strokes-train")})),
        "images.0",
    ),
    "a label": (put("images.0.label", lambda k: (k + 1) % 3), "images.0"),
    "the dataset": (put(f"{WIDE}.dataset.sha256", "0" * 64), "dataset strokes"),
}  # fmt: skip


@pytest.mark.parametrize(("spoil", "place"), WEIGHTS.values(), ids=WEIGHTS.keys())
def test_what_weights_and_data_do_not_give_is_found(
    folder: Path, search: Search, strokes: dict[str, OwnDataset], spoil: Spoil, place: str
) -> None:
    spoil(folder)
    level = weights_level(folder, search, strokes)
    assert any(each.place.startswith(place) for each in level.differences), level


@pytest.fixture
def retrained(
    search: Search, strokes: dict[str, OwnDataset], monkeypatch: pytest.MonkeyPatch
) -> Callable[[Path], Level]:
    monkeypatch.setattr("reportgen.training.trainer.train_models", train_consistently)
    return lambda folder: check_retraining(
        check_submission(folder).evidence, search, strokes, Quiet()
    )


def test_retraining_gives_the_same_bits(folder: Path, retrained: Callable[[Path], Level]) -> None:
    level = retrained(folder)
    assert (level.status, level.differences) == ("ok", ())
    edit_record(folder, lambda r: r["provenance"].update(tensorflow="1.0"))
    level = retrained(folder)
    assert (level.status, level.differences) == ("ok", ())
    assert "the report says tensorflow 1.0" in level.note


def test_retraining_needs_the_data(folder: Path, search: Search) -> None:
    evidence = check_submission(folder).evidence
    assert check_retraining(evidence, search, {}, Quiet()).status == "not reached"


def edit_history(change: Callable[[list[float]], list[float]], kind: str) -> Spoil:
    def edit(record: dict[str, Any]) -> None:
        history = record["models"]["wide"]["training"]["history"]
        history[kind] = change(history[kind])

    return lambda folder: edit_record(folder, edit)


FORGED_TRAININGS: dict[str, tuple[Spoil, str]] = {
    "losses turned round": (edit_history(lambda x: x[::-1], "loss"), "differs"),
    "a higher accuracy": (edit_history(lambda x: [*x[:-1], 0.9], "accuracy"), "differs"),
    "a slightly higher accuracy": (
        edit_history(lambda x: [*x[:-1], x[-1] + 0.003], "accuracy"),
        "not proved",
    ),
    "an accuracy": (put(f"{WIDE}.test.accuracy", 0.99), "differs"),
    "a loss": (put(f"{WIDE}.test.loss", 0.01), "differs"),
}


@pytest.mark.parametrize(
    "claims",
    [{}, {"tensorflow": "1.0"}, {"cpu_features": ["arm64"]}, {"keras": None, "numpy": "1.0"}],
    ids=["as it is", "another tensorflow", "another processor", "others"],
)
@pytest.mark.parametrize(
    ("spoil", "status"), FORGED_TRAININGS.values(), ids=FORGED_TRAININGS.keys()
)
def test_a_forged_training_never_agrees_whatever_it_claims(
    folder: Path,
    retrained: Callable[[Path], Level],
    spoil: Spoil,
    status: str,
    claims: dict[str, Any],
) -> None:
    spoil(folder)
    edit_record(folder, lambda record: record["provenance"].update(claims))
    level = retrained(folder)
    assert level.differences
    assert level.status == (status if claims else "differs")
    with pytest.raises(MismatchError):
        Verification("x", {}, (level,), (), ()).require_agreement()


def test_the_tolerance_is_three_standard_errors_and_at_least_a_point() -> None:
    assert tolerance(0.98, 10_000) == 0.01
    assert tolerance(0.5, 1_000) == pytest.approx(3 * (2 * 0.25 / 1_000) ** 0.5)


def roster_level(made: Path, name: str, text: str | None = None) -> Level:
    roster = made / "project/class.csv"
    if text is not None:
        roster = made / "project/other.csv"
        roster.write_text(text, encoding="utf-8")
    return check_roster(check_submission(made / name).evidence.record, roster, read_roster(roster))


@pytest.mark.parametrize("name", ["a", "b"])
def test_a_report_is_its_students(made: Path, name: str) -> None:
    level = roster_level(made, name)
    assert level.differences == ()
    assert level.status == "ok"


ROSTERS = {
    "nobody": ("id,name,seed\ns-9,Z,3\n", "report.settings.student_id"),
    "another name": ("id,name,seed\ns-1,Z,3\n", "report.author"),
    "another seed": ("id,name,seed\ns-1,A. Student,5\n", "report.settings.seed"),
    "other epochs": (
        "id,name,seed,models.wide.epochs\ns-1,A. Student,3,7\n",
        "report.settings.models",
    ),
}


@pytest.mark.parametrize(("text", "place"), ROSTERS.values(), ids=ROSTERS.keys())
def test_a_report_that_is_not_its_students_is_found(made: Path, text: str, place: str) -> None:
    level = roster_level(made, "a", text)
    assert any(each.place == place for each in level.differences), level


def test_images_of_another_student_are_named(made: Path) -> None:
    record = check_submission(made / "b").evidence.record
    record["report"]["settings"]["student_id"] = "s-1"
    roster = made / "project/class.csv"
    level = check_roster(record, roster, read_roster(roster))
    assert any("are those of s-2" in each.text for each in level.differences)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_the_whole_verification_says_what_it_reached(made: Path, pdf: Path, search: Search) -> None:
    found = verify_report(pdf, search, Quiet(), roster=made / "project/class.csv")
    assert found.agrees
    assert [level.status for level in found.levels] == [*["ok"] * 5, "not reached", "ok"]
    assert "who pressed the button" in describe(found)
    assert json.loads(json.dumps(found.as_json()))["agrees"] is True
    change_words(pdf)
    found = verify_report(pdf, search, Quiet())
    with pytest.raises(MismatchError, match="words"):
        found.require_agreement()
    assert "handed-in.pdf, page 1" in describe(found)


def test_retraining_that_was_asked_for_and_cannot_be_done_is_no_agreement(
    pdf: Path, search: Search
) -> None:
    found = verify_report(pdf, search, Quiet(), retrain=True)
    assert found.levels[-2].status == "not reached"
    assert not found.agrees
    assert "cannot be confirmed here" in found.verdict
    with pytest.raises(MismatchError, match="retraining"):
        found.require_agreement()


def test_a_place_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReportgenError, match="does not exist"):
        check_in_sandbox(tmp_path / "nothing.pdf")
