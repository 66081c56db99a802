"""A made-up report with every kind of element, and pictures for it; no model, no Matplotlib.

``python tests/support/made_up_report.py FOLDER`` writes it in all formats, to look at.
"""

from __future__ import annotations

import dataclasses
import io
from importlib import import_module
from typing import Any

from PIL import Image, ImageDraw

from reportgen.answers.document import (
    BLOCK,
    CLOSE,
    OPEN,
    Block,
    Contradicted,
    Coverage,
    Equation,
    Fact,
    Figure,
    Inline,
    KeyFigure,
    Listing,
    Match,
    Passage,
    Program,
    ProgramLines,
    ProgramStep,
    Question,
    Reference,
    Report,
    Table,
)
from reportgen.figures.drawing.spec import DataTable, FigureSpec, Picture
from reportgen.render.manuscript import Manuscript
from reportgen.report_folder import FORMATS, Format

CLASSES = (
    *("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat"),
    *("Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
)
VALUES = (0.0001, 0.0002, 0.0001, 0.9712, 0.0003, 0.0001, 0.0271, 0.0004, 0.0003, 0.0002)


class Writer:
    """Collects elements and gives their marks."""

    def __init__(self) -> None:
        self.inlines: list[Inline] = []
        self.blocks: list[Block] = []

    def inline(self, inline: Inline) -> str:
        self.inlines.append(inline)
        return f"{OPEN}{len(self.inlines) - 1}{CLOSE}"

    def block(self, block: Block) -> str:
        self.blocks.append(block)
        return f"\n\n{BLOCK}{len(self.blocks) - 1}{CLOSE}\n\n"

    def fact(self, path: str, value: Any, text: str) -> str:
        return self.inline(Fact(path, value, text))

    def figure_reference(self, name: str, number: int) -> str:
        path = f"derived.numbering.figures.{name}"
        return self.inline(Reference(name, f"Figure\u00a0{number}", path, number))

    def question_label(self, name: str, number: int, total: int) -> str:
        n = self.fact(f"derived.numbering.questions.{name}", number, str(number))
        return f"Question {n} of {self.fact('derived.numbering.n_questions', total, str(total))}"


def pixel_picture(name: str = "image", seed: int = 7, alt: str = "A grey Dress.") -> Picture:
    """A small grey image, 28 x 28 pixels shown at 100 points."""
    image = Image.new("L", (28, 28), 0)
    draw = ImageDraw.Draw(image)
    draw.polygon([(10, 3), (18, 3), (17, 10), (21, 25), (7, 25), (11, 10)], fill=150 + seed)
    draw.line([(14, 3), (14, 25)], fill=60 + seed)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return Picture(name, "image/png", stream.getvalue(), 100.0, 100.0, alt)


def bars_picture(name: str = "bars", scale: float = 1.0) -> Picture:
    """Bars as SVG paths, 230 x 100 points."""
    bars = "".join(
        f'<path d="M70 {8 + 9 * k}h{1 + 140 * value * scale:.2f}v6h-{1 + 140 * value * scale:.2f}z"'
        ' fill="#d55e00"/>'
        for k, value in enumerate(VALUES)
    )
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="230pt" height="100pt" '
        f'viewBox="0 0 230 100"><path d="M0 0h230v100h-230z" fill="#ffffff"/>{bars}</svg>'
    )
    alt = "Bar chart of ten class probabilities; Dress is highest at 0.9712, then Shirt at 0.0271."
    return Picture(name, "image/svg+xml", svg.encode(), 230.0, 100.0, alt)


def grid_picture() -> Picture:
    """Twenty-five grey squares, 180 x 180 points."""
    image = Image.new("L", (600, 600), 255)
    draw = ImageDraw.Draw(image)
    for k in range(25):
        x, y = 10 + 120 * (k % 5), 10 + 120 * (k // 5)
        draw.rectangle([x, y, x + 100, y + 100], fill=10 * k)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    alt = "A grid of 25 handwritten digits, each with its label."
    return Picture("grid", "image/png", stream.getvalue(), 230.0, 230.0, alt)


def _spec(kind: str, table: DataTable | None = None) -> FigureSpec:
    return FigureSpec(kind, {}, table=table)


def _array_question(w: Writer) -> Question:
    top = w.fact("derived.predictions.predict.0.top", 0.9712, "0.9712")
    table = Table(
        "array",
        1,
        f"The array for image {w.fact('models.fashion.predictions.0.index', 300, '300')}, "
        "in the order of the classes.",
        ("Index", "Class", "Logit $z_k$", "Probability $p_k$"),
        tuple(
            (
                w.fact(f"derived.predictions.predict.0.steps.{k}.index", k, str(k)),
                f"**{name}**" if k == 3 else name,
                w.fact(f"models.fashion.predictions.0.logits.{k}", k - 4.25, f"{k - 4.25:.2f}"),
                w.fact(
                    f"models.fashion.predictions.0.probabilities.{k}", VALUES[k], f"{VALUES[k]}"
                ),
            )
            for k, name in enumerate(CLASSES)
        ),
        ("right", "left", "right", "right"),
    )
    data = DataTable(
        ("Class", "Probability"),
        tuple((name, str(value)) for name, value in zip(CLASSES, VALUES, strict=True)),
    )
    figure = Figure(
        "pair-300",
        1,
        _spec("prediction", data),
        f"Dress, {w.fact('derived.predictions.predict.0.top_percent', 0.9712, '97.1 %')}: right.",
    )
    equation = Equation("softmax", r"p_k = \frac{e^{z_k}}{\sum_{j} e^{z_j}}", "p k equals e to z k")
    short = Passage(
        "short-answer",
        "",
        f"Ten probabilities, one per class: _Dress_ has the largest, **{top}**.\n",
    )
    answer = (
        f"{w.block(short).lstrip()}"
        f"The array holds ten numbers, one a class: the model's estimate of how likely the image "
        f"shows it. The largest, {top}, stands at index "
        f"{w.fact('models.fashion.predictions.0.argmax', 3, '3')}: _Dress_ "
        f"({w.figure_reference('pair-300', 1)}). The runner-up is Shirt.{w.block(figure)}"
        r"Softmax turns the logits $z$ into them; since $\exp$ increases, order is kept and "
        r"$\ln(p_i/p_j) = z_i - z_j$."
        f"{w.block(equation)}{w.block(table)}"
        "Read more in [the Keras guide](https://keras.io/guides/), which says of `Softmax`:\n\n"
        "> It is a layer like any other.\n"
    )
    return Question(
        "array",
        w.question_label("array", 1, 4),
        "The array of predictions",
        "The two datasets",
        "Find the array of predictions for an image other than the first. "
        "What do its numbers mean, and how were `softmax` and `argmax` applied?",
        answer,
    )


def _match_question(w: Writer, code: str) -> Question:
    listing = Listing(
        "# One image becomes a batch of one\n"
        'image = np.expand_dims(x_test[300], axis=0)\nprint("shape:", image.shape)\n'
        f"for epoch in range({w.fact('models.fashion.training.epochs', 10, '10')}):\n    pass",
        output=f"shape: {w.fact('derived.models.fashion.image_shape', '(28, 28)', '(28, 28)')}",
        step=1,
    )
    second = Figure("single", 2, _spec("single_image"), "The image that was asked about.")
    lines = ProgramLines("match", 3, ((4, 4), (10, 17)))
    program_lines = w.block(lines) if code == "appendix" else "\n"
    wrong = Figure("pair-40", 3, _spec("prediction"), "Shirt, but it is a Pullover: wrong.")
    return Question(
        "match",
        w.question_label("match", 2, 4),
        "Does the prediction match the label?",
        None,
        "Does the model's prediction match the label?",
        f"{w.inline(Match(True, 'Yes, it matches'))}: both are Dress.{w.block(second)}"
        f"For the other image, {w.inline(Match(False, 'no'))}: see "
        f"{w.figure_reference('pair-40', 3)}.{w.block(wrong)}"
        f"Its shape goes from "
        f"`{w.fact('derived.models.fashion.image_shape', '(28, 28)', '(28, 28)')}` to a "
        f"batch:{w.block(listing)}"
        "1. the image becomes a batch of one,\n2. the model returns ten logits,\n"
        f"3. softmax is applied *once*.{program_lines}",
    )


def _comparison_question(w: Writer) -> Question:
    grid = Figure("grid", 4, _spec("image_grid"), "The digits, each with its label.")
    digits = w.fact("models.digits.test.accuracy", 0.9771, "97.7 %")
    fashion = w.fact("models.fashion.test.accuracy", 0.8744, "87.4 %")
    claim = Contradicted("Fashion is far better than digits.", "the verdict is digits")
    accuracies = Table(
        "accuracies",
        2,
        "Accuracy after the last epoch.",
        ("Model", "Training", "Test", "95 % interval"),
        (
            ("digits", "99.5 %", digits, "97.4 % to 98.0 %"),
            ("fashion", "91.4 %", fashion, "86.8 % to 88.1 %"),
        ),
        ("left", "right", "right", "right"),
    )
    recall = Table(
        "recall",
        3,
        "Test images of a class that are recognised.",
        ("Class", "Recognised"),
        (("Shirt", w.fact("derived.models.fashion.confusions.recall.6", 0.66, "66.0 %")),),
        ("left", "right"),
    )
    reference = Reference("recall", "Table\u00a03", "derived.numbering.tables.recall", 3)
    further = Passage(
        "more",
        "Every class, & what is confused",
        f"### Below the fold\n\nThe lowest share is in {w.inline(reference)}.{w.block(recall)}",
    )
    return Question(
        "compare",
        w.question_label("compare", 3, 4),
        "Which model is better?",
        "The comparison",
        "Which model is better at predicting, and why?",
        f"The **digits** model is: {digits} of its test images are right, against {fashion}. "
        f"{w.inline(claim)}{w.block(accuracies)}{w.block(grid)}"
        "## A heading of the author's\n\n#### and one below it\n\n"
        "| what | n |\n|:--|--:|\n| a `|` sign? no | 1 |\n\n"
        "Adam moves the weights, with $60{,}000$ images in all:\n\n"
        r"$$w \leftarrow w - \eta \, \frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t} \, "
        r"\frac{m}{\sqrt{v}+\epsilon}$$"
        "\n\nIt costs $5 or $10, whatever.\n\n```python\nprint('fenced')\n```\n"
        f"{w.block(further)}",
        verdict="digits",
        own_words=True,
    )


def _hostile_question(w: Writer) -> Question:
    return Question(
        "hostile",
        w.question_label("hostile", 4, 4),
        'A heading with <b> & "quotes"',
        None,
        "What happens to *hostile* prose?",
        "Nothing: <script>alert(1)</script> is text, so is <img src=x onerror=alert(1)>, and "
        "[a link](javascript:alert(1)) that is not one. Ελληνικά, Кириллица, naïve Łódź.\n",
    )


def _program(author: str | None) -> Program:
    first = ProgramStep("imports", "", "", "", "import numpy as np\n\nRETRAIN = False", "")
    code = (
        "# One image becomes a batch of one\n"
        'image = np.expand_dims(x_test[300], axis=0)\nprint("shape:", image.shape)\n'
        "for epoch in range(10):\n    pass"
    )
    heading = "Question 2 of 4: Does the prediction match the label?"
    text = 'text = """one\ntwo"""  # <not a tag>'
    steps = (
        first,
        ProgramStep("match", "fashion", "match", heading, code, "shape: (28, 28)"),
        ProgramStep("text", "fashion", "match", heading, text, ""),
    )
    return Program(f"# Basic classification\n# {author}" if author else "# Classes", steps)


def made_up_report(**changes: Any) -> Report:
    """The report; ``changes`` replace its fields."""
    w = Writer()
    author, code = changes.get("author", "Ada Lovelace"), changes.get("code", "inline")
    questions = (
        _array_question(w),
        _match_question(w, code),
        _comparison_question(w),
        _hostile_question(w),
    )
    strip = (
        ("Digits, training", "models.digits.train.accuracy", 0.9952, "99.5 %", "59,712 of 60,000"),
        (
            "Digits, test",
            "models.digits.test.accuracy",
            0.9771,
            "97.7 %",
            "95 % interval 97.4 % to 98.0 %",
        ),
        (
            "Fashion, training",
            "models.fashion.train.accuracy",
            0.914,
            "91.4 %",
            "54,840 of 60,000",
        ),
        (
            "Fashion, test",
            "models.fashion.test.accuracy",
            0.8744,
            "87.4 %",
            "95 % interval 86.8 % to 88.1 %",
        ),
    )
    report = Report(
        title="Basic classification of clothing and of handwritten digits",
        author="Ada Lovelace",
        course="Machine learning, autumn term",
        date="2026-11-21",
        language="en",
        paper="a4",
        intro="Two networks of the same shape were trained, one on each dataset. "
        "This report answers what was asked, from the numbers that were measured.",
        tier_notice=None,
        key_figures=tuple(
            KeyFigure(label, w.fact(path, value, text), note)
            for label, path, value, text, note in strip
        ),
        questions=questions,
        closing="Both models learned; **digits** was the easier task for this network.",
        coverage=(
            Coverage("array", "the ten values", is_covered=True),
            Coverage("match", "one figure of the image", is_covered=True),
            Coverage("match", "code: predict", "The program" if code == "appendix" else "Figure 2"),
            Coverage("compare", "a reason that was measured", is_covered=False),
            Coverage("compare", "each class", is_covered=True),
        ),
        made_with=(
            ("Assignment", "made-up"),
            ("Seed", "0"),
            ("Configuration", "SHA-256 0123456789abcdef…"),
            ("Versions", "reportgen 0.1.0, Python 3.11.9, Keras 3.15.1, NumPy 2.4.6"),
            ("To check it", "reportgen verify report.pdf"),
        ),
        notes=("The test images at hand have no number 9,999; number 12 was used in its place.",),
        inlines=tuple(w.inlines),
        blocks=tuple(w.blocks),
        program=_program(author),
    )
    return dataclasses.replace(report, **changes)


SAMPLE_NOTICE = (
    "**Made from the bundled sample:** 2,000 training images, not the full data. "
    "For the full data, run `reportgen data fetch` and build again."
)


def made_up_pictures() -> dict[str, tuple[Picture, ...]]:
    """Pictures for every figure; the one of ``single`` is that of ``pair-300`` again."""
    return {
        "pair-300": (pixel_picture(), bars_picture()),
        "single": (pixel_picture(alt="The same grey Dress."),),
        "pair-40": (pixel_picture(seed=90, alt="A grey Pullover."), bars_picture(scale=0.5)),
        "grid": (grid_picture(),),
    }


def written_in(made_in: Format, report: Report) -> dict[str, bytes]:
    """The files of a made-up report in a format."""
    renderer = import_module(f"reportgen.render.{made_in.renderer}")
    document, others = renderer.write(Manuscript(report, made_up_pictures()))
    return {made_in.file: document, **others}


def main() -> None:
    import sys
    from pathlib import Path

    from reportgen.storage.disk import write_folder

    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    report = made_up_report(tier_notice=SAMPLE_NOTICE)
    for each in FORMATS.values():
        write_folder(folder, written_in(each, report))


if __name__ == "__main__":
    main()
