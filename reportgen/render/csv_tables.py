"""The numbers behind a figure as a file."""

from __future__ import annotations

import csv
import io

from reportgen.figures.spec import DataTable


def table_as_csv(table: DataTable) -> bytes:
    """The table as RFC 4180 has it, in UTF-8."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows([table.header, *table.rows])
    return stream.getvalue().encode()
