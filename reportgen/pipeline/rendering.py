"""The second half of a build: from evidence to the files of a report, without TensorFlow.

What is drawn and rendered is kept in the store and looked for there first.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from reportgen.answers.compose import Composition, compose
from reportgen.answers.prose_check.contradictions import settle_contradictions
from reportgen.config.assignments import Assignment
from reportgen.evidence.record import Evidence
from reportgen.pipeline.assembly import (
    Draft,
    Files,
    Make,
    Pictures,
    Wanted,
    assemble,
    draw_picture,
    figures_inputs,
    make_draft,
)
from reportgen.pipeline.keys import figure_inputs
from reportgen.pipeline.ledger import Ledger
from reportgen.report_folder import weights_file
from reportgen.storage.store import Entry, Inputs

if TYPE_CHECKING:
    from reportgen.figures.spec import FigureSpec, Picture

FIGURE_KIND = "figure"


def produce(
    evidence: Evidence,
    assignment: Assignment,
    wanted: Wanted,
    weights: Mapping[str, bytes],
    ledger: Ledger,
    *,
    allow_contradictions: bool,
) -> tuple[Files, Composition]:
    """Every file of a report's folder, by relative name.

    Args:
        evidence: what was measured.
        assignment: what is asked.
        wanted: what the folder shall hold.
        weights: each model's weights as NPZ bytes.
        ledger: holds the store and records the stages.
        allow_contradictions: whether the author's own words may contradict the evidence;
            they are marked then.

    Raises:
        RenderError: a template or figure is faulty, or a renderer warned.
        MismatchError: the author's own words contradict the evidence.
    """
    composition = compose(evidence, assignment)
    settle_contradictions(
        composition.statements, ledger.observer.notice, allow=allow_contradictions
    )
    draft = make_draft(composition, wanted.formats)
    pictures = draw_figures(draft, ledger)

    def keep(stage: str, inputs: Inputs, make: Make) -> Files:
        return ledger.stored(stage, stage, inputs, make).files

    files = assemble(draft, pictures, wanted, keep)
    return {**weight_files(weights), **files}, composition


def weight_files(weights: Mapping[str, bytes]) -> Files:
    """Each model's weights under the name that they have in the folder."""
    return {weights_file(name): content for name, content in weights.items()}


def draw_figures(draft: Draft, ledger: Ledger) -> Pictures:
    """The pictures of every figure, by the figure's id; each drawn once and kept."""
    pictures, all_there = {}, True
    why = ledger.why("figures", figures_inputs(draft))
    with ledger.timed("figures") as timing:
        for name, spec in draft.specs.items():
            inputs = figure_inputs(spec.digest())
            entry, reused = ledger.look_up(FIGURE_KIND, inputs, partial(_draw, spec))
            all_there = all_there and reused
            pictures[name] = stored_pictures(entry)
        timing.reused, timing.why = all_there, why
    return pictures


def _draw(spec: FigureSpec) -> Files:
    from reportgen.figures.spec import pack_pictures

    return pack_pictures(draw_picture(spec))


def stored_pictures(entry: Entry) -> tuple[Picture, ...]:
    """The pictures of one figure that the store has kept."""
    from reportgen.figures.spec import unpack_pictures

    return unpack_pictures(entry.files)
