"""A repair of the tags that WeasyPrint 70 gives to lists.

PDF/UA-1 (ISO 14289-1, 7.2) lets a list item hold labels and bodies only. WeasyPrint
tags text that stands directly in an item as its body, but hangs a paragraph or an
inner list beside the label.
"""

from __future__ import annotations

import pydyf


def put_item_contents_into_bodies(pdf: pydyf.PDF) -> None:
    """All that a list item holds beside its label becomes its body."""
    elements = {item.reference: item for item in pdf.objects if isinstance(item, pydyf.Dictionary)}
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
