"""Check the names in a template, also in branches that no synthetic results reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2 import nodes
from jinja2.meta import find_undeclared_variables

from reportgen.answers.environment import make_environment
from reportgen.answers.facts import FILTERS, INTERVAL_FILTERS, at
from reportgen.answers.faults import nearest, not_set
from reportgen.answers.language import FUNCTIONS, TemplateApi, equations
from reportgen.answers.steps import find_step
from reportgen.errors import RenderError
from reportgen.evidence.record import Evidence
from reportgen.figures.catalogue import check_call

# Every run has the facts below these; others may need a study or a comparison.
_ALWAYS = ("models.", "derived.models.", "derived.method.")


def check_names(source: str, name: str, evidence: Evidence, texts: Mapping[str, str]) -> None:
    """Check the names that a template spells out: figures, equations, facts, steps, filters.

    Args:
        source: the template's text; its syntax is valid.
        name: of the template, for the message.
        evidence: with ``derived``; it has every fact that the run will have.
        texts: the assignment's files by name, for the steps of its program.

    Raises:
        RenderError: a name is unknown; the message names the template and the line.
    """
    environment = make_environment(TemplateApi(evidence))
    tree = environment.parse(source)
    for node in tree.find_all((nodes.Call, nodes.Filter)):
        try:
            if isinstance(node, nodes.Call):
                _check_call(node, evidence, texts)
            elif isinstance(node, nodes.Filter) and node.name not in environment.filters:
                known = sorted((*FILTERS, *INTERVAL_FILTERS))
                raise RenderError(f"there is no filter {node.name!r}. {nearest(node.name, known)}")
        except RenderError as error:
            raise RenderError(f"{name}, line {node.lineno}: {error}") from None
    _check_variables(tree, name)


def _check_variables(tree: nodes.Template, template: str) -> None:
    """Check that every name is a function or is set, unless the template tests whether it is."""
    asked = {
        test.node.name
        for test in tree.find_all(nodes.Test)
        if test.name in ("defined", "undefined") and isinstance(test.node, nodes.Name)
    }
    unknown = find_undeclared_variables(tree) - {*FUNCTIONS, *asked, *_set_somewhere(tree)}
    for found in tree.find_all(nodes.Name):
        if found.name in unknown:
            raise RenderError(f"{template}, line {found.lineno}: {not_set(found.name, FUNCTIONS)}")


def _set_somewhere(tree: nodes.Template) -> Iterator[str]:
    """The names that are set, looped over, imported or defined in any branch."""
    for node in tree.find_all((nodes.Name, nodes.Macro, nodes.Import, nodes.FromImport)):
        match node:
            case nodes.Name(name=name, ctx="store") | nodes.Macro(name=name):
                yield name
            case nodes.Import(target=name):
                yield name
            case nodes.FromImport(names=names):
                yield from (name if isinstance(name, str) else name[1] for name in names)


def _check_call(call: nodes.Call, evidence: Evidence, texts: Mapping[str, str]) -> None:
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
        case "code":
            find_step(texts, name)
        case "fact" if name.startswith(_ALWAYS):
            at(evidence.record, name)
