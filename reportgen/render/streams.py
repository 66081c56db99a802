"""The streams of a PDF, compressed once.

pydyf compresses each stream twice, to make an identifier and to write it, and at zlib's
highest level, which takes twice as long as the usual one and saves one byte in a hundred.
"""

from __future__ import annotations

import zlib

import pydyf

_BEFORE, _AFTER = b"\nstream\n", b"\nendstream"
_COMPRESSED_ALREADY = {"/application#2fzip"}


def compress_streams(pdf: pydyf.PDF) -> None:
    """Compress every stream that WeasyPrint left to be compressed on writing."""
    for stream in pdf.objects:
        if not isinstance(stream, pydyf.Stream) or not stream.compress:
            continue
        stream.compress = False
        content = stream.data.partition(_BEFORE)[2].removesuffix(_AFTER)
        if stream.extra.get("Subtype") in _COMPRESSED_ALREADY:
            stream.stream = [content]
            continue
        stream.stream = [zlib.compress(content)]
        stream.extra["Filter"] = "/FlateDecode"
