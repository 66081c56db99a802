"""The HTML layouts: the Jinja environment for them, and a page's Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib
from functools import cache

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from reportgen.resources import templates_dir

_POLICY = "default-src 'none'; img-src data:; font-src data:; style-src '{style}'; "
_POLICY_END = "base-uri 'none'; form-action 'none'"


@cache
def layouts() -> ImmutableSandboxedEnvironment:
    """The layouts and macros of ``templates/``: sandboxed, escaping, strict."""
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def content_policy(style: str, script: str | None) -> str:
    """The policy that allows the page's own inline style and script by their hashes alone."""
    policy = _POLICY.format(style=_source_hash(style))
    if script is not None:
        policy += f"script-src '{_source_hash(script)}'; "
    return policy + _POLICY_END


def _source_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
