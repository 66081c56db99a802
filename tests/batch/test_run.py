"""A whole class on the small project: what is made, shared, left alone, and told."""

from __future__ import annotations

import contextlib
import csv
import json
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from typing import Any

import pytest
from batch_project import Inline, Watching, run_batch, students, write_class, write_roster
from small_project import build_project, content, replace_text, set_key

from reportgen.batch import tasks
from reportgen.batch.roster import read_roster
from reportgen.batch.run import BatchResult
from reportgen.batch.tables import as_csv
from reportgen.batch.workers import open_local
from reportgen.errors import ConfigError, ReportgenError, TrainingError
from reportgen.publish.manifest import is_intact, load_manifest
from reportgen.report_folder import FORMATS

pytestmark = pytest.mark.usefixtures("quick_training")


def states(result: BatchResult) -> dict[str, str]:
    return {outcome.row.id: outcome.state for outcome in result.outcomes}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def stamps(folder: Path) -> dict[Path, int]:
    return {p: p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}


def test_every_row_has_a_report_and_work_is_shared(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(5))
    workers, observer = Inline(), Watching()
    result = run_batch(roster, workers, observer)
    assert set(states(result).values()) == {"made"}
    assert sorted(observer.trained) == ["narrow", "wide"]
    assert workers.tasks["make_report"] == 5
    for k in range(5):
        folder = tmp_path / "out" / f"s{k}"
        manifest = load_manifest(folder)
        assert manifest is not None
        assert is_intact(folder, manifest)
        assert f"Student {k}" in (folder / "index.html").read_text(encoding="utf-8")
    evidence = [
        json.loads((tmp_path / "out" / f"s{k}" / "evidence.json").read_bytes()) for k in range(5)
    ]
    assert len({json.dumps(each["images"]) for each in evidence}) == 5
    assert (observer.progress[0].done, observer.progress[0].left) == (0, 5)
    assert (observer.progress[-1].done, observer.progress[-1].left) == (5, 0)
    # Nothing of a batch but trainings and data is in the store.
    kinds = {path.name for path in (tmp_path / "cache" / "v1").iterdir()}
    assert not kinds & {*FORMATS, "figure", "evidence"}


def forget_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the worker, which is this process, an empty picture cache."""
    monkeypatch.setattr(tasks, "picture_cache", tasks.PictureCache(tasks.MAX_PICTURE_BYTES))


def test_each_distinct_figure_is_drawn_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import reportgen.figures.catalogue

    drawn: list[str] = []
    draw = reportgen.figures.catalogue.draw

    def counted(spec: Any) -> Any:
        drawn.append(spec.digest())
        return draw(spec)

    monkeypatch.setattr(reportgen.figures.catalogue, "draw", counted)
    forget_pictures(monkeypatch)
    run_batch(write_class(tmp_path, students(6)))
    assert len(drawn) == len(set(drawn))
    assert 6 < len(drawn) < 12  # the confusion matrix is everyone's


@pytest.mark.parametrize("pdf", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_bytes_are_those_of_a_build_of_the_same_configuration(
    tmp_path: Path, pdf: bool
) -> None:
    rows = ["s1,Ann Lee,1,", 's2,王小明,1,"Title, own"'] if not pdf else ["s1,Ann Lee,1,"]
    roster = write_class(tmp_path, rows, "id,name,seed,title", all_formats=pdf)
    with open_local(1) if pdf else contextlib.nullcontext(Inline()) as workers:
        run_batch(roster, workers)
    for row in read_roster(roster):
        path = tmp_path / f"{row.folder}.toml"
        path.write_text(row.config.text, encoding="utf-8")
        build_project(path, tmp_path / "other-cache", output=tmp_path / "built" / row.folder)
    assert content(tmp_path / "built") == {
        name: found for name, found in content(tmp_path / "out").items() if "/" in name
    }


def test_a_batch_that_has_nothing_to_do_touches_nothing(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(3))
    run_batch(roster)
    before = {p: t for p, t in stamps(tmp_path / "out").items() if p.parent != tmp_path / "out"}
    tables = content(tmp_path / "out")
    workers, observer = Inline(), Watching()
    result = run_batch(roster, workers, observer)
    assert set(states(result).values()) == {"up to date"}
    assert not workers.tasks
    assert not observer.trained
    assert {p: p.stat().st_mtime_ns for p in before} == before
    assert content(tmp_path / "out") == tables


def test_only_what_is_missing_changed_or_damaged_is_made_again(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(4))
    run_batch(roster)
    page = tmp_path / "out" / "s1" / "index.html"
    page.write_bytes(page.read_bytes() + b" ")
    write_roster(tmp_path, ["s0,Student 0", "s1,Student 1", "s2,New Name", "s9,Student 9"])
    result = run_batch(roster)
    assert states(result) == {"s0": "up to date", "s1": "made", "s2": "made", "s9": "made"}
    assert (tmp_path / "out" / "s3" / "index.html").is_file()  # who left the class keeps theirs


def test_a_row_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    write_class(tmp_path, [])
    for name, text in (("bad", "There are {{ fact('models.wide.nothing') }}."), ("good", "Yes.")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which.md").write_text(text, encoding="utf-8")
    rows = ["s0,A,good", "s1,B,bad", "s2,C,good"]
    roster = write_roster(tmp_path, rows, "id,name,prose")
    result = run_batch(roster, observer=(observer := Watching()))
    assert states(result) == {"s0": "made", "s1": "failed", "s2": "made"}
    with pytest.raises(ReportgenError) as caught:
        result.require_no_failure()
    assert caught.value.exit_code == 1
    assert "1 of 3 reports failed" in str(caught.value)
    assert "row 3 (s1): " in str(caught.value)
    assert any("row 3 (s1) failed" in notice for notice in observer.notices)
    assert result.as_json()["failed"][0]["id"] == "s1"
    found = read_csv(tmp_path / "out" / "results.csv")
    assert [row["state"] for row in found] == ["done", "failed", "done"]
    assert "nothing" in found[1]["error"]
    assert not (tmp_path / "out" / "s1").exists()
    (tmp_path / "bad" / "which.md").write_text("Now it is right.", encoding="utf-8")
    again = run_batch(roster)
    assert states(again) == {"s0": "up to date", "s1": "made", "s2": "up to date"}
    again.require_no_failure()


def test_many_failures_are_told_in_five_lines(tmp_path: Path) -> None:
    write_class(tmp_path, [])
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "which.md").write_text("{{ nothing }}", encoding="utf-8")
    rows = [f"s{k},N,bad" for k in range(6)]
    result = run_batch(write_roster(tmp_path, rows, "id,name,prose"))
    with pytest.raises(ReportgenError) as caught:
        result.require_no_failure()
    assert len(str(caught.value).splitlines()) == 5
    assert "3 more" in str(caught.value)


def test_a_contradiction_fails_its_row_unless_it_is_allowed(tmp_path: Path) -> None:
    write_class(tmp_path, [])
    (tmp_path / "p").mkdir()
    words = "The test accuracy of the wide model is 99.9 percent.\n"
    (tmp_path / "p" / "which.md").write_text(words, encoding="utf-8")
    roster = write_roster(tmp_path, ["s0,A,p", "s1,B,"], "id,name,prose")
    assert states(run_batch(roster)) == {"s0": "failed", "s1": "made"}
    allowed = run_batch(roster, observer=(observer := Watching()), allow_contradictions=True)
    assert states(allowed) == {"s0": "made", "s1": "up to date"}
    assert any(text.startswith("s0: answers/which.md:1") for text in observer.notices)
    assert states(run_batch(roster, allow_contradictions=True))["s0"] == "up to date"
    assert states(run_batch(roster))["s0"] == "failed"


def test_trainings_of_many_seeds_are_made_once_each(tmp_path: Path) -> None:
    rows = [f"s{k},N,{k % 3}" for k in range(7)]
    roster = write_class(tmp_path, rows, "id,name,seed")
    observer = Watching()
    result = run_batch(roster, observer=observer)
    assert set(states(result).values()) == {"made"}
    assert len(observer.trained) == 6


def test_trainings_can_be_tasks(tmp_path: Path) -> None:
    roster = write_class(tmp_path, ["s0,A,0", "s1,B,1"], "id,name,seed")
    workers = Inline(train=True)
    run_batch(roster, workers)
    assert workers.tasks["train_model"] == 4
    remote = content(tmp_path / "out")
    (tmp_path / "local").mkdir()
    run_batch(write_class(tmp_path / "local", ["s0,A,0", "s1,B,1"], "id,name,seed"))
    assert content(tmp_path / "local" / "out") == remote


def test_a_training_that_fails_takes_only_its_own_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import reportgen.training.trainer

    train = reportgen.training.trainer.train_models

    def fails_for_seed_1(jobs: Any, **options: Any) -> Any:
        if any(job.seed == 1 for job in jobs):
            raise TrainingError("the loss is not finite.")
        return train(jobs, **options)

    monkeypatch.setattr(reportgen.training.trainer, "train_models", fails_for_seed_1)
    rows = [f"s{k},N,{k % 3}" for k in range(5)]
    result = run_batch(write_class(tmp_path, rows, "id,name,seed"))
    found = states(result)
    assert [k for k, state in found.items() if state == "failed"] == ["s1", "s4"]
    assert "not finite" in result.failed[0].error


def test_a_faulty_template_fails_before_training(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(3))
    replace_text(tmp_path / "strokes-assignment" / "which.md", "wide", "wied")
    result = run_batch(roster, observer=(observer := Watching()))
    assert set(states(result).values()) == {"failed"}
    assert not observer.trained
    assert "which.md" in result.failed[0].error


def test_a_new_title_trains_nothing(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(2))
    run_batch(roster)
    set_key(tmp_path / "report.toml", 'title = "Changed"')
    result = run_batch(roster, observer=(observer := Watching()))
    assert set(states(result).values()) == {"made"}
    assert not observer.trained


def test_results_and_key_say_what_the_evidence_says(tmp_path: Path) -> None:
    roster = write_class(tmp_path, ["s0,Ann", "s1,王小明"])
    run_batch(roster)
    out = tmp_path / "out"
    results, key = read_csv(out / "results.csv"), read_csv(out / "key.csv")
    assert [row["name"] for row in results] == ["Ann", "王小明"]
    for row in results:
        record = json.loads((out / row["id"] / "evidence.json").read_bytes())
        assert float(row["wide_test_accuracy"]) == record["models"]["wide"]["test"]["accuracy"]
        assert row["verdict"] == record["comparison"]["verdict"]
        assert (out / row["html"]).is_file()
        assert "pdf" not in row
        own = [each for each in key if each["id"] == row["id"]]
        assert [(e["selection"], int(e["image"])) for e in own] == [
            (image["selection"], image["index"]) for image in record["images"]
        ]
        (said,) = record["models"]["narrow"]["predictions"]
        (expected,) = [each for each in own if each["prediction"]]
        assert int(expected["prediction"]) == said["argmax"]
        assert expected["match"] == ("yes" if said["match"] else "no")
        assert float(expected["top_probability"]) == max(said["probabilities"])
    for name in ("results.html", "key.html"):
        page = (out / name).read_text(encoding="utf-8")
        assert "王小明" in page
        assert str(tmp_path) not in page
        assert "Keep this page to yourself." in page


def test_nobody_but_the_instructor_can_read_the_tables(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(1))
    run_batch(roster)
    tables = [*(tmp_path / "out").glob("results.*"), *(tmp_path / "out").glob("key.*")]
    assert len(tables) == 4
    for path in tables:
        path.chmod(0o644)  # as versions before wrote them
    run_batch(roster)
    assert [path.stat().st_mode & 0o777 for path in tables] == [0o600] * 4


def test_a_name_that_reads_like_a_formula_stays_text() -> None:
    assert as_csv([{"id": "a", "name": "=1+1"}]).decode().splitlines()[1] == "a,'=1+1"


def test_columns_of_models_that_only_some_have_stand_together() -> None:
    rows = [{"id": 1, "a x": 1, "state": 2}, {"id": 1, "b x": 1, "state": 2}]
    assert as_csv(rows).decode().splitlines()[0] == "id,b_x,a_x,state"


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(1))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "results.csv").write_text("mine")
    with pytest.raises(ConfigError, match="left alone"):
        run_batch(roster)
    assert content(tmp_path / "out") == {"results.csv": b"mine"}
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ConfigError, match="link"):
        run_batch(roster, output=tmp_path / "link")
    with pytest.raises(ConfigError, match="file"):
        run_batch(roster, output=roster)


def test_a_students_folder_of_something_else_fails_that_row(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(2))
    run_batch(roster)
    (tmp_path / "out" / "s5").mkdir()
    (tmp_path / "out" / "s5" / "mine.txt").write_text("mine")
    (tmp_path / "out" / "s6").symlink_to(tmp_path / "strokes-assignment")
    write_roster(tmp_path, ["s0,Student 0", "s5,B", "s6,C"])
    found = states(run_batch(roster))
    assert found == {"s0": "up to date", "s5": "failed", "s6": "failed"}
    assert content(tmp_path / "out" / "s5") == {"mine.txt": b"mine"}


def test_nothing_is_written_outside_the_batch_and_the_store(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(2))
    before = stamps(tmp_path)
    run_batch(roster)
    inside = (tmp_path / "out", tmp_path / "cache")
    after = {p: t for p, t in stamps(tmp_path).items() if not any(map(p.is_relative_to, inside))}
    assert after == before


class Dying(Inline):
    """Workers that die when they render certain reports."""

    lost = (BrokenExecutor,)

    def __init__(self, deaths: dict[str, int]) -> None:
        super().__init__()
        self.deaths = deaths
        self.renewed = 0

    def submit(self, task: Any, /, *arguments: Any) -> Future[Any]:
        author = arguments[0].record["report"]["author"]
        if self.deaths.get(author, 0) > 0:
            self.deaths[author] -= 1
            future: Future[Any] = Future()
            future.set_exception(BrokenExecutor("died"))
            return future
        return super().submit(task, *arguments)

    def renew(self) -> None:
        self.renewed += 1


def test_a_worker_that_dies_costs_a_retry_and_no_result(tmp_path: Path) -> None:
    workers = Dying({"Student 1": 1, "Student 4": 2})
    result = run_batch(write_class(tmp_path, students(6)), workers)
    assert set(states(result).values()) == {"made"}
    assert workers.renewed >= 2


def test_a_report_that_always_kills_its_worker_fails_alone(tmp_path: Path) -> None:
    workers = Dying({"Student 2": 99})
    result = run_batch(write_class(tmp_path, students(7)), workers)
    assert [k for k, state in states(result).items() if state == "failed"] == ["s2"]
    assert "died" in result.failed[0].error


def test_a_figure_that_fails_takes_only_rows_that_show_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import reportgen.figures.catalogue

    draw, grids = reportgen.figures.catalogue.draw, []

    def draw_but_one(spec: Any) -> Any:
        if spec.kind == "image_grid":
            grids.append(spec.digest())
            if spec.digest() == grids[0]:
                raise ValueError("cannot be drawn")
        return draw(spec)

    monkeypatch.setattr(reportgen.figures.catalogue, "draw", draw_but_one)
    forget_pictures(monkeypatch)
    result = run_batch(write_class(tmp_path, students(4)))
    assert list(states(result).values()).count("failed") == 1
    assert "a fault in reportgen" in result.failed[0].error


@pytest.mark.slow
def test_processes_give_the_bytes_that_one_process_gives(tmp_path: Path) -> None:
    roster = write_class(tmp_path, students(5))
    with open_local(2) as workers:
        run_batch(roster, workers)
        run_batch(roster, workers, output=tmp_path / "again")
    run_batch(roster, Inline(), output=tmp_path / "alone")
    assert content(tmp_path / "out") == content(tmp_path / "alone")
    assert content(tmp_path / "out") == content(tmp_path / "again")
