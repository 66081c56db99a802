"""Values of a PDF as texts that can be compared, whatever objects they are stored in."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from typing import Any

import pikepdf

from reportgen.verify.pdf_contents import stream_content

_MAX_DEPTH = 12


def written(value: Any, skip: Collection[str] = (), depth: int = 0) -> str:
    """What an object says; a stream by the SHA-256 of what it holds.

    Args:
        value: any object.
        skip: keys of a dictionary that are left out; not of those inside it.
        depth: of the object within another; below 12, nothing is told apart.
    """
    if depth > _MAX_DEPTH:
        return "..."
    if isinstance(value, pikepdf.Stream):
        return hashlib.sha256(stream_content(value)).hexdigest()
    if isinstance(value, pikepdf.Array):
        return f"[{' '.join(written(each, (), depth + 1) for each in value)}]"
    if isinstance(value, pikepdf.Dictionary):
        entries = sorted((key, inner) for key, inner in value.items() if key not in skip)
        return f"<{' '.join(f'{key} {written(inner, (), depth + 1)}' for key, inner in entries)}>"
    return repr(bytes(value)) if isinstance(value, pikepdf.String) else repr(value)


def page_finder(pdf: pikepdf.Pdf, first: int) -> Callable[[Any], str]:
    """A function that tells where a link or bookmark leads: a page's number, or an address.

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
