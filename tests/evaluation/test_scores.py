from __future__ import annotations

from reportgen.evaluation.scores import errors_by_pair


def test_errors_are_counted_in_both_directions_and_the_most_frequent_pair_is_first() -> None:
    confusion = [[7, 1, 0], [2, 5, 3], [0, 3, 4]]
    assert errors_by_pair(confusion) == [(6, 1, 2), (3, 0, 1), (0, 0, 2)]
