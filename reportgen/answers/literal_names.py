"""Names that a template spells out, checked also in branches that no rehearsal enters."""

from __future__ import annotations

from jinja2 import nodes

from reportgen.answers.environment import make_environment
from reportgen.answers.facts import at
from reportgen.answers.faults import nearest
from reportgen.answers.language import Author, equations
from reportgen.errors import RenderError
from reportgen.evidence import Evidence
from reportgen.figures.catalogue import check_call

# Facts below these are there in every branch; others may hang on a study or a comparison.
_ALWAYS = ("models.", "derived.models.", "derived.method.")


def check_names(source: str, name: str, evidence: Evidence) -> None:
    """Check the figures, equations and facts that a template names outright.

    Args:
        source: the template's text, which can be parsed.
        name: of the template, for the message.
        evidence: with ``derived``; it has every fact that the run will have.

    Raises:
        RenderError: a name is unknown; the message names the template and the line.
    """
    tree = make_environment(Author(evidence)).parse(source)
    for call in tree.find_all(nodes.Call):
        try:
            _check(call, evidence)
        except RenderError as error:
            raise RenderError(f"{name}, line {call.lineno}: {error}") from None


def _check(call: nodes.Call, evidence: Evidence) -> None:
    first = call.args[0] if call.args else None
    if not isinstance(call.node, nodes.Name) or not isinstance(first, nodes.Const):
        return
    name = str(first.value)
    match call.node.name:
        case "figure":
            check_call(name, {option.key for option in call.kwargs} - {"id", "caller"})
        case "equation":
            if name not in equations():
                raise RenderError(f"unknown equation {name}. {nearest(name, equations())}")
        case "fact" if name.startswith(_ALWAYS):
            at(evidence.record, name)
