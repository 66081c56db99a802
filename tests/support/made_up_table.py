"""A page with a table of every kind of cell, made up for tests, of as many rows as wanted."""

from __future__ import annotations

from typing import Any

import numpy as np

from reportgen.render.table_page import Cell, Column, Link, Number, TablePage
from reportgen.render.thumbnails import Thumbnail

FIRST = ("Ada", "Grace", "Łucja", "Søren", "Zoë", "Олена", "Ελένη", "<b>Mei</b>")
LAST = ("Lovelace", "Hopper", "Nowak", "Kierkegaard", "García", "Шевченко", 'O"Neil')
COLUMNS = (
    Column("Image", "picture"),
    Column("Author"),
    Column("Title"),
    Column("Date"),
    Column('"Digits"; test', "number"),
    Column("Fashion, test", "number"),
    Column("More accurate"),
    Column("Data"),
    Column("Remark"),
    Column("Files", "links"),
)


def made_up_table(n_rows: int, **changes: Any) -> TablePage:
    """The page, each row with a picture of its own; ``changes`` replace its fields."""
    rng = np.random.default_rng(0)
    fields: dict[str, Any] = {
        "title": "Machine learning, autumn term",
        "introduction": ("Small networks, trained and measured.",),
        "caption": "Accuracies are those on the test images.",
        "columns": COLUMNS,
        "rows": [_row(rng, number) for number in range(n_rows)],
        "row_heading": 1,
        "shared": (("Course", "Machine learning & more"),),
        "noun": ("report", "reports"),
        "notices": ("One report is damaged and left out: <autumn>.",),
        "notes": ("Made by reportgen.",),
    }
    return TablePage(**{**fields, **changes})


def _row(rng: np.random.Generator, number: int) -> list[Cell]:
    digits, fashion = (
        round(float(rng.uniform(*bounds)), 4) for bounds in ((0.96, 0.98), (0.86, 0.89))
    )
    folder = f"autumn-term/student-{number:04}"
    return [
        Thumbnail(_picture(rng), "Ankle boot"),
        Link(f"{FIRST[number % 8]} {LAST[number % 7]}", f"{folder}/index.html"),
        "Basic classification of clothing and of handwritten digits",
        f"2026-11-{1 + number % 28:02}" if number % 9 else None,
        Number(digits, f"{100 * digits:.1f}\u00a0%"),
        Number(fashion, f"{100 * fashion:.1f}\u00a0%") if number % 5 else None,
        "digits" if number % 4 else "no difference shown",
        "full" if number % 11 else "sample",
        None,
        (Link("PDF", f"{folder}/report.pdf"), Link("Markdown", f"{folder}/report.md")),
    ]


def _picture(rng: np.random.Generator) -> Any:
    """A smooth blot, about as hard to compress as clothing: uint8 (28, 28)."""
    y, x = np.mgrid[-1:1:28j, -1:1:28j]
    a, b, turn = rng.uniform(0.3, 0.9, 3)
    ink = 255 * np.exp(-((x / a) ** 4) - ((y - turn * x) / b) ** 4)
    noise = rng.integers(-20, 21, (28, 28))
    return np.where(ink > 60, np.clip(ink + noise, 0, 255), 0).astype(np.uint8)
