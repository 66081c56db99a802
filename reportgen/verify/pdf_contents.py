"""Read a PDF that may be hostile, with qpdf (pikepdf) and within limits.

Gives its attachments, a digest and texts of its objects that do not depend on how they are stored,
and its pictures by their decoded pixels.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
from pikepdf import ObjectStreamMode, StreamDecodeLevel

from reportgen.errors import RenderError
from reportgen.storage.disk import sha256

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
_PDF_HEAD, _MAX_BEFORE_HEAD = b"%PDF-", 1024  # readers accept other bytes before it
_FAULTS = (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RuntimeError)
_MAX_DEPTH = 12
TOLERANCE = 2  # grey values, for differently rounded colour tables
_MAX_PIXELS = 64_000_000
_MAX_PICTURES = 5_000
_SHOWN = ("/Width", "/Height", "/Decode", "/ImageMask", "/Interpolate")
Pixels = np.ndarray[Any, np.dtype[np.int16]]
# Entries of the metadata that every program rewrites when it saves a file.
_WRITTEN_ON_SAVING = ("}PDFVersion", "}MetadataDate", "}ModifyDate")


@contextmanager
def opened(content: bytes, place: Path) -> Iterator[pikepdf.Pdf]:
    """Open a PDF without any attempt to repair it.

    Raises:
        RenderError: it is not a PDF, damaged, encrypted with a password, or beyond the limits.
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
        # Without the library's name for the stream that it reads.
        what = (str(error) or type(error).__name__).splitlines()[0].rpartition(">: ")[2][:200]
        raise RenderError(
            f"{place} is damaged or truncated ({what}).\nAsk for a whole copy."
        ) from None


def digest_of(content: bytes, place: Path) -> str:
    """A SHA-256 that stays the same when any program saves the same PDF in another way.

    qpdf writes all that a viewer can reach in one order and in one form, so that numbering, object
    streams, compression, linearization and the identifier do not count. ``/Extensions`` only names
    the format's version.

    Raises:
        RenderError: as for ``opened``.
    """
    with opened(content, place) as pdf:
        metadata = {
            name: str(value)
            for name, value in pdf.open_metadata().items()
            if not name.endswith(_WRITTEN_ON_SAVING)
        }
        for key in {"/Metadata", "/Extensions"} & pdf.Root.keys():
            del pdf.Root[key]
        saved = io.BytesIO()
        pdf.save(
            saved,
            static_id=True,
            force_version="1.7",
            encryption=False,
            compress_streams=False,
            stream_decode_level=StreamDecodeLevel.generalized,
            object_stream_mode=ObjectStreamMode.disable,
        )
    return sha256(saved.getvalue() + repr(sorted(metadata.items())).encode())


def read_attachments(content: bytes, place: Path) -> dict[str, bytes]:
    """The attached files of a PDF by name.

    Raises:
        RenderError: as for ``opened``, or the attachments are too many or too large.
    """
    with opened(content, place) as pdf:
        return attachments_of(pdf, place)


def attachments_of(pdf: pikepdf.Pdf, place: Path) -> dict[str, bytes]:
    """The attached files of an open PDF by name.

    Raises:
        RenderError: they are too many or too large.
    """
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
    """The content of a stream, decoded unless a filter is lossy.

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


def written(value: Any, skip: Collection[str] = (), depth: int = 0) -> str:
    """An object as text; for a stream, the SHA-256 of its content.

    Args:
        value: any object.
        skip: keys of the dictionary that are left out; they stay in dictionaries inside it.
        depth: of the object within another; all objects deeper than 12 give the same text.
    """
    if depth > _MAX_DEPTH:
        return "..."
    if isinstance(value, pikepdf.Stream):
        return sha256(stream_content(value))
    if isinstance(value, pikepdf.Array):
        return f"[{' '.join(written(each, (), depth + 1) for each in value)}]"
    if isinstance(value, pikepdf.Dictionary):
        entries = sorted((key, inner) for key, inner in value.items() if key not in skip)
        return f"<{' '.join(f'{key} {written(inner, (), depth + 1)}' for key, inner in entries)}>"
    return repr(bytes(value)) if isinstance(value, pikepdf.String) else repr(value)


def page_finder(pdf: pikepdf.Pdf, first: int) -> Callable[[Any], str]:
    """A function that gives the target of a link or bookmark: a page's number or an address.

    Args:
        pdf: the file.
        first: the page that counts as number 0.
    """
    pages = {page.obj.objgen: number - first for number, page in enumerate(pdf.pages)}
    tree = pdf.Root.get("/Names", pikepdf.Dictionary()).get("/Dests")
    named = [] if tree is None else pikepdf.NameTree(tree).items()
    names: dict[str, Any] = {str(name): target for name, target in named}

    def leads_to(holder: Any) -> str:
        action = holder.get("/A")
        if isinstance(action, pikepdf.Dictionary) and "/URI" in action:
            return str(action["/URI"])
        target = action.get("/D") if isinstance(action, pikepdf.Dictionary) else holder.get("/Dest")
        if isinstance(target, pikepdf.String):
            target = names.get(str(target))
        if isinstance(target, pikepdf.Dictionary):
            target = target.get("/D")
        if isinstance(target, pikepdf.Array) and len(target):
            page: Any = target[0]
            return str(pages.get(page.objgen) if isinstance(page, pikepdf.Dictionary) else page)
        return "" if target is None else "?"

    return leads_to


def other_pictures(found: pikepdf.Pdf, expected: pikepdf.Pdf) -> tuple[list[Any], list[Any]]:
    """The pictures that only ``found`` has, and those that it lacks.

    Raises:
        ValueError: there are more or larger pictures than in any report.
    """
    there, right = (_by_content(pdf) for pdf in (found, expected))
    only = [there[key] for key in there.keys() - right.keys()]
    missing = [right[key] for key in right.keys() - there.keys()]
    for one in list(only):
        twin = next((two for two in missing if _same(one, two)), None)
        if twin is not None:
            only.remove(one)
            missing.remove(twin)
    return only, missing


def _by_content(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """Every picture by a text of its content; equal pictures count once."""
    found: dict[str, Any] = {}
    pictures = (
        each
        for each in pdf.objects
        if isinstance(each, pikepdf.Stream) and str(each.get("/Subtype", "")) == "/Image"
    )
    for number, picture in enumerate(pictures):
        size = int(picture.get("/Width", 0)) * int(picture.get("/Height", 0))
        if number >= _MAX_PICTURES or size > _MAX_PIXELS:
            raise ValueError("more or larger pictures than any report")
        about = map(picture.get, (*_SHOWN, "/ColorSpace", "/Mask", "/SMask"))
        found[" ".join([written(picture), *map(written, about)])] = picture
    return found


def _same(one: Any, two: Any) -> bool:
    """Whether two pictures have the same pixels within the tolerance."""
    if any(written(one.get(key)) != written(two.get(key)) for key in _SHOWN):
        return False
    if any(("/SMask" in each) or ("/Mask" in each) for each in (one, two)):
        return False
    try:
        pixels, right = (_pixels(each) for each in (one, two))
    except (pikepdf.PdfError, NotImplementedError, OSError, ValueError, KeyError, TypeError):
        return False
    return int(np.abs(pixels - right).max(initial=0)) <= TOLERANCE


def _pixels(picture: Any) -> Pixels:
    return np.asarray(pikepdf.PdfImage(picture).as_pil_image().convert("RGB"), dtype=np.int16)
