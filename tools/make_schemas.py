"""Write the JSON Schemas that ship in the package; a test tells when they are out of date."""

from __future__ import annotations

import json
from pathlib import Path

from reportgen.config.settings import report_schema
from reportgen.evidence.check import evidence_schema

FOLDER = Path(__file__).parent.parent / "reportgen" / "schemas"


def schema_files() -> dict[str, str]:
    """The schema files' texts by name."""
    schemas = {"report.schema.json": report_schema(), "evidence.schema.json": evidence_schema()}
    return {name: json.dumps(schema, indent=1) + "\n" for name, schema in schemas.items()}


if __name__ == "__main__":
    for name, text in schema_files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
