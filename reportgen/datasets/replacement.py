"""Which image replaces one whose number the data at hand do not have."""

from __future__ import annotations

from collections.abc import Collection

from reportgen.errors import DataError


def replace_index(index: int, n: int, taken: Collection[int] = ()) -> int:
    """The image number to use among ``n`` images: ``index`` itself if it is there and free.

    Otherwise ``index % n``, or the next number after it (from n - 1 on to 0) that is free.

    Args:
        index: the number that was asked for, at least 0.
        n: how many images there are, at least 1.
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
