"""The same SVG picture in half the characters.

A page has its figures inline, and Matplotlib writes long files: absolute coordinates,
a line for each corner, a document type. ``compact_svg`` writes paths with whole
coordinates as steps from corner to corner.
"""

from __future__ import annotations

import re

_PATH_DATA = re.compile(r' d="([^"]*)"')


def compact_svg(svg: str, width: float, height: float) -> str:
    """Rewrite Matplotlib's SVG, whose path coordinates are whole numbers.

    Args:
        svg: the file's text.
        width, height: the picture's natural size in points.
    """
    svg = re.sub(r"<\?xml[^>]*>\s*<!DOCTYPE[^>]*>\s*", "", svg)
    svg = svg.replace('xmlns:xlink="http://www.w3.org/1999/xlink" ', "")
    size = f'width="{width:g}pt" height="{height:g}pt"'
    svg = re.sub(r'width="[0-9.]+pt" height="[0-9.]+pt"', size, svg, count=1)
    svg = re.sub(r"\s*<defs>.*?</defs>\s*", "", svg, count=1, flags=re.DOTALL)
    svg = _PATH_DATA.sub(lambda found: f' d="{_as_steps(found[1])}"', svg)
    return re.sub(r'style="([^"]*)"', _as_attributes, re.sub(r">\s+<", "><", svg)).strip()


def _as_attributes(style: re.Match[str]) -> str:
    pairs = (part.split(": ") for part in style[1].split("; "))
    return " ".join(f'{name}="{value}"' for name, value in pairs)


def _as_steps(path: str) -> str:
    """Make absolute ``M L Q C z`` path data relative; ``z`` replaces a closing line."""
    steps: list[str] = []
    x = y = start_x = start_y = 0
    command = ""
    for subpath in re.findall(r"([MLQCz])([^MLQCz]*)", path):
        letter, numbers = subpath[0], [int(n) for n in subpath[1].split()]
        if letter == "z":
            if command == "L" and (x, y) == (start_x, start_y):
                steps.pop()
            steps.append("z")
            x, y = start_x, start_y
        elif letter == "M":
            steps.append(_step("m", numbers, x, y))
            start_x, start_y = x, y = numbers[0], numbers[1]
        else:
            steps.append(_step(letter.lower(), numbers, x, y))
            x, y = numbers[-2], numbers[-1]
        command = letter
    return "".join(steps)


def _step(letter: str, numbers: list[int], x: int, y: int) -> str:
    deltas = [n - (y if place % 2 else x) for place, n in enumerate(numbers)]
    if letter == "l" and deltas[1] == 0:
        return f"h{deltas[0]}"
    if letter == "l" and deltas[0] == 0:
        return f"v{deltas[1]}"
    return letter + " ".join(map(str, deltas)).replace(" -", "-")
