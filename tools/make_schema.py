"""Write the JSON Schema that ships in the package; a test tells when it is out of date."""

from __future__ import annotations

import json
from pathlib import Path

from reportgen.evidence.check import evidence_schema

FILE = Path(__file__).parent.parent / "reportgen" / "schemas" / "evidence.schema.json"

if __name__ == "__main__":
    FILE.write_text(json.dumps(evidence_schema(), indent=1) + "\n", encoding="utf-8")
