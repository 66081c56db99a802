"""Words that are no sign of a person, though people are called so: Adam, Max, Coat, Mark, May."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from reportgen.config.assignments import built_in_names, load_assignment
from reportgen.config.settings import report_schema
from reportgen.datasets.catalogue import BUILTINS


def _listed(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]+", text))


# Written with a capital within a sentence, too.
_CAPITAL = _listed("""
    january april may june august sunday monday friday spring summer autumn winter north south east
    west christian iris
""")
# Written with a capital where a sentence or a heading begins.
_EVERYDAY = _listed("""
    bank bell bill bond bright brook brown bush carter cash chase church clay cliff cook dale
    dawn day dean drew dry early fair faith field fields fine fisher flowers ford forest fox
    frank friend gene gold good grant green hall hardy hart heath hill holiday home hope hunter
    ivy jewel joy king knight lane law light long love low major mark marsh mason mercy miles
    mill moon noble olive page park parks patience penny pike post price prince pure quick rain
    ray reed rich robin rock rose rush sage sand savage sharp short silver simple singer smart
    snow stark steel stone storm strong stuck sue swan sweet swift taylor teller wade walker
    wall ward waters weaver weeks wells wild wise wolf wood woods young
""")


@cache
def field_words() -> frozenset[str]:
    """Words of the built-in assignments, of settings and datasets, and dates."""
    texts = [json.dumps(report_schema())]
    for name in built_in_names():
        texts += load_assignment(name, Path()).files.values()
    for dataset in BUILTINS.values():
        texts += dataset.class_names
    return _CAPITAL.union(*(re.findall(r"[a-z]+", text.casefold()) for text in texts))


@cache
def common_words() -> frozenset[str]:
    """Those, and words of every day that are also names."""
    return field_words() | _EVERYDAY
