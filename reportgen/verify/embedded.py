"""Compare the pictures and fonts embedded in a page, and check its content security policy.

The bytes of a picture or font depend on the version of the library that compressed it; its
pixels or tables do not. Therefore pictures and fonts are cut out and compared by pixels and
tables, and the rest of the page must be the same byte for byte.
"""

from __future__ import annotations

import base64
import binascii
import html
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from reportgen.render.layouts import content_policy

_EMBEDDED = re.compile(r"data:([a-z0-9.+/-]+);base64,([A-Za-z0-9+/=]*)")
_HASH = re.compile(r"sha256-[A-Za-z0-9+/]{43}=")
_HEAD = re.compile(
    r'<!DOCTYPE html>\n<html lang="[^"<>]*">\n<head>\n'
    r'<meta http-equiv="Content-Security-Policy" content="([^"<>]*)">\n'
)
_STYLE = re.compile(r"<style>(.*?)</style>", re.S)
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MAX_PIXELS = 64_000_000
_TOLERANCE = 2  # grey values, for differently rounded colour tables


@dataclass(frozen=True)
class Page:
    """A page without its embedded files, and these files.

    Attributes:
        text: the page without the content of embedded files and hashes.
        embedded: (media type, content) of each, in order.
    """

    text: str
    embedded: tuple[tuple[str, bytes], ...]


def set_apart(page: str) -> Page:
    """Separate a page's text from the files embedded in it."""
    embedded: list[tuple[str, bytes]] = []

    def mark(match: re.Match[str]) -> str:
        try:
            content = base64.b64decode(match[2], validate=True)
        except (binascii.Error, ValueError):
            return match[0]
        embedded.append((match[1], content))
        return f"data:{match[1]};base64,"

    text = _HASH.sub("sha256-", _EMBEDDED.sub(mark, page))
    return Page(text, tuple(embedded))


def faults_of_policy(page: str) -> Iterator[str]:
    """What is wrong with the content security policy of a page; nothing if it is sound.

    It must come first in the head, and allow only this page's style and script.
    """
    head = _HEAD.match(page)
    if head is None:
        yield "does not stand first in the page's head"
        return
    style, scripts = _STYLE.search(page), _SCRIPT.findall(page)
    expected = content_policy(style[1] if style else "", scripts[0] if scripts else None)
    if len(scripts) > 1 or html.unescape(head[1]) != expected:
        yield "allows something else than the page's own style and script"


def same_embedded(media: str, found: bytes, expected: bytes) -> bool:
    """Whether two embedded files have the same pixels or font tables."""
    if found == expected:
        return True
    return (
        same_font(found, expected) if media.startswith("font/") else same_picture(found, expected)
    )


def same_picture(found: bytes, expected: bytes) -> bool:
    """Whether two PNG files differ only in compression, and in grey values by ``_TOLERANCE``."""
    try:
        chunks, right = (list(_chunks(each)) for each in (found, expected))
        if [each for each in chunks if each[0] != b"IDAT"] != [
            each for each in right if each[0] != b"IDAT"
        ]:
            return False
        pixels, belong = (_pixels(each) for each in (found, expected))
    except (OSError, ValueError, SyntaxError, zlib.error, Image.DecompressionBombError):
        return False
    if pixels.shape != belong.shape:
        return False
    return int(np.abs(pixels - belong).max(initial=0)) <= _TOLERANCE


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each chunk of a PNG file; a ``ValueError`` if it is none, or is cut."""
    if not content.startswith(_SIGNATURE):
        raise ValueError("no PNG file")
    place = len(_SIGNATURE)
    while place < len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        end = place + 12 + size
        if end > len(content):
            raise ValueError("a truncated PNG file")
        yield content[place + 4 : place + 8], content[place + 8 : end - 4]
        place = end


def _pixels(content: bytes) -> np.ndarray[Any, np.dtype[np.int16]]:
    with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
        if picture.width * picture.height > _MAX_PIXELS:
            raise ValueError("more pixels than any figure")
        return np.asarray(picture.convert("RGBA"), dtype=np.int16)


def same_font(found: bytes, expected: bytes) -> bool:
    """Whether two fonts have the same tables; their compression may differ."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(io.BytesIO(found)) as font, TTFont(io.BytesIO(expected)) as right:
            tables, belong = (
                {tag: each.getTableData(tag) for tag in each.reader.keys()}  # noqa: SIM118
                for each in (font, right)
            )
    except (TTLibError, OSError, ValueError, KeyError, AssertionError, zlib.error, EOFError):
        return False
    # ``head`` also has the time of writing and a checksum of the file.
    heads = [bytes(each.pop("head", b""))[12:28] for each in (tables, belong)]
    return heads[0] == heads[1] and tables == belong
