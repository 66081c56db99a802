"""docs/assignments.md and docs/facts.md name all that there is, and their examples are real."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from measured import measured_evidence
from places import ROOT
from processes import run_commands
from pydantic import BaseModel
from reading import listings
from small_datasets import five_shapes, write_npz
from small_project import Quiet

from reportgen.answers.compose import compose
from reportgen.answers.facts import FILTERS, INTERVAL_FILTERS
from reportgen.answers.language import FUNCTIONS, equations
from reportgen.config.assignments import (
    AssignmentSettings,
    QuestionSettings,
    Requirement,
    SelectionSettings,
    load_assignment,
    shared_dir,
)
from reportgen.config.configuration import load_config, with_changes
from reportgen.config.model_settings import LAYER_KINDS, Activation, ModelSettings
from reportgen.datasets.sources import Search
from reportgen.pipeline.dry_run import dry_run, synthetic_cases
from reportgen.pipeline.ledger import Ledger, open_store
from reportgen.pipeline.report import ReportJob
from reportgen.pipeline.run import Run
from reportgen.resources import templates_dir
from reportgen.studies.catalogue import OTHER_NAMES, STUDIES

DOCS = ROOT / "docs"
GUIDE = (DOCS / "assignments.md").read_text(encoding="utf-8")
FACTS = (DOCS / "facts.md").read_text(encoding="utf-8")
EXAMPLES = {"1": "hidden-layer", "2": "five-shapes", "3": "shorter"}
MODEL_DEFAULTS = {"layers": "`[{ dense = 128 }]`", "learning_rate": "Keras's own"}
EVIDENCE_ONLY = (
    *("schema_version", "report.settings", "report.replacements", "report.prose"),
    *("report.assignment_files", "left_out"),
)

Rows = list[list[str]]


def section(heading: str) -> str:
    """A section of the guide, with the sections inside it."""
    found = re.search(rf"^(#+) {re.escape(heading)}\n(.*?)(?=^\1 |\Z)", GUIDE, re.M | re.S)
    assert found, heading
    return found[2]


def tables(text: str) -> list[Rows]:
    """The bodies of a text's tables, cell by cell."""
    found: list[Rows] = []
    for block in re.findall(r"^\| .*\n\| [-:| ]+\n((?:\|.*\n?)+)", text, re.M):
        lines = block.strip().splitlines()
        found.append([[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines])
    return found


def coded(cell: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", cell, flags=re.S))


def first_names(rows: Rows) -> set[str]:
    """The names that the first cells of a table begin with, without arguments."""
    return {name.split("(")[0] for row in rows for name in coded(row[0])}


def written(default: object) -> str:
    """A default as the guide writes it."""
    if default is None:
        return "none"
    if isinstance(default, tuple | dict):
        return {"()": "`[]`", "{}": "`{}`"}[repr(default)]
    return f'`"{default}"`' if isinstance(default, str) else f"`{default!r}`"


@pytest.mark.parametrize(
    ("heading", "schema", "special"),
    [
        ("assignment.toml", AssignmentSettings, {}),
        (
            "Models",
            ModelSettings,
            MODEL_DEFAULTS,
        ),
        ("Selections", SelectionSettings, {}),
        ("Questions", QuestionSettings, {}),
        ("What an answer must hold", Requirement, {}),
    ],
)
def test_every_key_is_in_the_guide_with_its_default(
    heading: str, schema: type[BaseModel], special: dict[str, str]
) -> None:
    rows = {coded(row[0])[0]: row[1] for row in tables(section(heading))[0]}
    expected = {
        name: "needed" if field.is_required() else special.get(name) or written(field.default)
        for name, field in schema.model_fields.items()
    }
    expected |= {"selections": "`{}`"} if schema is AssignmentSettings else {}
    assert rows == expected


def test_values_to_choose_from_are_in_the_guide() -> None:
    layers = tables(section("Models"))[1]
    assert {coded(row[0])[0].split()[1] for row in layers} == set(LAYER_KINDS)
    for activation in get_args(Activation):
        assert f'`"{activation}"`' in section("Models")
    kinds = tables(section("Questions"))[1]
    expected = get_args(QuestionSettings.model_fields["kind"].annotation)
    assert {coded(row[0])[0].strip('"') for row in kinds} == set(expected)
    (elements,) = (r for r in tables(section("What an answer must hold"))[0] if "element" in r[0])
    for optional in get_args(Requirement.model_fields["element"].annotation):
        for element in get_args(optional):
            assert f'`"{element}"`' in elements[2]
    for key in ("split", "optimizer", "output", "engine", "label"):
        assert re.search(rf'^\| `{key}` \|.*"', GUIDE, re.M), key


def test_other_names_of_studies_are_in_the_guide() -> None:
    for other, name in OTHER_NAMES.items():
        assert f"`{other}` is another name of `{name}`" in section("Studies")


def test_every_function_is_in_the_guide() -> None:
    (rows,) = tables(section("Functions"))
    assert first_names(rows) == set(FUNCTIONS)


def test_every_filter_is_in_the_guide() -> None:
    (rows,) = tables(section("Filters"))
    assert first_names(rows) == {*FILTERS, *INTERVAL_FILTERS}


def test_every_equation_and_every_shared_step_is_in_the_guide() -> None:
    assert set(equations()) <= set(coded(section("Equations")))
    steps = (shared_dir() / "steps.py.j2").read_text(encoding="utf-8")
    names = set(re.findall(r"^# --- step: (\S+)", steps, re.M))
    assert len(names) >= 15
    assert names <= set(coded(section("Code")))


def test_every_shared_macro_that_the_guide_names_is_there() -> None:
    (rows,) = tables(section("Templates").split("\n### ")[0])
    for file, macros in ((coded(row[0])[0], coded(row[1])) for row in rows):
        text = (shared_dir() / file.removeprefix("shared/")).read_text(encoding="utf-8")
        assert set(macros) <= set(re.findall(r"macro (\w+)\(", text)), file


def paths(value: Any, *parts: str) -> Iterator[tuple[str, ...]]:
    """The paths of single values, lists of them and empty places, entries of records as <n>."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from paths(inner, *parts, name)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for inner in value:
            yield from paths(inner, *parts, "<n>")
    else:
        yield parts


def facts_there_are() -> set[str]:
    """Every path of a record that has all studies, kinds of layers and validation images."""
    layers = [{"conv2d": 4}, {"max_pooling2d": 2}, {"dropout": 0.1}, {"dense": 8}]
    evidence = measured_evidence(
        "fashion-and-digits",
        studies=tuple(STUDIES),
        models={
            "digits": {"validation_split": 0.2, "repeats": 3},
            "fashion": {"repeats": 3, "layers": layers},
        },
        selections={"predict": "random"},
    )
    evidence.record["report"]["settings"]["output"] = {"code": "appendix"}
    assignment = load_assignment("fashion-and-digits", Path())
    record = compose(evidence, assignment).evidence.record
    for model in record["derived"]["models"].values():  # not every run has pairs that are level
        model["confusions"]["level"] = [{"first": "", "second": ""}]
    keys = ("n_higher_only", "n_lower_only", "n_discordant", "n_total", "p_value")
    record["derived"]["comparison"]["paired"] = dict.fromkeys(keys, 0)  # for the same images only
    names = dict.fromkeys(record["models"], "<model>")
    names |= dict.fromkeys(record["derived"]["selections"], "<selection>")
    numbering = record["derived"]["numbering"]
    for kind in ("questions", "figures", "tables"):
        names |= dict.fromkeys(numbering[kind], "<id>")
    names.pop("comparison")  # a question, but also the comparison itself
    numbering["questions"].pop("comparison")
    return {".".join(names.get(part, part) for part in path) for path in paths(record)}


def facts_in_the_guide() -> set[str]:
    """Every path that facts.md lists, with the groups of names put in."""
    head, *_ = FACTS.split("\n## ")
    score, paired = ([name for row in rows for name in coded(row[0])] for rows in tables(head))
    found = set()
    for part in re.split(r"(?:Paths begin|begins) with `|^With `", FACTS, flags=re.M)[1:]:
        prefix, _, rest = part.partition("`")
        for row in tables(rest)[0]:
            for name in coded(row[0]):
                groups = {"<score>": score, "<paired>": paired}
                last = name.rsplit(".", 1)[-1]
                for end in groups.get(last, [last]):
                    found.add(f"{prefix}{name.removesuffix(last)}{end}")
    return found


def test_every_fact_is_listed_and_every_listed_fact_is_there() -> None:
    there = {path for path in facts_there_are() if not path.startswith(EVIDENCE_ONLY)}
    listed = facts_in_the_guide()
    inner = {path for path in listed if any(each.startswith(f"{path}.") for each in there)}
    assert len(there) > 400
    assert sorted(there - listed) == [], "not in docs/facts.md"
    assert sorted(listed - there - inner) == [], "in docs/facts.md, but no fact"


def write_example(number: str, folder: Path) -> Path:
    """The files of an example; returns its ``report.toml``."""
    (text,) = re.findall(rf"^## Example {number}: (.*?)(?=^## |\Z)", GUIDE, re.M | re.S)
    files = re.findall(r"^`([\w./-]+)`\n\n```\w+\n(.*?)^```", text, re.M | re.S)
    for name, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    for source, target in re.findall(r"^\$ cp (templates/\S+) (\S+)$", text, re.M):
        shutil.copy(templates_dir().parent / source, folder / target)
    write_npz(folder / "shapes.npz", five_shapes())
    assert len(files) >= 4
    return folder / "report.toml"


def run_of(job: ReportJob, folder: Path) -> Run:
    search = Search.on_this_machine(folder / "cache", allow_download=False)
    ledger = Ledger(open_store(folder / "cache", print), Quiet())
    return job.run(search, ledger)


@pytest.mark.parametrize("number", EXAMPLES)
def test_an_example_passes_and_answers_all_in_every_case(number: str, tmp_path: Path) -> None:
    path = write_example(number, tmp_path)
    job = ReportJob.of(with_changes(load_config(path), **{"data.tier": "sample"}))
    assert job.assignment.name == EXAMPLES[number]
    run = run_of(job, tmp_path)
    dry_run(job, run)
    for case, evidence in synthetic_cases(job, run):
        made = compose(evidence, job.assignment).report
        missing = [item.item for item in made.coverage if not item.is_covered]
        assert not missing, case
        for code in listings(made):
            compile(code, number, "exec")


@pytest.mark.slow
def test_the_examples_are_built_as_the_guide_says(tmp_path: Path) -> None:
    files = {number: write_example(number, tmp_path / number) for number in EXAMPLES}
    builds = [f"reportgen build {number}/report.toml -f html -f md --quiet" for number in files]
    done = run_commands(builds, tmp_path)
    assert done.returncode == 0, done.stderr
    for number in files:
        text = (tmp_path / "reports" / number / "report.md").read_text(encoding="utf-8")
        assert "not covered" not in text
        assert "{" not in re.sub(r"```.*?```|\$\$.*?\$\$", "", text, flags=re.S)


def test_every_piece_of_toml_and_every_link_is_right() -> None:
    for block in re.findall(r"```toml\n(.*?)```", GUIDE, re.S):
        tomllib.loads(block)
    for text in (GUIDE, FACTS):
        anchors = {
            re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
            for heading in re.findall(r"^#+ (.+)$", text, re.M)
        }
        for target in re.findall(r"\]\(#([^)]+)\)", text):
            assert target in anchors, target
    for file in re.findall(r"\]\((\w+\.md)", GUIDE + FACTS):
        assert (DOCS / file).is_file()
    assert "#studies" in GUIDE
    assert "\n## Studies\n" in FACTS
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert "](docs/assignments.md)" in readme


@pytest.mark.parametrize(
    ("row", "check"),
    [
        ("| `percent`", test_every_filter_is_in_the_guide),
        ("| `models()`", test_every_function_is_in_the_guide),
        ("`two_linear`", test_every_equation_and_every_shared_step_is_in_the_guide),
        ("`build`, `compile`", test_every_equation_and_every_shared_step_is_in_the_guide),
        ("| `confusions.recall`", test_every_fact_is_listed_and_every_listed_fact_is_there),
    ],
)
def test_a_row_that_is_missing_is_noticed(
    row: str, check: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (("GUIDE", GUIDE), ("FACTS", FACTS)):
        kept = [line for line in text.splitlines(keepends=True) if not line.startswith(row)]
        monkeypatch.setitem(globals(), name, "".join(kept))
    with pytest.raises(AssertionError):
        check()


def test_a_default_that_has_changed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = GUIDE.replace("| `epochs` | `10` |", "| `epochs` | `12` |")
    assert changed != GUIDE
    monkeypatch.setitem(globals(), "GUIDE", changed)
    with pytest.raises(AssertionError):
        test_every_key_is_in_the_guide_with_its_default(
            "Models",
            ModelSettings,
            MODEL_DEFAULTS,
        )
