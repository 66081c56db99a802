"""The HTML layouts filled in, style sheets, and a page's Content-Security-Policy."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

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


def fill_layout(name: str, **variables: Any) -> str:
    """A layout of ``templates/`` with its variables filled in."""
    return layouts().get_template(name).render(**variables)


def with_head(
    body: str, layout: str, style: str, script: str | None = None, **variables: Any
) -> str:
    """A page with its head: its title, its style, and the policy for style and script.

    Args:
        body: the page with an empty head.
        layout: of the head.
        style: the CSS, put into the head.
        script: what the body has between its script tags, or None.
        variables: of the layout, besides style and policy.
    """
    policy = content_policy(style, script)
    head = fill_layout(layout, policy=policy, style=Markup(style), **variables)  # noqa: S704
    # No text of a page can hold this tag, because texts are escaped.
    before, tag, after = body.partition("<head>\n")
    return f"{before}{tag}{head}\n{after}"


@cache
def style_or_script(name: str) -> str:
    """The text of a style sheet or a script in ``templates/``."""
    return (templates_dir() / name).read_text(encoding="utf-8")


def content_policy(style: str, script: str | None) -> str:
    """The policy that allows the page's own inline style and script by their hashes alone."""
    policy = _POLICY.format(style=_source_hash(style))
    if script is not None:
        policy += f"script-src '{_source_hash(script)}'; "
    return policy + _POLICY_END


def _source_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
