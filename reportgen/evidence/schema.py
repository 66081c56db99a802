"""The JSON Schema of ``evidence.json``, made from the types of its records."""

from __future__ import annotations

import ast
import inspect
from typing import Any

from pydantic import TypeAdapter
from typing_extensions import get_original_bases, is_typeddict

from reportgen.evaluation.record_types import records_in
from reportgen.evidence.record import EvidenceRecord
from reportgen.names import NAME_PATTERN
from reportgen.studies.catalogue import STUDIES, load_study

Schema = dict[str, Any]


def evidence_schema() -> Schema:
    """The JSON Schema of ``evidence.json``, including the studies of the catalogue.

    A field is described by the docstring below it.
    """
    kinds = {"evidence": EvidenceRecord} | {name: load_study(name).record for name in STUDIES}
    refs, schema = TypeAdapter.json_schemas(
        [(name, "validation", TypeAdapter(kind)) for name, kind in kinds.items()]
    )
    for kind in kinds.values():
        for record in records_in(kind):
            properties = schema["$defs"].get(record.__name__, {}).get("properties", {})
            for name, text in field_texts(record).items():
                if name in properties:
                    properties[name]["description"] = text
    evidence: Schema = schema["$defs"].pop(EvidenceRecord.__name__)
    studies = evidence["properties"]["studies"]
    ((_, other),) = studies.pop("patternProperties").items()
    studies |= {
        "properties": {name: ref for (name, _), ref in refs.items() if name in STUDIES},
        "additionalProperties": other,
        "propertyNames": {"pattern": NAME_PATTERN},
    }
    # Formats come and go; evidence may name those of another version.
    schema["$defs"]["OutputSettings"]["properties"]["formats"] = {"items": {"type": "string"}}
    del schema["$defs"]["ReportSettings"]["properties"]["output"]["default"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema | evidence


def field_texts(record: type) -> dict[str, str]:
    """The docstrings below the fields of a record and of its bases, by field name.

    Pydantic reads those of a record, but not those of its bases.
    """
    found: dict[str, str] = {}
    for base in get_original_bases(record):
        if is_typeddict(base):
            found |= field_texts(base)
    (definition,) = ast.parse(inspect.getsource(record)).body
    assert isinstance(definition, ast.ClassDef)
    for field, text in zip(definition.body, definition.body[1:], strict=False):
        match field, text:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(said))):
                found[name] = " ".join(said.split())
    return found
