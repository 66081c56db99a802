"""Choose the image that replaces one whose number the data do not have."""

from __future__ import annotations

from collections.abc import Collection

from reportgen.errors import DataError


def replace_index(index: int, n: int, taken: Collection[int] = ()) -> int:
    """The image number to use among ``n`` images: ``index`` if it exists and is free.

    Otherwise ``index % n``, or the next free number after it (0 follows n - 1).

    Args:
        index: the number that was asked for, at least 0.
        n: the number of images, at least 1.
        taken: numbers already in use in the same selection.

    Raises:
        DataError: every one of the ``n`` images is taken.
    """
    start = index % n
    for step in range(n):
        candidate = (start + step) % n
        if candidate not in taken:
            return candidate
    raise DataError(
        f"a selection asks for more images than the {n:,} there are.\n"
        "Select fewer images, or use a larger dataset."
    )
