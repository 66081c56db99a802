from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.datasets.replacement import replace_index
from reportgen.errors import DataError


@pytest.mark.parametrize(
    ("index", "n", "taken", "expected"),
    [
        pytest.param(5, 10, (), 5, id="there"),
        pytest.param(59_999, 4_000, (), 3_999, id="beyond"),
        pytest.param(4_000, 4_000, (), 0, id="first beyond"),
        pytest.param(13, 10, (3,), 4, id="the next free"),
        pytest.param(19, 10, (9, 0, 1), 2, id="past the end"),
        pytest.param(5, 10, (5,), 6, id="there but taken"),
    ],
)
def test_examples(index: int, n: int, taken: tuple[int, ...], expected: int) -> None:
    assert replace_index(index, n, taken) == expected


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=40), st.integers(40, 5_000))
def test_replacements_in_turn_are_there_and_distinct(asked: list[int], n: int) -> None:
    taken: list[int] = []
    for index in asked:
        taken.append(replace_index(index, n, taken))
    assert all(0 <= index < n for index in taken)
    assert len(set(taken)) == len(taken)


def test_more_than_there_are_is_an_error() -> None:
    with pytest.raises(DataError, match="more images than the 3 there are"):
        replace_index(7, 3, (0, 1, 2))
