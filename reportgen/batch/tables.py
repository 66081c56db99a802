"""The two tables of a batch, for the instructor alone: results and key, as CSV and as pages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import Any

from reportgen.batch.outcomes import KEY, RESULTS, RowOutcome
from reportgen.evidence.record import SPLITS, EvidenceRecord, ImageRecord, ModelRecord
from reportgen.formatting import percent, probability
from reportgen.publish.ownership import relative_origin
from reportgen.publish.record import Published
from reportgen.render.table_page import Cell, Column, Link, Number, TablePage, render_table_page
from reportgen.report_folder import EVIDENCE_FILE, FORMATS, HTML, MAX_RECORD_BYTES
from reportgen.storage.disk import disk_errors, replace_file, sha256
from reportgen.storage.reading import read_inside

# How a text begins that a spreadsheet takes for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]
_Column = tuple[Column, Callable[[Row], Cell]]


def write_tables(
    folder: Path, roster: Path, outcomes: Sequence[RowOutcome], published: Published
) -> None:
    """Write ``results`` and ``key`` as CSV and HTML into a batch's folder.

    Their values are from the evidence in the reports' folders; the results also say why a report
    failed. Only the owner can read the files.

    Raises:
        StoreError: the folder cannot be written.
    """
    results: list[Row] = []
    key: list[Row] = []
    for outcome in outcomes:
        record = _record(folder, outcome)
        results.append(_result(outcome, record))
        key += _expected(outcome, record)
    files = {
        f"{RESULTS}.csv": as_csv(results),
        f"{RESULTS}.html": _results_page(roster.stem, results),
        f"{KEY}.csv": as_csv(key),
        f"{KEY}.html": _key_page(roster.stem, key),
    }
    for content in files.values():  # first: a crash must not leave unrecorded files
        published.add(sha256(content), relative_origin(roster, folder))
    with disk_errors(folder):
        for name, content in files.items():
            replace_file(folder / name, content, private=True)


def _record(folder: Path, outcome: RowOutcome) -> EvidenceRecord | None:
    if outcome.state == "failed":
        return None
    with disk_errors(folder):
        content = read_inside(folder, f"{outcome.row.folder}/{EVIDENCE_FILE}", MAX_RECORD_BYTES)
    record: EvidenceRecord = json.loads(content)
    return record


def _result(outcome: RowOutcome, record: EvidenceRecord | None) -> Row:
    row = outcome.row
    result: Row = {"id": row.id, "name": row.name, "assignment": row.assignment.name}
    if record is not None:
        for name, model in record["models"].items():
            result[f"{name} train accuracy"] = model["train"]["accuracy"]
            result[f"{name} test accuracy"] = model["test"]["accuracy"]
        result["verdict"] = _verdict(record)
    result["state"] = "failed" if outcome.state == "failed" else "done"
    if record is not None:
        for format_name in row.config.settings.output.formats:
            if not (FORMATS[format_name].is_printed and outcome.error):
                result[format_name] = f"{row.folder}/{FORMATS[format_name].file}"
    result["error"] = " ".join(outcome.error.split())
    return result


def _verdict(record: EvidenceRecord) -> str | None:
    comparison = record["comparison"]
    return comparison["verdict"] if comparison else None


def _expected(outcome: RowOutcome, record: EvidenceRecord | None) -> Iterator[Row]:
    """What a report must say: a row for each of its images, or one row without images."""
    if record is None:
        return
    row = outcome.row
    shared = {"id": row.id, "name": row.name, "assignment": row.assignment.name}
    scores: Row = {
        f"{name} {part} accuracy": model[part]["accuracy"]
        for name, model in record["models"].items()
        for part in SPLITS
    }
    scores["verdict"] = _verdict(record)
    selections = row.assignment.settings.selections
    shown = [image for image in record["images"] if image["selection"] in selections]
    for image in shown:
        model = selections[image["selection"]].model
        yield {**shared, **_answer(image, model, record["models"][model]), **scores}
    if not shown:
        yield {**shared, **scores}


def _answer(image: ImageRecord, name: str, model: ModelRecord) -> Row:
    class_names = model["dataset"]["class_names"]
    answer: Row = {
        "selection": image["selection"],
        "model": name,
        "part": image["split"],
        "image": image["index"],
        "label": image["label"],
        "label name": class_names[image["label"]],
    }
    for said in model["predictions"]:
        if (said["selection"], said["index"]) == (image["selection"], image["index"]):
            answer["prediction"] = said["argmax"]
            answer["prediction name"] = class_names[said["argmax"]]
            answer["match"] = "yes" if said["match"] else "no"
            answer["top probability"] = said["probabilities"][said["argmax"]]
    return answer


def columns_of(rows: Sequence[Row]) -> list[str]:
    """The columns of all rows; a new column comes after the one before it in its first row."""
    columns: list[str] = []
    for row in rows:
        place = 0
        for name in row:
            if name in columns:
                place = columns.index(name) + 1
            else:
                columns.insert(place, name)
                place += 1
    return columns


def as_csv(rows: Sequence[Row]) -> bytes:
    """Rows as CSV (RFC 4180), in UTF-8; spaces in columns' names become underscores.

    A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    columns = columns_of(rows)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(name.replace(" ", "_") for name in columns)
    writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)
    return stream.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return str(value)


def _results_page(title: str, rows: Sequence[Row]) -> bytes:
    """``results.html``: each student's report, its state and its accuracies."""
    columns: list[_Column] = [
        (
            Column("Name"),
            lambda row: Link(row["name"], row[HTML.name]) if HTML.name in row else row["name"],
        ),
        (Column("Id"), itemgetter("id")),
        (Column("Assignment"), itemgetter("assignment")),
        *_scores(rows),
        (Column("State"), lambda row: ": ".join(filter(None, (row["state"], row["error"])))),
        (Column("Files", "links"), _documents),
    ]
    return _page(
        columns,
        rows,
        title=f"Results: {title}",
        introduction=("What became of each row of the roster. Keep this page to yourself.",),
        caption="Accuracies are those of the report's own models.",
        noun=("report", "reports"),
    )


def _key_page(title: str, rows: Sequence[Row]) -> bytes:
    """``key.html``: what each report must say of each image."""
    columns: list[_Column] = [
        (Column("Name"), itemgetter("name")),
        (Column("Id"), itemgetter("id")),
        (Column("Selection"), lambda row: row.get("selection")),
        (Column("Part"), lambda row: row.get("part")),
        (Column("Image", "number"), lambda row: _number(row.get("image"), str)),
        (Column("Label"), lambda row: _class(row, "label")),
        (Column("Prediction"), lambda row: _class(row, "prediction")),
        (Column("Match"), lambda row: row.get("match")),
        (
            Column("Probability", "number"),
            lambda row: _number(row.get("top probability"), probability),
        ),
        *_scores(rows),
    ]
    return _page(
        columns,
        rows,
        title=f"Key: {title}",
        introduction=("What each student's report must say. Keep this page to yourself.",),
        caption="A row for each image that a report shows.",
    )


def _page(columns: Sequence[_Column], rows: Sequence[Row], **about: Any) -> bytes:
    cells = [[cell(row) for _, cell in columns] for row in rows]
    page = TablePage(columns=[column for column, _ in columns], rows=cells, **about)
    return render_table_page(page).encode()


def _scores(rows: Iterable[Row]) -> Iterator[_Column]:
    """The columns of all accuracies, and of the verdict on them."""
    for name in dict.fromkeys(key for row in rows for key in row if key.endswith(" accuracy")):
        model, part, _ = name.rsplit(" ", 2)
        column = Column(f"{model.capitalize()}, {part}", "number")
        yield column, partial(_percent, name)
    yield Column("More accurate"), lambda row: verdict_in_words(row.get("verdict"))


def _percent(name: str, row: Row) -> Cell:
    return _number(row.get(name), lambda value: percent(value, 2))


def _number(value: float | None, written: Callable[[Any], str]) -> Cell:
    return None if value is None else Number(value, written(value))


def _documents(row: Row) -> Cell:
    return tuple(Link(each.label, row[each.name]) for each in FORMATS.values() if each.name in row)


def verdict_in_words(verdict: str | None) -> str | None:
    """A comparison's verdict in a table: the more accurate model, or that there is none."""
    return "no difference shown" if verdict == "indistinguishable" else verdict


def _class(row: Row, what: str) -> str | None:
    """A class by number and name; by number alone where its name is the number."""
    if what not in row:
        return None
    number, name = str(row[what]), row[f"{what} name"]
    return number if name == number else f"{number} ({name})"
