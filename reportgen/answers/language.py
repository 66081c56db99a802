"""The template language of answers: Markdown with facts, figures, tables and equations.

``TemplateApi`` has the functions that a template can call. Each returns facts, text or a
mark (see ``document``), so a template works the same for HTML, PDF and Markdown.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from jinja2 import Environment, pass_environment
from markupsafe import Markup

from reportgen.answers.document import (
    BLOCK,
    BLOCK_MARK,
    CLOSE,
    INLINE_MARK,
    Block,
    CodeMode,
    Equation,
    Figure,
    Listing,
    Match,
    Passage,
    Program,
    Reference,
    Table,
    strip_marks,
    written_out,
)
from reportgen.answers.facts import FactView, Recorder, at, has, value_of
from reportgen.answers.faults import nearest
from reportgen.answers.program import IMPORTS, ProgramDraft, without_imports
from reportgen.answers.rendering import LeftOutError, render
from reportgen.answers.steps import find_step
from reportgen.errors import RenderError
from reportgen.evidence.record import Evidence
from reportgen.figures.catalogue import plan
from reportgen.resources import templates_dir

FUNCTIONS = (
    *("fact", "model", "models", "predictions", "images", "comparison", "study", "has_study"),
    *("plural", "match", "figure", "table", "equation", "listing", "code", "ref"),
    *("short_answer", "more", "code_is_inline"),
)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_DASHES = re.compile(r":?-+:?")
_ALIGNMENTS = {  # a colon before the dashes, and after them
    (True, False): "left",
    (False, True): "right",
    (True, True): "center",
    (False, False): "left",
}


@lru_cache(maxsize=1)
def equations() -> dict[str, dict[str, str]]:
    """The named equations: ``{name: {"tex": ..., "spoken": ...}}``."""
    path = templates_dir() / "equations.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@dataclass
class TemplateApi:
    """The functions that the templates of one report call, and what they have used so far.

    Attributes:
        evidence: with ``derived`` in its record.
        texts: the templates by name.
        recorder: collects facts and other inline elements.
        blocks: figures, tables, equations, listings and passages, in order of their marks;
            figures and tables have no numbers yet.
        references: (place among the inlines, target) of links; the target may come later.
        program: the steps that were called.
        code_mode: where the report has its code.
    """

    evidence: Evidence
    texts: dict[str, str] = field(default_factory=dict)
    recorder: Recorder = field(default_factory=Recorder)
    blocks: list[Block] = field(default_factory=list)
    references: list[tuple[int, str]] = field(default_factory=list)
    program: ProgramDraft = field(default_factory=ProgramDraft)
    code_mode: CodeMode = "inline"
    _in_passage: bool = False

    def fact(self, path: str) -> FactView:
        """``fact("models.digits.test.accuracy")``.

        Raises:
            LeftOutError: it is of a study that could not be made.
        """
        whole = str(value_of(path))
        part, _, rest = whole.partition(".")
        left_out = self.evidence.record.get("left_out", {})
        if part == "studies" and (study := rest.partition(".")[0]) in left_out:
            raise LeftOutError(
                f"This answer needs the study “{study}”, which was left out: {left_out[study]}."
            )
        return at(self.evidence.record, whole)

    def model(self, name: str | FactView) -> FactView:
        """A model's measured and derived facts together."""
        key = value_of(name)
        return _merged(self.fact(f"models.{key}"), self.fact(f"derived.models.{key}"))

    def models(self) -> list[FactView]:
        """All models, in the assignment's order."""
        return [self.model(name) for name in self.evidence.record["models"]]

    def predictions(self, selection: str | FactView) -> list[FactView]:
        """The predictions of a selection's images, with what is derived from each.

        Raises:
            RenderError: no model has a prediction in that selection.
        """
        derived = self.fact(f"derived.predictions.{value_of(selection)}")
        return [
            _merged(
                self.fact(f"models.{value_of(d['model'])}.predictions.{value_of(d['place'])}"), d
            )
            for d in derived
        ]

    def images(self, selection: str | FactView) -> list[FactView]:
        """The images of a selection.

        Raises:
            RenderError: there is no such selection.
        """
        derived = self.fact(f"derived.images.{value_of(selection)}")
        return [_merged(self.fact(f"images.{value_of(d['place'])}"), d) for d in derived]

    def comparison(self) -> FactView:
        """The comparison, measured and derived.

        Raises:
            RenderError: the assignment compares no models.
        """
        if self.evidence.record["comparison"] is None:
            raise RenderError("this assignment compares no models: set comparison = [a, b].")
        return _merged(self.fact("comparison"), self.fact("derived.comparison"))

    def study(self, name: str) -> FactView:
        """What a study found.

        Raises:
            RenderError: the study did not run.
        """
        return self.fact(f"studies.{name}")

    def has_study(self, name: str) -> bool:
        """Whether a study ran."""
        return name in self.evidence.record["studies"]

    def plural(self, number: FactView, one: str, many: str = "") -> str:
        """The word for a number of things: ``one`` for 1, else ``many`` or ``one`` with an s."""
        return one if value_of(number) == 1 else many or f"{one}s"

    def match(self, prediction: object, yes: str = "yes", no: str = "no") -> Markup:
        """The answer to "does the prediction match the label?", as a marked word."""
        if not isinstance(prediction, FactView) or not has(prediction, "match"):
            raise RenderError('match needs a prediction, such as predictions("predict")[0].')
        matches = bool(value_of(prediction["match"]))
        return self.recorder.mark(Match(matches, yes if matches else no))

    def figure(
        self,
        kind: str,
        *,
        id: str,
        caller: Callable[[], str],
        **arguments: Any,
    ) -> Markup:
        """A figure, called around its caption.

        ``{% call figure("prediction", id="a", selection="verify", position=0) %}...{% endcall %}``
        """
        plain = {key: value_of(value) for key, value in arguments.items()}
        spec = plan(kind, self.evidence, **plain)
        return self.block(Figure(_checked_id(id), 0, spec, str(caller()).strip()))

    def table(self, *, id: str, caption: str, caller: Callable[[], str]) -> Markup:
        """A table, called around its rows in Markdown.

        ``{% call table(id="a", caption="...") %}| A | B | ...{% endcall %}``
        """
        header, align, rows = _parse_table(str(caller()), id)
        return self.block(Table(_checked_id(id), 0, str(caption), header, rows, align))

    def equation(self, name: str) -> Markup:
        """A named equation of ``equations.toml``.

        Raises:
            RenderError: there is no equation of that name.
        """
        if name not in equations():
            raise RenderError(f"unknown equation {name}. {nearest(name, equations())}")
        return self.block(Equation(name, **equations()[name]))

    def listing(self, code: str, language: str = "python") -> Markup:
        """A code listing, or a fact that the filter ``array`` wrote."""
        text = str(code) if isinstance(code, Markup) else strip_marks(str(code))
        return self.block(Listing(text.strip("\n"), language))

    def code_is_inline(self) -> bool:
        """Whether ``code(...)`` shows its step where it stands."""
        return self.code_mode == "inline"

    @pass_environment
    def code(self, environment: Environment, step: str, model: str | FactView = "") -> Markup:
        """A step of the program in ``steps.py.j2``, with the facts of a model as ``m``.

        The program has it without the lines that import something; these stand at its top,
        which ``code("imports")`` shows. What was shown before is not shown again.
        Nothing is shown here unless the report has its code in the answers.

        Raises:
            RenderError: there is no such step, or it needs to be told which model.
        """
        if step == IMPORTS:
            return self.block(Listing("", step=0))  # filled when all steps are known
        names = list(self.evidence.record["models"])
        if not model and len(names) > 1:
            raise RenderError(f"code({step!r}) needs a model: one of {', '.join(names)}.")
        name = str(value_of(model or names[0]))
        code, output = self._rendered_step(environment, step, name)
        inlines = self.recorder.inlines
        place = self.program.add(
            step, name, written_out(code, inlines), written_out(output, inlines)
        )
        if place is None:
            return Markup("")
        return self.block(Listing(without_imports(code), output=output, step=place))

    def _rendered_step(self, environment: Environment, step: str, model: str) -> tuple[str, str]:
        """A step's code and its output, with marks."""
        found = find_step(self.texts, step)
        m = self.model(model)

        def rendered(source: str, what: str) -> str:
            template = strip_marks(source)
            return render(
                lambda: environment.from_string(template).render(m=m),
                f"{found.file}, {what} {step}",
            ).strip("\n")

        return rendered(found.code, "step"), rendered(found.output, "output")

    def finish_program(
        self, environment: Environment, head: str, headings: Mapping[str, str]
    ) -> Program:
        """The program of all steps that were called; listings of its beginning are filled.

        Args:
            environment: renders its beginning.
            head: comments at its top.
            headings: of the questions, by id, plain text.

        Raises:
            RenderError: its beginning is faulty.
        """
        shown = [n for n, b in enumerate(self.blocks) if isinstance(b, Listing) and b.step == 0]
        if not self.program.steps and not shown:
            return Program(head)
        model = next(iter(self.evidence.record["models"]))
        parts = [self._rendered_step(environment, n, model)[0] for n in (IMPORTS, "preamble")]
        beginning = written_out("\n\n".join(parts), self.recorder.inlines)
        program = self.program.finish(head, beginning, headings)
        for place in shown:
            self.blocks[place] = Listing(program.steps[0].code, step=0)
        return program

    def ref(self, target: str) -> Markup:
        """A link to a figure, table or question by its id: ``Figure 4``."""
        self.references.append((len(self.recorder.inlines), target))
        return self.recorder.mark(Reference(target, "", "", 0))

    def short_answer(self, *, caller: Callable[[], str]) -> Markup:
        """The short answer, called around its sentences; an answer begins with it.

        ``{% call short_answer() %}...{% endcall %}``

        Raises:
            RenderError: it is empty, stands in another part, or holds a figure or the like.
        """
        text = self._passage_text("short_answer", caller)
        if BLOCK_MARK.search(text):
            raise RenderError(
                "short_answer() holds sentences only: put figures, tables and the like after it."
            )
        return self.block(Passage("short-answer", "", text))

    def more(self, title: str, *, caller: Callable[[], str]) -> Markup:
        """What goes further than the question, called around it: folded, or in an appendix.

        ``{% call more("Over the whole test set") %}...{% endcall %}``

        Raises:
            RenderError: it is empty or stands in another part; the title is not plain text.
        """
        title = (title.unescape() if isinstance(title, Markup) else str(title)).strip()
        if not title or INLINE_MARK.search(title) or "\n" in title:
            raise RenderError("the title of more(...) is one line of plain text, without facts.")
        return self.block(Passage("more", title, self._passage_text("more", caller)))

    def _passage_text(self, name: str, caller: Callable[[], str]) -> str:
        if self._in_passage:
            raise RenderError(
                f"{name}(...) stands inside another part of the answer: end it first."
            )
        self._in_passage = True
        try:
            text = str(caller()).strip()
        finally:
            self._in_passage = False
        if not text:
            raise RenderError(
                f"{name}(...) is empty with these results.\n"
                "Where there may be nothing to say, put {% if %} around it."
            )
        return f"{text}\n"

    def block(self, block: Block) -> Markup:
        """The mark of a block, which is kept."""
        identity = getattr(block, "id", None)
        if isinstance(block, Figure | Table) and any(
            isinstance(other, Figure | Table) and other.id == identity for other in self.blocks
        ):
            raise RenderError(f"the id {identity} is used for two figures or tables.")
        self.blocks.append(block)
        return Markup(f"\n\n{BLOCK}{len(self.blocks) - 1}{CLOSE}\n\n")  # noqa: S704  digits only


def _merged(*views: FactView) -> FactView:
    return FactView(*(layer for view in views for layer in view._layers))


def _checked_id(identity: object) -> str:
    identity = str(value_of(identity))
    if not _ID.fullmatch(identity):
        raise RenderError(f"the id {identity!r} may hold lower-case letters, digits and hyphens.")
    return identity


def _parse_table(
    source: str, identity: str
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The header, the alignments (``left``, ``right``, ``center``) and the rows of a table.

    Args:
        source: the Markdown between the ``call`` of a table and its end.
        identity: the table's id, for the message.

    Raises:
        RenderError: it has no line of dashes, no rows, or rows of unequal length.
    """
    lines = [line.strip() for line in source.strip().split("\n") if line.strip()]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    if len(rows) < 2 or not all(_DASHES.fullmatch(cell) for cell in rows[1]):
        raise RenderError(
            f"the table {identity} needs a line of heads and one of dashes below it: "
            "write :--, --: or :-: under each head."
        )
    if len(rows) == 2:
        raise RenderError(
            f"the table {identity} has no rows with these results.\n"
            "Where a list may be empty, put {% if %} around the table."
        )
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(rows[0]):
            raise RenderError(
                f"the table {identity} has {len(rows[0])} heads, but {len(row)} cells "
                f"in the line {INLINE_MARK.sub('...', line)}"
            )
    align = (_ALIGNMENTS[cell[0] == ":", cell[-1] == ":"] for cell in rows[1])
    return rows[0], tuple(align), tuple(rows[2:])
