"""Check an author's answer against the evidence, sentence by sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from reportgen.answers.document import Block, Contradicted, Figure, Inline, Passage, Table
from reportgen.answers.facts import Recorder
from reportgen.answers.prose_check import words
from reportgen.answers.prose_check.claims import Claim, Judgement
from reportgen.answers.prose_check.comparisons import find_comparisons
from reportgen.answers.prose_check.context import Context, Scene, Topic
from reportgen.answers.prose_check.images import ImageRef
from reportgen.answers.prose_check.predictions import SHOWS_IMAGES, find_class_claims, find_matches
from reportgen.answers.prose_check.probabilities import (
    array_spans,
    classes_with_numbers,
    find_arrays,
    find_probabilities,
)
from reportgen.answers.prose_check.roles import roles_of_classes
from reportgen.answers.prose_check.scores import find_flawless, find_scores, is_score
from reportgen.answers.prose_check.sentences import Sentence, Span, between, read_sentences
from reportgen.answers.prose_check.statements import CheckedText, Statement
from reportgen.answers.prose_check.vocabulary import Vocabulary
from reportgen.config.assignments import Assignment, QuestionSettings
from reportgen.evidence.record import EvidenceRecord

Record = EvidenceRecord

# Limits that no honest answer reaches, so that a hostile one takes only seconds. Longer sentences,
# and sentences with more numbers, are skipped, and so is all text after ``_MOST`` characters;
# each sentence and each number counts as 40 more.
_LONGEST, _MOST_NUMBERS, _MOST = 600, 30, 100_000


def check_text(
    markdown: str,
    lines: SourceLines,
    file: str,
    recorder: Recorder,
    record: Record,
    topic: Topic,
    *,
    is_answer: bool = True,
) -> CheckedText:
    """Check an author's text against the evidence.

    Args:
        markdown: the rendered answer, with marks.
        lines: of the author's file.
        file: its name.
        recorder: has what the marks stand for, and gets a mark for each contradicted passage.
        record: the evidence with ``derived``.
        topic: what the question is about.
        is_answer: whether the text is the answer itself, not a caption or table in it.
    """
    claims = find_claims(markdown, recorder.inlines, record, topic, is_answer=is_answer)
    statements = tuple(
        Statement(
            file,
            lines.find(claim.sentence, claim.start, markdown),
            claim.sentence.text[claim.start : claim.end],
            claim.sentence.text,
            claim.judgement.status,
            claim.judgement.measured,
        )
        for claim in claims
    )
    stated = {path for claim in claims for path in _paths(claim.judgement, record)}
    return CheckedText(_mark(markdown, claims, recorder), statements, frozenset(stated))


def check_block(
    block: Block, check: Callable[[str], CheckedText]
) -> tuple[Block, list[CheckedText]]:
    """A block with what the evidence contradicts in it marked, and what was found in it.

    Args:
        block: equations and listings are left as they are.
        check: checks a text against the evidence.
    """
    if isinstance(block, Passage):
        text = check(block.text)
        return replace(block, text=text.markdown), [text]
    if not isinstance(block, Figure | Table):
        return block, []
    caption = check(block.caption)
    if isinstance(block, Figure):
        return replace(block, caption=caption.markdown), [caption]
    lines = [block.header, ("---",) * len(block.header), *block.rows]
    cells = check("\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n")
    _, _, *rows = (
        tuple(cell.strip() for cell in line[2:-2].split(" | "))
        for line in cells.markdown.splitlines()
    )
    return replace(block, caption=caption.markdown, rows=tuple(rows)), [caption, cells]


def _mark(markdown: str, claims: Iterable[Claim], recorder: Recorder) -> str:
    """Put a mark in the place of each contradicted passage; of two that overlap, the first."""
    passages = sorted(
        (*claim.sentence.passage(claim.start, claim.end), claim.judgement.measured)
        for claim in claims
        if claim.judgement.status == "contradicted"
    )
    parts, end = [], 0
    for start, stop, measured in passages:
        if start >= end and stop > start:
            mark = recorder.mark(Contradicted(markdown[start:stop], measured))
            parts += [markdown[end:start], str(mark)]
            end = stop
    return "".join([*parts, markdown[end:]])


def _paths(judgement: Judgement, record: Record) -> Collection[str]:
    """The paths of the facts that a claim states, with the derived paths of the same facts."""
    found = list(judgement.paths)
    for path in judgement.paths:
        place = re.fullmatch(r"models\.(.+)\.predictions\.(\d+)\.probabilities\.(\d+)", path)
        if place:
            predictions = record["models"][place[1]]["predictions"]
            k, chosen = int(place[3]), predictions[int(place[2])]
            same = [p for p in predictions if p["selection"] == chosen["selection"]]
            where = f"derived.predictions.{chosen['selection']}.{same.index(chosen)}"
            found.append(f"{where}.steps.{k}.probability")
            found += [f"{where}.top"] if k == chosen["argmax"] else []
    return found


class SourceLines:
    """Finds sentences of a rendered text in the author's file, in their order."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._last: Sentence | None = None
        self._start = self._end = 0

    def find(self, sentence: Sentence, start: int, markdown: str) -> int:
        """The line on which the words at ``start`` of a sentence stand, from 1.

        Args:
            sentence, start: in the rendered text.
            markdown: that text; what stands unbroken in it, the file has as it is.
        """
        run = next(run for run in sentence.runs if run.start <= start < run.end)
        place = sentence.places[run.start]
        fragment = markdown[place : place + run.end - run.start]
        at = self._source.find(fragment, self._start if sentence is self._last else self._end)
        at = at if at >= 0 else self._source.find(fragment)
        if at >= 0:
            self._last, self._start, self._end = sentence, at, at + len(fragment)
        return self._source.count("\n", 0, max(at, 0) + start - run.start) + 1


def topic_of(
    plan: QuestionSettings, group: str, prompt: str, assignment: Assignment, record: Record
) -> Topic:
    """What a question is about.

    Its models are those that its heading, its prompt and its required facts name, else
    those whose images its template shows, else those that its group names.

    Args:
        plan: the question.
        group: the heading of the group that it is in, or empty.
        prompt: rendered, with facts written out.
        assignment: whose template shows the images.
        record: the evidence.
    """
    vocabulary = Vocabulary(record)
    template = assignment.files[assignment.template(plan.id)]
    shown = set(re.findall(r"[\"']([a-z][a-z0-9_-]*)[\"']", template))
    images = tuple(
        ImageRef(name, place)
        for name, model in record["models"].items()
        for place, prediction in enumerate(model["predictions"])
        if prediction["selection"] in shown
    )
    paths = " ".join(path for requirement in plan.requires for path in requirement.fact)
    required = re.findall(r"models\.(\w+)\.", paths)
    named = _named(vocabulary, f"{plan.heading}. {prompt}") | (
        set(required) & set(record["models"])
    )
    models = named or {image.model for image in images} or _named(vocabulary, group)
    return Topic(plan.kind, frozenset(models), images)


def _named(vocabulary: Vocabulary, text: str) -> set[str]:
    return {name for mention in vocabulary.find_models(text) for name in mention.names}


def find_claims(
    markdown: str,
    inlines: Sequence[Inline],
    record: Record,
    topic: Topic,
    *,
    is_answer: bool = True,
) -> list[Claim]:
    """Every claim that an author typed, in the order of the text, checked against the evidence.

    Args:
        markdown: the author's text, rendered, with marks where facts stand.
        inlines: what the marks stand for.
        record: the evidence with ``derived``.
        topic: what the question is about.
        is_answer: whether the text answers the question, so that it can begin with "yes";
            a caption does not.
    """
    context = Context(Vocabulary(record), topic, opens=is_answer)
    claims: list[Claim] = []
    left = _MOST
    for sentence in read_sentences(markdown, inlines):
        n_numbers = len(words.entry.findall(sentence.text))
        if len(sentence.text) > _LONGEST or n_numbers > _MOST_NUMBERS:
            continue
        left -= len(sentence.text) + 40 * (1 + n_numbers)
        if left < 0:
            break
        scene = context.enter(sentence)
        if sentence.kind != "heading" and not scene.asks:
            found = [c for c in _claims_of(scene) if sentence.typed(c.start, c.end)]
            claims += _only_whole(scene, found)
        context.leave(scene)
    return claims


def _only_whole(scene: Scene, claims: list[Claim]) -> list[Claim]:
    """The claims of a sentence; none is supported unless every part of it could be checked."""
    if all(claim.judgement.status != "supported" for claim in claims):
        return claims
    if _is_read(scene, claims) and all(c.judgement.status != "not testable" for c in claims):
        return claims
    return [replace(claim, judgement=_opened(claim.judgement)) for claim in claims]


def _is_read(scene: Scene, claims: list[Claim]) -> bool:
    """Whether every number and class of a sentence that looks like a claim belongs to one."""
    text = scene.text
    if len(scene.classes) > 1 and words.ranks.search(text):
        return False
    if scene.images and words.left_out.search(text):
        return False
    told, likely = roles_of_classes(scene), classes_with_numbers(scene)
    known = [
        c for c, each in zip(scene.classes, told, strict=True) if each.roles or c.only in likely
    ]
    read: list[Span] = [*claims, *known]
    parts: list[Span] = [number for number in scene.numbers if is_score(number, text)]
    if scene.images:
        digits = (Span(*found.span()) for found in words.digit.finditer(text))
        parts += [part for part in (*scene.classes, *digits) if not scene.numbers_image(part.start)]
    return all(
        any(
            one.start <= part.start < one.end or words.beside.fullmatch(between(text, one, part))
            for one in read
        )
        for part in parts
    )


def _opened(judgement: Judgement) -> Judgement:
    """A judgement that no longer says "supported", but keeps the facts that were stated."""
    if judgement.status != "supported":
        return judgement
    return Judgement("not testable", "a part of the sentence is out of reach", judgement.paths)


def _claims_of(scene: Scene) -> Iterator[Claim]:
    finders = (find_arrays, find_probabilities, find_matches, find_class_claims)
    about_images = [
        c for find in finders for c in find(scene) if scene.sentence.typed(c.start, c.end)
    ]
    yield from about_images
    taken = [*array_spans(scene.text), *((claim.start, claim.end) for claim in about_images)]
    free = [n for n in scene.numbers if not any(s <= n.start < e for s, e in taken)]
    if words.of_scores.search(scene.text) or scene.context.topic.kind not in SHOWS_IMAGES:
        yield from find_scores(scene, free)
    yield from find_flawless(scene)
    yield from find_comparisons(scene)
