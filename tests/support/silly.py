"""Finds what no answer should ever say under rare settings: what reads silly, what is untrue."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reading import read

from reportgen.answers.compose import Composition
from reportgen.answers.document import BLOCK_MARK, Report, Table, unfolded
from reportgen.evidence.record import EvidenceRecord

_THINGS = (
    *("image", "epoch", "step", "layer", "parameter", "unit", "error", "run", "pair", "bin"),
    *("label", "pixel", "neuron", "probabilit(?:y|ies)", "mistake", "seed", "prediction"),
)
_MANY = "|".join(f"{thing}s" if not thing.endswith(")") else "probabilities" for thing in _THINGS)
_ONE = "|".join(thing if not thing.endswith(")") else "probability" for thing in _THINGS)

SILLY = {
    "a plural of one": rf"(?<![\d.,-])(?:1|one) (?:[a-z]+ )?(?:{_MANY}|classes|batches)\b",
    "a singular of many": rf"(?<![\d.,])(?:[2-9]|\d[\d,]*\d) (?:{_ONE}|class|batch)\b(?!-)",
    "1 of many, in words of many": r"\bin the 1 of|\bone of the one\b|\bthe one most\b",
    "both or all of two, or of one": r"\bevery one of the (?:two|one)\b|\ball (?:two|one) ",
    "one of its own": r"\b[Oo]f the (?:1|one) ",
    "a name and its number alike": r"\b(\d+) \(index \1\)|\((\d+), label \2\)|label is (\d+) \(\3",
    "none of none": r"\b(?:none|no) of the (?:no|0)\b|\bno of\b|\bof the no\b|\b0 of 0\b",
    "a number repeated as its own part": r"(\d[\d,]*)(?: did not move)?: \1 because",
    "a difference that is none": r"\bno difference\b(?! is visible)",
    "one thing set against itself": r"\b((?:Fashion-)?MNIST|trees|coins) (?:and|against|than) \1\b",
    "a highest value of one epoch": r"first reached after epoch 1\b(?=.*in the last epoch)",
    "not a number": r"\b(?:nan|None(?! of)|inf|True|False|undefined)\b",
    "stray marks": r" [,.;:](?![\d.])|,,|\.\.(?!\.)|\(\)|\( | \)|;\.|:\.|\{\{|%\}|,\.",
    "a word twice": r"\b(the|a|of|is|in|and|to|for|are|it) \1\b",
}
_CODE = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$", re.S)
_STARTS = re.compile(
    r"(?:^|\n\s*\n\s*|(?<=[.!?])[ \n]+)(?!where |p [<=>])([a-z][^\n]{0,60})"  # sentences
    r"|\n\s*(?:[-*]|\d+\.) (?:\*\*)?([a-z][\w-]* (?!\d)[^\n:]{0,60}\.)"  # items that are sentences
)


def silly(composition: Composition) -> Iterator[str]:
    """Each fault of a report, with the words around it."""
    report = composition.report
    for where, text in texts(report):
        plain = _CODE.sub("CODE", text)
        for what, pattern in SILLY.items():
            for found in re.finditer(pattern, plain):
                around = plain[max(0, found.start() - 60) : found.end() + 60]
                yield f"{where}: {what}: {' '.join(around.split())}"
        if not where.startswith("table"):
            for start in _STARTS.finditer(plain):
                yield f"{where}: a sentence begins with a small letter: {start[1] or start[2]}"


def texts(report: Report) -> Iterator[tuple[str, str]]:
    """What a report says in sentences: answers, captions, beginning and end."""
    yield "intro", read(report, report.intro)
    for question in report.questions:
        text = BLOCK_MARK.sub("\n\n", unfolded(question.answer, report.blocks))
        yield question.id, read(report, text)
    yield "closing", read(report, report.closing)
    for block in report.blocks:
        if caption := getattr(block, "caption", ""):
            yield f"caption {getattr(block, 'id', '')}", read(report, caption)
        if isinstance(block, Table):
            for row in block.rows:
                yield f"table {block.id}", read(report, " | ".join(row))


def sentences(report: Report) -> str:
    """All that ``texts`` gives, without tables."""
    return "\n\n".join(text for where, text in texts(report) if not where.startswith("table"))


def untrue(text: str, record: EvidenceRecord) -> list[str]:
    """What a text says of models that is not so."""
    return [what for what, pattern in _never(record).items() if re.search(pattern, text)]


def _never(record: EvidenceRecord) -> dict[str, str]:
    """What must not be said of these models, and the words that would say it."""
    models = list(record["models"].values())
    layers = [layer for model in models for layer in model["architecture"]["layers"]]
    derived = list(record["derived"]["models"].values())
    found = {}
    if not any(layer.get("activation") == "relu" for layer in layers):
        found["ReLU is used"] = r"\bapply ReLU|ReLU sets|use ReLU|\(ReLU\)|with ReLU"
    if all(model["architecture"]["output"] == "softmax" for model in models):
        found["the model gives logits"] = r"(?:puts out|outputs|gives|output of)[^.]{0,30} logits"
    if not any(layer["kind"] == "dropout" for layer in layers):
        found["there is dropout"] = r"[Dd]ropout"
    for model in derived:
        if model["n_validation_images"]:
            n = f"{model['n_train_images'] - model['n_validation_images']:,}"
            found["the images fitted to are all"] = rf"\b(?:the|all|its) {n} training images"
    failed = [model["learned"] != "yes" for model in derived]
    if any(failed):
        found["the task of a failed model is judged"] = r"easier|better design"
    if all(failed):
        found["a failed model is praised"] = r"recognised, of|no reason to doubt|learns to"
    return found
