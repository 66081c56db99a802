"""Hold each claim to the evidence: supported, contradicted, or not testable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reportgen.answers.prose.claims import (
    ArrayClaim,
    Claim,
    ClassClaim,
    ComparisonClaim,
    DifferenceClaim,
    IntervalClaim,
    MatchClaim,
    ProbabilityClaim,
    ScoreClaim,
    SplitComparisonClaim,
)
from reportgen.answers.prose.judge_comparisons import judge_comparison, judge_split_comparison
from reportgen.answers.prose.judge_images import (
    judge_array,
    judge_class,
    judge_match,
    judge_probability,
)
from reportgen.answers.prose.judge_scores import judge_difference, judge_interval, judge_score
from reportgen.answers.prose.judgements import Judgement, Record

_JUDGES: dict[type[Claim], Callable[[Any, Record], Judgement]] = {
    ScoreClaim: judge_score,
    IntervalClaim: judge_interval,
    DifferenceClaim: judge_difference,
    ComparisonClaim: judge_comparison,
    SplitComparisonClaim: judge_split_comparison,
    MatchClaim: judge_match,
    ClassClaim: judge_class,
    ProbabilityClaim: judge_probability,
    ArrayClaim: judge_array,
}


def judge(claim: Claim, record: Record) -> Judgement:
    """Hold a claim to an evidence record with ``derived``."""
    if claim.at.doubt:
        return Judgement("not testable", claim.at.doubt)
    return _JUDGES[type(claim)](claim, record)
