"""What takes a statement out of the checker's reach: possibilities, other runs, quotations."""

from __future__ import annotations

import re

from reportgen.answers.prose import words

OTHER_RUNS = "it speaks of other runs or other moments of training"


def find_doubt(text: str, start: int, end: int, n_epochs: frozenset[int]) -> str:
    """Why the words from ``start`` to ``end`` are out of reach, or an empty text.

    What counts stands before them, after the last turn ("but"), or behind them in the same
    clause. ``n_epochs`` are those that the models were trained for: "after 10 epochs" is no
    other moment of training if that was the end.
    """
    if text[:start].count('"') % 2:
        return "it is quoted"
    if words.other_settings.search(text, 0, end):
        return OTHER_RUNS
    turns = [turn.end() for turn in words.turn.finditer(text, 0, start)]
    stop = words.clause_end.search(text, end)
    scope = text[turns[-1] if turns else 0 : stop.start() if stop else len(text)]

    def is_end(found: re.Match[str]) -> str:
        n = found["n"]
        return "" if n is None or not n.isdigit() or int(n) in n_epochs else found[0]

    scope = words.epochs_trained.sub(is_end, words.as_hoped.sub("", scope))
    reasons = words.table("doubts").items()
    return next((reason for reason, pattern in reasons if pattern.search(scope)), "")
