"""Whole builds from the command line: what a person gets, and what an error leaves behind."""

from __future__ import annotations

import gzip
import html.parser
import json
import re
from pathlib import Path
from typing import Any

import pytest
from processes import run_reportgen

QUESTIONS = [
    *("training-images", "predictions-array", "softmax-argmax", "argmax-label"),
    *("verify-predictions", "single-prediction", "digits-grid", "digits-accuracy"),
    *("digits-verify", "comparison"),
]


def imported(*arguments: str | Path, cwd: Path, **environment: str) -> set[str]:
    """The top-level packages that a command imports."""
    python = ("-X", "importtime")
    done = run_reportgen(*arguments, cwd=cwd, python=python, **environment)
    assert done.returncode == 0, done.stderr[-2000:]
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rsplit("|", 1)[1].strip().split(".")[0] for line in lines}


class Page(html.parser.HTMLParser):
    """What the contract marks in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.questions: list[str] = []
        self.facts: list[tuple[str, str, str]] = []
        self.matches: list[str] = []
        self.verdicts: list[str] = []
        self.notices = 0
        self.addresses: list[str] = []
        self._fact: tuple[str, str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if tag == "section" and "question" in classes:
            self.questions.append(given["data-question"])
        if tag == "data":
            self._fact = (given["data-fact"], given["value"])
        self.matches += [given["data-match"]] if "data-match" in given else []
        self.verdicts += [given["data-verdict"]] if "data-verdict" in given else []
        self.notices += "tier-notice" in classes
        self.addresses += [given[name] for name in ("src", "href") if name in given]

    def handle_data(self, data: str) -> None:
        if self._fact is not None:
            self.facts.append((*self._fact, data))
            self._fact = None


def at(record: Any, path: str) -> Any:
    for part in path.split("."):
        record = record[int(part)] if isinstance(record, list) else record[part]
    return record


def check_report(folder: Path, *, tier: str) -> None:
    """What must hold of every report of the default assignment."""
    record = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    page = Page((folder / "index.html").read_text(encoding="utf-8"))
    assert page.questions == QUESTIONS
    assert len(page.facts) > 150
    for path, value, text in page.facts:
        fact = at(record, path)
        assert value == (fact if isinstance(fact, str) else json.dumps(fact)), path
        assert text.strip(), path
    predictions = [p for model in record["models"].values() for p in model["predictions"]]
    by_selection = {p["selection"]: p["match"] for p in predictions}
    asked = [by_selection["predict"], by_selection["single"]]
    assert page.matches == [json.dumps(match) for match in asked]
    assert page.verdicts == [record["comparison"]["verdict"]]
    assert page.notices == (1 if tier == "sample" else 0)
    assert all(address.startswith(("#", "data:")) for address in page.addresses)
    for name, model in record["models"].items():
        assert model["dataset"]["tier"] == tier
        for part in ("train", "test"):
            score = model[part]
            assert score["accuracy"] == score["n_correct"] / score["n_total"]
        matrix = model["test"]["confusion_matrix"]
        assert sum(map(sum, matrix)) == model["test"]["n_total"]
        assert sum(row[k] for k, row in enumerate(matrix)) == model["test"]["n_correct"], name
    check_manifest(folder)
    check_markdown(folder, tier)
    check_pdf(folder, record, tier)


def check_manifest(folder: Path) -> None:
    import hashlib

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(manifest["files"]) == there - {"manifest.json"}
    for name, entry in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (
            entry["size"],
            entry["sha256"],
        )


def check_markdown(folder: Path, tier: str) -> None:
    text = (folder / "report.md").read_text(encoding="utf-8")
    images = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert len(images) >= 8
    assert all((folder / image).is_file() for image in images)
    assert ("sample" in text[:1500]) == (tier == "sample")
    assert not re.search("[\ue000-\ue0ff]", text)


def check_pdf(folder: Path, record: dict[str, Any], tier: str) -> None:
    import pikepdf
    import pypdf

    with pikepdf.open(folder / "report.pdf") as pdf:
        assert {"evidence.json", "evidence.npz", "manifest.json"} <= set(pdf.attachments)
        attached = pdf.attachments["evidence.json"].get_file().read_bytes()
        assert attached == (folder / "evidence.json").read_bytes()
        assert len(pdf.pages) > 5
    pages = pypdf.PdfReader(folder / "report.pdf").pages
    words = "".join("".join(page.extract_text() for page in pages).split())
    accuracy = f"{record['models']['digits']['test']['accuracy'] * 100:.1f}"
    assert accuracy in words
    for phrase in (
        "present the array of predictions for an image from the test set",
        "Which of the two models is more accurate?",
        "with their labels indicated below each image",
        "report the accuracy of the test dataset",
    ):
        # The text of a PDF is broken into lines, at hyphens too.
        assert phrase.replace(" ", "").replace("-", "") in words.replace("-", "").replace("‐", "")
    assert ("bundledsample" in words) == (tier == "sample")


@pytest.fixture(scope="module")
def sample_machine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A machine without data and network, on which a first build has run."""
    base = tmp_path_factory.mktemp("machine")
    environment = {
        "REPORTGEN_CACHE_DIR": str(base / "cache"),
        "KERAS_HOME": str(base / "keras"),
        "http_proxy": "http://127.0.0.1:9",
        "https_proxy": "http://127.0.0.1:9",
    }
    (base / "report.toml").write_text(
        'title = "A first title"\nauthor = "A. Student"\n', encoding="utf-8"
    )
    done = run_reportgen("build", "--json", cwd=base, **environment)
    assert done.returncode == 0, done.stderr
    return {"base": base, "environment": environment, "done": done}


@pytest.mark.slow
def test_a_build_without_data_and_network_uses_the_sample_and_says_so(
    sample_machine: dict[str, Any],
) -> None:
    done, base = sample_machine["done"], sample_machine["base"]
    summary = json.loads(done.stdout)
    assert summary["data_tier"] == "sample"
    assert "reportgen data fetch" in done.stderr
    assert set(summary["models"]) == {"digits", "fashion"}
    folder = base / summary["report_dir"]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(summary["files"]) == there
    names = [stage["name"] for stage in summary["stages"]]
    assert {"train:digits", "train:fashion", "figures", "html", "pdf", "md"} <= set(names)
    assert not any(stage["reused"] for stage in summary["stages"] if stage["name"] != "data")
    check_report(folder, tier="sample")


@pytest.mark.slow
def test_building_again_does_nothing_and_imports_nothing_heavy(
    sample_machine: dict[str, Any],
) -> None:
    base, environment = sample_machine["base"], sample_machine["environment"]
    before = {p: p.stat().st_mtime_ns for p in (base / "reports").rglob("*") if p.is_file()}
    done = run_reportgen("build", "--json", cwd=base, **environment)
    summary = json.loads(done.stdout)
    assert all(stage["reused"] for stage in summary["stages"])
    assert {p: p.stat().st_mtime_ns for p in before} == before
    heavy = {"tensorflow", "keras", "matplotlib", "weasyprint", "numpy", "scipy"}
    assert not imported("build", cwd=base, **environment) & heavy


@pytest.mark.slow
def test_a_new_title_is_a_new_page_without_tensorflow(sample_machine: dict[str, Any]) -> None:
    base, environment = sample_machine["base"], sample_machine["environment"]
    config = base / "other.toml"
    config.write_text('title = "A second title"\n', encoding="utf-8")
    packages = imported("build", config, cwd=base, **environment)
    assert not packages & {"tensorflow", "keras", "matplotlib"}
    page = (base / "reports" / "other" / "index.html").read_text(encoding="utf-8")
    assert "A second title" in page
    assert "A. Student" not in page


@pytest.mark.slow
def test_render_needs_only_the_evidence_and_gives_the_same_bytes(
    sample_machine: dict[str, Any], tmp_path: Path
) -> None:
    base, environment = sample_machine["base"], sample_machine["environment"]
    source = base / "reports" / base.name
    alone = tmp_path / "alone"
    alone.mkdir()
    for name in ("evidence.json", "evidence.npz"):
        (alone / name).write_bytes((source / name).read_bytes())
    done = run_reportgen("render", alone, "-o", tmp_path / "out", cwd=tmp_path, **environment)
    assert done.returncode == 0, done.stderr
    for name in ("index.html", "report.md", "evidence.json", "evidence.npz"):
        assert (tmp_path / "out" / name).read_bytes() == (source / name).read_bytes(), name


@pytest.mark.slow
def test_a_build_on_the_full_data(tmp_path: Path, full_data: Path) -> None:
    environment = {"REPORTGEN_DATA_DIR": str(full_data)}
    done = run_reportgen("build", "--json", "-o", tmp_path / "report", cwd=tmp_path, **environment)
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["data_tier"] == "full"
    assert summary["models"]["digits"]["test_accuracy"] >= 0.972
    assert summary["models"]["fashion"]["test_accuracy"] >= 0.870
    check_report(tmp_path / "report", tier="full")


def write_bad_data(folder: Path, kind: str) -> None:
    """A copy of the sample in the place of full data, with one fault."""
    from reportgen.datasets.sources import SAMPLE_FOLDER

    for name in ("mnist", "fashion_mnist"):
        (folder / name).mkdir(parents=True)
        for file in (SAMPLE_FOLDER / name).glob("*.gz"):
            (folder / name / file.name).write_bytes(file.read_bytes())
    images = folder / "mnist" / "train-images-idx3-ubyte.gz"
    labels = folder / "mnist" / "train-labels-idx1-ubyte.gz"
    if kind == "truncated gzip":
        images.write_bytes(images.read_bytes()[:-100])
    if kind == "wrong magic":
        images.write_bytes(
            gzip.compress(b"\x00\x00\x0d\x03" + gzip.decompress(images.read_bytes())[4:])
        )
    if kind == "images and labels disagree":
        content = gzip.decompress(labels.read_bytes())
        labels.write_bytes(gzip.compress(content[:4] + (10).to_bytes(4, "big") + content[8:18]))
    if kind == "label out of range":
        content = bytearray(gzip.decompress(labels.read_bytes()))
        content[8] = 77
        labels.write_bytes(gzip.compress(bytes(content)))


OWN = (
    '[datasets.mine]\ndir = "data/mnist"\n'
    'class_names = ["0","1","2","3","4","5","6","7","8","9"]\n'
    '[models.digits]\ndataset = "mine"\n[data]\ntier = "sample"\n'
)
# kind -> configuration, exit code, what the message must name
BAD_INPUT = {
    "unknown key": ("titel = 1", 2, ["report.toml", "line 1", "titel"]),
    "wrong type": ('seed = "x"', 2, ["report.toml", "line 1", "seed"]),
    "unreadable TOML": ("a = [", 2, ["report.toml", "TOML"]),
    "unknown assignment": ('assignment = "fashion-and-digit"', 2, ["fashion-and-digits?"]),
    "unknown model": ("[models.digit]\nepochs = 1", 2, ["'digit'", "digits?"]),
    "excluded image": ("[selections]\npredict = [0]", 2, ["predict", "tutorial"]),
    "missing data folder": ('[data]\ndir = "nowhere"', 1, ["nowhere"]),
    "truncated gzip": (OWN, 1, ["train-images-idx3-ubyte.gz"]),
    "wrong magic": (OWN, 1, ["train-images-idx3-ubyte.gz"]),
    "images and labels disagree": (OWN, 1, ["10", "4,000"]),
    "label out of range": (OWN, 1, ["label", "77"]),
    "NaN learning rate": ("[models.digits]\nlearning_rate = nan", 2, ["learning_rate"]),
    "dataset that does not exist": ('[models.digits]\ndataset = "minst"', 2, ["minst", "mnist?"]),
}


@pytest.mark.parametrize("kind", BAD_INPUT)
def test_bad_input_is_named_in_five_lines_and_leaves_nothing(kind: str, tmp_path: Path) -> None:
    text, code, wanted = BAD_INPUT[kind]
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    if "data/mnist" in text:
        write_bad_data(tmp_path / "data", kind)
    done = run_reportgen("build", cwd=tmp_path)
    assert done.returncode == code, done.stderr
    check_error(done.stderr, wanted)
    assert not (tmp_path / "reports").exists() or not any((tmp_path / "reports").iterdir())


def check_error(text: str, wanted: list[str]) -> None:
    message = text[text.index("error: ") :]
    assert 1 <= len(message.splitlines()) <= 5
    assert "Traceback" not in text
    for part in wanted:
        assert part in message


def test_an_output_that_cannot_be_used_is_refused_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    done = run_reportgen("build", "-o", "file", cwd=tmp_path)
    assert done.returncode == 2
    check_error(done.stderr, ["file", "-o"])
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine.txt").write_text("mine", encoding="utf-8")
    done = run_reportgen("build", "-o", "folder", cwd=tmp_path)
    assert done.returncode == 2
    check_error(done.stderr, ["left alone"])
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["mine.txt"]
    done = run_reportgen("build", "-o", "/proc/nowhere/report", cwd=tmp_path)
    assert done.returncode == 1
    check_error(done.stderr, ["cannot write"])


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["build", "--frobnicate"], "--frobnicate"),
        (["build", "-f", "doc"], "doc"),
        (["build", "missing.toml"], "missing.toml"),
        (["frobnicate"], "frobnicate"),
        (["render", "nowhere", "-o", "out"], "nowhere"),
        (["assignments", "show", "nothing"], "nothing"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_usage_is_an_error_without_traceback(
    arguments: list[str], part: str, tmp_path: Path
) -> None:
    done = run_reportgen(*arguments, cwd=tmp_path)
    assert done.returncode in (1, 2)
    check_error(done.stderr, [part])


def test_help_is_quick_and_light(tmp_path: Path) -> None:
    heavy = {"tensorflow", "keras", "matplotlib", "weasyprint", "numpy", "jinja2", "pydantic"}
    assert not imported("--help", cwd=tmp_path) & heavy
