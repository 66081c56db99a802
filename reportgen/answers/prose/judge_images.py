"""Hold statements on single images to the predictions in the evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from reportgen.answers.prose.claims import (
    ArrayClaim,
    ClassClaim,
    ImageRef,
    Images,
    MatchClaim,
    ProbabilityClaim,
)
from reportgen.answers.prose.judgements import Judgement, Reading, Record, settle
from reportgen.answers.prose.quantities import Fit
from reportgen.formatting import count, probability


def judge_match(claim: MatchClaim, record: Record) -> Judgement:
    """Hold a match or mismatch to the predictions."""

    def read(image: ImageRef) -> Reading:
        found = _prediction(record, image)
        fit = Fit.YES if found["match"] == claim.positive else Fit.NO
        path = f"models.{image.model}.predictions.{image.place}.match"
        return Reading(fit, _describe(record, image), path)

    return _settle_images(claim.images, read)


def judge_class(claim: ClassClaim, record: Record) -> Judgement:
    """Hold a predicted class or a label to the predictions."""

    def read(image: ImageRef) -> Reading:
        found = _prediction(record, image)
        role = "argmax" if claim.role == "prediction" else "label"
        fit = Fit.YES if (found[role] == claim.class_index) != claim.negated else Fit.NO
        if fit is Fit.NO and claim.role == "is" and found["argmax"] == claim.class_index:
            fit = Fit.UNCLEAR  # "it is a Shirt" of an image that the model takes for one
        path = f"models.{image.model}.predictions.{image.place}.{role}"
        return Reading(fit, _describe(record, image), path)

    return _settle_images(claim.images, read)


def judge_probability(claim: ProbabilityClaim, record: Record) -> Judgement:
    """Hold a probability to the predictions."""

    def read(image: ImageRef) -> Reading:
        found = _prediction(record, image)
        names = record["models"][image.model]["dataset"]["class_names"]
        named = {"largest": found["argmax"], "label": found["label"]}
        k = claim.of if isinstance(claim.of, int) else named[claim.of]
        value = found["probabilities"][k]
        where = f"test image {count(found['index'])}, {names[k]}"
        path = f"models.{image.model}.predictions.{image.place}.probabilities.{k}"
        return Reading(
            claim.quantity.fit(Fraction(repr(value))), f"{where}: {probability(value)}", path
        )

    return _settle_images(claim.images, read)


def judge_array(claim: ArrayClaim, record: Record) -> Judgement:
    """Hold an array of numbers to probabilities, logits or what a second softmax gives."""

    def read(image: ImageRef) -> Reading:
        found = _prediction(record, image)
        fits = any(
            all(
                abs(Fraction(repr(value)) - written.low) <= written.step
                for value, written in zip(found[name], claim.values, strict=True)
            )
            for name in ("probabilities", "logits", "softmax_twice")
        )
        shown = ", ".join(probability(value) for value in found["probabilities"])
        path = f"models.{image.model}.predictions.{image.place}.probabilities"
        where = f"test image {count(found['index'])}"
        return Reading(Fit.YES if fits else Fit.NO, f"{where}: {shown}", path)

    return _settle_images(claim.images, read)


def _settle_images(images: Images, read: Callable[[ImageRef], Reading]) -> Judgement:
    """Every image must fit; where an image can be one of several, that is left open."""
    judged = [settle(map(read, options)) for options in images]
    for status in ("contradicted", "not testable"):
        found = [each for each in judged if each.status == status]
        if found:
            return replace(found[0], measured="; ".join(each.measured for each in found))
    if not judged:
        return Judgement("not testable", "it is about no image that this report has selected")
    measured = "; ".join(each.measured for each in judged)
    return Judgement("supported", measured, tuple(p for each in judged for p in each.paths))


def _prediction(record: Record, image: ImageRef) -> Record:
    found: Record = record["models"][image.model]["predictions"][image.place]
    return found


def _describe(record: Record, image: ImageRef) -> str:
    found = _prediction(record, image)
    names = record["models"][image.model]["dataset"]["class_names"]
    predicted, label = names[found["argmax"]], names[found["label"]]
    return f"test image {count(found['index'])}: predicted {predicted}, label {label}"
