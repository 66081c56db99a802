"""The attachments of a PDF that may be hostile, read with qpdf (pikepdf) within limits."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pikepdf

from reportgen.errors import RenderError

MAX_ATTACHMENTS = 500
MAX_STREAM_BYTES = 64 * 1024**2
MAX_ATTACHED_BYTES = 256 * 1024**2
MAX_PAGES = 2_000
MAX_OBJECTS = 1_000_000

_LIMITS: dict[str, Any] = {
    "doc_max_warnings": 20,
    "max_stream_filters": 3,
    "flate_max_memory": MAX_STREAM_BYTES,
    "png_max_memory": MAX_STREAM_BYTES,
    "run_length_max_memory": MAX_STREAM_BYTES,
    "tiff_max_memory": MAX_STREAM_BYTES,
    "dct_max_memory": MAX_STREAM_BYTES,
}
_PDF_HEAD, _MAX_BEFORE_HEAD = b"%PDF-", 1024  # readers take other bytes before it
_FAULTS = (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RuntimeError)


@contextmanager
def opened(content: bytes, place: Path) -> Iterator[pikepdf.Pdf]:
    """A PDF, opened without any attempt to repair it.

    Raises:
        RenderError: it is no PDF, damaged, encrypted with a password, or beyond the limits.
    """
    pikepdf.settings.set_qpdf_limits(**_LIMITS)
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False) as pdf:
            if len(pdf.pages) > MAX_PAGES or len(pdf.objects) > MAX_OBJECTS:
                raise RenderError(f"{place}: has more pages or objects than any report.")
            yield pdf
    except pikepdf.PasswordError:
        raise RenderError(
            f"{place}: is encrypted with a password. Ask for the file as it was made."
        ) from None
    except _FAULTS as error:
        if _PDF_HEAD not in content[:_MAX_BEFORE_HEAD]:
            raise RenderError(f"{place} is no PDF. Name a report's folder or its PDF.") from None
        # Without the name that the library has for what it reads.
        what = (str(error) or type(error).__name__).splitlines()[0].rpartition(">: ")[2][:200]
        raise RenderError(
            f"{place} is damaged or truncated ({what}).\nAsk for a whole copy."
        ) from None


def read_attachments(content: bytes, place: Path) -> dict[str, bytes]:
    """The attached files of a PDF by name.

    Raises:
        RenderError: as ``opened``; they are too many or too large.
    """
    with opened(content, place) as pdf:
        return attachments_of(pdf, place)


def attachments_of(pdf: pikepdf.Pdf, place: Path) -> dict[str, bytes]:
    """The attached files of an open PDF by name, within the limits."""
    found: dict[str, bytes] = {}
    left = MAX_ATTACHED_BYTES
    for number, (name, attachment) in enumerate(pdf.attachments.items()):
        if number >= MAX_ATTACHMENTS:
            raise RenderError(f"{place}: has more than {MAX_ATTACHMENTS} attachments.")
        found[name] = stream_content(attachment.get_file().obj)
        left -= len(found[name])
        if left < 0:
            raise RenderError(
                f"{place}: its attachments hold more than {MAX_ATTACHED_BYTES:,} bytes."
            )
    return found


def stream_content(stream: Any) -> bytes:
    """What a stream holds, decoded where that is possible without loss.

    Raises:
        pikepdf.PdfError: it is damaged or beyond the limits.
    """
    filters = stream.get("/Filter")
    if filters is None or _is_lossy(filters):
        return bytes(stream.read_raw_bytes())
    return bytes(stream.read_bytes())


def _is_lossy(filters: Any) -> bool:
    names = (
        [str(each) for each in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    )
    return not set(names) <= {"/FlateDecode", "/ASCIIHexDecode", "/ASCII85Decode", "/LZWDecode"}
