"""Prints HTML with WeasyPrint: only our fonts and files, no warnings, fixed dates.

Importing this module imports WeasyPrint and its native libraries.
"""

from __future__ import annotations

import datetime
import gc
import logging
import os
import tempfile
import threading
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportgen.errors import RenderError, StoreError
from reportgen.render.fonts import FACES, MATH_ITALIC_FACE
from reportgen.render.layouts import style_or_script
from reportgen.render.line_art import LineArt, line_art
from reportgen.render.pdf_parts import FORMULA, SCHEME, Enclosure, Resource
from reportgen.render.system_fonts import find_system_fonts, uncovered
from reportgen.resources import templates_dir
from reportgen.storage.disk import DISK_ERRORS, disk_message

# Fontconfig would otherwise read the machine's fonts; paper has the packaged ones only.
os.environ["FONTCONFIG_FILE"] = str(templates_dir() / "fonts" / "fontconfig.xml")
with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "No fonts configured in FontConfig")
    import pydyf
    import weasyprint
    from weasyprint.document import DocumentMetadata
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

_Elements = dict[bytes, Any]  # the file's dictionaries, by reference
_LOCK = threading.Lock()  # Pango's font maps are not thread-safe
_BEFORE, _AFTER = b"\nstream\n", b"\nendstream"
_COMPRESSED_ALREADY = {"/application#2fzip"}
_PDF_UA = b"""
<rdf:Description xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#" rdf:about="">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


def print_html(
    html: str,
    resources: Mapping[str, Resource],
    enclosures: Sequence[Enclosure],
    epoch: int,
) -> bytes:
    """The document as PDF/A-3a and PDF/UA-1.

    Args:
        html: the whole document.
        resources: the files that it can read, by address; it can read no others.
        enclosures: files to attach.
        epoch: the date of the attached files, in seconds since 1970.

    Raises:
        RenderError: WeasyPrint warned or failed.
        StoreError: the temporary folder is full or cannot be written.
    """
    attached = {f"{SCHEME}file/{number}": each for number, each in enumerate(enclosures)}
    fetcher = _Fetcher({**resources, **attached})
    with _LOCK, _no_warnings(), _one_garbage_collection(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint leaves its ICC profile open
        try:
            return _render(html, fetcher, enclosures, epoch)
        except RecursionError:
            raise RenderError(
                "the PDF cannot be laid out: something in the answers is nested too deeply."
            ) from None
        except RenderError:
            raise
        except OSError as error:
            # WeasyPrint puts the fonts into a temporary folder first.
            if error.errno in DISK_ERRORS:
                raise StoreError(disk_message(Path(tempfile.gettempdir()), error)) from None
            raise RenderError(f"WeasyPrint cannot lay out the PDF: {error}") from error
        except (Exception, FatalURLFetchingError) as error:
            raise RenderError(
                f"WeasyPrint cannot lay out the PDF: {type(error).__name__}: {error}"
            ) from error


def _render(html: str, fetcher: _Fetcher, enclosures: Sequence[Enclosure], epoch: int) -> bytes:
    fonts, style = _fonts_and_style(find_system_fonts(uncovered(html)))
    document = weasyprint.HTML(string=html, url_fetcher=fetcher).render(
        font_config=fonts, stylesheets=[style], pdf_variant="pdf/a-3a", cache=fetcher.line_art()
    )
    document.metadata = _Metadata(**vars(document.metadata))
    date = datetime.datetime.fromtimestamp(epoch, datetime.UTC)
    attachments = [
        weasyprint.Attachment(
            url=f"{SCHEME}file/{number}",
            url_fetcher=fetcher,
            name=enclosure.name,
            description=enclosure.description,
            relationship=enclosure.relationship,
            created=date,
            modified=date,
        )
        for number, enclosure in sorted(enumerate(enclosures), key=lambda pair: pair[1].name)
    ]
    pdf: bytes = document.write_pdf(
        finisher=_finish, pdf_variant="pdf/a-3a", attachments=attachments
    )
    return pdf


def _finish(_document: weasyprint.Document, pdf: pydyf.PDF) -> None:
    elements = {item.reference: item for item in pdf.objects if isinstance(item, pydyf.Dictionary)}
    _tag_formulas(elements)
    _put_item_contents_into_bodies(elements, pdf)
    _compress_streams(pdf)


def _tag_formulas(elements: _Elements) -> None:
    """Tag formulas as such, not as figures; the line of text before each becomes a part of it."""
    for element in elements.values():
        alternative = element.get("Alt")
        if alternative is None or not alternative.string.startswith(FORMULA):
            continue
        _, plain, spoken = alternative.string.split(FORMULA)
        element.update({"S": "/Formula", "Alt": pydyf.String(spoken)})
        element["ActualText"] = pydyf.String(plain)
        siblings = elements[element["P"]]["K"]
        line = siblings.pop(siblings.index(element.reference) - 1)
        elements[line]["P"] = element.reference
        element["K"].append(line)


def _put_item_contents_into_bodies(elements: _Elements, pdf: pydyf.PDF) -> None:
    """Repair the tags that WeasyPrint 70 gives to lists.

    PDF/UA-1 (ISO 14289-1, 7.2) lets a list item hold labels and bodies only. WeasyPrint tags text
    that stands directly in an item as its body, but puts a paragraph or an inner list beside the
    label. Here all that an item holds beside its label becomes its body.
    """
    for item in [element for element in elements.values() if element.get("S") == "/LI"]:
        kids = [elements[reference] for reference in item["K"]]
        astray = [kid for kid in kids if kid.get("S") not in ("/Lbl", "/LBody")]
        if astray:
            labels = [kid for kid in kids if kid.get("S") == "/Lbl"]
            body = _body(item, [kid for kid in kids if kid.get("S") != "/Lbl"], pdf)
            item["K"] = pydyf.Array([kid.reference for kid in (*labels, body)])


def _body(item: pydyf.Dictionary, kids: list[pydyf.Dictionary], pdf: pydyf.PDF) -> pydyf.Dictionary:
    body = pydyf.Dictionary({"Type": "/StructElem", "S": "/LBody", "Pg": item["Pg"]})
    pdf.add_object(body)
    body["P"] = item.reference
    body["K"] = pydyf.Array([kid.reference for kid in kids])
    for kid in kids:
        kid["P"] = body.reference
        if kid["S"] == "/LBody":
            kid["S"] = "/NonStruct"
    return body


def _compress_streams(pdf: pydyf.PDF) -> None:
    """Compress every stream once.

    pydyf would compress each twice, to make an identifier and to write it, and at zlib's highest
    level, which takes twice as long as the usual one and saves one byte in a hundred.
    """
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


class _Fetcher(URLFetcher):  # type: ignore[misc]
    """Serves the document's own files and nothing else."""

    def __init__(self, files: Mapping[str, Resource]) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False, fail_on_errors=True)
        self._files = files

    def line_art(self) -> dict[str, LineArt]:
        """The pictures that are PDF operators already, by address, for WeasyPrint's cache."""
        drawn = {
            address: line_art(file.content)
            for address, file in self._files.items()
            if file.media == "image/svg+xml"
        }
        return {address: picture for address, picture in drawn.items() if picture is not None}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002
        resource = self._files.get(url)
        if resource is None:
            raise ValueError(f"the document may not read {url}")
        return URLFetcherResponse(url, resource.content, {"Content-Type": resource.media})


class _Metadata(DocumentMetadata):  # type: ignore[misc]
    """Metadata that claims both standards; WeasyPrint by itself claims one (its issue 2783)."""

    def generate_rdf_metadata(self, *arguments: Any) -> bytes:
        rdf: bytes = super().generate_rdf_metadata(*arguments)
        return rdf.replace(b"</rdf:RDF>", _PDF_UA)


@lru_cache(maxsize=4)
def _fonts_and_style(further: tuple[Path, ...]) -> tuple[FontConfiguration, weasyprint.CSS]:
    """The packaged fonts with further font files, and the style sheet; kept for the process."""
    fonts = FontConfiguration()
    files, rules = {}, []
    for face in (*FACES, MATH_ITALIC_FACE):
        address = f"{SCHEME}font/{face.name}"
        files[address] = Resource(face.path.read_bytes(), "font/otf")
        rules.append(_font_rule(face.family, address, face.weight, face.style))
    for number, path in enumerate(further):
        address = f"{SCHEME}font/further-{number}"
        files[address] = Resource(path.read_bytes(), "font/otf")
        rules.append(_font_rule(f"Further {number}", address))
    rules.append(style_or_script("print.css"))
    style = weasyprint.CSS(string="".join(rules), font_config=fonts, url_fetcher=_Fetcher(files))
    return fonts, style


def _font_rule(family: str, address: str, weight: int = 400, style: str = "normal") -> str:
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
        f'src:url("{address}")}}\n'
    )


class _Recorder(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.messages.append(record.getMessage())


@contextmanager
def _one_garbage_collection() -> Iterator[None]:
    """Collect garbage once, at the end: many collections among so many objects cost 8 %."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)  # everything made since is in the youngest generation
        if was_enabled:
            gc.enable()


@contextmanager
def _no_warnings() -> Iterator[None]:
    """Turn what WeasyPrint only logs, such as a missing image, into an error."""
    logger = logging.getLogger("weasyprint")
    recorder = _Recorder()
    logger.addHandler(recorder)
    propagate, logger.propagate = logger.propagate, False
    try:
        yield
    finally:
        logger.removeHandler(recorder)
        logger.propagate = propagate
    if recorder.messages:
        first = "\n".join(message[:300] for message in recorder.messages[:3])
        raise RenderError(f"the PDF has faults:\n{first}")
