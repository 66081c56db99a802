"""Faulty templates fail before training; sound ones are tried once, without TensorFlow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from places import SUPPORT
from small_project import Quiet, build_project, replace_text, write_project

from reportgen.answers.compose import compose
from reportgen.answers.document import BLOCK_MARK, unfolded, written_out
from reportgen.answers.prose_check.check import find_claims, topic_of
from reportgen.config.assignments import built_in_names
from reportgen.config.configuration import load_config, with_changes
from reportgen.datasets.sources import Search
from reportgen.errors import RenderError
from reportgen.pipeline.dry_run import dry_run, synthetic_cases
from reportgen.pipeline.ledger import Ledger, open_store
from reportgen.pipeline.report import ReportJob
from reportgen.pipeline.run import Run
from reportgen.studies.catalogue import STUDIES

# (file, text to replace, its replacement, what the error names)
FAULTS = [
    ("which.md", "c.size", "c.sise", r"which\.md, line 3: unknown fact"),
    ("which.md", 'model("wide")', 'model("widest")', r"which\.md, line 5: unknown fact"),
    ("images.md", '"confusion_matrix"', '"confusion"', r"images\.md, line \d+: unknown figure"),
    ("images.md", 'id="matrix"', 'id="matrix", colour="red"', r"images\.md, line \d+: .*'colour'"),
    ("images.md", "Here are", "{{ equation('softmix') }}", r"images\.md, line 2: unknown equation"),
    ("images.md", "Here are", "{% if x %}", r"images\.md, line \d+: "),
    # what is written around facts
    ("images.md", "Here are", r"$\frac{1}{$", r"the answer to images: the formula .* } is missing"),
    ("images.md", "Here are", "![cat](cat.png)", r"the answer to images has a picture"),
    ("images.md", "What is taken", "[a](b.html)", r"the caption of matrix has a link to 'b\.html'"),
    # branches that need a certain result, or that no result leads into
    ("which.md", "One is better.", "{{ c.better }}", r"which\.md, line 3: unknown fact"),
    ("which.md", "The two cannot be told apart.", "{{ c.no }}", r"which\.md, line 2: unknown"),
    (
        "which.md",
        "The difference",
        "{% if c.size > 9 %}{{ fact('models.wide.test.luck') }}{% endif %}The difference",
        r"which\.md, line 3: unknown fact models\.wide\.test\.luck",
    ),
    ("images.md", "Here are", "{% if false %}{{ a }}{% endif %}", r"line 2: 'a' is undefined"),
    (
        "images.md",
        "Here are",
        "{% if shown | length > 9 %}{{ shown[0].index | hole }}{% endif %}Here are",
        r"images\.md, line 2: there is no filter 'hole'\. Did you mean whole\?",
    ),
    (
        "which.md",
        "One is better.",
        "{% if false %}{{ code('laod', 'wide') }}{% endif %}One is better.",
        r"which\.md, line 3: there is no step 'laod'\. There are: imports, preamble, load",
    ),
    (
        "images.md",
        "Here are",
        "{% if false %}{{ equation('softmix') }}{% endif %}Here are",
        r"images\.md, line 2: unknown equation softmix",
    ),
]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project")


@pytest.mark.usefixtures("no_training")
@pytest.mark.parametrize(
    ("file", "old", "new", "message"), FAULTS, ids=[f"{f[0]}: {f[2][:40]}" for f in FAULTS]
)
def test_a_faulty_template_stops_a_build_before_training(
    config: Path, tmp_path: Path, file: str, old: str, new: str, message: str
) -> None:
    replace_text(config.parent / "strokes-assignment" / file, old, new)
    with pytest.raises(RenderError, match=message) as caught:
        build_project(config, tmp_path / "cache")
    assert len(str(caught.value).splitlines()) <= 5
    assert not (config.parent / "report").exists()


@pytest.mark.usefixtures("no_training")
def test_a_name_may_be_set_in_a_branch(config: Path, tmp_path: Path) -> None:
    path = config.parent / "strokes-assignment" / "images.md"
    branch = "{% if shown %}{% set a = 1 %}{% else %}{% set a = 2 %}{% endif %}"
    macro = "{% if shown %}{% macro m() %}x{% endmacro %}{{ m() }}{% endif %}"
    asked = "{% if nothing is defined %}{{ nothing }}{% endif %}"
    replace_text(path, "Here are", f"{branch}{{% if a == 1 %}}{macro}{{% endif %}}{asked} Here are")
    with pytest.raises(AssertionError, match="training began"):
        build_project(config, tmp_path / "cache")


@pytest.mark.usefixtures("no_training")
def test_a_fault_in_the_authors_own_words_stops_a_build_before_training(
    config: Path, tmp_path: Path
) -> None:
    answer = config.parent / "answers" / "which.md"
    answer.write_text("Fine.\n\n{{ fact('models.wide.tset.accuracy') }}\n", encoding="utf-8")
    with pytest.raises(RenderError, match=r"answers/which\.md, line 3: unknown fact"):
        build_project(config, tmp_path / "cache")


@pytest.mark.usefixtures("quick_training")
def test_what_passed_is_not_tried_again(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_project(config, tmp_path / "cache")

    def again(*arguments: object) -> None:
        raise AssertionError("tried again")

    monkeypatch.setattr("reportgen.pipeline.dry_run.synthetic_cases", again)
    (config.parent / "answers" / "which.md").write_text("Other words.", encoding="utf-8")
    build_project(config, tmp_path / "cache")
    replace_text(config, "author", "course")
    build_project(config, tmp_path / "cache")


def job_of(name: str, studies: tuple[str, ...]) -> ReportJob:
    changes = {"data.tier": "sample", "studies": list(studies) or None}
    return ReportJob.of(with_changes(load_config(None), assignment=name, **changes))


def run_of(job: ReportJob, folder: Path) -> Run:
    search = Search.on_this_machine(folder / "cache", allow_download=False)
    ledger = Ledger(open_store(folder / "cache", print), Quiet())
    return job.run(search, ledger)


@pytest.mark.parametrize("name", built_in_names())
def test_built_in_assignments_pass_in_every_case_with_every_study(
    name: str, tmp_path: Path
) -> None:
    job = job_of(name, tuple(STUDIES))
    dry_run(job, run_of(job, tmp_path))


@pytest.mark.parametrize("name", built_in_names())
def test_built_in_answers_taken_as_own_words_are_never_flagged(name: str, tmp_path: Path) -> None:
    job = job_of(name, ())
    assignment = job.assignment
    for _, evidence in synthetic_cases(job, run_of(job, tmp_path)):
        composition = compose(evidence, assignment)
        inlines, record = list(composition.report.inlines), composition.evidence.record
        group = ""
        for plan, question in zip(
            assignment.settings.questions, composition.report.questions, strict=True
        ):
            group = question.group or group
            prompt = written_out(question.prompt, inlines)
            topic = topic_of(plan, group, prompt, assignment, record)
            opened = unfolded(question.answer, composition.report.blocks)
            text = BLOCK_MARK.sub("", written_out(opened, inlines))
            for claim in find_claims(text, (), record, topic):
                judgement = claim.judgement
                assert judgement.status != "contradicted", (claim.sentence.text, judgement)


def test_a_dry_run_needs_no_tensorflow(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from reportgen.pipeline.check import check_configuration\n"
        "from reportgen.config.configuration import load_config, with_changes\n"
        "from reportgen.errors import RenderError\n"
        "from small_project import Quiet\n"
        "config = with_changes(load_config(None), **{'data.tier': 'sample'})\n"
        "try:\n    check_configuration(config, Path('cache'), Quiet())\n"
        "except RenderError as error:\n    print(str(error).splitlines()[-1])\n"
        "print(sorted({'tensorflow', 'keras', 'matplotlib'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SUPPORT)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.splitlines() == ["Build first: reportgen build", "[]"], done.stderr
