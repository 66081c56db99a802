"""Read the texts in a report's files that could contain a name."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from reportgen.report_folder import content_of

_ENCODED = re.compile(r"[A-Za-z0-9+/=]{200,}")  # fonts, pictures, weights
_TAG = re.compile(r"<[^>]*>")
_TAG_IN_A_LINE = re.compile(
    r"</?(?:a|abbr|b|bdi|cite|code|data|del|em|i|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|u"
    r"|var|wbr)\b[^>]*>"
)
BREAK = "\n\n"  # stands between two texts


def texts_of(name: str, content: bytes) -> Iterator[str]:
    """Every text in a file; the first is the file's name."""
    yield name
    if (kind := content_of(name)) == "pdf":
        yield from _pdf_texts(content)
    elif kind == "html":
        page = _ENCODED.sub(" ", content.decode())
        yield html.unescape(page)
        yield html.unescape(_TAG.sub(" ", _TAG_IN_A_LINE.sub("", page)))
    elif name.endswith(".json"):
        yield _json_texts(content)
    elif name.endswith(".npz"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield BREAK.join(archive.namelist())
    elif name.endswith(".ipynb"):
        yield from _notebook_texts(content)
    elif kind == "text" or name.endswith((".md", ".csv", ".svg", ".txt", ".toml")):
        yield content.decode("utf-8", "replace")


def _notebook_texts(content: bytes) -> Iterator[str]:
    """The text of each cell, without the pictures in it, and what the cells print."""
    for cell in json.loads(content)["cells"]:
        yield _ENCODED.sub(" ", "".join(cell["source"]))
        yield from ("".join(output["text"]) for output in cell.get("outputs", ()))


def _json_texts(content: bytes) -> str:
    """The texts in JSON, without numbers."""
    try:
        return BREAK.join(strings_in(json.loads(content)))
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace")


def strings_in(value: Any) -> Iterator[str]:
    """Every text in JSON data, including keys."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from strings_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings_in(inner)


def _pdf_texts(content: bytes) -> Iterator[str]:
    """Metadata, bookmarks, alternative texts and attachments; all other words are in the page."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        yield BREAK.join(text for each in pdf.objects for text in _pdf_strings(each))
        for name, file in pdf.attachments.items():
            yield from texts_of(name, file.get_file().read_bytes())
        if "/Metadata" in pdf.Root:
            yield pdf.Root.Metadata.read_bytes().decode("utf-8", "replace")


def _pdf_strings(value: Any) -> Iterator[str]:
    import pikepdf

    if isinstance(value, pikepdf.String):
        yield str(value)
    elif isinstance(value, pikepdf.Array | pikepdf.Dictionary | pikepdf.Stream):
        inside = (
            value.as_list() if isinstance(value, pikepdf.Array) else map(value.get, value.keys())
        )
        for inner in inside:
            if not getattr(inner, "is_indirect", False):  # ``pdf.objects`` has those
                yield from _pdf_strings(inner)
