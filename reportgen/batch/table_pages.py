"""The tables over a batch as pages that are searched and sorted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from reportgen.formatting import percent, probability
from reportgen.render.table_page import Cell, Column, Link, Number, TablePage, render_table_page

_LINKS = {"html": "Page", "pdf": "PDF", "md": "Markdown"}

Row = dict[str, Any]


def results_page(title: str, rows: Sequence[Row]) -> bytes:
    """``results.html``: who has which report, and what it says in short."""
    scores = _scores(rows)
    columns = [
        Column("Name"),
        Column("Id"),
        Column("Assignment"),
        *(Column(_title(name), "number") for name in scores),
        Column("More accurate"),
        Column("State"),
        Column("Files", "links"),
    ]
    cells: list[list[Cell]] = [
        [
            Link(row["name"], row["html"]) if "html" in row else row["name"],
            row["id"],
            row["assignment"],
            *(_percent(row.get(name)) for name in scores),
            _verdict(row.get("verdict")),
            f"{row['state']}: {row['error']}" if row["error"] else row["state"],
            tuple(Link(_LINKS[kind], row[kind]) for kind in _LINKS if kind in row),
        ]
        for row in rows
    ]
    page = TablePage(
        title=f"Results: {title}",
        introduction=("What became of each row of the roster. Keep this page to yourself.",),
        caption="Accuracies are those of the report's own models.",
        columns=columns,
        rows=cells,
        noun=("report", "reports"),
    )
    return render_table_page(page).encode()


def key_page(title: str, rows: Sequence[Row]) -> bytes:
    """``key.html``: what each report must say of each image, for who marks."""
    scores = _scores(rows)
    columns = [
        Column("Name"),
        Column("Id"),
        Column("Selection"),
        Column("Part"),
        Column("Image", "number"),
        Column("Label"),
        Column("Prediction"),
        Column("Match"),
        Column("Probability", "number"),
        *(Column(_title(name), "number") for name in scores),
        Column("More accurate"),
    ]
    cells: list[list[Cell]] = [
        [
            row["name"],
            row["id"],
            row.get("selection"),
            row.get("part"),
            Number(row["image"], str(row["image"])) if "image" in row else None,
            _class(row, "label"),
            _class(row, "prediction"),
            row.get("match"),
            Number(row["top probability"], probability(row["top probability"]))
            if "top probability" in row
            else None,
            *(_percent(row.get(name)) for name in scores),
            _verdict(row.get("verdict")),
        ]
        for row in rows
    ]
    page = TablePage(
        title=f"Key: {title}",
        introduction=("What each student's report must say. Keep this page to yourself.",),
        caption="A row for each image that a report shows.",
        columns=columns,
        rows=cells,
    )
    return render_table_page(page).encode()


def _scores(rows: Iterable[Row]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row if key.endswith(" accuracy")))


def _title(score: str) -> str:
    model, part, _ = score.rsplit(" ", 2)
    return f"{model.capitalize()}, {part}"


def _percent(value: float | None) -> Cell:
    return None if value is None else Number(value, percent(value, 2))


def _verdict(verdict: str | None) -> str | None:
    return "no difference shown" if verdict == "indistinguishable" else verdict


def _class(row: Row, what: str) -> str | None:
    """A class by number and name; by number alone where its name is the number."""
    if what not in row:
        return None
    number, name = str(row[what]), row[f"{what} name"]
    return number if name == number else f"{number} ({name})"
