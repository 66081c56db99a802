"""Make a report from evidence and an assignment: render, number and cover every question."""

from __future__ import annotations

import copy
import dataclasses
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment

from reportgen.answers.coverage import find_coverage
from reportgen.answers.derive import derive
from reportgen.answers.document import (
    CodeMode,
    Figure,
    Inline,
    Listing,
    Passage,
    Program,
    ProgramLines,
    Question,
    Reference,
    Report,
    Table,
    marks_below,
    written_out,
)
from reportgen.answers.environment import make_environment
from reportgen.answers.facts import whole
from reportgen.answers.faults import nearest
from reportgen.answers.front_matter import key_figures, made_with, notes, tier_notice
from reportgen.answers.language import TemplateApi
from reportgen.answers.parts import check_places, check_short_answer
from reportgen.answers.prose_check.statements import CheckedText, Statement
from reportgen.answers.rendering import LeftOutError, render
from reportgen.config.assignments import Assignment, QuestionSettings
from reportgen.errors import RenderError
from reportgen.evidence.record import Evidence, EvidenceRecord

Spans = dict[str, range]  # the inline elements of each question


@dataclass(frozen=True, eq=False)
class Composition:
    """A report, and the evidence that it shows, with the derived facts.

    ``statements`` are what the author's own answers state, compared with the evidence. The
    report marks the passages that the evidence contradicts.
    """

    evidence: Evidence
    report: Report
    statements: tuple[Statement, ...] = ()


def compose(evidence: Evidence, assignment: Assignment) -> Composition:
    """Answer every question of an assignment from the evidence.

    Raises:
        RenderError: a template is faulty, or names a fact, figure or equation that
            does not exist; the message names the template and the line.
    """
    record = copy.deepcopy(evidence.record)
    record["derived"] = derive(record)
    _add_origins(record, assignment)
    plans = assignment.settings.questions
    record["derived"]["numbering"] = {
        "questions": {plan.id: number for number, plan in enumerate(plans, start=1)},
        "n_questions": len(plans),
        "figures": {},
        "tables": {},
        "program": {},
    }
    evidence = Evidence(record, evidence.arrays)
    prose = {f"answers/{name}.md": text for name, text in record["report"]["prose"].items()}
    api = TemplateApi(
        evidence, {**assignment.files, **prose}, code_mode=_code_mode(record, assignment)
    )
    unknown = sorted(set(record["report"]["prose"]) - {plan.id for plan in plans})
    if unknown:
        raise RenderError(
            f"answers/{unknown[0]}.md answers no question of {assignment.name}.\n"
            f"Its questions are: {', '.join(plan.id for plan in plans)}."
        )
    environment = make_environment(api)
    intro = _render_if_there(environment, "intro.md", assignment)
    questions: list[Question] = []
    spans: Spans = {}
    examined, group = {}, ""
    for plan in plans:
        start = len(api.recorder.inlines)
        api.program.question = plan.id
        group = _group(environment, api, plan) or group
        question, examined[plan.id] = _answer(environment, api, assignment, plan, group)
        questions.append(question)
        spans[plan.id] = range(start, len(api.recorder.inlines))
    api.program.question = ""
    closing = _render_if_there(environment, "closing.md", assignment)
    program = _program(environment, api, questions)
    if api.code_mode == "appendix":
        questions = [_with_program_lines(question, api, program) for question in questions]
    check_places(questions, api.blocks)
    strip = key_figures(api)
    notice = tier_notice(api)
    _number(api, record)
    inlines = _resolve(api, record, spans)
    report = record["report"]
    return Composition(
        evidence,
        Report(
            title=report["title"],
            author=report["author"],
            course=report["course"],
            date=report["date"],
            language=report["settings"].get("language", "en"),
            paper=report["settings"].get("output", {}).get("paper", "a4"),
            intro=intro,
            tier_notice=notice,
            key_figures=strip,
            questions=tuple(questions),
            closing=closing,
            coverage=find_coverage(
                plans,
                questions,
                inlines,
                api.blocks,
                {name: each.stated for name, each in examined.items()},
                api.code_mode,
                record.get("left_out", {}),
            ),
            made_with=made_with(record, assignment),
            notes=notes(record, shows_steps=bool(program.steps) and api.code_mode == "inline"),
            inlines=inlines,
            blocks=tuple(api.blocks),
            program=program,
            code=api.code_mode,
        ),
        tuple(statement for each in examined.values() for statement in each.statements),
    )


def _add_origins(record: EvidenceRecord, assignment: Assignment) -> None:
    """Record how each selection's images were chosen: ``named``, ``random`` or ``personal``.

    For ``random``, ``draw_seed`` is the seed that ``numpy.random.default_rng`` was given.
    """
    own = record["report"]["settings"].get("selections", {})
    personal = own == "personal"
    seed = record["provenance"].get("seed", 0)
    seeds = {} if personal else assignment.settings.draw_seeds(own, seed)
    for name, about in record["derived"]["selections"].items():
        if name in seeds:
            about |= {"origin": "random", "draw_seed": seeds[name]}
        else:
            about["origin"] = "personal" if personal else "named"


def _code_mode(record: EvidenceRecord, assignment: Assignment) -> CodeMode:
    own: CodeMode | None = record["report"]["settings"].get("output", {}).get("code")
    return own or assignment.settings.code


def _with_program_lines(question: Question, api: TemplateApi, program: Program) -> Question:
    """A question whose answer ends with where its code stands, if it has any."""
    blocks = (api.blocks[place] for place in marks_below(question.answer, api.blocks)[1])
    called = {b.step for b in blocks if isinstance(b, Listing) and b.step is not None}
    called |= {n for n, step in enumerate(program.steps) if step.question == question.id}
    if not called:
        return question
    lines = program.text.split("\n")
    ranges: list[tuple[int, int]] = []
    for first, last in map(program.lines, sorted(called)):
        if ranges and not any(lines[ranges[-1][1] : first - 1]):  # only empty lines between
            ranges[-1] = (ranges[-1][0], last)
        else:
            ranges.append((first, last))
    numbering = api.evidence.record["derived"]["numbering"]
    numbering["program"][question.id] = [list(each) for each in ranges]
    mark = api.block(ProgramLines(question.id, len(called), tuple(ranges)))
    return dataclasses.replace(question, answer=f"{question.answer}{mark}".rstrip() + "\n")


def _answer(
    environment: ImmutableSandboxedEnvironment,
    api: TemplateApi,
    assignment: Assignment,
    plan: QuestionSettings,
    group: str,
) -> tuple[Question, CheckedText]:
    """A question with its answer, and what the author's own words in it state."""
    prompt = render(
        lambda: environment.from_string(plan.prompt).render(), f"the prompt of {plan.id}"
    )
    examined, position = CheckedText("", (), frozenset()), "before"
    has_own_words = plan.id in api.evidence.record["report"]["prose"]
    if has_own_words:
        from reportgen.answers.prose_check.own_words import (
            check_own_words,  # a tenth of a second to import
        )

        examined, position = check_own_words(environment, api, assignment, plan, group, prompt)
    answer = examined.markdown
    n_short = check_short_answer(answer, api.blocks, f"answers/{plan.id}.md")
    if position == "before":
        name = assignment.template(plan.id)
        built_in = _from_template(environment, api, name)
        if check_short_answer(built_in, api.blocks, name) + n_short > 1:
            raise RenderError(
                f"answers/{plan.id}.md: the built-in answer after it has a short answer too.\n"
                "Leave yours out, or let your answer stand instead of the built-in one."
            )
        answer = f"{answer}\n\n{built_in}" if answer else built_in
    else:
        _call_steps_of(assignment.template(plan.id), api)
    comparison = api.evidence.record["comparison"]
    verdict = comparison["verdict"] if plan.kind == "compare" and comparison else None
    question = Question(
        id=plan.id,
        label=plan.label or _label(api, assignment, plan),
        heading=plan.heading,
        group=group if plan.group is not None else None,
        prompt=prompt,
        answer=answer.strip() + "\n",
        verdict=verdict,
        own_words=has_own_words,
    )
    return question, examined


def _call_steps_of(template: str, api: TemplateApi) -> None:
    """Add the steps of a template that an author's answer replaces: the program is complete."""
    silent = TemplateApi(api.evidence, api.texts, program=api.program, code_mode=api.code_mode)
    environment = make_environment(silent)
    render(lambda: environment.get_template(template).render(), template)


def _program(
    environment: ImmutableSandboxedEnvironment, api: TemplateApi, questions: Sequence[Question]
) -> Program:
    record = api.evidence.record
    report = record["report"]
    about = [report["title"], report["author"], *_covered(api, record, questions)]
    if any(
        model["dataset"]["tier"] == "sample" and record["derived"]["models"][name]["keras_dataset"]
        for name, model in record["models"].items()
    ):
        about.append("The images of its sample are not at hand: it loads the full data instead,")
        about.append("so that it prints other numbers than the report.")
    head = "\n".join(f"# {' '.join(each.split())}" for each in about if each)
    inlines = api.recorder.inlines
    headings = {
        each.id: f"{written_out(each.label, inlines)}: {each.heading}" for each in questions
    }
    return api.finish_program(environment, head, headings)


def _covered(
    api: TemplateApi, record: EvidenceRecord, questions: Sequence[Question]
) -> tuple[str, ...]:
    """Lines that say what of the report the program makes, and what it does not."""
    if not api.program.steps:
        return ("This report has no program.",)
    asking, group, groups = {step.question for step in api.program.steps.values()}, "", set()
    for question in questions:
        group = question.group or group
        if question.id in asking:
            groups.add(group)
    made = {step.model for step in api.program.steps.values()}
    labels = record["derived"]["models"]
    others = [f"the {labels[name]['label']} model" for name in record["models"] if name not in made]
    studies = ", ".join(name.replace("_", " ") for name in record["studies"])
    what = f"“{groups.pop()}”" if others and len(groups) == 1 else "this report"
    first = f"The program of {what}; run it in the report's folder."
    plain = "Its plots are fewer and plainer than the report's figures."
    others += [f"the studies ({studies})"] if studies else []
    if any(isinstance(b, Figure) and b.spec.kind == "confusion_matrix" for b in api.blocks):
        others.append("the confusion matrices")
    not_made = f"It does not make {' or '.join(others)}. {plain}" if others else plain
    return (*textwrap.wrap(first, 72), *textwrap.wrap(not_made, 72))


def _from_template(environment: ImmutableSandboxedEnvironment, api: TemplateApi, name: str) -> str:
    """A template's answer, or why there is none where it needs a study that was left out."""
    made: tuple[list[Any], ...] = (api.recorder.inlines, api.blocks, api.references)
    before = [len(each) for each in made]
    try:
        return render(lambda: environment.get_template(name).render(), name)
    except LeftOutError as error:
        for each, n in zip(made, before, strict=True):
            del each[n:]
        return f"{error}\n"


def _group(
    environment: ImmutableSandboxedEnvironment, api: TemplateApi, plan: QuestionSettings
) -> str | None:
    """The heading that a question opens, as plain text; facts in it are names, not numbers."""
    if plan.group is None:
        return None
    source = plan.group
    rendered = render(lambda: environment.from_string(source).render(), f"the group of {plan.id}")
    return written_out(rendered, api.recorder.inlines).strip()


def _label(api: TemplateApi, assignment: Assignment, plan: QuestionSettings) -> str:
    number = api.fact(f"derived.numbering.questions.{plan.id}")
    total = api.fact("derived.numbering.n_questions")
    word = assignment.settings.label.capitalize()
    mark = api.recorder.fact
    return f"{word} {mark(number, whole)} of {mark(total, whole)}"


def _render_if_there(
    environment: ImmutableSandboxedEnvironment, name: str, assignment: Assignment
) -> str:
    if name not in assignment.files:
        return ""
    return render(lambda: environment.get_template(name).render(), name).strip()


def _number(api: TemplateApi, record: EvidenceRecord) -> None:
    """Number figures and tables: first what stands in the main part, then what goes further."""
    later: set[int] = set()
    for block in api.blocks:
        if isinstance(block, Passage) and block.kind == "more":
            later |= marks_below(block.text, api.blocks)[1]
    numbering = record["derived"]["numbering"]
    for place in sorted(range(len(api.blocks)), key=lambda place: (place in later, place)):
        block = api.blocks[place]
        if isinstance(block, Figure | Table):
            numbers = numbering["figures" if isinstance(block, Figure) else "tables"]
            numbers[block.id] = len(numbers) + 1
            api.blocks[place] = dataclasses.replace(block, number=numbers[block.id])


def _resolve(api: TemplateApi, record: EvidenceRecord, spans: Spans) -> tuple[Inline, ...]:
    """The inline elements, with the number of every reference filled in."""
    numbering = record["derived"]["numbering"]
    numbers = {
        ("figures", "Figure"): numbering["figures"],
        ("tables", "Table"): numbering["tables"],
        ("questions", "Question"): numbering["questions"],
    }
    inlines = list(api.recorder.inlines)
    for place, target in api.references:
        for (kind, word), named in numbers.items():
            if target in named:
                path = f"derived.numbering.{kind}.{target}"
                text = f"{word}\u00a0{named[target]}"
                inlines[place] = Reference(target, text, path, named[target])
                break
        else:
            known = [name for named in numbers.values() for name in named]
            raise RenderError(
                f"{_answer_at(place, spans)}: ref names {target!r}, which is no figure, table or "
                f"question. {nearest(target, known)}"
            )
    return tuple(inlines)


def _answer_at(place: int, spans: Spans) -> str:
    """The answer that an inline element stands in, in words."""
    for question, span in spans.items():
        if place in span:
            return f"the answer to {question}"
    return "intro.md or closing.md"


def without_pictures(report: Report) -> dict[str, Any]:
    """What a report's rendering depends on, as plain data; a figure is given by its digest."""
    plain: dict[str, Any] = {}
    for item in dataclasses.fields(report):
        value = getattr(report, item.name)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            value = dataclasses.asdict(value)
        plain[item.name] = [_plain(entry) for entry in value] if isinstance(value, tuple) else value
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Figure):
        return ["figure", value.id, value.number, value.caption, value.spec.digest()]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, dataclasses.asdict(value)]
    return list(value) if isinstance(value, tuple) else value
