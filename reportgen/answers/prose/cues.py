"""The words that tell what a number is about, and those that take it out of the checker's reach."""

from __future__ import annotations

import re
from typing import Final, Literal

from reportgen.answers.prose.quantities import Quantity

Cue = Literal["accuracy", "error", "loss", "probability", "gap", "interval"]
Scored = Literal["accuracy", "error", "loss", "gap", "interval"]
ACCURACY: Final = "accuracy"
ERROR: Final = "error"
LOSS: Final = "loss"
PROBABILITY: Final = "probability"
GAP: Final = "gap"
INTERVAL: Final = "interval"

_CUES: tuple[tuple[Cue, str], ...] = (
    (
        ACCURACY,
        r"\baccura(?:cy|cies|te|tely)\b|\bacc\b|\bcorrect(?:ly|ness)?\b|\bright(?:ly)?\b"
        r"|(?<!not )(?<!n't )\b(?:recogni[sz]|identif|classif)(?:ed|ies|ied|es|ing|y)\b"
        r"(?!\s(?:\w+\s)?(?:incorrect|wrong|false|bad|poor))"
        r"|\b(?:success|hit)[\s-]rate\b|\bpredict(?:s|ed)\scorrect",
    ),
    (
        ERROR,
        r"\berrors?\b(?!\sbars?)(?:[\s-]rate)?|\bmis-?(?:classif|identif|predict|recogni|label|read|judg)\w*"
        r"|\b(?:in-?correct|wrong)(?:ly)?\b|\bmistakes?\b|\bmistaken\b|\bfail(?:s|ed|ures?)\b|\bmiss(?:ed|es)\b"
        r"|\b(?:not|n't)\s(?:\w+\s)?(?:recogni[sz]ed|identified|classified\scorrectly|correct(?:ly)?|right)\b",
    ),
    (LOSS, r"\bloss(?:es)?\b|\bcross-?\s?entropy\b"),
    (
        PROBABILITY,
        r"\bprobabilit(?:y|ies)\b|\bconfiden(?:t|ce|tly)\b(?!\s(?:interval|level|bounds?))"
        r"|\b(?:un-?)?certain(?:ty|ly)?\b|\b(?:un-?)?sure\b|\blikel(?:y|ihood)\b|\bsoftmax\s(?:output|value|probab\w+)|\b(?:largest|highest|top|greatest|maximum)\s(?:entry|value|number|element|one)\b"
        r"|\b(?:model|network)\s(?:gives|gave|assigns|assigned)\b",
    ),
    (
        GAP,
        r"\bgap\b|\bdifferen(?:ce|t|ces)\b|\bdiffers?\b|\bdrop(?:s|ped)?\b|\bfalls?\b|\bfell\b|\bahead\b|\blead(?:s)?\b|\bmargin\b",
    ),
    (INTERVAL, r"\bintervals?\b|\bci\b|\bconfidence\sbounds?\b|\brang(?:e|es|ing)\b"),
)
_WEAK = re.compile(
    r"\b(?:get|gets|getting|got|reach\w*|achiev\w*|attain\w*|obtain\w*|scor(?:e|es|ed|ing)|perform\w*|hit|hits|"
    r"result\w*|manag\w*|gave|gives|yield\w*|end(?:s|ed)\sup|came\sout|comes\sout)\b",
    re.IGNORECASE,
)
_PATTERNS = [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _CUES]

_WALLS = ((r"[();]", 40), (r",|:|\s--?\s|—", 15), (r"\b(?:and|but|while|whereas|with)\b", 20))
_WALL_PATTERNS = [(re.compile(pattern, re.IGNORECASE), cost) for pattern, cost in _WALLS]


def metric_of(
    text: str,
    numbers: list[Quantity],
    k: int,
    without: tuple[Cue, ...] = (),
    *,
    only_outright: bool = False,
) -> tuple[Cue | None, bool]:
    """What the k-th number is about, and whether a word says so outright.

    The nearest cue wins, but none of those in ``without``; punctuation and other numbers
    between count as distance. "Reached" and its like hint at an accuracy only; they are
    left out where ``only_outright`` is set.
    """
    number = numbers[k]
    best: tuple[float, Cue, bool] | None = None
    patterns = [(name, pattern) for name, pattern in _PATTERNS if name not in without]
    found = [(name, match, True) for name, p in patterns for match in p.finditer(text)]
    if not only_outright:
        found += [(ACCURACY, match, False) for match in _WEAK.finditer(text)]
    for name, match, strong in found:
        if match.start() < number.end and match.end() > number.start:
            continue
        cost = _distance(text, numbers, number, match) + (0 if strong else 12)
        if best is None or cost < best[0]:
            best = (cost, name, strong)
    return (best[1], best[2]) if best else (None, False)


def _distance(text: str, numbers: list[Quantity], number: Quantity, cue: re.Match[str]) -> float:
    start, end = sorted((number.start, cue.start()))
    low, high = (
        (number.end, cue.start()) if cue.start() >= number.end else (cue.end(), number.start)
    )
    between = text[low:high]
    walls = sum(cost * len(pattern.findall(between)) for pattern, cost in _WALL_PATTERNS)
    others = sum(1 for other in numbers if start < other.start < end and other is not number)
    return len(between) + walls + 25 * others


_NOT_A_SCORE_BEFORE = re.compile(
    r"(?:\b(?:drop-?out|learning[\s_-]rate|split|validation[\s_]split|threshold|momentum|beta\w*|"
    r"epsilon|batch(?:[\s_-]size)?|seed|version|python|keras|tensorflow|alpha|p|level|scal\w+|range|"
    r"divid\w+|pixels?|values?|weight|factor|temperature|page|chapter|section|week|figure|table|"
    r"lecture|question|step|version|year|room|budget|minutes?|by|adds?\sup|sums?|totals?)\b"
    r"\s?(?:of|is|was|=|<|>|≤|≥|:|to|from|by|at)?\s?(?:about|around|only|exactly)?\s?[\"'(]?)$",
    re.IGNORECASE,
)
_NOT_A_SCORE_AFTER = re.compile(
    r"\s?(?:(?:confidence|credible|wilson|significance|newcombe)?[\s-]?(?:intervals?|level|ci|bounds?)\b"
    r"|confidence\b(?!\s(?:score|that|in|for))|drop-?out|validation\b|of\s(?:the\s)?(?:validation|batch)"
    r"|(?:epochs?|seconds?|minutes?|hours?|ms|s|pixels?|layers?|neurons?|units?|times|parameters?|"
    r"weights|runs?|seeds?|classes|x|×|by|years?|decimals?|models?)\b"
    r"|split\b|(?:faster|slower|longer|shorter|bigger|smaller|larger|more\sparameters)\b"
    r"|of\s(?:the|all|its|these|those|our)\s(?:\w+\s)?(?:errors?|mistakes|misclassif\w+|variation|variance|"
    r"parameters|weights|pixels?|activations|neurons|units|epochs|wrong)\b)",
    re.IGNORECASE,
)
_COMPOSITION = re.compile(
    r"\b(?:held\sout|set\saside|reserv\w+|split\w*|hold\sout|took|takes?|kept|keeps?|contain\w*|"
    r"consist(?:s|ed|ing)?\sof|compris\w*|make[s]?\sup|made\sup|portion|proportion\sof\sthe\sdata|subset|"
    r"sampled?|augment\w*|neurons?|units?|weights|pixels?|memory|cpu|gpu|grades?|drop(?:ped|-?out)|of\sall|in\stotal|for\svalidation|as\svalidation|divid\w+|scal\w+|normali[sz]\w+|shuffl\w+)\b",
    re.IGNORECASE,
)


def is_setting(text: str, number: Quantity) -> bool:
    """Whether the words right beside a number make it a setting, a level, a size or a share."""
    if _NOT_A_SCORE_AFTER.match(text, number.end):
        return True
    return bool(_NOT_A_SCORE_BEFORE.search(text[: number.start]))


def speaks_of_composition(text: str) -> bool:
    """Whether a sentence is about how data were divided or changed."""
    return bool(_COMPOSITION.search(text))


_POSSIBILITY = (
    "it speaks of an expectation or a possibility",
    r"\b(?:would|could|might|may|should|(?<!as\s)(?<!than\s)expect(?:s|ed|ing|ation)?|hop(?:e|ed|ing)|if|"
    r"whether|unless|suppos\w+|assum\w+|hypothe\w+|guess(?:ed)?|imagine|wish\w*|aim(?:ed)?|goal|target|"
    r"required?|needs?|ideally|perhaps|maybe|possibly|probably|want(?:s|ed)?)\b",
)
_UNMEASURED = (
    "it speaks of something that this report did not measure",
    r"\b(?:chance|guessing|random(?:ly)?\s(?:guess|classif|pick|choos)\w*|baseline|nearest|centroid|"
    r"majority|linear|logistic|humans?|convolution\w*|cnns?|resnet|svms?|k-?nn|forests?|transformer|"
    r"literature|papers?|benchmark|leaderboard|state[\s-]of[\s-]the[\s-]art|tutorial|textbook|lecture\w*|"
    r"kaggle|google|someone|classmate|colleague|friend|merg\w+|lump\w+|shuffled|without\s(?:relu|softmax|"
    r"scaling|normali[sz]ation|an?\sactivation)|wrong\spairing|second\ssoftmax|softmax\stwice|"
    r"precision|recall|f1|auc|top-\d)\b",
)
OTHER_RUNS = "it speaks of other runs or other moments of training"
_OTHER_RUNS = (
    OTHER_RUNS,
    r"\b(?:epochs?|first\sattempt|earlier|previous(?:ly)?(?!\sunseen)|initial(?:ly)?|at\sfirst|last\s(?:time|week|year)|"
    r"usually|typically|generally|in\sgeneral|often|sometimes|tend(?:s|ed)?|repeated(?:ly)?|runs(?!\s(?:from|to|between|over|on|for))|seeds?|"
    r"averaged?|mean|median|standard\sdeviation|sd|consist[ae]nt(?:ly)?|every\stime|always|each\stime|"
    r"improv\w+|increas\w+|rose|rise[sn]?|grew|went\sup)\b|±",
)
_QUOTED = "it is quoted"
_EXPERIMENT = re.compile(
    r"\b(?:tried|experiment(?:ed|ing)|changed\s(?:the|it)|different\s(?:seed|learning|optimi[sz]er|network|run)|"
    r"another\s(?:run|seed|network|optimi[sz]er|try|attempt)|other\ssettings)\b",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"\b(?:for\s(?:example|instance)|e\.g\.|such\sas|say,|imagine|suppose|logits?|twice|second\ssoftmax|"
    r"becomes?|between|in\sgeneral|at\smost|on\swhich|of\sthe\stest\simages|(?:all|no|any|every|each)\stest\simages?)\b",
    re.IGNORECASE,
)
_DOUBTS = [
    (why, re.compile(p, re.IGNORECASE)) for why, p in (_POSSIBILITY, _UNMEASURED, _OTHER_RUNS)
]
_PLAIN_EPOCHS = re.compile(
    r"\b(?:training\s)?(?:for\s)?(?:all\s)?(?:the\s)?(?:(?P<n>\d+|ten|twenty-five|twenty|five|fifteen)"
    r"\s)?epochs(?:\sof\straining)?\b|\b(?:last|final)\sepoch\b",
    re.IGNORECASE,
)
_THAN_HOPED = re.compile(r"\bthan\s(?:i|we)\s(?:had\s)?\w+(?:\sfor)?", re.IGNORECASE)
_TURN = re.compile(
    r";|\b(?:but|whereas|while|however|yet|although|though|in\sfact|actually)\b", re.IGNORECASE
)
_STOP = re.compile(
    r"[,;:(—]|\s--?\s|\b(?:which|because|so|than|but|while|whereas|and|as|since|although|though)\b",
    re.IGNORECASE,
)


_SOME = re.compile(
    r"\b(?:on|for|of|in|to)\swhich\b|\bof\s(?:these|those|them)\b|\balone\b|\bdrawn\b|\bmisclassified\simages\b|"
    r"\b\d+(?:\.\d+)?\s?%\s(?:sure|certain|confident)\b",
    re.IGNORECASE,
)
_SHOWN = re.compile(
    r"\b(?:figure|table|shows?|shown|displayed|only\swith|first\s\d+|last\s\d+|selected|chosen)\b",
    re.IGNORECASE,
)


def speaks_of_some(text: str, number: Quantity) -> bool:
    """Whether a sentence is about part of the images; counts are taken so more readily."""
    whole_count = number.count is not None and number.count[1] is None
    return bool(_SOME.search(text) or (whole_count and _SHOWN.search(text)))


def find_doubt(text: str, start: int, end: int, n_epochs: frozenset[int]) -> str:
    """Why the words from ``start`` to ``end`` are out of the checker's reach, or an empty text.

    What counts stands before them, after the last turn ("but"), or behind them in the same
    clause. ``n_epochs`` are those that the models were trained for: "after 10 epochs" is no
    other moment of training if that was the end.
    """
    if text[:start].count('"') % 2:
        return _QUOTED
    if _EXPERIMENT.search(text, 0, end):
        return OTHER_RUNS
    turns = [turn.end() for turn in _TURN.finditer(text, 0, start)]
    stop = _STOP.search(text, end)
    scope = text[turns[-1] if turns else 0 : stop.start() if stop else len(text)]

    def is_end(found: re.Match[str]) -> str:
        n = found["n"]
        return "" if n is None or not n.isdigit() or int(n) in n_epochs else found[0]

    scope = _PLAIN_EPOCHS.sub(is_end, _THAN_HOPED.sub("", scope))
    for reason, pattern in _DOUBTS:
        if pattern.search(scope):
            return reason
    return ""


def is_example(text: str) -> bool:
    """Whether a sentence about probabilities speaks of made-up or general ones."""
    return bool(_EXAMPLE.search(text))
