"""Write what follows from the program: the JSON Schema; studies and figures in docs/facts.md.

A test tells when they are out of date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from reportgen.evidence.schema import evidence_schema
from reportgen.figures.catalogue import FIGURES, load_figure
from reportgen.studies.catalogue import STUDIES, load_study

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "reportgen" / "schemas" / "evidence.schema.json"
FACTS = ROOT / "docs" / "facts.md"

# Records that facts.md describes once.
GROUPS = {"Score": "<score>", "PairedComparison": "<paired>"}

Schema = dict[str, Any]


def reference_files() -> dict[Path, str]:
    """The text of every file."""
    text = FACTS.read_text(encoding="utf-8")
    for heading, lines in {
        "Studies": [*study_table(), *study_sections()],
        "Figures": figure_table(),
    }.items():
        section = "\n".join([f"## {heading}\n", *lines, ""])
        text = re.sub(rf"^## {heading}\n.*?(?=^## )", lambda _: section, text, flags=re.M | re.S)  # noqa: B023
    return {SCHEMA: json.dumps(evidence_schema(), indent=1) + "\n", FACTS: text}


def figure_table() -> list[str]:
    """What each figure shows, by the first sentence of its module, and with which arguments."""
    rows = []
    for name in FIGURES:
        arguments = load_figure(name).arguments.items()
        given = [f"`{each}`" if needed else f"[`{each}`]" for each, needed in arguments]
        first = (import_module(f"reportgen.figures.{name}").__doc__ or "").partition("\n")[0]
        shows = first.removesuffix(".").replace("``", "`")
        rows.append(f"| `{name}` | {', '.join(given) or 'none'} | {shows} |")
    return ["| figure | arguments | shows |", "| --- | --- | --- |", *rows, ""]


def study_table() -> list[str]:
    """What each study measures."""
    studies = {name: load_study(name) for name in STUDIES}
    return [
        "| study | what it measures | costs |",
        "| --- | --- | --- |",
        *(
            f"| [`{name}`](#{name}) | {each.shows} | {each.costs} |"
            for name, each in studies.items()
        ),
        "",
    ]


def study_sections() -> Iterator[str]:
    """Every fact of each study."""
    schema = evidence_schema()
    for name, study in schema["properties"]["studies"]["properties"].items():
        yield f"### {name}\n"
        for part, value in resolved(study, schema)["properties"].items():
            path = f"studies.{name}.{part}."
            (record, *_) = records(value, schema)
            if "patternProperties" in record:
                ((_, value),) = record["patternProperties"].items()
                path = f"studies.{name}.{part}.<model>."
                (record, *_) = records(value, schema)
            yield f"{text_of(record, record['title'])} Paths begin with `{path}`\n"
            yield "| fact | what it is |\n| --- | --- |"
            yield from (f"| `{fact}` | {text} |" for fact, text in facts(value, schema).items())
            yield ""


def facts(value: Schema, schema: Schema, prefix: str = "") -> dict[str, str]:
    """The facts of a record by their paths in it, each with what it is."""
    found: dict[str, str] = {}
    for record in records(value, schema):
        for name, inner in record["properties"].items():
            path = prefix + name
            text = text_of(inner, f"{record['title']}.{name}").removesuffix(".")
            group = GROUPS.get(inner.get("$ref", "").rpartition("/")[2])
            found.setdefault(f"{path}.{group}" if group else path, text)
            if not group:
                entry = ".<n>." if is_list(inner) else "."
                found |= facts(inner, schema, path + entry)
    return found


def text_of(value: Schema, name: str) -> str:
    """The docstring of a record or a field, on one line."""
    if "description" not in value:
        raise ValueError(f"{name} has no docstring: say below it, in the study, what it is")
    return " ".join(value["description"].split())


def records(value: Schema, schema: Schema) -> list[Schema]:
    """The records that a value may be, or those in it if it is a list."""
    value = resolved(value, schema)
    if "anyOf" in value:
        return [each for option in value["anyOf"] for each in records(option, schema)]
    if "items" in value:
        return records(value["items"], schema)
    return [value] if value.get("type") == "object" else []


def is_list(value: Schema) -> bool:
    """Whether a value may be a list."""
    return any("items" in option for option in (value, *value.get("anyOf", ())))


def resolved(value: Schema, schema: Schema) -> Schema:
    """A value's own schema, where it stands among the definitions."""
    return schema["$defs"][value["$ref"].rpartition("/")[2]] if "$ref" in value else value


if __name__ == "__main__":
    for path, text in reference_files().items():
        path.write_text(text, encoding="utf-8")
