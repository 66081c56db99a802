"""The parts around the questions: accuracies, notices, how the report was made."""

from __future__ import annotations

from reportgen.answers.document import KeyFigure
from reportgen.answers.language import TemplateApi
from reportgen.config.assignments import Assignment
from reportgen.datasets.catalogue import BUILTINS
from reportgen.evidence.record import SPLITS, EvidenceRecord
from reportgen.formatting import percent, share

_PARTS = {"train": "training", "test": "test"}
_FULL_DATA_COMMAND = "reportgen data fetch"


def key_figures(api: TemplateApi) -> tuple[KeyFigure, ...]:
    """Training and test accuracy of each model, the latter with its interval."""
    write = api.recorder.fact
    strip = []
    for name in api.evidence.record["models"]:
        of = api.evidence.title_of_its_own(name) or name.capitalize()
        for part in SPLITS:
            score = api.fact(f"models.{name}.{part}")
            counts = api.evidence.record["models"][name][part]
            note = share(counts["n_correct"], counts["n_total"])
            if part == "test":
                low, high = (write(end, percent) for end in score["accuracy_ci95"])
                note = f"95\u00a0% confidence interval {low} to {high}"
            strip.append(
                KeyFigure(f"{of}, {_PARTS[part]}", write(score["accuracy"], percent), note)
            )
    return tuple(strip)


def tier_notice(api: TemplateApi) -> str | None:
    """The notice of a report on sample data, as Markdown; None for full data."""
    datasets = {
        model["dataset"]["name"]: model["dataset"]
        for model in api.evidence.record["models"].values()
    }
    sample = [dataset for dataset in datasets.values() if dataset["tier"] == "sample"]
    if not sample:
        return None
    sizes = " and ".join(
        f"{dataset['train_shape'][0]:,} training and {dataset['test_shape'][0]:,} test images of "
        f"{dataset.get('title', dataset['name'])}"
        for dataset in sample
    )
    names = [dataset["name"] for dataset in sample]
    return (
        f"**Made from the bundled sample:** {sizes}, not the full data. Test accuracies are as a "
        "rule lower and intervals wider than with the full data, and image numbers count within "
        "the sample. "
        f"{''.join(known.sample_note for known in map(BUILTINS.get, names) if known)}"
        f"For the full data, run `{_FULL_DATA_COMMAND}` and build again."
    )


def made_with(record: EvidenceRecord, assignment: Assignment) -> tuple[tuple[str, str], ...]:
    """How the report was made: names and values in plain text."""
    provenance = record["provenance"]
    pairs = [("Assignment", assignment.name)]
    for name, model in record["models"].items():
        dataset, training = model["dataset"], model["training"]
        pairs.append(
            (
                f"Model “{name}”",
                f"{model['architecture']['n_parameters']:,} parameters, "
                f"{training['epochs']} epoch{'' if training['epochs'] == 1 else 's'}, "
                f"batch size {training['batch_size']}, {training['optimizer']}, "
                f"{dataset.get('title', dataset['name'])} ({dataset['tier']}), "
                f"data SHA-256 {dataset['sha256'][:16]}…",
            )
        )
    pairs += [
        ("Seed", str(provenance.get("seed"))),
        ("Threads", str(provenance.get("threads"))),
        ("Configuration", f"SHA-256 {str(provenance.get('config_sha256'))[:16]}…"),
        (
            "Versions",
            ", ".join(
                f"{name} {provenance[name]}"
                for name in ("reportgen", "python", "tensorflow", "keras", "numpy")
                if name in provenance
            ),
        ),
        ("To check it", "reportgen verify, given this report’s folder or its PDF"),
    ]
    return tuple(pairs)


def notes(record: EvidenceRecord, *, shows_steps: bool = False) -> tuple[str, ...]:
    """Sentences on images that were replaced, studies that were left out, and the figures.

    Args:
        record: the evidence.
        shows_steps: whether answers show code; a whole program says it of itself.
    """
    left_out = record.get("left_out", {}).items()
    replaced = (
        f"The {_PARTS[item['split']]} images at hand have no number {item['asked']:,}; "
        f"number {item['used']:,} was used in its place (selection {item['selection']})."
        for item in record["report"].get("replacements", [])
    )
    missing = (
        f"The study “{name.replace('_', ' ')}” was left out: {why}." for name, why in left_out
    )
    drawn = "The figures are drawn from the measurements; the program's own plots are plainer."
    return (*replaced, *missing, *([drawn] if shows_steps else []))
