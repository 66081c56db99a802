"""Under pseudonyms, no report names anybody of the class, with a report or without."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from batch_project import run_batch, write_class
from made_up_reports import Told
from small_project import replace_text, stand_in_for_training

from reportgen.site.make import SiteOptions, make_site
from reportgen.site.pseudonyms import read_table

pytestmark = pytest.mark.usefixtures("in_one_process")

PROSE = {
    "address": "Thanks to ann.lee@example.org.",
    "failed": "The wide model has a test accuracy of 99.9 %.",
    "of-failed": "I worked with Cy Fox.",
    "id": "See the report of S 100-0001.",
    "innocent": "The optimizer is Adam, and a dress is no coat. Max pooling was not used.",
}
ROWS = (
    "s1000000,Ann Lee,,",
    "s1000001,Bo Chu,address,",
    "s1000002,Cy Fox,failed,",
    "s1000003,Di Coat,of-failed,",
    "s1000004,Ed Dress,,After Bo Chu",
    "s1000005,Flo Adam,id,",
    "s1000006,Gus Max,innocent,",
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mates")
    roster = write_class(folder, ROWS, "id,name,prose,title")
    replace_text(folder / "report.toml", 'salt = "spring"', 'salt = "a salt of some length"')
    for name, text in PROSE.items():
        (folder / name).mkdir()
        (folder / name / "which.md").write_text(f"I write.\n\n{text}\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        stand_in_for_training(patch)
        result = run_batch(roster)
    assert [outcome.row.name for outcome in result.failed] == ["Cy Fox"]
    return folder


def publish(base: Path, told: Told) -> Path:
    options = SiteOptions(base / "out", base / "public", None, True, base / "cache")
    make_site(options, told)
    return options.output or base


def test_reports_that_name_a_class_mate_are_left_out_and_told_of(base: Path) -> None:
    told = Told([])
    public = publish(base, told)
    mates = (
        *("s1000001", "answers/which.md, line 3,", "ann", "name"),
        *("s1000003", "answers/which.md, line 3,", "Cy Fox", "name"),
        *("s1000004", "title", "Bo Chu", "name"),
        *("s1000005", "answers/which.md, line 3,", "S 100-0001", "id"),
    )
    assert sorted(told.notices) == [
        f'{base}/out/{id} is left out: its {where} holds "{written}", another student\'s {what}.'
        for id, where, written, what in zip(*(mates[k::4] for k in range(4)), strict=True)
    ]
    published = {path.parent.name for path in public.glob("*/evidence.json")}
    authors = {row.author for row in read_table(base / "public-pseudonyms.csv") if row.made}
    assert authors == {"Ann Lee", "Gus Max"}
    assert len(published) == 2


def test_who_left_the_roster_is_looked_for_still(base: Path, tmp_path: Path) -> None:
    for name in ("out", "cache"):
        shutil.copytree(base / name, tmp_path / name)
    path = tmp_path / "out/batch.json"
    about = json.loads(path.read_bytes())
    del about["rows"]["s1000001"]
    path.write_text(json.dumps(about), encoding="utf-8")
    path = tmp_path / "out/results.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(x for x in lines if "Bo Chu" not in x), encoding="utf-8")
    told = Told([])
    publish(tmp_path, told)
    assert f"{tmp_path}/out/s1000001 is left out: it is of nobody in class.csv." in told.notices
    last = (
        f'{tmp_path}/out/s1000004 is left out: its title holds "Bo Chu", another student\'s name.'
    )
    assert last in told.notices


def test_who_joins_the_class_is_looked_for_in_what_is_published_already(base: Path) -> None:
    publish(base, Told([]))
    table = base / "out/results.csv"
    before = table.read_bytes()
    table.write_bytes(before + b"s1000009,Pia Optimizer,,\r\ns1000010,I Write,,\r\n")
    told = Told([])
    try:
        publish(base, told)
    finally:
        table.write_bytes(before)
    assert f'{base}/out/s1000006 is left out: its answers/which.md, line 1, holds "I write"' in [
        text.partition(", another")[0] for text in told.notices
    ]
